/* The questions of a page that answer one by one. */

import { recordsOfSite } from "./records.js";
import { Panel } from "./panel.js";
import { Question, element } from "./question.js";

export class Quiz {
  constructor(box, Kind = Question) {
    this.box = box;
    this.records = recordsOfSite();
    this.answers = box.querySelector(".quiz-answers");
    this.questions = [...box.querySelectorAll(".quiz-question")].map((one) => new Kind(one, this));
    this.build();
    this.panel = new Panel(this, this.heading("答えの記録"));
    this.answers.before(this.panel.box);
    box.classList.add("quiz-live");
    this.show();
    addEventListener("storage", (event) => {
      if (event.key !== null && event.key !== this.records.key) return;
      this.show(event.newValue !== null);
    });
    addEventListener("pageshow", ({ persisted }) => persisted && this.show());
  }

  build() {}

  changed() {}

  /* Let the page follow the records; if `changedOnly`, leave alone what is being written where nothing is new. */
  show(changedOnly) {
    const { seed, questions } = this.records.read();
    if (this.key !== this.keyOf(seed)) this.mix((this.key = this.keyOf(seed)));
    for (const one of this.questions) {
      const record = questions[one.id], marked = this.isMarked(record);
      if (!changedOnly || one.shown !== JSON.stringify([record, marked])) one.show(record, marked);
    }
    this.count();
  }

  /* What the order of the choices depends on. */
  keyOf(seed) {
    return `${seed}:0`;
  }

  isMarked(record) {
    return record?.answer !== undefined;
  }

  mix(key) {
    for (const one of this.questions) one.mix(`${key}:${one.id}`);
    this.questions.forEach((one, i) => one.rename(i + 1));
  }

  heading(text) {
    return element(this.box.querySelector(".quiz-number").tagName, { className: "quiz-heading" }, text);
  }

  /* The records of the questions that have been answered. */
  get known() {
    const { questions } = this.records.data;
    return this.questions.map((one) => questions[one.id]).filter((one) => one !== undefined);
  }

  count() {
    const number = (name) => this.known.filter((one) => one[name]).length;
    const right = `正解は ${number("right")} 問です（1 回目で正解：${number("first")} 問）。`;
    this.panel.show(`${this.questions.length} 問中 ${this.known.length} 問に答えました。${right}`);
  }
}
