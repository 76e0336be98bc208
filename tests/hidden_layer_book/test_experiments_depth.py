"""実験：深さと初期値."""

import numpy as np
import pytest

from hidden_layer.initializers import INITIALIZERS
from hidden_layer_book.experiments import CONDITIONAL, SUPPORTED, UNSUPPORTED
from hidden_layer_book.experiments import depth as experiment


def rows(**through):
    """Two seeds of 20 layers; by what they multiply together, 1e-4 where `through` (name_init=…) says nothing else."""
    return [
        {
            "name": name,
            "init": init,
            "depth": 20,
            "seed": seed,
            "factor": np.array([through.get(f"{name}_{init}", (1e-4, 1e-4))[seed], *[1.0] * 19]),
        }
        for name in experiment.NAMES
        for init in INITIALIZERS
        for seed in range(2)
    ]


@pytest.mark.parametrize(
    "word, vanishing, made",
    [
        (SUPPORTED, 15, rows()),
        (SUPPORTED, 15, rows(relu_he=(0.0999, 0.0999))),
        (CONDITIONAL, 14, rows(relu_he=(0.1, 0.0999))),  # a tenth is not less than a tenth, and each seed counts
        (CONDITIONAL, 14, rows(relu_he=(1e-4, 1.0))),
        (
            CONDITIONAL,
            1,
            rows(
                **{
                    f"{name}_{init}": (0.5, 0.5)
                    for name in experiment.NAMES
                    for init in INITIALIZERS
                    if (name, init) != ("gelu", "normal")
                }
            ),
        ),
        (UNSUPPORTED, 0, rows(**{f"{name}_{init}": (0.5, 0.5) for name in experiment.NAMES for init in INITIALIZERS})),
    ],
)
def test_verdict(word, vanishing, made):
    verdict = experiment.verdict(made)
    assert verdict.word == word and f"15 通りのうち {vanishing} 通り" in verdict.because


def test_the_verdict_gives_the_largest_of_the_sigmoids_and_the_rate_of_a_layer_for_relu():
    made = rows(
        sigmoid_normal=(1e-30, 1e-29),
        sigmoid_xavier=(2e-13, 3.4e-13),
        sigmoid_he=(1e-20, 1e-20),
        relu_normal=(0.5**20, 0.6**20),
        relu_xavier=(0.7**20, 0.72**20),
        relu_he=(1.0, 0.96**20),
    )
    assert experiment.verdict(made).because == (
        r"15 通りのうち 14 通りで、20 層を通ると勾配が 10 分の 1 より小さくなります。シグモイド関数では、3 つの初期値のどれでも "
        r"$3.4\times10^{-13}$ 倍以下です。ReLU関数の 1 層あたりの倍率は、小さい乱数で 0.55、Xavierの初期値で 0.71、Heの初期値で "
        "0.98 です。"
    )


def test_a_run_measures_each_layer_alone():
    """By hand, for two layers of tanh: the seed draws x, the weights of both layers, then what arrives at the output."""
    rng, n = np.random.default_rng(3), experiment.WIDTH
    x = rng.normal(size=(experiment.BATCH, n))
    W = [INITIALIZERS["xavier"](rng, n, n) for _ in range(2)]
    d2 = rng.normal(size=x.shape)
    h1 = np.tanh(x @ W[0])
    slope1, slope2 = 1 - h1**2, 1 - np.tanh(h1 @ W[1]) ** 2
    d1 = (d2 * slope2) @ W[1].T
    d0 = (d1 * slope1) @ W[0].T

    def geometric(values):
        return np.prod(values ** (1 / len(values)))

    norm2, norm1, norm0 = (np.linalg.norm(d, axis=1) for d in (d2, d1, d0))
    result = experiment.run("tanh", "xavier", 2, 3)
    np.testing.assert_allclose(result["factor"], [geometric(norm0 / norm1), geometric(norm1 / norm2)])
    np.testing.assert_allclose(
        result["predicted"], [geometric(np.sqrt(n * w.var() * (slope**2).mean(axis=1))) for w, slope in zip(W, (slope1, slope2))]
    )
    np.testing.assert_allclose(result["weights"], [np.linalg.norm(x.T @ (d1 * slope1)), np.linalg.norm(h1.T @ (d2 * slope2))])


@pytest.mark.parametrize("name, init, factor", [("relu", "he", 1), ("relu", "xavier", 0.5**0.5), ("sigmoid", "xavier", 0.23)])
def test_what_a_layer_does_to_the_gradient_is_what_theory_says(name, init, factor):
    result = experiment.run(name, init, 5, 0)
    np.testing.assert_allclose(result["factor"], factor, rtol=0.1)
    np.testing.assert_allclose(result["predicted"], result["factor"], rtol=0.1)
