/* Keeps the book for reading without a network when the reader asks for it, and says when there is a new version
   (lightbook/offline.py). Where the browser has no service workers, or refuses them, nothing is said. */
(async () => {
  "use strict";
  const root = new URL(document.documentElement.dataset.content_root, location.href);
  const worker = new URL("offline-worker.js", root).href, hour = 3600e3;
  const places = [...document.querySelectorAll(".offline-book")];
  let workers, registration;
  try {
    workers = navigator.serviceWorker;
    registration = await workers.getRegistration(root);
    if (registration?.scope !== root.href) registration = undefined; // that of what is around the book
  } catch {
    return;
  }
  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };
  const say = (...parts) => {
    for (const place of places) place.replaceChildren(...parts.map((part) => (part instanceof Function ? part(place) : part)));
  };

  const offer = (failure = "") => {
    const size = (place) => `${place.dataset.megabytes ? `約 ${place.dataset.megabytes} MB を読み込みます。` : ""}${failure}`;
    say(() => button("本全体を、通信なしで読めるようにする", keep), size);
  };
  const keep = async () => {
    for (const place of places) place.setAttribute("role", "status");
    say("読み込んでいます。");
    try {
      const found = await workers.register(worker);
      if (found.active) await fill(found.active);
      follow(found);
    } catch {
      offer("読み込めませんでした。");
    }
  };
  // Whoever stops and begins again may get back the worker that pages still have, whose files are gone.
  const fill = (active) => new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => (data ? resolve() : reject());
    active.postMessage("fill", [port2]);
  });
  const forget = async () => {
    await registration.unregister();
    registration = undefined;
    const prefix = `offline ${root.pathname} `;
    for (const name of await caches.keys()) if (name.startsWith(prefix)) await caches.delete(name);
    offer();
  };

  const follow = (found) => {
    registration = found;
    const show = () => {
      const { active, waiting, installing } = registration;
      if (active) say("この本は、通信がなくても読めます。", () => button("やめる", forget));
      else if (installing) say("読み込んでいます。");
      if (active && waiting) announce(waiting);
    };
    const watch = (coming) => coming?.addEventListener("statechange", () => {
      if (coming.state === "redundant" && !registration.active) offer("読み込めませんでした。");
      else show();
    });
    watch(registration.installing);
    registration.addEventListener("updatefound", () => watch(registration.installing));
    show();
  };
  const announce = (coming) => {
    document.querySelector(".offline-news")?.remove();
    const news = document.createElement("p");
    news.className = "offline-news d-print-none";
    news.setAttribute("role", "status");
    (document.querySelector(".bd-article-container") ?? document.body).prepend(news);
    news.append("新しい版があります。", button("読み込む", () => {
      coming.addEventListener("statechange", () => location.reload(), { once: true });
      if (coming.state === "installed") coming.postMessage("activate");
      else location.reload(); // another tab has agreed
    }));
  };

  // A tab may stay open for days, and only a new page lets the browser look by itself.
  let looked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || Date.now() - looked < hour) return;
    looked = Date.now();
    registration?.update().catch(() => {}); // no network
  });

  if (registration) follow(registration);
  else if (matchMedia("(display-mode: standalone)").matches) keep();
  else offer();
})();
