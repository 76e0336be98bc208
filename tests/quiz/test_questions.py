"""The checker of question files: each rule, broken once, has its message; and no file makes it crash."""

import copy
import os
import re
import subprocess
import sys

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quiz import QuestionError, facts, load
from quiz.questions import is_within

CHOICES = [
    {"text": "0.25", "correct": True, "why": "そのとおり"},
    {"text": "0.5", "why": "値です", "see": "04_sigmoid#定義"},
    {"text": "1", "why": "恒等関数です", "see": "04_sigmoid#定義"},
]
COMMON = {"aim": "understanding", "level": 1, "text": "いくつですか", "explanation": "式から", "see": "04_sigmoid#定義"}
SINGLE = {"id": "a-single", "kind": "single", **COMMON, "choices": CHOICES, "verify": "1 / 4 == 0.25"}
MULTIPLE = {"id": "a-multiple", "kind": "multiple", **COMMON, "text": "すべて選んでください",
            "choices": [CHOICES[0], CHOICES[0] | {"text": "1/4"}, CHOICES[1]]}
NUMBER = {"id": "a-number", "kind": "number", **COMMON, "answer": 0.25, "tolerance": 0.005, "compute": "1 / 4",
          "wrong": [{"value": v, "why": "ちがう", "see": "04_sigmoid#定義"} for v in (0.5, 1)]}
CODE = {"id": "a-code", "kind": "code", **COMMON, "code": "def f(x):\n    return ____\n", "check": "assert f(3) == 6",
        "choices": [c | {"text": t} for c, t in zip(CHOICES, ("2 * x", "x ** 2", "x + 2"), strict=True)]}
GOOD = [SINGLE, MULTIPLE, NUMBER, CODE]


@pytest.fixture
def problems(tmp_path):
    """problems(questions or text): what `load` says of such a file."""
    def found(content):
        path = tmp_path / "04_sigmoid.yml"
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            text = content if isinstance(content, str) else yaml.safe_dump({"questions": content}, allow_unicode=True)
            path.write_text(text, encoding="utf-8")
        try:
            load(path)
        except QuestionError as error:
            return error.problems
        return []

    return found


def test_a_good_file_is_read_as_it_stands(tmp_path):
    path = tmp_path / "a.yml"
    path.write_text(yaml.safe_dump({"questions": GOOD}), encoding="utf-8")
    assert load(path) == GOOD


def change(question, **fields):
    changed = copy.deepcopy(question) | fields
    return {key: value for key, value in changed.items() if value is not None}


def choice(number, **fields):
    return [change(c, **fields) if i == number else c for i, c in enumerate(CHOICES)]


BROKEN = {
    "id with capitals": (change(SINGLE, id="Bad_Id"), "Bad_Id: id: expected small letters, digits and hyphens"),
    "id missing": (change(SINGLE, id=None), "question 1: expected the key id"),
    "unknown kind": (change(SINGLE, kind="essay"), "kind: expected one of single, multiple, number, code, found 'essay'"),
    "unknown aim": (change(SINGLE, aim="fun"), "aim: expected one of recall, calculation, understanding"),
    "level 4": (change(SINGLE, level=4), "level: expected one of 1, 2, 3, found 4"),
    "empty text": (change(SINGLE, text=" "), "a-single: text: expected some text, found ' '"),
    "a number for a text": (change(SINGLE, text=5), "text: expected a string (put it in quotes), found 5"),
    "no explanation": (change(SINGLE, explanation=None), "expected the key explanation"),
    "see without heading": (change(SINGLE, see="04_sigmoid"), "see: expected page#heading, such as 04_sigmoid#定義"),
    "see with an empty heading": (change(SINGLE, see="04_sigmoid# "), "see: expected page#heading"),
    "see with a suffix": (change(SINGLE, see="04_sigmoid.ipynb#定義"), "see: expected page#heading"),
    "a key of another kind": (change(SINGLE, answer=3), "found 'answer'"),
    "two choices": (change(SINGLE, choices=CHOICES[:2]), "choices: expected at least 3 of them, found 2"),
    "six choices": (change(SINGLE, choices=CHOICES * 2), "choices: expected at most 5 of them, found 6"),
    "none right": (change(SINGLE, choices=choice(0, correct=None, see="a#b")), "expected exactly 1 right one for kind single, found 0"),
    "two right": (change(SINGLE, choices=choice(1, correct=True)), "expected exactly 1 right one for kind single, found 2"),
    "correct: false": (change(SINGLE, choices=choice(1, correct=False)), "choices[1].correct: expected true or no such key"),
    "no why": (change(SINGLE, choices=choice(2, why=None)), "choices[2]: expected the key why"),
    "a wrong choice without see": (change(SINGLE, choices=choice(2, see=None)), "choices[2]: expected the key see"),
    "a misspelt key of a choice": (change(SINGLE, choices=choice(2, becuase="x")), "choices[2]: expected only text, correct, why, see"),
    "the same choice twice": (change(SINGLE, choices=choice(2, text="0.5 ")), "expected different texts, '0.5' stands 2 times"),
    "none of the above": (change(SINGLE, choices=choice(2, text="上のどれでもない")), "choices[2].text: expected one that holds in any order"),
    "(a) と (b)": (change(SINGLE, choices=choice(2, text="(a) と (b)")), "choices[2].text: expected one that holds in any order"),
    "one right of multiple": (change(MULTIPLE, choices=CHOICES), "at least 2 right ones and a wrong one for kind multiple, 1 of 3 are right"),
    "all right of multiple": (change(MULTIPLE, choices=[c | {"correct": True} for c in CHOICES]), "3 of 3 are right"),
    "multiple does not say so": (change(MULTIPLE, text="選んでください"), "text: expected すべて選んでください"),
    "no tolerance": (change(NUMBER, tolerance=None), "expected the key tolerance"),
    "a negative tolerance": (change(NUMBER, tolerance=-1), "tolerance: expected minimum 0, found -1"),
    "an answer that is text": (change(NUMBER, answer="1e-3"), "answer: expected a number (write 1.0e-3, not 1e-3)"),
    "an endless answer": (change(NUMBER, answer=float("nan")), "answer: expected a finite number"),
    "one wrong value": (change(NUMBER, wrong=NUMBER["wrong"][:1]), "wrong: expected at least 2 of them, found 1"),
    "a wrong value that counts as right": (
        change(NUMBER, wrong=[w | {"value": v} for w, v in zip(NUMBER["wrong"], (0.255, 1), strict=True)]),
        "wrong[0].value: expected a value further than the tolerance (0.005) from answer"),
    "wrong values too near": (
        change(NUMBER, wrong=[w | {"value": v} for w, v in zip(NUMBER["wrong"], (0.5, 0.502), strict=True)]),
        "wrong[1].value: expected a value further than the tolerance (0.005) from wrong[0].value"),
    "no blank": (change(CODE, code="def f(x): return x"), "code: expected one blank ____, found 0"),
    "two blanks": (change(CODE, code="____ = ____"), "code: expected one blank ____, found 2"),
    "backticks in code": (change(CODE, choices=[c | {"text": f"`{c['text']}`"} for c in CODE["choices"]]), "choices[0].text: expected code without backticks"),
}


@pytest.mark.parametrize("question, message", BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_is_named(problems, question, message):
    found = problems([question])
    assert len(found) >= 1 and message in "\n".join(found), found
    assert all(line.startswith("04_sigmoid.yml: ") for line in found)


def test_all_problems_of_a_file_come_at_once(problems):
    assert len(problems([BROKEN["level 4"][0], BROKEN["empty text"][0] | {"id": "b"}])) == 2
    assert len(problems([BROKEN["no blank"][0], BROKEN["two right"][0], BROKEN["wrong values too near"][0]])) == 3


def test_an_id_stands_once_in_all_files(problems, tmp_path):
    assert "a-single: id: expected once in the file, stands 2 times" in problems([SINGLE, SINGLE])[0]
    for name in ("one.yml", "two.yml"):
        (tmp_path / name).write_text(yaml.safe_dump({"questions": [SINGLE]}), encoding="utf-8")
    with pytest.raises(QuestionError, match="two.yml: a-single: id: expected one that no other file has; one.yml has it too"):
        load(tmp_path / "one.yml", tmp_path / "two.yml")


def test_a_third_is_about_understanding(problems):
    recall = [change(SINGLE, id=f"r-{i}", aim="recall") for i in range(3)]
    assert problems([*recall[:2], SINGLE]) == []
    assert "in 1 of 4" in problems([*recall, SINGLE])[0]


@pytest.mark.parametrize("content, message", [
    ("", "the file: expected a mapping, found None"),
    ("questions: []", "questions: expected at least 1"),
    ("question: []", "expected the key questions"),
    ("questions: [", "is not YAML"),
    ("questions: [{id: a, id: b}]", "the key 'id' stands 2 times"),
    ("a: 2024-13-45", "is not YAML"),
    ("? [a]\n: b", "is not YAML"),
    ("&a [*a]", "expected a mapping"),
    ("[" * 5000, "nested too deeply"),
    ("!!python/object/apply:os.system ['true']", "is not YAML"),
    ("シグモイド".encode("shift-jis"), "is not UTF-8 (byte 0)"),
])
def test_what_is_no_file_of_questions_is_said_clearly(problems, content, message):
    [found] = problems(content) if message != "expected the key questions" else problems(content)[:1]
    assert message in found


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(QuestionError, match=r"gone\.yml: cannot be read: No such file"):
        load(tmp_path / "gone.yml")


ANYTHING = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
                        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3), max_leaves=8)


def paths(value, here=()):
    yield here
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from paths(inner, (*here, key))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_replaces_a_part_of_a_file_is_an_error_that_says_where_or_none(problems, data):
    content = copy.deepcopy({"questions": GOOD})
    *way, last = data.draw(st.sampled_from([path for path in paths(content) if path]))
    target = content
    for key in way:
        target = target[key]
    target[last] = data.draw(ANYTHING)
    for line in problems(yaml.safe_dump(content, allow_unicode=True)):
        assert re.match(r"04_sigmoid\.yml: (a-\w+|question \d|questions|the file|aim|[^:]+): ", line) or "is not YAML" in line, line


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=60) | st.text(max_size=60))
def test_no_bytes_make_it_crash(problems, content):
    assert problems(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 900), length=st.integers(1, 40))
def test_a_piece_cut_out_of_a_file_does_not_make_it_crash(problems, start, length):
    text = yaml.safe_dump({"questions": GOOD}, allow_unicode=True)
    problems(text[:start] + text[start + length:])


# What a question says of its own truth


@pytest.mark.parametrize("question, message", [
    (change(SINGLE, verify="1 / 4 == 0.2"), "a-single: verify: expected true, is False: 1 / 4 == 0.2"),
    (change(SINGLE, verify="nothing"), "a-single: verify: raised NameError"),
    (change(NUMBER, compute="1 / 3"), "compute: gives 0.3333333333333333, which is not the answer 0.25"),
    (change(NUMBER, compute="0.2549", answer=0.250001), "compute: gives 0.2549, which is not the answer"),
    (change(NUMBER, compute="0.254", tolerance=0.003), "tolerance: 0.003 refuses a reader who types the exact value 0.254"),
    (change(NUMBER, compute="1 / 0"), "compute: raised ZeroDivisionError"),
    (change(NUMBER, answer=3, compute="3.4", tolerance=1), "compute: gives 3.4, which is not the answer 3"),
    (change(CODE, check="assert f(3) == 9"), "check: raised AssertionError() with the right choice, choices[0] '2 * x'"),
    (change(CODE, check="assert f(2) == 4"), "check: passed with a wrong choice, choices[1] 'x ** 2'"),
])
def test_a_false_fact_is_named(question, message):
    assert message in "\n".join(facts.problems([question], facts.namespace()))


def test_true_facts_are_quiet():
    assert facts.problems(GOOD, facts.namespace("math")) == []
    assert facts.problems([change(NUMBER, compute="0.2534", answer=0.253)], facts.namespace()) == []


def test_a_choice_of_several_lines_is_indented_as_its_blank():
    code = "def f(x):\n    ____\n    return y\n"
    assert facts.filled(code, "z = x\ny = 2 * z\n") == "def f(x):\n    z = x\n    y = 2 * z\n    return y\n"


@pytest.mark.parametrize("value, tolerance, counts", [
    (0.25, 0, True), (0.2500001, 0, False), (0.255, 0.005, True), (0.245, 0.005, True), (0.2551, 0.005, False)])
def test_what_counts_as_the_answer(value, tolerance, counts):
    assert is_within(value, 0.25, tolerance) is counts


def test_the_command_is_quiet_or_prints_and_fails(tmp_path):
    path = tmp_path / "a.yml"
    def run(questions):
        path.write_text(yaml.safe_dump({"questions": questions}), encoding="utf-8")
        return subprocess.run([sys.executable, "-m", "quiz", str(path), "--names", "math"], capture_output=True, text=True,
                              env=os.environ | {"PYTHONUTF8": "1"})

    good = run(GOOD)
    assert (good.returncode, good.stdout, good.stderr) == (0, "", "")
    bad = run([change(SINGLE, verify="False")])
    assert bad.returncode == 1 and bad.stdout == "a-single: verify: expected true, is False: False\n"
    assert run([change(SINGLE, level=9)]).stdout == "a.yml: a-single: level: expected one of 1, 2, 3, found 9\n"
