"""`explore`, `interact`, `interactive` and `still`: what an author uses."""

import gzip
import inspect
import sys
import uuid
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import ipywidgets
import traitlets
from ipywidgets import fixed
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from . import page
from .controls import Argument, argument, check_size, from_widget, parts, unconnected
from .errors import RecordingError
from .limits import HEAVY, limits
from .record import Recording

Bundle = tuple[dict[str, Any], dict[str, Any]]  # contents and metadata by MIME type, as IPython takes them


def explore(fig: Figure, *, play: str | None = None, **controls: Any) -> Callable[[Callable[..., object]], "Explorable"]:
    """Record a figure over every combination of control values, so that it moves anywhere.

        @explore(fig, alpha=(0, 1, 0.05))
        def draw(alpha=0.25):
            "What the figure shows, for those who cannot see it"
            curve.set_ydata(f(x, alpha))

    This is the fast way for a figure that is made once: only the artists that a call has touched are drawn again.
    A function that draws anew goes to `interact`.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        The figure; the decorated function sets artists of it, as for `FuncAnimation`, and from its arguments alone.
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
        If the function fails, naming the values it failed at, uses random numbers without a seed, keeps some state,
        or changes nothing at all; with the way out.

    Warns
    -----
    UserWarning
        Of a control that changes nothing, by its name: it is left out.
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
        check_size([c for one in made for c in one.controls])
        views = _Views(Recording(update, made, fig), update)
        plt.close(fig)
        return Explorable(update, views)

    return decorate


class interactive(ipywidgets.interactive):  # noqa: N801 - named as what it stands for
    """`ipywidgets.interactive`, and where no kernel is live a recording of it.

    In a live kernel this *is* `ipywidgets.interactive`.  Where a notebook is executed to be published, and in a script,
    the function is called at every setting of its controls, and what it draws, prints, displays and returns moves on the page.

    Parameters and attributes (`kwargs`, `result`, `children`) are those of `ipywidgets.interactive`.

    Raises
    ------
    TypeError, ValueError
        For a control that cannot be used; the message names it.
    RecordingError
        If the function fails at the start values, uses random numbers without a seed, keeps some state, displays what
        cannot be recorded (sound, video, scripts, widgets), or shows the same at every setting; with the way out.

    Warns
    -----
    UserWarning
        Of a control that changes nothing, of values at which the function fails, of values that are left out
        because there are too many, and of a recording above 300 KB.
    """

    def __init__(self, function: Callable[..., object], options: dict[str, Any] | None = None, /, **kwargs: Any) -> None:
        self._views: _Views | None = None
        self._live = _is_live()  # kept: when a control is moved later, no cell is asking
        if self._live:
            super().__init__(function, options or {}, **kwargs)
            return
        with unconnected():
            super().__init__(function, options or {}, **kwargs)
        arguments = [from_widget(w._kwarg, w) for w in self.kwargs_widgets]
        self._views = _Views(Recording(function, arguments, most=limits.settings), function)
        self.result = self._views.result
        self.kwargs = {w._kwarg: w.get_interact_value() for w in self.kwargs_widgets}

    def update(self, *args: Any) -> None:
        """Call the function, in a live kernel."""
        if self._live:
            super().update(*args)

    def __repr__(self) -> str:
        return super().__repr__() if self._views is None else f"<explorable {getattr(self.f, '__name__', 'function')}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        if self._views is not None:
            return self._views.bundle(repr(self), self._views.html())
        return super()._repr_mimebundle_(**kwargs) | {"text/html": f"<p>{page.NOT_RECORDED}</p>"}


interact = interactive.factory()


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


class _Views:
    """The MIME bundle of a recording: HTML that moves, a PNG, a line of text."""

    def __init__(self, recording: Recording, update: Callable[..., object] | None = None, label: str = "") -> None:
        self.recording = recording.run()
        self.result = recording.result
        self.label = label or (inspect.getdoc(update) or "").partition("\n")[0] or "".join(recording.descriptions[:1]) or "output"
        self.images = [page.png(recording.stills, scale) for scale in (1, 2) if recording.stills]
        if recording.controls:
            self._warn()

    def _warn(self) -> None:
        recording = self.recording
        names = [recording.controls[axis].name for axis in recording.dead()]
        if len(names) == len(recording.controls):
            raise RecordingError(
                f"Nothing changes over {', '.join(names)}: what is shown is the same at every setting. "
                "Let the function use its arguments; explore shows the figure that it was given, and no other."
            )
        said = [f"the control {name!r} changes nothing and is left out" for name in names] + recording.notes
        if recording.failed:
            point, error = next(iter(recording.failed.items()))
            more = len(recording.failed) - 1
            others = f" and {more} other setting{'s' if more > 1 else ''}" if more else ""
            said.append(f"{error} at {recording.at(point)}{others}; the page says so there")
        kilobytes = len(gzip.compress(self.html().encode(), 6)) / 1000
        if kilobytes > HEAVY:
            name, share = recording.heaviest()
            heavy = f"{kilobytes:.0f} KB after gzip; with half as many values of {name!r} it would be about {kilobytes * share / 2:.0f} KB less"
            if kilobytes > limits.kilobytes:
                raise RecordingError(
                    f"The recording has {heavy}. More than explorable.limits.kilobytes = {limits.kilobytes:g} is too much"
                )
            said.append(heavy)
        level = 1
        while sys._getframe(level - 1).f_globals["__name__"].partition(".")[0] in ("explorable", "ipywidgets"):
            level += 1  # to where the author called
        for one in said:
            warnings.warn(f"explorable: {one}", stacklevel=level)

    def html(self, index: Sequence[int] | None = None) -> str:
        return page.figure(self.recording, self.label, index)

    def bundle(self, text: str, html: str) -> Bundle:
        if not self.images:
            return {"text/html": page.standalone(html), "text/plain": text}, {}
        small, (data, width, height) = self.images
        return (
            {"text/html": page.standalone(html, self.label, small), "image/png": data, "text/plain": text},
            {"image/png": {"width": width, "height": height}},
        )


class Still:
    """What `still` returns; show it as the last expression of a cell."""

    def __init__(self, fig: Figure, description: str) -> None:
        self._views = _Views(Recording(None, [], fig), label=description)
        plt.close(fig)

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

    def __init__(self, update: Callable[..., object], views: _Views) -> None:
        super().__init__()
        self._update, self._views, self._arguments = update, views, views.recording.arguments
        self._index = list(views.recording.start)
        values = {one.name: _Value(one) for one in self._arguments if one.controls}
        self.add_traits(**values)
        self.observe(self._to_page, list(values))
        self.observe(self._from_page, "_index")

    def __call__(self, *args: Any, **kwargs: Any) -> object:
        return self._update(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<explorable figure: {self._views.recording.at(self._index)}>"

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


def _is_live() -> bool:
    """Whether a front-end with cells asks for the output, not a program that executes notebooks."""
    try:
        from IPython import get_ipython

        return "cellId" in get_ipython().kernel.get_parent()["metadata"]
    except (ImportError, AttributeError, KeyError, TypeError):
        return False
