"""Matplotlib figures that keep moving on a page with no kernel."""

from .errors import RecordingError
from .widget import explore, still

__all__ = ["RecordingError", "explore", "still"]
