/* data-theme-value: a link that chooses the colours. They change at once, and the server stores the choice in the background. */

export function act(link) {
  const chosen = link.dataset.themeValue;
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  for (const choice of document.querySelectorAll("[data-theme-value]")) {
    if (choice.dataset.themeValue === chosen) choice.setAttribute("aria-current", "true");
    else choice.removeAttribute("aria-current");
  }
  fetch(link.href, { method: "HEAD" }).catch(() => location.assign(link.href));
}
