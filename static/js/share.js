/* data-share: hands a link to whatever the device shares with. Hidden where the browser cannot. */

export function attach(link) {
  if (!navigator.share) return;
  link.hidden = false;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    navigator.share({ title: link.dataset.share, url: link.href }).catch(() => {}); // Closed without sharing.
  });
}
