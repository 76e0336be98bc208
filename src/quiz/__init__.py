"""Questions with answers that a static page checks: their files, their checker, and a Sphinx directive."""

from .questions import CAUSES, QuestionError, load
from .templates import expand

__all__ = ["CAUSES", "QuestionError", "expand", "load"]
