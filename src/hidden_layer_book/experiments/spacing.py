"""Does it help to ask again when FSRS says so, in ten minutes a day?

The learner's memory is FSRS-6 too, as the package `fsrs` has it, but with other weights and difficulties in every seed,
and the scheduler is told no more than a page could know: what was answered right, and whether the learner was sure.
"""

from datetime import UTC, datetime, timedelta
from importlib.metadata import version

import numpy as np
from fsrs import Card, Rating, Scheduler
from fsrs.scheduler import (
    DEFAULT_PARAMETERS,
    LOWER_BOUNDS_PARAMETERS,
    UPPER_BOUNDS_PARAMETERS,
)
from hidden_layer.sweep import by, sweep

from hidden_layer_book.experiments import CONDITIONAL, SUPPORTED, UNSUPPORTED, Verdict
from hidden_layer_book.experiments.which_wins import clear

QUESTIONS, DAYS = 260, 60  # about as many questions as the book has
METHODS = ("due", "half", "round", "reread")
MINUTES, SEEDS = (5, 10, 20), range(10)
RETENTION, GAIN, SPREAD = 0.9, 0.5, 0.3
RETENTIONS, GAINS, SPREADS = (0.7, 0.8), (0.0, 0.25, 0.75, 1.0), (0.0, 0.6)
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
# Of the answers in a day, at least so many are to new questions; that of "half" is what choose() returns.
SHARE = {"due": 0.0, "half": 0.5, "round": 0.0, "reread": 0.0}
GUESS, SURE, SURE_WRONG = 0.25, 0.8, 0.2
SOON = timedelta(minutes=10)  # a mistake made with confidence is asked again then
START = datetime(2026, 1, 1, tzinfo=UTC)
NO_STEPS = {"learning_steps": (), "relearning_steps": (), "enable_fuzzing": False}


def recall(days, stability, decay):
    """最後に見た days 日後に、思い出せる確率（FSRS-6）。"""
    factor = 0.9 ** (-1 / decay) - 1
    return (1 + factor * days / stability) ** -decay


class Memory:
    """What is known of every question: a card of `fsrs` each, under the weights of one scheduler."""

    def __init__(self, scheduler):
        self.scheduler = scheduler
        self.cards = [Card(card_id=question) for question in range(QUESTIONS)]
        self.stability = np.full(QUESTIONS, np.nan)
        self.last = np.full(QUESTIONS, np.nan)

    def review(self, question, day, rating):
        """Take the rating in, on this day; the new card."""
        card, _ = self.scheduler.review_card(
            self.cards[question], rating, START + timedelta(days=day)
        )
        return self.keep(question, day, card)

    def keep(self, question, day, card):
        self.cards[question] = card
        self.stability[question], self.last[question] = card.stability, day
        return card

    def recall(self, day, which=slice(None)):
        """The probability that each question, or each of `which`, would be recalled on this day; 0 for what was never seen."""
        days, stability = day - self.last[which], self.stability[which]
        chance = recall(days, stability, self.scheduler.parameters[20])
        return np.where(np.isnan(chance), 0, chance)


class Learner(Memory):
    """Weights and difficulties that no scheduler knows, drawn by `rng`."""

    def __init__(self, rng, spread):
        noise = np.exp(spread * rng.standard_normal(len(DEFAULT_PARAMETERS)))
        weights = np.clip(
            DEFAULT_PARAMETERS * noise, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
        )
        super().__init__(Scheduler(weights.tolist(), **NO_STEPS))
        self.harder = 5 * spread * rng.standard_normal(QUESTIONS)
        self.rng = rng

    def meet(self, question, day, rating):
        """Review; a question that is met for the first time gets its own difficulty."""
        first = np.isnan(self.last[question])
        card = self.review(question, day, rating)
        if first:
            card.difficulty = float(
                np.clip(card.difficulty + self.harder[question], 1, 10)
            )

    def answer(self, question, day):
        """Whether the answer is right, and whether the learner was sure; then the explanation is read."""
        known, luck, confidence = self.rng.random(3)
        if known < self.recall(day, question):
            sure = confidence < SURE
            self.meet(question, day, Rating.Good if sure else Rating.Hard)
            return True, sure
        self.meet(question, day, Rating.Again)
        right = luck < GUESS
        return right, not right and confidence < SURE_WRONG

    def read(self, question, day, gain):
        """See it without answering: a recall would have added more to the stability, of which this adds `gain`."""
        before = self.cards[question]
        if self.rng.random() >= self.recall(day, question):
            self.meet(question, day, Rating.Again)
            return
        card = self.review(question, day, Rating.Good)
        card.stability = before.stability + gain * (card.stability - before.stability)
        self.keep(question, day, card)


class Plan(Memory):
    """What 今日の 10 問 asks: what is due, then what is new, then what is shakiest; `share` of a day is kept for the new."""

    def __init__(self, retention, share):
        super().__init__(Scheduler(desired_retention=retention, **NO_STEPS))
        self.share = share
        self.due = np.full(QUESTIONS, np.inf)

    def next(self, day, minute):
        """The question to ask."""
        weak = self.recall(day)
        due = self.due <= day + minute / 1440
        new = (weak == 0).any() and minute * self.share % 1 < self.share
        if due.any() and not new:
            return int(np.where(due, weak, 2).argmin())
        return int(
            weak.argmin()
        )  # of those that were never seen, which are at 0, the first

    def told(self, question, day, minute, right, sure):
        """Take in what a page knows of an answer."""
        good = Rating.Good if sure else Rating.Hard
        card = self.review(question, day, good if right else Rating.Again)
        due = card.due
        if sure and not right:
            due = START + timedelta(days=day, minutes=minute) + SOON
        self.due[question] = (due - START) / timedelta(days=1)


def run(method, minutes, share, retention, gain, spread, model, seed):
    """60 日のあいだ、毎日 minutes 分、1 分に 1 問ずつ学ぶ。

    method: "due" と "half" は FSRS、"round" は決まった順、"reread" は読み直し
    share: 新しい問題に残す割合、retention: FSRS が目ざす割合
    gain: 読み直しで伸びる分、spread: 学ぶ人の係数のばらつき、model: fsrs の版
    recall: 1 日の終わりごとの、全問で平均した思い出せる確率（はじめは 0）
    seen: 1 度は見た問題の数、answers: 答えた回数、right: そのうち正解の割合
    """
    learner = Learner(np.random.default_rng(seed), spread)
    plan = Plan(retention, share)
    curve, answers = [0.0], []
    for day in range(DAYS):
        for minute in range(minutes):
            question = (day * minutes + minute) % QUESTIONS
            if method == "reread":
                learner.read(question, day, gain)
            elif method == "round":
                answers.append(learner.answer(question, day)[0])
            else:
                question = plan.next(day, minute)
                right, sure = learner.answer(question, day)
                plan.told(question, day, minute, right, sure)
                answers.append(right)
        curve.append(learner.recall(day + 1).mean())
    return {
        "recall": np.array(curve),
        "seen": int(np.isfinite(learner.last).sum()),
        "answers": len(answers),
        "right": np.mean(answers) if answers else np.nan,
    }


def cases(
    method,
    minutes=(10,),
    retention=(RETENTION,),
    gain=(GAIN,),
    spread=(SPREAD,),
    **grid,
):
    """The runs of one method; `model`, so that a result of another version of fsrs is not taken from the cache."""
    return sweep(
        run,
        method=[method],
        minutes=minutes,
        **{"share": [SHARE[method]], **grid, "model": [version("fsrs")]},
        retention=retention,
        gain=gain,
        spread=spread,
    )


def choose():
    """The share of new questions that brings most in ten minutes, on seeds of its own."""
    rows = cases("half", share=SHARES, seed=range(50, 60))
    end = {
        share: curves[:, -1].mean()
        for share, curves in by(rows, "recall", "share").items()
    }
    return max(SHARES, key=end.get)


def results(seeds=SEEDS):
    """Every method with every number of minutes; in ten of them, other learners, other goals, other reading."""
    rows = []
    for method in METHODS:
        rows += cases(method, minutes=MINUTES, seed=seeds)
        rows += cases(method, spread=SPREADS, seed=seeds)
    rows += cases("due", retention=RETENTIONS, seed=seeds)
    return rows + cases("reread", gain=GAINS, seed=seeds)


def plain(rows):
    """The rows with the settings of the design, without those that ask what another assumption would change."""
    usual = {"retention": RETENTION, "gain": GAIN, "spread": SPREAD}
    return [row for row in rows if usual.items() <= row.items()]


def ahead(rows, method, rival):
    """By how much the method is better than its rival on the last day, by seed: {minutes: differences}."""
    curves = by(plain(rows), "recall", "minutes", "method")
    return {
        minutes: (curves[minutes, method] - curves[minutes, rival])[:, -1]
        for minutes in MINUTES
    }


def judged(rows, method):
    """Supported if the method is clearly ahead of both rivals with every number of minutes, unsupported if never."""
    said, held = [], []
    for rival, name in (("round", "決まった順"), ("reread", "読み直し")):
        differences = ahead(rows, method, rival)
        held += [clear(d) and d.mean() > 0 for d in differences.values()]
        found = "、".join(
            f"{minutes} 分で {d.mean():+.3f} ± {d.std(ddof=1):.3f}"
            for minutes, d in differences.items()
        )
        said.append(f"{name}との差は、{found} です。")
    return Verdict(
        SUPPORTED if all(held) else CONDITIONAL if any(held) else UNSUPPORTED,
        "".join(said).replace("-", "−"),
    )


def verdict(rows):
    """For the claim on FSRS with what is due always first."""
    return judged(rows, "due")


def verdict_half(rows):
    """For the claim on FSRS with half of the answers kept for new questions."""
    return judged(rows, "half")
