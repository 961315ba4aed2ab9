/* data-menu: an open details element that closes on Escape and when one goes elsewhere. */

export function attach(menu) {
  const leaving = new AbortController();
  const close = () => menu.removeAttribute("open");
  const on = (target, type, listener) => target.addEventListener(type, listener, { signal: leaving.signal });
  on(menu, "toggle", () => menu.open || leaving.abort());
  on(document, "click", (event) => menu.contains(event.target) || close());
  on(menu, "focusout", (event) => event.relatedTarget && !menu.contains(event.relatedTarget) && close());
  on(menu, "keydown", (event) => {
    if (event.key !== "Escape") return;
    close();
    menu.querySelector("summary").focus();
  });
}
