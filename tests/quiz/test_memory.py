"""What the page's script computes without a page: memory as FSRS has it, records of two devices in one, what is asked next."""

import datetime as dt
import json
import random
import re
from pathlib import Path

import fsrs
import pytest
from py_mini_racer import MiniRacer

import quiz

DAY = 86400
RATINGS = [fsrs.Rating.Again, fsrs.Rating.Again, fsrs.Rating.Hard, fsrs.Rating.Good]  # of the grades 0 … 3
REFERENCE = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


@pytest.fixture(scope="module")
def script():
    """script("remember", …): what a function of the modules returns."""
    engine = MiniRacer()
    for name in ("fsrs", "records", "drawing"):
        text = (Path(quiz.__file__).parent / f"{name}.js").read_text("utf-8")
        engine.eval(re.sub(r"^import .*\n|^export ", "", text, flags=re.M))
    engine.eval("[RETENTION, NIGHT]")  # there
    yield lambda name, *arguments: json.loads(
        engine.eval(f"JSON.stringify({name}({', '.join(json.dumps(one) for one in arguments)}) ?? null)")
    )
    engine.close()


def history(draw):
    """Answers of one question, within minutes or after months."""
    second, found = draw.randrange(1_700_000_000, 1_800_000_000), []
    for _ in range(draw.randrange(1, 25)):
        second += int(10 ** draw.uniform(0, 7.5))
        found.append([second, draw.choice([0, 1, 2, 3, 3, 3])])
    return found


def test_memory_is_that_of_the_reference_implementation(script):
    draw, seen = random.Random(0), set()
    for _ in range(3000):
        reviews, card = history(draw), fsrs.Card(card_id=1)
        for second, grade in reviews:
            now = dt.datetime.fromtimestamp(second, dt.UTC)
            card, _ = REFERENCE.review_card(card, RATINGS[grade], now)
        ours = script("remember", reviews)
        assert ours["stability"] == pytest.approx(card.stability, rel=1e-9)
        assert ours["difficulty"] == pytest.approx(card.difficulty, rel=1e-9)
        assert ours["days"] == (card.due - card.last_review).days
        later = reviews[-1][0] + int(10 ** draw.uniform(0, 8))
        chance = REFERENCE.get_card_retrievability(card, dt.datetime.fromtimestamp(later, dt.UTC))
        assert script("chance", ours, later) == pytest.approx(chance, rel=1e-9)
        seen.add(ours["days"])
    assert len(seen) > 50 and min(seen) == 1 and max(seen) > 365


def test_a_mistake_made_with_confidence_is_due_after_the_step_before_relearning(script):
    reference = fsrs.Scheduler(enable_fuzzing=False)
    card = fsrs.Card(
        card_id=1, state=fsrs.State.Review, stability=5.0, difficulty=5.0, last_review=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    )
    card, _ = reference.review_card(card, fsrs.Rating.Again, dt.datetime(2026, 1, 9, tzinfo=dt.UTC))
    assert script("remember", [[0, 3], [8 * DAY, 0]])["due"] == 8 * DAY + (card.due - card.last_review).total_seconds()
    assert script("remember", [[0, 3], [8 * DAY, 1]])["due"] >= 9 * DAY


def test_nothing_is_remembered_of_what_was_never_asked(script):
    assert script("remember", []) is None


# Records

V1 = {"version": 1, "seed": 7, "exams": {"32_exam": {"round": 2, "graded": True}}, "questions": {
    "a": {"answer": [1], "right": False, "shown": True, "first": False},
    "b": {"answer": "1/4", "right": True, "shown": False, "first": True},
}}  # fmt: skip


def record(questions=(), **more):
    return {"version": 2, "seed": 1, "questions": dict(questions), "exams": {}} | more


def asked(*reviews, at=None, **state):
    return {
        "answer": [0],
        "right": True,
        "shown": False,
        "first": True,
        "at": at or reviews[-1][0],
        "reviews": [*reviews],
    } | state


def test_an_old_record_is_kept_with_its_answers_and_without_times_that_nobody_knows(script):
    new = script("clean", V1)
    assert new["questions"] == {name: one | {"at": 0, "reviews": []} for name, one in V1["questions"].items()}
    assert new["exams"] == {"32_exam": {"round": 2, "graded": True, "used": 0, "marked": []}} and new["seed"] == 7
    assert script("clean", new) == new


def test_two_devices_make_one_record_and_the_same_answer_counts_once(script):
    phone = record({"a": asked([10, 3], [30, 1, "符号"], right=False), "b": asked([5, 3])})
    desk = record({"a": asked([10, 3], [20, 2], answer=[2]), "c": asked([7, 0], right=False, first=False)})
    both = script("merge", phone, desk)
    assert both["questions"]["a"] == asked([10, 3], [20, 2], [30, 1, "符号"], right=False)
    assert set(both["questions"]) == {"a", "b", "c"}
    assert script("merge", desk, phone)["questions"] == both["questions"]
    assert script("merge", both, desk) == both and script("merge", both, phone) == both


@pytest.mark.parametrize("seed", range(200))
def test_merging_is_the_same_in_any_order_and_any_number_of_times(script, seed):
    draw = random.Random(seed)

    def device():
        known = {
            name: asked(*sorted([draw.randrange(50), draw.randrange(4)] for _ in range(draw.randrange(1, 4)))) for name in "abc"
        }
        exam = {"round": draw.randrange(2), "graded": draw.random() < 0.5, "used": draw.randrange(3), "marked": []}
        return script("clean", record({name: known[name] for name in draw.sample("abc", draw.randrange(4))}, exams={"e": exam}))

    one, two, three = device(), device(), device()

    def histories(data):
        return {name: question["reviews"] for name, question in data["questions"].items()} | {"e": data["exams"]["e"]}

    left = script("merge", script("merge", one, two), three)
    right = script("merge", one, script("merge", three, two))
    assert histories(left) == histories(right) == histories(script("merge", left, two))
    everything = {
        (name, *review) for data in (one, two, three) for name, q in data["questions"].items() for review in q["reviews"]
    }
    assert everything == {(name, *review) for name, q in left["questions"].items() for review in q["reviews"]}


# What is asked

NOW = 1_800_000_000
BOOK = [{"id": f"{page}{i}", "file": page} for page in "xyz" for i in range(5)] + [{"id": "exam", "file": "32", "exam": True}]


def draw(script, questions=(), count=10, second=NOW):
    return script("draw", BOOK, dict(questions), second, count)


def test_at_first_each_page_in_turn_and_nothing_of_the_exam(script):
    assert draw(script) == ["x0", "y0", "z0", "x1", "y1", "z1", "x2", "y2", "z2", "x3"]
    assert "exam" not in draw(script, count=99) and "exam" in draw(script, {"exam": asked([NOW - 9 * DAY, 1])})


def test_mistakes_made_with_confidence_come_first_then_what_is_most_likely_forgotten_then_what_is_new(script):
    known = {
        "x0": asked([NOW - 2 * DAY, 1]), "x1": asked([NOW - 30 * DAY, 2]), "x2": asked([NOW - 700, 0]), "x3": asked([NOW - 100, 0]),
        "y0": asked([NOW - DAY, 3]),
    }  # fmt: skip
    found = draw(script, known)
    assert found[:3] == ["x2", "x1", "x0"]
    assert found[3:] == ["x4", "y1", "z0", "y2", "z1", "y3", "z2"]  # y0 is not due, x3 was missed a moment ago
    assert set(draw(script, known, count=99)) == {one["id"] for one in BOOK} - {"x3", "exam"}  # too few: y0, though early


def test_new_questions_come_however_much_is_due(script):
    found = draw(script, {one["id"]: asked([NOW - 90 * DAY, 1]) for one in BOOK[:11]})
    assert len(found) == 10 and found[6:] == ["z1", "z2", "z3", "z4"]


def test_what_was_missed_before_times_were_kept_comes_before_what_was_never_asked(script):
    old = script("clean", {"version": 1, "seed": 1, "exams": {}, "questions": {
        "z4": {"answer": [1], "right": False}, "x0": {"answer": [1], "right": True},
    }})["questions"]  # fmt: skip
    found = draw(script, old, count=15)
    assert found[0] == "z4" and found[-1] == "x0"


def test_what_falls_due_later_on_the_same_day_is_due(script):
    night = NOW - NOW % DAY + 4 * 3600  # when a day begins, where the clock is UTC's
    known = {"x0": asked([night - DAY + 20 * 3600, 1])}
    assert draw(script, known, second=night + 60)[0] == "x0"
    assert draw(script, known, second=night - 60)[0] != "x0"


def test_what_lies_ahead_is_counted_by_days(script):
    known = {"x0": asked([NOW, 0]), "x1": asked([NOW, 1]), "x2": asked([NOW, 3]), "x3": asked([NOW - 99 * DAY, 1])}
    assert script("ahead", BOOK, known, NOW, 5) == [2, 1, 1, 0, 0]
