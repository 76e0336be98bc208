/* Serves the book from what the reader's browser keeps of it (lightbook/offline.py writes `version` and `files` before this).

   A version is a cache, named by the place of the book and the version, and filled whole before the version counts: what
   another version has kept is copied, the rest is fetched, must be what the list says, and is kept compressed. A version waits
   until the reader agrees ("activate") or no page of the book is open. Then every new page is of the new version; a page that is
   still open asks for its files by what they held, and the old version stays until no such page is left. */
"use strict";
const scope = self.registration.scope;
const pathOf = (address) => decodeURIComponent(new URL(address, scope).pathname);
const named = new Map(files.map(([address]) => [pathOf(address), new URL(address, scope).href]));
const prefix = `offline ${new URL(scope).pathname} `; // one host may have several books
const mine = prefix + version;
const pagesAtChange = new URL("?pages-at-change", scope).href; // the address of a note beside the files
const exactly = { ignoreVary: true }; // an address names one content
const openPages = async () =>
  (await clients.matchAll({ type: "window", includeUncontrolled: true })).filter((page) => page.url.startsWith(scope)).map((page) => page.id);

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data === "activate") self.skipWaiting();
  if (event.data !== "fill") return;
  const filled = install().then(() => true, () => false);
  event.waitUntil(filled.then((done) => event.ports[0].postMessage(done)));
});
self.addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname, searchParams } = new URL(request.url);
  if (request.method !== "GET" || request.headers.has("range") || !(origin + pathname).startsWith(scope)) return;
  let path;
  try {
    path = pathOf(request.url).replace(/\/$/, "/index.html");
  } catch {
    return; // no address of ours
  }
  const isStatic = path.startsWith(`${pathOf("_static")}/`), asked = isStatic && searchParams.get("v");
  const address = named.get(path);
  if (address && (!asked || new URL(address).searchParams.get("v") === asked)) event.respondWith(kept(mine, address, request));
  else if (isStatic) event.respondWith(kept(undefined, request.url, request)); // a page of the version before
  if (request.mode === "navigate") event.waitUntil(tidy());
});

async function kept(cacheName, address, request) {
  const found = await caches.match(address, { ...exactly, cacheName });
  return found ? new Response(found.body.pipeThrough(new DecompressionStream("gzip")), found) : fetch(request); // browsers may drop it
}

async function install() {
  const cache = await caches.open(mine);
  for (const [address, integrity] of files) {
    const url = new URL(address, scope).href;
    let response = await caches.match(url, exactly);
    if (!response) {
      const answer = await fetch(url, { cache: "no-cache", integrity });
      // a response of our own also because a page may not come from a redirection
      response = new Response(answer.body.pipeThrough(new CompressionStream("gzip")), answer);
    }
    await cache.put(url, response);
  }
}

async function activate() {
  const cache = await caches.open(mine);
  await cache.put(pagesAtChange, new Response(JSON.stringify(await openPages())));
  await tidy();
}

async function tidy() {
  const note = await caches.match(pagesAtChange, { cacheName: mine });
  const before = new Set(note ? await note.json() : []);
  const others = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== mine);
  if ((await openPages()).some((id) => before.has(id))) return;
  const { installing, waiting } = self.registration;
  if (!installing && !waiting) await Promise.all(others.map((name) => caches.delete(name))); // else one of them is a version to come
}
