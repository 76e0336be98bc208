/* Search the text of the book (see lightbook/search.py). */
(async () => {
  "use strict";
  const list = document.getElementById("search-results");
  const status = document.getElementById("search-status");
  const ja = document.documentElement.lang === "ja";
  const query = new URLSearchParams(location.search).get("q") || "";
  const input = document.querySelector(".text-search input");
  input.value = query;
  if (!query.trim()) return input.focus();

  // Letters in one width and case; character by character, so that places in both texts can be matched.
  const characters = (text) => text.match(/.[\uff9e\uff9f\u3099\u309a]*/gsu) || [];
  const fold = (text) => characters(text).map((c) => c.normalize("NFKC").toLowerCase());
  const letter = /[\p{Script=Latin}\p{Script=Greek}\p{N}_]/u;
  const words = fold(query).join("").split(/\s+/).filter(Boolean);
  const phrase = words.join(" ");

  // How often `word` occurs; inside a longer Latin word (relu in prelu) it counts a tenth.
  const count = (text, word) => {
    let sum = 0;
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
      const before = text[at - 1] || "", after = text[at + word.length] || "";
      const inside = (letter.test(word[0]) && letter.test(before)) || (letter.test(word.at(-1)) && letter.test(after));
      sum += inside ? 0.1 : 1;
    }
    return sum;
  };
  const score = ([, title, text], terms, first) => {
    let sum = 0;
    for (const term of terms) {
      const inTitle = Math.min(1, count(title, term)), inText = count(text, term);
      sum += inTitle * (first ? 60 : 25) * (0.3 + (0.7 * term.length) / title.length) + 4 * Math.log1p(inText);
    }
    return sum;
  };

  const pages = (await (await fetch(list.dataset.index)).json()).map(([url, sections]) => ({
    url, sections, folded: sections.map(([a, title, text]) => [a, fold(title).join(""), fold(text).join("")]),
  }));
  const find = (terms, share) => {
    const found = [];
    for (const page of pages) {
      const whole = page.folded.map((s) => s[1] + " " + s[2]).join(" ");
      if (terms.filter((term) => whole.includes(term)).length < terms.length * share) continue;
      const wanted = words.length > 1 ? [...terms, phrase] : terms;
      const scores = page.folded.map((section, i) => score(section, wanted, i === 0));
      const best = scores.indexOf(Math.max(...scores));
      found.push({ page, best, score: scores[best] + scores.reduce((a, b) => a + b, 0) / 3 });
    }
    return found.sort((a, b) => b.score - a.score);
  };
  let found = find(words, 1), terms = words;
  const exact = found.length > 0;
  if (!exact) { // nothing holds every word: what shares most of its pairs of characters with the query?
    terms = [...new Set(words.flatMap((w) => Array.from(w).slice(1).map((_, i) => w.slice(i, i + 2))))];
    found = terms.length ? find(terms, 0.6) : [];
  }

  const excerpt = (text) => {
    const all = characters(text), folded = fold(text).map((c) => c[0]).join("");
    const places = terms.map((term) => folded.indexOf(term)).filter((at) => at >= 0);
    const start = Math.max(0, Math.min(...(places.length ? places : [0])) - 30);
    const piece = all.slice(start, start + 110), low = folded.slice(start, start + 110);
    const marked = piece.map(() => false);
    for (const term of terms)
      for (let at = low.indexOf(term); at >= 0; at = low.indexOf(term, at + 1)) marked.fill(true, at, at + term.length);
    const line = document.createElement("p");
    line.className = "context";
    if (start > 0) line.append("…");
    for (let i = 0; i < piece.length; ) {
      let end = i;
      while (end < piece.length && marked[end] === marked[i]) end++;
      const part = piece.slice(i, end).join("");
      if (marked[i]) line.appendChild(document.createElement("mark")).textContent = part;
      else line.append(part);
      i = end;
    }
    if (start + 110 < all.length) line.append("…");
    return line;
  };
  const link = (url, anchor, text) => {
    const a = document.createElement("a");
    a.href = url + "#" + anchor + (exact ? ":~:text=" + encodeURIComponent(words[0]) : "");
    a.textContent = text;
    return a;
  };
  for (const { page, best } of found) {
    const item = list.appendChild(document.createElement("li"));
    const [anchor, title, text] = page.sections[best];
    item.append(link(page.url, anchor, best ? `${page.sections[0][1]} › ${title}` : title), excerpt(text));
  }
  const n = found.length;
  status.textContent = !n
    ? ja ? `「${query}」は見つかりませんでした。` : `Nothing found for “${query}”.`
    : exact
      ? ja ? `「${query}」を含むページ：${n}` : `Pages with “${query}”: ${n}`
      : ja ? `「${query}」そのものはありませんでした。近いことばを含むページ：${n}` : `No exact match for “${query}”. Similar: ${n}`;
})();
