"""The moving figures of the book, a module for each chapter: `figures.sigmoid.tangent()` draws one and returns it.

A figure answers one question that its chapter asks; the function's docstring is that question. What a figure
computes comes from `hidden_layer.activations`; how it looks comes from `hidden_layer.plots`.
"""

from hidden_layer.figures import (
    comparison,
    depth,
    gelu,
    gradient,
    leaky_relu,
    necessity,
    overview,
    prelu,
    relu,
    sigmoid,
    step,
    tanh,
    training,
)

__all__ = ["comparison", "depth", "gelu", "gradient", "leaky_relu", "necessity", "overview", "prelu", "relu", "sigmoid",
           "step", "tanh", "training"]
