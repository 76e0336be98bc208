/* The meaning of a term, shown while its link is pointed at or focused, or after a tap (lightbook/glossary.py). */
(() => {
  "use strict";
  const links = document.querySelectorAll("a.term");
  if (!links.length) return;
  const meanings = new Map();
  for (const link of links) {
    if (link.title) meanings.set(link.hash, link.title);
    link.removeAttribute("title"); // the browser's own tooltip shows neither on focus nor on touch
  }
  const area = links[0].closest(".bd-article") || document.body;
  const box = area.appendChild(document.createElement("div"));
  box.id = "term-meaning";
  box.setAttribute("role", "tooltip");
  box.hidden = true;
  let shown = null, leaving = 0, tapped = null;

  const hide = () => {
    clearTimeout(leaving);
    shown?.removeAttribute("aria-describedby");
    box.hidden = true;
    shown = null;
  };
  const show = (link) => {
    clearTimeout(leaving);
    if (shown === link) return;
    hide();
    shown = link;
    link.setAttribute("aria-describedby", box.id);
    box.textContent = meanings.get(link.hash);
    box.style.left = "0"; // so that its width is not that of where it stood last
    box.hidden = false;
    const frame = area.getBoundingClientRect(), at = link.getClientRects()[0], last = [...link.getClientRects()].at(-1);
    const below = last.bottom + box.offsetHeight + 6 < innerHeight;
    box.style.left = `${Math.max(0, Math.min((below ? last : at).left - frame.left, frame.width - box.offsetWidth))}px`;
    box.style.top = `${below ? last.bottom - frame.top + 4 : at.top - frame.top - box.offsetHeight - 4}px`;
  };
  const leave = () => { // time enough to move onto the box
    clearTimeout(leaving);
    leaving = setTimeout(() => shown !== document.activeElement && hide(), 250);
  };
  const term = (event) => event.target.closest?.("a.term");

  area.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    if (term(event)) show(term(event));
    else if (box.contains(event.target)) clearTimeout(leaving);
    else if (shown) leave();
  });
  area.addEventListener("pointerleave", () => shown && leave());
  document.addEventListener("focusin", (event) => (term(event) ? show(term(event)) : hide()));
  document.addEventListener("focusout", hide);
  document.addEventListener("pointerdown", (event) => {
    tapped = event.pointerType === "touch" && term(event) !== shown ? term(event) : null;
    if (!term(event) && !box.contains(event.target)) hide();
  });
  document.addEventListener("click", (event) => { // the first tap shows, the second follows the link
    if (tapped && term(event) === tapped) {
      event.preventDefault();
      show(tapped);
    }
    tapped = null;
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
})();
