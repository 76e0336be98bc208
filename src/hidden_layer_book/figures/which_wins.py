"""Figure of 実験: どの活性化関数が勝つのか."""

import numpy as np

from explorable import still
from hidden_layer.sweep import by
from hidden_layer_book import plots
from hidden_layer_book.experiments import which_wins as experiment
from hidden_layer_book.plots import MUTED, STYLES
from hidden_layer_book.tables import name_ja


def places(values):
    """The place of each activation among all in every seed, 1 for the best; those that are equal share the better one.

    Parameters
    ----------
    values : dict
        {name: accuracies, one for each seed}.

    Returns
    -------
    dict
        {name: ndarray of int}, the best on average first.
    """
    table = np.array(list(values.values()))
    better = (table[None] > table[:, None]).sum(axis=1) + 1
    order = sorted(range(len(table)), key=lambda i: -table[i].mean())
    return {list(values)[i]: better[i] for i in order}


def ranking():
    """Which activation is first, and how far do the seeds lie apart?"""
    test = by(experiment.results(), "test", "dataset", "name")
    fig, axes = plots.panels(2, height=7.6)
    for ax, dataset in zip(axes, experiment.DATA):
        values = {name: test[dataset, name] for name in experiment.NAMES}
        ranked = places(values)
        groups = {f"{place}. {name_ja(name)}": values[name] for place, name in enumerate(ranked, 1)}
        plots.strip_plot(ax, groups, [STYLES[name]["color"] for name in ranked])
        for row, seeds in enumerate(ranked.values()):
            span = "〜".join(map(str, sorted({seeds.min(), seeds.max()})))
            ax.text(1.02, row, f"{span} 位", transform=ax.get_yaxis_transform(), va="center", color=MUTED)
        ax.set_title(dataset, loc="left")
        ax.set_title("種ごとの順位", loc="right", color=MUTED)
        ax.set_xlabel("テストの正解率")
    return still(
        fig,
        "7 つの活性化関数を、正解率の平均の順に並べた図。点は種、細い線は平均 ± 標準偏差。digits では、どの関数の点も重なり、"
        "順位は種で大きく入れ替わる。mnist1d では、恒等関数がいつも 7 位、シグモイド関数がいつも 6 位で、上の 5 つは入れ替わる",
    )
