/* data-reveal: a button that shows a password while one types it. */

export function attach(row) {
  const input = row.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--quiet button--small";
  const show = (visible) => {
    input.type = visible ? "text" : "password";
    button.textContent = visible ? row.dataset.hide : row.dataset.show;
  };
  button.addEventListener("click", () => show(input.type === "password"));
  input.form?.addEventListener("submit", () => show(false)); // So that no browser remembers it as plain text.
  show(false);
  row.append(button);
}
