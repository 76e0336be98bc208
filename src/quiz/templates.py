"""Questions with new numbers: what a template draws, and the questions that come of it.

A question with the key ``draw`` is a template. ``draw`` gives each of its names a list of values; ``where``, an expression,
leaves combinations out. Its texts hold expressions between « and », with a format behind a colon if one is needed:
``$\\sigma(«x»)$``, ``«sigmoid(x):.4f»``, ``«b:+d»``. `compute` and each wrong `value` are expressions; the answer and the
wrong values are rounded to `digits`.
"""

import itertools
import random
import re

from .questions import problems_of

COUNT = 6  # questions of one template
HOLE = re.compile(r"«([^«»]+)»")
FORMAT = re.compile(r"(.*):([-+ ]?0?\d*,?(?:\.\d+)?[defg]?)", re.S)
DIGITS = 6  # of a number that is shown without a format: more are a rounding error, or nobody's pleasure


def expand(question, names):
    """The questions of a template, the one that its page shows first; of any other question, itself.

    Parameters
    ----------
    question : dict
        As `load` gives it.
    names : dict
        What its expressions may use (`facts.namespace`).

    Returns
    -------
    list of dict
        At most `COUNT` questions: the first value of every list, then combinations drawn by the question's id. Each has no
        ``draw``, and in ``given`` the values that it was made with. The ids are ``id``, ``id--2``, ``id--3``, …

    Raises
    ------
    ValueError
        An expression cannot be computed, or what comes of it is no question: two choices alike, a wrong value too near to the
        answer, a number with more digits than anybody wants to read. The message names the question and the values drawn.
    """
    if "draw" not in question:
        return [question]
    draws = [dict(zip(question["draw"], values, strict=True)) for values in itertools.product(*question["draw"].values())]
    where = compile(question.get("where", "True"), question["id"], "eval")
    fit = [given for given in draws if eval(where, names | given)]
    if not fit:
        raise ValueError(f"{question['id']}: where: expected to leave some combination of draw")
    first, *others = fit
    random.Random(question["id"]).shuffle(others)
    made = []
    for number, given in enumerate([first, *others][:COUNT], 1):
        try:
            made.append(_filled(question, given, names | given))
            if problems := list(problems_of(made[-1])):
                raise ValueError("; ".join(problems))
        except Exception as error:
            raise ValueError(f"{question['id']}: with {given}: {error}") from error
        if number > 1:
            made[-1]["id"] += f"--{number}"
    return made


def _filled(question, given, names):
    def text(source):
        return HOLE.sub(lambda hole: _shown(hole[1], names), source)

    made = {key: value for key, value in question.items() if key not in ("draw", "where", "digits")}
    made |= {"given": given, "text": text(question["text"]), "explanation": text(question["explanation"])}
    if question["kind"] == "number":
        made["answer"] = _rounded(question["compute"], question["digits"], names)
    for key in question.keys() & {"choices", "wrong"}:
        made[key] = [item | {part: text(item[part]) for part in ("text", "why") if part in item} for item in question[key]]
    for item in made.get("wrong", ()):
        item["value"] = _rounded(item["value"], question["digits"], names)
    return made


def _rounded(expression, digits, names):
    value = eval(str(expression), dict(names))
    return round(float(value), digits) + 0.0 if digits else float(round(float(value)))  # (+ 0.0: no minus before a zero)


def _shown(hole, names):
    expression, spec = found.groups() if (found := FORMAT.fullmatch(hole)) else (hole, "")
    value = eval(expression.strip(), dict(names))
    if spec:
        return format(value, spec)
    if isinstance(value, str):
        return value
    shown = f"{float(value):.15g}"
    if sum(map(str.isdigit, shown)) > DIGITS:
        raise ValueError(f"«{hole}» is {shown}: expected a format, such as «{hole}:.4f»")
    return shown
