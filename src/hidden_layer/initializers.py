"""Initial weights: normal with a given spread, Xavier (Glorot), He (Kaiming).

All take the generator first, so that a seed stands wherever weights are drawn, and return an array of shape
(fan_in, fan_out). The spread is that of the normal versions; sources: Glorot and Bengio (2010), He et al. (2015).
"""

import numpy as np

__all__ = ["INITIALIZERS", "he", "normal", "xavier"]


def normal(rng, fan_in, fan_out, dtype=np.float64, std=0.01):
    """Normal with mean 0 and standard deviation `std`, whatever the width."""
    # Drawn in float64, so that both dtypes start from the same numbers.
    return rng.normal(0.0, std, (fan_in, fan_out)).astype(dtype, copy=False)


def xavier(rng, fan_in, fan_out, dtype=np.float64):
    """Normal with variance 2 / (fan_in + fan_out): for σ and tanh."""
    return normal(rng, fan_in, fan_out, dtype, np.sqrt(2 / (fan_in + fan_out)))


def he(rng, fan_in, fan_out, dtype=np.float64):
    """Normal with variance 2 / fan_in: for ReLU."""
    return normal(rng, fan_in, fan_out, dtype, np.sqrt(2 / fan_in))


INITIALIZERS = {"normal": normal, "xavier": xavier, "he": he}
