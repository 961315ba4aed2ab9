/* data-draft: what stands in a form is saved two seconds after typing; after coming back unsent ("data-draft-unsent"), without. Where the server cannot be reached, or somebody was signed out
   meanwhile, this browser keeps it until the server has it; it shows it to nobody but who wrote it. What is sent is kept too, until a page says that it was taken (data-posted). */

const PAUSE = 2000;
const FIELDS = ["title", "body", "category", "tags", "audience", "reason", "version", "source_format", "summary", "product", "product_version", "organisation", "language", "significance", "change"];
const STORED = "samen-draft:";

// Before any form looks whether something was kept.
for (const { dataset } of document.querySelectorAll("[data-posted]")) localStorage.removeItem(STORED + dataset.posted);

export function attach(keeper) {
  if (!keeper.dataset.draft) return;
  const form = keeper.closest("form");
  const { draft: url, draftOwner: owner } = keeper.dataset;
  const status = keeper.querySelector("[data-draft-status]");
  const kept = keeper.querySelector("[data-draft-kept]");
  const key = STORED + url;
  let timer;
  let running;
  let dirty = false;
  let sent = false;

  const written = () => Object.fromEntries(FIELDS.filter((name) => form.elements[name]).map((name) => [name, form.elements[name].value]));
  const say = (words) => {
    if (status.textContent !== words) status.textContent = words; // Read aloud once, not with every save.
  };

  function keep() {
    try {
      localStorage.setItem(key, JSON.stringify({ owner, fields: written() }));
      return true;
    } catch {
      return false; // Full.
    }
  }

  async function save({ keepalive = false } = {}) {
    clearTimeout(timer);
    if (!dirty || sent) return;
    dirty = false;
    running?.abort();
    running = new AbortController();
    const { signal } = running;
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    for (const [name, value] of Object.entries(written())) body.set(name, value);
    try {
      const answer = await fetch(url, { method: "POST", body, keepalive, signal, headers: { "X-Fragment": "1" } });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      localStorage.removeItem(key);
      say(await answer.text());
    } catch {
      if (signal.aborted) return; // A later one is under way, or the form itself.
      if (keep()) say(keeper.dataset.failed);
    }
  }

  const soon = () => {
    dirty = true;
    sent = false;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };
  form.addEventListener("input", (event) => FIELDS.includes(event.target.name) && soon());
  if ("draftUnsent" in keeper.dataset) soon();
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(timer);
    running?.abort();
    keep();
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save({ keepalive: true }));

  offer();

  /** Show what this browser kept when saving did not work. */
  function offer() {
    let local;
    try {
      local = JSON.parse(localStorage.getItem(key));
    } catch {
      local = null;
    }
    if (!local) return;
    const differs = Object.entries(written()).some(([name, value]) => name !== "version" && value !== (local.fields[name] ?? ""));
    if (local.owner !== owner || !differs) {
      if (!dirty) localStorage.removeItem(key); // What came back unsent waits until it is saved.
      return;
    }
    kept.hidden = false;
    kept.querySelector("[data-draft-put-back]").addEventListener("click", () => {
      for (const [name, value] of Object.entries(local.fields)) if (form.elements[name]) form.elements[name].value = value;
      kept.hidden = true;
      form.elements.body.focus();
      form.elements.body.dispatchEvent(new Event("input", { bubbles: true }));
    });
    kept.querySelector("[data-draft-forget]").addEventListener("click", () => {
      localStorage.removeItem(key);
      kept.hidden = true;
      form.elements.body.focus();
    });
  }
}
