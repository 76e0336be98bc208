"""Pieces that the moving figures share."""

import ipywidgets as widgets
import numpy as np
from matplotlib.patches import Rectangle

from hidden_layer_book.plots import MUTED


def slider(description, low, high, step, value):
    """A slider whose readout has as many decimals as its step."""
    decimals = len(f"{step:g}".partition(".")[2])
    return widgets.FloatSlider(description=description, min=low, max=high, step=step, value=value, readout_format=f".{decimals}f")


def tangent_line(x0, y0, slope, reach):
    """Two end points of the tangent at (x0, y0), `reach` to each side, as the columns x and y."""
    ends = np.array([x0 - reach, x0 + reach])
    return ends, y0 + slope * (ends - x0)


def corners(points, tolerance):
    """The points of a polyline, shape (n, 2), that are farther than `tolerance` from the chord (Douglas, Peucker)."""
    chord, offset = points[-1] - points[0], points - points[0]
    length = np.hypot(*chord)
    away = abs(chord[0] * offset[:, 1] - chord[1] * offset[:, 0]) / length if length else np.hypot(*offset.T)
    far = away.argmax()
    if away[far] <= tolerance:
        return points[[0, -1]]
    return np.vstack([corners(points[: far + 1], tolerance)[:-1], corners(points[far:], tolerance)])


def minus(text):
    """`text` with the typographic minus sign for numbers."""
    return text.replace("-", "−")


def two_digits(value):
    """A number of any size in two digits: 0.17, 9500, 2.5e−13."""
    return minus(f"{float(f'{value:.1e}'):g}")


def matrix(ax, values, left, top, colors, title):
    """Draw a matrix of numbers as boxes of size 1, each in its color ("none" for an empty box), and its title above."""
    for (i, j), value in np.ndenumerate(values):
        corner = left + j, top - i - 1
        ax.add_patch(Rectangle(corner, 1, 1, facecolor=colors[i, j], edgecolor="none", alpha=0.25))
        ax.add_patch(Rectangle(corner, 1, 1, facecolor="none", edgecolor=MUTED))
        ax.text(corner[0] + 0.5, corner[1] + 0.5, minus(f"{value:g}"), ha="center", va="center")
    ax.text(left + np.shape(values)[1] / 2, top + 0.25, title, ha="center", va="bottom")
