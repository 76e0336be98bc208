"""Moving figures of 勾配."""

import ipywidgets as widgets
import numpy as np

from explorable import explore
from hidden_layer.activations import sigmoid, sigmoid_grad
from hidden_layer_book import plots
from hidden_layer_book.catalogue import ACTIVATIONS
from hidden_layer_book.figures._parts import minus, slider, two_digits
from hidden_layer_book.plots import ACCENT, MUTED, STYLES


def descent():
    """Does a larger learning rate reach the bottom of the valley sooner?"""
    w1, w2 = np.meshgrid(np.linspace(-2, 2, 81), np.linspace(-1.4, 1.4, 57))
    fig, ax = plots.panels(height=3.9)
    ax.contour(w1, w2, w1**2 + 4 * w2**2, levels=[0.1, 0.5, 1, 2, 4, 6, 8], colors=MUTED, linewidths=1)
    (path,) = ax.plot([], "o-", color=ACCENT, linewidth=1.6, markersize=4)
    ax.plot(0, "+", color=MUTED, markersize=12, markeredgewidth=2)
    ax.set(xlabel="$w_1$", ylabel="$w_2$")

    @explore(
        fig,
        play="steps",
        rate=slider("学習率 η", 0.01, 0.27, 0.01, 0.05),
        steps=widgets.IntSlider(description="回数", min=0, max=20, value=10),
    )
    def draw(rate, steps):
        "学習率と回数を動かすと、出発点から谷底へ向かう足跡が変わる"
        powers = np.arange(steps + 1)
        w = np.array([1.5 * (1 - 2 * rate) ** powers, 1.2 * (1 - 8 * rate) ** powers])
        path.set_data(*w)
        ax.set_title(f"{steps} 回後の損失 {two_digits(w[0, -1] ** 2 + 4 * w[1, -1] ** 2)}", loc="left")

    return draw


def chain_rule():
    """What is the gradient at w1 proportional to?"""
    x, t, w1, w3 = 1.0, 1.5, 0.5, 1.5
    fig, ax = plots.panels(height=2.9)
    names = [rf"$\partial L/\partial {name}$" for name in ("y", "h_2", "z_2", "h_1", "z_1")]
    bars = ax.bar(range(5), np.ones(5), color=STYLES["sigmoid"]["color"], width=0.62)
    texts = [ax.text(i, i, None, ha="center", va="bottom") for i in range(5)]
    ax.set(xlim=(-0.5, 4.5), ylim=(0, 2.2), ylabel="大きさ", xticks=range(5), xticklabels=names)

    @explore(fig, play="w2", w2=slider("重み w₂", -3, 3, 0.1, -1.0))
    def draw(w2):
        "重み w₂ を動かすと、出力側から入力側へ戻る勾配の大きさが、矢印ごとに変わる"
        h1 = sigmoid(w1 * x)
        h2 = sigmoid(w2 * h1)
        factors = [w3 * h2 - t, w3, sigmoid_grad(w2 * h1), w2, sigmoid_grad(w1 * x)]
        gradients = np.cumprod(factors)
        for bar, text, gradient in zip(bars, texts, gradients):
            bar.set_height(abs(gradient))
            text.set_y(abs(gradient))
            text.set_text(minus(f"{gradient:z.3f}"))
        ax.set_title(r"$\partial L/\partial w_1$ = " + minus(f"{gradients[-1] * x:z.4f}"), loc="left")

    return draw


def norms(name, n_var, depth, *, seed=0):
    """Gradient norms in a random network, measured and predicted, relative to the norm at the output.

    Parameters
    ----------
    name : str
        A key of `ACTIVATIONS`, used in every layer.
    n_var : float
        n · Var(w), the same for every layer.
    depth, seed : int
        Number of layers, seed of weights and input. Every layer has 256 neurons.

    Returns
    -------
    (ndarray, ndarray) of float64, shape (depth + 1,)
        Entry l is the norm of the gradient that arrives below layer l + 1 (entry `depth`: at the output, 1):
        measured by back-propagating a random vector, and predicted as the product of √(n · Var(w) · E[f′²]).
    """
    n = 256
    rng = np.random.default_rng(seed)
    weights = rng.normal(0, np.sqrt(n_var / n), (depth, n, n))
    h, slopes = rng.normal(size=n), []
    for w in weights:
        z = h @ w
        h = ACTIVATIONS[name].function(z)
        slopes.append(ACTIVATIONS[name].derivative(z))
    delta = rng.normal(size=n)
    measured, predicted = [np.linalg.norm(delta)], [1.0]
    for w, slope in zip(weights[::-1], slopes[::-1]):
        delta = w @ (delta * slope)
        measured.append(np.linalg.norm(delta))
        predicted.append(predicted[-1] * np.sqrt(n_var * np.mean(slope**2)))
    return np.array(measured[::-1]) / measured[0], np.array(predicted[::-1])


def by_depth():
    """Which combination of activation and weight scale lets the gradient through twenty layers?"""
    depths, scales = (5, 10, 15, 20), (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 8.0, 16.0)
    activations = {ACTIVATIONS[name].name_ja: name for name in ("sigmoid", "tanh", "relu", "gelu")}
    floor = 1e-20
    runs = {
        (name, n_var, depth): np.maximum(norms(name, n_var, depth), floor)
        for name in activations.values()
        for n_var in scales
        for depth in depths
    }

    fig, ax = plots.panels(height=3.7)
    points = ax.scatter([], [], s=26, zorder=3, label="実際に計算した勾配")
    (line,) = ax.plot([], "--", color=MUTED, linewidth=1.6, label="式による予測")
    ax.axhline(1, color=MUTED, linewidth=0.8)
    ax.legend(loc="lower right")
    ax.set(
        xlim=(-0.6, 20.6),
        ylim=(floor, 10.0**10),
        yscale="log",
        xlabel="層（左が入力側）",
        ylabel="届く勾配の大きさ",
        xticks=(0, *depths),
    )

    @explore(
        fig,
        play="n_var",
        name=widgets.Dropdown(description="活性化関数", options=activations, value="sigmoid"),
        n_var=widgets.SelectionSlider(description="n·Var(w)", options=scales, value=1.0),
        depth=widgets.SelectionSlider(description="層の数", options=depths, value=20),
    )
    def draw(name, n_var, depth):
        "活性化関数、重みの大きさ、層の数を変えると、各層に届く勾配の大きさが変わる"
        measured, predicted = runs[name, n_var, depth]
        layers = np.arange(21.0)
        # Layers that are not there sit outside the axes, so that the number of points stays the same.
        inside = np.where(layers <= depth, layers, np.nan)
        points.set_offsets(
            np.column_stack([np.nan_to_num(inside, nan=-50), np.pad(measured, (0, 20 - depth), constant_values=1)])
        )
        points.set_color(STYLES[name]["color"])
        line.set_data(np.arange(depth + 1), predicted)
        ax.set_title(f"{depth} 層で {two_digits(measured[0])} 倍", loc="left")

    return draw
