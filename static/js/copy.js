/* data-copy: a link to a place that, pressed, copies its full address and says so. */
import { say } from "./toasts.js";

export async function act(link) {
  history.replaceState(null, "", link.href);
  try {
    await navigator.clipboard.writeText(link.href);
    say(link.dataset.copied);
  } catch {
    // Not allowed or not there: the address bar shows the link all the same.
  }
}
