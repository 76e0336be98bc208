"""Networks with hidden layers, in NumPy and SciPy: activations, layers, initial weights, optimisers, training, data, sweeps.

Nothing is imported here, so that `from hidden_layer.activations import sigmoid` stays fast.
"""
