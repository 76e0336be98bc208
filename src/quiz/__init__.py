"""Questions with answers that a static page checks: their files, their checker, and a Sphinx directive."""

from .questions import QuestionError, load

__all__ = ["QuestionError", "load"]
