/* Single keys: "/" search, "j" and "k" rows, "o" open, "c" ask, "g" then "h" home, "?" what there is. Never while typing, and they can be
   switched off on the help page (data-hotkeys-switch); the choice stays in this browser. */

const STORED = "samen-hotkeys";
const isOff = () => localStorage.getItem(STORED) === "off";

function move(step) {
  const rows = [...document.querySelectorAll("[data-row] a[href]:first-of-type")].filter((link, at, all) => all.findIndex((other) => other.closest("[data-row]") === link.closest("[data-row]")) === at);
  const here = rows.findIndex((link) => link.closest("[data-row]").contains(document.activeElement));
  rows[Math.min(Math.max(here + step, 0), rows.length - 1)]?.focus();
}

const go = (name) => document.querySelector(`[data-hotkey-go="${name}"]`)?.click();

const actions = {
  "/": () => [...document.querySelectorAll("[data-hotkey-search]")].find((box) => box.checkVisibility())?.focus(),
  "?": () => go("keys"),
  c: () => go("ask"),
  j: () => move(1),
  k: () => move(-1),
  o: () => document.activeElement?.closest("[data-row]") && document.activeElement.click(),
};

export function attach(page) {
  const hint = page.querySelector("[data-hotkey-hint]");
  if (hint) hint.hidden = isOff();

  const choice = page.querySelector("[data-hotkeys-switch]");
  if (choice) {
    choice.closest("[hidden]")?.removeAttribute("hidden");
    choice.checked = !isOff();
    choice.addEventListener("change", () => {
      if (choice.checked) localStorage.removeItem(STORED);
      else localStorage.setItem(STORED, "off");
      if (hint) hint.hidden = isOff();
    });
  }

  let before = "";
  page.addEventListener("keydown", (event) => {
    if (isOff() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const act = before === "g" ? { h: () => go("home"), n: () => go("notifications") }[event.key] : actions[event.key];
    before = event.key;
    if (!act) return;
    event.preventDefault();
    act();
  });
}
