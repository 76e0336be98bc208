"""One look for every figure of the book, set here and nowhere else.

Importing this module sets Matplotlib's defaults (sizes, fonts with Japanese glyphs, quiet axes). Each activation
has one colour and one line style through the whole book; `draw` uses them, so no chapter chooses its own.
"""

import matplotlib.pyplot as plt
import matplotlib_fontja
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgba

from hidden_layer_book.catalogue import EVERY

# Every colour has a contrast of at least 3:1 on white and on the dark page. In that narrow band of lightness no eight
# hues stay apart for every eye, so two activations whose colours come close for somebody differ in their dashes
# (tests/hidden_layer_book/test_plots.py simulates protanopia, deuteranopia and tritanopia).
STYLES = {
    "identity": {"color": "#6b7280", "linestyle": (0, (1, 1.8))},
    "step": {"color": "#8c564b", "linestyle": (0, (9, 2.5))},
    "sigmoid": {"color": "#1f6fd0", "linestyle": "solid"},
    "tanh": {"color": "#d55e00", "linestyle": (0, (5, 2))},
    "relu": {"color": "#5c8800", "linestyle": "solid"},
    "prelu": {"color": "#c2489b", "linestyle": (0, (6, 1.6, 1.6, 1.6))},
    "leaky_relu": {"color": "#8a7500", "linestyle": (0, (2.4, 1.2))},
    "gelu": {"color": "#7b5ce0", "linestyle": (0, (9, 2.5))},
    # Those beyond the list: more of them than hues, so each has dashes of its own.
    "silu": {"color": "#0a8594", "linestyle": (0, (12, 1.8))},
    "elu": {"color": "#b8601b", "linestyle": (0, (4, 1.4, 1.4, 1.4))},
    "selu": {"color": "#b0406a", "linestyle": (0, (1.6, 1))},
    "softplus": {"color": "#3f8455", "linestyle": (0, (8, 1.5, 1.5, 1.5, 1.5, 1.5))},
    "mish": {"color": "#9a52b5", "linestyle": (0, (3, 2.4))},
    "hard_swish": {"color": "#3574b8", "linestyle": (0, (10, 1.5, 3, 1.5))},
    "relu6": {"color": "#6f8400", "linestyle": (0, (5, 1))},
}
ACCENT = "#c8102e"  # what the reader is to look at: the moving point, the tangent
MUTED = "#767b85"  # what is there for comparison
DOTS = {"s": 30, "alpha": 0.65, "linewidths": 0, "zorder": 3}  # the values of an experiment's seeds; equal ones darken
BAR = {"fmt": "|", "markersize": 9, "elinewidth": 1.6, "capsize": 0, "zorder": 2}  # their mean and standard deviation
# Cells of a table of numbers: the page shines through, so its text colour can be read on them, light or dark.
SHADE = LinearSegmentedColormap.from_list("shade", [to_rgba(ACCENT, 0.04), to_rgba(ACCENT, 0.62)]).with_extremes(
    bad=to_rgba(MUTED, 0.3)
)
LINES = 1.4  # line spacing of a text of two lines: Japanese letters fill the height of a line
WIDTH = 5.6  # inches; a phone shows this without scaling the text below legibility

plt.rcParams.update(
    {
        "figure.dpi": 100,
        "figure.figsize": (WIDTH, 3.4),
        "figure.constrained_layout.use": True,
        "font.size": 11.0,
        "axes.titlesize": 11.5,
        "axes.labelsize": 11.0,
        "xtick.labelsize": 10.0,
        "ytick.labelsize": 10.0,
        "legend.fontsize": 10.0,
        "legend.frameon": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": "#8888883d",
        "grid.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.unicode_minus": True,
        "lines.linewidth": 2.2,
    }
)
matplotlib_fontja.japanize()


def panels(rows: int = 1, *, height: float, **subplot_options):
    """A figure with `rows` axes one above the other, so that they share x and stay wide on a phone.

    Parameters
    ----------
    rows : int
        Number of axes.
    height : float
        Height of the whole figure in inches.
    **subplot_options
        As for `matplotlib.pyplot.subplots`, e.g. `sharex`.

    Returns
    -------
    (Figure, Axes or array of Axes)
    """
    return plt.subplots(rows, figsize=(WIDTH, height), **subplot_options)


def samples(name: str, x, *, derivative: bool = False):
    """Values of an activation to be drawn as a line over `x`, with a gap instead of a steep line where it jumps.

    Parameters
    ----------
    name : str
        A key of `EVERY`.
    x : ndarray of float
    derivative : bool
        Sample f′ instead of f.

    Returns
    -------
    ndarray of float64, the shape of `x`
        NaN where it jumps: the step function at 0, the derivative at a kink.
    """
    activation = EVERY[name]
    jumps = [] if (activation.differentiable_at_zero if derivative else activation.continuous) else [0.0]
    jumps += activation.kinks if derivative else ()
    y = np.array((activation.derivative if derivative else activation.function)(x), dtype=float)
    for place in jumps:
        y[np.abs(x - place) < 1e-9] = np.nan
    return y


def draw(ax, name: str, x, *, derivative: bool = False, **options):
    """Draw the activation `name` (a key of `EVERY`) over `x` in its own colour and line style.

    Parameters
    ----------
    ax : Axes
    name : str
    x : array_like of float
        Where the function is evaluated. A jump of the step function is drawn as a jump.
    derivative : bool
        Draw f′ instead of f.
    **options
        As for `Axes.plot`; they override the style.

    Returns
    -------
    Line2D
    """
    x = np.asarray(x)
    if name == "step":  # a jump is a gap in the line, not a steep slope between two samples
        x = np.concatenate([x[x < 0], [np.nextafter(0, -1), np.nan, 0.0], x[x > 0]])
    activation = EVERY[name]
    function = activation.derivative if derivative else activation.function
    label = activation.name_ja + ("の微分" if derivative else "")
    (line,) = ax.plot(x, function(x), **(STYLES[name] | {"label": label} | options))
    return line


def strip_plot(ax, groups, colors):
    """Draw every seed of an experiment as a dot, and mean ± standard deviation (ddof=1) as a bar beside the dots.

    Parameters
    ----------
    ax : Axes
        Groups stand below each other, the first on top; values run to the right.
    groups : dict
        {label: array of values, one for each seed}.
    colors : sequence of color
        One for each group.
    """
    for place, (values, color) in enumerate(zip(groups.values(), colors)):
        ax.scatter(values, [place] * len(values), color=color, **DOTS)
        ax.errorbar(values.mean(), place + 0.28, xerr=values.std(ddof=1), color=color, **BAR)
    ax.set(yticks=range(len(groups)), yticklabels=list(groups), ylim=(len(groups) - 0.4, -0.6))
    ax.grid(axis="y", visible=False)
