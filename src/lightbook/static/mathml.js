/* A formula wider than its box can be scrolled, also from the keyboard; the others are no tab stop. */
addEventListener("DOMContentLoaded", () => {
  const fit = () => {
    for (const span of document.querySelectorAll("span.math")) {
      span.classList.remove("math-scroll");
      const room = span.parentElement.closest("p, li, td, th, dd, div").clientWidth;
      span.classList.toggle("math-scroll", room > 0 && Math.max(span.getBoundingClientRect().width, span.firstElementChild.scrollWidth) > room + 1);
    }
    for (const box of document.querySelectorAll(".math-scroll, span.math[tabindex]")) {
      if (box.matches(".math-scroll") && box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  new ResizeObserver(fit).observe(document.body);
});
