"""The figures of the book, a module for each chapter: `sigmoid.tangent()` draws one and returns it.

Most of them move; those that do not, and are too long for a cell, are here, too. A figure answers one question that its
chapter asks; the function's docstring is that question. What a figure computes comes from `hidden_layer.activations` and,
for the experiments, from the module of the same name in `hidden_layer_book.experiments`; how it looks comes from
`hidden_layer_book.plots`. What its controls change is made empty or with any data: `explore` calls the decorated function
before it draws.
"""
