/* The one entry. Each behaviour is a module that is fetched only where its data- attribute is on the page,
   and attached again to whatever htmx swaps in. Pages work without all of this. */

const islands = [
  ["[data-copy]", () => import("./copy.js")],
  ["[data-editor]", () => import("./editor.js")],
  ["[data-menu]", () => import("./menus.js")],
  ["[data-reveal]", () => import("./reveal.js")],
  ["[data-similar]", () => import("./similar.js")],
  ["[data-theme-switch]", () => import("./theme.js")],
  ["[data-undo]", () => import("./toasts.js")],
  ["[data-vote]", () => import("./votes.js")],
  // htmx finds its own elements; it only has to be here where there are any.
  ["[hx-get], [hx-post], [hx-put], [hx-patch], [hx-delete]", () => import("../vendor/htmx-4.0.1/htmx.esm.min.js")],
  ["time[data-relative]", () => import("./times.js")],
];

/** Attach every behaviour found in `root`; one that fails leaves the others, and the plain page, alone. */
function enliven(root) {
  for (const [selector, load] of islands) {
    const found = [...root.querySelectorAll(selector)].filter((element) => !element.dataset.enlivened?.includes(selector));
    if (root.matches?.(selector) && !root.dataset.enlivened?.includes(selector)) found.unshift(root);
    if (!found.length) continue;
    for (const element of found) element.dataset.enlivened = `${element.dataset.enlivened ?? ""}${selector} `;
    load().then((module) => found.forEach((element) => module.attach?.(element)), () => {});
  }
  for (const block of root.querySelectorAll(".prose :is(pre, table)")) {
    // Reached by keyboard only where there is something to scroll.
    if (block.scrollWidth > block.clientWidth) block.tabIndex = 0;
  }
}

enliven(document.documentElement);
document.addEventListener("htmx:after:swap", () => enliven(document.documentElement));
document.querySelector("[data-error-summary]")?.focus();
import("./hotkeys.js").then((module) => module.attach(document), () => {});
