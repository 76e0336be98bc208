"""Train a network: mini-batches, updates, and a stop as soon as the numbers run away."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hidden_layer.activations import Floats
from hidden_layer.network import Network
from hidden_layer.optim import SGD, Adam, Momentum

__all__ = ["Diverged", "fit"]


class Diverged(ArithmeticError):
    """The loss is no number any more.

    Attributes
    ----------
    step : int
        The step (from 1) whose loss is NaN or infinite.
    layer : str
        The first layer, from the input, whose parameters or output are not finite.
    """

    def __init__(self, loss: np.floating, step: int, layer: str) -> None:
        super().__init__(loss, step, layer)  # as they came: an exception is rebuilt from them in another process
        self.step, self.layer = step, layer

    def __str__(self) -> str:
        loss, step, layer = self.args
        return f"the loss is {loss} at step {step}; the first layer with a number that is not finite is {layer}"


def _first_broken(network: Network, x: Floats) -> str:
    """Name of the first layer whose parameters or output are not finite."""
    for number, layer in enumerate(network.layers):
        x = layer.forward(x)
        if not all(np.isfinite(a).all() for a in (x, *layer.params.values())):
            return f"layers[{number}] {layer}"
    return "the loss"


def fit(
    network: Network,
    x: Floats,
    t: NDArray[np.integer],
    *,
    optimizer: SGD | Momentum | Adam,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
    after_epoch: Callable[[int], object] | None = None,
) -> NDArray[np.float64]:
    """Train on mini-batches, in a new random order each epoch.

    Parameters
    ----------
    network : Network
        Trained in place.
    x : ndarray, shape (N, D)
        Data, of the network's dtype.
    t : ndarray of int, shape (N,)
        Class numbers.
    optimizer : SGD, Momentum or Adam
        Fresh: it keeps its state.
    epochs, batch_size : int
        Rounds over the data, rows of a mini-batch. A last batch with fewer rows is left out of its epoch.
    rng : numpy.random.Generator
        Draws the order of the rows.
    after_epoch : callable, optional
        Called with the number of epochs done, from 0 (before training) on.

    Returns
    -------
    ndarray of float64, shape (epochs · (N // batch_size),)
        The loss of each step, before its update.

    Raises
    ------
    Diverged
        At the first loss that is NaN or infinite, before it spoils the weights any further.
    ValueError
        If x and t have different lengths, or there are fewer rows than `batch_size`.
    """
    if len(x) != len(t):
        raise ValueError(f"x and t must have the same number of rows, not {x.shape} and {np.shape(t)}")
    if not 1 <= batch_size <= len(x):
        raise ValueError(f"batch_size must be 1 to {len(x)}, the number of rows, not {batch_size}")
    steps = len(x) // batch_size
    losses = np.empty(epochs * steps)
    params = network.params
    if after_epoch is not None:
        after_epoch(0)
    for epoch in range(epochs):
        order = rng.permutation(len(x))
        for step in range(steps):
            rows = order[step * batch_size : (step + 1) * batch_size]
            # Overflow is no surprise here: it is found in the loss, and reported with its place.
            with np.errstate(over="ignore", invalid="ignore"):
                loss = network.loss(x[rows], t[rows])
                if not np.isfinite(loss):
                    raise Diverged(loss, epoch * steps + step + 1, _first_broken(network, x[rows]))
                network.backward()
                optimizer.update(params, network.grads)
            losses[epoch * steps + step] = loss
        if after_epoch is not None:
            after_epoch(epoch + 1)
    return losses
