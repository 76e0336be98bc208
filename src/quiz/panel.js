/* The reader's records, in the reader's hands: counted, written to a file, read from one, erased. */

import { clean, merge } from "./records.js";
import { element } from "./question.js";

export class Panel {
  /* `quiz` has the `records`, and shows them with `show()`. */
  constructor(quiz, heading) {
    this.quiz = quiz;
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
    this.box = element("section", { className: "quiz-panel" }, heading, this.counts, tools, file, this.news, this.note);
    this.box.setAttribute("aria-label", heading.textContent);
  }

  show(counts) {
    this.counts.textContent = counts;
    const { isNewer, kept } = this.quiz.records;
    if (isNewer) this.note.textContent = "このブラウザーの記録は、本の新しい版のものです。ページを読み直してください。ここでの答えは残りません。";
    else this.note.textContent = kept
      ? "記録は、このブラウザーの中だけに残り、どこへも送られません。ほかの端末で書き出した記録を読み込むと、1 つに合わさります。書き出し・読み込み・消去は、全部の章の記録が対象です。"
      : "このブラウザーには記録を残せません。ページを閉じるか読み直すと、答えは消えます。";
  }

  export() {
    const data = new Blob([JSON.stringify(this.quiz.records.read(), null, 1)], { type: "application/json" });
    const link = element("a", { href: URL.createObjectURL(data), download: "quiz-record.json" });
    link.click();
    URL.revokeObjectURL(link.href);
    this.news.textContent = "記録をファイルに書き出しました。";
  }

  load(text) {
    let theirs = null;
    try {
      theirs = clean(JSON.parse(text));
    } catch {} // not JSON: not a record either
    if (theirs) {
      const { records } = this.quiz;
      records.data = merge(records.read(), theirs);
      records.write();
      this.quiz.show();
    }
    this.news.textContent = theirs ? "記録を読み込み、いまの記録と合わせました。" : "このファイルは、この本の記録として読めません。";
  }

  erase() {
    if (!confirm("全部の章の、答えの記録を消します。元に戻せません。よろしいですか。")) return;
    this.quiz.records.erase();
    this.quiz.show();
    this.news.textContent = "記録を消しました。";
  }
}
