"""Whatever is given as a control: a control that keeps what it promises, or an error that names it."""

import itertools
import math

import ipywidgets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt

from explorable import RecordingError, explore
from explorable.controls import MAX_FRAMES, MAX_VALUES, argument, check_size

number = st.one_of(st.integers(-50, 50), st.integers(), st.floats(), st.floats(-5, 5), st.booleans(), st.just(10**400))
label = st.text(max_size=5)
anything = st.recursive(
    st.one_of(st.none(), number, label, st.binary(max_size=3), st.complex_numbers(), st.just(len), st.just(object())),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.lists(inner, max_size=4).map(tuple), st.dictionaries(label, inner, max_size=4)
    ),
    max_leaves=8,
)
ranges = st.one_of(st.tuples(number, number), st.tuples(number, number, number), st.lists(number, max_size=5).map(tuple))
menus = st.one_of(
    st.lists(anything, max_size=5), st.dictionaries(label, anything, max_size=5), st.lists(st.tuples(label, anything), max_size=5)
)


@st.composite
def widgets(draw):
    """A widget with settings that it accepts itself."""
    kind = draw(
        st.sampled_from(
            [
                "FloatSlider",
                "IntSlider",
                "FloatLogSlider",
                "BoundedFloatText",
                "BoundedIntText",
                "Dropdown",
                "Select",
                "RadioButtons",
                "ToggleButtons",
                "SelectionSlider",
                "Checkbox",
                "ToggleButton",
                "Text",
                "IntText",
                "IntRangeSlider",
                "FloatRangeSlider",
                "SelectionRangeSlider",
                "SelectMultiple",
                "TagsInput",
                "Play",
                "HTML",
            ]
        )
    )
    given_ = {"description": draw(st.one_of(label, st.sampled_from(["高さ [m]", "[]", "a [b] c"])))}
    if "Slider" in kind or "Bounded" in kind or kind == "Play":
        whole = "Int" in kind or kind == "Play"
        value = st.integers(-20, 20) if whole else st.floats(-5, 5)
        low, high = sorted((draw(value), draw(value)))
        given_ |= {"min": low, "max": high, "step": draw(st.integers(1, 5) if whole else st.one_of(st.none(), st.floats(-1, 3)))}
        if draw(st.booleans()) and kind.endswith("Slider"):
            given_["readout_format"] = draw(st.one_of(label, st.sampled_from(["d", ".2f", ".1e", "%", "x", "~s"])))
    if kind in (
        "Dropdown",
        "Select",
        "RadioButtons",
        "ToggleButtons",
        "SelectionSlider",
        "SelectionRangeSlider",
        "SelectMultiple",
    ):
        given_ = {"description": given_["description"], "options": draw(menus)}
    if kind == "TagsInput":
        given_["allowed_tags"] = draw(st.lists(st.text(min_size=1, max_size=2), max_size=7, unique=True))
    try:
        return getattr(ipywidgets, kind)(**given_)
    except Exception:  # what ipywidgets refuses itself never reaches a control
        return ipywidgets.Checkbox()


specs = st.one_of(ranges, menus, anything, widgets())


def accepted(spec, **default):
    """The argument of `spec`, or None if it is refused with an error that names it."""
    try:
        return argument("lost", spec, **default)
    except (TypeError, ValueError) as error:
        assert str(error).startswith("lost: "), f"{spec!r}: {error!r}"


@settings(max_examples=600, deadline=None)
@given(specs)
def test_a_spec_makes_a_finite_control_or_an_error_that_names_it(spec):
    made = accepted(spec)
    if made is None:
        return
    for own in made.controls:
        assert 1 <= len(own.values) == len(own.texts) <= MAX_VALUES
        assert 0 <= own.start < len(own.values)
        assert all(isinstance(text, str) for text in own.texts)
        if own.kind == "range" and not isinstance(spec, (ipywidgets.SelectionSlider, ipywidgets.SelectionRangeSlider)):
            assert all(map(math.isfinite, own.values))
            assert list(own.values) == sorted(set(own.values)), "a slider goes up, each value once"
    ends = [tuple(len(own.values) - 1 for own in made.controls), tuple(0 for _ in made.controls)]
    for index in (made.start, *ends):
        value = made.value(index)
        again = made.value(made.index(value))
        assert made.at(index).startswith("lost=") and (again is value or again == value)


@settings(max_examples=200, deadline=None)
@given(specs, anything)
def test_a_default_of_the_function_is_the_start_or_an_error_that_names_the_control(spec, default):
    made = accepted(spec, default=default)
    if made is not None:
        assert all(0 <= own.start < len(own.values) for own in made.controls)


@settings(max_examples=100, deadline=None)
@given(st.lists(specs, min_size=1, max_size=3))
def test_a_grid_is_small_enough_or_refused_with_the_control_to_shorten(group):
    made = [own for one in map(accepted, group) if one is not None for own in one.controls]
    frames = math.prod(len(one.values) for one in made)
    if frames <= MAX_FRAMES:
        check_size(made)
    else:
        with pytest.raises(ValueError, match="'lost"):
            check_size(made)


@settings(max_examples=25, deadline=None)
@given(
    st.one_of(
        st.tuples(st.integers(-3, 3), st.integers(-3, 3)),
        st.lists(label, max_size=4),
        st.dictionaries(label, number, max_size=3),
        widgets(),
    )
)
def test_what_is_accepted_is_recorded_and_gives_html(spec):
    made = accepted(spec)
    if made is None or math.prod(len(own.values) for own in made.controls) > 30:
        return
    figure, ax = plt.subplots(figsize=(2, 2))
    ax.set(xlim=(-1, 30), ylim=(-1, 1))
    [dot] = ax.plot([0], [0], "o")
    values = [made.value(index) for index in itertools.product(*(range(len(own.values)) for own in made.controls))]

    def draw(lost):
        dot.set_data([values.index(lost)], [0])

    if all(value == values[0] for value in values):
        with pytest.raises(RecordingError, match="Nothing changes over lost"):
            explore(figure, lost=spec)(draw)
        return
    shown = explore(figure, lost=spec)(draw)
    assert "<explorable-figure" in shown._repr_mimebundle_()[0]["text/html"]
