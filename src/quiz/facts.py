"""Run what a question says of its own truth: `compute`, `verify` and `check`; of a template, all questions that come of it."""

import importlib
import math
import re
import textwrap
import warnings
from decimal import Decimal

import numpy as np

from .questions import BLANK, is_within
from .templates import expand


def namespace(*modules):
    """The names that the expressions may use: np, math, and the public names of the modules."""
    names = {"np": np, "math": math}
    for module in map(importlib.import_module, modules):
        public = getattr(module, "__all__", [name for name in vars(module) if not name.startswith("_")])
        names |= {name: getattr(module, name) for name in public}
    return names


def problems(questions, names):
    """What does not hold, one line each."""
    found = []
    for question in questions:
        with warnings.catch_warnings():  # overflow is what some questions are about
            warnings.simplefilter("ignore")
            try:
                variants = expand(question, names)
            except ValueError as error:
                found.append(str(error))
                continue
            found += [f"{one['id']}: {problem}" for one in variants for problem in _problems(one, names | one.get("given", {}))]
    return found


def _problems(question, names):
    if question["kind"] == "number":
        yield from _compute(question, names)
    elif question["kind"] == "code":
        for i, choice in enumerate(question["choices"]):
            raised = _run(filled(question["code"], choice["text"]), question["check"], names)
            if ("correct" in choice) != (raised is None):
                done = f"raised {raised!r} with the right choice" if raised else "passed with a wrong choice"
                yield f"check: {done}, choices[{i}] {choice['text'].strip()!r}"
    elif "verify" in question:
        try:
            value = eval(question["verify"], dict(names))
            holds = bool(value)
        except Exception as error:
            yield f"verify: raised {error!r}"
        else:
            if not holds:
                yield f"verify: expected true, is {value!r}: {question['verify'].strip()}"


def _compute(question, names):
    try:
        value = float(eval(question["compute"], dict(names)))
    except Exception as error:
        yield f"compute: raised {error!r}"
        return
    answer = question["answer"]
    shown = -Decimal(repr(answer)).as_tuple().exponent  # digits after the point
    rounded = 0.5 * 10.0**-shown if shown > 0 else 0.0
    if not abs(value - answer) <= max(rounded * (1 + 1e-9), 1e-9 * abs(answer)):
        yield f"compute: gives {value!r}, which is not the answer {answer!r}, nor rounds to it"
    elif not is_within(value, answer, question["tolerance"]):
        yield f"tolerance: {question['tolerance']!r} refuses a reader who types the exact value {value!r}"


def filled(code, text):
    """`code` with `text` in the blank; a choice of several lines is indented as the blank is."""
    indent = re.search(rf"^([ \t]*){BLANK}", code, re.M)
    text = text.strip("\n")
    if indent and "\n" in text:
        text = textwrap.indent(textwrap.dedent(text), indent[1]).lstrip()
    return code.replace(BLANK, text)


def _run(code, check, names):
    """What `code` and then `check` raised, or None."""
    here = dict(names)
    try:
        exec(code, here)
        exec(check, here)
    except Exception as error:
        return error
