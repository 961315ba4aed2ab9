/* data-vote: a vote without leaving one's place. The form is sent as it is; from the page that comes back only the control is taken. */

export function attach(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const post = form.closest("[id]");
    const body = new FormData(form, event.submitter);
    const pressed = event.submitter.getAttribute("aria-label");
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector(`#${CSS.escape(post.id)} [data-vote]`);
      if (!fresh) throw new Error("no control");
      form.replaceWith(fresh);
      attach(fresh);
      fresh.querySelector(`[aria-label="${CSS.escape(pressed)}"]`)?.focus();
    } catch {
      // Whatever it was (signed out, limit reached, offline): the plain way shows the server's own words.
      const value = document.createElement("input");
      value.type = "hidden";
      value.name = "value";
      value.value = event.submitter.value;
      form.append(value);
      form.submit();
    }
  });
}
