/* Short messages at the foot of the window, read aloud politely; and data-undo: a message that goes away by itself after ten seconds
   unless somebody is on it. */

export function say(text) {
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.textContent = text;
  document.querySelector("[data-toasts]").replaceChildren(toast);
  setTimeout(() => toast.remove(), 4000);
}

export function attach(message) {
  const leave = () => (message.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : message.remove());
  setTimeout(leave, 10000);
}
