"""Coding exercises that answer: `check(relu)` says in Japanese what is wrong with the reader's `relu`.

`tasks` holds the exercises (cases, references, typical slips), `grading` finds the first thing to say about an
answer. References are `hidden_layer.activations`, SciPy and numerical differentiation, never a solution's text.
"""

import re

from hidden_layer_book.exercises.grading import PASSED, feedback
from hidden_layer_book.exercises.tasks import EXERCISES

__all__ = ["EXERCISES", "PASSED", "check"]


def check(answer) -> None:
    """Print what is wrong with `answer`, or that it passed, a line for each sentence.

    answer: the function or class that the reader wrote; its name tells the exercise. One thing is said at a time,
    the most helpful first. Nothing is raised, whatever the answer does.
    """
    print(re.sub(r"(?m)^(?! ).*$", lambda line: line[0].replace("。", "。\n").rstrip(), feedback(answer, EXERCISES)))
