"""Arguments and their controls are those of `ipywidgets.interact`: the same values, start, order and labels."""

import enum
import itertools
import math
import types

import comm
import ipywidgets as w
import nbclient
import nbformat
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ipywidgets.widgets.interaction import interactive

from explorable import controls
from explorable.controls import MAX_FRAMES, MAX_VALUES, Several, argument, at, call, check_size, from_widget, parts


def control(name, spec, *default):
    """The only control of an argument."""
    (made,) = argument(name, spec, *default).controls
    return made


# -- beside ipywidgets itself --------------------------------------------------------------------


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


def f(x):
    pass


def default(x=0.25):
    pass


def text_default(x="b"):
    pass


def outside(x=7):
    pass


def whole(x=3):
    pass


def many(b=2, a=True, *, c=0.5, **more):
    pass


def flag(x: bool):
    pass


def colour(x: Colour):
    pass


def annotated(x: float = 1.5):
    pass


# A function, and a function of what it is called with: widgets and generators serve once.
ROWS = {
    # ranges
    "two whole numbers": (f, lambda: dict(x=(0, 10))),
    "a step": (f, lambda: dict(x=(0, 10, 2))),
    "an end between two steps": (f, lambda: dict(x=(0, 10, 3))),
    "below zero": (f, lambda: dict(x=(-3, 4))),
    "floats": (f, lambda: dict(x=(0.0, 1.0))),
    "a float step": (f, lambda: dict(x=(0, 1, 0.05))),
    "a middle between two steps": (f, lambda: dict(x=(0.5, 3))),
    "a full turn": (f, lambda: dict(x=(0, 2 * np.pi, 0.1))),
    "a third": (f, lambda: dict(x=(0, 1, 1 / 3))),
    "one point": (f, lambda: dict(x=(5, 5))),
    "numbers of NumPy": (f, lambda: dict(x=(np.int64(0), np.int64(3)))),
    "a number and a bool": (f, lambda: dict(x=(0, True))),
    "a default on a step": (default, lambda: dict(x=(0, 1, 0.05))),
    "a default between two steps": (default, lambda: dict(x=(0, 1, 0.1))),
    "a default beyond the end": (outside, lambda: dict(x=(0, 5))),
    "a default of another kind": (text_default, lambda: dict(x=(0, 5))),
    # numbers, bools
    **{f"the number {n!r}": (f, lambda n=n: dict(x=n)) for n in (2, 0, -3, 1, 10, 2.0, 0.5, 0.0, -1.5, 0.01, 0.123)},
    **{f"the number {n!r}": (f, lambda n=n: dict(x=n)) for n in (np.int64(4), np.float64(0.3), np.float32(0.5))},
    "a number beside a default": (default, lambda: dict(x=10)),
    "a default alone": (default, dict),
    "a whole default alone": (whole, dict),
    "on": (f, lambda: dict(x=True)),
    "off": (f, lambda: dict(x=False)),
    # choices
    "a list": (f, lambda: dict(x=["a", "b"])),
    "a list and a default": (text_default, lambda: dict(x=["a", "b"])),
    "a list without the default": (whole, lambda: dict(x=["a", "b"])),
    "numbers in a list": (f, lambda: dict(x=[1, 2.5])),
    "a dict": (f, lambda: dict(x={"one": 1, "two": 2})),
    "pairs": (f, lambda: dict(x=[("one", 1), ("two", 2)])),
    "pairs as lists": (f, lambda: dict(x=[("one", 1), ["two", 2]])),
    "not only pairs": (f, lambda: dict(x=[("one", 1), "two"])),
    "a mapping": (f, lambda: dict(x=types.MappingProxyType({"one": 1, "two": 2}))),
    "items": (f, lambda: dict(x=dict(a=1, b=2).items())),
    "a set": (f, lambda: dict(x={7})),
    "a range": (f, lambda: dict(x=range(2, 10, 3))),
    "an array of whole numbers": (f, lambda: dict(x=np.arange(4))),
    "an array of floats": (f, lambda: dict(x=np.linspace(0, 1, 5))),
    "an array and a default": (default, lambda: dict(x=np.linspace(0, 1, 5))),
    "an array of texts": (f, lambda: dict(x=np.array(["a", "b"]))),
    "a generator": (f, lambda: dict(x=(n**2 for n in range(4)))),
    "a generator and a default": (whole, lambda: dict(x=(n for n in range(4)))),
    "functions": (f, lambda: dict(x={"sine": np.sin, "cosine": np.cos})),
    "an Enum": (f, lambda: dict(x=Colour)),
    # functions
    "annotated with bool": (flag, dict),
    "annotated with an Enum": (colour, dict),
    "annotated, with a default": (annotated, dict),
    "several defaults": (many, dict),
    "in the order of the function": (many, lambda: dict(c=(0, 1), a=False, b=[1, 2])),
    "more keywords": (many, lambda: dict(z=(0, 2), y=["p", "q"])),
    "something fixed": (many, lambda: dict(a=w.fixed([1, 2]), z=w.fixed(None))),
    # widgets
    "FloatSlider": (f, lambda: dict(x=w.FloatSlider(min=0, max=1, step=0.25, value=0.5))),
    "FloatSlider between two steps": (f, lambda: dict(x=w.FloatSlider(min=0, max=1, step=0.3, value=0.25))),
    "FloatSlider as it comes": (f, lambda: dict(x=w.FloatSlider())),
    "FloatSlider at its end": (f, lambda: dict(x=w.FloatSlider(min=0, max=1, step=0.3, value=1))),
    "FloatSlider beside a default": (default, lambda: dict(x=w.FloatSlider(min=0, max=1, value=0.7))),
    "FloatSlider, described": (f, lambda: dict(x=w.FloatSlider(min=0, max=1, step=0.5, description="height [m]"))),
    "FloatSlider, read out": (f, lambda: dict(x=w.FloatSlider(min=-1, max=1, step=0.5, readout_format=".1f"))),
    "IntSlider": (f, lambda: dict(x=w.IntSlider(min=1, max=9, step=4, value=5, continuous_update=False))),
    "IntSlider between two steps": (f, lambda: dict(x=w.IntSlider(min=0, max=9, step=4, value=5))),
    "FloatLogSlider": (f, lambda: dict(x=w.FloatLogSlider(min=-2, max=1, step=0.5, value=0.1))),
    "FloatLogSlider between two steps": (f, lambda: dict(x=w.FloatLogSlider(min=0, max=1, step=0.3, base=2, value=1.5))),
    "BoundedFloatText": (f, lambda: dict(x=w.BoundedFloatText(min=0, max=1, step=0.25, value=0.5))),
    "BoundedIntText": (f, lambda: dict(x=w.BoundedIntText(min=1, max=4, value=3))),
    "Play": (f, lambda: dict(x=w.Play(min=0, max=10, step=4, value=4))),
    "Dropdown": (f, lambda: dict(x=w.Dropdown(options=["p", "q"], value="q"))),
    "Dropdown, nothing chosen": (f, lambda: dict(x=w.Dropdown(options=["p", "q"], value=None))),
    "Select": (f, lambda: dict(x=w.Select(options=["p", "q"]))),
    "RadioButtons": (f, lambda: dict(x=w.RadioButtons(options={"p": 1, "q": 2}, value=2))),
    "ToggleButtons": (f, lambda: dict(x=w.ToggleButtons(options=["p", "q"]))),
    "SelectionSlider": (f, lambda: dict(x=w.SelectionSlider(options=["p", "q"], value="q"))),
    "Checkbox": (f, lambda: dict(x=w.Checkbox(value=True))),
    "ToggleButton": (f, lambda: dict(x=w.ToggleButton(value=False))),
    "IntRangeSlider": (f, lambda: dict(x=w.IntRangeSlider(min=0, max=5, value=(1, 4)))),
    "FloatRangeSlider": (f, lambda: dict(x=w.FloatRangeSlider(min=0, max=1, step=0.25))),
    "FloatRangeSlider between two steps": (f, lambda: dict(x=w.FloatRangeSlider(min=0, max=1, step=0.3, value=(0.1, 0.5)))),
    "SelectionRangeSlider": (f, lambda: dict(x=w.SelectionRangeSlider(options=["p", "q", "r"], index=(0, 1)))),
    "SelectMultiple": (f, lambda: dict(x=w.SelectMultiple(options={"p": 1, "q": 2, "r": 3}, value=[2, 3]))),
    "TagsInput": (f, lambda: dict(x=w.TagsInput(allowed_tags=["p", "q"], value=["q"]))),
}  # fmt: skip


def steps(widget, starts):
    """What a slider of ipywidgets stops at, its end among it (seen in JupyterLab), and where it starts."""
    found = [widget.min + i * widget.step for i in range(math.floor((widget.max - widget.min) / widget.step + 1e-9) + 1)]
    if not isinstance(widget, (w.Play, w.BoundedFloatText, w.BoundedIntText)):
        found.append(widget.max)
    if isinstance(widget, w.FloatLogSlider):
        found = [widget.base**exponent for exponent in found]
    return {round(v, 9) for v in (*found, *starts)}


def reachable(widget):
    """Everything that a reader can make of a widget of ipywidgets."""
    if isinstance(widget, w.fixed):
        return [widget.value]
    if isinstance(widget, (w.Checkbox, w.ToggleButton)):
        return [False, True]
    if isinstance(widget, (w.IntRangeSlider, w.FloatRangeSlider)):
        return list(itertools.combinations_with_replacement(sorted(steps(widget, widget.value)), 2))
    if isinstance(widget, w.SelectionRangeSlider):
        return list(itertools.combinations_with_replacement(widget.options, 2))
    if isinstance(widget, (w.SelectMultiple, w.TagsInput)):
        tags = isinstance(widget, w.TagsInput)
        options = widget.allowed_tags if tags else list(widget.options.values())
        sets = itertools.chain.from_iterable(itertools.combinations(options, n) for n in range(len(options) + 1))
        return [list(one) if tags else one for one in sets]
    if hasattr(widget, "options"):
        start, found = widget.value, [] if widget.index is not None else [None]
        for index in range(len(widget._options_labels)):
            widget.index = index
            found.append(widget.value)
        widget.value = start
        return found
    return sorted(steps(widget, [widget.value]))


def values(made):
    return [made.value(index) for index in itertools.product(*(range(len(c.values)) for c in made.controls))]


def rounded(value):
    if isinstance(value, tuple):
        return tuple(map(rounded, value))
    return round(value, 9) if isinstance(value, float) else value


@pytest.mark.parametrize("row", ROWS)
def test_arguments_are_those_of_interact(row):
    function, given_ = ROWS[row]
    shown = interactive(function, **given_())
    made = [from_widget(widget._kwarg, widget) for widget in shown.kwargs_widgets]
    start = call(made, [c.start for one in made for c in one.controls])

    assert list(start) == list(shown.kwargs)  # names and order
    assert rounded(tuple(start.values())) == rounded(tuple(shown.kwargs.values()))
    assert [type(v) for v in start.values()] == [type(v) for v in shown.kwargs.values()]
    for one, widget in zip(made, shown.kwargs_widgets):
        found = list(map(rounded, values(one)))
        expected = list(map(rounded, reachable(widget)))
        assert all(v in expected for v in found) and all(v in found for v in expected)
        if not isinstance(widget, (w.SelectMultiple, w.TagsInput)):
            label = widget.description.split(" [")[0]
            assert {c.label for c in one.controls} == (set() if isinstance(widget, w.fixed) else {label})
        for value in values(one):  # the widget takes every value and passes it on as it is
            if not isinstance(widget, w.fixed) and value is not None:
                widget.value = value
                assert rounded(widget.get_interact_value()) == rounded(value)
        if hasattr(widget, "readout_format"):
            style = widget.readout_format.replace("d", ".0f")
            texts = tuple(format(v, style).replace("-", "−") for v in one.controls[0].values)
            assert one.controls[0].texts == texts
        elif hasattr(widget, "_options_labels") and not isinstance(widget, w.SelectMultiple):
            assert one.controls[0].texts[-len(widget._options_labels) :] == widget._options_labels


@pytest.mark.parametrize("row", ROWS)
def test_explore_makes_of_a_spec_what_interact_makes_of_it(row):
    function, given_ = ROWS[row]
    shown = interactive(function, **given_())
    specs = shown.find_abbreviations(given_())
    made = [argument(name, spec, default) for name, spec, default in specs]
    theirs = [from_widget(widget._kwarg, widget) for widget in shown.kwargs_widgets]
    assert made == theirs


# -- values and texts ------------------------------------------------------------------------------


def test_values_are_the_decimal_numbers_the_reader_sees():
    assert control("a", (0, 1, 0.1)).values[3] == 0.3
    assert control("a", (-0.2, 0.2, 0.1)).texts == ("−0.20", "−0.10", "0.00", "0.10", "0.20")


@pytest.mark.parametrize(
    ("spec", "texts"),
    [
        ((0, 0.002, 0.001), ("0.000", "0.001", "0.002")),
        ((0.125, 1, 0.5), ("0.12", "0.62", "1.00")),
        ((0, 1, 1 / 3), ("0.00", "0.33", "0.67", "1.00")),
        ((6.281, 2 * np.pi, 0.001), ("6.2810", "6.2820", "6.2830", "6.2832")),
        (w.FloatSlider(min=0, max=1, step=0.25, readout_format=".1f"), ("0.0", "0.2", "0.5", "0.8", "1.0")),
        (w.FloatSlider(min=0, max=1, step=0.5, readout_format=".0%"), ("0%", "50%", "100%")),
        (w.FloatSlider(min=-1, max=1, step=1, value=0), ("−1.00", "0.00", "1.00")),
        (w.FloatLogSlider(min=-1, max=1, step=1), ("0.1", "1", "10")),
        (w.FloatLogSlider(min=0, max=0.002, step=0.001), ("1", "1.002", "1.005")),
        (w.FloatLogSlider(min=0, max=2, step=1, base=2, readout_format="d"), ("1", "2", "4")),
        (w.IntSlider(min=-2, max=2, step=2), ("−2", "0", "2")),
        (w.IntSlider(min=0, max=1, readout_format=".1f"), ("0.0", "1.0")),
        (w.BoundedFloatText(min=0.25, max=1.25, step=0.5), ("0.25", "0.75", "1.25")),
        (w.BoundedFloatText(min=0, max=1, step=0.5), ("0.0", "0.5", "1.0")),
        (w.BoundedIntText(min=1, max=2), ("1", "2")),
        (w.Play(min=0, max=4, step=2), ("0", "2", "4")),
        (w.Checkbox(), ("off", "on")),
        (np.arange(0, 0.4, 0.1), ("0.0", "0.1", "0.2", "0.3")),
        ([0.1 + 0.2, 1 / 3, 1e-20], ("0.3", "0.333333333333", "1e−20")),
        ([-1, 0.5, "a-b"], ("−1", "0.5", "a-b")),
        ({1: "x", 2: "y"}, ("1", "2")),
    ],
    ids=repr,
)
def test_texts_are_those_of_the_read_out_and_tell_the_values_of_the_usual_one_apart(spec, texts):
    assert control("a", spec).texts == texts


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        ((0, 1), "range"), (w.SelectionSlider(options=["p", "q"]), "range"), (w.BoundedIntText(), "range"), (["p"], "select"),
        (w.Select(options=["p"]), "select"), (w.RadioButtons(options=["p"]), "radio"), (w.ToggleButtons(options=["p"]), "radio"),
        (True, "checkbox"), (w.ToggleButton(), "checkbox"),
    ],
)  # fmt: skip
def test_each_widget_has_its_like_on_the_page(spec, kind):
    assert control("a", spec).kind == kind


@pytest.mark.parametrize(
    "kind",
    [w.Checkbox, w.ToggleButton, w.Dropdown, w.Select, w.RadioButtons, w.ToggleButtons, w.SelectionSlider, w.FloatSlider,
     w.IntSlider, w.FloatLogSlider, w.BoundedIntText, w.Play, w.FloatRangeSlider, w.IntRangeSlider, w.SelectionRangeSlider],
)  # fmt: skip
def test_every_widget_lends_its_description(kind):
    options = {"options": ["p", "q"]} if hasattr(kind, "options") else {}
    made = argument("a", kind(description=" A b [m/s] ", **options))
    assert {(c.label, c.unit) for c in made.controls} == {("A b", "m/s")}
    assert made.index(made.value(made.start)) == made.start


def test_a_description_is_label_and_unit():
    made = control("h", w.FloatSlider(min=0, max=2, value=1.2, step=0.1, description="高さ [m]"))
    assert (made.label, made.unit, made.readout(made.start)) == ("高さ", "m", "1.20 m")
    angle = control("t", w.IntSlider(min=0, max=90, value=45, description="角 [°]"))
    assert angle.readout(angle.start) == "45°"
    assert control("h", (0, 1)).label == "h"
    for text, label, unit, readout in (
        ("x [%]", "x", "%", "1%"), ("x[‰]", "x", "‰", "1‰"), ("[m]", "", "m", "1 m"), ("x [a] [b]", "x [a]", "b", "1 b"),
        ("x [m] y", "x [m] y", "", "1"), ("x []", "x []", "", "1"), ("", "h", "", "1"),
    ):  # fmt: skip
        made = control("h", w.IntSlider(min=1, max=2, value=1, description=text))
        assert (made.label, made.unit, made.readout(0)) == (label, unit, readout)


def test_play_has_a_play_button_and_any_other_argument_can_get_one():
    assert control("a", w.Play()).play and not control("a", (0, 1)).play
    assert [c.play for c in argument("a", (0, 1)).played().controls] == [True]
    assert [c.play for c in argument("a", w.IntRangeSlider()).played().controls] == [True, False]


# -- arguments of several controls -------------------------------------------------------------------


def test_both_ends_of_a_range_are_controls_and_may_change_places():
    made = argument("band", w.FloatRangeSlider(min=0, max=1, step=0.25, value=(0.25, 1), description="band [Hz]"))
    assert [(c.name, c.kind, c.label, c.unit, c.end) for c in made.controls] == [
        ("band.lower", "range", "band", "Hz", "from"), ("band.upper", "range", "band", "Hz", "to"),
    ]  # fmt: skip
    assert made.start == (1, 4) and made.value((1, 4)) == made.value((4, 1)) == (0.25, 1.0)
    assert made.index((0.3, 0.8)) == (1, 3) and made.at((4, 1)) == "band=(0.25, 1.0)"
    assert made.holds((4, 1), made.value((1, 4))) and not made.holds((1, 3), made.value((1, 4)))
    with pytest.raises(ValueError, match=r"^band: expected \(lower, upper\), got 3"):
        made.index(3)
    month = argument("month", w.SelectionRangeSlider(options={"Jan": 9, "Feb": 5, "Mar": 7}, index=(0, 1)))
    assert month.value((2, 0)) == (9, 7) and month.at((0, 1)) == "month=(9, 5)"  # in their order, whatever they are


def test_what_is_chosen_together_has_a_checkbox_for_each():
    made = argument("terms", w.SelectMultiple(options=[("sin", np.sin), ("cos", np.cos)], index=[1], description="項"))
    assert [(c.name, c.kind, c.label, c.start) for c in made.controls] == [
        ("terms: sin", "checkbox", "項: sin", 0), ("terms: cos", "checkbox", "項: cos", 1),
    ]  # fmt: skip
    assert made.value((1, 1)) == (np.sin, np.cos) and made.value((0, 0)) == ()
    assert made.index([np.cos]) == (0, 1) and made.at((0, 1)) == "terms=['cos']"
    with pytest.raises(ValueError, match="^terms: 3 is not one of sin, cos"):
        made.index([3])
    assert isinstance(argument("a", w.TagsInput(allowed_tags=list("abcdef"))), Several)


def test_the_controls_of_all_arguments_are_the_axes_of_one_grid():
    made = [
        argument("n", (0, 3)), argument("k", w.fixed("x")), argument("band", w.IntRangeSlider(min=0, max=2, value=(0, 1))),
        argument("f", {"sine": np.sin}), argument("on", True),
    ]  # fmt: skip
    assert [(one.name, own) for one, own in parts(made, (3, 2, 1, 0, 1))] == [
        ("n", (3,)), ("k", ()), ("band", (2, 1)), ("f", (0,)), ("on", (1,)),
    ]  # fmt: skip
    assert call(made, (3, 2, 1, 0, 1)) == {"n": 3, "k": "x", "band": (1, 2), "f": np.sin, "on": True}
    assert at(made, (3, 2, 1, 0, 1)) == "n=3, band=(1, 2), f='sine', on=True"  # the same in every process


# -- what is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize("spec", [None, w.VBox([]), range, 1j, w.Button(), ("x", "y"), (0, 1, 2, 3), (0,)])
def test_any_other_spec_is_refused_by_name(spec):
    with pytest.raises(TypeError, match="^alpha: expected .*; got .*" + ("; choices are a list" if type(spec) is tuple else "")):
        argument("alpha", spec)


@pytest.mark.parametrize(
    ("spec", "way_out"),
    [
        ("text", "a list of the texts"), (w.Text(), "a list of the texts"), (str, "a list of the texts"),
        (w.Textarea(), "a list of the texts"), (w.Combobox(), "a list of the texts"), (w.ColorPicker(), "a list of the colours"),
        (w.FloatText(), "BoundedFloatText"), (float, "BoundedFloatText"), (w.IntText(), "BoundedIntText"), (int, "BoundedIntText"),
        (w.DatePicker(), "SelectionSlider.* with the dates"), (w.NaiveDatetimePicker(), "SelectionSlider.* with the times"),
        (w.TimePicker(), "SelectionSlider.* with the times"), (w.TagsInput(), "SelectMultiple"), (w.FloatsInput(), "SelectMultiple"),
        (w.SelectMultiple(options=range(7)), "at most 6 options"), (w.IntProgress(), "IntSlider"), (w.FloatProgress(), "FloatSlider"),
    ],
    ids=repr,
)  # fmt: skip
def test_what_has_no_end_of_values_is_refused_with_the_way_out(spec, way_out):
    with pytest.raises(
        TypeError, match=f"^alpha: .* no short list of values, .*: take {way_out}.*in a live kernel interact works"
    ):
        argument("alpha", spec)


def test_what_has_nothing_like_it_is_refused_too():
    for widget in (w.FileUpload(), w.HTML("x"), w.Valid()):
        with pytest.raises(TypeError, match=f"^alpha: {type(widget).__name__} has no short list .* needs; in a live kernel"):
            argument("alpha", widget)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ((1, 0), "value must be between min and max .*; got .1, 0."),
        ((0, 1, 0), "step must be .*; got .0, 1, 0."),
        ((0, 1, -0.1), "step must be"),
        (w.FloatSlider(step=-1), "step must be positive, got -1"),
        ((0, float("inf")), "must be finite"),
        ((0, 1, float("nan")), "NaN"),
        ((0, 1, 1e-9), "makes 1e.09 values; take a larger one: .min, max, step."),
        (MAX_VALUES, "makes 4000001 values; take a larger one"),
        (float("nan"), "got nan"),
        (float("inf"), "must be finite"),
        (10**400, "must be finite"),
        (range(0), "no values"),
        ((0, 1e300, 1e-300), "infinity"),
        ([], "no values"),
        ({}, "no values"),
        (w.SelectMultiple(), "no values"),
        ([("a", 1), ("a", 2)], "same label; name them"),
        ({"a": np.arange(3)}, "as arrays; take their names"),
        (w.BoundedFloatText(min=0, max=1), "needs a step; give it step="),
        (w.FloatSlider(readout_format=".2s"), "readout_format '.2s'"),
    ],
    ids=str,
)
def test_a_spec_without_usable_values_is_refused_by_name(spec, message):
    with pytest.raises(ValueError, match=f"^alpha: .*{message}"):
        argument("alpha", spec)


def test_too_many_frames_are_refused_with_a_way_out():
    few, many = control("few", (0, 9)), control("many", (0, 1000))
    check_size([control("most", (1, MAX_FRAMES))])
    with pytest.raises(ValueError, match=r"10 × 1001 values make 10010 frames.*'many' \(1001 values\)"):
        check_size([few, many])
    assert len(control("more", (0, 20_000)).values) == 20_001  # which may be thinned


def test_specs_are_all_named_in_the_error_message():
    assert all(word in controls._EXPECTED for word in ("(min, max", "list", "dict", "bool", "fixed", "ipywidgets"))


# -- finding a value -----------------------------------------------------------------------------------


def test_a_slider_takes_the_nearest_value_and_a_menu_only_its_own():
    made = control("a", (0, 1, 0.25))
    assert [made.index(v) for v in (-5, 0.1, 0.13, 0.5, 7)] == [0, 0, 1, 2, 4]
    with pytest.raises(ValueError, match="a: expected a finite number, got 'x'"):
        made.index("x")
    with pytest.raises(ValueError, match="a: expected a finite number"):
        made.index(float("nan"))
    with pytest.raises(ValueError, match="a: expected a finite number, got True"):
        made.index(True)
    menu = control("m", {"one": 1, "true": True, "real": 1.0})
    assert [menu.index(v) for v in (True, 1, 1.0, np.float64(1))] == [1, 0, 2, 0]
    assert control("s", w.SelectionSlider(options=["p", "q"])).index("q") == 1
    assert (
        control("m", {"one": 1, "real": float("1.5") - 0.5}).index(float("2.5") - 1.5) == 1
    )  # an equal one of its own type first
    with pytest.raises(ValueError, match="expected a finite number"):
        made.index(10**400)
    arrays = [np.arange(3), np.arange(3)]
    by_identity = control("m", w.Dropdown(options={"a": arrays[0], "b": arrays[1]}, equals=lambda a, b: a is b))
    assert by_identity.index(arrays[1]) == 1
    with pytest.raises(ValueError, match="is not one of a, b"):
        by_identity.index(np.arange(3))


@given(
    low=st.integers(-1000, 1000), count=st.integers(0, 300), decimals=st.integers(0, 4),
    step=st.integers(1, 500),
)  # fmt: skip
def test_every_step_is_there_and_can_be_told_from_the_others(low, count, decimals, step):
    scale = 10**decimals
    spec = (low / scale, (low + count * step) / scale, step / scale)
    made = control("a", spec)
    made_values = set(made.values) - {made.values[made.start]}  # which may lie between two steps
    assert made_values <= {(low + i * step) / scale for i in range(count + 1)} <= set(made.values)
    assert len(set(made.texts)) == len(made.values) in (count + 1, count + 2)
    assert all(made.index(v) == i for i, v in enumerate(made.values))


# -- a kernel hears of nothing ---------------------------------------------------------------------------


def test_widgets_made_on_the_way_are_neither_opened_nor_kept(monkeypatch):
    opened = []
    monkeypatch.setattr(comm, "create_comm", lambda **options: opened.append(options) or comm.DummyComm(**options))
    own = w.FloatSlider()
    opened.clear()
    before = set(w.Widget.get_manager_state()["state"])
    for spec in ((0, 1), 3, True, ["a", "b"], own, w.fixed(1)):
        argument("a", spec)
    for spec in ("text", (1, 0)):
        with pytest.raises((TypeError, ValueError)):
            argument("a", spec)
    assert opened == [] and set(w.Widget.get_manager_state()["state"]) == before
    own.value = 7  # one that was given is left as it is
    assert own.comm is not None
    w.Checkbox()
    assert opened


def test_an_executed_notebook_holds_no_widget_state():
    cells = [
        "from matplotlib import pyplot as plt\nfrom explorable import explore",
        "fig, ax = plt.subplots()\n@explore(fig, a=(0, 1), b=['x', 'y'], c=True, d=2)\n"
        "def draw(a, b, c, d):\n    ax.set_title(f'{a} {b} {c} {d}')\ndraw",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.execute(notebook, kernel_name="python3")
    assert "text/html" in notebook.cells[1].outputs[0].data
    assert "widgets" not in notebook.metadata


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ((0, 1, 0.25), None),  # as the read-outs say
        (w.FloatSlider(min=-1, max=1, step=1 / 3, description="高さ [m]"), None),
        (w.FloatSlider(min=0, max=0.2, step=0.1, readout_format=".0f"), [["0"], ["0.1", "0"], ["0.2", "0"]]),
        (w.SelectionSlider(options=[("1/100", 0.01), ("1/10", 0.1)]), [["0.01", "1/100"], ["0.1", "1/10"]]),
        ({"サイン": "sin", "コサイン": "cos"}, [["sin", "サイン"], ["cos", "コサイン"]]),
        ({"a": print, "b": len}, [["a"], ["b"]]),
        ([0.1 + 0.2, 1], [["0.3"], ["1"]]),
        ({"one": 1, "true": True, "also one": 1.0}, [["one"], ["true"], ["also one"]]),  # 1 would be two of them
        (True, [["off"], ["on"]]),
    ],
)  # fmt: skip
def test_a_link_names_values_by_what_they_are_or_what_the_page_shows(spec, words):
    assert argument("k", spec).controls[0].words() == words
