"""Figures of 初期値."""

import functools

import ipywidgets as widgets
import numpy as np

from explorable import explore
from hidden_layer.initializers import he_scale, normal, variance_scaling
from hidden_layer_book import plots
from hidden_layer_book.catalogue import ACTIVATIONS
from hidden_layer_book.figures._parts import two_digits
from hidden_layer_book.plots import MUTED, STYLES

WIDTH, DEPTH, DATA = 256, 10, 50
NAMES = ("tanh", "relu", "sigmoid")
# By the name on the page: (rng, fan_in, fan_out) -> W.
STARTS = {
    "小さい乱数": normal,
    "PyTorchの既定": functools.partial(variance_scaling, scale=he_scale(5**0.5), distribution="uniform"),
    "Xavierの初期値": functools.partial(variance_scaling, mode="fan_avg"),
    "Heの初期値": functools.partial(variance_scaling, scale=he_scale()),
    "大きい乱数": functools.partial(normal, std=1.0),
}


@functools.cache
def passes(name, start, seed=0):
    """What goes forward through ten random layers, and a random gradient back.

    Parameters
    ----------
    name : str
        A key of `ACTIVATIONS`, used in every layer.
    start : str
        A key of `STARTS`.
    seed : int
        Of the input, the weights and the gradient.

    Returns
    -------
    (ndarray, ndarray) of float64, shape (DEPTH + 1, DATA, WIDTH)
        h of each layer, from the input on; and ∂L/∂h of the same layers, where ∂L/∂h of the last one was drawn.
    """
    rng = np.random.default_rng(seed)
    h, z = [rng.normal(size=(DATA, WIDTH))], []
    weights = [STARTS[start](rng, WIDTH, WIDTH) for _ in range(DEPTH)]
    for W in weights:
        z.append(h[-1] @ W)
        h.append(ACTIVATIONS[name].function(z[-1]))
    back = [rng.normal(size=(DATA, WIDTH))]
    for W, before in zip(weights[::-1], z[::-1]):
        back.insert(0, (back[0] * ACTIVATIONS[name].derivative(before)) @ W.T)
    return np.array(h), np.array(back)


def histograms():
    """What becomes of values and gradients, layer by layer, under each initialisation?"""
    edges = np.linspace(-2.5, 2.5, 26)
    middles = (edges[1:] + edges[:-1]) / 2
    fig, (top, bottom) = plots.panels(2, height=5.2, sharex=True)
    bars = [ax.bar(middles, np.ones(25), width=0.19, color=MUTED) for ax in (top, bottom)]
    top.set(xlim=(-2.5, 2.5), ylim=(0, 1.02), ylabel="割合")
    bottom.set(ylim=(0, 1.02), ylabel="割合", xlabel="値（はみ出した値は、両端に集めた）")

    def shares(values):
        return np.histogram(np.clip(values, *edges[[0, -1]]), edges)[0] / values.size

    @explore(
        fig,
        play="layer",
        name=widgets.Dropdown(description="活性化関数", options={ACTIVATIONS[name].name_ja: name for name in NAMES}),
        start=widgets.Dropdown(description="初期値", options=list(STARTS), value="Xavierの初期値"),
        layer=widgets.IntSlider(description="層", min=1, max=DEPTH, value=1),
    )
    def histograms(name, start, layer):
        "上は中間層の出力 h、下は届く勾配の分布。活性化関数、初期値、層を変えると、広がり方が変わる"
        for ax, group, values, what in zip((top, bottom), bars, passes(name, start), ("の出力", "に届く勾配")):
            for bar, height in zip(group, shares(values[layer])):
                bar.set_height(height)
                bar.set_color(STYLES[name]["color"])
            ax.set_title(f"{layer} 層目{what}   標準偏差 {two_digits(values[layer].std())}", loc="left")

    return histograms
