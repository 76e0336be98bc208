"""Run an experiment for every combination of its settings and seeds: in parallel, cached, resumable.

The runs go through joblib. `joblib.parallel_config(backend="dask")` around a call takes them to a Dask cluster; the
bits stay the same. Finished runs are kept in `_build/experiments` of the book (elsewhere: of the current folder),
under a fingerprint of the code, the package versions and the processor they depend on, so a change runs them again, and an
interrupted sweep goes on where it stopped.
"""

import hashlib
import inspect
import itertools
from collections.abc import Callable, Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hidden_layer._extra import imported_from
from hidden_layer.data import CACHE

__all__ = ["by", "sweep"]

Row = dict[str, Any]
HERE = Path(__file__).parent
CORE = [
    "_extra",
    "activations",
    "data",
    "initializers",
    "layers",
    "more_activations",
    "network",
    "normalization",
    "optim",
    "sweep",
    "training",
]
PACKAGES = ["numpy", "scipy", "scikit-learn", "mnist1d"]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def fingerprint(run: Callable[..., Row]) -> str:
    """What the results of `run` depend on, as 16 hexadecimal digits: our code, the packages' versions, the processor."""
    source = inspect.getsourcefile(run)
    if source is None or not Path(source).is_file():
        raise TypeError(
            f"run must be a function of a module, a .py file: its text tells whether results are still valid; got {run!r}"
        )
    known = hashlib.sha256()
    for path in [*(HERE / f"{name}.py" for name in CORE), Path(source)]:
        known.update(path.read_bytes())
    known.update(" ".join(map(_version, PACKAGES)).encode())
    # The last bits of products and exp depend on the processor, and a long training shows them.
    x = np.random.default_rng(0).standard_normal((100, 64))
    known.update(np.exp(x @ x.T / 64).tobytes())
    return known.hexdigest()[:16]


def _one(run: Callable[..., Row], case: Row) -> Row:
    with imported_from("threadpoolctl"):
        from threadpoolctl import threadpool_limits
    # With one thread the order of a sum, and so its last bit, does not depend on where the run is made.
    with threadpool_limits(1, user_api="blas"):
        return run(**case)


def sweep(run: Callable[..., Row], **grid: Iterable[Any]) -> list[Row]:
    """Call `run` for all combinations of the settings in `grid`.

    Parameters
    ----------
    run : callable
        A function at the top level of a module, of keyword arguments; returns a dict of results. The same
        arguments must give the same result.
    **grid : iterable
        The values of each argument: ``name=("relu", "tanh"), seed=range(5)``.

    Returns
    -------
    list of dict
        A row for each combination, the last argument running fastest: its settings, then its results.

    Raises
    ------
    TypeError
        If a value of the grid is a string or a single value, or `run` was defined in a notebook or typed in.
    ModuleNotFoundError
        If joblib, threadpoolctl or tqdm is not installed.
    """
    with imported_from("joblib"):
        import joblib
    with imported_from("tqdm"):
        from tqdm import tqdm
    for argument, values in grid.items():
        if isinstance(values, str) or not hasattr(values, "__iter__"):
            raise TypeError(f"{argument} must be the list of values to run, not {values!r}")
    cases = [dict(zip(grid, values)) for values in itertools.product(*grid.values())]
    # mmap_mode=None: a result is an array of its own, not a window into the cache's file.
    cached = joblib.Memory(CACHE / fingerprint(run), mmap_mode=None, verbose=0).cache(run)
    missing = [i for i, case in enumerate(cases) if not cached.check_call_in_cache(**case)]
    made = joblib.Parallel(n_jobs=-1, return_as="generator")(joblib.delayed(_one)(cached, cases[i]) for i in missing)
    progress = tqdm(made, total=len(missing), desc=run.__name__, unit="run", delay=2, leave=False)
    results = {i: result for result, i in zip(progress, missing)}  # progress first: zip must run it to its end
    return [{**case, **(results[i] if i in results else cached(**case))} for i, case in enumerate(cases)]


def by(rows: Iterable[Row], value: str, *keys: str) -> dict[Any, NDArray[Any]]:
    """Collect one result over the rows: {(settings of `keys`): array of the `value` of all rows that share them}.

    Parameters
    ----------
    rows : list of dict
        What `sweep` returned.
    value : str
        The result to collect; numbers, or arrays of one shape.
    *keys : str
        The settings that make a group. With one key the setting itself is the dictionary's key; with none all rows
        are one group, whose key is ``()``.

    Returns
    -------
    dict
        Arrays whose first axis runs over the seeds (and other settings), in the order of `rows`.
    """
    groups: dict[Any, list[Any]] = {}
    for row in rows:
        key = tuple(row[k] for k in keys)
        groups.setdefault(key[0] if len(keys) == 1 else key, []).append(row[value])
    return {key: np.array(values) for key, values in groups.items()}
