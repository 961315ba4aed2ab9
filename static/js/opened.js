/* data-opened: a list of results that counts, without who, that something of it was opened. */

export function attach(list) {
  list.addEventListener("click", (event) => {
    if (event.target.closest("a")) fetch(list.dataset.opened, { keepalive: true }).catch(() => {});
  });
}
