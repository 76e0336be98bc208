"""The figures of `bench_explorable`: the first is the one that all contestants show."""

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


# As people write it for `interact`: 42 × 20 settings.
SQUARE = {"alpha": (0.1, 4.2, 0.1), "n": (1, 20)}


def square(alpha, n):
    """Terms of a square wave of this height."""
    k = 2 * np.arange(n)[:, None] + 1
    return alpha * np.sum(np.sin(k * X) / k, axis=0)


def redraw(alpha, n):
    """Draws anew in each call: limits and ticks follow the curve, legend and title say the values."""
    y = square(alpha, n)
    plt.figure(figsize=(5, 3.5))
    plt.plot(X, y, label=f"α = {alpha:.2f}")
    plt.title(f"{n} terms, largest value {y.max():.3f}")
    plt.xlabel("x")
    plt.grid()
    plt.legend()


def moved():
    """The same figure, and the function that moves it: limits are fixed, and the title says all values."""
    figure, axes = plt.subplots(figsize=(5, 3.5))
    (curve,) = axes.plot(X, X, label="α")
    axes.set(xlabel="x", ylim=(-5, 5))
    axes.grid()
    axes.legend()

    def draw(alpha, n):
        y = square(alpha, n)
        curve.set_ydata(y)
        axes.set_title(f"{n} terms, α = {alpha:.2f}, largest value {y.max():.3f}")

    return figure, draw


FOUR = {"frequency": (0.0, 3.0, 0.05), "phase": (0.0, 1.6, 0.1), "height": (1, 3), "offset": (-1, 1)}  # 61 × 17 × 3 × 3


def four():
    """A figure with four controls, and the function that moves it."""
    figure, axes = plt.subplots(figsize=(5, 3.5))
    (curve,) = axes.plot(X, X)
    (dot,) = axes.plot([0], [0], "o")
    axes.set(xlabel="x", ylim=(-5, 5))

    def draw(frequency, phase, height, offset):
        y = offset + height * np.sin(frequency * X + phase)
        curve.set_ydata(y)
        dot.set_data([phase], [y[len(y) // 2]])
        axes.set_title(f"mean {y.mean():.3f}")

    return figure, draw
