"""Figures of 計算グラフと δ."""

import ipywidgets as widgets
import numpy as np

from explorable import explore
from hidden_layer_book import networks, plots
from hidden_layer_book.catalogue import ACTIVATIONS
from hidden_layer_book.figures._parts import minus, slider
from hidden_layer_book.plots import ACCENT


def walk():
    """In which order do values go forwards and gradients come back, and where are they added up?"""
    fig, ax = plots.panels(height=3.2)
    values = {"w": (0, 1.2), "x": (0, -1.2), "u": (2.6, 0.9), "v": (5.5, -0.2), "L": (7.6, 0.7)}
    operations = {"×1": (1.3, 0.9), "+": (4.4, -0.2), "×2": (6.5, 0.7)}
    uses = ("w", "×1"), ("x", "×1"), ("×1", "u"), ("u", "+"), ("x", "+"), ("+", "v"), ("u", "×2"), ("v", "×2"), ("×2", "L")
    net = networks.graph(ax, values, operations, uses)
    ax.set(xlim=(-0.7, 8.2), ylim=(-2.1, 2.1))

    @explore(
        fig,
        play="step",
        step=widgets.IntSlider(description="手順", min=0, max=7, value=0),
        w=slider("w", -3, 3, 1, 2.0),
        x=slider("x", -3, 3, 1, 3.0),
    )
    def walk(step, w, x):
        "計算グラフ。手順 1〜3 で値が左から右へ進み、4〜7 で赤い勾配が右から左へ戻る。u と x では、2 つの道から戻った勾配を足す"
        u = w * x
        v = u + x
        known = (w, 0), (x, 0), (u, 1), (v, 2), (u * v, 3)
        net.set_values([_number(value) if step >= since else "" for value, since in known])
        du = v + u
        came = (  # by the step from which it is there
            {7: _number(du * x)},
            {6: f"{_number(u)}+?", 7: f"{_number(u)}+{_number(du * w)}"},
            {5: f"{_number(v)}+?", 6: f"{_number(v)}+{_number(u)}"},
            {5: _number(u)},
            {4: "1"},
        )
        there = [[text for since, text in one.items() if step >= since] for one in came]
        net.set_gradients([texts[-1].replace("+−", "−") if texts else "" for texts in there])
        net.forward.set_weights(np.full((1, len(uses)), 0.4))
        net.forward.set_dead(np.repeat([step < 1, step < 2, step < 3], 3))
        net.back.set_weights([np.repeat([step >= 7, step >= 6, step >= 5], 3) * -0.4])
        said = (
            "入力だけがある",
            f"$u=w\\times x$ = {_number(u)}",
            f"$v=u+x$ = {_number(v)}",
            f"$L=u\\times v$ = {_number(u * v)}",
            "$L$ の勾配 1 から始める",
            f"×を戻り、$v$ へ $u$ = {_number(u)}、$u$ へ $v$ = {_number(v)}",
            f"+を戻り、$u$ と $x$ へ、$v$ の勾配 {_number(u)} をそのまま",
            f"×を戻り、$u$ の勾配 {_number(du)} に、相手の値を掛ける",
        )
        ax.set_title(f"手順 {step}：{said[step]}", loc="left")

    return walk


def _number(value):
    return minus(f"{value:zg}")


def deltas():
    """When does δ₁ become 0, and what is 0 with it?"""
    x, t = 1.0, 1.0
    fig, ax = plots.panels(height=3.0)
    row = {"x": (0, 0), "z_1": (2.2, 0), "h_1": (4.4, 0), "z_2": (6.6, 0), "L": (8.4, 0)}
    values = row | {"w_1": (-0.6, 1.6), "w_2": (3.8, 1.6)}
    operations = {"×1": (1.1, 0), "f": (3.3, 0), "×2": (5.5, 0)}
    uses = (
        ("x", "×1"), ("w_1", "×1"), ("×1", "z_1"), ("z_1", "f"), ("f", "h_1"), ("h_1", "×2"), ("w_2", "×2"), ("×2", "z_2"),
        ("z_2", "L"),
    )  # fmt: skip
    net = networks.graph(ax, values, operations, uses, radius=0.42)
    net.forward.set_weights(np.full((1, len(uses)), 0.4))
    for text in net.gradients[-2:]:  # of w₁ and w₂, clear of their arrows
        text.set_horizontalalignment("right")
    for name, delta in (("z_1", r"$\delta_1$"), ("z_2", r"$\delta_2$")):
        ax.text(values[name][0], -1.05, delta, ha="center", va="center", color=ACCENT)
    ax.text(7.5, 0.75, "$(z_2-1)^2/2$", ha="center", va="bottom", fontsize=networks.SMALL)
    ax.set(xlim=(-1.5, 8.9), ylim=(-1.3, 2.6))

    @explore(
        fig,
        play="w1",
        w1=slider("w₁", -2, 2, 0.5, 0.5),
        w2=slider("w₂", -2, 2, 1, -1),
        name=widgets.Dropdown(
            description="関数 f", options={ACTIVATIONS[name].name_ja: name for name in ("sigmoid", "tanh", "relu")}, value="relu"
        ),
    )
    def deltas(w1, w2, name):
        "2 層の計算グラフ。円の中は値、赤は勾配。重みと活性化関数を変えると、z₁ の勾配 δ₁ と z₂ の勾配 δ₂ が変わる"
        z1 = w1 * x
        h1 = float(ACTIVATIONS[name].function(z1))
        z2 = w2 * h1
        delta2 = z2 - t
        dh1 = delta2 * w2
        slope = float(ACTIVATIONS[name].derivative(z1))
        delta1 = dh1 * slope
        net.set_values([minus(f"{value:z.2f}") for value in (x, z1, h1, z2, delta2**2 / 2, w1, w2)])
        dx, dw1, dw2 = delta1 * w1, delta1 * x, delta2 * h1
        net.set_gradients([minus(f"{d:z.2f}") for d in (dx, delta1, dh1, delta2, 1, dw1, dw2)])
        net.back.set_weights(
            [[-0.6 * min(round(abs(d), 1), 1) for d in (dx, dw1, delta1, delta1, dh1, dh1, dw2, delta2, delta2)]]
        )
        ax.set_title(
            r"$\delta_1=\delta_2\,w_2\,f\,′(z_1)$ = " + minus(f"{delta2:z.2f} × {w2:z.2f} × {slope:z.2f} = {delta1:z.2f}"),
            loc="left",
        )

    return deltas
