"""Batch, layer, instance and group normalisation: one computation, four choices of what shares a mean.

Each takes x of shape (N, C, *positions): N data, C channels, then the positions of a channel, (H, W) in an image and none
behind a fully connected layer, whose channels are its units. It subtracts the mean and divides by the standard deviation
(ddof=0) of all elements that belong together, then scales by a learned γ and shifts by a learned β, as PyTorch's layers
of these names do with `affine=True`. Layers as in `hidden_layer.layers`.

Sources: Ioffe and Szegedy (2015), Ba et al. (2016), Ulyanov et al. (2016), Wu and He (2018).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import DTypeLike

from hidden_layer.activations import Floats
from hidden_layer.layers import Layer

__all__ = ["BatchNorm", "GroupNorm", "InstanceNorm", "LayerNorm"]


class _Normalization(Layer):
    """γ (x − mean) / √(var + eps) + β: what the four share. A kind says which axes share a mean, and how x is cut."""

    def __init__(self, shape: tuple[int, ...], dtype: DTypeLike, eps: float) -> None:
        super().__init__()
        self.params = {"gamma": np.ones(shape, dtype), "beta": np.zeros(shape, dtype)}
        self.eps = eps

    def _cut(self, x: Floats) -> Floats:
        """x in the shape in which `_axes` are counted."""
        return x

    def _axes(self, x: Floats) -> tuple[int, ...]:
        """The axes of what `_cut` gives over which the mean is taken."""
        raise NotImplementedError

    def _shared(self, x: Floats) -> tuple[int, ...]:
        """The axes of x along which γ and β are the same: all but that of the channels."""
        return (0, *range(2, x.ndim))

    def _check(self, x: Floats) -> None:
        """Refuse an x that does not fit."""
        channels = len(self.params["gamma"])
        if x.ndim < 2 or x.shape[1] != channels:
            raise ValueError(f"{self}: x must have shape (N, {channels}, …), not {x.shape}")

    def _statistics(self, cut: Floats, axes: tuple[int, ...], training: bool) -> tuple[Floats, Floats]:
        """Mean and variance, of a shape that broadcasts; those of x itself, in training or not."""
        mean = cut.mean(axes, keepdims=True)
        return mean, ((cut - mean) ** 2).mean(axes, keepdims=True)

    def forward(self, x: Floats, training: bool = True) -> Floats:
        """γ (x − mean) / √(var + eps) + β, of the shape of x."""
        self._check(x)
        cut = self._cut(x)
        mean, var = self._statistics(cut, self._axes(x), training)
        self.training, self.scale = training, 1 / np.sqrt(var + self.eps)
        self.normal = ((cut - mean) * self.scale).reshape(x.shape)
        gamma, beta = (np.expand_dims(self.params[name], self._shared(x)) for name in ("gamma", "beta"))
        return gamma * self.normal + beta

    def backward(self, dout: Floats) -> Floats:
        """dout of the shape of x: dL/dγ = Σ dout · normal, dL/dβ = Σ dout over what shares them; returns dL/dx."""
        self._same_shape(dout, self.normal.shape)
        shared = self._shared(dout)
        self.grads = {"gamma": (dout * self.normal).sum(shared), "beta": dout.sum(shared)}
        d = self._cut(dout * np.expand_dims(self.params["gamma"], shared))
        return self._through(d, self._cut(self.normal), self._axes(dout)).reshape(dout.shape)

    def _through(self, d: Floats, normal: Floats, axes: tuple[int, ...]) -> Floats:
        """dL/dx from d = dL/dnormal. Mean and scale depend on all that share them: what they contribute is taken off."""
        along = (d * normal).mean(axes, keepdims=True)
        return self.scale * (d - d.mean(axes, keepdims=True) - normal * along)


class BatchNorm(_Normalization):
    """Batch normalisation: each channel by itself, over the batch and all positions.

    Training normalises by the batch and keeps running averages of its mean and of its variance (ddof=1); evaluation uses
    those averages. Defaults are PyTorch's.

    Parameters
    ----------
    channels : int
        C. γ, β and both running averages, `mean` and `var`, have shape (C,).
    dtype : dtype
        float32 or float64.
    momentum : float
        Weight of the newest batch in the running averages.
    eps : float
        Added to the variance.

    Raises
    ------
    ValueError
        If the input is not (N, C, …), or has fewer than two elements a channel in training.
    """

    def __init__(self, channels: int, dtype: DTypeLike = np.float64, momentum: float = 0.1, eps: float = 1e-5) -> None:
        super().__init__((channels,), dtype, eps)
        self.mean, self.var = np.zeros(channels, dtype), np.ones(channels, dtype)
        self.momentum = momentum

    def _axes(self, x: Floats) -> tuple[int, ...]:
        return self._shared(x)

    def _statistics(self, cut: Floats, axes: tuple[int, ...], training: bool) -> tuple[Floats, Floats]:
        if not training:
            return np.expand_dims(self.mean, axes), np.expand_dims(self.var, axes)
        m = cut.size // len(self.mean)
        if m < 2:
            raise ValueError(f"{self}: a channel must have at least 2 elements in training, x has shape {cut.shape}")
        mean, var = super()._statistics(cut, axes, training)
        self.mean += self.momentum * (mean.reshape(-1) - self.mean)
        self.var += self.momentum * (var.reshape(-1) * (m / (m - 1)) - self.var)
        return mean, var

    def _through(self, d: Floats, normal: Floats, axes: tuple[int, ...]) -> Floats:
        if not self.training:
            return self.scale * d  # the running averages do not depend on x
        return super()._through(d, normal, axes)


class LayerNorm(_Normalization):
    """Layer normalisation: each datum by itself, over the last axes. The same in training and in evaluation.

    Parameters
    ----------
    shape : int or tuple of int
        Of the last axes of x, those that share a mean; of γ and β, too. (C, H, W) makes one group of each image of
        (N, C, H, W); C makes one of the features of each token of (N, T, C).
    dtype : dtype
        float32 or float64.
    eps : float
        Added to the variance.

    Raises
    ------
    ValueError
        If the last axes of the input are not of this shape.
    """

    def __init__(self, shape: int | Sequence[int], dtype: DTypeLike = np.float64, eps: float = 1e-5) -> None:
        super().__init__(tuple(np.atleast_1d(shape)), dtype, eps)

    def _check(self, x: Floats) -> None:
        shape = self.params["gamma"].shape
        if x.ndim <= len(shape) or x.shape[-len(shape) :] != shape:
            raise ValueError(f"{self}: x must have shape (N, …, {', '.join(map(str, shape))}), not {x.shape}")

    def _axes(self, x: Floats) -> tuple[int, ...]:
        return tuple(range(-self.params["gamma"].ndim, 0))

    def _shared(self, x: Floats) -> tuple[int, ...]:
        return tuple(range(x.ndim - self.params["gamma"].ndim))


class InstanceNorm(_Normalization):
    """Instance normalisation: each channel of each datum by itself, over its positions. The same in evaluation.

    Where a channel has one position, what is normalised is 0, and the output β.

    Parameters
    ----------
    channels : int
        C. γ and β have shape (C,). (PyTorch's have neither unless `affine=True` asks for them.)
    dtype : dtype
        float32 or float64.
    eps : float
        Added to the variance.

    Raises
    ------
    ValueError
        If the input is not (N, C, …) with positions: of (N, C), nothing would share a mean.
    """

    def __init__(self, channels: int, dtype: DTypeLike = np.float64, eps: float = 1e-5) -> None:
        super().__init__((channels,), dtype, eps)

    def _check(self, x: Floats) -> None:
        super()._check(x)
        if x.ndim < 3:
            raise ValueError(f"{self}: x must have positions, (N, C, L) or (N, C, H, W), not shape {x.shape}")

    def _axes(self, x: Floats) -> tuple[int, ...]:
        return tuple(range(2, x.ndim))


class GroupNorm(_Normalization):
    """Group normalisation: each group of channels of each datum by itself, over its channels and positions.

    The same in training and in evaluation. One group takes the mean that `LayerNorm` takes over (C, H, W), C groups that
    of `InstanceNorm`.

    Parameters
    ----------
    groups : int
        G. Channels that stand beside each other make a group of C / G.
    channels : int
        C. γ and β have shape (C,).
    dtype : dtype
        float32 or float64.
    eps : float
        Added to the variance.

    Raises
    ------
    ValueError
        If `groups` does not divide `channels`, or the input is not (N, C, …).
    """

    def __init__(self, groups: int, channels: int, dtype: DTypeLike = np.float64, eps: float = 1e-5) -> None:
        if groups < 1 or channels % groups:
            raise ValueError(f"GroupNorm: groups must divide channels, {channels}, not be {groups}")
        super().__init__((channels,), dtype, eps)
        self.groups = groups

    def _cut(self, x: Floats) -> Floats:
        return x.reshape(len(x), self.groups, -1)

    def _axes(self, x: Floats) -> tuple[int, ...]:
        return (2,)
