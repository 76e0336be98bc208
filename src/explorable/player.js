/* The player of recorded figures (explorable).

One module, used three ways: loaded once by a page, standing in the output of a notebook, or run by
anywidget in a live kernel.  It defines <explorable-figure>, whose children come from Python: the
SVG at the start values, the controls (disabled, so that they are never dead while they look
alive), and the payload.  The payload is described in encode.py. */

const WORDS = {
  en: { controls: "Controls", reset: "Reset", play: "Play", stop: "Stop", from: "from", to: "to", back: "One step back", on: "One step on", loop: "Repeat", speed: "Speed", read: "Read off the curve" },
  ja: { controls: "操作", reset: "最初に戻す", play: "再生", stop: "停止", from: "下端", to: "上端", back: "1 つ戻す", on: "1 つ進める", loop: "くり返す", speed: "速さ", read: "曲線の値を読む" },
};
const ICONS = { reset: "↺", play: "▶", stop: "■", back: "‹", on: "›", loop: "∞" };
const POINTS = { M: 1, L: 1, Q: 2, C: 3, Z: 0 };
const LEGIBLE = 9.5; // on a small screen, 10 pt text is drawn at least this many CSS pixels high
const GROWTH = 1.35; // but never enlarged more than this: the layout has room for about that
const DURATION = 6000; // milliseconds that playing a whole slider takes

const REACH = 24; // CSS pixels between the pointer and a curve that is read off
const GRAIN = 5; // units of the SVG: no reading is finer than 1/20 pt of the drawing

/* The address of an application, a notebook's say, is its own affair. */
const PAGE = !document.getElementById("jupyter-config-data");

/* Models of a live kernel by the key of their figure; shared by all copies of this module. */
const live = (globalThis[Symbol.for("explorable")] ??= {
  models: new Map(),
  arrived: new EventTarget(),
});

const DIGIT = new Int8Array(128);
[..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].forEach(
  (char, i) => (DIGIT[char.charCodeAt(0)] = i),
);

function unpack(text) {
  const out = new Float64Array(text.length);
  let count = 0, value = 0, scale = 1;
  for (let i = 0; i < text.length; i++) {
    const digit = DIGIT[text.charCodeAt(i)];
    value += (digit & 31) * scale;
    scale *= 32;
    if (digit < 32) {
      out[count++] = value % 2 ? -(value - 1) / 2 : value / 2;
      value = 0;
      scale = 1;
    }
  }
  return out.subarray(0, count);
}

/* Call `visit` with the place of each number of a table whose index along each axis is a multiple of its step, along
   `but` only of the first. */
function each(sizes, strides, steps, but, visit, at = 0, axis = 0) {
  if (axis === sizes.length) return visit(at);
  const end = axis === but ? 1 : sizes[axis];
  for (let i = 0; i < end; i += steps[axis]) each(sizes, strides, steps, but, visit, at + i * strides[axis], axis + 1);
}

/* What `unpress` in encode.py does. */
const WIDEST = 4;
function unpress(how, table, sizes) {
  const [tolerance, guessed, orders] = how.split(" "), axes = [...guessed].map(Number);
  const strides = sizes.map((_, axis) => sizes.slice(axis + 1).reduce((a, b) => a * b, 1));
  const wide = sizes.map((_, axis) => (axes.includes(axis) ? 2 * WIDEST : 1));
  [...orders].forEach((order, axis) => {
    const step = strides[axis] * wide[axis], end = strides[axis] * sizes[axis];
    for (let k = 0; k < order; k++)
      each(sizes, strides, wide, axis, (at) => {
        for (let i = at + step; i < at + end; i += step) table[i] += table[i - step];
      });
  });
  for (let distance = WIDEST; distance; distance >>= 1) {
    const steps = sizes.map((_, axis) => (axes.includes(axis) ? 2 * distance : 1));
    const scale = 2 * Math.floor(tolerance / distance) + 1;
    for (const axis of axes) {
      const n = sizes[axis], far = distance * strides[axis];
      each(sizes, strides, steps, axis, (at) => {
        for (let i = distance; i < n; i += 2 * distance) {
          const here = at + i * strides[axis], left = table[here - far], right = table[here + far];
          let guess = left;
          if (i >= 3 * distance && i + 3 * distance < n)
            guess = Math.floor((9 * (left + right) - table[here - 3 * far] - table[here + 3 * far] + 8) / 16);
          else if (i + distance < n) guess = Math.floor((left + right + 1) / 2);
          table[here] = table[here] * scale + guess;
        }
      });
      steps[axis] = distance;
    }
  }
  return table;
}

/* A group of numbers of one channel: where they go, and their table over the axes they need. */
function group([axes, runs, how, data], shape, thin) {
  const columns = [], gaps = unpack(runs);
  for (let i = 0, last = 0; i < gaps.length; i += 2) {
    for (let k = 0; k < gaps[i + 1]; k++) columns.push(last + gaps[i] + k);
    last += gaps[i] + gaps[i + 1];
  }
  const sizes = [...axes.map((axis) => (axis < 0 ? thin[-1 - axis].length : shape[axis])), columns.length];
  return { axes, columns, sizes, table: unpress(how, unpack(data), sizes) };
}

function pathWriter(commands) {
  const steps = [...commands.matchAll(/([A-Z])(\d+)/g)].map((m) => [m[1], +m[2]]);
  const half = steps.reduce((n, [letter, count]) => n + POINTS[letter] * count, 0);
  return (row) => {
    let out = "", at = 1;
    for (const [letter, count] of steps) {
      if (letter === "Z") out += "Z";
      else {
        out += letter;
        for (let k = POINTS[letter] * count; k > 0; k--, at++) out += row[at] + " " + row[at + half] + " ";
      }
    }
    return out;
  };
}

function textWriter(template) {
  const parts = template.split(/(\{\{|\{\d?\})/);
  return (row) => {
    let at = 1;
    return parts
      .map((part, i) => {
        if (i % 2 === 0) return part;
        if (part === "{{") return "{";
        const decimals = +part[1] || 0, digits = String(row[at++]).padStart(decimals + 1, "0");
        return decimals ? digits.slice(0, -decimals) + "." + digits.slice(-decimals) : digits;
      })
      .join("");
  };
}

/* Where in the table of a group the numbers at `index` begin, each with its share: between two visited values of a
   control there are two of them. */
function corners({ axes, sizes }, index, thin) {
  let out = [[0, 1]];
  axes.forEach((axis, i) => {
    if (axis >= 0) return void (out = out.map(([at, share]) => [at * sizes[i] + index[axis], share]));
    const places = thin[-1 - axis], here = index[-1 - axis];
    const above = Math.max(places.findIndex((place) => place >= here), 1);
    const right = (here - places[above - 1]) / (places[above] - places[above - 1]);
    out = out.flatMap(([at, share]) => [
      [at * sizes[i] + above - 1, share * (1 - right)],
      [at * sizes[i] + above, share * right],
    ]);
  });
  return out.filter(([, share]) => share);
}

/* Styles that displayed HTML brought along: a strict policy lets a script set them, and nobody else. */
const sheets = new Set();
function dress(element) {
  for (const one of element.querySelectorAll("[data-style]")) one.style.cssText = one.dataset.style;
  for (const { dataset } of element.querySelectorAll("[data-sheet]")) {
    if (sheets.has(dataset.sheet)) continue;
    sheets.add(dataset.sheet);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(dataset.sheet);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
}

function channel({ e, a, t, g }, { shape, thin, templates }, elements) {
  t = t.map((number) => templates[number]);
  const groups = g.map((one) => group(one, shape, thin));
  const row = new Float64Array(groups.reduce((n, one) => n + one.columns.length, 0));
  const writers = t.map(a === "d" ? pathWriter : textWriter);
  const markup = a === "#" && t.some((text) => text.includes("<") || text.includes("&"));
  const element = elements[e];
  let last;
  return {
    axes: new Set(groups.flatMap((one) => one.axes.map((axis) => (axis < 0 ? -1 - axis : axis)))),
    draw(index) {
      for (const one of groups) {
        const { columns, table } = one, places = corners(one, index, thin), n = columns.length;
        for (let i = 0; i < n; i++) {
          let sum = 0;
          for (const [at, share] of places) sum += share * table[at * n + i];
          row[columns[i]] = Math.floor(sum + 0.5);
        }
      }
      const value = writers[row[0]](row);
      if (value === last) return;
      last = value;
      if (a === "#") {
        element[markup ? "innerHTML" : "textContent"] = value;
        if (element instanceof HTMLElement) dress(element);
      }
      else if (value === "") element.removeAttribute(a);
      else element.setAttribute(a, value);
    },
  };
}

/* The colour that is seen where `upper` lies over `lower`. */
function over(upper, lower) {
  const opacity = upper[3] + lower[3] * (1 - upper[3]);
  const mixed = (i) => (upper[i] * upper[3] + lower[i] * lower[3] * (1 - upper[3])) / (opacity || 1);
  return [mixed(0), mixed(1), mixed(2), opacity];
}

/* `value` with the digits that mean something if it is known to within `grain`. */
function rounded(value, grain) {
  const place = Math.ceil(Math.log10(grain));
  const text =
    place < -6 || place > 4
      ? value.toExponential(Math.max(Math.floor(Math.log10(Math.abs(value))) - place, 0))
      : place < 0 ? value.toFixed(-place) : String(Math.round(value / 10 ** place) * 10 ** place);
  return (Number(text) ? text : text.replace("-", "")).replaceAll("-", "−");
}

/* What positions mean in axes, by what record.py wrote of them: for x and for y their ends, and the value as text. */
function scales(text) {
  const parts = text.split(" ");
  return [0, 5].map((k) => {
    const [lo, hi, from, to] = parts.slice(k + 1, k + 5).map(Number), log = parts[k] === "log";
    const share = (at) => (at - from) / (to - from);
    const value = (at) => (log ? lo * (hi / lo) ** share(at) : lo + (hi - lo) * share(at));
    return {
      share,
      holds: (at) => share(at) >= 0 && share(at) <= 1,
      text: (at) => rounded(value(at), Math.abs(value(at + GRAIN) - value(at))),
    };
  });
}

/* The vertices of a path of straight lines, each with whether it begins a new one. */
function vertices(d) {
  const out = [];
  let x, y;
  for (const [, letter, rest] of d.matchAll(/([A-Za-z])([^A-Za-z]*)/g)) {
    if (!"MLl".includes(letter)) return [];
    const numbers = (rest.match(/-?[\d.]+/g) ?? []).map(Number);
    for (let i = 0; i < numbers.length; i += 2) {
      [x, y] = letter === "l" ? [x + numbers[i], y + numbers[i + 1]] : [numbers[i], numbers[i + 1]];
      out.push([x, y, letter === "M"]);
    }
  }
  return out;
}

const figures = () => [...document.querySelectorAll("explorable-figure")];
let leader, writing; // the figure that is being moved; the timer for writing the address

/* Set the figure that `hash`, "#tangent?alpha=1&kind=sin", is about, and bring it into view. */
function open(hash) {
  const [name, query] = hash.slice(1).split(/\?(.*)/s);
  if (query === undefined) return;
  const figure = figures().find((one) => one.spelled && one.called.includes(name));
  figure?.set(new URLSearchParams(query));
  figure?.scrollIntoView({ block: "nearest" });
  return figure;
}

/* The curves of a drawing that are seen, each with its scales and its points: lines of many vertices within axes. */
function curves(svg) {
  return [...svg.querySelectorAll("[data-axes] path[stroke]:not([fill], [transform])")].flatMap((path) => {
    const { axes } = path.closest("[data-axes]").dataset;
    if (axes === "-" || path.closest('[display="none"]')) return [];
    let points = vertices(path.getAttribute("d"));
    if (path.dataset.curve) {
      const [[x0, y0], [x1, y1]] = points; // all that was kept of a straight curve
      points = Array.from({ length: 201 }, (_, i) => [x0 + ((x1 - x0) * i) / 200, y0 + ((y1 - y0) * i) / 200, !i]);
    }
    const [x, y] = scales(axes);
    const inside = points.filter((point) => x.holds(point[0]) && y.holds(point[1]));
    return inside.length < 10 ? [] : { points, inside, x, y };
  });
}

/* Reads values off the curves of a drawing with pointer, finger and keyboard. */
class Reading {
  constructor(svg, words) {
    this.svg = svg;
    this.box = document.createElement("div");
    this.box.className = "explorable-reading";
    this.box.append(document.createElement("span"));
    this.reader = document.createElement("input");
    Object.assign(this.reader, { type: "range", className: "explorable-reader", min: 0, max: 200, autocomplete: "off" });
    this.reader.setAttribute("aria-label", words.read);
    svg.after(this.reader, this.box);
    this.chosen = 0; // the curve that the keyboard is on
    this.walk();
    this.reader.value = this.reader.max / 2;
    this.walk();
    this.hush();
    for (const event of ["focus", "input"]) this.reader.addEventListener(event, () => this.walk());
    this.reader.addEventListener("blur", () => this.hush());
    this.reader.addEventListener("keydown", (event) => {
      const turn = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!turn) return;
      event.preventDefault();
      this.walk(turn);
    });
    const point = ({ clientX, clientY }) => {
      const box = svg.getBoundingClientRect(), unit = svg.viewBox.baseVal.width / box.width;
      this.again = () => {
        const found = this.nearest((clientX - box.left) * unit, (clientY - box.top) * unit);
        if (found.far > REACH * unit) this.hush();
        else this.tell(found);
      };
      this.again();
    };
    svg.addEventListener("pointerdown", point);
    svg.addEventListener("pointermove", point);
    svg.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.hush());
  }

  /* After the curves have moved: what is told is told anew. */
  follow() {
    if (!this.box.hidden) this.again();
  }

  /* The point of the curves that is nearest to u, v. */
  nearest(u, v) {
    let best = { far: Infinity };
    for (const curve of curves(this.svg))
      curve.points.forEach(([x1, y1, begins], i) => {
        const [x0, y0] = begins ? [x1, y1] : curve.points[i - 1], dx = x1 - x0, dy = y1 - y0;
        const share = Math.min(Math.max(((u - x0) * dx + (v - y0) * dy) / (dx * dx + dy * dy) || 0, 0), 1);
        const at = [x0 + share * dx, y0 + share * dy], far = Math.hypot(at[0] - u, at[1] - v);
        if (far < best.far && curve.x.holds(at[0]) && curve.y.holds(at[1])) best = { curve, at, far };
      });
    return best;
  }

  /* Tell of the point at which the keyboard is, after a turn to another curve if one is asked for. */
  walk(turn = 0) {
    const all = curves(this.svg);
    if (!all.length) return this.hush();
    this.chosen = (this.chosen + turn + all.length) % all.length;
    const curve = all[this.chosen], last = curve.inside.length - 1, steps = Math.min(last, 200);
    this.reader.max = steps;
    if (turn) {
      const off = curve.inside.map(([x]) => Math.abs(curve.x.share(x) - this.place));
      this.reader.value = (off.indexOf(Math.min(...off)) / last) * steps;
    }
    const at = curve.inside[Math.round((this.reader.value / steps) * last)];
    this.again = () => this.walk();
    this.tell({ curve, at }, all.length > 1 ? ` (${this.chosen + 1}/${all.length})` : "");
  }

  tell({ curve, at: [x, y] }, which = "") {
    const box = this.svg.viewBox.baseVal, rect = this.svg.getBoundingClientRect(), home = this.svg.parentNode.getBoundingClientRect();
    const text = `x ≈ ${curve.x.text(x)}, y ≈ ${curve.y.text(y)}`;
    this.place = curve.x.share(x);
    this.box.firstChild.textContent = text;
    this.reader.setAttribute("aria-valuetext", text + which);
    this.box.hidden = false;
    this.box.dataset.side = (x > box.width / 2 ? "left" : "right") + (y < box.height / 4 ? " below" : "");
    this.box.style.left = rect.left - home.left + (x / box.width) * rect.width + "px";
    this.box.style.top = rect.top - home.top + (y / box.height) * rect.height + "px";
  }

  hush() {
    this.box.hidden = true;
  }
}

class ExplorableFigure extends HTMLElement {
  connectedCallback() {
    if (document.readyState === "loading") {
      document.addEventListener("DOMContentLoaded", () => this.isConnected && this.connectedCallback(), { once: true });
      return;
    }
    if (!this.querySelector(":scope > div")) return;
    this.svgs = [...this.querySelectorAll(":scope > div > svg")];
    this.watch = new ResizeObserver(() => this.fit());
    for (const svg of this.svgs) this.watch.observe(svg);
    this.colours();
    dress(this);
    if (!this.words) this.readable();
    this.fieldset = this.querySelector(":scope > div > fieldset");
    if (!this.fieldset) return;
    const fresh = !this.inputs;
    if (fresh) this.build();
    this.sync();
    if (fresh) this.settle();
    const key = this.dataset.model;
    if (!key) return;
    const link = () => (live.models.has(key) ? this.link(live.models.get(key)) : this.unlink?.());
    live.arrived.addEventListener(key, (this.onArrival = link));
    link();
  }

  disconnectedCallback() {
    this.watch?.disconnect();
    this.stop?.();
    this.unlink?.();
    if (this.onArrival) live.arrived.removeEventListener(this.dataset.model, this.onArrival);
  }

  /* Text that the scaling of a small screen would make too small is enlarged about its anchor. */
  fit() {
    for (const svg of this.svgs) {
      if (!svg.clientWidth) continue; // not shown now
      const scale = svg.clientWidth / (svg.viewBox.baseVal.width / 100);
      const growth = Math.min(Math.max(LEGIBLE / 10 / scale, 1), GROWTH);
      svg.style.setProperty("--explorable-text", growth.toFixed(3));
    }
  }

  /* A page is dark if its text is light, whatever it calls its theme; its paper is what shines
     through behind the figure. */
  colours() {
    const [r, g, b] = this.rgba(getComputedStyle(this).color);
    const dark = 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.5;
    if (this.dataset.dark !== String(dark)) this.dataset.dark = dark;
    let paper = [0, 0, 0, 0];
    for (let one = this.parentElement; one && paper[3] < 1; one = one.parentElement)
      paper = over(paper, this.rgba(getComputedStyle(one).backgroundColor));
    if (paper[3] > 0) {
      const [r, g, b] = over(paper, this.rgba("Canvas")).map((value) => (100 * value).toFixed(2) + "%");
      this.style.setProperty("--explorable-paper", `rgb(${r} ${g} ${b})`);
    } else this.style.removeProperty("--explorable-paper");
  }

  /* A colour of any syntax as red, green, blue and opacity from 0 to 1: the browser computes it. */
  rgba(colour) {
    this.style.stopColor = `color-mix(in srgb, ${colour}, ${colour})`;
    const computed = getComputedStyle(this).stopColor;
    this.style.stopColor = "";
    const [r, g, b, opacity = 1] = computed.match(/none|-?[\d.]+(e-?\d+)?/g).map((value) => Number(value) || 0);
    return [r, g, b, opacity];
  }

  build() {
    this.unique();
    this.data = JSON.parse(this.querySelector('script[type="application/json"]').textContent);
    this.rows = [...this.fieldset.querySelectorAll(".explorable-row")];
    this.inputs = this.rows.map((row) => [...row.querySelectorAll("input, select")]);
    this.inputs.forEach((all, i) => {
      if (all[0].type === "radio") for (const one of all) one.name = `${this.id}-c${i}`;
    });
    this.outputs = this.rows.map((row) => row.querySelector("output"));
    this.data.texts.forEach((texts, i) => {
      if (!texts) return;
      this.outputs[i].style.minWidth = Math.max(...texts.map((t) => [...t].length)) + "ch";
      this.outputs[i].setAttribute("aria-live", "off"); // the slider says its value itself
    });
    this.fieldset.setAttribute("aria-label", this.words.controls);
    for (const one of this.fieldset.querySelectorAll("[data-word]")) one.textContent = this.words[one.dataset.word];
    const tools = this.fieldset.querySelector(".explorable-tools");
    this.hide();
    if (this.data.play !== null && !this.gone[this.data.play]) {
      this.player(tools);
      matchMedia("(prefers-reduced-motion: reduce)").addEventListener("change", () => this.stop());
    }
    this.button(tools, "reset", () => {
      this.stop();
      this.show(this.data.start.map((value, i) => (this.gone[i] ? this.index[i] : value)));
    });
    this.fieldset.addEventListener("input", (event) => {
      const i = this.inputs.findIndex((all) => all.includes(event.target));
      if (i === this.data.play) this.stop();
      this.sync();
    });
    this.fieldset.disabled = false;
  }

  button(parent, word, action) {
    const button = document.createElement("button");
    button.type = "button";
    this.name(button, word);
    button.addEventListener("click", action);
    parent.append(button);
    return button;
  }

  name(button, word) {
    button.textContent = ICONS[word] + " " + this.words[word];
    button.setAttribute("aria-label", this.words[word]);
  }

  /* Two figures that are alike have the same name: rename this one's parts if it is not alone. */
  unique() {
    const old = this.id;
    if (!old || document.querySelectorAll(`[id="${old}"]`).length < 2) return;
    let count = 2;
    while (document.getElementById(`${old}-${count}`)) count++;
    this.id = `${old}-${count}`;
    for (const element of this.querySelectorAll("*"))
      for (const attribute of element.attributes ?? [])
        if (attribute.value.includes(old)) attribute.value = attribute.value.replaceAll(old, this.id);
    const script = this.querySelector("script");
    script.textContent = script.textContent.replaceAll(old, this.id);
  }

  /* The controls' values, as indices. */
  read() {
    return this.inputs.map((all) =>
      all[0].type === "checkbox" ? +all[0].checked : +(all[0].type === "radio" ? all.find((one) => one.checked) : all[0]).value,
    );
  }

  /* Set the controls to `index` and let the picture follow. */
  show(index) {
    this.inputs.forEach((all, i) => {
      if (all[0].type === "checkbox") all[0].checked = index[i] === 1;
      else if (all[0].type === "radio") all[index[i]].checked = true;
      else all[0].value = index[i];
    });
    this.sync();
  }

  /* Let the picture, the read-outs and the kernel follow the controls. */
  sync() {
    const index = this.read(), before = this.index ?? this.data.shown;
    const changed = index.flatMap((value, i) => (value === before[i] ? [] : [i]));
    this.index = index;
    this.data.texts.forEach((texts, i) => {
      if (!texts) return;
      const [input] = this.inputs[i];
      this.outputs[i].textContent = texts[index[i]];
      input.setAttribute("aria-valuetext", texts[index[i]]);
      input.style.setProperty("--explorable-done", (100 * index[i]) / Math.max(texts.length - 1, 1) + "%");
    });
    if (!changed.length) return;
    if (!this.channels) {
      const elements = this.querySelectorAll("[data-x]");
      this.channels = this.data.channels.map((one) => channel(one, this.data, elements));
    }
    for (const one of this.channels) if (changed.some((axis) => one.axes.has(axis))) one.draw(index);
    if (this.model && String(this.model.get("_index")) !== String(index)) {
      this.model.set("_index", index);
      this.model.save_changes();
    }
    this.moved();
  }

  /* Once the figure stands: take over what others share with it, and what the address says. */
  settle() {
    const { texts, words } = this.data, name = this.dataset.name;
    this.called = name ? [name, encodeURIComponent(name)] : []; // as links are written, and as browsers write them
    this.spelled = words.map((all, i) => all ?? texts[i].map((text) => [String(parseFloat(text.replace("−", "-")))]));
    this.status = document.createElement("span");
    this.status.setAttribute("role", "status");
    this.fieldset.after(this.status);
    for (const one of figures()) if (one !== this && one.spelled) one.share();
    this.fill();
    if (PAGE && this.called.includes(location.hash.slice(1).split("?")[0])) open(location.hash);
    clearTimeout(writing); // so far the reader has moved nothing
  }

  /* Take controls away that the address of the page names: its figures keep the values they have. */
  hide() {
    const hidden = PAGE ? new URLSearchParams(location.search).getAll("hide").join().split(",") : [];
    this.gone = this.data.names.map((name) => hidden.includes(name));
    this.rows.forEach((row, i) => this.gone[i] && row.remove());
    this.fieldset.hidden = this.gone.every(Boolean);
  }

  /* Set the controls that a link names, and say so. */
  set(values) {
    const said = [];
    const index = this.index.map((now, i) => {
      const text = values.get(this.data.names[i]);
      const found = this.spelled[i].findIndex((all) => all.some((one) => one === text || (text && Number(one) === Number(text))));
      if (found < 0) return now;
      const label = this.rows[i].querySelector("label, span:not(:empty)").textContent.trim();
      said.push(`${label} ${this.value(i, found)}`);
      return found;
    });
    this.stop();
    this.show(index);
    this.status.textContent = said.join(", ");
    this.write();
  }

  /* The value of a control as the reader sees it. */
  value(i, at) {
    return this.data.texts[i]?.[at] ?? this.spelled[i][at].at(-1);
  }

  /* After a change: what shares a control, the text and the address follow. */
  moved() {
    if (!this.spelled) return;
    const leads = !leader;
    leader ??= this;
    this.share();
    this.fill();
    if (leads) {
      leader = undefined;
      this.write();
    }
    for (const reading of this.readings) reading.follow();
  }

  /* Let pointer, finger and keyboard read values off the curves, if there are any. */
  readable() {
    const lang = this.closest("[lang]")?.lang.toLowerCase() ?? "";
    this.words = WORDS[lang.startsWith("ja") ? "ja" : "en"];
    this.readings = this.svgs.filter((svg) => curves(svg).length).map((svg) => new Reading(svg, this.words));
  }

  /* Let the figures follow whose controls were made of the same widget as one of this. */
  share() {
    const with_ = (one, i, other, j) => one.data.follow?.[i] === `${other.dataset.name}?${other.data.names[j]}`;
    for (const other of figures()) {
      const index = other.spelled && other.index.map((now, j) => {
        const own = this.index.find((_, i) => with_(this, i, other, j) || with_(other, j, this, i));
        return own ?? now;
      });
      if (!index || String(index) === String(other.index)) continue;
      other.stop();
      other.show(index);
    }
  }

  /* Show the value in the links that ask for it: [](#tangent?alpha). */
  fill() {
    for (const name of this.called)
      for (const link of document.querySelectorAll(`a[href^="#${name}?"]`)) {
        const asked = [...new URLSearchParams(link.getAttribute("href").split("?")[1])].join();
        const i = this.data.names.findIndex((one) => one + "," === asked);
        if (i >= 0) link.textContent = this.value(i, this.index[i]);
      }
  }

  /* Let the address hold the state, once the reader's hand rests. */
  write() {
    if (!PAGE || top !== self || !this.dataset.name) return;
    clearTimeout(writing);
    writing = setTimeout(() => {
      const values = this.index.map((at, i) => [this.data.names[i], this.spelled[i][at][0]]);
      history.replaceState(history.state, "", `#${this.dataset.name}?${new URLSearchParams(values)}`);
    }, 400);
  }

  /* The tools for the control that plays: a step back, play, a step on, repeat, speed. */
  player(tools) {
    const small = (word, action) => {
      const button = this.button(tools, word, action);
      button.textContent = ICONS[word];
      button.title = this.words[word];
      return button;
    };
    small("back", () => this.step(-1));
    this.playButton = this.button(tools, "play", () => (this.timer ? this.stop() : this.play()));
    small("on", () => this.step(1));
    const loop = small("loop", () => loop.setAttribute("aria-pressed", (this.loops = !this.loops)));
    loop.setAttribute("aria-pressed", (this.loops = false));
    this.speed = document.createElement("select");
    for (const speed of [0.5, 1, 2]) this.speed.add(new Option("×" + speed, speed, speed === 1, speed === 1));
    this.speed.setAttribute("aria-label", this.words.speed);
    this.speed.addEventListener("change", () => this.timer && (this.stop(), this.play()));
    tools.append(this.speed);
    for (const one of [this.playButton, loop, this.speed]) one.classList.add("explorable-play");
  }

  /* Put the control that plays to `value`. */
  to(value) {
    this.show(this.index.map((old, i) => (i === this.data.play ? value : old)));
  }

  step(by) {
    this.stop();
    const value = this.index[this.data.play] + by;
    if (value >= 0 && value < this.data.shape[this.data.play]) this.to(value);
  }

  play() {
    const axis = this.data.play, last = this.data.shape[axis] - 1;
    if (this.index[axis] === last) this.to(0);
    this.name(this.playButton, "stop");
    this.timer = setInterval(
      () => {
        this.to(this.loops && this.index[axis] === last ? 0 : this.index[axis] + 1);
        if (this.index[axis] === last && !this.loops) this.stop();
      },
      Math.max(DURATION / (last + 1), 40) / this.speed.value,
    );
  }

  stop() {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.name(this.playButton, "play");
  }

  /* Follow a model of a live kernel and be followed by it. */
  link(model) {
    this.unlink?.();
    const follow = () => this.show(model.get("_index"));
    this.unlink = () => {
      model.off("change:_index", follow);
      this.model = this.unlink = undefined;
    };
    this.model = model;
    model.on("change:_index", follow);
    follow();
  }
}

if (!customElements.get("explorable-figure")) {
  customElements.define("explorable-figure", ExplorableFigure);
  const recolour = () => document.querySelectorAll("explorable-figure").forEach((one) => one.colours?.());
  const watch = new MutationObserver(() => requestAnimationFrame(recolour));
  for (const element of [document.documentElement, document.body])
    watch.observe(element, { attributes: true, attributeFilter: ["class", "style", "data-theme", "data-mode", "data-jp-theme-light", "data-jp-theme-name"] });
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (open(link.getAttribute("href"))) event.preventDefault();
  });
  const readings = () => [...figures()].flatMap((one) => one.readings ?? []);
  document.addEventListener("pointerdown", ({ target }) => readings().forEach((one) => one.svg.contains(target) || one.hush()));
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") readings().forEach((one) => (one.reader.blur(), one.hush()));
  });
  if (PAGE) addEventListener("hashchange", () => open(location.hash));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => requestAnimationFrame(recolour));
}

export default {
  /* A model has arrived: the figure of this key, wherever it stands, is live until the model goes. */
  initialize({ model }) {
    const key = model.get("_key");
    const tell = () => live.arrived.dispatchEvent(new Event(key));
    live.models.set(key, model);
    tell();
    return () => {
      live.models.delete(key);
      tell();
    };
  },
  /* A view of its own, e.g. in a VBox. */
  render({ model, el }) {
    el.innerHTML = model.get("_html");
    const figure = el.querySelector("explorable-figure");
    figure.dataset.model = model.get("_key");
    figure.link?.(model);
  },
};
