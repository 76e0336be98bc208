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

from quiz import CAUSES, QuestionError, expand, facts, load
from quiz.__main__ import main
from quiz.questions import is_within

PLACE = "expected page#heading, such as 04_sigmoid#定義"


def wrong(*values):
    return [{"value": value, "cause": "計算", "why": "ちがう", "see": "04_sigmoid#定義"} for value in values]


CHOICES = [
    {"text": "0.25", "correct": True, "why": "そのとおり"},
    {"text": "0.5", "cause": "微分", "why": "値です", "see": "04_sigmoid#定義"},
    {"text": "1", "cause": "定義", "why": "恒等関数です", "see": "04_sigmoid#定義"},
]
COMMON = {"aim": "understanding", "level": 1, "text": "いくつですか", "explanation": "式から", "see": "04_sigmoid#定義"}
SINGLE = {"id": "a-single", "kind": "single", **COMMON, "choices": CHOICES, "verify": "1 / 4 == 0.25"}
MULTIPLE = {
    "id": "a-multiple",
    "kind": "multiple",
    **COMMON,
    "text": "すべて選んでください",
    "choices": [CHOICES[0], CHOICES[0] | {"text": "1/4"}, CHOICES[1]],
}
NUMBER = {
    "id": "a-number",
    "kind": "number",
    **COMMON,
    "answer": 0.25,
    "tolerance": 0.005,
    "compute": "1 / 4",
    "wrong": wrong(0.5, 1),
}
CODE = {
    "id": "a-code",
    "kind": "code",
    **COMMON,
    "code": "def f(x):\n    return ____\n",
    "check": "assert f(3) == 6",
    "choices": [c | {"text": t} for c, t in zip(CHOICES, ("2 * x", "x ** 2", "x + 2"), strict=True)],
}
TEMPLATE = {
    "id": "a-template",
    "kind": "number",
    **COMMON,
    "draw": {"x": [3, -1, 2, 1], "b": [2, -5]},
    "where": "x != -b",
    "text": "$«x»«b:+d»$ の $«abs(x):.1f»$ 倍を答えてください",
    "digits": 2,
    "tolerance": 0.005,
    "compute": "abs(x) * (x + b) / 8",
    "wrong": wrong("100", "200 + x"),
}
GOOD = [SINGLE, MULTIPLE, NUMBER, CODE, TEMPLATE]


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
    "id with capitals": (change(SINGLE, id="Bad_Id"), "id: expected small letters, digits and hyphens, found 'Bad_Id'"),
    "id that is no text": (change(SINGLE, id=5), "question 1: id: expected a string (put it in quotes), found 5"),
    "no mapping": ("Why?", "question 1: expected a mapping, found 'Why?'"),
    "no kind": (change(SINGLE, kind=None), "expected the key kind"),
    "unknown kind": (change(SINGLE, kind="essay"), "kind: expected one of single, multiple, number, code, found 'essay'"),
    "no explanation": (change(SINGLE, explanation=None), "expected the key explanation"),
    "see without heading": (change(SINGLE, see="04_sigmoid"), f"see: {PLACE}, found '04_sigmoid'"),
    "see with an empty heading": (change(SINGLE, see="04_sigmoid# "), f"see: {PLACE}, found '04_sigmoid# '"),
    "a key of another kind": (
        change(SINGLE, answer=3),
        "expected only the keys of its kind (id, kind, aim, level, text, explanation, see, choices, verify, draw, where), "
        "found 'answer'",
    ),
    "no cause": (change(SINGLE, choices=choice(1, cause=None)), "choices[1]: expected the key cause"),
    "unknown cause": (
        change(SINGLE, choices=choice(1, cause="不明")),
        f"choices[1].cause: expected one of {', '.join(CAUSES)}, found '不明'",
    ),
    "unknown cause of a number": (
        change(NUMBER, wrong=[change(wrong(0.5)[0], cause="不明"), *wrong(1)]),
        f"wrong[0].cause: expected one of {', '.join(CAUSES)}, found '不明'",
    ),
    "digits without draw": (change(NUMBER, digits=2), "digits: expected no such key without draw, found 2"),
    "draw without digits": (change(TEMPLATE, digits=None), "expected the key digits"),
    "answer beside draw": (change(TEMPLATE, answer=1), "answer: expected no such key beside draw, found 1"),
    "nothing to draw from": (change(TEMPLATE, draw={"x": []}), "draw.x: expected at least 1 of them, found 0"),
    "no list": (change(SINGLE, choices="0.25"), "choices: expected a list, found '0.25'"),
    "two choices": (change(SINGLE, choices=CHOICES[:2]), "choices: expected at least 3 of them, found 2"),
    "six choices": (change(SINGLE, choices=CHOICES * 2), "choices: expected at most 5 of them, found 6"),
    "two right": (
        change(SINGLE, choices=choice(1, correct=True)),
        "choices: expected exactly 1 right one for kind single, found 2",
    ),
    "correct: false": (
        change(SINGLE, choices=choice(1, correct=False)),
        "choices[1].correct: expected true or no such key, found False",
    ),
    "a wrong choice without see": (change(SINGLE, choices=choice(2, see=None)), "choices[2]: expected the key see"),
    "a misspelt key of a choice": (
        change(SINGLE, choices=choice(2, becuase="x")),
        "choices[2]: expected only text, correct, why, cause, see: Additional properties are not allowed ('becuase' was unexpected)",
    ),
    "the same choice twice": (
        change(SINGLE, choices=choice(2, text="0.5 ")),
        "choices: expected different texts, '0.5' stands 2 times",
    ),
    "none of the above": (
        change(SINGLE, choices=choice(2, text=" 上のどれでもない")),
        "choices[2].text: expected one that holds in any order, without naming other choices: '上のどれでもない'",
    ),
    "(a) and (b)": (
        change(SINGLE, choices=choice(2, text="(a) と (b)")),
        "choices[2].text: expected one that holds in any order, without naming other choices: '(a) と (b)'",
    ),
    "one right of multiple": (
        change(MULTIPLE, choices=CHOICES),
        "choices: expected at least 2 right ones and a wrong one for kind multiple, 1 of 3 are right",
    ),
    "all right of multiple": (
        change(MULTIPLE, choices=[c | {"correct": True} for c in MULTIPLE["choices"]]),
        "choices: expected at least 2 right ones and a wrong one for kind multiple, 3 of 3 are right",
    ),
    "multiple does not say so": (
        change(MULTIPLE, text="選んでください"),
        "text: expected すべて選んでください for kind multiple",
    ),
    "a negative tolerance": (change(NUMBER, tolerance=-1), "tolerance: expected minimum 0, found -1"),
    "an answer that is text": (change(NUMBER, answer="1e-3"), "answer: expected a number (write 1.0e-3, not 1e-3), found '1e-3'"),
    "an endless answer": (change(NUMBER, answer=float("nan")), "answer: expected a finite number"),
    "an endless wrong value": (change(NUMBER, wrong=wrong(1, float("-inf"))), "wrong[1].value: expected a finite number"),
    "a wrong value that counts as right": (
        change(NUMBER, wrong=wrong(0.255, 1)),
        "wrong[0].value: expected a value further than the tolerance (0.005) from answer, 0.255 is too near 0.25",
    ),
    "wrong values too near": (
        change(NUMBER, wrong=wrong(0.5, 0.502)),
        "wrong[1].value: expected a value further than the tolerance (0.005) from wrong[0].value, 0.502 is too near 0.5",
    ),
    "no blank": (change(CODE, code="def f(x): return x"), "code: expected one blank ____, found 0"),
    "backticks in code": (
        change(CODE, choices=[*CODE["choices"][:2], CODE["choices"][2] | {"text": "`x + 2`"}]),
        "choices[2].text: expected code without backticks",
    ),
}


@pytest.mark.parametrize("question, message", BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_is_named(problems, question, message):
    [said] = problems([question])
    known = f"{question['id']}: " if isinstance(question, dict) and "id" in question else ""
    assert said.removeprefix("04_sigmoid.yml: ").removeprefix(known) == message


def test_all_problems_of_a_file_come_at_once(problems):
    many = [change(SINGLE, id=f"r-{i}", level=9 if i in (2, 10) else 1) for i in range(11)]
    assert [line.split(": ")[1] for line in problems(many)] == ["r-2", "r-10"]  # in the order of the file
    assert len(problems([change(SINGLE, id=None, why=None, aim=None)])) == 2
    assert len(problems([BROKEN["no blank"][0], BROKEN["two right"][0], BROKEN["wrong values too near"][0]])) == 3


def test_an_id_stands_once_in_all_files(problems, tmp_path):
    assert problems([SINGLE, SINGLE]) == ["04_sigmoid.yml: a-single: id: expected once in the file, stands 2 times"]
    paths = [tmp_path / "one.yml", tmp_path / "two.yml", tmp_path / "other" / "one.yml"]
    paths[2].parent.mkdir()
    for path in paths:
        path.write_text(yaml.safe_dump({"questions": [SINGLE]}), encoding="utf-8")
    with pytest.raises(QuestionError) as raised:
        load(*paths)
    assert (
        str(raised.value).splitlines()
        == raised.value.problems
        == [f"{name}.yml: a-single: id: expected one that no other file has; one.yml has it too" for name in ("two", "one")]
    )


def test_all_files_are_read_even_after_a_broken_one(tmp_path):
    names = ["a.yml", "b.yml", "c.yml"]
    for name, questions in zip(names, ([change(SINGLE, level=9)], [MULTIPLE], [change(CODE, level=9)]), strict=True):
        (tmp_path / name).write_text(yaml.safe_dump({"questions": questions}), encoding="utf-8")
    with pytest.raises(QuestionError) as raised:
        load(*(tmp_path / name for name in names))
    assert [line.split(": ")[:2] for line in raised.value.problems] == [["a.yml", "a-single"], ["c.yml", "a-code"]]
    (tmp_path / "a.yml").write_bytes(
        b"\xef\xbb\xbf" + yaml.safe_dump({"questions": [SINGLE]}).encode()
    )  # as Notepad begins a file
    assert load(tmp_path / "a.yml", tmp_path / "b.yml") == [SINGLE, MULTIPLE]


def test_a_third_is_about_understanding(problems):
    recall = [change(SINGLE, id=f"r-{i}", aim="recall") for i in range(3)]
    assert problems([*recall[:2], SINGLE]) == []
    assert problems([*recall, SINGLE]) == [
        "04_sigmoid.yml: aim: expected understanding in at least a third of the questions, is in 1 of 4"
    ]


NO_FILE = {
    "nothing": ("", "the file: expected a mapping, found None"),
    "no questions": ("questions: []", "questions: expected at least 1 of them, found 0"),
    "one number": ("questions: 3", "questions: expected a list, found 3"),
    "another key": ("question: []", "the file: expected the key questions"),
    "one more key": (
        yaml.safe_dump({"questions": [SINGLE], "more": 1}),
        "the file: expected only questions: Additional properties are not allowed ('more' was unexpected)",
    ),
    "half a list": ("questions: [", "is not YAML: while parsing a flow node expected the node content"),
    "a key twice": (
        "questions: [{id: a, id: b}]",
        "is not YAML: the key 'id' stands 2 times in \"<unicode string>\", line 1, column 13",
    ),
    "a date that is none": ("a: 2024-13-45", "is not YAML: month must be in 1..12"),
    "a list as key": ("? [a]\n: b", "is not YAML: while constructing a mapping"),
    "a Python object": ("!!python/object/apply:os.system ['true']", "is not YAML: could not determine a constructor"),
    "another encoding": ("a: シグモイド".encode("shift-jis"), "is not UTF-8 (byte 3)"),
}


@pytest.mark.parametrize("content, message", NO_FILE.values(), ids=NO_FILE)
def test_what_is_no_file_of_questions_is_said_clearly(problems, content, message):
    found = problems(content)
    assert any(line.startswith(f"04_sigmoid.yml: {message}") for line in found)
    assert len(found) == 1 or "the key questions" in message


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(QuestionError) as raised:
        load(tmp_path / "gone.yml")
    assert raised.value.problems == [f"{tmp_path / 'gone.yml'}: cannot be read: No such file or directory"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3),
    max_leaves=8,
)


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
        assert re.match(r"04_sigmoid\.yml: (a-\w+|question \d|questions|the file|aim|[^:]+): ", line) or "is not YAML" in line, (
            line
        )


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 900), length=st.integers(1, 40))
def test_a_piece_cut_out_of_a_file_does_not_make_it_crash(problems, start, length):
    text = yaml.safe_dump({"questions": GOOD}, allow_unicode=True)
    problems(text[:start] + text[start + length :])


# What a question says of its own truth


FALSE = {
    "a claim": (change(SINGLE, verify=" 1 / 4 == 0.2 "), "verify: expected true, is False: 1 / 4 == 0.2"),
    "an empty list as a claim": (change(SINGLE, verify="[]"), "verify: expected true, is []: []"),
    "an unknown name": (change(SINGLE, verify="nothing"), "verify: raised NameError(\"name 'nothing' is not defined\")"),
    "what has no truth": (change(SINGLE, verify="np.zeros(2)"), "verify: raised ValueError("),
    "a result": (
        change(NUMBER, compute="1 / 3"),
        "compute: gives 0.3333333333333333, which is not the answer 0.25, nor rounds to it",
    ),
    "a result near the answer": (
        change(NUMBER, compute="0.2549", answer=0.250001),
        "compute: gives 0.2549, which is not the answer",
    ),
    "almost twice the rounding": (change(NUMBER, compute="1.109", answer=1.2, tolerance=1), "compute: gives 1.109, which is not"),
    "a whole number rounded": (
        change(NUMBER, compute="3.4", answer=3, tolerance=1),
        "compute: gives 3.4, which is not the answer 3",
    ),
    "a large number": (
        change(NUMBER, compute="-10**6 - 0.0011", answer=-(10**6), tolerance=1),
        "compute: gives -1000000.0011, which",
    ),
    "too narrow a tolerance": (
        change(NUMBER, compute="0.254", tolerance=0.003),
        "tolerance: 0.003 refuses a reader who types the exact value 0.254",
    ),
    "what cannot be computed": (change(NUMBER, compute="1 / 0"), "compute: raised ZeroDivisionError('division by zero')"),
    "the right code": (
        change(CODE, check="assert f(3) == 9", choices=[CODE["choices"][0], *CODE["choices"][2:]]),
        "check: raised AssertionError() with the right choice, choices[0] '2 * x'",
    ),
    "the wrong code": (
        change(CODE, check="assert f(2) == 4", choices=[*CODE["choices"][:2], CODE["choices"][2] | {"text": " x - 2"}]),
        "check: passed with a wrong choice, choices[1] 'x ** 2'",
    ),
}


@pytest.mark.parametrize("question, message", FALSE.values(), ids=FALSE)
def test_a_false_fact_is_named(question, message):
    [found] = facts.problems([question], facts.namespace())
    assert found.removeprefix(f"{question['id']}: ").startswith(message)


def test_all_false_facts_are_named():
    assert len(facts.problems([question for question, _ in FALSE.values()], facts.namespace())) == len(FALSE)


@pytest.mark.parametrize(
    "question",
    [
        *GOOD,
        change(NUMBER, compute="0.2534", answer=0.253),
        change(NUMBER, compute="1.15", answer=1.2, tolerance=0.05),  # a tie, as far as floating point knows
        change(NUMBER, compute="-10**6 - 0.0009", answer=-(10**6), tolerance=0),
        change(SINGLE, verify="np.exp(1000.0) == math.inf"),  # overflow is what some questions are about
        change(SINGLE, verify=None),
    ],
)
def test_true_facts_are_quiet(question):
    assert facts.problems([question], facts.namespace()) == []


def test_code_may_use_np_math_and_the_public_names_of_the_modules():
    names = facts.namespace("math", "textwrap")
    assert names["np"].tanh(0) == names["math"].tanh(0) == names["tanh"](0) == 0
    assert "dedent" in names and "re" not in names  # textwrap says what is public,
    assert "__name__" not in names  # and math has names with underscores
    left = [change(CODE, code="kept = 1\ndef f(x):\n    return ____\n"), change(SINGLE, verify="kept")]
    assert "'kept' is not defined" in facts.problems(left, names)[0]


@pytest.mark.parametrize(
    "code, text, filled",
    [
        ("def f(x):\n    ____\n    return y\n", "z = x\ny = 2 * z\n", "def f(x):\n    z = x\n    y = 2 * z\n    return y\n"),
        ("    ____", "\n  if x:\n    y\n", "    if x:\n      y"),  # however deep it stands in the file
        ("\t____", "a\nb", "\ta\n\tb"),
        ("x = f(____)", "1,\n2\n", "x = f(1,\n2)"),  # not at the start of a line: as it is
        ("x = ____ + 1", "  y\n", "x =   y + 1"),
    ],
)
def test_a_choice_of_several_lines_is_indented_as_its_blank(code, text, filled):
    assert facts.filled(code, text) == filled


@pytest.mark.parametrize(
    "value, answer, tolerance, counts",
    [
        (0.25, 0.25, 0, True),
        (0.2500001, 0.25, 0, False),
        (0.255, 0.25, 0.005, True),
        (0.245, 0.25, 0.005, True),
        (0.2551, 0.25, 0.005, False),
        (0.1 + 0.2, 0, 0.3, True),
        (0.3000001, 0, 0.3, False),  # a rounding error more than the tolerance
        (-1e9 - 0.9, -1e9, 0, True),
        (-1e9 - 1.1, -1e9, 0, False),
    ],
)
def test_what_counts_as_the_answer(value, answer, tolerance, counts):
    assert is_within(value, answer, tolerance) is counts


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """command(questions, *options): what `python -m quiz` returns and prints for a file of them, a.yml."""

    def run(questions, *options):
        path = tmp_path / "a.yml"
        path.write_text(yaml.safe_dump({"questions": questions}), encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["quiz", str(path), *options])
        status = main()
        return status, *capsys.readouterr()

    return run


def test_the_command_is_quiet_or_prints_a_line_for_each_problem_and_fails(command):
    assert command(GOOD, "--names", "math", "cmath") == (0, "", "")
    false = [change(SINGLE, verify="pi < 3"), change(MULTIPLE, verify="phase(1) > 0")]
    assert command(false, "--names", "math", "cmath") == (
        1,
        "a-single: verify: expected true, is False: pi < 3\na-multiple: verify: expected true, is False: phase(1) > 0\n",
        "",
    )
    assert command(false) == (0, "", "")  # runs nothing unless it is told the names
    assert command([change(SINGLE, level=9)]) == (1, "a.yml: a-single: level: expected one of 1, 2, 3, found 9\n", "")


def test_the_command_says_how_to_use_it(command, capsys):
    with pytest.raises(SystemExit):
        command([], "--help")
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith(
        "usage: python -m quiz [-h] [--names MODULE [MODULE ...]] FILE [FILE ...] Prints one line for each problem"
    )
    assert "--names MODULE [MODULE ...] modules whose names the questions' code uses" in said


def test_the_command_ends_with_its_status(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "quiz", "gone.yml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONUTF8": "1"},
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (1, "gone.yml: cannot be read: No such file or directory\n", "")


# Templates


def test_a_template_gives_its_first_numbers_and_then_others_each_once():
    made = expand(TEMPLATE, {})
    assert made[0]["id"] == "a-template" and made[0]["given"] == {"x": 3, "b": 2}
    assert made[0]["text"] == "$3+2$ の $3.0$ 倍を答えてください" and made[0]["answer"] == 1.88  # 1.875 to two digits
    assert [one["value"] for one in made[0]["wrong"]] == [100.0, 203.0]
    drawn = [tuple(one["given"].values()) for one in made]
    assert len(set(drawn)) == len(drawn) == 6 and len({one["id"] for one in made}) == 6
    assert made == expand(TEMPLATE, {})  # the same in every build
    assert facts.problems([TEMPLATE], {"np": None}) == []


def test_where_leaves_combinations_out():
    assert [one["given"]["x"] for one in expand(change(TEMPLATE, where="b == 2 and x > 1"), {})] == [3, 2]
    with pytest.raises(ValueError, match="a-template: where: expected to leave some combination of draw"):
        expand(change(TEMPLATE, where="x > 9"), {})


def test_what_is_no_template_is_itself():
    assert expand(NUMBER, {}) == [NUMBER]


CHOSEN = change(SINGLE, draw={"x": [1, 2, 4]}, verify="2 * x > x", choices=[
    CHOICES[0] | {"text": "$«2 * x»$"}, CHOICES[1] | {"text": "$«x + 2»$"}, CHOICES[2] | {"text": "$«x»$"},
], where="x != 2")  # fmt: skip


def test_choices_have_numbers_too():
    assert [[choice["text"] for choice in one["choices"]] for one in expand(CHOSEN, {})] == [
        ["$2$", "$3$", "$1$"],
        ["$8$", "$6$", "$4$"],
    ]


@pytest.mark.parametrize(
    "template, message",
    [
        (change(CHOSEN, where="True"), "with {'x': 2}: choices: expected different texts, '$4$' stands 2 times"),
        (change(TEMPLATE, wrong=wrong("abs(x) * (x + b) / 8", "200")), "with {'x': 3, 'b': 2}: wrong[0].value: expected a value"),
        (change(TEMPLATE, text="«x / 3»"), "with {'x': 2, 'b': -5}: «x / 3» is 0.666666666666667: expected a format, such as «x / 3:.4f»"),
        (change(TEMPLATE, explanation="«y»"), "with {'x': 3, 'b': 2}: name 'y' is not defined"),
        (change(TEMPLATE, compute="1 / (x - 3)"), "with {'x': 3, 'b': 2}: division by zero"),
        (change(TEMPLATE, wrong=wrong("float('inf')", "1")), "with {'x': 3, 'b': 2}: wrong[0].value: expected a finite number"),
    ],
)  # fmt: skip
def test_a_question_that_would_not_hold_is_named_with_what_was_drawn(template, message):
    assert facts.problems([template], {})[0].startswith(f"{template['id']}: {message}")


def test_what_each_drawn_question_claims_is_checked():
    assert facts.problems([change(CHOSEN, verify="x < 4")], {}) == ["a-single--2: verify: expected true, is False: x < 4"]
