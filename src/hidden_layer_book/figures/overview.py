"""Moving figures of the landing page."""

import ipywidgets as widgets
import numpy as np

from explorable import explore
from hidden_layer_book import plots
from hidden_layer_book.catalogue import ACTIVATIONS
from hidden_layer_book.figures._parts import minus, slider, tangent_line
from hidden_layer_book.plots import ACCENT, STYLES


def playground():
    """What value and what slope does each activation have at x?"""
    x = np.linspace(-4, 4, 161)
    fig, (top, bottom) = plots.panels(2, height=5.4, sharex=True)
    values = {name: plots.samples(name, x) for name in ACTIVATIONS}
    slopes = {name: plots.samples(name, x, derivative=True) for name in ACTIVATIONS}
    (curve,) = top.plot(x, x, linewidth=2.6)
    (slope_curve,) = bottom.plot(x, x, linewidth=2.6)
    (tangent,) = top.plot([], color=ACCENT, linewidth=1.6)
    (point,) = top.plot([], "o", color=ACCENT, markersize=8)
    (slope_point,) = bottom.plot([], "o", color=ACCENT, markersize=8)
    top.set(xlim=(-4, 4), ylim=(-1.2, 4.3), ylabel="値 f(x)")
    bottom.set(ylim=(-0.25, 1.25), xlabel="x", ylabel="傾き f′(x)")

    names = {activation.name_ja: name for name, activation in ACTIVATIONS.items()}
    menu = widgets.Dropdown(description="活性化関数", options=names, value="sigmoid")

    @explore(fig, play="x0", name=menu, x0=slider("x", -4, 4, 0.1, 1.0))
    def draw(name, x0):
        "活性化関数を選び、x を動かすと、上に値と接線、下に傾きが示される"
        activation = ACTIVATIONS[name]
        y0, slope = float(activation.function(x0)), float(activation.derivative(x0))
        curve.set_ydata(values[name])
        slope_curve.set_ydata(slopes[name])
        for line in (curve, slope_curve):
            line.set_color(STYLES[name]["color"])
        tangent.set_data(*tangent_line(x0, y0, slope, 1.2 / np.hypot(1, slope)))
        point.set_data([x0], [y0])
        slope_point.set_data([x0], [slope])
        top.set_title(minus(f"f({x0:.1f}) = {y0:z.4f}"), loc="left")
        bottom.set_title(minus(f"f′({x0:.1f}) = {slope:z.4f}"), loc="left")

    return draw
