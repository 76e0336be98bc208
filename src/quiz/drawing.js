/* Which questions to ask today: what is due, what is new, what is shaky. */

import { chance, remember } from "./fsrs.js";

const NEW = 5; // of ten are new, however much is due: what never comes is not learned (the experiment of chapter 28)
const NIGHT = 4 * 3600; // a day begins at four in the morning, as in Anki: what is due later that day is due

/* The reader's day, counted. */
export function dayOf(second) {
  const date = new Date((second - NIGHT) * 1000);
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 864e5;
}

/* Where a question stands: its memory, and whether it is due. */
export function standing(record, second) {
  const memory = remember(record?.reviews ?? []);
  if (!memory) return { memory, isDue: false, isNew: true };
  const isDue = memory.soon ? memory.due <= second : dayOf(memory.last) + memory.days <= dayOf(second);
  return { memory, isDue, isNew: false };
}

/* The ids of `count` questions of `all` ({id, file, exam}, in the order of the book), the first to ask first:
mistakes made with confidence, what is due and most likely forgotten, then new ones, one of each file in turn; then what is shaky. */
export function draw(all, questions, second, count) {
  const known = all.map((one) => ({ ...one, record: questions[one.id], ...standing(questions[one.id], second) }));
  const byChance = (a, b) => chance(a.memory, second) - chance(b.memory, second);
  const sure = (one) => Number(one.record.reviews.at(-1)[1] === 0);
  const due = known.filter((one) => one.isDue).sort((a, b) => sure(b) - sure(a) || byChance(a, b));
  const fresh = inTurn(known.filter((one) => one.isNew && (!one.exam || one.record?.at === 0)));
  const rest = known.filter((one) => !one.isDue && !one.isNew && !one.memory.soon && dayOf(one.memory.last) < dayOf(second));
  const room = Math.max(count - due.length, Math.min(NEW, count));
  const novel = fresh.slice(0, room);
  const drawn = [...due.slice(0, count - novel.length), ...novel];
  return [...drawn, ...rest.sort(byChance).slice(0, count - drawn.length)].map((one) => one.id);
}

/* New questions: first those that were missed before times were kept, then one of each page in turn. */
function inTurn(questions) {
  const turns = new Map();
  const keyed = questions.map((one) => {
    const turn = turns.get(one.file) ?? 0;
    turns.set(one.file, turn + 1);
    return [one.record ? (one.record.right ? 2 : 0) : 1, turn, one];
  });
  return keyed.sort(([a, b], [c, d]) => a - c || b - d).map(([, , one]) => one);
}

/* How many come back on each of the next days, from today on. */
export function ahead(all, questions, second, days) {
  const counts = Array(days).fill(0);
  for (const { id } of all) {
    const { memory } = standing(questions[id], second);
    if (!memory) continue;
    const left = memory.soon ? 0 : Math.max(dayOf(memory.last) + memory.days - dayOf(second), 0);
    if (left < days) counts[left]++;
  }
  return counts;
}
