"""Initial weights: normal with a given spread, Xavier (Glorot), He (Kaiming).

All take the generator first, so that a seed stands wherever weights are drawn, and return an array of shape
(fan_in, fan_out). The spread is that of the normal versions; sources: Glorot and Bengio (2010), He et al. (2015).
"""

import numpy as np
from numpy.typing import DTypeLike

from hidden_layer.activations import Floats

__all__ = ["INITIALIZERS", "he", "normal", "xavier"]


def normal(rng: np.random.Generator, fan_in: int, fan_out: int, dtype: DTypeLike = np.float64, std: float = 0.01) -> Floats:
    """Normal with mean 0 and standard deviation `std`, whatever the width."""
    # Drawn in float64, so that both dtypes start from the same numbers.
    return rng.normal(0.0, std, (fan_in, fan_out)).astype(dtype, copy=False)


def xavier(rng: np.random.Generator, fan_in: int, fan_out: int, dtype: DTypeLike = np.float64) -> Floats:
    """Normal with variance 2 / (fan_in + fan_out): for σ and tanh."""
    return normal(rng, fan_in, fan_out, dtype, np.sqrt(2 / (fan_in + fan_out)))


def he(rng: np.random.Generator, fan_in: int, fan_out: int, dtype: DTypeLike = np.float64) -> Floats:
    """Normal with variance 2 / fan_in: for ReLU."""
    return normal(rng, fan_in, fan_out, dtype, np.sqrt(2 / fan_in))


INITIALIZERS = {"normal": normal, "xavier": xavier, "he": he}
