"""Draw the book's icon, a sigmoid with its tangent: `python -m tools.icon` writes docs/icon.png, which the site's icons are made of."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from hidden_layer.activations import sigmoid
from hidden_layer_book import plots

SIZE = 512  # pixels
GROUND = "#fdfdfc"  # that of the pages


def main() -> None:
    """Write the picture."""
    figure = Figure(figsize=(1, 1), dpi=SIZE, facecolor=GROUND, layout="none")
    axes = figure.add_axes((0, 0, 1, 1), xlim=(-9, 9), ylim=(-0.45, 1.45))
    axes.set_axis_off()
    x = np.linspace(-7, 7, 400)
    tangent = np.array([-2.9, 2.9])
    axes.plot(x, sigmoid(x), color=plots.STYLES["sigmoid"]["color"], linewidth=5, solid_capstyle="round")
    axes.plot(tangent, 0.5 + tangent / 4, color=plots.ACCENT, linewidth=2.6, solid_capstyle="round")
    axes.plot(0, 0.5, "o", color=plots.ACCENT, markersize=7.5, markeredgecolor=GROUND, markeredgewidth=1.4)
    figure.savefig(Path(__file__).resolve().parent.parent / "docs/icon.png")


if __name__ == "__main__":
    main()
