"""The moving figures of the book, a module for each chapter: `figures.sigmoid.tangent()` draws one and returns it.

A figure answers one question that its chapter asks; the function's docstring is that question. What a figure
computes comes from `hidden_layer.activations` and, for the experiments, from the module of the same name in
`hidden_layer_book.experiments`; how it looks comes from `hidden_layer_book.plots`. What its controls change is made empty or with
any data: `explore` calls the decorated function before it draws.
"""

from hidden_layer_book.figures import (
    comparison,
    dead_relu,
    deep_sigmoid,
    depth,
    gelu,
    gradient,
    leaky_relu,
    necessity,
    overview,
    prelu,
    prelu_slopes,
    relu,
    sigmoid,
    step,
    step_training,
    tanh,
    tanh_and_sigmoid,
    training,
)

__all__ = ["comparison", "dead_relu", "deep_sigmoid", "depth", "gelu", "gradient", "leaky_relu", "necessity", "overview",
           "prelu", "prelu_slopes", "relu", "sigmoid", "step", "step_training", "tanh", "tanh_and_sigmoid", "training"]
