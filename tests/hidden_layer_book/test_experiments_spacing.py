"""実験：間をあけた復習は効くか."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import yaml
from fsrs import Card, Rating, Scheduler
from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from hidden_layer_book.experiments import CONDITIONAL, SUPPORTED, UNSUPPORTED
from hidden_layer_book.experiments import spacing as experiment

ROOT = Path(__file__).resolve().parents[2]
USUAL = {"share": 0.0, "retention": 0.9, "gain": 0.5, "spread": 0.3, "model": "any"}


class Luck:
    """Random numbers that are not: each answer is known, lucky and sure as the three numbers say."""

    def __init__(self, *three):
        self.three = three

    def standard_normal(self, size):
        return np.zeros(size)

    def random(self, size=None):
        return self.three[0] if size is None else self.three


def learner(known=0.0, luck=1.0, confidence=0.0):
    return experiment.Learner(Luck(known, luck, confidence), 0.3)


def test_there_are_about_as_many_questions_as_in_the_book():
    questions = sum(len(yaml.safe_load(path.read_bytes())["questions"]) for path in ROOT.glob("questions/*.yml"))
    assert 0.9 * questions < experiment.QUESTIONS < 1.1 * questions


@pytest.mark.parametrize("rating", [Rating.Again, Rating.Hard, Rating.Good])
def test_forgetting_is_that_of_the_package(rating):
    scheduler = Scheduler(**experiment.NO_STEPS)
    memory = experiment.Memory(scheduler)
    memory.review(7, 3, rating)
    card = memory.review(7, 12, Rating.Good)
    for days in (0, 1, 5, 48):
        at = experiment.START + timedelta(days=12 + days)
        assert memory.recall(12 + days)[7] == pytest.approx(scheduler.get_card_retrievability(card, at), rel=1e-12)
    assert np.count_nonzero(memory.recall(20)) == 1  # the others were never seen


def test_a_learner_is_another_one_in_every_seed_and_none_that_fsrs_refuses():
    weights = [experiment.Learner(np.random.default_rng(seed), 2.0).scheduler.parameters for seed in range(5)]
    assert len(set(weights)) == 5
    assert (np.array(weights) >= LOWER_BOUNDS_PARAMETERS).all() and (np.array(weights) <= UPPER_BOUNDS_PARAMETERS).all()
    assert experiment.Learner(np.random.default_rng(0), 0.0).scheduler.parameters == DEFAULT_PARAMETERS


def test_a_question_has_its_own_difficulty_from_the_first_time_on():
    one = learner()
    one.harder[:3] = -1.0, 0.0, 50.0
    for question in range(3):
        one.answer(question, 0)
    easier, usual, hardest = (one.cards[question].difficulty for question in range(3))
    assert (easier, hardest) == (pytest.approx(usual - 1), 10)
    one.answer(0, 5)
    assert one.cards[0].difficulty == pytest.approx(easier, abs=0.1)  # not a second time


@pytest.mark.parametrize(
    "known, luck, confidence, answer, rating",
    [
        (0.63, 0.0, 0.79, (True, True), Rating.Good),
        (0.63, 0.0, 0.81, (True, False), Rating.Hard),
        (0.64, 0.24, 0.0, (True, False), Rating.Again),  # by luck: nothing was recalled
        (0.64, 0.26, 0.19, (False, True), Rating.Again),
        (0.64, 0.26, 0.21, (False, False), Rating.Again),
    ],
)
def test_an_answer_and_what_it_does_to_the_memory(known, luck, confidence, answer, rating):
    one = learner(known, luck, confidence)
    one.meet(0, 0, Rating.Again)
    before = one.cards[0]
    assert one.answer(0, 4) == answer
    after, _ = one.scheduler.review_card(before, rating, experiment.START + timedelta(days=4))
    assert (one.cards[0].stability, one.last[0]) == (after.stability, 4)


def test_reading_again_adds_a_part_of_what_a_recall_adds_and_nothing_else():
    recalled, ends = learner(), []
    recalled.meet(0, 0, Rating.Again)
    start = recalled.stability[0]
    recalled.answer(0, 4)
    for gain in (0.0, 0.25, 1.0):
        one = learner()
        one.meet(0, 0, Rating.Again)
        one.read(0, 4, gain)
        ends.append(one.stability[0])
        assert one.last[0] == 4 and one.recall(4)[0] == 1
    assert ends == pytest.approx([start, 0.75 * start + 0.25 * recalled.stability[0], recalled.stability[0]])


def test_reading_what_is_forgotten_is_as_answering_it_wrong():
    wrong, read = learner(known=0.99), learner(known=0.99)
    for day in (0, 4):
        wrong.answer(0, day)
        read.read(0, day, 0.5)
    assert read.cards[0].stability == wrong.cards[0].stability


def asked(plan, day, minutes):
    """The questions of a day on which everything is answered right, with confidence."""
    found = []
    for minute in range(minutes):
        found.append(plan.next(day, minute))
        plan.told(found[-1], day, minute, True, True)
    return found


def test_the_due_come_first_the_weakest_before_the_others_then_the_new_ones():
    plan = experiment.Plan(0.9, 0.0)
    assert asked(plan, 0, 3) == [0, 1, 2]
    plan.told(3, 0, 3, False, False)  # due on the next day, and weaker than the others on every later one
    assert asked(plan, 1, 3) == [3, 4, 5]
    weakest = np.argsort(plan.recall(9)[:6], kind="stable")
    assert asked(plan, 9, 7) == [*weakest, 6]


def test_a_share_of_a_day_is_kept_for_new_questions_while_there_are_any():
    plan = experiment.Plan(0.9, 0.5)
    for question in range(250):
        plan.told(question, 0, 0, False, False)
    found = asked(plan, 1, 24)
    assert found[0:20:2] == list(range(250, 260)) and max(found[1:20:2] + found[20:]) < 250


def test_when_nothing_is_due_or_new_the_shakiest_is_asked():
    plan = experiment.Plan(0.9, 0.0)
    for question in range(experiment.QUESTIONS):
        plan.told(question, 0, 0, True, question != 77)
    plan.due[:] = 99
    assert plan.next(1, 0) == 77


@pytest.mark.parametrize("right, sure, again", [(False, True, 10), (False, False, 1440), (True, False, 1440)])
def test_a_mistake_made_with_confidence_comes_back_after_ten_minutes(right, sure, again):
    plan = experiment.Plan(0.9, 0.0)
    plan.told(5, 0, 2, right, sure)
    assert plan.due[5] * 1440 == pytest.approx(2 + again if again == 10 else again)


def test_the_plan_knows_only_what_a_page_knows():
    plan = experiment.Plan(0.8, 0.0)
    assert plan.scheduler.parameters == DEFAULT_PARAMETERS and plan.scheduler.desired_retention == 0.8
    plan.told(0, 0, 0, True, False)
    card, _ = Scheduler(desired_retention=0.8, **experiment.NO_STEPS).review_card(Card(), Rating.Hard, experiment.START)
    assert plan.cards[0].stability == card.stability and plan.due[0] == (card.due - experiment.START).days


@pytest.mark.parametrize("method", experiment.METHODS)
def test_a_run_follows_sixty_days_and_its_seed(method):
    one, again, other = (experiment.run(method, 5, **USUAL, seed=seed) for seed in (3, 3, 4))
    assert len(one["recall"]) == 61 and one["recall"][0] == 0
    assert np.array_equal(one["recall"], again["recall"]) and not np.array_equal(one["recall"], other["recall"])
    assert one["answers"] == (0 if method == "reread" else 300)
    assert (one["seen"] == 260) == (method in ("round", "reread"))  # 300 answers


def test_in_the_fixed_order_and_in_reading_a_question_waits_for_all_others(monkeypatch):
    met = {"answer": [], "read": []}
    monkeypatch.setattr(experiment.Learner, "answer", lambda self, question, day: met["answer"].append(question) or (True, True))
    monkeypatch.setattr(experiment.Learner, "read", lambda self, question, day, gain: met["read"].append(question))
    for method in ("round", "reread"):
        experiment.run(method, 10, **USUAL, seed=0)
    assert met["answer"] == met["read"] == [turn % 260 for turn in range(600)]


CLEAR, UNCLEAR = (0.02, 0.04), (0.02, 0.08)  # mean and two standard errors: 0.03 and 0.02, 0.05 and 0.06


def rows(method, over_round, over_reread):
    """Two seeds: by how much the method is better than its rivals in 5, 10 and 20 minutes; the other method is far ahead."""
    made = []
    for minutes, *lead in zip(experiment.MINUTES, over_round, over_reread):
        for seed in range(2):
            ends = {"due": 0.9, "half": 0.9, method: 0.5, "round": 0.5 - lead[0][seed], "reread": 0.5 - lead[1][seed]}
            for name, end in ends.items():
                base = {"method": name, "minutes": minutes, "seed": seed, **USUAL}
                made.append(base | {"recall": np.array([0.0, 0.7, end])})
                made.append(base | {"gain": 0.0, "spread": 0.6, "recall": np.array([0.0, 0.7, 0.1])})  # is not judged
    return made


@pytest.mark.parametrize("method, judge", [("due", experiment.verdict), ("half", experiment.verdict_half)])
@pytest.mark.parametrize(
    "word, over_round, over_reread",
    [
        (SUPPORTED, [CLEAR] * 3, [CLEAR] * 3),
        (CONDITIONAL, [CLEAR] * 3, [CLEAR, CLEAR, UNCLEAR]),
        (CONDITIONAL, [UNCLEAR] * 3, [UNCLEAR, UNCLEAR, CLEAR]),
        (UNSUPPORTED, [UNCLEAR] * 3, [UNCLEAR] * 3),
        (UNSUPPORTED, [(-0.02, -0.04)] * 3, [(-0.02, -0.04)] * 3),  # clear, and behind
    ],
)
def test_verdict(method, judge, word, over_round, over_reread):
    assert judge(rows(method, over_round, over_reread)).word == word


def test_the_verdict_says_how_far_ahead_with_every_number_of_minutes():
    made = rows("due", [CLEAR, UNCLEAR, (-0.02, -0.04)], [CLEAR] * 3)
    assert experiment.verdict(made).because == (
        "決まった順との差は、5 分で +0.030 ± 0.014、10 分で +0.050 ± 0.042、20 分で −0.030 ± 0.014 です。"
        "読み直しとの差は、5 分で +0.030 ± 0.014、10 分で +0.030 ± 0.014、20 分で +0.030 ± 0.014 です。"
    )
