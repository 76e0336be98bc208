"""Moving figures of 比較と選び方."""

import ipywidgets as widgets
import numpy as np

from explorable import explore
from hidden_layer_book import plots
from hidden_layer_book.catalogue import ACTIVATIONS
from hidden_layer_book.plots import STYLES


def overlay():
    """How do any two activations differ, in value and in slope?"""
    x = np.linspace(-5, 5, 201)
    values = {name: plots.samples(name, x) for name in ACTIVATIONS}
    slopes = {name: plots.samples(name, x, derivative=True) for name in ACTIVATIONS}
    fig, (top, bottom) = plots.panels(2, height=5.4, sharex=True)
    pairs = [(top.plot(x, values[name])[0], bottom.plot(x, slopes[name])[0]) for name in ("relu", "gelu")]
    top.set(xlim=(-5, 5), ylim=(-1.6, 3.2), ylabel="値 f(x)")
    bottom.set(ylim=(-0.25, 1.25), xlabel="x", ylabel="傾き f′(x)")

    names = {record.name_ja: name for name, record in ACTIVATIONS.items()}

    @explore(
        fig,
        one=widgets.Dropdown(description="1つ目", options=names, value="relu"),
        other=widgets.Dropdown(description="2つ目", options=names, value="gelu"),
    )
    def draw(one, other):
        "2 つの活性化関数を選ぶと、値と傾きが重ねて示される"
        for (value, slope), place, name in zip(pairs, ("left", "right"), (one, other)):
            value.set_ydata(values[name])
            slope.set_ydata(slopes[name])
            for line in (value, slope):
                line.set_color(STYLES[name]["color"])
                line.set_linestyle(STYLES[name]["linestyle"])
            top.set_title(ACTIVATIONS[name].name_ja, loc=place, color=STYLES[name]["color"])

    return draw
