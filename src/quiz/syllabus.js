/* The map of a syllabus, with what the reader has answered. */

import { recordsOfSite } from "./records.js";
import { element } from "./question.js";

/* The keywords of a syllabus: those of one version and scope, and what the reader has answered of each. */
export class Syllabus {
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
