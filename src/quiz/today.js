/* Ten questions a day: one at a time, drawn from all pages. */

import { ahead, dayOf, draw } from "./drawing.js";
import { Panel } from "./panel.js";
import { Question, element } from "./question.js";
import { now, recordsOfSite } from "./records.js";

const COUNT = 10;
const LATEST = 2; // to read for each cause: those of the last mistakes

class Drill extends Question {
  get once() {
    return true;
  }

  buildTools() {
    const button = (text, isSure) => element("button", { type: "submit", value: isSure ? "sure" : "" }, text);
    this.choices = element("span", { className: "quiz-sure" }, button("自信がある", true), button("自信がない", false));
    this.next = element("button", { type: "button", hidden: true }, "次の問題へ");
    this.next.addEventListener("click", ({ detail }) => detail < 2 && this.quiz.next()); // else: a double tap on the answer
    this.tools.append(this.choices, this.next);
    this.form.append(this.tools); // after what is explained, for the keyboard too
    this.form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || this.done || !this.inputs.includes(event.target)) return;
      event.preventDefault(); // a browser would press the first button: nobody said that they are sure
      if (this.complaint()) return this.check();
      this.status.textContent = "自信があるかないかを選んでください。";
      this.choices.firstElementChild.focus();
    });
  }

  submit(button) {
    if (!this.done && this.complaint()) this.check();
    else if (!this.done) this.settle(button?.value === "sure");
  }

  settle(isSure) {
    const { answer } = this, right = this.isRight();
    const grade = right ? 2 + Number(isSure) : 1 - Number(isSure);
    this.quiz.settle(this, { answer, right, grade, cause: right ? undefined : this.cause });
  }

  show(record, marked) {
    super.show(record, marked);
    this.choices.hidden = marked;
    this.next.hidden = !marked;
  }
}

export class Today {
  constructor(box) {
    this.box = box;
    this.records = recordsOfSite();
    this.steps = element("ol", { className: "quiz-steps" });
    this.stage = element("div", { className: "quiz-stage" });
    this.causes = element("section", { className: "quiz-causes" });
    this.panel = new Panel(this, this.heading("答えの記録"));
    this.app = element("div", { className: "quiz quiz-live" }, this.steps, this.stage, this.causes, this.panel.box);
    this.html = {}; // of each file, of each question: its variants
    this.load();
  }

  heading(text) {
    return element("h2", { className: "quiz-heading" }, text);
  }

  async load() {
    try {
      const data = await (await fetch(this.box.dataset.index)).json();
      Object.assign(this, { all: data.questions, advice: data.causes });
    } catch {
      return; // not to be had: the sheet stays
    }
    this.sheet();
    this.box.append(this.app);
    this.byId = new Map(this.all.map((one) => [one.id, one]));
    await this.show();
    addEventListener("storage", ({ key }) => (key === null || key === this.records.key) && this.follow());
    addEventListener("visibilitychange", () => this.follow());
    addEventListener("pageshow", ({ persisted }) => persisted && this.follow());
  }

  /* Have the questions of these items at hand: their files, each loaded once. */
  async fetch(items) {
    const names = new Set(items.map(({ id }) => this.byId.get(id).file).filter((name) => !(name in this.html)));
    const addresses = [...names].map((name) => this.box.querySelector(`[data-file="${name}"]`).dataset.address);
    const found = await Promise.all(addresses.map(async (address) => (await fetch(address)).json()));
    [...names].forEach((name, i) => (this.html[name] = found[i]));
  }

  /* The sheet is for paper from now on; no id may stand twice. */
  sheet() {
    for (const one of this.box.querySelectorAll("[id]")) one.removeAttribute("id");
    this.box.firstElementChild.classList.add("quiz-on-paper");
  }

  /* The list of the day: kept from the first answer on, and until then proposed. */
  get today() {
    return this.proposed ?? this.records.data.today;
  }

  /* Draw ten. */
  draw() {
    const second = now(), { questions } = this.records.read();
    const items = draw(this.all, questions, second, COUNT).map((id) => {
      const asked = questions[id]?.reviews.length ?? 0;
      return { id, variant: asked % this.byId.get(id).variants };
    });
    this.proposed = { drawn: second, items };
    this.place = 0;
  }

  isCurrent() {
    const { today } = this;
    const known = today?.items.every(({ id, variant }) => variant < this.byId.get(id)?.variants);
    return known && dayOf(today.drawn) === dayOf(now());
  }

  /* Another tab may have written, or a night gone by. Who looks at another tab draws there. */
  follow() {
    const { today } = this.records.read();
    if (document.hidden) return;
    if (today?.drawn > this.proposed?.drawn) this.proposed = undefined; // begun in another tab
    if (this.today?.drawn !== this.drawn) this.place = undefined;
    if (this.shown !== JSON.stringify(this.today) || !this.isCurrent()) this.show();
    else {
      this.showCauses();
      this.count();
    }
  }

  async show() {
    this.records.read();
    if (!this.isCurrent()) this.draw();
    await this.open();
  }

  /* Show the place that is to be shown, once its questions are at hand. */
  async open() {
    try {
      await this.fetch(this.today.items);
    } catch {
      this.stage.replaceChildren(element("p", { role: "status" }, "問題を読み込めませんでした。通信を確かめて、ページを読み直してください。"));
      return false;
    }
    this.place ??= this.firstOpen();
    this.showPlace();
    return true;
  }

  firstOpen() {
    const open = this.today.items.findIndex((one) => one.grade === undefined);
    return open < 0 ? this.today.items.length : open;
  }

  showPlace() {
    const { items, drawn } = this.today;
    this.drawn = drawn;
    this.shown = JSON.stringify(this.today);
    this.showSteps();
    if (this.place < items.length) this.showQuestion(items[this.place]);
    else this.showEnd();
    this.showCauses();
    this.count();
  }

  showSteps() {
    const items = this.today.items.map(({ grade }, i) => {
      const state = grade === undefined ? "" : grade < 2 ? "✗" : "✓";
      const said = grade === undefined ? "まだ答えていません" : grade < 2 ? "不正解" : "正解";
      const button = element("button", { type: "button", className: { "✗": "wrong", "✓": "right" }[state] ?? "" }, state || `${i + 1}`);
      button.ariaLabel = `${i + 1} 問目、${said}`;
      if (i === this.place) button.setAttribute("aria-current", "step");
      button.addEventListener("click", () => this.go(i));
      return element("li", {}, button);
    });
    this.steps.replaceChildren(...items);
    this.steps.ariaLabel = "今日の問題";
  }

  showQuestion({ id, variant, answer, grade }) {
    const holder = element("div", { className: "quiz-answers" });
    this.stage.innerHTML = this.html[this.byId.get(id).file][id][variant]; // ours, made with the page
    this.stage.append(holder);
    holder.append(this.stage.querySelector("details"));
    const one = (this.question = new Drill(this.stage.querySelector(".quiz-question"), this));
    one.mix(`${this.records.data.seed}:${this.today.drawn}:${one.id}`);
    one.rename(this.place + 1);
    one.item = { id, variant };
    one.show({ answer }, grade !== undefined);
  }

  settle(question, { answer, right, grade, cause }) {
    const { item } = question; // not what may stand at this place by now
    const isFirst = item.variant === 0; // the numbers of the question's own page
    // A mock exam, under way or marked, is not changed by what is asked here.
    const state = this.byId.get(item.id).exam ? this.records.data.questions[item.id] : { right, ...(isFirst ? { answer } : {}) };
    this.records.add(item.id, { ...state, grade, cause });
    const { drawn, items } = this.today;
    const answered = items.map((one) => (one.id === item.id ? { ...one, answer, grade } : one));
    this.records.update((data) => (data.today = { drawn, items: answered }));
    this.proposed = undefined;
    question.show({ answer }, true);
    this.shown = JSON.stringify(this.today);
    this.showSteps();
    this.showCauses();
    this.count();
    question.next.focus({ preventScroll: true });
  }

  next() {
    const { items } = this.today;
    const later = items.findIndex((one, i) => i > this.place && one.grade === undefined);
    this.go(later < 0 ? this.firstOpen() : later);
  }

  go(place) {
    this.place = place;
    this.showPlace();
    const heading = this.stage.querySelector(".quiz-heading, .quiz-number");
    heading.tabIndex = -1;
    heading.focus();
  }

  showEnd() {
    const { items } = this.today, { questions } = this.records.data;
    const missed = items.filter((one) => one.grade < 2);
    const sure = items.filter((one) => one.grade === 0).length;
    const [today, tomorrow, ...later] = ahead(this.all, questions, now(), 8);
    const soon = later.reduce((sum, one) => sum + one, 0);
    const more = element("button", { type: "button" }, `もう ${COUNT} 問`);
    more.addEventListener("click", async () => {
      this.draw();
      if (await this.open()) this.go(0);
    });
    const score = items.length ? `${items.length} 問中 ${items.length - missed.length} 問正解。` : "今日出す問題は、もうありません。";
    const again = sure ? `自信があったのに間違えた問題が ${sure} 問あります。10 分たつと、最初に出ます。` : "";
    this.stage.replaceChildren(
      this.heading("ここまでです"),
      element("p", {}, score, again),
      element("p", {}, `また出る問題：今日 ${today} 問、明日 ${tomorrow} 問、その後 6 日間に ${soon} 問。`),
    );
    if (missed.length) this.stage.append(element("p", {}, "読み直すところ："), this.places(missed.map(({ id }) => id)));
    this.stage.append(element("p", { className: "quiz-tools" }, more));
  }

  /* Where the book explains these questions, each place once, with its moving figure if it has one. */
  places(ids) {
    const found = new Map();
    for (const { see, figure } of ids.map((id) => this.byId.get(id)).filter(({ see }) => see)) {
      const link = element("a", { href: see.href }, see.title);
      found.set(see.href, [link, ...(figure ? [" ", element("a", { href: figure }, "動く図")] : [])]);
    }
    return element("ul", {}, ...[...found.values()].map((links) => element("li", {}, ...links)));
  }

  /* Where the mistakes of all answers come from, the most frequent first, and where the last of each lead. */
  showCauses() {
    const found = new Map();
    for (const [id, { reviews }] of Object.entries(this.records.data.questions))
      for (const [second, , cause] of reviews) if (cause in this.advice) found.set(cause, [...(found.get(cause) ?? []), [second, id]]);
    this.causes.replaceChildren();
    if (!found.size) return;
    const rows = [...found].sort(([, a], [, b]) => b.length - a.length).map(([cause, all]) => {
      const latest = all.sort(([a], [b]) => b - a).map(([, id]) => id).filter((id) => this.byId.has(id));
      const head = [element("strong", {}, `${cause} ${all.length} 回`), ` ${this.advice[cause]}`];
      return element("li", {}, ...head, this.places(latest.slice(0, LATEST)));
    });
    this.causes.append(this.heading("間違いの原因"), element("ul", {}, ...rows));
  }

  changed() {}

  count() {
    const { questions } = this.records.data;
    const known = this.all.filter(({ id }) => questions[id]?.reviews.length);
    const answers = known.reduce((sum, { id }) => sum + questions[id].reviews.length, 0);
    this.panel.show(`${this.all.length} 問中 ${known.length} 問に、のべ ${answers} 回答えました。`);
  }
}
