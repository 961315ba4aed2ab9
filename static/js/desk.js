/* data-chosen-count: how many cases are chosen, beside what can be done with them. */

export function attach(count) {
  const form = count.closest("form");
  const tell = () => { count.textContent = form.querySelectorAll("[name=case]:checked").length || ""; };
  form.addEventListener("change", tell);
  tell();
}
