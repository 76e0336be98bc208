/* Before the first paint: light or dark, so that nothing flashes; and where the browser refuses storage,
   a stand-in that lasts as long as the page, so that every script can use storage as if it were there. */
(() => {
  "use strict";
  for (const name of ["localStorage", "sessionStorage"]) {
    try {
      window[name].getItem("mode");
    } catch {
      const kept = new Map();
      const value = {
        getItem: (key) => kept.get(key) ?? null,
        setItem: (key, text) => void kept.set(key, String(text)),
        removeItem: (key) => void kept.delete(key),
      };
      Object.defineProperty(window, name, { value });
    }
  }
  const chosen = document.documentElement.dataset;
  const mode = localStorage.getItem("mode") || "auto";
  chosen.mode = mode;
  chosen.theme = mode !== "auto" ? mode : matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  let theme;
  addEventListener("beforeprint", () => ([theme, chosen.theme] = [chosen.theme, "light"])); // paper is white
  addEventListener("afterprint", () => (chosen.theme = theme));
})();
