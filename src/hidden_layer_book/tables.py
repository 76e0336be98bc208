"""The book's tables, made from `ACTIVATIONS`: each function returns Markdown."""

from pathlib import Path

import numpy as np
import yaml

from hidden_layer_book.catalogue import ACTIVATIONS, EVERY, MORE_ACTIVATIONS
from hidden_layer_book.plots import STYLES, samples


def _table(head, rows) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _yes(condition: bool) -> str:
    return "はい" if condition else "いいえ"


def sketch(name, shown=("値", "傾き")) -> str:
    """The graphs of an activation over [−4, 4], one beside the other, as an SVG that fits into a cell of a table.

    They have the activation's colour and the page's for the axes, and say the values at −2, 0 and 2 to those who cannot
    see them. What is to be styled is in attributes: a strict Content-Security-Policy does no harm.

    Parameters
    ----------
    name : str
        A key of `EVERY`.
    shown : sequence of str
        "値" for the function, "傾き" for its derivative.
    """
    record, graphs, says = EVERY[name], [], []
    jumps = [place for place in (0, *record.kinks) if abs(place) < 4]
    x = np.unique(np.concatenate([np.linspace(-4, 4, 33), *([place - 1e-8, place, place + 1e-8] for place in jumps)]))
    for place, what in enumerate(shown):
        slope = what == "傾き"
        low, high = (-0.35, 1.35) if slope else (-1.6, 2.4)
        across, down = 32 + 7.75 * x, 40 * (high - samples(name, x, derivative=slope)) / (high - low)
        corner = np.full(len(x), True)
        corner[1:-1] = ~(abs(np.diff(np.diff(down) / np.diff(across))) < 1e-3)  # of a straight line the ends; a gap is NaN
        points = ("M" if np.isnan(y) else f"{x:.1f} {y:.1f} " for x, y in zip(across[corner], down[corner]))
        zero = f"{40 * high / (high - low):.1f}"
        graphs.append(
            f'<g transform="translate({68 * place} 0)"><path d="M0 {zero}H64M32 0V40" stroke="currentColor" stroke-opacity="0.3"/>'
            f'<path d="M{"".join(points).strip()}" fill="none" stroke="{STYLES[name]["color"]}" stroke-width="2"/></g>'
        )
        f = record.derivative if slope else record.function
        says.append(what + " ".join(["", *(f"{f(at):.2f}".replace("-", "−") for at in (-2.0, 0.0, 2.0))]))
    width = 68 * len(shown) - 4
    label = f"{record.name_ja}のグラフ。x = −2、0、2 で、{'、'.join(says)}"
    return f'<svg viewBox="0 0 {width} 40" width="{width}" height="40" role="img" aria-label="{label}">{"".join(graphs)}</svg>'


INIT_NAMES = {"normal": "小さい乱数", "xavier": "Xavierの初期値", "he": "Heの初期値"}


def name_ja(name) -> str:
    """The Japanese name of an activation, a key of `EVERY`."""
    return EVERY[name].name_ja


def scientific(value) -> str:
    """A number as LaTeX in powers of ten, two digits: $2.4\\times10^{-13}$."""
    digits, exponent = f"{value:.1e}".split("e")
    return rf"${digits}\times10^{{{int(exponent)}}}$"


def summary(head, groups, form="{:.3f}") -> str:
    """Results of an experiment: mean ± standard deviation (ddof=1) over the seeds, and every seed's value.

    Parameters
    ----------
    head : list of str
        Titles of the columns of the group's name.
    groups : dict
        {name or tuple of names: values, one for each seed}.
    form : str or callable
        How a number is written.
    """

    write = form if callable(form) else form.format

    def each(values):  # a narrow page breaks the list after five: before a minus it breaks where it is told to, only
        return "、\u200b".join("、\u2060".join(map(write, values[start : start + 5])) for start in range(0, len(values), 5))

    rows = [
        [
            *([key] if isinstance(key, str) else map(str, key)),
            f"{write(values.mean())}\u00a0±\u00a0{write(values.std(ddof=1))}",
            each(values),
        ]
        for key, values in groups.items()
    ]
    return _table([*head, "平均 ± 標準偏差", "種ごとの値"], rows)


def relu_family() -> str:
    """ReLU, Leaky ReLU and PReLU: formula and slope of the negative side."""
    records = [ACTIVATIONS[name] for name in ("relu", "leaky_relu", "prelu")]
    return _table(
        ["関数", "数式", "負の側の傾き"], [[record.name_ja, f"${record.latex}$", record.negative_side_ja] for record in records]
    )


def comparison_of_values() -> str:
    """All activations: graphs, formula, range, and what kind of function it is."""
    rows = [
        [
            f"{record.name_ja}<br>{sketch(name)}",
            f"${record.latex}$",
            f"${record.range_latex}$",
            _yes(record.continuous),
            _yes(record.monotonic),
            _yes(record.odd),
        ]
        for name, record in ACTIVATIONS.items()
    ]
    return _table(["関数", "$f(x)$", "値の範囲", "連続", "単調", "奇関数"], rows)


def comparison_of_slopes() -> str:
    """All activations: the graph of the slope, the slope, where it is largest, on the negative side, and where it goes to 0."""
    rows = [
        [
            f"{record.name_ja}<br>{sketch(name, ['傾き'])}",
            f"{record.max_slope:.5g}（${record.max_slope_at}$）",
            record.negative_side_ja,
            record.saturation_ja,
            _yes(record.differentiable_at_zero),
        ]
        for name, record in ACTIVATIONS.items()
    ]
    return _table(["関数", "最大の傾き", "負の側の傾き", "飽和する側", "$x=0$ で微分できる"], rows)


def frameworks() -> str:
    """Names and defaults in PyTorch, TensorFlow and JAX."""
    rows = [
        [record.name_ja, *(name or "—" for name in (record.pytorch, record.tensorflow, record.jax))]
        for record in ACTIVATIONS.values()
    ]
    return _table(["関数", "PyTorch", "TensorFlow", "JAX"], rows)


def relu_and_gelu() -> str:
    """ReLU beside GELU, point by point."""
    relu, gelu = ACTIVATIONS["relu"], ACTIVATIONS["gelu"]

    def smooth(record):
        return "連続で、なめらか" if record.differentiable_at_zero else "連続だが、$x=0$ で傾きが跳ぶ"

    rows = [
        ["なめらかさ", smooth(relu), smooth(gelu)],
        ["値の範囲", f"${relu.range_latex}$", f"${gelu.range_latex}$"],
        ["負の側の傾き", relu.negative_side_ja, gelu.negative_side_ja],
        ["最大の傾き", f"{relu.max_slope:.5g}", f"{gelu.max_slope:.5g}"],
        ["単調に増える", _yes(relu.monotonic), _yes(gelu.monotonic)],
        ["飽和する側", relu.saturation_ja, gelu.saturation_ja],
        [
            "勾配消失",
            "正の側では傾き 1。負の側では 0",
            f"正の側では傾き 0.5 から {gelu.max_slope:.5g}。0 のはるか左では 0 に近づく",
        ],
        ["学習の安定性", "どちらが安定か、一般にはいえない", "どちらが安定か、一般にはいえない"],
        ["計算", "比較だけで軽い", "指数関数や erf を使い、重い"],
    ]
    return _table(["", relu.name_ja, gelu.name_ja], rows)


def cheat_sheet() -> str:
    """One row an activation: graphs, formula and derivative, range and largest slope; three columns fit a phone."""
    rows = [
        [
            f"{record.name_ja}<br>{sketch(name)}",
            f"$f={record.latex}$ <br>$f'={record.latex_grad}$",
            f"範囲 ${record.range_latex}$ <br>最大 {record.max_slope:.5g}（${record.max_slope_at}$）",
        ]
        for name, record in ACTIVATIONS.items()
    ]
    return _table(["関数", "式と微分", "値の範囲、最大の傾き"], rows)


PARAMETERS_JA = {"silu": "β = 1", "elu": "α（既定 1）", "selu": "α、λ"}


def beyond() -> str:
    """ReLU, GELU and those beyond the list: formula, slope at 0, lowest value, limits, parameters."""

    def number(value, digits=4):
        text = f"{round(float(value), digits) + 0.0:.{digits + 1}g}" if np.isfinite(value) else "∞"
        return text.replace("-", "−")

    rows, x = [], np.linspace(-40, 0, 400_001)
    for name in ("relu", "gelu", *MORE_ACTIVATIONS):
        record = EVERY[name]
        left, right = record.derivative(np.array([-1e-12, 1e-12]))
        y, (far_left, far_right) = record.function(x), record.function(np.array([-np.inf, np.inf]))
        at = x[y.argmin()]
        if y.min() < far_left:
            lowest = f"{number(y.min())}（$x = {round(at, 4):.5g}$）"
        else:
            lowest = f"{number(far_left)}（$x \\le 0$）" if y[-1] == far_left else f"なし（下限 {number(far_left)}）"
        rows.append(
            [
                f"{record.name_ja}<br>{sketch(name)}",
                f"${record.latex}$",
                number(left) if np.isclose(left, right) else f"左 {number(left)}、右 {number(right)}",
                lowest,
                f"{number(far_left)}、{number(far_right)}",
                PARAMETERS_JA.get(name, "なし"),
            ]
        )
    return _table(["関数", "$f(x)$", "0 での傾き", "最小値", "両端", "パラメータ"], rows)


def glossary(path) -> str:
    """The terms of the YAML file at `path` (see chapters/terms.yml), sorted by their reading."""
    terms = yaml.safe_load(Path(path).read_bytes())
    rows = [
        [term["ja"], term["yomi"], term["en"], term["means"]] for term in sorted(terms, key=lambda t: t["yomi"].replace("ー", ""))
    ]
    return _table(["用語", "よみ", "英語", "意味"], rows)
