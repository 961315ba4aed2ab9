/* data-templates: a chosen category puts its template into the text, as long as nobody has written there. */

export function attach(choice) {
  const text = document.getElementById(choice.dataset.templates);
  const templates = new Map([...choice.form.querySelectorAll("[data-template-of]")].map((one) => [one.dataset.templateOf, one.content.textContent]));
  const same = (one, other) => one.split(/\s+/).join(" ").trim() === other.split(/\s+/).join(" ").trim();

  choice.addEventListener("change", () => {
    const untouched = !text.value.trim() || [...templates.values()].some((template) => same(template, text.value));
    if (!untouched) return;
    text.value = templates.get(choice.value) ?? "";
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
