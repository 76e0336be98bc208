"""A network: layers in a row, and the loss at the end."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from hidden_layer.activations import Floats
from hidden_layer.initializers import INITIALIZERS
from hidden_layer.layers import Affine, Layer, SoftmaxCrossEntropy, activation, class_numbers
from hidden_layer.normalization import BatchNorm

__all__ = ["Network", "fully_connected"]


class Network:
    """Layers in a row with softmax and cross entropy at the end.

    Parameters
    ----------
    layers : list of Layer
        From the input to the scores of the classes.
    """

    def __init__(self, layers: Iterable[Layer]) -> None:
        self.layers, self.last = list(layers), SoftmaxCrossEntropy()
        self._after_loss = False  # whether the layers remember the pass of the last `loss`

    @property
    def params(self) -> dict[str, Floats]:
        """All that is learned: {"0.W": …, "0.b": …, …}, the number is that of the layer. The arrays themselves."""
        return {f"{i}.{name}": p for i, layer in enumerate(self.layers) for name, p in layer.params.items()}

    @property
    def grads(self) -> dict[str, Floats]:
        """The gradients of the last `backward`, under the names of `params`."""
        return {f"{i}.{name}": layer.grads[name] for i, layer in enumerate(self.layers) for name in layer.params}

    def _forward(self, x: Floats, training: bool) -> Floats:
        self._after_loss = False
        for layer in self.layers:
            x = layer.forward(x, training)
        return x

    def scores(self, x: Floats) -> Floats:
        """What goes into the softmax, in evaluation: x of shape (N, D) gives (N, K)."""
        return self._forward(x, training=False)

    def accuracy(self, x: Floats, t: ArrayLike) -> float:
        """Share of the rows of x whose class t, integers of shape (N,), is predicted."""
        scores = self.scores(x)
        return float(np.mean(scores.argmax(axis=1) == class_numbers(t, *scores.shape)))

    def loss(self, x: Floats, t: ArrayLike) -> np.floating:
        """Forward pass in training: the loss, averaged over the batch."""
        loss = self.last.forward(self._forward(x, training=True), t)
        self._after_loss = True
        return loss

    def backward(self) -> Floats:
        """Back-propagate the last `loss` and fill `grads`; returns the gradient with respect to x.

        Raises
        ------
        RuntimeError
            If the last pass through the layers was not that of `loss`: what they remember is another one.
        """
        if not self._after_loss:
            raise RuntimeError("backward follows loss(x, t), with no scores or accuracy in between: call loss again")
        d = self.last.backward()
        for layer in reversed(self.layers):
            d = layer.backward(d)
        return d


def fully_connected(
    widths: Sequence[int],
    name: str,
    init: str | Callable[..., Floats],
    rng: np.random.Generator,
    *,
    dtype: DTypeLike = np.float64,
    batch_norm: bool = False,
) -> Network:
    """A fully connected network with one activation in all its hidden layers.

    Parameters
    ----------
    widths : sequence of int
        Units from input to output: (64, 100, 10) has one hidden layer of 100.
    name : str
        Of an activation, for `hidden_layer.layers.activation`.
    init : str or callable
        A key of `INITIALIZERS`, or a function (rng, fan_in, fan_out, dtype) -> W. Biases start at 0.
    rng : numpy.random.Generator
        Draws the weights, layer by layer.
    dtype : dtype
        float32 or float64.
    batch_norm : bool
        Whether a BatchNorm stands before each activation.

    Raises
    ------
    ValueError
        If `widths`, `name` or `init` is none of these.
    TypeError
        If `rng` is no Generator.
    """
    if len(widths) < 2 or min(widths) < 1:
        raise ValueError(f"widths must hold at least input and output, each 1 or more, not {widths!r}")
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator (np.random.default_rng(seed)), not {type(rng).__name__}")
    if not callable(init):
        if init not in INITIALIZERS:
            raise ValueError(f"init must be one of {', '.join(INITIALIZERS)} or a function, not {init!r}")
        init = INITIALIZERS[init]
    layers: list[Layer] = []
    for fan_in, fan_out in zip(widths, widths[1:]):
        if layers:
            if batch_norm:
                layers.append(BatchNorm(fan_in, dtype))
            layers.append(activation(name, dtype))
        layers.append(Affine(init(rng, fan_in, fan_out, dtype), np.zeros(fan_out, dtype)))
    return Network(layers)
