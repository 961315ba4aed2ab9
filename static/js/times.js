/* time[data-relative]: keeps "3 minutes ago" true while the page is open. Words come from the browser, in the page's language. */

const steps = [["day", 86400], ["hour", 3600], ["minute", 60]];
const longest = 30 * 86400;
const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });

function tick() {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
    const step = steps.find(([, size]) => Math.abs(seconds) >= size);
    if (step && Math.abs(seconds) < longest) time.textContent = words.format(Math.round(seconds / step[1]), step[0]);
  }
}

tick();
setInterval(tick, 60000);
