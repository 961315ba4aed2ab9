/* data-vote: a vote without leaving one's place. The form is sent as it is; from the page that comes back only the control is taken. */

export async function act(form, pressed) {
  const post = form.closest("[id]");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, pressed) });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(`#${CSS.escape(post.id)} [data-vote]`);
    if (!fresh) throw new Error("The page that came back has no such control.");
    form.replaceWith(fresh);
    fresh.querySelector(`[aria-label="${CSS.escape(pressed.getAttribute("aria-label"))}"]`)?.focus();
  } catch {
    // Whatever it was (signed out, limit reached, offline): the plain way shows the server's own words.
    const value = document.createElement("input");
    value.type = "hidden";
    value.name = pressed.name;
    value.value = pressed.value;
    form.append(value);
    form.submit();
  }
}
