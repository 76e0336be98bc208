"""Optimisers: each `update(params, grads)` changes the arrays of `params` in place.

`params` and `grads` are dictionaries with the same names (`Network.params`, `Network.grads`). What an optimiser
remembers of a parameter it keeps under its name, so one optimiser belongs to one network.
"""

import numpy as np

from hidden_layer.activations import Floats

__all__ = ["NAG", "SGD", "AdaGrad", "Adam", "Momentum", "RMSProp"]


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


class NAG:
    """Nesterov's accelerated gradient: v ← μ v − η g, then w ← w + μ v − η g (Nesterov 1983; Sutskever et al. 2013).

    The gradient is to be taken at w + μ v, ahead. Kept here is that place itself, so that `update` gets the gradient
    where the parameters are, as with the others; PyTorch's ``nesterov=True`` does the same.
    """

    def __init__(self, learning_rate: float, momentum: float = 0.9) -> None:
        self.learning_rate, self.momentum = learning_rate, momentum
        self.v: dict[str, Floats] = {}

    def update(self, params: dict[str, Floats], grads: dict[str, Floats]) -> None:
        for name, w in params.items():
            if name not in self.v:
                self.v[name] = np.zeros_like(w)
            v, step = self.v[name], self.learning_rate * grads[name]
            v *= self.momentum
            v -= step
            w += self.momentum * v - step


class AdaGrad:
    """AdaGrad: h ← h + g², then w ← w − η g / (√h + ε) (Duchi et al. 2011)."""

    def __init__(self, learning_rate: float = 0.01, eps: float = 1e-10) -> None:
        self.learning_rate, self.eps = learning_rate, eps
        self.h: dict[str, Floats] = {}

    def update(self, params: dict[str, Floats], grads: dict[str, Floats]) -> None:
        for name, w in params.items():
            if name not in self.h:
                self.h[name] = np.zeros_like(w)
            g, h = grads[name], self.h[name]
            h += g * g
            w -= self.learning_rate * g / (np.sqrt(h) + self.eps)


class RMSProp:
    """RMSProp: h ← ρ h + (1 − ρ) g², then w ← w − η g / (√h + ε) (Hinton 2012, lecture 6e).

    The defaults are PyTorch's; the lecture has ρ = 0.9.
    """

    def __init__(self, learning_rate: float = 0.01, decay: float = 0.99, eps: float = 1e-8) -> None:
        self.learning_rate, self.decay, self.eps = learning_rate, decay, eps
        self.h: dict[str, Floats] = {}

    def update(self, params: dict[str, Floats], grads: dict[str, Floats]) -> None:
        for name, w in params.items():
            if name not in self.h:
                self.h[name] = np.zeros_like(w)
            g, h = grads[name], self.h[name]
            h += (1 - self.decay) * (g * g - h)
            w -= self.learning_rate * g / (np.sqrt(h) + self.eps)


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
