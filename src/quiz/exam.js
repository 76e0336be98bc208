/* Questions that are marked all at once, against a clock. */

import { Quiz } from "./quiz.js";
import { Question, element, linked, shuffled } from "./question.js";
import { now } from "./records.js";

const PLACES = 3; // to read again in each group
const SAVE = 5; // seconds of the clock that a phone may lose when it kills the page

class ExamQuestion extends Question {
  get once() {
    return true;
  }

  buildTools() {
    this.later = element("button", { type: "button" }, "あとで見直す");
    this.later.addEventListener("click", () => this.quiz.mark(this));
    this.tools.append(this.later);
  }

  submit() {}
}

export class Exam extends Quiz {
  constructor(box) {
    super(box, ExamQuestion);
    addEventListener("visibilitychange", () => (document.hidden ? this.stop() : this.held && this.start()));
    addEventListener("pagehide", () => this.stop());
  }

  get name() {
    return this.box.dataset.quiz;
  }

  get seconds() {
    return 60 * Number(this.box.dataset.exam);
  }

  get state() {
    return this.records.data.exams[this.name] ?? { round: 0, graded: false, used: 0, marked: [] };
  }

  get graded() {
    return this.state.graded;
  }

  get open() {
    return this.order.filter((one) => one.complaint());
  }

  keep(change) {
    this.records.update(({ exams }) => (exams[this.name] = { ...this.state, ...change }));
  }

  keyOf(seed) {
    return `${seed}:${this.state.round}`;
  }

  isMarked() {
    return this.graded;
  }

  build() {
    this.clock = element("p", { className: "quiz-clock" });
    this.left = element("span", { role: "timer" });
    this.pause = element("button", { type: "button" });
    this.pause.addEventListener("click", () => (this.since === undefined ? this.start(true) : this.stop(true)));
    this.resume = element("span", { className: "quiz-resume" });
    this.clock.append(this.left, this.pause, this.resume);
    this.bell = element("p", { className: "quiz-status", role: "status" });
    this.box.prepend(this.clock, this.bell);
    this.button = element("button", { type: "button" }, "採点する");
    this.message = element("p", { className: "quiz-status", role: "status" });
    this.result = element("div", { className: "quiz-result", tabIndex: -1 });
    this.tools = element("div", { className: "quiz-exam" }, element("p", { className: "quiz-tools" }, this.button), this.message, this.result);
    this.answers.before(this.tools);
    this.button.addEventListener("click", ({ detail }) => {
      if (detail > 1) return; // the second half of a double click must not confirm, nor throw the result away
      if (this.graded) this.again();
      else this.grade();
    });
  }

  mix(key) {
    super.mix(key);
    this.order = shuffled(this.questions.length, key).map((i) => this.questions[i]);
    this.tools.before(...this.order.map((one) => one.box));
    this.answers.append(...this.order.map((one) => one.answers));
    this.order.forEach((one, i) => one.rename(i + 1));
  }

  // The clock runs while the page can be seen: a locked phone, another tab, a closed page stop it.

  get used() {
    return this.state.used + (this.since === undefined ? 0 : Math.floor((performance.now() - this.since) / 1000));
  }

  start(isAsked) {
    if (this.since !== undefined || this.graded) return;
    this.since = performance.now(); // which nobody sets back
    this.ticking = setInterval(() => this.tick(), 1000);
    if (isAsked) this.open[0]?.focus();
    this.showClock();
  }

  stop(isAsked) {
    this.held = this.since !== undefined && !isAsked; // and goes on when the page is seen again
    if (this.since === undefined) return;
    this.settle();
    this.halt();
    this.showClock();
  }

  halt() {
    clearInterval(this.ticking);
    this.since = undefined;
  }

  /* Keep the seconds that have passed. */
  settle() {
    const { used } = this;
    this.since += 1000 * (used - this.state.used);
    this.keep({ used });
  }

  tick() {
    const before = this.seconds - this.shown;
    if (this.used - this.state.used >= SAVE) this.settle();
    this.showClock();
    const rest = this.seconds - this.used;
    for (const [limit, text] of [[600, "残り 10 分です。"], [0, "時間です。ここまでの答えで採点できます。続けて解いてもかまいません。"]])
      if (before > limit && rest <= limit) this.bell.textContent = text;
  }

  showClock() {
    this.shown = this.used;
    const rest = this.seconds - this.shown, text = new Date(1000 * Math.abs(rest)).toISOString().slice(11, 19).replace(/^00:/, "");
    this.left.textContent = this.graded ? "" : rest < 0 ? `${text} 超過` : `残り ${text}`;
    const isRunning = this.since !== undefined, begun = this.shown > 0 || this.known.length > 0;
    this.pause.textContent = isRunning ? "一時停止" : begun ? "再開する" : "始める";
    this.clock.hidden = this.graded;
    this.box.classList.toggle("quiz-paused", !isRunning && begun && !this.graded);
    this.resume.replaceChildren();
    const { open, order } = this;
    if (isRunning && open.length && open.length < order.length) this.resume.append("続き：", ...linked([open[0]]));
  }

  mark(question) {
    const marked = new Set(this.state.marked);
    if (!marked.delete(question.id)) marked.add(question.id);
    this.keep({ marked: [...marked] });
    this.showMarks();
  }

  showMarks() {
    const marked = new Set(this.state.marked);
    for (const one of this.questions) {
      one.later.ariaPressed = String(marked.has(one.id));
      one.tools.hidden = this.graded;
    }
    if (!this.graded) this.message.replaceChildren(...this.reminder());
  }

  reminder() {
    const marked = this.order.filter((one) => this.state.marked.includes(one.id));
    return marked.length ? ["あとで見直す問題：", ...linked(marked)] : [];
  }

  show(changedOnly) {
    super.show(changedOnly);
    if (this.graded || !this.records.stored) this.halt(); // in another tab; erased
    this.asked = false;
    this.showMarks();
    this.showResult();
    this.showClock();
  }

  /* An answer is kept as it is given, and marked at the end. */
  changed({ id, answer }) {
    this.start();
    this.records.update(({ questions }) => {
      const { reviews = [], first = false } = questions[id] ?? {};
      if (answer.length) questions[id] = { answer, right: false, shown: false, first, at: now(), reviews };
      else forget(questions, id);
    });
    this.asked = false;
    this.count();
  }

  grade() {
    const { open } = this;
    if (open.length && !this.asked) {
      this.asked = true; // the second time it is meant
      this.message.replaceChildren(
        "まだ答えていない問題：", ...linked(open), element("br"), ...this.reminder(), element("br"),
        "このまま採点するときは、もう一度「採点する」を押してください。",
      );
      return;
    }
    this.stop(true);
    for (const one of this.questions) {
      const { answer } = one;
      if (!answer.length) continue;
      const right = !one.complaint() && one.isRight();
      this.records.add(one.id, { answer, right, first: right, grade: right ? 3 : 1, cause: right ? undefined : one.cause });
    }
    this.keep({ graded: true, marked: [] });
    this.show();
    this.result.focus();
  }

  again() {
    this.records.update(({ questions }) => this.questions.forEach(({ id }) => forget(questions, id)));
    this.keep({ round: this.state.round + 1, graded: false, used: 0 });
    this.show();
    this.order[0].focus();
  }

  showResult() {
    this.button.textContent = this.graded ? "もう一度受ける" : "採点する";
    this.result.replaceChildren();
    if (!this.graded) return;
    const isRight = (one) => this.records.data.questions[one.id]?.right === true;
    const total = this.questions.filter(isRight).length;
    const minutes = Math.ceil(this.state.used / 60);
    const score = `${this.questions.length} 問中 ${total} 問正解（${Math.round((100 * total) / this.questions.length)} %）`;
    const missed = this.order.filter((one) => !isRight(one));
    const list = element("p", {}, missed.length ? "間違えた問題：" : "全問正解です。", ...linked(missed));
    this.message.textContent = "";
    this.result.append(
      this.heading("結果"), element("p", {}, element("strong", {}, score), minutes ? `、${minutes} 分` : ""), list,
      ...this.groups("テーマ", "topic", isRight), ...this.groups("シラバスの節", "section", isRight),
    );
  }

  /* How many are right in each group of questions, and what to read again. */
  groups(title, by, isRight) {
    const groups = new Map();
    for (const one of this.questions) {
      const { [by]: name, place } = one.box.dataset;
      if (name) groups.set(name, { all: [...(groups.get(name)?.all ?? []), one], place: by === "topic" ? place : name });
    }
    const items = [...groups].sort(([, a], [, b]) => (a.place < b.place ? -1 : 1)).map(([name, { all, place }]) => {
      const places = new Map(all.filter((one) => !isRight(one)).map((one) => [one.place.href, one.place]));
      const links = [...places.values()].slice(0, PLACES).map((link) => element("li", {}, link.cloneNode(true)));
      const called = by === "topic" ? element("a", { href: place }, name) : name;
      return element("li", {}, called, `：${all.filter(isRight).length} / ${all.length}`, element("ul", {}, ...links));
    });
    return items.length ? [this.heading(title), element("ul", { className: "quiz-groups" }, ...items)] : [];
  }

  count() {
    const number = this.known.filter((one) => one.right).length;
    this.panel.show(`${this.questions.length} 問中 ${this.known.length} 問に答えました。${this.graded ? `正解は ${number} 問です。` : ""}`);
  }

  get known() {
    return super.known.filter((one) => one.answer !== undefined);
  }
}

/* Take an answer back; when it was asked and how it went stays. */
function forget(questions, id) {
  delete questions[id]?.answer;
  if (questions[id] && !questions[id].reviews.length) delete questions[id];
}
