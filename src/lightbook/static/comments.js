/* Comments by giscus, asked for by the reader (lightbook/comments.py). */
(() => {
  "use strict";
  const section = document.querySelector("section.comments");
  if (!section) return;
  const page = document.documentElement, host = "https://giscus.app";
  const button = section.querySelector("button");
  const load = () => {
    const script = document.createElement("script");
    const fixed = { mapping: "specific", strict: "1", reactionsEnabled: "1", emitMetadata: "0", inputPosition: "top" };
    Object.assign(script.dataset, section.dataset, fixed, { theme: page.dataset.theme });
    script.src = `${host}/client.js`;
    script.crossOrigin = "anonymous";
    script.addEventListener("error", () => section.querySelector("p").append(" いまは接続できません。"));
    button.parentElement.replaceWith(script); // giscus puts its frame where the script stands
  };
  button.addEventListener("click", load);
  if (new URLSearchParams(location.search).has("giscus")) load(); // back from signing in on GitHub
  new MutationObserver(() => {
    const message = { giscus: { setConfig: { theme: page.dataset.theme } } };
    section.querySelector("iframe.giscus-frame")?.contentWindow.postMessage(message, host);
  }).observe(page, { attributeFilter: ["data-theme"] });
})();
