/* data-theme-switch: links that choose the colours. With this they do so at once, and the server stores the choice in the background. */

export function attach(bar) {
  bar.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-theme-value]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const chosen = link.dataset.themeValue;
    if (chosen === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
    for (const other of bar.querySelectorAll("a[data-theme-value]")) {
      if (other === link) other.setAttribute("aria-current", "true");
      else other.removeAttribute("aria-current");
    }
    fetch(link.href, { method: "HEAD" }).catch(() => location.assign(link.href));
  });
}
