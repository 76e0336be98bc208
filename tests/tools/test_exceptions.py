"""Our exceptions travel between processes: whatever is raised in a worker is what its caller gets."""

import ast
import pickle
from pathlib import Path

import pytest

from explorable.encode import Meeting
from explorable.errors import RecordingError
from hidden_layer.training import Diverged
from hidden_layer_book.exercises.grading import Wrong
from quiz.questions import QuestionError

SOURCES = Path(__file__).resolve().parents[2] / "src"
RAISED = [
    Diverged(float("inf"), 3, "layers[0] ReLU"),
    Wrong("値が違います。"),
    RecordingError("sketch lines"),
    Meeting({0, 2}),
    QuestionError(["a.yml: no title", "b.yml: no answer"]),
]


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
def test_an_exception_is_the_same_after_a_journey(error):
    received = pickle.loads(pickle.dumps(error))
    assert type(received) is type(error)
    assert str(received) == str(error) and vars(received) == vars(error)


def test_no_exception_of_ours_is_left_out():
    bases = {"Exception", *(base.__name__ for error in RAISED for base in type(error).__mro__ if issubclass(base, Exception))}
    found = {
        node.name
        for path in SOURCES.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and bases & {ast.unparse(base) for base in node.bases}
    }
    assert found == {type(error).__name__ for error in RAISED}
