/**
 * Opens the program without a line. As long as there is one, every file comes over it, so that nobody is ever given
 * an old program; without one, all files come from one and the same version, which was taken in whole.
 */

const CACHE = "causerie-{{ version }}";
const FILES = {{ files|tojson }};

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)));
});

self.addEventListener("activate", (event) => {
  const removeOld = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(removeOld());
});

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const isOurs = origin === self.location.origin && (pathname === "/" || pathname.startsWith("/static/"));
  if (!isOurs || event.request.method !== "GET") return;
  event.respondWith(fetch(event.request).catch((failure) => kept(event.request, failure)));
});

async function kept(request, failure) {
  const found = await caches.match(request, { cacheName: CACHE, ignoreSearch: true });
  if (!found) throw failure;
  return found;
}
