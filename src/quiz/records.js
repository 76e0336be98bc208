/* What a reader has answered: kept in this browser, under one key, and never sent anywhere.

    questions: {id: {right, first, shown, at, answer, reviews: [[second, grade, cause], …]}}
        `reviews` is every answer that was asked for afresh, with a grade: 0 wrong though sure, 1 wrong, 2 right though
        unsure, 3 right; and where a mistake came from.  The rest is the state of the form on the chapter's page: `answer` is
        what stands in it (there is none if the answer belonged to other numbers), `at` the second of the last change.
    exams: {id: {round, graded, used, marked}}: seconds used, ids to come back to
    today: {drawn, items: [{id, variant, answer, grade}]}: the questions drawn last; of those answered, answer and grade */

const VERSION = 2;
export const LIMIT = 100; // characters of a number that a record may keep

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isSecond = (value) => Number.isInteger(value) && value >= 0;
const isText = (value) => typeof value === "string" && value.length <= LIMIT;
const isAnswer = (answer) => isText(answer) || (Array.isArray(answer) && answer.length <= LIMIT && answer.every(Number.isInteger));
const isGrade = (grade) => [0, 1, 2, 3].includes(grade);
const isReview = (one) =>
  Array.isArray(one) && isSecond(one[0]) && isGrade(one[1]) && (one.length === 2 || (one.length === 3 && isText(one[2])));
const mapped = (object, change) => Object.fromEntries(Object.entries(object).flatMap(([id, one]) => change(one, id)));

export const now = () => Math.floor(Date.now() / 1000);

/* What of `data` is a record of ours, in today's form, or null if it is none.  Version 1 knew no times. */
export function clean(data) {
  if (!isObject(data) || ![1, VERSION].includes(data.version) || !Number.isInteger(data.seed)) return null;
  if (!isObject(data.questions) || !isObject(data.exams)) return null;
  const question = (one, id) => {
    if (!isObject(one)) return [];
    const reviews = Array.isArray(one.reviews) ? one.reviews.filter(isReview) : [];
    const known = isAnswer(one.answer) ? { answer: one.answer } : {};
    if (!reviews.length && known.answer === undefined) return [];
    const flags = Object.fromEntries(["right", "shown", "first"].map((name) => [name, one[name] === true]));
    return [[id, { ...known, ...flags, at: isSecond(one.at) ? one.at : 0, reviews }]];
  };
  const exam = (one, id) => {
    if (!isObject(one) || !Number.isInteger(one.round)) return [];
    const marked = Array.isArray(one.marked) ? one.marked.filter(isText) : [];
    return [[id, { round: one.round, graded: one.graded === true, used: isSecond(one.used) ? one.used : 0, marked }]];
  };
  const items = isObject(data.today) && isSecond(data.today.drawn) && Array.isArray(data.today.items) ? data.today.items : [];
  const isItem = (one) => isObject(one) && isText(one.id) && isSecond(one.variant);
  const done = ({ answer, grade }) => (isAnswer(answer) && isGrade(grade) ? { answer, grade } : {});
  return {
    version: VERSION,
    seed: data.seed,
    questions: mapped(data.questions, question),
    exams: mapped(data.exams, exam),
    ...(items.length && items.every(isItem)
      ? { today: { drawn: data.today.drawn, items: items.map((one) => ({ id: one.id, variant: one.variant, ...done(one) })) } }
      : {}),
  };
}

/* The records of two devices in one: every answer once, of each form the later state. */
export function merge(ours, theirs) {
  const sorted = (reviews) => {
    const once = new Map(reviews.map((one) => [one.slice(0, 2).join(), one]));
    return [...once.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  };
  const begun = (one) => one.reviews[0]?.[0] ?? Infinity;
  const question = (one, id) => {
    const other = ours.questions[id];
    if (!other) return [[id, one]];
    const { first } = begun(one) < begun(other) ? one : other;
    return [[id, { ...(one.at > other.at ? one : other), first, reviews: sorted([...other.reviews, ...one.reviews]) }]];
  };
  const further = ({ round, graded, used }) => [round, graded, used];
  const exam = (one, id) => {
    const other = ours.exams[id];
    const at = other ? further(one).findIndex((value, i) => value !== further(other)[i]) : 0;
    return [[id, at >= 0 && (!other || further(one)[at] > further(other)[at]) ? one : other]];
  };
  return {
    ...ours,
    questions: { ...ours.questions, ...mapped(theirs.questions, question) },
    exams: { ...ours.exams, ...mapped(theirs.exams, exam) },
  };
}

/* The records of this browser.  Where it refuses to keep them they live as long as the page. */
export class Records {
  constructor(key) {
    this.key = key;
    this.data = this.blank();
    this.read();
  }

  blank() {
    return { version: VERSION, seed: Math.floor(Math.random() * 2 ** 32), questions: {}, exams: {} };
  }

  read() {
    if (this.kept === false) return this.data; // refused: what has been answered since is here alone
    try {
      const kept = JSON.parse(localStorage.getItem(this.key));
      this.isNewer = isObject(kept) && kept.version > VERSION && isObject(kept.questions); // of a later edition: not to be overwritten
      this.kept = localStorage instanceof Storage && !this.isNewer; // else a stand-in, gone with the page
      if (kept !== null) this.data = clean(kept) ?? this.data;
      else if (this.stored) this.data = this.blank(); // erased in another tab
      this.stored = kept !== null;
    } catch (error) {
      if (!(error instanceof SyntaxError)) this.kept = false; // refused (else: not ours)
    }
    return this.data;
  }

  update(change) {
    change(this.read()); // read first: another tab may have written
    this.write();
  }

  write() {
    if (this.isNewer) return;
    try {
      localStorage.setItem(this.key, JSON.stringify(this.data));
      this.stored = true;
      this.kept = localStorage instanceof Storage;
    } catch {
      this.kept = false;
    }
  }

  /* One answer that was asked for afresh, and the state of the form. */
  add(id, { grade, cause, ...state }) {
    const second = now();
    this.update(({ questions }) => {
      const before = questions[id];
      const reviews = [...(before?.reviews ?? [])];
      if (grade !== undefined) reviews.push(cause ? [second, grade, cause] : [second, grade]);
      questions[id] = { shown: false, first: before ? before.first : state.right, ...state, at: second, reviews };
    });
  }

  /* Erased is erased: nothing is left, not even that there was something. */
  erase() {
    this.data = this.blank();
    this.isNewer = this.stored = false;
    try {
      localStorage.removeItem(this.key);
    } catch {} // refused: nothing was kept
  }
}

export function recordsOfSite() {
  const root = new URL(document.documentElement.dataset.content_root ?? ".", location.href);
  return new Records(`quiz:${root.pathname}`);
}
