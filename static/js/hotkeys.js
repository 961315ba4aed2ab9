/* Single keys (templates/pages/_keys.html lists them). Never while typing; there, Ctrl+Enter sends, in every form. Single keys can be switched off: in one's settings (data-single-keys on the
   body), for visitors on the page of the keys (data-hotkeys-switch), where the choice stays in this browser. */

const STORED = "samen-hotkeys";
// On a Mac the keys of a text are Command's; Ctrl with B and K moves the caret and cuts the line there, as it does everywhere.
export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
export const isHeld = (event) => (isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey) && !event.altKey && !event.shiftKey && !event.isComposing;
const isOff = () => document.body.dataset.singleKeys === "off" || localStorage.getItem(STORED) === "off";

function move(step) {
  const rows = [...document.querySelectorAll("[data-row] a[href]:first-of-type")].filter((link, at, all) => all.findIndex((other) => other.closest("[data-row]") === link.closest("[data-row]")) === at);
  const here = rows.findIndex((link) => link.closest("[data-row]").contains(document.activeElement));
  rows[Math.min(Math.max(here + step, 0), rows.length - 1)]?.focus();
}

/** To the box one answers in; from a list, first to the page of the row. */
function reply() {
  const box = document.querySelector("#your-answer textarea, #reply textarea");
  const link = document.activeElement?.closest("[data-row]")?.querySelector("a[href]");
  if (box) box.focus();
  else if (link?.closest("[data-replies]")) location.assign(`${link.href}#reply`);
}

const go = (name) => document.querySelector(`[data-hotkey-go="${name}"]`)?.click();

/** Lay the page of the keys over this one. */
async function showKeys() {
  const link = document.querySelector("[data-hotkey-keys]");
  let box = document.querySelector("dialog.keys-box");
  if (!box) {
    const answer = await fetch(link.href);
    const keys = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-keys]");
    if (!keys) return location.assign(link.href);
    box = document.createElement("dialog");
    box.className = "keys-box";
    box.setAttribute("aria-labelledby", "keys-title");
    const close = document.createElement("form");
    close.method = "dialog";
    close.innerHTML = '<button class="button button--secondary"></button>';
    close.firstChild.textContent = link.dataset.close;
    box.append(document.adoptNode(keys), close);
    document.body.append(box);
    attachSwitch(box);
  }
  box.showModal();
}

/** Press what carries this key: in the row one is on, else the first on the page; a menu that opens takes the focus. */
function press(key) {
  const row = document.activeElement?.closest("[data-row]");
  const target = row?.querySelector(`[data-hotkey="${key}"]`) ?? (key === "x" ? null : document.querySelector(`:not([data-row] *)[data-hotkey="${key}"]`));
  if (!target) return false;
  const { activeElement: before } = document;
  target.click();
  if (target.matches("summary")) target.parentElement.querySelector("select, input, button")?.focus();
  else before?.focus();
  return true;
}

const actions = {
  a: () => press("a"),
  n: () => press("n"),
  x: () => press("x"),
  z: () => press("z"),
  "/": () => [...document.querySelectorAll("[data-hotkey-search]")].find((box) => box.checkVisibility())?.focus(),
  "?": () => showKeys().catch(() => document.querySelector("[data-hotkey-keys]")?.click()),
  c: () => go("ask"),
  e: () => press("e") || go("edit"),
  r: () => reply(),
  j: () => move(1),
  k: () => move(-1),
  o: () => document.activeElement?.closest("[data-row]") && document.activeElement.click(),
};

const showHint = () => document.querySelectorAll("[data-hotkey-hint]").forEach((hint) => { hint.hidden = isOff(); });

function attachSwitch(part) {
  const choice = part.querySelector("[data-hotkeys-switch]");
  if (!choice) return;
  choice.closest("[hidden]")?.removeAttribute("hidden");
  choice.checked = !isOff();
  choice.addEventListener("change", () => {
    if (choice.checked) localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, "off");
    showHint();
  });
}

export function attach(page) {
  showHint();
  attachSwitch(page);

  page.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.defaultPrevented || !isHeld(event) || !event.target.matches("form[method=post] textarea:not([readonly])")) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  let before = "";
  page.addEventListener("keydown", (event) => {
    if (isOff() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    const act = before === "g" ? { d: () => go("desk"), h: () => go("home"), q: () => go("questions"), n: () => go("notifications") }[event.key] : actions[event.key];
    before = event.key;
    if (!act) return;
    event.preventDefault();
    act();
  });
}
