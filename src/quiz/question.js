/* One question: a form made of what the page holds, and what the reader has earned of its answer. */

import { LIMIT } from "./records.js";

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/* A copy of what stands in `source`, without the ids, which must not stand twice. */
function copy(source) {
  const made = document.createDocumentFragment();
  for (const child of source.childNodes) made.append(child.cloneNode(true));
  for (const one of made.querySelectorAll("[id]")) one.removeAttribute("id");
  return made;
}

/* What a choice says, for a screen reader: of a formula in a label, browsers make nothing or letters in a row. */
function spoken(node) {
  const inner = (from) => [...from.childNodes].map(spoken);
  const scripts = { mfrac: "/", msup: "^", msub: "_" };
  if (node.nodeType !== Node.ELEMENT_NODE) return node.textContent;
  const name = node.localName, parts = inner(node);
  if (name in scripts) return `(${parts[0]})${scripts[name]}(${parts[1]})`.replace(/\(([\p{L}\p{N}.]*)\)/gu, "$1");
  return name === "msqrt" ? `√(${parts.join("")})` : parts.join("");
}

/* The number that the reader wrote (full-width digits, a decimal comma, 1/4), or null. */
export function parse(text) {
  const half = text.replace(/[！-～]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0));
  const plain = half.replace(/[\u2010-\u2015\u2212ー]/g, "-").replace(/。/g, ".").replace(/、/g, ",").replace(/\s/g, "");
  const value = (part) => {
    if (/^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(part)) part = part.replaceAll(",", "");
    part = part.replace(/^([^,.]*),([^,.]*)$/, "$1.$2");
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(part) ? Number(part) : NaN;
  };
  const parts = plain.split("/").map(value);
  const result = parts.length === 1 ? parts[0] : parts.length === 2 ? parts[0] / parts[1] : NaN;
  return Number.isFinite(result) ? result : null;
}

/* 0 … count-1 in an order that depends on `key` alone. */
export function shuffled(count, key) {
  let state = 2166136261;
  for (const char of key) state = Math.imul(state ^ char.charCodeAt(0), 16777619);
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1));
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order;
}

/* Links to questions, side by side. */
export const linked = (questions) => questions.flatMap((one) => [element("a", { href: `#${one.box.id}` }, `問 ${one.number}`), " "]);

export class Question {
  constructor(box, quiz) {
    this.box = box;
    this.quiz = quiz;
    this.id = box.id.replace(/^q-/, "");
    this.fresh = true; // nothing has been said of it yet
    this.answers = document.getElementById(`${box.id}-answer`);
    this.reasons = [...this.answers.querySelectorAll(".quiz-reasons > li")];
    this.isNumber = box.dataset.kind === "number";
    const text = box.querySelector(".quiz-text");
    text.id = `${box.id}-text`;
    this.status = element("p", { className: "quiz-status", role: "status" });
    this.form = element("form", { noValidate: true });
    if (this.isNumber) this.buildField(text);
    else this.buildChoices(text);
    this.more = element("div", { className: "quiz-more" });
    this.more.setAttribute("aria-live", "polite");
    this.tools = element("p", { className: "quiz-tools" });
    this.form.append(this.tools, this.status, this.more);
    text.after(this.form);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit(event.submitter);
    });
    this.form.addEventListener("input", () => {
      if (this.done) this.clear();
      this.status.textContent = "";
      this.quiz.changed(this);
    });
    this.buildTools();
  }

  buildTools() {
    this.button = element("button", { type: "submit" }, "答え合わせ");
    this.reveal = element("button", { type: "button", hidden: true }, "答えを見る");
    this.reveal.addEventListener("click", () => {
      this.button.focus();
      this.keep({ shown: true });
    });
    this.tools.append(this.button, this.reveal);
  }

  submit() {
    if (this.done) this.retry();
    else this.check();
  }

  /* Whether it is answered once, and then shows everything. */
  get once() {
    return false;
  }

  buildField(text) {
    const word = element("span", { id: `${this.box.id}-label` }, "答え");
    this.field = element("input", { type: "text", autocomplete: "off", spellcheck: false, maxLength: LIMIT, id: `${this.box.id}-field` });
    this.field.setAttribute("aria-labelledby", `${word.id} ${text.id}`);
    this.form.append(element("label", { className: "quiz-field" }, word, this.field));
    this.inputs = [this.field];
  }

  buildChoices(text) {
    this.list = this.box.querySelector(".quiz-choices");
    this.items = [...this.list.children];
    const many = this.box.dataset.kind === "multiple";
    this.inputs = this.items.map((item, i) =>
      element("input", { type: many ? "checkbox" : "radio", name: this.box.id, value: i, autocomplete: "off" }),
    );
    this.feedback = this.items.map((item, i) => {
      const text = item.firstElementChild;
      const label = element("label", {}, this.inputs[i], text);
      if (text.querySelector("math")) this.inputs[i].setAttribute("aria-label", spoken(text).trim());
      const feedback = element("div", { className: "quiz-feedback", id: `${this.box.id}-feedback-${i}` });
      feedback.setAttribute("aria-live", "polite");
      this.inputs[i].setAttribute("aria-describedby", feedback.id);
      item.replaceChildren(label, feedback);
      return feedback;
    });
    const group = element("div", {}, this.list);
    group.setAttribute("role", many ? "group" : "radiogroup");
    group.setAttribute("aria-labelledby", text.id);
    this.form.append(group);
  }

  /* Choices and their reasons in the same new order, so that the letters before them agree. */
  mix(key) {
    if (this.isNumber) return;
    const order = shuffled(this.items.length, key);
    this.list.append(...order.map((i) => this.items[i]));
    this.reasons[0].parentElement.append(...order.map((i) => this.reasons[i]));
  }

  rename(number) {
    this.box.querySelector(".quiz-number > span").textContent = `問 ${number}`;
    this.answers.querySelector("summary").textContent = `問 ${number} の答え`;
    this.number = number;
  }

  get answer() {
    if (this.isNumber) return this.field.value.trim();
    return this.inputs.flatMap((input, i) => (input.checked ? [i] : []));
  }

  set answer(answer) {
    if (this.isNumber) this.field.value = typeof answer === "string" ? answer : "";
    else this.inputs.forEach((input, i) => (input.checked = Array.isArray(answer) && answer.includes(i)));
  }

  /* Why the answer cannot be marked, or "". */
  complaint() {
    const answer = this.answer;
    if (!answer.length) return this.isNumber ? "数を入力してください。" : "選択肢を選んでください。";
    if (this.isNumber && parse(answer) === null) return `「${answer}」は数として読めません。0.25、-3、1/4 のように入力してください。`;
    return "";
  }

  isRight() {
    if (this.isNumber) return this.isNear(this.answers.dataset.answer);
    return this.inputs.every((input, i) => input.checked === this.reasons[i].classList.contains("right"));
  }

  /* Whether the reader's number counts as `value` (questions.py: is_within). */
  isNear(value) {
    const tolerance = Number(this.answers.dataset.tolerance);
    return Math.abs(parse(this.answer) - value) <= tolerance * (1 + 1e-9) + 1e-9 * Math.abs(value);
  }

  /* Where the mistake comes from, if it is a known one. */
  get cause() {
    if (this.isNumber) return this.slip?.dataset.cause;
    return this.reasons.find((reason, i) => this.inputs[i].checked && reason.dataset.cause)?.dataset.cause;
  }

  /* A link to where the book explains it. */
  get place() {
    return this.answers.querySelector(".quiz-explanation > .quiz-see a");
  }

  /* What is known of the reader's wrong number. */
  get slip() {
    return this.reasons.find((reason) => this.isNear(reason.dataset.value));
  }

  check() {
    const complaint = this.complaint();
    if (!complaint) return this.keep({});
    this.clear();
    this.status.textContent = complaint;
    this.focus();
  }

  keep(more) {
    const right = !this.complaint() && this.isRight();
    const told = this.fresh && !more.shown ? { grade: right ? 3 : 1, cause: right ? undefined : this.cause } : {};
    this.fresh = false;
    this.quiz.records.add(this.id, { answer: this.answer, right, ...told, ...more });
    this.show(this.quiz.records.data.questions[this.id], true);
    this.quiz.count();
  }

  retry() {
    this.show(undefined, false);
    this.fresh = true;
    this.focus();
    this.status.textContent = "もう一度、答えてください。";
  }

  focus() {
    this.form.querySelector("input").focus();
  }

  clear() {
    this.done = false;
    this.status.textContent = "";
    this.status.className = "quiz-status";
    this.more.replaceChildren();
    this.items?.forEach((item, i) => {
      item.classList.remove("right", "wrong");
      this.feedback[i].replaceChildren();
    });
    if (!this.button) return;
    this.button.textContent = "答え合わせ";
    this.reveal.hidden = true;
  }

  /* Show a record: the reader's answer and, if it is `marked`, what it is worth. */
  show(record, marked) {
    this.clear();
    this.shown = JSON.stringify([record, marked]);
    this.answer = record?.answer;
    for (const input of this.inputs) input.disabled = marked && this.once;
    this.fresh = !marked;
    if (!marked) return;
    const right = !this.complaint() && this.isRight();
    this.done = right || record?.shown || this.once;
    this.items?.forEach((item, i) => {
      if (!this.inputs[i].checked && !this.done) return;
      this.feedback[i].append(copy(this.reasons[i]));
      if (this.reasons[i].classList.contains("right")) item.classList.add("right");
      else if (this.inputs[i].checked) item.classList.add("wrong");
    });
    this.say(right, record);
    if (this.done) {
      if (this.isNumber) this.more.append(element("p", {}, copy(this.answers.querySelector(".quiz-value"))));
      this.more.append(copy(this.answers.querySelector(".quiz-explanation")));
    }
    if (!this.button) return;
    this.button.textContent = this.done ? "やり直す" : "答え合わせ";
    this.reveal.hidden = this.done;
  }

  say(right, record) {
    if (right || !record?.shown) this.status.classList.add(right ? "right" : "wrong");
    if (right) this.status.textContent = "✓ 正解です。";
    else if (record?.shown) this.status.textContent = "答えと解説は、次のとおりです。";
    else if (!record || this.complaint()) this.status.textContent = "✗ 答えていません。";
    else if (this.box.dataset.kind === "multiple") {
      const wrong = this.inputs.some((input, i) => input.checked && this.reasons[i].classList.contains("wrong"));
      this.status.textContent = wrong ? "✗ 不正解の選択肢が入っています。" : "✗ 選んだものは合っていますが、足りません。";
    } else this.status.textContent = "✗ 違います。";
    if (!this.isNumber || right || !record || this.complaint()) return;
    if (this.slip) this.more.append(copy(this.slip));
    else if (!this.done) this.more.append(this.answers.querySelector(".quiz-explanation > .quiz-see").cloneNode(true));
  }
}

