"""Moving figures of モデル訓練の8ステップ."""

import ipywidgets as widgets
import numpy as np
from sklearn.datasets import load_digits

from explorable import explore
from hidden_layer import plots
from hidden_layer.activations import ACTIVATIONS
from hidden_layer.plots import MUTED, STYLES

EPOCHS = 20


def accuracies(name, width):
    """Accuracy of a 64-width-10 network on load_digits before training and after each epoch.

    Parameters
    ----------
    name : str
        A key of `ACTIVATIONS`, used in the hidden layer.
    width : int
        Number of hidden units.

    Returns
    -------
    ndarray of float64, shape (2, EPOCHS + 1)
        Training accuracy and validation accuracy.
    """
    f, f_grad = ACTIVATIONS[name].function, ACTIVATIONS[name].derivative
    digits = load_digits()
    rng = np.random.default_rng(0)
    order = rng.permutation(len(digits.data))
    train, valid = order[:1200], order[1200:1500]
    std = digits.data[train].std(axis=0)
    x = (digits.data - digits.data[train].mean(axis=0)) / np.where(std > 0, std, 1)
    t = np.eye(10)[digits.target]
    w1, w2 = rng.normal(0, np.sqrt(2 / 64), (64, width)), rng.normal(0, np.sqrt(2 / width), (width, 10))
    b1, b2 = np.zeros(width), np.zeros(10)

    def accuracy(rows):
        return np.mean(np.argmax(f(x[rows] @ w1 + b1) @ w2 + b2, axis=1) == digits.target[rows])

    curves = [(accuracy(train), accuracy(valid))]
    for _ in range(EPOCHS):
        for rows in np.split(rng.permutation(train), 12):
            z = x[rows] @ w1 + b1
            h = f(z)
            score = h @ w2 + b2
            e = np.exp(score - score.max(axis=1, keepdims=True))
            d2 = (e / e.sum(axis=1, keepdims=True) - t[rows]) / len(rows)
            d1 = d2 @ w2.T * f_grad(z)
            w2 -= 0.1 * h.T @ d2
            b2 -= 0.1 * d2.sum(axis=0)
            w1 -= 0.1 * x[rows].T @ d1
            b1 -= 0.1 * d1.sum(axis=0)
        curves.append((accuracy(train), accuracy(valid)))
    return np.array(curves).T


def digits():
    """How do width and activation of the hidden layer change learning on handwritten digits?"""
    widths = (1, 2, 4, 8, 16, 32, 64)
    names = {ACTIVATIONS[name].name_ja: name for name in ("identity", "sigmoid", "tanh", "relu", "gelu")}
    runs = {(name, width): accuracies(name, width) for name in names.values() for width in widths}
    epochs = np.arange(EPOCHS + 1)
    fig, ax = plots.panels(height=3.4)
    (train,) = ax.plot(epochs, epochs / EPOCHS, color=MUTED, linewidth=1.5, linestyle="--")
    (valid,) = ax.plot(epochs, epochs / EPOCHS, linewidth=2.4)
    title = ax.set_title(" ", loc="left")
    ax.set(xlim=(0, EPOCHS), ylim=(0, 1.02), xlabel="エポック", ylabel="正解率",
           xticks=range(0, EPOCHS + 1, 5))

    @explore(fig, play="width", name=widgets.Dropdown(description="活性化関数", options=names, value="relu"),
             width=widgets.SelectionSlider(description="中間層の幅", options=widths, value=32))
    def draw(name, width):
        "活性化関数と中間層の幅を変えると、正解率の上がり方が変わる"
        for line, curve in zip((train, valid), runs[name, width]):
            line.set_ydata(curve)
        valid.set_color(STYLES[name]["color"])
        trained, checked = runs[name, width][:, -1]
        title.set_text(f"{EPOCHS}エポック後   検証（実線）{checked:.3f}   訓練（破線）{trained:.3f}")

    return draw
