"""The subject of the book: activation functions of hidden layers, and how the book draws them.

`activations` holds the functions and their derivatives, `plots` the look of every figure, `figures` the moving
figures of the chapters. Nothing is imported here, so that `from hidden_layer.activations import sigmoid` stays fast.
"""
