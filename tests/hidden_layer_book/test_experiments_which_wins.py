"""実験：どの活性化関数が勝つか."""

import numpy as np
import pytest

from hidden_layer_book.experiments import CONDITIONAL, SUPPORTED, UNSUPPORTED
from hidden_layer_book.experiments import which_wins as experiment

CLEAR, UNCLEAR = (0.02, 0.04), (0.02, 0.06)  # mean and two standard errors: 0.03 and 0.02, 0.04 and 0.04


def rows(digits, mnist1d, gelu_tanh=(0.0, 0.0)):
    """Two seeds. For each data set: the first, and by how much it is better than tanh; tanh is at 0.8, the rest lower.

    `gelu_tanh` is by how much that is better than gelu, on both data sets or, as a dict, on each.
    """
    made = []
    for dataset, (first, ahead) in {"digits": digits, "mnist1d": mnist1d}.items():
        for name in (*experiment.NAMES, "gelu_tanh"):
            better = gelu_tanh[dataset] if isinstance(gelu_tanh, dict) else gelu_tanh
            for seed in range(2):
                base = 0.8 if name == "tanh" else 0.5
                gain = ahead[seed] if name == first else better[seed] if name == "gelu_tanh" else 0
                made.append({"dataset": dataset, "name": name, "seed": seed, "test": (0.8 if name == first else base) + gain})
    return made


@pytest.mark.parametrize(
    "differences, expected",
    [
        ([1.0, 3.0], False),  # 2 ± 1: not more than two standard errors
        ([1.0, 2.99], True),
        ([-1.0, -2.99], True),
        ([0.0, 0.0], False),
        ([1.0, 1.0, 1.0, 5.0], False),
        ([1.0, 1.0, 1.0, 4.0], True),
    ],
)
def test_clear_is_more_than_two_standard_errors(differences, expected):
    assert experiment.clear(np.array(differences)) == expected


@pytest.mark.parametrize(
    "word, made",
    [
        (SUPPORTED, rows(("relu", CLEAR), ("relu", CLEAR))),
        (CONDITIONAL, rows(("relu", CLEAR), ("gelu", CLEAR))),
        (CONDITIONAL, rows(("relu", UNCLEAR), ("relu", CLEAR))),
        (CONDITIONAL, rows(("relu", CLEAR), ("gelu", UNCLEAR))),
        (UNSUPPORTED, rows(("relu", UNCLEAR), ("relu", UNCLEAR))),
    ],
)
def test_verdict(word, made):
    assert experiment.verdict(made).word == word


def test_the_verdict_names_the_two_best_and_how_far_they_are_apart():
    made = rows(("relu", CLEAR), ("gelu", UNCLEAR), gelu_tanh=(0.4, 0.4))  # the tanh form is not one of those that compete
    assert experiment.verdict(made).because == (
        "digits では、1 位と 2 位の差（ReLU関数 − tanh関数）が 0.030 ± 0.014（種ごとの差の平均 ± 標準偏差）で、はっきりしています。"
        "mnist1d では、1 位と 2 位の差（GELU − tanh関数）が 0.040 ± 0.028（種ごとの差の平均 ± 標準偏差）で、ばらつきの中です。"
    )


@pytest.mark.parametrize(
    "word, differences",
    [
        (SUPPORTED, {"digits": UNCLEAR, "mnist1d": (0.01, -0.01)}),
        (CONDITIONAL, {"digits": CLEAR, "mnist1d": UNCLEAR}),
        (CONDITIONAL, {"digits": UNCLEAR, "mnist1d": CLEAR}),
        (UNSUPPORTED, {"digits": CLEAR, "mnist1d": (-0.02, -0.04)}),
    ],
)
def test_verdict_on_the_tanh_form_of_gelu(word, differences):
    assert experiment.verdict_gelu(rows(("relu", CLEAR), ("relu", CLEAR), differences)).word == word


def test_the_verdict_on_the_tanh_form_subtracts_the_exact_form():
    made = rows(("relu", CLEAR), ("relu", CLEAR), {"digits": (0.02, 0.06), "mnist1d": (-0.02, -0.04)})
    assert experiment.verdict_gelu(made).because == (
        "digits では、tanh 近似から正確な形を引いた正解率の差が 0.0400 ± 0.0283 です。"
        "mnist1d では、tanh 近似から正確な形を引いた正解率の差が -0.0300 ± 0.0141 です。"
    )
