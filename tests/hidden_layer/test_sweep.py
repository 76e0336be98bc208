"""Sweeps: the same bits wherever they run, resumed after an interruption, run again after a change."""

import os
import pickle
import re
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import joblib
import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from hidden_layer import data
from hidden_layer import sweep as module
from hidden_layer.network import fully_connected
from hidden_layer.optim import SGD, Adam
from hidden_layer.sweep import by, fingerprint, sweep
from hidden_layer.training import Diverged, fit


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "CACHE", tmp_path / "experiments")


def train(name, seed):
    """A run as the experiments have them: data, network, training."""
    split = data.load("digits", seed)
    network = fully_connected((64, 40, 10), name, "he", np.random.default_rng(seed))
    losses = fit(network, split.x, split.t, optimizer=Adam(), epochs=3, batch_size=100, rng=np.random.default_rng(seed))
    return {"losses": losses, "accuracy": network.accuracy(split.x_test, split.t_test)}


GRID = {"name": ("sigmoid", "relu", "gelu"), "seed": range(2)}


def same(rows, others):
    return all(
        np.array_equal(a["losses"], b["losses"]) and a["accuracy"] == b["accuracy"] and a["name"] == b["name"]
        for a, b in zip(rows, others, strict=True)
    )


def direct():
    return [
        {"name": name, "seed": seed} | module._one(train, {"name": name, "seed": seed})
        for name in GRID["name"]
        for seed in GRID["seed"]
    ]


def test_rows_are_in_order_and_have_the_bits_of_one_process():
    rows = sweep(train, **GRID)
    assert [(row["name"], row["seed"]) for row in rows] == [(n, s) for n in GRID["name"] for s in GRID["seed"]]
    assert same(rows, direct())
    assert same(rows, sweep(train, **GRID)), "from the cache"


def blas_threads():
    return {"threads": {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}}


def test_a_run_adds_in_one_order_however_many_threads_there_are():
    with threadpool_limits(3, user_api="blas"):
        assert blas_threads() == {"threads": {3}} and module._one(blas_threads, {}) == {"threads": {1}}


# Dask warns of things of its own (ports, event loops), and starts processes: it is given an interpreter to itself.
DASK = """
    import pickle, sys
    import joblib
    from dask.distributed import Client, LocalCluster
    from hidden_layer import data, sweep as module
    from tests.hidden_layer.test_sweep import GRID, train
    if __name__ == "__main__":
        module.CACHE = module.Path(sys.argv[1])
        with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
            with joblib.parallel_config(backend="dask"):
                rows = module.sweep(train, **GRID)
            loaded = client.run(lambda: data._kept.cache_info().misses)
        with open(sys.argv[2], "wb") as file:
            pickle.dump((rows, list(loaded.values())), file)
"""


def test_a_dask_cluster_of_two_workers_gives_the_same_bits(tmp_path):
    pytest.importorskip("distributed", reason="dask.distributed is not installed (it is in requirements-test.txt)")
    (tmp_path / "on_dask.py").write_text(textwrap.dedent(DASK), encoding="utf-8")
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, tmp_path / "on_dask.py", tmp_path / "cache", tmp_path / "rows"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    rows, loaded = pickle.loads((tmp_path / "rows").read_bytes())
    assert loaded == [1, 1], "both workers did some of the runs"
    assert same(rows, direct())


def counted(folder, seed):
    with open(f"{folder}/{seed}", "a") as file:
        file.write("x")
    if seed == 2 and not (Path(folder) / "go").exists():
        raise RuntimeError("interrupted")
    return {"value": seed}


def test_an_interrupted_sweep_goes_on_where_it_stopped(tmp_path):
    def times():
        return {seed: len((tmp_path / str(seed)).read_text()) for seed in range(4) if (tmp_path / str(seed)).exists()}

    with joblib.parallel_config(backend="sequential"):
        with pytest.raises(RuntimeError, match="interrupted"):
            sweep(counted, folder=[str(tmp_path)], seed=range(4))
        assert times() == {0: 1, 1: 1, 2: 1}
        (tmp_path / "go").touch()
        assert [row["value"] for row in sweep(counted, folder=[str(tmp_path)], seed=range(4))] == [0, 1, 2, 3]
    assert times() == {0: 1, 1: 1, 2: 2, 3: 1}


def diverge(seed):
    network = fully_connected((64, 30, 10), "relu", "he", np.random.default_rng(seed))
    split = data.load("digits", seed)
    return fit(network, split.x, split.t, optimizer=SGD(1e200), epochs=1, batch_size=100, rng=np.random.default_rng(seed))


def test_a_run_that_diverges_ends_the_sweep_with_its_own_message():
    with pytest.raises(Diverged, match="the loss is nan at step 2") as raised:
        sweep(diverge, seed=range(2))
    assert (raised.value.step, raised.value.layer) == (2, "layers[2] Affine(30→10)")


class Meeting:
    place = threading.Barrier(joblib.cpu_count())


def meet(seed):
    return {"met": Meeting.place.wait(timeout=10) >= 0}


def test_as_many_runs_as_there_are_cores_go_at_once():
    with joblib.parallel_config(backend="threading"):
        assert all(row["met"] for row in sweep(meet, seed=range(Meeting.place.parties)))


def test_a_change_of_code_or_of_a_package_runs_again(tmp_path, monkeypatch):
    before = fingerprint(train)
    assert before == fingerprint(train) and re.fullmatch("[0-9a-f]{16}", before)
    monkeypatch.setattr(module, "version", lambda name: "0.0")
    assert fingerprint(train) != before
    monkeypatch.undo()
    for name in module.CORE:
        (tmp_path / f"{name}.py").write_bytes((module.HERE / f"{name}.py").read_bytes())
    monkeypatch.setattr(module, "HERE", tmp_path)
    assert fingerprint(train) == before
    with open(tmp_path / "layers.py", "a") as file:
        file.write("# changed\n")
    assert fingerprint(train) != before


def test_everything_that_an_experiment_imports_is_in_the_fingerprint():
    import ast

    from hidden_layer_book import experiments

    wanted = {"hidden_layer": set(), "hidden_layer_book": set()}
    for source in [*(module.HERE / f"{name}.py" for name in module.CORE), *Path(experiments.__path__[0]).glob("*.py")]:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                package, *parts = node.module.split(".")
                wanted.get(package, set()).update(parts[:1] or [alias.name for alias in node.names])
    assert wanted["hidden_layer"] == {*module.CORE}
    # What only judges and shows results does not change them.
    assert wanted["hidden_layer_book"] <= {"tables", "experiments"}


@pytest.mark.parametrize("values", ["relu", 3, np.float64(1)])
def test_a_single_value_is_refused(values):
    with pytest.raises(TypeError, match="seed must be the list of values to run, not "):
        sweep(train, name=["relu"], seed=values)


def test_a_run_without_a_file_is_refused():
    typed_in = {}
    exec(compile("def run(seed): return {}", "<a notebook's cell>", "exec"), typed_in)
    with pytest.raises(TypeError, match="run must be a function of a module"):
        sweep(typed_in["run"], seed=[0])


def test_by_collects_over_the_seeds():
    rows = [
        {"name": n, "init": i, "seed": s, "value": 10 * s + j}
        for j, (n, i) in enumerate([("a", "x"), ("b", "y")])
        for s in range(3)
    ]
    assert {k: list(v) for k, v in by(rows, "value", "name").items()} == {"a": [0, 10, 20], "b": [1, 11, 21]}
    assert set(by(rows, "value", "name", "init")) == {("a", "x"), ("b", "y")}
    assert by(rows, "value", "init")["x"].dtype.kind == "i"
    everything = by(rows, "value")
    assert list(everything) == [()] and everything[()].tolist() == [0, 10, 20, 1, 11, 21], "no key: all rows are one group"
