"""The experiment of 正規化の 4 つ: before the activation or after it."""

import numpy as np
import pytest

from hidden_layer import data
from hidden_layer_book.experiments import CONDITIONAL, SUPPORTED, UNSUPPORTED
from hidden_layer_book.experiments import normalization as experiment

CLEAR, UNCLEAR = (0.02, 0.04), (0.02, 0.06)  # mean and two standard errors: 0.03 and 0.02, 0.04 and 0.04
WORSE = (-0.02, -0.04)


def rows(**gains):
    """Two seeds; by how much "before" is better, UNCLEAR where `gains` (kind_name=…) says nothing else."""
    return [
        {
            "kind": kind,
            "name": name,
            "place": place,
            "seed": seed,
            "test": 0.5 + (gains.get(f"{kind}_{name}", UNCLEAR)[seed] if place == "before" else 0.0),
        }
        for kind in experiment.KINDS
        for name in experiment.NAMES
        for place in experiment.PLACES
        for seed in range(2)
    ]


ALL = [f"{kind}_{name}" for kind in experiment.KINDS for name in experiment.NAMES]


@pytest.mark.parametrize(
    "word, made",
    [
        (SUPPORTED, rows(**dict.fromkeys(ALL, CLEAR))),
        (CONDITIONAL, rows(**dict.fromkeys(ALL[1:], CLEAR))),
        (CONDITIONAL, rows(**{ALL[2]: CLEAR})),
        (CONDITIONAL, rows(**{ALL[2]: CLEAR, ALL[0]: WORSE})),
        (UNSUPPORTED, rows()),
        (UNSUPPORTED, rows(**dict.fromkeys(ALL, WORSE))),  # clearly after is not before
    ],
)
def test_verdict(word, made):
    assert experiment.verdict(made).word == word


def test_the_verdict_gives_every_difference_and_whether_it_is_clear():
    because = experiment.verdict(rows(layer_sigmoid=WORSE)).because
    assert "レイヤー正規化とシグモイド関数で -0.030 ± 0.014（はっきりした差）" in because
    assert "バッチ正規化とReLU関数で 0.040 ± 0.028（ばらつきの中）" in because


@pytest.mark.parametrize("kind", experiment.KINDS)
def test_the_normalisation_stands_where_it_is_said_to(kind):
    def names(place):
        return [str(layer) for layer in experiment.build(kind, "relu", place, (5, 4, 3, 2), np.random.default_rng(0)).layers]

    norm = experiment.KINDS[kind].__name__
    assert names("before") == ["Affine(5→4)", norm, "ReLU", "Affine(4→3)", norm, "ReLU", "Affine(3→2)"]
    assert names("after") == ["Affine(5→4)", "ReLU", norm, "Affine(4→3)", "ReLU", norm, "Affine(3→2)"]


def test_both_places_start_from_the_same_weights():
    before, after = (
        experiment.build("layer", "sigmoid", place, (5, 4, 3, 2), np.random.default_rng(0)).params
        for place in ("before", "after")
    )
    assert all(np.array_equal(before[name], after[name]) for name in before if name.endswith("W"))


def test_a_run_learns_and_is_judged_by_the_test_part(monkeypatch):
    networks = []
    build = experiment.build
    monkeypatch.setattr(experiment, "build", lambda *args: networks.append(build(*args)) or networks[-1])
    result = experiment.run("batch", "relu", "before", 1.0, 3)
    split = data.load("digits", 3)
    assert result["test"] == networks[0].accuracy(split.x_test, split.t_test) > 0.9
    assert result["valid"] == networks[0].accuracy(split.x_valid, split.t_valid)
