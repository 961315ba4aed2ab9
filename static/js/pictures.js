/* data-pictures: pictures are added by a button, by pasting and by dragging them onto the text; each asks for one sentence that says what
   it shows. Nothing takes the focus away from who is typing. */

const KINDS = "image/png,image/jpeg,image/webp,image/gif";

export function attach(link) {
  const text = document.getElementById(link.dataset.pictures);
  const { form } = text;
  const editor = text.closest("[data-editor]");
  const rows = editor.querySelector("[data-picture-rows]");
  const blank = editor.querySelector("[data-picture-row]");
  const words = rows.dataset;
  let count = 0;

  const chooser = document.createElement("input");
  Object.assign(chooser, { type: "file", accept: KINDS, multiple: true, hidden: true });
  chooser.addEventListener("change", () => {
    add(chooser.files);
    chooser.value = "";
  });
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: link.className });
  button.append(...[...link.childNodes].filter((node) => !node.matches?.("[data-new-tab]")));
  button.addEventListener("click", () => chooser.click());
  link.replaceWith(button, chooser);

  text.addEventListener("paste", (event) => {
    const { files, types } = event.clipboardData;
    if (!files.length || types.includes("text/plain")) return; // Cells and paragraphs come as a picture too.
    event.preventDefault();
    add(files);
  });

  const carries = (event) => event.dataTransfer?.types.includes("Files");
  editor.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    editor.classList.add("editor--dropping");
  });
  for (const type of ["dragleave", "drop"]) editor.addEventListener(type, () => editor.classList.remove("editor--dropping"));
  editor.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    add(event.dataTransfer.files);
  });

  function add(files) {
    for (const failed of rows.querySelectorAll(".picture-row--failed")) failed.remove();
    for (const file of files) send(file, newRow());
  }

  function newRow() {
    const row = blank.content.firstElementChild.cloneNode(true);
    const input = row.querySelector("input");
    count += 1;
    input.id = `picture-words-${count}`;
    row.querySelector("label").htmlFor = input.id;
    rows.append(row);
    return row;
  }

  function send(file, row) {
    const state = row.querySelector("[data-picture-state]");
    const progress = row.querySelector("progress");
    const fail = (sentence) => {
      progress.hidden = true;
      row.classList.add("picture-row--failed");
      state.textContent = `${file.name}: ${sentence}`;
    };
    if (file.size > Number(words.mostBytes)) {
      fail(words.tooLarge);
      return;
    }
    state.textContent = words.adding;
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    body.set("picture", file);
    // fetch cannot tell how far a file has got.
    const request = new XMLHttpRequest();
    request.open("POST", words.action);
    request.setRequestHeader("X-Fragment", "1");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      progress.value = event.loaded / event.total;
    });
    request.addEventListener("error", () => fail(words.failed));
    request.addEventListener("load", () => {
      const said = request.response;
      if (request.status !== 201 || !said?.address) {
        fail(said?.sentence ?? (request.status === 429 ? words.tooMany : words.failed));
        return;
      }
      progress.hidden = true;
      insert(said.markdown);
      state.textContent = words.added;
      describe(row, said.address);
    });
    request.send(body);
  }

  function insert(markdown) {
    const at = text.selectionEnd;
    const before = text.value.slice(0, at);
    const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    text.setRangeText(`${gap}${markdown}\n\n`, at, at, "end");
    changed();
  }

  function describe(row, address) {
    const field = row.querySelector("[data-picture-words]");
    const input = field.querySelector("input");
    field.hidden = false;
    input.addEventListener("input", () => {
      const end = text.value.indexOf(`](${address})`);
      const start = end < 0 ? -1 : text.value.lastIndexOf("![", end);
      if (start < 0) return; // Taken out of the text meanwhile.
      text.setRangeText(input.value.replace(/\s+/g, " ").replace(/[\\[\]]/g, "\\$&"), start + 2, end, "preserve");
      changed();
    });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // Enter here means: done describing, not: send.
      text.focus();
    });
  }

  const changed = () => text.dispatchEvent(new Event("input", { bubbles: true }));
}
