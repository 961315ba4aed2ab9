/* Keeps one page and its styles for when nobody can be reached. Nothing that is anybody's is ever kept. */
const KEPT = "samen-{{ version }}";
const PAGE = `/offline${self.location.search}`;
const PARTS = [{% for sheet in ("tokens", "base", "layout", "controls", "community", "people", "prose") %}"{{ asset('css/' ~ sheet ~ '.css') }}", {% endfor %}"{{ asset('img/icons.svg') }}", "{{ asset('img/favicon.svg') }}"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll([PAGE, ...PARTS])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))));
  event.waitUntil(old.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "GET") {
    event.respondWith(fetch(request).catch(() => caches.match(PAGE).then((page) => page ?? Response.error())));
  } else if (PARTS.includes(new URL(request.url).pathname)) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});
