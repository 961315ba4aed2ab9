/* data-press: a form of one button that is on or off, pressed without leaving one's place. From the page that comes back
   only the same form is taken. Whatever is in the way: the plain way shows the server's own words. */

export async function act(form) {
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = answer.ok && page.getElementById(form.id);
  if (!fresh) return false;
  form.replaceWith(fresh);
  fresh.querySelector("button")?.focus();
  return true;
}
