"""Initial weights by one rule, Var(w) = scale / fan: Xavier (Glorot), He (Kaiming) and PyTorch's default are cases of it.

========================  =============================  ===========  =========================
Name                      scale                          mode         source
========================  =============================  ===========  =========================
LeCun                     1                              "fan_in"     LeCun et al. (1998)
Xavier (Glorot)           1                              "fan_avg"    Glorot and Bengio (2010)
He (Kaiming)              2 / (1 + negative_slope²)      either       He et al. (2015)
torch.nn.Linear           1/3, uniform                   "fan_in"     kaiming_uniform_(a=√5)
========================  =============================  ===========  =========================

All take the generator first, so that a seed stands wherever weights are drawn, and return an array of shape
(fan_in, fan_out). `INITIALIZERS` has those that the book's networks start from, normal ones.
"""

from typing import Literal

import numpy as np
from numpy.typing import DTypeLike

from hidden_layer.activations import Floats

__all__ = ["INITIALIZERS", "he", "he_scale", "normal", "variance_scaling", "xavier"]


def normal(rng: np.random.Generator, fan_in: int, fan_out: int, dtype: DTypeLike = np.float64, std: float = 0.01) -> Floats:
    """Normal with mean 0 and standard deviation `std`, whatever the width."""
    # Drawn in float64, so that both dtypes start from the same numbers.
    return rng.normal(0.0, std, (fan_in, fan_out)).astype(dtype, copy=False)


def he_scale(negative_slope: float = 0.0) -> float:
    """2 / (1 + a²) for a leaky ReLU of negative slope a: 2 for ReLU, 1 for the identity (He et al. 2015, section 2.2)."""
    return 2 / (1 + negative_slope**2)


def variance_scaling(
    rng: np.random.Generator,
    fan_in: int,
    fan_out: int,
    dtype: DTypeLike = np.float64,
    *,
    scale: float = 1.0,
    mode: Literal["fan_in", "fan_out", "fan_avg"] = "fan_in",
    distribution: Literal["normal", "uniform"] = "normal",
) -> Floats:
    """Weights of mean 0 and variance scale / fan, as `jax.nn.initializers.variance_scaling` names its arguments.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the weights, in float64, so that both dtypes start from the same numbers.
    fan_in, fan_out : int
        Inputs of a unit, and units that an input goes to.
    dtype : dtype
        float32 or float64.
    scale : float
        Var(w) · fan.
    mode : {"fan_in", "fan_out", "fan_avg"}
        Which fan: the inputs keep the size of what goes forward, the outputs that of the gradients, their mean is between.
    distribution : {"normal", "uniform"}
        Uniform between ±√(3 scale / fan), which has that variance.

    Returns
    -------
    ndarray, shape (fan_in, fan_out)

    Raises
    ------
    ValueError
        If `mode` or `distribution` is none of these.
    """
    fans = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}
    if mode not in fans:
        raise ValueError(f"mode must be one of {', '.join(fans)}, not {mode!r}")
    std = np.sqrt(scale / fans[mode])
    if distribution == "normal":
        return normal(rng, fan_in, fan_out, dtype, std)
    if distribution == "uniform":
        bound = np.sqrt(3) * std
        return rng.uniform(-bound, bound, (fan_in, fan_out)).astype(dtype, copy=False)
    raise ValueError(f"distribution must be normal or uniform, not {distribution!r}")


def xavier(rng: np.random.Generator, fan_in: int, fan_out: int, dtype: DTypeLike = np.float64) -> Floats:
    """Normal with variance 2 / (fan_in + fan_out): for σ and tanh."""
    return variance_scaling(rng, fan_in, fan_out, dtype, mode="fan_avg")


def he(rng: np.random.Generator, fan_in: int, fan_out: int, dtype: DTypeLike = np.float64) -> Floats:
    """Normal with variance 2 / fan_in: for ReLU."""
    return variance_scaling(rng, fan_in, fan_out, dtype, scale=he_scale())


INITIALIZERS = {"normal": normal, "xavier": xavier, "he": he}
