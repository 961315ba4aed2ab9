/* data-editor: toolbar, keys and preview around a plain textarea; no toolbar and no keys where the text is not Markdown. */
import "../vendor/markdown-toolbar-element-2.2.3/index.js";
import { isHeld, isMac } from "./hotkeys.js";

const keys = { b: "md-bold", i: "md-italic", k: "md-link" };

export function attach(editor) {
  const text = editor.querySelector("textarea");
  const result = editor.querySelector("[data-editor-result]");
  const tools = editor.querySelector("markdown-toolbar");
  const write = editor.querySelector("[data-editor-write]");
  const preview = editor.querySelector("[data-editor-preview]");
  for (const awaiting of editor.querySelectorAll("[data-needs-script]")) awaiting.removeAttribute("data-needs-script");
  if (isMac) editor.querySelector(".editor__keys kbd").textContent = "⌘";

  text.addEventListener("keydown", (event) => {
    const tool = isHeld(event) && tools?.querySelector(keys[event.key.toLowerCase()] ?? "none");
    if (!tool) return;
    event.preventDefault();
    tool.click();
  });

  function show(previewing) {
    text.hidden = previewing;
    if (tools) tools.hidden = previewing;
    result.hidden = !previewing;
    write.setAttribute("aria-pressed", String(!previewing));
    preview.setAttribute("aria-pressed", String(previewing));
  }

  write?.addEventListener("click", () => {
    show(false);
    text.focus();
  });

  preview?.addEventListener("click", async () => {
    result.style.minBlockSize = `${text.offsetHeight}px`; // The page stays as long as it was.
    show(true);
    if (!text.value.trim()) {
      result.textContent = result.dataset.empty;
      return;
    }
    const body = new FormData();
    body.set("text", text.value);
    body.set("csrf_token", text.form.elements.csrf_token?.value ?? "");
    try {
      const answer = await fetch(editor.dataset.preview, { method: "POST", body, headers: { "X-Fragment": "1" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      result.replaceChildren(...page.body.childNodes);
    } catch {
      result.textContent = result.dataset.failed;
    }
  });
}
