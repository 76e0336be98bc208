"""Initial weights by Var(w) = scale / fan: the variance, the bounds, what leaky layers do to it, and the frameworks."""

import numpy as np
import pytest

from hidden_layer.activations import leaky_relu, leaky_relu_grad
from hidden_layer.initializers import he, he_scale, variance_scaling, xavier

FANS = {"fan_in": 300, "fan_out": 700, "fan_avg": 500}


def draw(seed=0, **options):
    return variance_scaling(np.random.default_rng(seed), 300, 700, **options)


@pytest.mark.parametrize("distribution", ["normal", "uniform"])
@pytest.mark.parametrize("mode", FANS)
@pytest.mark.parametrize("scale", [1 / 3, 2.0])
def test_mean_and_variance(distribution, mode, scale):
    """210 000 draws: the mean is within 5 standard errors of 0, the variance within 2 % (more than 5 of its own)."""
    weights = draw(scale=scale, mode=mode, distribution=distribution)
    variance = scale / FANS[mode]
    assert abs(weights.mean()) < 5 * np.sqrt(variance / weights.size)
    assert weights.var() == pytest.approx(variance, rel=0.02)
    bound = np.sqrt(3 * variance)
    assert (abs(weights).max() <= bound) == (distribution == "uniform")
    if distribution == "uniform":
        assert abs(weights).max() > 0.999 * bound


def test_the_named_versions_are_cases_of_it():
    assert np.array_equal(draw(scale=2), he(np.random.default_rng(0), 300, 700))
    assert np.array_equal(draw(mode="fan_avg"), xavier(np.random.default_rng(0), 300, 700))


@pytest.mark.parametrize("slope, scale", [(0, 2), (1, 1), (0.5, 1.6), (5**0.5, 1 / 3)])
def test_he_scale(slope, scale):
    assert he_scale(slope) == pytest.approx(scale, rel=1e-15)


@pytest.mark.parametrize("slope", [0.0, 0.25, 0.9])
@pytest.mark.parametrize("mode", ["fan_in", "fan_out"])
def test_a_leaky_layer_keeps_what_its_mode_says(slope, mode):
    """What goes forward with fan_in, the gradient with fan_out; the other one changes by the ratio of the widths."""
    rng = np.random.default_rng(1)
    W = variance_scaling(rng, 400, 1000, scale=he_scale(slope), mode=mode)
    x, d = rng.normal(size=(500, 400)), rng.normal(size=(500, 1000))
    z = x @ W
    forward = np.mean(leaky_relu(z, slope) ** 2)
    backward = np.mean(((d * leaky_relu_grad(z, slope)) @ W.T) ** 2)
    np.testing.assert_allclose([forward, backward], [1, 2.5] if mode == "fan_in" else [0.4, 1], rtol=0.05)


def test_the_precision_is_that_asked_for_and_the_numbers_are_the_same():
    single = draw(dtype=np.float32, distribution="uniform")
    assert single.dtype == np.float32 and np.array_equal(single, draw(distribution="uniform").astype(np.float32))


@pytest.mark.parametrize(
    "options, message",
    [
        ({"mode": "fan"}, "mode must be one of fan_in, fan_out, fan_avg, not 'fan'"),
        ({"distribution": "gauss"}, "distribution must be normal or uniform, not 'gauss'"),
    ],
)
def test_what_is_not_known_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        draw(**options)


@pytest.mark.parametrize("distribution", ["normal", "uniform"])
@pytest.mark.parametrize("mode", FANS)
def test_it_means_what_jax_means_by_the_same_words(mode, distribution):
    import jax

    theirs = jax.nn.initializers.variance_scaling(1.6, mode, distribution)(jax.random.key(0), (300, 700))
    ours = draw(scale=1.6, mode=mode, distribution=distribution)
    assert float(theirs.var()) == pytest.approx(ours.var(), rel=0.03)
    if distribution == "uniform":
        assert float(abs(theirs).max()) == pytest.approx(abs(ours).max(), rel=1e-3)


def test_it_is_pytorch_s_default_and_kaiming():
    torch = pytest.importorskip("torch")
    layer = torch.nn.Linear(300, 700)
    ours = draw(scale=he_scale(5**0.5), distribution="uniform")
    assert layer.weight.detach().numpy().var() == pytest.approx(ours.var(), rel=0.03)
    assert float(layer.weight.detach().abs().max()) == pytest.approx(abs(ours).max(), rel=1e-3)
    for mode in ("fan_in", "fan_out"):
        weight = torch.nn.init.kaiming_uniform_(torch.empty(700, 300), a=0.5, mode=mode)
        assert float(weight.abs().max()) == pytest.approx(
            abs(draw(scale=he_scale(0.5), mode=mode, distribution="uniform")).max(), rel=1e-3
        )
