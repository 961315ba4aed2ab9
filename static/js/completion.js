/* data-completion="people" or "tags": people after an "@", tags in their field, are proposed in a listbox.
   Arrows choose, Enter or Tab takes, Escape closes. */

/** What is being typed; its first group is looked for and replaced. Text of which nothing is typed yet is none. */
const TYPED = {
  people: /(?<=^|[\s(])@([\p{L}\p{N}_.-]{0,40})$/u,
  tags: /(?<=^|[,;])\s*([^,;\s][^,;]{0,39})$/u,
};
const LIKE_THE_TEXT = ["font", "lineHeight", "padding", "border", "boxSizing", "overflowWrap"];
let lists = 0;

const made = (tag, has) => Object.assign(document.createElement(tag), has);

export function attach(text) {
  const { completion: kind, completionFrom: url, completionLabel: ariaLabel } = text.dataset;
  const list = made("ul", { id: `completion-${++lists}`, className: "menu__panel", role: "listbox", ariaLabel, hidden: true });
  text.form.append(list);
  Object.assign(text, { ariaAutoComplete: "list", ariaHasPopup: "listbox" });
  text.setAttribute("aria-controls", list.id);
  let timer;
  let turn = 0;
  let begin;
  let chosen;

  function close() {
    clearTimeout(timer);
    turn++; // An answer that is under way comes too late.
    chosen = undefined;
    list.hidden = true;
    list.replaceChildren(); // Their ids are the same in each list.
    text.removeAttribute("aria-activedescendant");
  }

  function choose(option) {
    chosen?.setAttribute("aria-selected", "false");
    chosen = option;
    chosen.setAttribute("aria-selected", "true");
    text.setAttribute("aria-activedescendant", chosen.id);
  }

  function take() {
    text.setRangeText(chosen.dataset.text, begin, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  }

  /** Lay the list under what is being typed: a copy of the text up to there tells where that is. */
  function place() {
    const copy = made("div", { textContent: text.value.slice(0, begin) });
    const at = made("span", { textContent: text.value[begin] });
    copy.append(at);
    for (const name of LIKE_THE_TEXT) copy.style[name] = getComputedStyle(text)[name];
    Object.assign(copy.style, { position: "absolute", whiteSpace: "pre-wrap", width: `${text.offsetWidth}px` });
    text.after(copy);
    const [box, base, mark, origin] = [text, list.offsetParent, at, copy].map((each) => each.getBoundingClientRect());
    copy.remove();
    const left = Math.min(mark.left - origin.left, box.width - list.offsetWidth);
    const top = Math.min(mark.bottom - origin.top - text.scrollTop, box.height);
    Object.assign(list.style, { right: "auto", left: `${box.left - base.left + left}px`, top: `${box.top - base.top + top}px` });
  }

  async function propose() {
    close();
    const mine = turn;
    const found = TYPED[kind].exec(text.value.slice(0, text.selectionEnd));
    if (!found) return;
    const answer = await fetch(`${url}?q=${encodeURIComponent(found[1])}`);
    const options = new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("[role=option]");
    if (mine !== turn || !options.length) return;
    begin = text.selectionEnd - found[0].trimStart().length;
    list.replaceChildren(...options);
    if (kind === "people") choose(list.firstChild); // A tag may be a new one: what is typed stands until one is chosen.
    list.hidden = false;
    place();
  }

  const keys = {
    ArrowDown: () => choose(chosen?.nextSibling ?? list.firstChild),
    ArrowUp: () => choose(chosen?.previousSibling ?? list.lastChild),
    Enter: take,
    Tab: take,
    Escape: close,
  };
  text.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && list.hidden) close(); // What is still looked for is not wanted either.
    if (list.hidden || event.isComposing || event.ctrlKey || event.metaKey || !keys[event.key]) return;
    if (keys[event.key] === take && !chosen) return close();
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  });
  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => propose().catch(close), 150);
  });
  text.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // The text keeps the focus.
    choose(event.target.closest("li") ?? chosen);
    take();
  });
}
