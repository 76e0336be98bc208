"""Whatever is given as a control: a control that keeps what it promises, or an error that names it."""

import math

import ipywidgets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt

from explorable import RecordingError, explore
from explorable.controls import MAX_FRAMES, check_size, control

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
                "SelectMultiple",
                "HTML",
            ]
        )
    )
    given_ = {"description": draw(st.one_of(label, st.sampled_from(["高さ [m]", "[]", "a [b] c"])))}
    if "Slider" in kind or "Bounded" in kind:
        whole = "Int" in kind
        value = st.integers(-20, 20) if whole else st.floats(-5, 5)
        low, high = sorted((draw(value), draw(value)))
        given_ |= {"min": low, "max": high, "step": draw(st.integers(1, 5) if whole else st.one_of(st.none(), st.floats(-1, 3)))}
        if draw(st.booleans()) and kind.endswith("Slider"):
            given_["readout_format"] = draw(st.one_of(label, st.sampled_from(["d", ".2f", ".1e", "%", "x", "~s"])))
    if kind in ("Dropdown", "Select", "RadioButtons", "ToggleButtons", "SelectionSlider", "SelectMultiple"):
        given_ = {"description": given_["description"], "options": draw(menus)}
    try:
        return getattr(ipywidgets, kind)(**given_)
    except Exception:  # what ipywidgets refuses itself never reaches a control
        return ipywidgets.Checkbox()


specs = st.one_of(ranges, menus, anything, widgets())


def accepted(spec, **default):
    """The control of `spec`, or None if it is refused with an error that names it."""
    try:
        return control("lost", spec, **default)
    except (TypeError, ValueError) as error:
        assert str(error).startswith("lost: "), f"{spec!r}: {error!r}"


@settings(max_examples=600, deadline=None)
@given(specs)
def test_a_spec_makes_a_finite_control_or_an_error_that_names_it(spec):
    made = accepted(spec)
    if made is None:
        return
    assert 1 <= len(made.values) == len(made.texts) <= max(MAX_FRAMES, len(made.values) if made.kind != "range" else 0)
    assert 0 <= made.start < len(made.values)
    assert all(isinstance(text, str) for text in made.texts)
    if made.kind == "range" and not isinstance(spec, ipywidgets.SelectionSlider):
        assert all(map(math.isfinite, made.values))
        assert list(made.values) == sorted(set(made.values)), "a slider goes up, each value once"
    for i in (0, made.start, len(made.values) - 1):
        assert isinstance(made.readout(i), str) and made.at(i).startswith("lost=")
        found = made.index(made.values[i])
        assert made.values[found] is made.values[i] or made.values[found] == made.values[i]


@settings(max_examples=200, deadline=None)
@given(specs, anything)
def test_a_default_of_the_function_is_the_start_or_an_error_that_names_the_control(spec, default):
    made = accepted(spec, default=default)
    if made is not None:
        assert 0 <= made.start < len(made.values)


@settings(max_examples=100, deadline=None)
@given(st.lists(specs, min_size=1, max_size=3))
def test_a_grid_is_small_enough_or_refused_with_the_control_to_shorten(group):
    made = [control_ for control_ in map(accepted, group) if control_ is not None]
    frames = math.prod(len(one.values) for one in made)
    if frames <= MAX_FRAMES:
        check_size(made)
    else:
        with pytest.raises(ValueError, match="'lost'"):
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
    if made is None or len(made.values) > 30:
        return
    figure, ax = plt.subplots(figsize=(2, 2))
    ax.set(xlim=(-1, 30), ylim=(-1, 1))
    [dot] = ax.plot([0], [0], "o")

    def draw(lost):
        dot.set_data([list(made.values).index(lost)], [0])

    if len(made.values) > 1 and all(value == made.values[0] for value in made.values):  # labels of one value
        with pytest.raises(RecordingError, match="changes nothing"):
            explore(figure, lost=spec)(draw)
        return
    shown = explore(figure, lost=spec)(draw)
    assert "<explorable-figure" in shown._repr_mimebundle_()[0]["text/html"]
