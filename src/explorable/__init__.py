"""Matplotlib figures that keep moving on a page with no kernel."""

from ipywidgets import fixed

from .errors import RecordingError
from .limits import limits
from .widget import explore, interact, interactive, still

__all__ = ["RecordingError", "explore", "fixed", "interact", "interactive", "limits", "still"]
