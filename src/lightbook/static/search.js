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

  const fold = (text) => text.normalize("NFKC").toLowerCase(); // letters in one width and case
  const characters = (text) => text.match(/.[\uff9e\uff9f\u3099\u309a]*/gsu) || [];
  const letter = /[\p{Script=Latin}\p{Script=Greek}\p{N}_]/u;
  const words = fold(query).split(/\s+/).filter(Boolean);
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

  const index = await (await fetch(list.dataset.index)).json();
  const pages = index.pages.map(([url, sections]) => ({
    url, sections, folded: sections.map(([a, title, text]) => [a, fold(title), fold(text)]),
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

  // What readers call a thing: kana of both kinds, long vowels, hyphens and spaces do not tell one spelling from another.
  const sound = (text) =>
    fold(text).replace(/[ぁ-ゖ]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0x60)).replace(/[\s\-‐_・ー]/g, "");
  const names = new Map();
  for (const [keyword, spellings, url, section] of index.names)
    for (const spelling of [keyword, ...spellings]) names.set(sound(spelling), { keyword, url, section });
  const named = names.get(sound(query)), renamed = [];
  if (named && !fold(named.keyword).includes(phrase)) renamed.push([query.trim(), named.keyword]);
  const own = (word) => {
    const name = names.get(sound(word));
    if (name) renamed.push([word, name.keyword]);
    return name ? fold(name.keyword) : word.replace(/(?<=..)ー$/, "");
  };

  let terms = words, found = find(words, 1);
  if (!found.length) {
    terms = (named ? fold(named.keyword) : words.map(own).join(" ")).split(" ");
    found = find(terms, 1);
  }
  const pairs = (text) => [...new Set(Array.from(text).slice(1).map((_, i) => text.slice(i, i + 2)))];
  const exact = found.length > 0;
  if (!exact) { // nothing holds every word: what shares most of its pairs of characters with the query?
    terms = [...new Set(words.flatMap(pairs))];
    found = terms.length ? find(terms, 0.6) : [];
  }
  const n = found.length;
  if (named) {
    const page = pages.find((one) => one.url === named.url);
    found = [{ page, best: named.section }, ...found.filter((one) => one.page !== page)];
  }

  const excerpt = (text) => {
    const all = characters(text), folded = all.map((c) => fold(c)[0]).join(""); // a place in one is the same in the other
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
    a.href = url + "#" + anchor + (exact ? ":~:text=" + encodeURIComponent(terms[0]) : "");
    a.textContent = text;
    return a;
  };
  for (const { page, best } of found) {
    const item = list.appendChild(document.createElement("li"));
    const [anchor, title, text] = page.sections[best];
    item.append(link(page.url, anchor, best ? `${page.sections[0][1]} › ${title}` : title), excerpt(text));
  }
  const say = (japanese, english) => ja ? japanese : `${english} `;
  for (const [said, mine] of renamed) status.append(say(`「${said}」は、この本では「${mine}」です。`, `“${said}” is “${mine}” in this book.`));
  const sought = terms === words ? query.trim() : (named?.keyword ?? terms.join(" "));
  if (exact) status.append(say(`「${sought}」を含むページ：${n}`, `Pages with “${sought}”: ${n}`));
  else if (n) status.append(say(`「${query}」そのものはありませんでした。近いことばを含むページ：${n}`, `No exact match for “${query}”. Similar: ${n}`));
  else if (!named) status.append(say(`「${query}」は見つかりませんでした。`, `Nothing found for “${query}”.`));
  if (exact || named) return;
  const asked = new Set(pairs(sound(query))), near = new Map();
  const glossary = index.terms.flatMap(([keyword, ...readings]) => [keyword, ...readings].map((one) => [sound(one), { keyword }]));
  for (const [spelling, { keyword }] of [...names, ...glossary]) {
    const own = pairs(spelling), share = (2 * own.filter((pair) => asked.has(pair)).length) / (own.length + asked.size);
    if (share >= 0.3) near.set(keyword, Math.max(share, near.get(keyword) ?? 0));
  }
  const nearest = [...near].sort((a, b) => b[1] - a[1]).slice(0, 3);
  if (nearest.length) status.append(say(" 近いことば：", "Did you mean:"));
  for (const [keyword] of nearest) {
    const a = document.createElement("a");
    a.href = "?q=" + encodeURIComponent(keyword);
    a.textContent = keyword;
    status.append(a, " ");
  }
})();
