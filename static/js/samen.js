/* The one entry. A behaviour is a module, fetched only where its data- attribute is on the page or when it is first used;
   what htmx swaps in later gets its behaviour too. Pages work without all of this. */

/** Needed as soon as the element is there: the module's `attach(element)`. */
const standing = [
  ["[data-editor]", () => import("./editor.js")],
  ["[data-draft], [data-posted]", () => import("./drafts.js")],
  ["[data-pictures]", () => import("./pictures.js")],
  ["[data-templates]", () => import("./templates.js")],
  ["[data-chosen-count]", () => import("./desk.js")],
  ["[data-completion]", () => import("./completion.js")],
  ["[data-news]", () => import("./news.js")],
  ["[data-opened]", () => import("./opened.js")],
  ["[data-related]", () => import("./related.js")],
  ["[data-reveal]", () => import("./reveal.js")],
  ["[data-seen]", () => import("./seen.js")],
  ["[data-share]", () => import("./share.js")],
  ["[data-similar]", () => import("./similar.js")],
  ["[data-undo]", () => import("./toasts.js")],
  // htmx finds its own elements; it only has to be here where there are any.
  ["[hx-get], [hx-post], [hx-put], [hx-patch], [hx-delete]", () => import("../vendor/htmx-4.0.1/htmx.esm.min.js")],
];

/** Needed when something happens: the module's `act(element, submitter)`, instead of what the browser would do; false → it does. */
const answering = [
  ["click", "[data-copy]", () => import("./copy.js")],
  ["click", "[data-theme-value]", () => import("./theme.js")],
  ["submit", "[data-vote]", () => import("./votes.js")],
  ["click", "[data-inline]", () => import("./inline.js")],
  ["submit", "[data-press]", () => import("./press.js")],
];

const enlivened = new WeakMap();

function enliven() {
  for (const [selector, load] of standing) {
    const fresh = [...document.querySelectorAll(selector)].filter((element) => !enlivened.get(element)?.has(selector));
    if (!fresh.length) continue;
    for (const element of fresh) enlivened.set(element, (enlivened.get(element) ?? new Set()).add(selector));
    load().then((module) => fresh.forEach((element) => module.attach?.(element)), () => {});
  }
}

for (const [type, selector, load] of answering) {
  document.addEventListener(type, async (event) => {
    const element = event.target.closest(selector);
    if (!element || event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const { submitter } = event; // Gone from the event once it has been waited for.
    const done = await load().then((module) => module.act(element, submitter)).catch(() => false);
    if (done === false) goPlainly(element, submitter);
  });
}

/** Do what the browser would have done: the server's own page says what is the matter. */
function goPlainly(element, submitter) {
  if (element.href) {
    location.assign(element.href);
    return;
  }
  if (submitter?.name) {
    const pressed = document.createElement("input");
    Object.assign(pressed, { type: "hidden", name: submitter.name, value: submitter.value });
    element.append(pressed);
  }
  element.submit();
}

document.addEventListener("toggle", (event) => {
  if (event.target.matches("[data-menu]") && event.target.open) import("./menus.js").then((module) => module.attach(event.target), () => {});
}, true);

enliven();
document.addEventListener("htmx:after:swap", enliven);
document.querySelector("[data-error-summary]")?.focus();
if (navigator.serviceWorker) navigator.serviceWorker.register(`/service-worker.js?lang=${document.documentElement.lang}`).catch(() => {});
import("./hotkeys.js").then((module) => module.attach(document), () => {});
setTimeout(() => import("./times.js").catch(() => {}), 60000);
