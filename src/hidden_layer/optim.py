"""Optimisers: each `update(params, grads)` changes the arrays of `params` in place.

`params` and `grads` are dictionaries with the same names (`Network.params`, `Network.grads`). What an optimiser
remembers of a parameter it keeps under its name, so one optimiser belongs to one network.
"""

import numpy as np

from hidden_layer.activations import Floats

__all__ = ["SGD", "Adam", "Momentum"]


class SGD:
    """Stochastic gradient descent: w ← w − η g."""

    def __init__(self, learning_rate: float) -> None:
        self.learning_rate = learning_rate

    def update(self, params: dict[str, Floats], grads: dict[str, Floats]) -> None:
        for name, w in params.items():
            w -= self.learning_rate * grads[name]


class Momentum:
    """SGD with momentum: v ← μ v − η g, then w ← w + v (Polyak 1964)."""

    def __init__(self, learning_rate: float, momentum: float = 0.9) -> None:
        self.learning_rate, self.momentum = learning_rate, momentum
        self.v: dict[str, Floats] = {}

    def update(self, params: dict[str, Floats], grads: dict[str, Floats]) -> None:
        for name, w in params.items():
            if name not in self.v:
                self.v[name] = np.zeros_like(w)
            v = self.v[name]
            v *= self.momentum
            v -= self.learning_rate * grads[name]
            w += v


class Adam:
    """Adam (Kingma and Ba 2015, algorithm 1): w ← w − η m̂ / (√v̂ + ε)."""

    def __init__(self, learning_rate: float = 0.001, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8) -> None:
        self.learning_rate, self.beta1, self.beta2, self.eps = learning_rate, beta1, beta2, eps
        self.m: dict[str, Floats] = {}
        self.v: dict[str, Floats] = {}
        self.t = 0

    def update(self, params: dict[str, Floats], grads: dict[str, Floats]) -> None:
        self.t += 1
        m_rate = self.learning_rate / (1 - self.beta1**self.t)
        v_scale = (1 - self.beta2**self.t) ** -0.5
        for name, w in params.items():
            if name not in self.m:
                self.m[name], self.v[name] = np.zeros_like(w), np.zeros_like(w)
            g, m, v = grads[name], self.m[name], self.v[name]
            m += (1 - self.beta1) * (g - m)
            v += (1 - self.beta2) * (g * g - v)
            w -= m_rate * m / (np.sqrt(v) * v_scale + self.eps)
