"""Data with no download: handwritten digits of 8 × 8 pixels, and MNIST-1D, made by its package.

Both are split by a seed and standardised with mean and standard deviation of the training part only. Importing
scikit-learn and making MNIST-1D take one and two seconds, so both are kept in `CACHE`: `_build/experiments` of the book,
elsewhere of the current folder.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike, NDArray

from hidden_layer._extra import imported_from
from hidden_layer.activations import Floats

__all__ = ["CACHE", "DATASETS", "Split", "load"]

_HERE = Path(__file__).parent
CACHE = (_HERE.parents[1] if (_HERE.parents[1] / "_config.yml").is_file() else Path.cwd()) / "_build" / "experiments"


@dataclass(frozen=True)
class Split:
    """Training, validation and test part: x of shape (N, D), t integers of shape (N,)."""

    x: Floats
    t: NDArray[np.integer]
    x_valid: Floats
    t_valid: NDArray[np.integer]
    x_test: Floats
    t_test: NDArray[np.integer]


@cache
def _kept(make: Callable[[str], tuple[Floats, NDArray[np.integer]]], package: str) -> tuple[Floats, NDArray[np.integer]]:
    """The rows that `make` has from `package`: made once for each of its versions, and then read from a file."""
    with imported_from(package):
        made_of = version(package)
    with imported_from("joblib"):
        import joblib
    return joblib.Memory(CACHE / "data", verbose=0).cache(make)(made_of)


def _make_digits(made_of: str) -> tuple[Floats, NDArray[np.integer]]:
    """The rows as scikit-learn has them, which takes most of a second to import."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    return bunch.data, bunch.target


def _make_mnist1d(made_of: str) -> tuple[Floats, NDArray[np.integer]]:
    """The rows as the package makes them."""
    import random

    from mnist1d.data import get_dataset_args, make_dataset

    state, np_state = random.getstate(), np.random.get_state()
    made = make_dataset(get_dataset_args())  # seeds the global generators: they are put back
    random.setstate(state)
    np.random.set_state(np_state)
    return np.concatenate([made["x"], made["x_test"]]), np.concatenate([made["y"], made["y_test"]])


# name -> (loader of all rows, training rows, validation rows); the rest is the test part.
DATASETS = {
    "digits": (partial(_kept, _make_digits, "scikit-learn"), 1200, 297),
    "mnist1d": (partial(_kept, _make_mnist1d, "mnist1d"), 3000, 1000),
}


def load(name: str, seed: int, dtype: DTypeLike = np.float64) -> Split:
    """A data set, split at random by `seed`.

    Parameters
    ----------
    name : str
        "digits" (scikit-learn, 1797 images of 8 × 8 pixels, 10 classes: 1200 for training, 297 for validation, 300
        for the test) or "mnist1d" (Greydanus and Kobak 2024, 5000 signals of length 40, 10 classes: 3000, 1000, 1000).
    seed : int
        Seed of the split.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    Split
        Columns that are constant in the training part become 0 there.

    Raises
    ------
    ValueError
        If there is no data set of that name.
    ModuleNotFoundError
        If the package that has the data is not installed.
    """
    if name not in DATASETS:
        raise ValueError(f"name must be one of {', '.join(DATASETS)}, not {name!r}")
    loader, n_train, n_valid = DATASETS[name]
    x, t = loader()
    order = np.random.default_rng(seed).permutation(len(x))
    train = order[:n_train]
    std = x[train].std(axis=0)
    x = ((x - x[train].mean(axis=0)) / np.where(std > 0, std, 1)).astype(dtype)
    valid, test = np.split(order[n_train:], [n_valid])
    return Split(x[train], t[train], x[valid], t[valid], x[test], t[test])
