/* Which chapters were read, kept in this browser only, and the keys that turn the pages (lightbook/reading.py). */
(() => {
  "use strict";
  const root = new URL(document.documentElement.dataset.content_root, location.href);
  const key = `reading-1:${root.pathname}`; // the number is the form of what is stored
  const load = () => {
    try {
      const stored = JSON.parse(localStorage.getItem(key));
      return new Set(Array.isArray(stored) ? stored : []);
    } catch {
      return new Set();
    }
  };
  const box = document.querySelector(".reading-done"); // on the page of a chapter
  const links = [...document.querySelectorAll(".bd-sidebar-primary nav.bd-links a")];
  const chapters = readingChapters.map(([name, level, minutes, work]) => {
    const link = links.find((a) => (name === box?.dataset.chapter ? a.getAttribute("href") === "#" : a.pathname === new URL(name, root).pathname));
    return { name, level, minutes, work, link, title: link?.textContent.trim() };
  });
  const here = box && chapters.find((chapter) => chapter.name === box.dataset.chapter);

  const show = () => {
    const read = load();
    for (const { name, link } of chapters) {
      link?.querySelector(".reading-mark")?.remove();
      if (read.has(name)) link?.insertAdjacentHTML("beforeend", '<span class="reading-mark">（読了）</span>');
    }
    if (here) box.checked = read.has(here.name);
    const count = chapters.filter((chapter) => read.has(chapter.name)).length;
    const later = here ? chapters.slice(chapters.indexOf(here) + 1) : [];
    const next = [...later, ...chapters].find((chapter) => chapter !== here && !read.has(chapter.name));
    for (const p of document.querySelectorAll(".reading-count")) p.textContent = `読んだ章：${count} / ${chapters.length}`;
    for (const p of document.querySelectorAll(".reading-next")) {
      p.replaceChildren(next ? "次に読む：" : count === chapters.length ? "すべての章を読み終えました。" : "");
      if (!next) continue;
      const a = p.appendChild(document.createElement("a"));
      a.href = new URL(next.name, root);
      a.textContent = next.title;
      p.append(`（${next.level}・${next.minutes}\u00a0分${next.work ? `、解く時間 ${next.work}\u00a0分` : ""}）`);
    }
  };
  const set = (read) => {
    const all = load();
    if (read) all.add(here.name);
    else all.delete(here.name);
    localStorage.setItem(key, JSON.stringify([...all]));
    show();
  };

  if (here) {
    // The end of a chapter in sight, after at least a quarter of its reading time: it was read.
    const watch = new IntersectionObserver(([entry]) => {
      if (entry.isIntersecting && performance.now() > here.minutes * 15000) {
        watch.disconnect();
        set(true);
      }
    });
    watch.observe(box);
    box.addEventListener("change", () => {
      watch.disconnect();
      set(box.checked);
    });
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest(".reading-erase") && confirm("読んだ章の記録を消します。よろしいですか。")) {
      localStorage.removeItem(key);
      show();
    }
  });
  addEventListener("storage", (event) => event.key === key && show()); // another tab
  addEventListener("pageshow", (event) => event.persisted && show());
  show();

  // Shift with an arrow, so that sliders, tables that scroll and screen readers keep the arrows, and nothing is selected by it.
  document.addEventListener("keydown", (event) => {
    const { key: pressed, shiftKey, ctrlKey, altKey, metaKey, target } = event;
    if (!shiftKey || ctrlKey || altKey || metaKey || !/^Arrow(Left|Right)$/.test(pressed)) return;
    if (event.defaultPrevented || target.closest("input, select, textarea, [contenteditable], [tabindex], dialog, audio, video")) return;
    if (!getSelection().isCollapsed) return;
    document.querySelector(`.prev-next-area a[rel=${pressed === "ArrowLeft" ? "prev" : "next"}]`)?.click();
  });
})();
