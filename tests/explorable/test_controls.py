"""Control specs mean what they mean to `ipywidgets.interact`."""

import enum
import inspect
import types

import ipywidgets as w
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ipywidgets.widgets.interaction import interactive

from explorable import controls
from explorable.controls import MAX_FRAMES, check_size, control


@pytest.mark.parametrize(
    "spec",
    [(0, 10), (0, 10, 2), (-3, 4), (0.0, 1.0), (0, 1, 0.05), (-6, 6, 0.2), (2.5, 4.0, 0.5), (5, 5)],
)
def test_a_tuple_has_the_range_and_the_start_of_interact(spec):
    made = control("a", spec)
    widget = interactive.widget_from_abbrev(spec)
    assert made.kind == "range"
    assert made.values[0] == pytest.approx(widget.min)
    assert made.values[-1] == pytest.approx(widget.max)
    assert made.values[made.start] == pytest.approx(widget.value)
    assert {type(v) for v in made.values} == {type(widget.value)}
    if len(made.values) > 1:
        assert made.values[1] - made.values[0] == pytest.approx(widget.step)


def test_values_are_the_decimal_numbers_the_reader_sees():
    assert control("a", (0, 1, 0.1)).values[3] == 0.3
    assert control("a", (-0.3, 0.3, 0.1)).texts == ("−0.3", "−0.2", "−0.1", "0.0", "0.1", "0.2", "0.3")


def test_a_default_of_the_function_is_the_start_value():
    assert control("a", (0, 1, 0.25), 0.75).start == 3
    assert control("a", ["x", "y"], "y").start == 1
    with pytest.raises(ValueError, match="a: 'z' is not one of x, y"):
        control("a", ["x", "y"], "z")


@pytest.mark.parametrize(
    ("spec", "kind", "texts", "values", "start"),
    [
        (["a", "b"], "select", ("a", "b"), ("a", "b"), 0),
        ([1, 2.5], "select", ("1", "2.5"), (1, 2.5), 0),
        ({"one": 1, "two": 2}, "select", ("one", "two"), (1, 2), 0),
        ([("one", 1), ("two", 2)], "select", ("one", "two"), (1, 2), 0),
        (True, "checkbox", ("off", "on"), (False, True), 1),
        (False, "checkbox", ("off", "on"), (False, True), 0),
        (w.Dropdown(options=["p", "q"], value="q"), "select", ("p", "q"), ("p", "q"), 1),
        (w.Select(options=["p", "q"]), "select", ("p", "q"), ("p", "q"), 0),
        (w.RadioButtons(options={"p": 1, "q": 2}, value=2), "radio", ("p", "q"), (1, 2), 1),
        (w.ToggleButtons(options=["p", "q"]), "radio", ("p", "q"), ("p", "q"), 0),
        (w.SelectionSlider(options=["p", "q"], value="q"), "range", ("p", "q"), ("p", "q"), 1),
        (w.Checkbox(value=True), "checkbox", ("off", "on"), (False, True), 1),
        (w.ToggleButton(value=False), "checkbox", ("off", "on"), (False, True), 0),
        (w.IntSlider(min=1, max=3, value=2), "range", ("1", "2", "3"), (1, 2, 3), 1),
        (w.BoundedIntText(min=1, max=2, value=2), "range", ("1", "2"), (1, 2), 1),
        (w.BoundedFloatText(min=0, max=1, step=0.5), "range", ("0.0", "0.5", "1.0"), (0, 0.5, 1), 0),
        (
            w.FloatSlider(min=0, max=0.4, step=0.2, value=0.2, readout_format=".1f"),
            "range", ("0.0", "0.2", "0.4"), (0, 0.2, 0.4), 1,
        ),
        (
            w.FloatLogSlider(min=-1, max=1, step=1, base=10, value=10),
            "range", ("0.1", "1", "10"), (0.1, 1, 10), 2,
        ),
    ],
)  # fmt: skip
def test_each_kind(spec, kind, texts, values, start):
    made = control("a", spec)
    assert (made.kind, made.texts, made.start) == (kind, texts, start)
    assert made.values == (pytest.approx(values) if kind == "range" and texts != ("p", "q") else values)
    assert (made.name, made.label, made.unit) == ("a", "a", "")


@pytest.mark.parametrize(
    "kind",
    [w.Checkbox, w.ToggleButton, w.Dropdown, w.Select, w.RadioButtons, w.ToggleButtons, w.SelectionSlider,
     w.FloatSlider, w.IntSlider, w.FloatLogSlider, w.BoundedIntText],
)  # fmt: skip
def test_every_widget_lends_its_description(kind):
    options = {"options": ["p", "q"]} if hasattr(kind, "options") else {}
    made = control("a", kind(description=" A b [m/s] ", **options))
    assert (made.name, made.label, made.unit) == ("a", "A b", "m/s")
    assert made.index(made.values[made.start]) == made.start


@pytest.mark.parametrize(
    ("widget", "texts", "values", "start"),
    [
        (w.FloatSlider(min=-1, max=1, step=1, value=0), ("−1.00", "0.00", "1.00"), (-1, 0, 1), 1),
        (w.IntSlider(min=-2, max=2, step=2, value=2), ("−2", "0", "2"), (-2, 0, 2), 2),
        (w.FloatLogSlider(min=0, max=2, step=1, base=2, value=4, readout_format="d"), ("1", "2", "4"), (1, 2, 4), 2),
        (w.BoundedFloatText(min=0.25, max=1.25, step=0.5, value=0.75), ("0.25", "0.75", "1.25"), (0.25, 0.75, 1.25), 1),
        (w.Dropdown(options=["p", "q"], value=None), ("p", "q"), ("p", "q"), 0),
        (w.RadioButtons(options=["p", "q"], value=None), ("p", "q"), ("p", "q"), 0),
    ],
)
def test_a_widget_lends_its_numbers_as_it_writes_them(widget, texts, values, start):
    made = control("a", widget)
    assert (made.texts, made.values, made.start) == (texts, values, start)


@pytest.mark.parametrize(
    ("spec", "texts", "values"),
    [
        ((0, 1, 2, 3), ("0", "1", "2", "3"), (0, 1, 2, 3)),  # a range has two or three numbers
        ((0,), ("0",), (0,)),
        (("x", "y"), ("x", "y"), ("x", "y")),
        ((0, True), ("0", "True"), (0, True)),
        (["ab", "cd"], ("ab", "cd"), ("ab", "cd")),
        ([(1, 2, 3), (4, 5, 6)], ("(1, 2, 3)", "(4, 5, 6)"), ((1, 2, 3), (4, 5, 6))),
        ([("one", 1), ["two", 2]], ("one", "two"), (1, 2)),
        ([("one", 1), "two"], ("('one', 1)", "two"), (("one", 1), "two")),
        ({1: "x", 2: "y"}, ("1", "2"), ("x", "y")),
        ([(1, "x"), (2, "y")], ("1", "2"), ("x", "y")),
    ],
)
def test_what_is_no_range_is_a_menu(spec, texts, values):
    made = control("a", spec)
    assert (made.kind, made.texts, made.values, made.start) == ("select", texts, values, 0)


def test_whole_numbers_stay_whole_and_others_have_all_their_decimals():
    made = control("a", (np.int64(0), np.int64(2)))
    assert made.texts == ("0", "1", "2")
    assert made.values == (0, 1, 2) and {type(v) for v in made.values} == {int}
    assert control("a", (0, 1, 1 / 3)).texts == ("0.000000000000", "0.333333333333", "0.666666666667", "1.000000000000")
    assert control("a", (0, 1, 0.5000000000001)).texts == ("0.000000000000", "0.500000000000", "1.000000000000")
    assert control("a", (0.125, 1, 0.5)).texts == ("0.125", "0.625")
    assert control("a", (0, 10, 2.5)).start == 2
    assert control("a", (0.5, 3)).start == 12


def test_an_error_message_tells_a_frame_by_numbers_and_labels():
    made = [control("a", (0, 1)), control("b", (0, 1, 0.5)), control("c", {"p": np.sin}), control("d", True), control("e", ["x"])]
    assert [c.at(c.start) for c in made] == ["a=0", "b=0.0", "c='p'", "d=True", "e='x'"]


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


@pytest.mark.parametrize(
    "spec",
    [None, w.VBox([]), range, 1j, w.Button()],
)
def test_any_other_spec_is_refused_by_name(spec):
    with pytest.raises(TypeError, match="^alpha: expected"):
        control("alpha", spec)


@pytest.mark.parametrize(
    ("spec", "way_out"),
    [
        ("text", "a list of the texts"), (w.Text(), "a list of the texts"), (str, "a list of the texts"),
        (w.Textarea(), "a list of the texts"), (w.Combobox(), "a list of the texts"), (w.ColorPicker(), "a list of the colours"),
        (w.FloatText(), "BoundedFloatText"), (float, "BoundedFloatText"), (w.IntText(), "BoundedIntText"), (int, "BoundedIntText"),
        (w.FloatRangeSlider(), "two sliders"), (w.IntRangeSlider(), "two sliders"),
        (w.SelectionRangeSlider(options=[1, 2]), "two menus"), (w.SelectMultiple(options=[1]), "a bool for each"),
        (w.Play(), "IntSlider.*explore.fig, play="),
    ],
)  # fmt: skip
def test_what_has_no_end_of_values_is_refused_with_the_way_out(spec, way_out):
    with pytest.raises(TypeError, match=f"^alpha: expected .*; got .*: take {way_out}"):
        control("alpha", spec)


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


@pytest.mark.parametrize(
    "spec",
    [
        2, 0, -3, 1, 10, np.int64(4), 2.0, 0.5, 0.0, -1.5, 0.25, 0.01, 0.123, np.float64(0.3), np.float32(0.5), True, False,
        (0, 10), (0, 10, 3), (-3, 4), (0.0, 1.0), (0, 1, 0.05), (2.5, 4.0, 0.5),
        range(5), range(2, 10, 3), np.arange(4), np.arange(0, 0.5, 0.1), np.linspace(0, 1, 5), np.array(["a", "b"]), {7},
        [1, 2.5], ["a", "b"], [("one", 1), ("two", 2)], {"one": 1, "two": 2}, dict(a=1).items(),
        types.MappingProxyType({"one": 1, "two": 2}), Colour,
    ],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("with_default", [False, True])
def test_what_interact_takes_is_taken_as_interact_does(spec, with_default):
    widget, default = interactive.widget_from_abbrev(spec), inspect.Parameter.empty
    if with_default:
        kinds = {w.Dropdown: lambda: widget._options_values[-1], w.Checkbox: lambda: not widget.value}
        default = kinds.get(type(widget), lambda: widget.min)()
        widget = interactive.widget_from_abbrev(spec, default)
        if spec is Colour:  # as an annotation it stands where there is no default
            widget.value = default
    made = control("a", spec, default)
    start = made.values[made.start]
    assert start == (pytest.approx(widget.value, abs=1e-12) if made.kind == "range" else widget.value)
    if isinstance(widget, w.Dropdown):
        assert (made.kind, made.values) == ("select", widget._options_values)
        if not isinstance(made.values[0], float):
            assert made.texts == widget._options_labels
    elif isinstance(widget, w.Checkbox):
        assert made.kind == "checkbox"
    else:
        steps = np.arange(widget.min, widget.max + 1e-9, widget.step)
        assert made.kind == "range" and set(np.round(made.values, 9)) == set(np.round([*steps, start], 9))
        assert {type(v) for v in made.values} == {type(widget.value)}


def test_numbers_of_an_array_are_written_as_one_would():
    assert control("a", np.arange(0, 0.4, 0.1)).texts == ("0.0", "0.1", "0.2", "0.3")
    assert control("a", [0.1 + 0.2, 1 / 3, 1e-20]).texts == ("0.3", "0.333333333333", "1e-20")
    assert control("a", 0.123).texts == ("−0.123", "−0.023", "0.077", "0.123", "0.177", "0.277")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ((1, 0), "min 1 is greater than max 0"),
        ((0, 1, 0), "step must be positive"),
        ((0, 1, -0.1), "step must be positive"),
        ((0, float("inf")), "must be finite"),
        ((0, 1, float("nan")), "must be finite"),
        ((0, 1, 1e-9), "take a larger one: .min, max, step."),
        (10_000, "makes 40001 values; take a larger one"),
        (float("nan"), "expected a finite number, got nan"),
        (float("inf"), "expected a finite number, got inf"),
        (range(0), "no values"),
        ((0, 1e300, 1e-300), "makes inf values"),
        ([], "no values"),
        ({}, "no values"),
        ([("a", 1), ("a", 2)], "same label; name them"),
        (w.BoundedFloatText(min=0, max=1), "needs a step; give it step="),
        (w.FloatSlider(readout_format=".2s"), "readout_format '.2s'"),
    ],
)
def test_a_spec_without_usable_values_is_refused_by_name(spec, message):
    with pytest.raises(ValueError, match=f"^alpha: .*{message}"):
        control("alpha", spec)


def test_too_many_frames_are_refused_with_a_way_out():
    few, many = control("few", (0, 9)), control("many", (0, 1000))
    check_size([control("most", (1, MAX_FRAMES))])
    with pytest.raises(ValueError, match=r"10 × 1001 values make 10010 frames.*'many' \(1001 values\)"):
        check_size([few, many])


def test_a_slider_takes_the_nearest_value_and_a_menu_only_its_own():
    made = control("a", (0, 1, 0.25))
    assert [made.index(v) for v in (-5, 0.1, 0.13, 0.5, 7)] == [0, 0, 1, 2, 4]
    with pytest.raises(ValueError, match="a: expected a finite number, got 'x'"):
        made.index("x")
    with pytest.raises(ValueError, match="a: expected a finite number"):
        made.index(float("nan"))
    with pytest.raises(ValueError, match="a: expected a finite number, got True"):
        made.index(True)
    menu = control("m", {"one": 1, "true": True, "nan": np.nan, "real": 1.0})
    assert [menu.index(v) for v in (True, 1, 1.0, np.nan, np.float64(1))] == [1, 0, 3, 2, 0]
    assert control("s", w.SelectionSlider(options=["p", "q"])).index("q") == 1
    assert (
        control("m", {"one": 1, "real": float("1.5") - 0.5}).index(float("2.5") - 1.5) == 1
    )  # an equal one of its own type first
    with pytest.raises(ValueError, match="is not one of a"):
        control("m", {"a": np.arange(3)}).index(np.arange(3))
    with pytest.raises(ValueError, match="expected a finite number"):
        made.index(10**400)
    arrays = [np.arange(3), np.arange(3)]
    assert control("m", {"a": arrays[0], "b": arrays[1]}).index(arrays[1]) == 1


@given(
    low=st.integers(-1000, 1000), count=st.integers(0, 300), decimals=st.integers(0, 4),
    step=st.integers(1, 500),
)  # fmt: skip
def test_every_step_is_there_and_written_exactly(low, count, decimals, step):
    scale = 10**decimals
    spec = (low / scale, (low + count * step) / scale, step / scale)
    made = control("a", spec)
    assert made.values == tuple((low + i * step) / scale for i in range(count + 1))
    assert [float(t.replace("−", "-")) for t in made.texts] == list(made.values)
    assert all(made.index(v) == i for i, v in enumerate(made.values))


def test_specs_are_all_named_in_the_error_message():
    assert all(word in controls._EXPECTED for word in ("(min, max", "list", "dict", "bool", "ipywidgets"))


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
    assert control("k", spec).words() == words
