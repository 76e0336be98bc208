/* When to ask again: FSRS-6 with its default weights, as the reference implementation computes it (PyPI `fsrs`,
tests/quiz/test_fsrs.py holds this file to it), without learning steps and without fuzz.  The method is that of Ye, Su and
Cao (2022) and of Anki; the formulas stand in the wiki of github.com/open-spaced-repetition. */

const W = [
  0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835, 0.0614, 0.2629, 1.6483, 0.6014,
  1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
];
const RETENTION = 0.9; // of what is due
const DAY = 86400; // seconds
const SOON = 600; // after a mistake made with confidence: the step that FSRS takes before relearning
const FACTOR = 0.9 ** (1 / -W[20]) - 1;

const startDifficulty = (rating) => W[4] - Math.exp(W[5] * (rating - 1)) + 1;
const inRange = (difficulty) => Math.min(Math.max(difficulty, 1), 10);

/* The chance of a right answer after whole days, with that stability (days until it has fallen to 90 %). */
const retrievability = (days, stability) => (1 + (FACTOR * Math.max(days, 0)) / stability) ** -W[20];

/* Whole days after which the chance has fallen to `RETENTION`. */
const interval = (stability) => Math.min(Math.max(Math.round((stability / FACTOR) * (RETENTION ** (1 / -W[20]) - 1)), 1), 36500);

/* One answer later: `rating` is 1 (wrong), 2 (right, with effort) or 3 (right), `days` are whole ones since the last. */
function step(memory, rating, days) {
  if (!memory) return { stability: W[rating - 1], difficulty: inRange(startDifficulty(rating)) };
  const { stability: s, difficulty: d } = memory;
  const r = retrievability(days, s);
  let stability;
  if (days < 1) {
    const growth = Math.exp(W[17] * (rating - 3 + W[18])) * s ** -W[19];
    stability = s * (rating === 1 ? growth : Math.max(growth, 1));
  } else if (rating === 1) {
    const long = W[11] * d ** -W[12] * ((s + 1) ** W[13] - 1) * Math.exp((1 - r) * W[14]);
    stability = Math.min(long, s / Math.exp(W[17] * W[18]));
  } else stability = s * (1 + Math.exp(W[8]) * (11 - d) * s ** -W[9] * (Math.exp((1 - r) * W[10]) - 1) * (rating === 2 ? W[15] : 1));
  const moved = d + ((10 - d) * -W[6] * (rating - 3)) / 9;
  const difficulty = inRange(W[7] * startDifficulty(4) + (1 - W[7]) * moved);
  return { stability: Math.max(stability, 0.001), difficulty };
}

/* What is left of a list of answers, oldest first: [second, grade] with a grade of records.js; null if there are none. */
export function remember(reviews) {
  let memory = null, last;
  for (const [second, grade] of reviews) {
    memory = step(memory, Math.max(grade, 1), Math.floor((second - last) / DAY));
    last = second;
  }
  if (!memory) return null;
  const days = interval(memory.stability), soon = reviews.at(-1)[1] === 0;
  return { ...memory, last, days, soon, due: last + (soon ? SOON : days * DAY) };
}

/* The chance of a right answer now. */
export const chance = ({ last, stability }, now) => retrievability(Math.floor((now - last) / DAY), stability);
