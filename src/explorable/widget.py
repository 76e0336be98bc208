"""`explore` and `still`: what an author uses."""

import inspect
import uuid
import warnings
from collections.abc import Callable
from typing import Any

import anywidget
import traitlets
from ipywidgets import fixed
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from . import page
from .controls import Argument, argument, at, check_size, parts
from .errors import RecordingError
from .record import Recording


def explore(fig: Figure, *, play: str | None = None, **controls: Any) -> Callable[[Callable[..., object]], "Explorable"]:
    """Record a figure over every combination of control values, so that it moves anywhere.

        @explore(fig, alpha=(0, 1, 0.05))
        def draw(alpha=0.25):
            "What the figure shows, for those who cannot see it"
            curve.set_ydata(f(x, alpha))

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        The figure, with every artist in it and its limits set; the decorated function sets
        artists of it, as for `FuncAnimation`, and from its arguments alone.
    play : str, optional
        The name of the control that gets a play button.
    **controls
        As for `ipywidgets.interact`: ``(min, max[, step])``, a number, a bool, a list, a range, an
        array, a dict, a list of ``(label, value)`` pairs, ``fixed(value)``, or a widget, whose
        description (``"height [m]"`` has a unit), range, options, format and value are taken over.
        A default of the function is the start value of a range and of choices.

    Returns
    -------
    callable
        A decorator.  It returns an `Explorable` and closes the figure in pyplot.

    Raises
    ------
    TypeError, ValueError
        For a control that cannot be used; the message names it.
    RecordingError
        If the function fails, naming the values it failed at, or does something that is not
        followed, naming the artist, or changes nothing at all; with the way out.

    Warns
    -----
    UserWarning
        Of a control that changes nothing, by its name.
    """
    _check_figure(fig)
    moving = [name for name, spec in controls.items() if not isinstance(spec, fixed)]
    if not moving:
        raise TypeError("explore needs at least one control; for a figure at rest there is still()")
    if play is not None and play not in moving:
        raise ValueError(f"play: expected one of {', '.join(moving)}, got {play!r}")
    for name in moving:
        if hasattr(Explorable, name):
            raise ValueError(f"{name}: widgets have an attribute of this name; take another one")

    def decorate(update: Callable[..., object]) -> Explorable:
        signature = inspect.signature(update)
        try:
            signature.bind(**controls)
        except TypeError as error:
            raise TypeError(f"{update.__name__} and its controls do not fit: {error}") from None
        defaults = {n: p.default for n, p in signature.parameters.items()}
        made = [argument(name, spec, defaults.get(name, inspect.Parameter.empty)) for name, spec in controls.items()]
        made = [one.played() if one.name == play else one for one in made]
        flat = [c for one in made for c in one.controls]
        check_size(flat)
        shown = Explorable(fig, update, made)
        dead = shown._views.recording.dead()
        if dead and len(dead) == sum(len(c.values) > 1 for c in flat):
            raise RecordingError(
                f"update changes nothing in the figure over {', '.join(dead)}. "
                "Set artists of the figure given to explore: one made in update, or another, is not recorded."
            )
        for name in dead:
            warnings.warn(f"explorable: the control {name!r} changes nothing in the figure", stacklevel=2)
        return shown

    return decorate


def still(fig: Figure, description: str) -> "Still":
    """A figure as it is, in the views of an `Explorable` and in the reader's colours and fonts.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        The figure; it is closed in pyplot.
    description : str
        What the figure shows, for those who cannot see it.

    Returns
    -------
    Still
        Show it as the last expression of a cell.

    Raises
    ------
    TypeError
        If `fig` is no figure.
    RecordingError
        If something in it cannot be shown; with the way out.
    """
    _check_figure(fig)
    return Still(fig, description)


def _check_figure(fig: object) -> None:
    if isinstance(fig, Figure):
        return
    way_out = ""
    if hasattr(fig, "figure"):
        way_out = "; take its .figure"
    elif callable(fig):
        way_out = ", a function: make the figure first, then put @explore(fig, …) above the function, which moves its artists"
    raise TypeError(f"fig: expected a matplotlib Figure, got {type(fig).__name__}{way_out}")


Bundle = tuple[dict[str, Any], dict[str, Any]]  # contents and metadata by MIME type, as IPython takes them


class _Views:
    """The MIME bundle of a recording: HTML that moves, a PNG, a line of text."""

    def __init__(self, recording: Recording, label: str) -> None:
        self.recording, self.label = recording, label
        plt.close(recording.figure)

    def html(self, index: list[int] | None = None) -> str:
        return page.figure(self.recording, self.label, index)

    def bundle(self, text: str, html: str) -> Bundle:
        small, (data, width, height) = self.recording.images
        html = page.standalone(html, self.label, small)
        return (
            {"text/html": html, "image/png": data, "text/plain": text},
            {"image/png": {"width": width, "height": height}},
        )


class Still:
    """What `still` returns; show it as the last expression of a cell."""

    def __init__(self, fig: Figure, description: str) -> None:
        self._views = _Views(Recording(fig, None, []).run(), description)

    def __repr__(self) -> str:
        return "<figure>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Bundle:
        return self._views.bundle(repr(self), self._views.html())


class _Value(traitlets.TraitType[Any, Any]):
    """The value of an argument: on a slider the nearest one it has, in a menu one of the choices."""

    def __init__(self, argument: Argument) -> None:
        super().__init__(argument.value(argument.start))
        self.argument = argument

    def validate(self, obj: object, value: object) -> object:
        try:
            return self.argument.value(self.argument.index(value))
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from None


class Explorable(anywidget.AnyWidget):
    """A recorded figure; show it as the last expression of a cell.

    Each control is a trait: read it, set it, observe it, link it, in a live kernel the figure on
    the page follows and is followed.  Called, it is the function that it was made from.
    """

    _esm = page.asset("player.js")
    _css = page.asset("player.css")
    _index = traitlets.List(traitlets.Int()).tag(sync=True)
    _html = traitlets.Unicode().tag(sync=True)
    _key = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        fig: Figure,
        update: Callable[..., object],
        arguments: list[Argument],
    ) -> None:
        super().__init__()
        recording = Recording(fig, update, arguments).run()
        self._update, self._arguments = update, arguments
        label = inspect.getdoc(update) or _description(fig)
        self._views = _Views(recording, label.splitlines()[0])
        self._index = list(recording.start)
        values = {one.name: _Value(one) for one in arguments if one.controls}
        self.add_traits(**values)
        self.observe(self._to_page, list(values))
        self.observe(self._from_page, "_index")

    def __call__(self, *args: Any, **kwargs: Any) -> object:
        return self._update(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<explorable figure: {at(self._arguments, self._index)}>"

    def _to_page(self, change: object) -> None:
        index: list[int] = []
        for one, own in parts(self._arguments, self._index):
            if one.controls:  # of two settings for one value the chosen one stays
                value = getattr(self, one.name)
                index += own if one.holds(own, value) else one.index(value)
        self._index = index

    def _from_page(self, change: dict[str, Any]) -> None:
        with self.hold_trait_notifications():
            for one, own in parts(self._arguments, change["new"]):
                if one.controls:
                    self.set_trait(one.name, one.value(own))

    # The comm opens when it is first needed: a notebook that is executed to be published holds
    # no widget state then, and its page needs no widget manager.

    def open(self) -> None:
        if self._key:
            super().open()

    @property
    def model_id(self) -> str:
        if self.comm is None:
            self._html = self._views.html(self._index)
            # A figure takes the width it is given, which in an HBox would be none.
            self.layout.flex = self.layout.flex or "1 1 20rem"
            self.layout.min_width = self.layout.min_width or "min(20rem, 100%)"
            self._model_id = self._key = uuid.uuid4().hex
            self.open()
        return super().model_id

    def _repr_mimebundle_(self, **kwargs: Any) -> Bundle:
        html = self._views.html(self._index)
        if _is_live():
            html = html.replace(" id=", f' data-model="{self.model_id}" id=', 1)
        return self._views.bundle(repr(self), html)


def _description(fig: Figure) -> str:
    """What is written on `fig`: titles, then axis labels."""
    texts = [fig.get_suptitle()]
    for axes in fig.axes:
        texts += [axes.get_title(), axes.get_ylabel(), axes.get_xlabel()]
    return ", ".join(dict.fromkeys(t.replace("$", "") for t in texts if t)) or "figure"


def _is_live() -> bool:
    """Whether a front-end with cells asks for the output, not a program that executes notebooks."""
    try:
        from IPython import get_ipython

        return "cellId" in get_ipython().kernel.get_parent()["metadata"]
    except (ImportError, AttributeError, KeyError, TypeError):
        return False
