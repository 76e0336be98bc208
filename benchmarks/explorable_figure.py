"""The figure that all contestants of `bench_explorable` show."""

import numpy as np
from matplotlib import pyplot as plt

GAIN = (0.5, 4.5, 0.1)  # 41 values
PLACE = (-6.0, 6.0, 0.2)  # 61 values
X = np.linspace(-6, 6, 241)


def values(x, gain):
    """A sigmoid of this gain and its slope."""
    y = 1 / (1 + np.exp(-gain * x))
    return y, gain * y * (1 - y)


def make():
    """The figure, and the function that sets it to ``(gain, x0)``."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.2), layout="constrained")
    left.set(title="value", xlabel="x", ylim=(-0.1, 1.1), xlim=(-6, 6))
    right.set(title="slope", xlabel="x", ylim=(0, 1.2), xlim=(-6, 6))
    (curve,) = left.plot(X, X)
    (tangent,) = left.plot(X, X, lw=1)
    (dot,) = left.plot([0], [0], "o")
    (slope,) = right.plot(X, X)
    (slope_dot,) = right.plot([0], [0], "o")
    text = left.text(0.03, 0.95, "", transform=left.transAxes, va="top")

    def draw(gain, x0):
        y, dy = values(X, gain)
        y0, dy0 = values(x0, gain)
        curve.set_ydata(y)
        slope.set_ydata(dy)
        tangent.set_ydata(y0 + dy0 * (X - x0))
        dot.set_data([x0], [y0])
        slope_dot.set_data([x0], [dy0])
        text.set_text(f"f({x0:.2f}) = {y0:.4f}, slope {dy0:.4f}")

    return figure, draw
