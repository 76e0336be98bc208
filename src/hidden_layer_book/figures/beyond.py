"""Figures of 範囲の外で出会う関数."""

import ipywidgets as widgets
import numpy as np

from explorable import explore, still
from hidden_layer.activations import sigmoid
from hidden_layer.more_activations import elu, elu_grad, maxout, silu, swish, swish_grad
from hidden_layer.sweep import by
from hidden_layer_book import networks, plots
from hidden_layer_book.catalogue import MORE_ACTIVATIONS
from hidden_layer_book.experiments import beyond as experiment
from hidden_layer_book.figures._parts import minus, slider
from hidden_layer_book.figures.which_wins import places
from hidden_layer_book.plots import ACCENT, MUTED, STYLES
from hidden_layer_book.tables import name_ja

PARAMETERS = {"silu": ("β", swish, swish_grad), "elu": ("α", elu, elu_grad)}


def menu():
    """What value and slope have the functions beyond the list, and what does a parameter change?"""
    x = np.linspace(-5, 8, 261)
    names = {"Swish（β = 1 が SiLU）" if name == "silu" else name_ja(name): name for name in MORE_ACTIVATIONS}
    fig, (top, bottom) = plots.panels(2, height=5.6, sharex=True)
    for name in ("relu", "gelu"):
        for ax, slope in ((top, False), (bottom, True)):
            y = plots.samples(name, x, derivative=slope)
            ax.plot(x, y, **(STYLES[name] | {"linewidth": 1.2, "label": name_ja(name)}))
    (value,) = top.plot(x, x, linewidth=2.6)
    (grad,) = bottom.plot(x, x, linewidth=2.6)
    (lowest,) = top.plot([], "o", color=ACCENT, markersize=7)
    top.legend(loc="upper left")
    top.set(xlim=(-5, 8), ylim=(-2.3, 7.2), ylabel="値 f(x)")
    bottom.set(ylim=(-0.6, 2.1), xlabel="x", ylabel="傾き f′(x)")

    @explore(
        fig,
        name=widgets.Dropdown(description="関数", options=names, value="silu"),
        p=widgets.SelectionSlider(description="パラメータ", options=[0.0, 0.5, 1.0, 1.5, 2.0], value=1.0),
    )
    def menu(name, p):
        "関数を選ぶと、値と傾きが示される。パラメータは、Swish の β と ELU の α。赤い点は、いちばん低いところ"
        record = MORE_ACTIVATIONS[name]
        letter, f, f_grad = PARAMETERS.get(name, ("", record.function, record.derivative))
        with_p = [p] if letter else []
        y, slope = f(x, *with_p), f_grad(x, *with_p)
        before, after = f_grad(np.array([-1e-12, 1e-12]), *with_p)
        smooth = np.isclose(before, after)
        for jump in (*record.kinks, *([] if smooth else [0.0])):
            slope[np.abs(x - jump) < 1e-9] = np.nan
        value.set_ydata(y)
        grad.set_ydata(slope)
        for line in (value, grad):
            line.set_color(STYLES[name]["color"])
        at = y.argmin()
        inside = y[at] < y[0] - 1e-9  # not the flat side, nor one that goes on falling
        lowest.set_data([x[at] if inside else np.nan], [y[at] if inside else np.nan])
        top.set_title("Swish" if name == "silu" else record.name_ja, loc="left", color=STYLES[name]["color"])
        top.set_title(f"{letter} = {p:.1f}" if letter else "パラメータなし", loc="right")
        at_zero = f"{before:.2f}" if smooth else f"左 {before:.2f}、右 {after:.2f}"
        bottom.set_title(f"x = 0 での傾き {at_zero}", loc="left")

    return menu


GATES = {"GLU": sigmoid, "SwiGLU": silu}


def gate():
    """How does a gate that is made of the input change the value that goes through it?"""
    t = np.linspace(-3, 3, 121)
    fig, (top, bottom) = plots.panels(2, height=6.2, height_ratios=[1, 1.15])
    net = networks.draw(top, [1, 2, 1], captions=["入力", "2 つの道", "出力"], gap=2.4)
    net.set_labels(0, ["x"])
    net.set_factors(0, [["w", "1"]])
    net.set_labels(2, ["門 × 値"])
    plots.draw(bottom, "relu", t, linewidth=1.2)
    (curve,) = bottom.plot(t, t, color=networks.POSITIVE)
    (point,) = bottom.plot([], "o", color=ACCENT, markersize=8)
    bottom.legend(loc="upper left")
    bottom.set(xlim=(-3, 3), ylim=(-3.2, 6.2), xlabel="x", ylabel="出力 y")

    @explore(
        fig,
        kind=widgets.ToggleButtons(description="種類", options=list(GATES)),
        w=slider("門の重み w", -2, 2, 0.5, 1.0),
        x=slider("x", -3, 3, 0.5, 2.0),
    )
    def gate(kind, w, x):
        "x は 2 つの道に分かれ、門（重み w）と値（重み 1）になり、掛け合わされる"
        f = GATES[kind]
        opened = float(f(w * x))
        net.set_values(0, [x], full=3)
        net.set_weights(0, [[w / 2, 0.5]])
        net.set_values(1, [opened, x], full=3)
        net.set_labels(1, ["門 σ(wx)" if kind == "GLU" else "門 SiLU(wx)", "値 x"])
        net.set_weights(1, [[0.5], [0.5]])
        net.set_values(2, [opened * x], full=3)
        curve.set_ydata(f(w * t) * t)
        point.set_data([x], [opened * x])
        bottom.set_title(minus(f"y = {opened:z.2f} × {x:z.2f} = {opened * x:z.2f}"), loc="left")

    return gate


def pieces():
    """What is the largest of some straight lines?"""
    t = np.linspace(-3, 3, 241)
    most = 6
    fig, ax = plots.panels(height=3.6)
    ax.plot(t, t * t / 4, color=MUTED, linewidth=1.4, linestyle=(0, (1, 1.8)), label="x²/4")
    lines = [ax.plot(t, t, color=MUTED, linewidth=1.0)[0] for _ in range(most)]
    (largest,) = ax.plot(t, t, color=ACCENT, linewidth=2.4, label="Maxout")
    ax.legend(loc="upper center")
    ax.set(xlim=(-3, 3), ylim=(-1.6, 2.6), xlabel="x", ylabel="y")

    @explore(fig, play="k", k=widgets.IntSlider(description="直線の数", min=1, max=most, value=2))
    def pieces(k):
        "灰色の直線のうち、いちばん上をたどった線が Maxout の出力"
        touch = np.linspace(-2, 2, k) if k > 1 else np.zeros(1)
        z = np.outer(t, touch / 2) - touch**2 / 4  # tangents of x²/4: those that it has in `touch`
        y = maxout(z, pieces=k)[:, 0]
        for i, line in enumerate(lines):
            line.set_ydata(z[:, min(i, k - 1)])
        largest.set_ydata(y)
        ax.set_title(f"折れ目 {k - 1} 個   x²/4 との差の最大 {np.abs(y - t * t / 4).max():.3f}", loc="left")

    return pieces


def ranking():
    """Is a function beyond the list first, and how far do the seeds lie apart?"""
    test = by(experiment.results(), "test", "name")
    ranked = places(test)
    fig, ax = plots.panels(height=3.5)
    groups = {f"{place}. {name_ja(name)}": test[name] for place, name in enumerate(ranked, 1)}
    plots.strip_plot(ax, groups, [STYLES[name]["color"] for name in ranked])
    for row, seeds in enumerate(ranked.values()):
        span = "〜".join(map(str, sorted({seeds.min(), seeds.max()})))
        ax.text(1.02, row, f"{span} 位", transform=ax.get_yaxis_transform(), va="center", color=MUTED)
    ax.set_title(experiment.DATASET, loc="left")
    ax.set_title("種ごとの順位", loc="right", color=MUTED)
    ax.set_xlabel("テストの正解率")
    return still(
        fig,
        f"6 つの活性化関数を、正解率の平均の順に並べた図。上から{'、'.join(map(name_ja, ranked))}。点は種、細い線は平均 ± 標準偏差。"
        "どの関数の点も広く重なり、順位は種で入れ替わる",
    )
