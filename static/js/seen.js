/* data-seen: a form that says that what this page shows has been read. It is sent by itself once the page is seen. */

export function attach(form) {
  const send = () => {
    if (document.hidden) return;
    document.removeEventListener("visibilitychange", send);
    fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => {});
  };
  document.addEventListener("visibilitychange", send);
  send();
}
