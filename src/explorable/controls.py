"""Control specs: what `ipywidgets.interact` accepts, as a finite list of values each."""

import contextlib
import dataclasses
import inspect
import math
import numbers
import re
from collections.abc import Iterable, Mapping
from typing import Any

import ipywidgets
from ipywidgets.widgets.interaction import interactive

MAX_FRAMES = 10_000

_EXPECTED = (
    "expected (min, max[, step]), a number, a bool, a list, a range, an array, a dict, "
    "a list of (label, value) pairs, or an ipywidgets slider, menu, radio group or checkbox"
)
_INSTEAD = {  # of widgets with values that cannot be counted, or several: what comes nearest
    ipywidgets.FloatText: "BoundedFloatText(min=…, max=…, step=…)",
    ipywidgets.IntText: "BoundedIntText(min=…, max=…)",
    ipywidgets.Text: "a list of the texts to choose from",
    ipywidgets.Textarea: "a list of the texts to choose from",
    ipywidgets.Combobox: "a list of the texts to choose from",
    ipywidgets.ColorPicker: "a list of the colours to choose from",
    ipywidgets.FloatRangeSlider: "two sliders, one for each end",
    ipywidgets.IntRangeSlider: "two sliders, one for each end",
    ipywidgets.SelectionRangeSlider: "two menus, one for each end",
    ipywidgets.SelectMultiple: "a bool for each choice",
    ipywidgets.Play: "IntSlider, and explore(fig, play=…) for the button",
}


@dataclasses.dataclass(frozen=True)
class Control:
    """One control: its name, what the page shows, and every value it can take.

    `kind` is ``"range"``, ``"select"``, ``"radio"`` or ``"checkbox"``; `texts` are the values as
    the reader sees them, without the `unit`; `start` is the index of the start value.
    """

    name: str
    kind: str
    label: str
    unit: str
    values: tuple[Any, ...]
    texts: tuple[str, ...]
    start: int
    widget: ipywidgets.Widget | None = dataclasses.field(default=None, compare=False)  # that it was taken over from

    def readout(self, index: int) -> str:
        """The value at `index` with its unit, e.g. ``"1.20 m"``."""
        gap = "" if self.unit in ("", "°", "%", "‰") else " "
        return f"{self.texts[index]}{gap}{self.unit}"

    def words(self) -> list[list[str]] | None:
        """How a link may write each value, first as an address is written.

        None for a slider whose read-outs are different numbers: it is these that are written.
        """
        if self.kind == "range" and all(map(_is_number, self.values)):
            with contextlib.suppress(ValueError):
                if len({float(text.replace("−", "-")) for text in self.texts}) == len(self.texts):
                    return None
        written = [
            f"{value:.12g}" if _is_number(value) else value if isinstance(value, str) else text
            for value, text in zip(self.values, self.texts)
        ]
        if len(set(written)) < len(written):
            written = list(self.texts)
        return [list(dict.fromkeys(pair)) for pair in zip(written, self.texts)]

    def at(self, index: int) -> str:
        """``name=value`` at `index`, the same in every process: an object goes by its label."""
        value = self.values[index]
        return f"{self.name}={value if isinstance(value, numbers.Real) else repr(self.texts[index])}"

    def index(self, value: object) -> int:
        """The index of `value`: the nearest one on a slider, the equal one in a menu."""
        if self.kind == "range" and all(map(_is_finite, self.values)):
            if not _is_finite(value):
                raise ValueError(f"{self.name}: expected a finite number, got {value!r}")
            return min(range(len(self.values)), key=lambda i: abs(self.values[i] - value))
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


def control(name: str, spec: Any, default: Any = inspect.Parameter.empty) -> Control:
    """Make the control of a spec.

    Parameters
    ----------
    name : str
        What the control is called, by the author and in every error.
    spec
        What `ipywidgets.interact` accepts, if it has finitely many values.
    default
        The start value, unless `spec` is a number or a bool, which says it itself.

    Raises
    ------
    TypeError
        If `spec` is of another kind.
    ValueError
        If it has no values, or `default` is none of them.
    """
    if isinstance(spec, ipywidgets.Widget):
        made = dataclasses.replace(_from_widget(name, spec), widget=spec)
    elif isinstance(spec, bool):
        return _checkbox(name, name, spec)
    elif _is_number(spec):
        return _from_number(name, spec)
    elif isinstance(spec, tuple) and len(spec) in (2, 3) and all(map(_is_number, spec)):
        made = _from_tuple(name, spec)
    elif isinstance(spec, type) and (widget := interactive.widget_from_annotation(spec)) is not None:
        made = _from_widget(name, widget)
    elif isinstance(spec, str):
        raise TypeError(f"{name}: {_EXPECTED}; got {spec!r}: take a list of the texts to choose from")
    elif isinstance(spec, Iterable):
        made = _menu(name, "select", name, spec)
    else:
        raise TypeError(f"{name}: {_EXPECTED}; got {spec!r}")
    if default is not inspect.Parameter.empty:
        made = dataclasses.replace(made, start=made.index(default))
    return made


def check_size(controls: list[Control]) -> None:
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


def _is_number(value):
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def _split(description, name):
    """``"高さ [m]"`` as label and unit."""
    text = (description or name).strip()
    found = re.fullmatch(r"(.*?)\s*\[([^\[\]]+)\]", text)
    return (found[1], found[2]) if found else (text, "")


def _signed(text):
    return text.replace("-", "−")


def _decimals(*numbers_):
    """How many decimals it takes to write `numbers_` exactly (up to 12)."""
    for digits in range(13):
        if all(round(v, digits) == v for v in numbers_):
            return digits
    return 12


def _is_finite(value):
    try:
        return _is_number(value) and math.isfinite(value)
    except OverflowError:  # an int beyond every float
        return False


def _steps(name, low, high, step):
    if not all(map(_is_finite, (low, high, step))):
        raise ValueError(f"{name}: min, max and step must be finite")
    if low > high:
        raise ValueError(f"{name}: min {low} is greater than max {high}")
    if step <= 0:
        raise ValueError(f"{name}: step must be positive, got {step}")
    try:
        count = math.floor((high - low) / step + 1e-9) + 1
    except OverflowError:
        count = math.inf
    if count > MAX_FRAMES:
        raise ValueError(f"{name}: a step of {step} makes {count} values; take a larger one: (min, max, step)")
    if all(isinstance(v, numbers.Integral) for v in (low, high, step)):
        return tuple(int(low) + i * int(step) for i in range(count))
    digits = _decimals(low, step)
    values = tuple(round(float(low + i * step), digits) for i in range(count))
    if len(set(values)) < count:
        raise ValueError(f"{name}: a step of {step} is too small to tell the values apart")
    return values


def _from_tuple(name, spec):
    whole = all(isinstance(v, numbers.Integral) for v in spec)
    low, high, step = spec if len(spec) == 3 else (*spec, 1 if whole else 0.1)
    values = _steps(name, low, high, step)
    # interact's rule: the step at or below the middle, which is a whole number between whole ones
    ends = isinstance(low, numbers.Integral) and isinstance(high, numbers.Integral)
    middle = (high - low) // 2 if ends else (high - low) / 2
    return _slider(name, values, _decimals(low, step), values[int(middle / step)])


def _from_number(name, value):
    if not _is_finite(value):
        raise ValueError(f"{name}: expected a finite number, got {value!r}")
    slider = interactive.widget_from_single_value(value)
    steps = _steps(name, slider.min, slider.max, slider.step)
    start = slider.value
    nearest = min(steps, key=lambda v: abs(v - start))
    if abs(nearest - start) < 1e-9:
        start = nearest
    # the number itself may lie between two steps
    return _slider(name, sorted({*steps, start}), _decimals(slider.min, slider.step, start), start)


def _slider(name, values, digits, start):
    return _range(name, name, values, [f"{v:.{digits}f}" for v in values], values.index(start))


def _range(name, description, values, texts, start):
    label, unit = _split(description, name)
    texts = tuple(_signed(text) for text in texts)
    return Control(name, "range", label, unit, tuple(values), texts, start)


def _checkbox(name, description, value):
    label, unit = _split(description, name)
    return Control(name, "checkbox", label, unit, (False, True), ("off", "on"), int(value))


def _text(value):
    """`value` as the reader sees it: of 0.1 + 0.2, as in an array, 0.3."""
    return str(float(f"{value:.12g}")) if isinstance(value, float) else str(value)


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


def _menu(name, kind, description, options, start=0):
    label, unit = _split(description, name)
    texts, values = _options(name, options)
    return Control(name, kind, label, unit, values, texts, start)


def _from_widget(name, w):
    if isinstance(w, (ipywidgets.Checkbox, ipywidgets.ToggleButton)):
        return _checkbox(name, w.description, w.value)
    if isinstance(w, (ipywidgets.Dropdown, ipywidgets.Select)):
        return _menu(name, "select", w.description, w.options, w.index or 0)
    if isinstance(w, (ipywidgets.RadioButtons, ipywidgets.ToggleButtons)):
        return _menu(name, "radio", w.description, w.options, w.index or 0)
    if isinstance(w, ipywidgets.SelectionSlider):
        labels, values = _options(name, w.options)
        return _range(name, w.description, values, labels, w.index)
    ranged = (
        ipywidgets.FloatSlider, ipywidgets.IntSlider, ipywidgets.FloatLogSlider,
        ipywidgets.BoundedFloatText, ipywidgets.BoundedIntText,
    )  # fmt: skip
    if not isinstance(w, ranged):
        way_out = next((f": take {instead}" for kind, instead in _INSTEAD.items() if isinstance(w, kind)), "")
        raise TypeError(f"{name}: {_EXPECTED}; got {type(w).__name__}{way_out}")
    if w.step is None:
        raise ValueError(f"{name}: this {type(w).__name__} needs a step; give it step=…")
    values = _steps(name, w.min, w.max, w.step)
    if isinstance(w, ipywidgets.FloatLogSlider):
        values = tuple(w.base**v for v in values)
    style = getattr(w, "readout_format", None)
    if style is None:
        style = f".{_decimals(w.min, w.step)}f"
    if style == "d":
        style = ".0f"  # which means the same and takes floats too
    try:
        texts = [format(v, style) for v in values]
    except ValueError:
        raise ValueError(f"{name}: readout_format {style!r} is not a Python format") from None
    made = _range(name, w.description, values, texts, 0)
    return dataclasses.replace(made, start=made.index(w.value))
