"""Figures of はじめに and なぜ活性化関数が必要か."""

import ipywidgets as widgets
import numpy as np
from matplotlib.colors import ListedColormap, to_rgb

from explorable import explore, still
from hidden_layer.activations import relu
from hidden_layer_book import networks, plots
from hidden_layer_book.catalogue import ACTIVATIONS
from hidden_layer_book.figures._parts import matrix, minus, slider
from hidden_layer_book.plots import ACCENT, MUTED, STYLES

XOR = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
ANSWERS = np.array([0, 1, 1, 0])
CLASSES = ["#0072b2", "#d55e00"]  # 0 and 1


def _wave():
    x = np.linspace(-np.pi, np.pi, 181)
    return x, np.sin(2 * x)


def _fit(name, units):
    """The wave fitted by `units` hidden units with random weights; the output weights by least squares."""
    x, wave = _wave()
    rng = np.random.default_rng(3)
    kinks = rng.uniform(-np.pi, np.pi, 64)
    signs = rng.choice([-1.0, 1.0], units)
    hidden = ACTIVATIONS[name].function(2 * (x[:, None] - kinks[:units]) * signs)
    features = np.column_stack([hidden, np.ones_like(x)])
    return features @ np.linalg.lstsq(features, wave)[0]


def fit_error(name, units) -> float:
    """Mean absolute error of a one-hidden-layer fit of sin 2x on [−π, π].

    Parameters
    ----------
    name : str
        A key of `ACTIVATIONS`.
    units : int
        Number of hidden units, at most 64.
    """
    return float(np.mean(np.abs(_fit(name, units) - _wave()[1])))


def approximation():
    """Does a wider hidden layer follow the wave, with and without an activation?"""
    x, wave = _wave()
    widths = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
    names = {"恒等関数（なし）": "identity"} | {ACTIVATIONS[name].name_ja: name for name in ("step", "tanh", "relu", "gelu")}
    fits = {(name, units): _fit(name, units) for name in names.values() for units in widths}
    fig, ax = plots.panels(height=3.2)
    ax.plot(x, wave, color=MUTED, linewidth=1.4, linestyle=":")
    (curve,) = ax.plot(x, wave)
    ax.set(xlim=(-np.pi, np.pi), ylim=(-1.7, 1.7), xlabel="x", ylabel="出力")

    @explore(
        fig,
        play="units",
        name=widgets.Dropdown(description="活性化関数", options=names, value="identity"),
        units=widgets.SelectionSlider(description="ニューロンの数", options=widths, value=8),
    )
    def draw(name, units):
        "活性化関数とニューロンの数を変えると、波への沿い方が変わる。活性化関数がないと直線のまま"
        curve.set_ydata(fits[name, units])
        curve.set_color(STYLES[name]["color"])
        ax.set_title(f"正解の波（点線）との平均の誤差 {fit_error(name, units):.3f}", loc="left")

    return draw


def line():
    """Can one straight line separate the four points of XOR?"""
    fig, ax = plots.panels(height=4.0)
    (border,) = ax.plot([], color=ACCENT, linewidth=2)
    ax.scatter(*XOR[ANSWERS == 0].T, s=110, color=CLASSES[0], label="正解 0", zorder=3)
    ax.scatter(*XOR[ANSWERS == 1].T, s=110, color=CLASSES[1], marker="s", label="正解 1", zorder=3)
    marks = [ax.text(px + 0.07, py + 0.07, None) for px, py in XOR]
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)
    ax.set(xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), xlabel="$x_1$", ylabel="$x_2$", aspect="equal")

    @explore(fig, angle=slider("向き [度]", -180, 180, 15, 45), shift=slider("位置", -1.0, 1.6, 0.1, 0.5))
    def draw(angle, shift):
        "直線の向きと位置を動かす。4 つの点を全部正しく分ける直線はない"
        w = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
        foot, along = w * shift, np.array([-w[1], w[0]])
        border.set_data(*np.column_stack([foot - 3 * along, foot + 3 * along]))
        right = (XOR @ w - shift > 1e-9).astype(int) == ANSWERS
        for mark, good in zip(marks, right):
            mark.set_text("○" if good else "×")
        ax.set_title(f"4 つのうち {int(right.sum())} つ正解", loc="left")

    return draw


def boundary():
    """What does the decision boundary of XOR's two hidden units look like without the activation?"""
    axis = np.linspace(-0.5, 1.5, 64)  # none of these points lies on a border
    total = axis[None, :] + axis[:, None]
    fig, ax = plots.panels(height=4.0)
    image = ax.imshow(
        total,
        origin="lower",
        extent=(-0.5, 1.5, -0.5, 1.5),
        vmin=0,
        vmax=1,
        cmap=ListedColormap([(*to_rgb(color), 0.4) for color in CLASSES]),  # lets the page through, light or dark
        interpolation="nearest",
    )
    ax.scatter(*XOR[ANSWERS == 0].T, s=110, color=CLASSES[0], zorder=3)
    ax.scatter(*XOR[ANSWERS == 1].T, s=110, color=CLASSES[1], marker="s", zorder=3)
    ax.grid(visible=False)
    ax.set(xlabel="$x_1$", ylabel="$x_2$")

    names = {"恒等関数（なし）": "identity", ACTIVATIONS["relu"].name_ja: "relu", ACTIVATIONS["gelu"].name_ja: "gelu"}

    @explore(
        fig,
        name=widgets.ToggleButtons(description="活性化関数", options=names, value="relu"),
        b=slider("h₂ のバイアス", -1.6, -0.4, 0.1, -1.0),
    )
    def draw(name, b):
        "活性化関数とバイアスを変えると、1 と判定される範囲（橙）の形が変わる"
        f = ACTIVATIONS[name].function

        def output(s):
            return f(s) - 2 * f(s + b)

        image.set_data((output(total) > 0.5).astype(float))
        right = int(np.sum((output(XOR.sum(axis=1).astype(float)) > 0.5) == ANSWERS))
        ax.set_title(minus(f"バイアス {b:.1f}：4 つのうち {right} つ正解"), loc="left")

    return draw


def unit():
    """Does a unit hand on whatever its sum is?"""
    x, w2 = np.array([1.0, 0.5, 1.0]), -1.0
    fig, ax = plots.panels(height=3.0)
    net = networks.draw(ax, [3, 1, 1], captions=["入力", "掛けて\n足した値 $z$", "出力 $h$"], full=2.0)
    for (left, y), name in zip(net.positions[0], ("$x_1$", "$x_2$", "バイアス")):
        ax.text(left - net.radius - 0.1, y, name, ha="right", va="center", fontsize=networks.SMALL)
    ax.set_xlim(-1.6)
    net.set_values(0, x, full=3.0, form="{:g}")
    net.set_factors(1, "ReLU")

    @explore(fig, play="w1", w1=slider("重み w₁", -2, 2, 0.25, 1.0), b=slider("バイアス b", -2, 2, 0.5, 0.5))
    def draw(w1, b):
        "1 個のニューロン。重み w₁ とバイアス b を動かすと、掛けて足した値 z が変わる。z が負なら、出力 h は 0 になる"
        weights = np.array([w1, w2, b])
        z = x @ weights
        net.set_weights(0, weights[:, None])
        net.set_factors(0, [[minus(f"×{weight:g}")] for weight in weights])
        for k, value in ((1, z), (2, relu(z))):
            net.set_values(k, [value], full=3.0)
        ax.set_title(minus(f"z = {z:z.2f}   h = ReLU(z) = {relu(z):z.2f}"), loc="left")

    return draw


def collapse():
    """Which weight has the one layer that does what two layers without an activation do?"""
    W1, W2 = np.array([[2, -1], [1, 1], [-1, 2]]), np.array([[1, -1, 2], [0, 2, 1]])
    W = W2 @ W1
    fig, axes = plots.plt.subplots(2, 2, figsize=(plots.WIDTH, 4.3), width_ratios=(5, 3), height_ratios=(5, 4))
    # The paths from x_1 to y_1 show their weights: a column of the first matrix, a row of the last.
    paths = ((W1, np.s_[:, :1]), (W2, np.s_[:1])), ((W, np.s_[:1, :1]),)
    for ax, layers in zip(axes[0], paths):
        widths = [2, *(len(weights) for weights, _ in layers)]
        net = networks.draw(ax, widths, full=3.0)
        ax.set_title(f"{len(layers)} つの層", loc="left")
        for k, (weights, path) in enumerate(layers):
            words = np.full(weights.shape, "", dtype="<U2")
            words[path] = np.char.replace(weights[path].astype(str), "-", "−")
            net.set_weights(k, weights.T)  # a row of the matrix leads to one unit
            net.set_factors(k, words.T)
        for k, letter in enumerate("xhy" if len(layers) == 2 else "xy"):
            net.set_texts(k, [f"${letter}_{i + 1}$" for i in range(widths[k])])

    colors = [np.full(values.shape, "none", dtype=object) for values in (W2, W1, W)]
    colors[0][0], colors[1][:, 0], colors[2][0, 0] = [ACCENT] * 3
    matrix(axes[1, 0], W2, 0, 2.5, colors[0], "$W_2$")
    matrix(axes[1, 0], W1, 4, 3, colors[1], "$W_1$")
    axes[1, 0].text(3.5, 1.5, "×", ha="center", va="center")
    matrix(axes[1, 1], W, 0, 2.5, colors[2], "$W=W_2W_1$")
    terms = " + ".join(f"{a}×{b}" for a, b in zip(*([f"({w})" if w < 0 else f"{w}" for w in row] for row in (W2[0], W1[:, 0]))))
    axes[1, 0].text(3, -0.3, minus(f"{terms} = {W[0, 0]}"), ha="center", va="top", color=ACCENT)
    for ax, width in zip(axes[1], (6, 2)):
        ax.set(xlim=(-0.6, width + 0.6), ylim=(-1, 4), aspect="equal")
        ax.axis("off")
    return still(
        fig,
        "入力 2 個、中間層 3 個、出力 2 個の、活性化関数のない 2 つの層と、それを 1 つにまとめた層。"
        "x1 から y1 へ行く 3 本の道の、重みの積の和が、まとめた層の重みになる。下に、それぞれの行列が並ぶ",
    )
