/* data-inline: a link to a page with a form, fetched into its place below the post instead. The form is sent as it is. */

export async function act(link) {
  const open = document.querySelector("[data-inline-form]");
  const answer = await fetch(link.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const form = answer.ok && page.querySelector("[data-inline-form]");
  if (!form) return false;
  open?.remove();
  (link.closest(".comment") ?? link.closest(".comments")).append(form);
  const close = () => {
    form.remove();
    link.focus();
  };
  form.querySelector("[data-inline-cancel]").addEventListener("click", (event) => {
    event.preventDefault();
    close();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !form.querySelector("textarea").value) close();
  });
  document.dispatchEvent(new Event("htmx:after:swap")); // So that what is in the form gets its behaviour.
  form.querySelector("textarea").focus();
  return true;
}
