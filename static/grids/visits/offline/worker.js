/* Service worker of /grid/. VERSION and FILES are put in front by the portal.

   Nothing personal is ever in its cache: pages come from the network, and where there is none an empty door page opens,
   which fills itself from what lies sealed in IndexedDB. */

const CACHE = `grid-${VERSION}`;
const HOME = "/grid/today/";
const SHELL = "/grid/offline/";
const PATIENCE = 15000;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    // no-cache: asked again, answered in a line where it is what the page has just loaded.
    await Promise.all(FILES.map(async (url) => {
      const answer = await fetch(new Request(url, { cache: "no-cache" }));
      if (!answer.ok) throw new Error(url);
      await cache.put(url, answer);
    }));
    // Without cookies: the page as nobody sees it, with nobody's name in it.
    const shell = await fetch(new Request(SHELL, { cache: "no-cache", credentials: "omit" }));
    if (!shell.ok || shell.redirected) throw new Error(SHELL);
    await cache.put(SHELL, shell);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("grid-") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(page(request, url));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname).then((kept) => kept || fetch(request)));
  }
});

/* A line that is there and carries nothing is worse than none: it is given up after a while. */
async function page(request, url) {
  try {
    const late = new Promise((_, reject) => setTimeout(() => reject(new Error("late")), PATIENCE));
    const answer = await Promise.race([fetch(request), late]);
    // A portal that is being restarted is like no signal; any other page shows its own error.
    return answer.status >= 500 && url.pathname === HOME ? (await shell()) || answer : answer;
  } catch (error) {
    const kept = await shell();
    if (kept) return kept;
    throw error;
  }
}

/* Under whatever address was asked for, not by a redirect: a browser just opened follows none without a network. */
function shell() {
  return caches.match(SHELL);
}
