"""Figure of 実験: 間をあけた復習は効くか."""

import ipywidgets as widgets
import numpy as np

from explorable import explore
from hidden_layer.sweep import by
from hidden_layer_book import plots
from hidden_layer_book.experiments import spacing as experiment
from hidden_layer_book.plots import ACCENT, MUTED, STYLES

NAMES = {"due": "FSRS（期限が先）", "half": "FSRS（半分は新しい問題）", "round": "決まった順", "reread": "読み直し"}
LOOKS = {
    "due": {"color": ACCENT, "linestyle": "solid"},
    "half": {"color": STYLES["sigmoid"]["color"], "linestyle": (0, (9, 2.5))},
    "round": {"color": STYLES["relu"]["color"], "linestyle": (0, (5, 2))},
    "reread": {"color": MUTED, "linestyle": (0, (2.4, 1.2))},
}


def curves():
    """How much would be recalled on each day, by way of learning? Every seed a thin line, the mean a thick one."""
    rows = experiment.plain(experiment.results())
    values = by(rows, "recall", "method", "minutes")
    seen = by(rows, "seen", "method", "minutes")
    days = np.arange(experiment.DAYS + 1)
    apart = np.tile([*days, np.nan], len(experiment.SEEDS))  # all seeds in one line, with gaps
    fig, ax = plots.panels(height=4.0)
    thin = {name: ax.plot(apart, apart, color=look["color"], linewidth=0.7, alpha=0.35)[0] for name, look in LOOKS.items()}
    mean = {name: ax.plot(days, days, label=NAMES[name], **look)[0] for name, look in LOOKS.items()}
    ax.set(xlim=(0, experiment.DAYS), ylim=(0, 1.02), xlabel="日", ylabel="思い出せる割合（全問の平均）")
    ax.set_xticks(range(0, experiment.DAYS + 1, 10))
    fig.legend(loc="outside lower center", ncols=2)

    @explore(fig, minutes=widgets.ToggleButtons(description="1 日", options={f"{m} 分": m for m in experiment.MINUTES}, value=10))
    def draw(minutes):
        "1 日に学ぶ時間を変えると、4 つの学び方の、思い出せる割合の伸び方が変わる"
        for name in experiment.METHODS:
            thin[name].set_ydata(np.insert(values[name, minutes], len(days), np.nan, axis=1).ravel())
            mean[name].set_ydata(values[name, minutes].mean(axis=0))
        ax.set_title(
            f"1 度は見た問題（期限が先）   平均 {seen['due', minutes].mean():.0f} / {experiment.QUESTIONS} 問", loc="left"
        )

    return draw
