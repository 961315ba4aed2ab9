/* time[data-relative]: keeps "3 minutes ago" true while the page is open. Words come from the browser, in the page's language. */

const steps = [["year", 31557600], ["month", 2629800], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];
const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
const shown = new Set();

function tick() {
  for (const time of shown) {
    if (!time.isConnected) {
      shown.delete(time);
      continue;
    }
    const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
    const step = steps.find(([, size]) => Math.abs(seconds) >= size);
    // The server's own words stay until a minute has passed, and for what is old anyway.
    if (step && step[1] <= 86400) time.textContent = words.format(Math.round(seconds / step[1]), step[0]);
  }
}

export function attach(time) {
  if (!shown.size) setInterval(tick, 60000);
  shown.add(time);
}
