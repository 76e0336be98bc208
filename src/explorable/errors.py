"""The one error that recording raises beside TypeError and ValueError, and what it calls an artist."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.text import Text


class RecordingError(RuntimeError):
    """A figure or its update does something that a recorded figure cannot show."""


def named(artist: Any) -> str:
    """How an error message calls `artist`."""
    axes, figure = getattr(artist, "axes", None), getattr(artist, "get_figure", lambda **_: None)(root=True)
    where = ""
    if axes is not None and figure is not None and axes in figure.axes:
        title = axes.get_title()
        where = f" of axes {figure.axes.index(axes)}" + (f" ({title!r})" if title else "")
    if isinstance(artist, Axes):
        return f"the axes{where.removeprefix(' of axes')}"
    label = artist.get_text() if isinstance(artist, Text) else str(artist.get_label() or "")
    return type(artist).__name__ + (f" {label!r}" if label and not label.startswith("_") else "") + where
