"""One colour and line style per activation, readable on both pages and by every eye."""

import itertools

import numpy as np
import pytest
from matplotlib import colors
from matplotlib import pyplot as plt

from hidden_layer import plots
from hidden_layer.activations import ACTIVATIONS, step

LIGHT_PAGE, DARK_PAGE = "#ffffff", "#121212"
# Machado, Oliveira & Fernandes (2009), severity 1.0, for linear RGB.
EYES = {
    "typical": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                            [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                              [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                            [0.004733, 0.691367, 0.303900]]),
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
    assert list(plots.STYLES) == list(ACTIVATIONS)


@pytest.mark.parametrize("color", [*(style["color"] for style in plots.STYLES.values()), plots.MUTED, plots.ACCENT])
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


def test_the_step_function_is_drawn_with_a_jump_not_a_slope():
    fig, ax = plots.panels()
    line = plots.draw(ax, "step", np.linspace(-1, 1, 11))
    x, y = line.get_data()
    plt.close(fig)
    gap = np.flatnonzero(np.isnan(y))
    assert len(gap) == 1 and y[gap[0] - 1] == 0 and y[gap[0] + 1] == 1 and x[gap[0] + 1] == 0
    finite = ~np.isnan(x)
    assert np.array_equal(y[finite], step(x[finite]))


def test_draw_uses_the_name_of_the_record_and_lets_the_caller_override():
    fig, ax = plots.panels()
    assert plots.draw(ax, "gelu", [0.0, 1.0]).get_label() == ACTIVATIONS["gelu"].name_ja
    assert plots.draw(ax, "gelu", [0.0, 1.0], color="#000000").get_color() == "#000000"
    plt.close(fig)
