"""Layers with `forward` and `backward`, as the exam writes them.

A layer holds what it learns in `params` and, after `backward`, the gradient of the loss with respect to each of them
in `grads`, under the same names. `forward` remembers what `backward` needs; `backward` takes the gradient that
arrives at the output and returns the one that leaves at the input. A batch is a row-major array of shape (N, D): one
row a datum. float32 and float64 stay what they are. Layers start in training, as PyTorch's do: evaluation is asked for,
by `forward(x, training=False)`.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from hidden_layer import activations as act
from hidden_layer.activations import Floats

__all__ = [
    "ELEMENTWISE",
    "Activation",
    "Affine",
    "Dropout",
    "Layer",
    "PReLU",
    "SoftmaxCrossEntropy",
    "activation",
    "class_numbers",
]


class Layer:
    """What all layers share: nothing to learn, and a name for messages."""

    def __init__(self) -> None:
        self.params: dict[str, Floats] = {}
        self.grads: dict[str, Floats] = {}

    def __str__(self) -> str:
        return type(self).__name__

    def forward(self, x: Floats, training: bool = True) -> Floats:
        """The output for a batch x; what `backward` needs is remembered."""
        raise NotImplementedError

    def backward(self, dout: Floats) -> Floats:
        """The gradient of the loss with respect to x, from that with respect to the output; fills `grads`."""
        raise NotImplementedError

    def _same_shape(self, dout: Floats, out_shape: tuple[int, ...]) -> None:
        """Refuse a gradient that does not fit what `forward` returned."""
        if np.shape(dout) != out_shape:
            raise ValueError(f"{self}: dout must have the shape of the output, {out_shape}, not {np.shape(dout)}")


class Affine(Layer):
    """Fully connected layer, y = x W + b.

    Parameters
    ----------
    W : ndarray of float32 or float64, shape (D, M)
        Initial weights (`hidden_layer.initializers` makes them). Learned in place.
    b : ndarray, shape (M,)
        Initial biases. Learned in place.

    Raises
    ------
    ValueError
        If `b`, the input or the gradient does not fit; the message gives both shapes.
    """

    def __init__(self, W: Floats, b: Floats) -> None:
        super().__init__()
        if W.ndim != 2 or b.shape != W.shape[1:]:
            raise ValueError(f"Affine: W must have shape (D, M) and b shape (M,), not {W.shape} and {b.shape}")
        self.params = {"W": W, "b": b}

    def __str__(self) -> str:
        return "Affine({}→{})".format(*self.params["W"].shape)

    def forward(self, x: Floats, training: bool = True) -> Floats:
        """x of shape (N, D) gives x W + b of shape (N, M)."""
        W = self.params["W"]
        if x.ndim != 2 or x.shape[1] != W.shape[0]:
            raise ValueError(f"{self}: x must have shape (N, {W.shape[0]}) to fit W of shape {W.shape}, not {x.shape}")
        self.x = x
        out = x @ W
        out += self.params["b"]
        return out

    def backward(self, dout: Floats) -> Floats:
        """dout of shape (N, M): dL/dW = xᵀ dout, dL/db = Σ dout over the batch; returns dL/dx = dout Wᵀ."""
        self._same_shape(dout, (len(self.x), self.params["W"].shape[1]))
        self.grads = {"W": self.x.T @ dout, "b": dout.sum(axis=0)}
        return dout @ self.params["W"].T


class Activation(Layer):
    """Layer of an activation function, element by element: dL/dx = dout · f′(x).

    Parameters
    ----------
    function, derivative : callable
        f and f′ on arrays, from `hidden_layer.activations`.
    name : str
        For messages.
    """

    def __init__(self, function: Callable[[Floats], Floats], derivative: Callable[[Floats], Floats], name: str) -> None:
        super().__init__()
        self.function, self.derivative, self.name = function, derivative, name

    def __str__(self) -> str:
        return self.name

    def forward(self, x: Floats, training: bool = True) -> Floats:
        """f(x), of the shape of x."""
        self.x = x
        return self.function(x)

    def backward(self, dout: Floats) -> Floats:
        """dout of the shape of x; returns dout · f′(x)."""
        self._same_shape(dout, self.x.shape)
        return dout * self.derivative(self.x)


class PReLU(Layer):
    """PReLU with a slope α that is learned, one for the whole layer.

    Parameters
    ----------
    alpha : float
        Initial slope.
    dtype : dtype
        float32 or float64.
    """

    def __init__(self, alpha: float, dtype: DTypeLike = np.float64) -> None:
        super().__init__()
        self.params = {"alpha": np.array(alpha, dtype)}

    def forward(self, x: Floats, training: bool = True) -> Floats:
        """max(0, x) + α min(0, x), of the shape of x."""
        self.x = x
        return act.prelu(x, alpha=self.params["alpha"])

    def backward(self, dout: Floats) -> Floats:
        """dL/dα = Σ dout · min(0, x) over all elements; returns dout · f′(x)."""
        self._same_shape(dout, self.x.shape)
        self.grads = {"alpha": np.asarray((dout * act.prelu_grad_alpha(self.x)).sum())}
        return dout * act.prelu_grad(self.x, alpha=self.params["alpha"])


# The arguments of Activation for each name; "prelu" learns and is a layer of its own.
ELEMENTWISE = {
    "identity": (act.identity, act.identity_grad, "identity"),
    "step": (act.step, act.step_grad, "step"),
    "sigmoid": (act.sigmoid, act.sigmoid_grad, "sigmoid"),
    "tanh": (act.tanh, act.tanh_grad, "tanh"),
    "relu": (act.relu, act.relu_grad, "ReLU"),
    "leaky_relu": (act.leaky_relu, act.leaky_relu_grad, "Leaky ReLU"),
    "gelu": (act.gelu, act.gelu_grad, "GELU"),
}


def activation(name: str, dtype: DTypeLike = np.float64) -> Layer:
    """The layer of an activation, with its default slope.

    Parameters
    ----------
    name : str
        "prelu", which learns its slope, or a key of `ELEMENTWISE`: those have nothing to learn.
    dtype : dtype
        Of what is learned.

    Raises
    ------
    ValueError
        If there is no activation of that name.
    """
    if name == "prelu":
        return PReLU(act.PRELU_ALPHA, dtype)
    if name not in ELEMENTWISE:
        raise ValueError(f"name must be one of {', '.join(ELEMENTWISE)}, prelu, not {name!r}")
    return Activation(*ELEMENTWISE[name])


class Dropout(Layer):
    """Dropout (Srivastava et al. 2014), scaled in training as in PyTorch: evaluation changes nothing.

    Training makes each element 0 with probability p and divides what is left by 1 − p, so that the expected value stays.

    Parameters
    ----------
    p : float
        Probability of becoming 0, at least 0 and less than 1.
    rng : Generator
        Where the chance comes from.

    Raises
    ------
    ValueError
        If p is out of its range.
    """

    def __init__(self, p: float, rng: np.random.Generator) -> None:
        super().__init__()
        if not 0 <= p < 1:
            raise ValueError(f"Dropout: p must be at least 0 and less than 1, not {p}")
        self.p, self.rng = p, rng

    def forward(self, x: Floats, training: bool = True) -> Floats:
        """x with some elements 0 and the others x / (1 − p); x itself in evaluation."""
        kept = self.rng.random(x.shape) >= self.p if training else np.ones(x.shape, bool)
        self.scale = (kept / (1 - self.p if training else 1.0)).astype(x.dtype)
        return x * self.scale

    def backward(self, dout: Floats) -> Floats:
        """dout of the shape of x; the gradient goes back where the value went on, times the same factor."""
        self._same_shape(dout, self.scale.shape)
        return dout * self.scale


def class_numbers(t: ArrayLike, n: int, classes: int) -> NDArray[np.integer]:
    """Return t as an array, if it holds a class number for each of n rows.

    Raises
    ------
    ValueError
        If t is not of shape (n,) or not of integers in 0 … classes − 1: as an index, −1 would be the last class.
    """
    t = np.asarray(t)
    if t.shape != (n,):
        raise ValueError(f"t must have shape (N,) = ({n},), not {t.shape}")
    if t.dtype.kind not in "iu":
        raise ValueError(f"t must hold class numbers, integers 0 … {classes - 1}, not {t.dtype}")
    for row in np.flatnonzero((t < 0) | (t >= classes)):
        raise ValueError(f"t must hold class numbers 0 … {classes - 1}, not {t[row]} (row {row})")
    return t


class SoftmaxCrossEntropy:
    """Softmax and cross entropy in one: the loss, averaged over the batch.

    Together they are stable for scores of any size, and the gradient is (y − t) / N.
    """

    def forward(self, x: Floats, t: ArrayLike) -> np.floating:
        """Loss of the scores x, shape (N, K), for the class numbers t, integers of shape (N,) in 0 … K − 1."""
        if x.ndim != 2:
            raise ValueError(f"SoftmaxCrossEntropy: x must have shape (N, K), not {x.shape}")
        t = class_numbers(t, *x.shape)
        shifted = x - x.max(axis=1, keepdims=True)
        e = np.exp(shifted)
        total = e.sum(axis=1, keepdims=True)
        self.y, self.t = e / total, t
        return (np.log(total[:, 0]) - shifted[np.arange(len(t)), t]).mean()

    def backward(self) -> Floats:
        """dL/dx of shape (N, K)."""
        n = len(self.t)
        d = self.y.copy()
        d[np.arange(n), self.t] -= 1
        d /= n
        return d
