/* data-similar: while one types a question, the similar ones appear in the box beneath. The server sends an HTML fragment. */

const PAUSE = 300;
const SHORTEST = 10;
const LONGEST = 400; // A longer text is no question yet, and an address has to end somewhere.

export function attach(input) {
  const url = input.dataset.similar;
  const box = [...document.querySelectorAll("[data-similar-box]")].find((candidate) => candidate.dataset.similarBox === url);
  if (!url || !box) return;
  const results = box.querySelector("[data-similar-results]");
  const status = box.querySelector("[data-similar-status]");
  let timer;
  let running;
  let asked = "";

  async function look() {
    const text = input.value.trim().slice(0, LONGEST);
    if (text === asked) return;
    asked = text;
    running?.abort();
    if (text.length < SHORTEST) {
      box.hidden = true;
      return;
    }
    running = new AbortController();
    const address = new URL(url, location.href);
    address.searchParams.set("q", text);
    try {
      const answer = await fetch(address, { signal: running.signal, headers: { "X-Fragment": "1" } });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (page.querySelector("main")) return; // A whole page is not the fragment that was asked for.
      results.replaceChildren(...page.body.childNodes);
    } catch {
      return; // Aborted or offline: the next key asks again.
    }
    const count = results.querySelectorAll("li").length;
    box.hidden = !results.childElementCount;
    status.textContent = count ? `${status.dataset.found} ${count}` : status.dataset.none;
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  if (input.value.trim().length >= SHORTEST) look();
}
