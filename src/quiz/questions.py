"""Read a file of questions and check it: what a schema can say (questions.schema.json), and the rest."""

import json
import math
import re
from collections import Counter
from functools import cache
from importlib.resources import files
from itertools import combinations
from pathlib import Path

import jsonschema
import yaml

BLANK = "____"
# Where a mistake comes from, and what helps.
CAUSES = {
    "定義": "ことばや式の意味を取り違えています。本文の定義を、例を 1 つ作りながら読み直します。",
    "微分": "値と傾き、または連鎖律のどこかの因子を取り違えています。図で点を動かして、値と傾きを別々に読みます。",
    "符号": "正と負、または向きが逆です。簡単な数を 1 つ入れて、符号だけを先に確かめます。",
    "場合": "境界、負の側、0 や無限大などの場合を取り違えています。その点だけを取り出して計算します。",
    "軸": "配列の形や軸、数える個数、平均をとる範囲が違います。形を紙に書いてから計算します。",
    "約束": "名前、記号、既定値など、決めごとの取り違えです。考えて出るものではないので、表で確かめて覚えます。",
    "計算": "考え方は合っていて、係数の間違いや掛け忘れなど、途中の計算が違います。式を 1 行ずつ書きます。",
    "数値": "丸め、あふれ、桁落ちなど、計算機の数の性質を見落としています。本文のセルを動かして、実際の値を見ます。",
    "因果": "理由のつけ方が違うか、言いすぎです。「いつも」「必ず」には、反例を 1 つ探します。",
}
# A choice is read in any order and alone.
BY_PLACE = re.compile(
    r"(上|下|以上|左|右)の(どれ|いずれ|すべて|全て|選択肢)|(どれ|いずれ)でもない|^以上(すべて|全て)|選択肢\s*[A-Za-zア-オ0-9]|\([a-eA-Eア-オ]\)\s*と"
)


class QuestionError(ValueError):
    """What is wrong with one or more files of questions: one line each in `problems`."""

    def __init__(self, problems):
        super().__init__(problems)  # as they came: an exception is rebuilt from them in another process
        self.problems = list(problems)

    def __str__(self):
        return "\n".join(self.problems)


class _Loader(yaml.SafeLoader):
    """YAML in which a key that stands twice is an error, not a silent loss."""

    def compose_mapping_node(self, anchor):
        node = super().compose_mapping_node(anchor)
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for key, count in Counter(keys).items():
            if count > 1:
                raise yaml.composer.ComposerError(None, None, f"the key {key!r} stands {count} times", node.start_mark)
        return node


@cache
def _validator():
    schema = json.loads(files(__package__).joinpath("questions.schema.json").read_bytes())
    return jsonschema.Draft202012Validator(schema)


def load(*paths):
    """The questions of the files, in order, as the mappings that stand there.

    Raises QuestionError with every problem of every file: file, question, field, what was expected.
    """
    found, problems, owner = [], [], {}
    for path in map(Path, paths):
        try:
            data = yaml.load(path.read_bytes().decode(), _Loader)
            here = [f"{path.name}: {problem}" for problem in _problems(data)]
        except OSError as error:
            here = [f"{path}: cannot be read: {error.strerror}"]
        except UnicodeDecodeError as error:
            here = [f"{path.name}: is not UTF-8 (byte {error.start})"]
        except (yaml.YAMLError, ValueError) as error:  # ValueError: e.g. a date that is none
            here = [f"{path.name}: is not YAML: {' '.join(str(error).split())}"]
        problems += here
        if here:
            continue
        for question in data["questions"]:
            other = owner.setdefault(question["id"], path)
            if other != path:
                problems.append(
                    f"{path.name}: {question['id']}: id: expected one that no other file has; {other.name} has it too"
                )
        found += data["questions"]
    if problems:
        raise QuestionError(problems)
    return found


def _problems(data):
    errors = sorted(_validator().iter_errors(data), key=lambda error: [(isinstance(part, str), part) for part in error.path])
    if errors:
        yield from dict.fromkeys(f"{_place(data, error.absolute_path)}: {_said(error)}" for error in errors)
        return
    questions = data["questions"]
    for name, count in Counter(question["id"] for question in questions).items():
        if count > 1:
            yield f"{name}: id: expected once in the file, stands {count} times"
    aims = Counter(question["aim"] for question in questions)
    if 3 * aims["understanding"] < len(questions):
        yield f"aim: expected understanding in at least a third of the questions, is in {aims['understanding']} of {len(questions)}"
    for question in questions:
        yield from (f"{question['id']}: {problem}" for problem in problems_of(question))


def problems_of(question):
    """What a schema cannot say of one question, one line each; of a template what can be said before its numbers are drawn."""
    if question["kind"] != "number":
        yield from _choices(question)
    elif "draw" not in question:
        yield from _number(question)
    for i, item in enumerate([*question.get("choices", []), *question.get("wrong", [])]):
        if "cause" in item and item["cause"] not in CAUSES:
            yield f"{'wrong' if 'wrong' in question else 'choices'}[{i}].cause: expected one of {', '.join(CAUSES)}, found {item['cause']!r}"


def _choices(question):
    kind, choices = question["kind"], question["choices"]
    right = sum("correct" in choice for choice in choices)
    if kind == "multiple":
        if not 2 <= right < len(choices):
            yield f"choices: expected at least 2 right ones and a wrong one for kind multiple, {right} of {len(choices)} are right"
        if "すべて選" not in question["text"]:
            yield "text: expected すべて選んでください for kind multiple"
    elif right != 1:
        yield f"choices: expected exactly 1 right one for kind {kind}, found {right}"
    for text, count in Counter(choice["text"].strip() for choice in choices).items():
        if count > 1:
            yield f"choices: expected different texts, {text!r} stands {count} times"
    for i, choice in enumerate(choices):
        if BY_PLACE.search(choice["text"]):
            yield f"choices[{i}].text: expected one that holds in any order, without naming other choices: {choice['text'].strip()!r}"
        if kind == "code" and "`" in choice["text"]:
            yield f"choices[{i}].text: expected code without backticks"
    if kind == "code" and question["code"].count(BLANK) != 1:
        yield f"code: expected one blank {BLANK}, found {question['code'].count(BLANK)}"


def _number(question):
    answer, tolerance = question["answer"], question["tolerance"]
    values = {"answer": answer, "tolerance": tolerance}
    values |= {f"wrong[{i}].value": wrong["value"] for i, wrong in enumerate(question["wrong"])}
    endless = [name for name, value in values.items() if not math.isfinite(value)]
    if endless:
        yield from (f"{name}: expected a finite number" for name in endless)
        return
    del values["tolerance"]
    for (one, a), (other, b) in combinations(values.items(), 2):
        if is_within(b, a, tolerance):
            yield f"{other}: expected a value further than the tolerance ({tolerance:g}) from {one}, {b:g} is too near {a:g}"


def is_within(value, answer, tolerance):
    """Whether `value` counts as `answer`, as the page decides it (quiz.js)."""
    return abs(value - answer) <= tolerance * (1 + 1e-9) + 1e-9 * abs(answer)


def _place(data, path):
    """Where in the file: the question by its id (or its number), then the field."""
    parts = list(path)
    text = ""
    if len(parts) > 1:  # in one of the questions
        question = data["questions"][parts[1]]
        name = question.get("id") if isinstance(question, dict) else None
        text = f"{name if isinstance(name, str) else f'question {parts[1] + 1}'}: "
        parts = parts[2:]
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).removeprefix(".")
    return f"{text}{field}" if field else text.removesuffix(": ") or "the file"


def _said(error):
    """What was expected, in words that an author knows."""
    value = " ".join(repr(error.instance).split())
    value = value if len(value) <= 60 else value[:57] + "…"
    expected = error.validator_value
    if error.validator == "not":  # a number has its answer, a template its digits
        return f"expected no such key {'beside' if error.path[-1] == 'answer' else 'without'} draw, found {value}"
    if error.validator == "required":
        missing = next(key for key in expected if f"'{key}'" in error.message)
        return f"expected the key {missing}"
    if error.validator == "additionalProperties":
        return f"expected only {', '.join(error.schema['properties'])}: {error.message}"
    if "propertyNames" in error.schema_path:
        return f"expected only the keys of its kind ({', '.join(expected)}), found {value}"
    if error.validator == "enum":
        return f"expected one of {', '.join(map(str, expected))}, found {value}"
    if error.validator == "const":
        return f"expected {str(expected).lower()} or no such key, found {value}"
    if error.validator == "type" and isinstance(expected, list):
        return f"expected a {' or '.join(expected)}, found {value}"
    if error.validator == "type":
        hint = {"string": " (put it in quotes)", "number": " (write 1.0e-3, not 1e-3)"}.get(expected, "")
        kind = {"object": "mapping", "array": "list"}.get(expected, expected)
        return f"expected a {kind}{hint}, found {value}"
    if error.validator in ("minItems", "maxItems"):
        return (
            f"expected at {'least' if error.validator == 'minItems' else 'most'} {expected} of them, found {len(error.instance)}"
        )
    if error.validator == "pattern" and "#" in expected:
        return f"expected page#heading, such as 04_sigmoid#定義, found {value}"
    if error.validator == "pattern":
        return f"expected {'small letters, digits and hyphens' if 'a-z' in expected else 'some text'}, found {value}"
    return f"expected {error.validator} {expected}, found {value}"
