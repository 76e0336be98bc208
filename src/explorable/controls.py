"""Arguments of a function, as `ipywidgets.interact` has them, as finite lists of values.

Every abbreviation becomes a widget by ipywidgets' own rules, and every widget becomes an `Argument`:
the controls that a page shows for it, and the value that the function gets.
"""

import contextlib
import dataclasses
import inspect
import math
import numbers
import operator
import re
import reprlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import comm
import ipywidgets
import traitlets
from ipywidgets.widgets.interaction import fixed, interactive

MAX_FRAMES = 10_000
MAX_VALUES = 1_000_000  # of one control
MAX_CHOICES = 6  # that can be chosen together: 64 frames

_EXPECTED = (
    "expected (min, max[, step]), a number, a bool, a list, a range, an array, a dict, "
    "a list of (label, value) pairs, fixed(…), or a widget of ipywidgets"
)
_INSTEAD = {  # of classes of widgets without a list of values: what comes nearest
    "FloatText": "BoundedFloatText(min=…, max=…, step=…)",
    "IntText": "BoundedIntText(min=…, max=…)",
    "Text": "a list of the texts to choose from",
    "Textarea": "a list of the texts to choose from",
    "ColorPicker": "a list of the colours to choose from",
    "DatePicker": "SelectionSlider(options=…) with the dates",
    "DatetimePicker": "SelectionSlider(options=…) with the times",
    "TimePicker": "SelectionSlider(options=…) with the times",
    "TagsInput": f"SelectMultiple(options=…) with at most {MAX_CHOICES} options",
    "SelectMultiple": f"at most {MAX_CHOICES} options, or a menu of the combinations: a dict of tuples",
    "FloatProgress": "FloatSlider(min=…, max=…, step=…)",
    "IntProgress": "IntSlider(min=…, max=…)",
}
_SLIDERS = (
    ipywidgets.FloatSlider, ipywidgets.IntSlider, ipywidgets.FloatLogSlider,
    ipywidgets.FloatRangeSlider, ipywidgets.IntRangeSlider,
)  # fmt: skip
_BOXES = (ipywidgets.BoundedFloatText, ipywidgets.BoundedIntText, ipywidgets.Play)


@dataclasses.dataclass(frozen=True)
class Control:
    """One control, which is one axis of the grid: what the page shows, and every value it can take.

    `kind` is ``"range"``, ``"select"``, ``"radio"`` or ``"checkbox"``; `texts` are the values as
    the reader sees them, without the `unit`; `start` is the index of the start value.  `name` is for
    the author; `end` says which end of a range this is, ``"from"`` or ``"to"``, in the player's
    words; `play` asks for a play button.
    """

    name: str
    kind: str
    label: str
    unit: str
    values: tuple[Any, ...]
    texts: tuple[str, ...]
    start: int
    end: str = ""
    play: bool = False
    widget: ipywidgets.Widget | None = dataclasses.field(default=None, compare=False)  # that it was made of

    def only(self, kept: Sequence[int]) -> "Control":
        """This control with the values at `kept` alone, of which the start value is one."""
        values, texts = tuple(self.values[i] for i in kept), tuple(self.texts[i] for i in kept)
        return dataclasses.replace(self, values=values, texts=texts, start=kept.index(self.start))

    def readout(self, index: int) -> str:
        """The value at `index` with its unit, e.g. ``"1.20 m"``."""
        gap = "" if self.unit in ("", "°", "%", "‰") else " "
        return f"{self.texts[index]}{gap}{self.unit}"

    def words(self) -> list[list[str]] | None:
        """How a link may write each value, first as an address is written.

        None for a slider whose read-outs are different numbers: it is these that are written.
        """
        if self.kind == "range" and all(map(_is_finite, self.values)):
            with contextlib.suppress(ValueError):
                if len({float(text.replace("−", "-")) for text in self.texts}) == len(self.texts):
                    return None
        written = [
            f"{value:.12g}" if _is_finite(value) else value if isinstance(value, str) else text
            for value, text in zip(self.values, self.texts)
        ]
        if len(set(written)) < len(written):
            written = list(self.texts)
        return [list(dict.fromkeys(pair)) for pair in zip(written, self.texts)]

    def written(self, index: int) -> str:
        """The value at `index` for an author, the same in every process: an object goes by its label."""
        value = self.values[index]
        return str(value) if isinstance(value, numbers.Real) else repr(self.texts[index])

    def index(self, value: object) -> int:
        """The index of `value`: the nearest one on a slider, the equal one in a menu."""
        if self.kind == "range" and all(map(_is_finite, self.values)):
            if not _is_finite(value):
                raise ValueError(f"{self.name}: expected a finite number, got {value!r}")
            return _nearest(self.values, value)
        same = (
            lambda own: own is value,
            lambda own: type(own) is type(value) and _equal(own, value),
            lambda own: _equal(own, value),
        )
        for test in same:  # 1, 1.0 and True are equal, but may be three choices
            for i, own in enumerate(self.values):
                if test(own):
                    return i
        raise ValueError(f"{self.name}: {value!r} is not one of {', '.join(self.texts)}")


@dataclasses.dataclass(frozen=True)
class Argument:
    """One argument of a function: its `controls`, and which value their indices stand for."""

    name: str
    controls: tuple[Control, ...]

    @property
    def start(self) -> tuple[int, ...]:
        """Where the controls are at first."""
        return tuple(c.start for c in self.controls)

    def value(self, index: Sequence[int]) -> Any:
        """What the function gets where the controls are at `index`."""
        return self.controls[0].values[index[0]]

    def index(self, value: Any) -> tuple[int, ...]:
        """Where the controls are for `value`; ValueError if they cannot be."""
        return (self.controls[0].index(value),)

    def holds(self, index: Sequence[int], value: Any) -> bool:
        """Whether `value`, as `value` made it, is what `index` stands for."""
        own = self.value(index)
        return own is value or isinstance(self, (Pair, Several)) and len(own) == len(value) and all(map(operator.is_, own, value))

    def played(self) -> "Argument":
        """The same with a play button."""
        first, *others = self.controls
        return dataclasses.replace(self, controls=(dataclasses.replace(first, play=True), *others))

    def at(self, index: Sequence[int]) -> str:
        """``name=value`` at `index`, the same in every process."""
        return f"{self.name}={self.controls[0].written(index[0])}"


@dataclasses.dataclass(frozen=True)
class Fixed(Argument):
    """An argument that stays what it is, and has no control."""

    constant: Any = None

    def value(self, index: Sequence[int]) -> Any:
        return self.constant


class Pair(Argument):
    """Two ends, in either order: the function gets (lower, upper)."""

    def value(self, index: Sequence[int]) -> tuple[Any, Any]:
        lower, upper = sorted(index)  # both controls have the same values
        return self.controls[0].values[lower], self.controls[0].values[upper]

    def index(self, value: Any) -> tuple[int, ...]:
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            raise ValueError(f"{self.name}: expected (lower, upper), got {value!r}")
        return tuple(c.index(v) for c, v in zip(self.controls, value))

    def at(self, index: Sequence[int]) -> str:
        return f"{self.name}=({', '.join(map(self.controls[0].written, sorted(index)))})"


@dataclasses.dataclass(frozen=True)
class Several(Argument):
    """A checkbox for each of the `options`, (text, value): the function gets those that are on, in their order."""

    options: tuple[tuple[str, Any], ...] = ()
    sequence: type = tuple

    def value(self, index: Sequence[int]) -> Any:
        return self.sequence(value for (_, value), on in zip(self.options, index) if on)

    def index(self, value: Any) -> tuple[int, ...]:
        for one in value:
            if not any(_equal(own, one) for _, own in self.options):
                raise ValueError(f"{self.name}: {one!r} is not one of {', '.join(text for text, _ in self.options)}")
        return tuple(int(any(_equal(own, one) for one in value)) for _, own in self.options)

    def at(self, index: Sequence[int]) -> str:
        return f"{self.name}={[text for (text, _), on in zip(self.options, index) if on]}"


def argument(name: str, spec: Any, default: Any = inspect.Parameter.empty) -> Argument:
    """Make the argument of a spec.

    Parameters
    ----------
    name : str
        What the argument is called, by the author and in every error.
    spec
        What `ipywidgets.interact` accepts, if it has finitely many values.
    default
        The default of the function: the start value where `interact` makes it so, which is for a
        range or choices that hold it.

    Raises
    ------
    TypeError
        If `spec` is of another kind, or has no list of values.
    ValueError
        If there are no values, or too many.
    """
    with unconnected():
        try:
            widget = interactive.widget_from_abbrev(spec, default)
        except traitlets.TraitError:
            raise ValueError(f"{name}: choices that cannot be compared, as arrays; take their names instead") from None
        except (ValueError, TypeError, ArithmeticError) as error:
            raise ValueError(f"{name}: {error}; got {reprlib.repr(spec)}") from None
    if widget is None:
        raise TypeError(f"{name}: {_EXPECTED}; got {spec!r}" + ("; choices are a list" if isinstance(spec, tuple) else ""))
    try:
        return from_widget(name, widget)
    finally:
        if widget is not spec:
            for part in (widget, widget.layout, widget.style):
                part.close()


@contextlib.contextmanager
def unconnected() -> Iterator[None]:
    """Widgets that are made in here are known to no front-end, and leave no state in a notebook that is executed."""
    create = comm.create_comm
    comm.create_comm = comm.DummyComm
    try:
        yield
    finally:
        comm.create_comm = create


def from_widget(name: str, widget: Any) -> Argument:
    """Make the argument of a widget, which is left as it is; parameters and errors as for `argument`."""
    if isinstance(widget, fixed):
        return Fixed(name, (), widget.value)
    made = _of_widget(name, widget)
    return dataclasses.replace(made, controls=tuple(dataclasses.replace(one, widget=widget) for one in made.controls))


def _of_widget(name, widget):
    label, unit = _split(widget.description, name)
    if isinstance(widget, (ipywidgets.Checkbox, ipywidgets.ToggleButton)):
        return Argument(name, (_checkbox(name, label, unit, widget.value),))
    if isinstance(widget, (ipywidgets.Dropdown, ipywidgets.Select, ipywidgets.SelectionSlider)):
        kind = "range" if isinstance(widget, ipywidgets.SelectionSlider) else "select"
        return Argument(name, (_menu(name, kind, label, unit, widget),))
    if isinstance(widget, (ipywidgets.RadioButtons, ipywidgets.ToggleButtons)):
        return Argument(name, (_menu(name, "radio", label, unit, widget),))
    if isinstance(widget, ipywidgets.SelectionRangeSlider):
        texts, values = _options(name, widget.options)
        return _pair(name, label, unit, values, texts, widget.index)
    if isinstance(widget, (ipywidgets.FloatRangeSlider, ipywidgets.IntRangeSlider)):
        return _pair(name, label, unit, *_numbers(name, widget, widget.value))
    if isinstance(widget, (*_SLIDERS, *_BOXES)):
        values, texts, (start,) = _numbers(name, widget, [widget.value])
        play = isinstance(widget, ipywidgets.Play)
        return Argument(name, (Control(name, "range", label, unit, values, texts, start, play=play),))
    if isinstance(widget, ipywidgets.SelectMultiple):
        options = tuple(zip(*_options(name, widget.options)))
        if len(options) <= MAX_CHOICES:
            return _several(name, label, options, widget.index, tuple)
    if 0 < len(tags := getattr(widget, "allowed_tags", ())) <= MAX_CHOICES:
        return _several(name, label, tuple(zip(map(str, tags), tags)), [tags.index(tag) for tag in widget.value], list)
    way_out = next((f": take {_INSTEAD[kind.__name__]}" for kind in type(widget).__mro__ if kind.__name__ in _INSTEAD), "")
    raise TypeError(
        f"{name}: {type(widget).__name__} has no short list of values, which a page without a kernel needs{way_out}; "
        "in a live kernel interact works with it"
    )


def parts(arguments: Iterable[Argument], index: Sequence[int]) -> Iterator[tuple[Argument, tuple[int, ...]]]:
    """Each argument with its part of `index`, which runs over the controls of all."""
    at = 0
    for one in arguments:
        yield one, tuple(index[at : at + len(one.controls)])
        at += len(one.controls)


def call(arguments: Iterable[Argument], index: Sequence[int]) -> dict[str, Any]:
    """The keyword arguments that the function gets at `index`."""
    return {one.name: one.value(own) for one, own in parts(arguments, index)}


def at(arguments: Iterable[Argument], index: Sequence[int]) -> str:
    """``a=1, b='red'`` at `index`, the same in every process."""
    return ", ".join(one.at(own) for one, own in parts(arguments, index) if one.controls)


def check_size(controls: Sequence[Control]) -> None:
    """Raise ValueError if the grid of `controls` has more than `MAX_FRAMES` frames."""
    sizes = [len(c.values) for c in controls]
    frames = math.prod(sizes)
    if frames > MAX_FRAMES:
        most = max(controls, key=lambda c: len(c.values))
        raise ValueError(
            f"{' × '.join(map(str, sizes))} values make {frames} frames, more than {MAX_FRAMES}; "
            f"take a larger step or a shorter range, first of all for {most.name!r} "
            f"({len(most.values)} values)"
        )


def _equal(a, b):
    try:
        return bool(a == b)
    except ValueError:  # arrays
        return False


def _is_finite(value):
    try:
        return isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # an int beyond every float
        return False


def _nearest(values, value):
    return min(range(len(values)), key=lambda i: abs(values[i] - value))


def _split(description, name):
    """``"高さ [m]"`` as label and unit."""
    text = (description or name).strip()
    found = re.fullmatch(r"(.*?)\s*\[([^\[\]]+)\]", text)
    return (found[1], found[2]) if found else (text, "")


def _decimals(*numbers_):
    """How many decimals it takes to write `numbers_` exactly (up to 12)."""
    for digits in range(13):
        if all(round(v, digits) == v for v in numbers_):
            return digits
    return 12


def _steps(name, low, high, step):
    if not all(map(_is_finite, (low, high, step))):
        raise ValueError(f"{name}: min, max and step must be finite")
    if step <= 0:
        raise ValueError(f"{name}: step must be positive, got {step}")
    try:
        count = math.floor((high - low) / step + 1e-9) + 1
    except OverflowError:
        count = math.inf
    if count > MAX_VALUES:
        raise ValueError(f"{name}: a step of {step} makes {count:.7g} values; take a larger one: (min, max, step)")
    if all(isinstance(v, int) for v in (low, high, step)):
        return [low + i * step for i in range(count)]
    digits = _decimals(low, step)
    values = [round(float(low + i * step), digits) for i in range(count)]
    if len(set(values)) < count:
        raise ValueError(f"{name}: a step of {step} is too small to tell the values apart")
    return values


def _numbers(name, w, starts):
    """The values of a slider or a box of numbers, their texts, and the indices of `starts`."""
    if w.step is None:
        raise ValueError(f"{name}: this {type(w).__name__} needs a step; give it step=…")
    base = w.base if isinstance(w, ipywidgets.FloatLogSlider) else None  # then min, max and step are exponents
    values = _steps(name, w.min, w.max, w.step)
    values, high = (values, w.max) if base is None else ([base**v for v in values], base**w.max)

    def is_step(value):
        place = ((value if base is None else math.log(value, base)) - w.min) / w.step
        return abs(place - round(place)) < 1e-6 and round(place) < len(values)

    # a slider stops at its end, too, and may start between two steps
    values = sorted({*values, *(v for v in (*starts, *([high] if isinstance(w, _SLIDERS) else ())) if not is_step(v))})
    return tuple(values), _texts(name, w, values), [_nearest(values, v) for v in starts]


def _texts(name, w, values):
    """What the read-out of the widget says, with more digits where it is the usual one and says twice the same."""
    style = getattr(w, "readout_format", None)
    if style is None:
        style = "d" if isinstance(w.step, int) else f".{_decimals(*values)}f"
    elif style == "d":
        style = ".0f"  # which means the same and takes floats too
    usual = style in (".2f", ".3g")
    for style in (style, *(f".{digits}{style[-1]}" for digits in range(3, 16) if usual)):  # noqa: B020
        try:
            texts = [format(v, style).replace("-", "−") for v in values]
        except ValueError:
            raise ValueError(f"{name}: readout_format {style!r} is not a Python format") from None
        if len(set(texts)) == len(values):
            break
    return tuple(texts)


def _pair(name, label, unit, values, texts, starts):
    return Pair(
        name,
        tuple(
            Control(f"{name}.{own}", "range", label, unit, values, texts, start, end)
            for own, end, start in zip(("lower", "upper"), ("from", "to"), starts)
        ),
    )


def _several(name, label, options, chosen, sequence):
    boxes = (_checkbox(f"{name}: {text}", f"{label}: {text}", "", i in chosen) for i, (text, _) in enumerate(options))
    return Several(name, tuple(boxes), options, sequence)


def _checkbox(name, label, unit, value):
    return Control(name, "checkbox", label, unit, (False, True), ("off", "on"), int(value))


def _text(value):
    """`value` as the reader sees it: of 0.1 + 0.2, as in an array, 0.3, and a number with a minus."""
    text = str(float(f"{value:.12g}")) if isinstance(value, float) else str(value)
    return text.replace("-", "−") if isinstance(value, numbers.Real) else text


def _options(name, options):
    """Labels and values of `options`: a dict, a list, or a list of (label, value) pairs."""
    if isinstance(options, Mapping):
        pairs = list(options.items())
    else:
        pairs = list(options)
        if not all(isinstance(p, (tuple, list)) and len(p) == 2 for p in pairs):
            pairs = [(_text(value), value) for value in pairs]
    if not pairs:
        raise ValueError(f"{name}: there are no values to choose from")
    labels = tuple(str(label) for label, _ in pairs)
    if len(set(labels)) < len(labels):
        raise ValueError(f"{name}: two choices have the same label; name them: a dict of labels and values")
    return labels, tuple(value for _, value in pairs)


def _menu(name, kind, label, unit, w):
    texts, values = _options(name, w.options)
    if w.index is None:  # nothing is chosen at the start: the function gets None
        texts, values = ("–", *texts), (None, *values)
    return Control(name, kind, label, unit, values, texts, w.index or 0)
