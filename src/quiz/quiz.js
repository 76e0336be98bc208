/* Questions that answer (quiz).

The page comes with its questions and, folded at the end, their answers.  This module makes a form of each
question, mixes the choices, and shows of the answers what the reader has earned.  The answers themselves
stay where they are, for print. */

const VERSION = 1;
const LIMIT = 100; // characters of a number that a record may keep

function element(name, properties = {}, ...children) {
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
function parse(text) {
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
function shuffled(count, key) {
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
const linked = (questions) => questions.flatMap((one) => [element("a", { href: `#${one.box.id}` }, `問 ${one.number}`), " "]);

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/* What of `data` is a record of ours, or null if it is none. */
function clean(data) {
  if (!isObject(data) || data.version !== VERSION || !Number.isInteger(data.seed)) return null;
  if (!isObject(data.questions) || !isObject(data.exams)) return null;
  const isAnswer = (answer) =>
    typeof answer === "string" ? answer.length <= LIMIT : Array.isArray(answer) && answer.length <= LIMIT && answer.every(Number.isInteger);
  const questions = Object.entries(data.questions).filter(([, one]) => isObject(one) && isAnswer(one.answer));
  const exams = Object.entries(data.exams).filter(([, one]) => isObject(one) && Number.isInteger(one.round));
  const flags = ({ answer, right, shown, first }) => ({ answer, right: right === true, shown: shown === true, first: first === true });
  return {
    version: VERSION,
    seed: data.seed,
    questions: Object.fromEntries(questions.map(([id, one]) => [id, flags(one)])),
    exams: Object.fromEntries(exams.map(([id, one]) => [id, { round: one.round, graded: one.graded === true }])),
  };
}

/* The records of this browser, under one key.  Where it refuses to keep them they live as long as the page. */
class Records {
  constructor(key) {
    this.key = key;
    this.erase();
    this.update(() => {});
  }

  read() {
    try {
      this.data = clean(JSON.parse(localStorage.getItem(this.key))) ?? this.data;
    } catch {} // refused, or not ours
    return this.data;
  }

  update(change) {
    change(this.read()); // read first: another tab may have written
    this.write();
  }

  write() {
    try {
      localStorage.setItem(this.key, JSON.stringify(this.data));
      this.kept = localStorage instanceof Storage; // else a stand-in, gone with the page
    } catch {
      this.kept = false;
    }
  }

  erase() {
    this.data = { version: VERSION, seed: Math.floor(Math.random() * 2 ** 32), questions: {}, exams: {} };
  }
}

function recordsOfSite() {
  const root = new URL(document.documentElement.dataset.content_root ?? ".", location.href);
  return new Records(`quiz:${root.pathname}`);
}

class Question {
  constructor(box, quiz) {
    this.box = box;
    this.quiz = quiz;
    this.id = box.id.replace(/^q-/, "");
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
      if (quiz.exam !== undefined) return;
      if (this.done) this.retry();
      else this.check();
    });
    this.form.addEventListener("input", () => {
      if (this.done) this.clear();
      this.status.textContent = "";
      this.quiz.changed(this);
    });
    if (quiz.exam !== undefined) return;
    this.button = element("button", { type: "submit" }, "答え合わせ");
    this.reveal = element("button", { type: "button", hidden: true }, "答えを見る");
    this.reveal.addEventListener("click", () => {
      this.button.focus();
      this.keep({ shown: true });
    });
    this.tools.append(this.button, this.reveal);
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

  check() {
    const complaint = this.complaint();
    if (!complaint) return this.keep({});
    this.clear();
    this.status.textContent = complaint;
    this.focus();
  }

  keep(more) {
    const right = !this.complaint() && this.isRight();
    const { answer } = this;
    this.quiz.records.update(({ questions }) => {
      const before = questions[this.id];
      questions[this.id] = { answer, right, shown: false, first: before ? before.first : right, ...more };
    });
    this.show(this.quiz.records.data.questions[this.id], true);
    this.quiz.count();
  }

  retry() {
    this.show(undefined, false);
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
    this.answer = record?.answer;
    for (const input of this.inputs) input.disabled = marked && this.quiz.exam !== undefined;
    if (!marked) return;
    const right = !this.complaint() && this.isRight();
    this.done = right || record?.shown || this.quiz.exam !== undefined;
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
    } else this.status.textContent = "✗ ちがいます。";
    if (!this.isNumber || right || !record || this.complaint()) return;
    const slip = this.reasons.find((reason) => this.isNear(reason.dataset.value));
    if (slip) this.more.append(copy(slip));
    else if (!this.done) this.more.append(this.answers.querySelector(".quiz-explanation > .quiz-see").cloneNode(true));
  }
}

class Quiz {
  constructor(box) {
    this.box = box;
    this.exam = box.dataset.exam === undefined ? undefined : box.dataset.quiz;
    this.records = recordsOfSite();
    this.answers = box.querySelector(".quiz-answers");
    this.questions = [...box.querySelectorAll(".quiz-question")].map((one) => new Question(one, this));
    if (this.exam !== undefined) this.buildExam();
    this.buildPanel();
    box.classList.add("quiz-live");
    this.show();
    addEventListener("storage", (event) => {
      if (event.key !== null && event.key !== this.records.key) return;
      if (event.newValue === null) this.records.erase();
      this.show();
    });
  }

  get round() {
    return this.records.data.exams[this.exam]?.round ?? 0;
  }

  get open() {
    return this.order.filter((one) => one.complaint());
  }

  get graded() {
    return this.records.data.exams[this.exam]?.graded === true;
  }

  /* Let the page follow the records. */
  show() {
    const { seed, questions } = this.records.read();
    const key = `${seed}:${this.round}`;
    if (key !== this.key) this.mix((this.key = key));
    for (const one of this.questions) {
      const record = questions[one.id];
      one.show(record, this.exam === undefined ? record !== undefined : this.graded);
    }
    this.count();
    if (this.exam !== undefined) this.showResult();
  }

  mix(key) {
    for (const one of this.questions) one.mix(`${key}:${one.id}`);
    this.order = this.questions;
    if (this.exam !== undefined) {
      this.order = shuffled(this.questions.length, key).map((i) => this.questions[i]);
      this.examTools.before(...this.order.map((one) => one.box));
      this.answers.append(...this.order.map((one) => one.answers));
    }
    this.order.forEach((one, i) => one.rename(i + 1));
  }

  /* In an exam an answer is kept as it is given, and marked at the end. */
  changed(question) {
    if (this.exam === undefined) return;
    const { id, answer } = question;
    this.records.update(({ questions }) => {
      if (answer.length) questions[id] = { answer, right: false, shown: false, first: false };
      else delete questions[id];
    });
    this.asked = false;
    this.count();
  }

  buildExam() {
    this.button = element("button", { type: "button" }, "採点する");
    this.message = element("p", { className: "quiz-status", role: "status" });
    this.result = element("div", { className: "quiz-result", tabIndex: -1 });
    this.examTools = element("div", { className: "quiz-exam" }, element("p", { className: "quiz-tools" }, this.button), this.message, this.result);
    this.answers.before(this.examTools);
    this.resume = element("p", { className: "quiz-resume" });
    this.box.prepend(this.resume);
    this.button.addEventListener("click", () => (this.graded ? this.again() : this.grade()));
  }

  grade() {
    const open = this.open;
    if (open.length && !this.asked) {
      this.asked = true; // the second time it is meant
      this.message.replaceChildren("まだ答えていない問題：", ...linked(open), element("br"), "このまま採点するときは、もう一度「採点する」を押してください。");
      return;
    }
    this.records.update(({ questions, exams }) => {
      for (const one of this.questions)
        if (questions[one.id]) questions[one.id].right = questions[one.id].first = !one.complaint() && one.isRight();
      exams[this.exam] = { round: this.round, graded: true };
    });
    this.show();
    this.result.focus();
  }

  again() {
    this.records.update(({ questions, exams }) => {
      for (const one of this.questions) delete questions[one.id];
      exams[this.exam] = { round: this.round + 1, graded: false };
    });
    this.show();
    this.order[0].focus();
  }

  showResult() {
    this.message.textContent = "";
    this.asked = false;
    const { open } = this;
    this.resume.replaceChildren();
    if (!this.graded && open.length && open.length < this.order.length) this.resume.append("続きから解く：", ...linked([open[0]]));
    this.button.textContent = this.graded ? "もう一度受ける" : "採点する";
    this.result.replaceChildren();
    if (!this.graded) return;
    const isRight = (one) => this.records.data.questions[one.id]?.right === true;
    const topics = new Map(this.questions.map((one) => [one.box.dataset.topic, []]));
    for (const one of this.questions) topics.get(one.box.dataset.topic).push(one);
    const total = this.questions.filter(isRight).length;
    const heading = this.heading("結果");
    const score = `${this.questions.length} 問中 ${total} 問正解（${Math.round((100 * total) / this.questions.length)} %）`;
    const inOrder = [...topics].sort(([, [a]], [, [b]]) => (a.box.dataset.place < b.box.dataset.place ? -1 : 1));
    const rows = inOrder.map(([topic, all]) => {
      const link = element("a", { href: all[0].box.dataset.place }, topic);
      return element("tr", {}, element("th", { scope: "row" }, link), element("td", {}, `${all.filter(isRight).length} / ${all.length}`));
    });
    const head = element("tr", {}, element("th", { scope: "col" }, "テーマ"), element("th", { scope: "col" }, "正解 / 問題"));
    const table = element("table", { className: "table" }, element("thead", {}, head), element("tbody", {}, ...rows));
    const missed = this.order.filter((one) => !isRight(one));
    const list = element("p", {}, missed.length ? "間違えた問題：" : "全問正解です。", ...linked(missed));
    this.result.append(heading, element("p", {}, element("strong", {}, score)), table, list);
  }

  heading(text) {
    return element(this.box.querySelector(".quiz-number").tagName, { className: "quiz-heading" }, text);
  }

  buildPanel() {
    const heading = this.heading("答えの記録");
    this.counts = element("p");
    this.news = element("p", { role: "status" });
    this.note = element("p", { className: "quiz-note" });
    const file = element("input", { type: "file", accept: ".json,application/json", hidden: true });
    const button = (text, action) => {
      const made = element("button", { type: "button", ariaLabel: `答えの記録を${text}` }, text);
      made.addEventListener("click", action);
      return made;
    };
    file.addEventListener("change", async () => {
      this.load(await file.files[0].text());
      file.value = "";
    });
    const tools = element(
      "p", { className: "quiz-tools" },
      button("書き出す", () => this.export()), button("読み込む", () => file.click()), button("消す", () => this.erase()),
    );
    this.panel = element("section", { className: "quiz-panel" }, heading, this.counts, tools, file, this.news, this.note);
    this.panel.setAttribute("aria-label", heading.textContent);
    this.answers.before(this.panel);
  }

  count() {
    const { questions } = this.records.data;
    const known = this.questions.map((one) => questions[one.id]).filter(Boolean);
    const number = (test) => known.filter(test).length;
    const marked = this.exam === undefined || this.graded;
    const first = this.exam === undefined ? `（1 回目で正解：${number((one) => one.first)} 問）` : "";
    this.counts.textContent =
      `${this.questions.length} 問中 ${known.length} 問に答えました。` + (marked ? `正解は ${number((one) => one.right)} 問です${first}。` : "");
    this.note.textContent = this.records.kept
      ? "記録は、このブラウザーの中だけに残ります。書き出し・読み込み・消去は、全部の章の記録が対象です。"
      : "このブラウザーには記録を残せません。ページを閉じるか読み直すと、答えは消えます。";
  }

  export() {
    const data = new Blob([JSON.stringify(this.records.read(), null, 1)], { type: "application/json" });
    const link = element("a", { href: URL.createObjectURL(data), download: "quiz-record.json" });
    link.click();
    URL.revokeObjectURL(link.href);
    this.news.textContent = "記録をファイルに書き出しました。";
  }

  load(text) {
    let data = null;
    try {
      data = clean(JSON.parse(text));
    } catch {} // not JSON: not a record either
    if (data) {
      this.records.data = data;
      this.records.write();
      this.show();
    }
    this.news.textContent = data ? "記録を読み込みました。" : "このファイルは、この本の記録として読めません。";
  }

  erase() {
    if (!confirm("全部の章の、答えの記録を消します。元に戻せません。よろしいですか。")) return;
    this.records.erase();
    this.records.write();
    this.show();
    this.news.textContent = "記録を消しました。";
  }
}

/* The keywords of a syllabus: those of one version and scope, and what the reader has answered of each. */
class Syllabus {
  constructor(box) {
    this.items = [...box.querySelectorAll("[data-questions]")].map((item) => ({
      item,
      scope: Object.fromEntries(item.dataset.scope.split(" ").map((one) => one.split("="))),
      questions: item.dataset.questions.split(" "),
      state: item.querySelector(".quiz-asked").appendChild(element("span", { className: "quiz-state" })),
    }));
    this.heads = [...box.querySelectorAll(".quiz-heading")].map((head) => [head, head.nextElementSibling]);
    this.records = recordsOfSite();
    const choice = (name, options) => {
      const select = element("select", { name }, ...options.map(([value, text]) => element("option", { value }, text)));
      select.addEventListener("change", () => this.show());
      return [element("label", {}, `${name} `, select), select];
    };
    const scopes = Object.entries(JSON.parse(box.dataset.scopes));
    const [version, versions] = choice("版", box.dataset.versions.split(" ").map((name) => [name, name]));
    const [scope, chosen] = choice("範囲", [["", "すべて"], ...scopes]);
    const [answered, done] = choice("答え", [["", "すべて"], ["open", "答えていない問題がある"], ["wrong", "間違えた問題がある"]]);
    Object.assign(this, { versions, chosen, done, sum: element("p", { role: "status" }) });
    box.prepend(element("p", { className: "quiz-tools" }, version, scope, answered), this.sum);
    addEventListener("storage", () => this.show());
    this.show();
  }

  show() {
    const known = this.records.read().questions, all = new Set(), right = new Set();
    let words = 0;
    for (const { item, scope, questions, state } of this.items) {
      const answered = questions.filter((id) => known[id]), correct = answered.filter((id) => known[id].right);
      state.textContent = answered.length ? `${questions.length} 問中 ${correct.length} 問正解` : "まだ答えていません";
      const wanted = { "": true, open: answered.length < questions.length, wrong: correct.length < answered.length }[this.done.value];
      item.hidden = !wanted || (this.chosen.value !== "" && scope[this.versions.value] !== this.chosen.value);
      if (item.hidden) continue;
      words++;
      for (const id of questions) all.add(id);
      for (const id of correct) right.add(id);
    }
    for (const [head, list] of this.heads) head.hidden = list.hidden = [...list.children].every((item) => item.hidden);
    this.sum.textContent = `${words} のことば、${all.size} 問のうち ${right.size} 問に正解しています。`;
  }
}

for (const box of document.querySelectorAll(".quiz")) new Quiz(box);
for (const box of document.querySelectorAll(".quiz-syllabus")) new Syllabus(box);
