"""One colour and line style per activation, readable on both pages and by every eye."""

import itertools

import numpy as np
import pytest
from matplotlib import colors
from matplotlib import pyplot as plt
from matplotlib.collections import LineCollection, PathCollection

from hidden_layer.activations import gelu, gelu_grad, step
from hidden_layer_book import networks, plots
from hidden_layer_book.catalogue import EVERY

LIGHT_PAGE, DARK_PAGE = "#ffffff", "#121212"
# Machado, Oliveira & Fernandes (2009), severity 1.0, for linear RGB.
EYES = {
    "typical": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}


def linear(color) -> np.ndarray:
    rgb = np.array(colors.to_rgb(color))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(one, other) -> float:
    bright, dark = sorted((linear(c) @ [0.2126, 0.7152, 0.0722] for c in (one, other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def lab(rgb) -> np.ndarray:
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb
    f = np.where((t := xyz / [0.9505, 1, 1.089]) > 0.008856, np.cbrt(np.clip(t, 0, None)), 7.787 * t + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one, other, eye) -> float:
    return float(np.linalg.norm(np.subtract(*(lab(np.clip(EYES[eye] @ linear(c), 0, 1)) for c in (one, other)))))


def test_every_activation_has_a_style_and_no_other_has_one():
    assert list(plots.STYLES) == list(EVERY)


@pytest.mark.parametrize(
    "color",
    [*(style["color"] for style in plots.STYLES.values()), plots.MUTED, plots.ACCENT, networks.POSITIVE, networks.NEGATIVE],
)
def test_a_line_stands_out_on_the_light_page_and_on_the_dark_one(color):
    # WCAG 1.4.11 asks 3:1 of graphics.
    assert contrast(color, LIGHT_PAGE) >= 3
    assert contrast(color, DARK_PAGE) >= 3


@pytest.mark.parametrize("pair", list(itertools.combinations(plots.STYLES, 2)), ids="-".join)
def test_two_activations_differ_for_every_eye_in_colour_or_else_in_dashes(pair):
    one, other = (plots.STYLES[name] for name in pair)
    closest = min(EYES, key=lambda eye: distance(one["color"], other["color"], eye))
    apart = distance(one["color"], other["color"], closest)
    assert apart >= 22 or one["linestyle"] != other["linestyle"], f"{apart:.0f} for {closest}, and the same dashes"


@pytest.fixture
def ax():
    fig, ax = plots.panels(height=3)
    yield ax
    plt.close(fig)


def test_panels_have_the_width_of_the_book_and_stand_below_each_other():
    fig, (top, bottom) = plots.panels(2, height=4.2, sharex=True)
    top.set_xlim(-7, 7)
    plt.close(fig)
    assert tuple(fig.get_size_inches()) == (plots.WIDTH, 4.2)
    assert bottom.get_xlim() == (-7, 7)
    assert top.get_position().y0 > bottom.get_position().y1 and top.get_position().x0 == bottom.get_position().x0


@pytest.mark.parametrize("given", [np.linspace(-2, 2, 11), [-1, 0, 1], [-3, -2], [0.5, 1]])
def test_the_step_function_is_drawn_with_a_jump_not_a_slope(given, ax):
    x, y = plots.draw(ax, "step", given).get_data()
    gap = np.flatnonzero(np.isnan(y))
    assert len(gap) == 1 and y[gap[0] - 1] == 0 and y[gap[0] + 1] == 1 and x[gap[0] + 1] == 0
    finite = ~np.isnan(x)
    assert np.array_equal(y[finite], step(x[finite]))
    assert (np.diff(x[finite]) > 0).all() and set(given) <= set(x), "every sample, from left to right"


def test_draw_has_style_and_name_of_the_activation_and_lets_the_caller_override(ax):
    line = plots.draw(ax, "gelu", [0.0, 1.0])
    assert (line.get_color(), line.get_label()) == (plots.STYLES["gelu"]["color"], EVERY["gelu"].name_ja)
    np.testing.assert_array_equal(line.get_ydata(), gelu(np.array([0.0, 1.0])))
    slope = plots.draw(ax, "gelu", [0.0, 1.0], derivative=True, color="#000000")
    assert (slope.get_color(), slope.get_label()) == ("#000000", "GELUの微分")
    np.testing.assert_array_equal(slope.get_ydata(), gelu_grad(np.array([0.0, 1.0])))


@pytest.mark.parametrize(
    "name, derivative, values",
    [
        ("step", False, [0, 0, np.nan, 1, 1]),
        ("step", True, [0, 0, np.nan, 0, 0]),
        ("relu", False, [0, 0, 1e-16, 1e-9, 1]),
        ("relu", True, [0, 0, np.nan, 1, 1]),
        ("prelu", True, [0.25, 0.25, np.nan, 1, 1]),
        ("identity", True, [1, 1, 1, 1, 1]),
    ],
)
def test_samples_have_a_gap_at_a_jump_also_where_rounding_moved_it_and_only_there(name, derivative, values):
    x = np.array([-1, -1e-9, 1e-16, 1e-9, 1])
    np.testing.assert_array_equal(plots.samples(name, x, derivative=derivative), values)
    if not derivative:
        np.testing.assert_array_equal(plots.samples(name, x), values)
    assert plots.samples(name, x.astype(np.float32), derivative=derivative).dtype == np.float64


def test_samples_of_a_slope_have_a_gap_at_every_kink():
    x = np.linspace(-7, 7, 15)
    assert x[np.isnan(plots.samples("hard_swish", x, derivative=True))].tolist() == [-3, 3]
    assert x[np.isnan(plots.samples("relu6", x, derivative=True))].tolist() == [0, 6]
    assert not np.isnan(plots.samples("hard_swish", x)).any()


def test_every_seed_is_a_dot_beside_the_bar_of_mean_and_standard_deviation(ax):
    groups = {"a": np.array([0.25, 0.5, 0.75]), "b": np.array([2.0, 4.0])}
    plots.strip_plot(ax, groups, ["#1f6fd0", "#d55e00"])
    dots = [c for c in ax.collections if isinstance(c, PathCollection)]
    bars = [c for c in ax.collections if isinstance(c, LineCollection)]
    assert [c.get_offsets().tolist() for c in dots] == [[[0.25, 0], [0.5, 0], [0.75, 0]], [[2, 1], [4, 1]]]
    deviations = [0.25, np.sqrt(2)]
    for c, mean, deviation, place in zip(bars, [0.5, 3], deviations, [0, 1], strict=True):
        np.testing.assert_allclose(c.get_segments(), [[[mean - deviation, place + 0.28], [mean + deviation, place + 0.28]]])
    assert [line.get_xdata().tolist() for line in ax.lines] == [[0.5], [3]], "the mean has a mark of its own"
    assert all(line.get_marker() == "|" for line in ax.lines)
    assert all(c.get_alpha() < 1 and c.get_zorder() > bars[0].get_zorder() for c in dots), "dots that coincide are seen to"
    for c in (dots, bars):
        assert [colors.to_hex(one.get_edgecolor()[0]) for one in c] == ["#1f6fd0", "#d55e00"]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["a", "b"] and ax.get_yticks().tolist() == [0, 1]
    assert ax.get_ylim() == (1.6, -0.6), "the first on top, the last with its bar inside"
    assert [any(line.get_visible() for line in axis.get_gridlines()) for axis in (ax.xaxis, ax.yaxis)] == [True, False]
    plots.strip_plot(ax, groups, ["#1f6fd0", "#d55e00"])
    assert not any(line.get_visible() for line in ax.yaxis.get_gridlines()), "nor does it come back"
