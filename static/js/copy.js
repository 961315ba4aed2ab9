/* data-copy: a link to a place that, pressed, copies its full address and says so. */
import { say } from "./toasts.js";

export function attach(link) {
  link.addEventListener("click", async (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || !navigator.clipboard) return;
    event.preventDefault();
    history.replaceState(null, "", link.href);
    try {
      await navigator.clipboard.writeText(link.href);
    } catch {
      return; // The address bar shows the link all the same.
    }
    say(link.dataset.copied);
  });
}
