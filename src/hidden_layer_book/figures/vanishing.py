"""Figures of なぜ積は消え、何が助けるか."""

import functools

import ipywidgets as widgets
import numpy as np

from explorable import explore, still
from hidden_layer.activations import sigmoid, sigmoid_grad
from hidden_layer_book import networks, plots
from hidden_layer_book.catalogue import ACTIVATIONS
from hidden_layer_book.figures._parts import minus, slider, two_digits
from hidden_layer_book.plots import ACCENT, MUTED, STYLES

WIDTH = 256  # of the random networks


def expectation():
    """Which of w, w² and the product of two weights is 0 on average?"""
    fig, axes = plots.plt.subplots(1, 3, figsize=(plots.WIDTH, 2.2), sharey=True)
    panels = (("$w$", (-1, 1), (0.5, 0.5)), ("$w^2$", (1,), (1,)), ("$w_1w_2$", (-1, 1), (0.5, 0.5)))
    for ax, (title, values, chances) in zip(axes, panels):
        ax.bar(values, chances, width=0.5, color=STYLES["sigmoid"]["color"])
        mean = np.dot(values, chances)
        ax.plot([mean, mean], [0, 1.12], color=ACCENT)
        ax.set(title=f"{title}　平均 {mean:g}", xticks=(-1, 0, 1), xlim=(-1.6, 1.6), ylim=(0, 1.25), yticks=(0, 0.5, 1))
    axes[0].set_ylabel("確率")
    return still(
        fig, "硬貨で決めた重み w は −1 と 1 が半々で平均 0、w の 2 乗はいつも 1 で平均 1、2 つの重みの積は −1 と 1 が半々で平均 0"
    )


def one_entry():
    """Which paths come back to one unit of the layer in front?"""
    fig, ax = plots.panels(height=2.9)
    ax.text(0, 0, r"$\partial L/\partial h_i$", ha="center", va="center", fontsize=13, color=ACCENT)
    ax.text(4.6, -0.5, r"$\vdots$", ha="center", va="center", fontsize=14)
    for y, name in ((1.5, "1"), (0.5, "2"), (-1.5, "n")):
        ax.annotate("", (0.9, 0.2 * y), (4.0, y), arrowprops={"arrowstyle": "->", "color": MUTED, "linewidth": 1.5})
        ax.text(2.5, 0.644 * y + (0.26 if y > 0 else -0.28), f"$w_{{i{name}}}$", ha="center", va="center")
        ax.text(4.6, y, rf"$\delta_{name}$", ha="center", va="center", fontsize=13)
        ax.annotate("", (5.2, y), (7.2, y), arrowprops={"arrowstyle": "->", "color": MUTED, "linewidth": 1.5})
        ax.text(6.2, y + 0.2, rf"$f\,′(z_{name})$", ha="center", va="bottom")
        ax.text(8.2, y, rf"$\partial L/\partial h′_{name}$", ha="center", va="center")
    for x, text in ((0, "入口の勾配"), (8.2, "出口の勾配")):
        ax.text(x, 2.35, text, ha="center", va="center")
    ax.set(xlim=(-1.2, 9.4), ylim=(-2, 2.7))
    ax.axis("off")
    return still(fig, "出口の勾配に f′(z) を掛けると δ になり、n 個の δ にそれぞれの重みを掛けて足すと、1 つの入口の勾配になる")


def cross_terms():
    """How many of the n² products are left on average?"""
    n = 6
    fig, ax = plots.panels(height=2.9)
    for j in range(n):
        for k in range(n):
            same = j == k
            box = plots.plt.Rectangle(
                (k, n - 1 - j), 1, 1, facecolor=ACCENT if same else "none", edgecolor=MUTED, alpha=0.75 if same else 1
            )
            ax.add_patch(box)
            if not same:
                ax.text(k + 0.5, n - 0.5 - j, "0", ha="center", va="center", color=MUTED)
    for y, text, color in (
        (4, "赤い $n$ 個：\n同じ重みの 2 乗。平均 $\\mathrm{Var}(w)$", ACCENT),
        (1.8, "ほかの $n^2-n$ 個：\n違う重みの積。平均 0", "black"),
    ):
        ax.text(n + 0.6, y, text, va="center", color=color, linespacing=plots.LINES)
    ax.text(n / 2, -0.2, "$k$", ha="center", va="top")
    ax.text(-0.25, n / 2, "$j$", ha="right", va="center")
    ax.set(xlim=(-1, 13.4), ylim=(-0.9, n + 0.1), aspect="equal")
    ax.axis("off")
    return still(fig, "n 行 n 列に並べた積のうち、対角線の n 個だけが平均しても残り、ほかは平均すると 0 になる")


@functools.lru_cache(maxsize=1)  # of one seed: nearly all the time goes into the drawing of the numbers
def _draws(depth, seed):
    """Random weights of variance 1 for each layer, an input, and a gradient at the output."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(depth, WIDTH, WIDTH)), rng.normal(size=WIDTH), rng.normal(size=WIDTH)


def _backward(name, n_var, depth, seed):
    """One pass there and back through random layers: weights' input h, slopes f′(z), and δ and arriving gradients by layer."""
    weights, x, d = _draws(depth, seed)
    weights = np.sqrt(n_var / WIDTH) * weights
    h, slopes = [x], []
    for w in weights:
        z = h[-1] @ w
        h.append(ACTIVATIONS[name].function(z))
        slopes.append(ACTIVATIONS[name].derivative(z))
    arriving, delta = [d], []
    for w, slope in zip(weights[::-1], slopes[::-1]):
        delta.insert(0, arriving[0] * slope)
        arriving.insert(0, w @ delta[0])
    return h, slopes, delta, arriving


def _sizes(vectors):
    return np.array([np.linalg.norm(vector) for vector in vectors])


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
    _, slopes, _, arriving = _backward(name, n_var, depth, seed)
    factors = [1.0, *(np.sqrt(n_var * np.mean(slope**2)) for slope in slopes[::-1])]
    measured = _sizes(arriving)
    return measured / measured[-1], np.cumprod(factors)[::-1]


def first_to_last(name, n_var, depth):
    """Two ratios in a random network, of the first layer to the last: their weights' gradients, and what arrives at their inputs.

    Parameters
    ----------
    name, n_var, depth
        As for `norms`.

    Returns
    -------
    (float, float)
        Ratios of norms: of the gradients of the weights, and of the gradients of the layers' inputs.
    """
    h, _, delta, arriving = _backward(name, n_var, depth, 0)
    weights = _sizes(h[:-1]) * _sizes(delta)  # the norm of an outer product
    inputs = _sizes(arriving[:-1])
    return weights[0] / weights[-1], inputs[0] / inputs[-1]


def by_depth():
    """Which combination of activation and weight scale lets the gradient through twenty layers?"""
    depths, scales = (5, 10, 15, 20), (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 8.0, 16.0)
    activations = {ACTIVATIONS[name].name_ja: name for name in ("sigmoid", "tanh", "relu", "gelu")}
    floor = 1e-20
    runs = {
        (name, n_var, depth): np.maximum(norms(name, n_var, depth), floor)
        for depth in depths  # outermost: the weights of a depth are drawn once
        for name in activations.values()
        for n_var in scales
    }

    fig, ax = plots.panels(height=3.7)
    points = ax.scatter([], [], s=26, zorder=3, label="実際に計算した勾配")
    (line,) = ax.plot([], "--", color=MUTED, linewidth=1.6, label="式による予測")
    ax.axhline(1, color=MUTED, linewidth=0.8)
    (sample, _) = ax.legend(loc="lower right").legend_handles
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
        for dots in (points, sample):
            dots.set_color(STYLES[name]["color"])
        line.set_data(np.arange(depth + 1), predicted)
        ax.set_title(f"{depth} 層で {two_digits(measured[0])} 倍", loc="left")

    return draw


def bypass():
    """By which factor does a gradient pass a layer whose input is added to its output?"""
    layers, start = 4, 0.5
    fig, axes = plots.panels(2, height=3.8, height_ratios=(3, 4))
    names = [rf"$\partial L/\partial h_{k}$" for k in range(layers, -1, -1)]
    nets = [networks.draw(ax, [1] * (layers + 1), captions=names, radius=0.46) for ax in axes]
    for k in range(layers):
        nets[1].bypass(k, k + 1).set_texts("×1")
    sums = [axes[1].text(2.5 * k + 1.25, -0.4, "", ha="center", va="top", fontsize=networks.SMALL) for k in range(layers)]
    for ax in axes:
        ax.invert_xaxis()  # gradients go from right to left

    @explore(fig, play="w", w=slider("重み w", -2, 2, 0.25, 1.0))
    def draw(w):
        "右から左へ 4 層を戻る勾配。上は積だけの道、下は残差接続のある道。重み w を動かすと、1 層ごとに掛ける数が変わる"
        for net, added, kind in zip(nets, (0, 1), ("積だけの道", "残差接続のある道")):
            h, slopes = start, []
            for _ in range(layers):
                slopes.insert(0, w * sigmoid_grad(w * h))
                h = added * h + sigmoid(w * h)
            gradients = np.cumprod([1.0, *(added + slope for slope in slopes)])
            for k, slope in enumerate(slopes):
                net.set_weights(k, [[gradients[k] * slope]])
                net.set_factors(k, minus(f"×{slope:z.2f}"))
            for k, gradient in enumerate(gradients):
                net.set_values(k, [gradient])
            net.ax.set_title(minus(f"{kind}：{layers} 層で {two_digits(gradients[-1])} 倍"), loc="left")
        for text, slope in zip(sums, slopes):
            text.set_text(f"{1 + slope:.2f} 倍")

    return draw
