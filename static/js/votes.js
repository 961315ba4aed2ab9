/* data-vote: a vote without leaving one's place. The form is sent as it is; from the page that comes back only the control is taken.
   Whatever is in the way (signed out, limit reached, offline): the plain way shows the server's own words. */

export async function act(form, pressed) {
  const post = form.closest("[id]");
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form, pressed) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = answer.ok && page.querySelector(`#${CSS.escape(post.id)} [data-vote]`);
  if (!fresh) return false;
  form.replaceWith(fresh);
  fresh.querySelector(`[aria-label="${CSS.escape(pressed.getAttribute("aria-label"))}"]`)?.focus();
  return true;
}
