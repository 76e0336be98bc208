/* Buttons and drop-down menus in the page header: what Bootstrap's script and inline handlers were needed for. And the mark in the page's contents. */
(() => {
  "use strict";
  const buttons = () => document.querySelectorAll('[data-bs-toggle="dropdown"]');
  const set = (button, open) => {
    button.setAttribute("aria-expanded", open);
    button.nextElementSibling.classList.toggle("show", open);
  };
  const closeAll = () => buttons().forEach((button) => set(button, false));
  document.addEventListener("click", (event) => {
    const button = event.target.closest('[data-bs-toggle="dropdown"]');
    const open = button && button.getAttribute("aria-expanded") !== "true";
    closeAll();
    if (open) set(button, true);
    const called = event.target.closest("[data-call]"); // e.g. window.print()
    if (called) window[called.dataset.call.match(/(\w+)\(\)$/)[1]]();
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest(".dropdown");
    const button = menu && menu.querySelector('[data-bs-toggle="dropdown"]');
    if (!button) return;
    if (event.key === "Escape") {
      closeAll();
      button.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      set(button, true);
      const items = [...menu.querySelectorAll(".dropdown-item")];
      const step = event.key === "ArrowDown" ? 1 : -1;
      const at = items.indexOf(document.activeElement);
      items[(at + step + (at < 0 && step < 0 ? 1 : 0) + items.length) % items.length].focus();
    }
  });
  document.addEventListener("focusout", (event) => {
    const menu = event.target.closest(".dropdown");
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) closeAll();
  });
  // The theme's script moves the mark to the heading that comes into view: at the top of the page none does.
  document.addEventListener("scrollend", () => {
    const marked = scrollY === 0 ? document.querySelectorAll("#pst-page-toc-nav .active") : [];
    for (const item of marked) {
      item.classList.remove("active");
      item.removeAttribute("aria-current");
    }
  });
})();
