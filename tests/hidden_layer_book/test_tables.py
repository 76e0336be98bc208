"""The book's tables say of each activation what its record says, and of each experiment what its numbers are."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from hidden_layer.activations import LEAKY_SLOPE, PRELU_ALPHA
from hidden_layer_book import tables
from hidden_layer_book.catalogue import ACTIVATIONS, EVERY, MORE_ACTIVATIONS
from hidden_layer_book.plots import STYLES

NAMES_JA = [record.name_ja for record in ACTIVATIONS.values()]


def read(markdown):
    """A Markdown table as {first cell of a row: {title of a column: cell}}, without the pictures at the names."""
    lines = re.sub("<br><svg.*?</svg>", "", markdown).splitlines()
    head, rule, *rows = [line.removeprefix("| ").removesuffix(" |").split(" | ") for line in lines]
    assert rule == ["---"] * len(head)
    return {row[0]: dict(zip(head, row, strict=True)) for row in rows}


@pytest.mark.parametrize(
    "table, shown",
    [("comparison_of_values", ["値", "傾き"]), ("comparison_of_slopes", ["傾き"]), ("cheat_sheet", ["値", "傾き"])],
)
def test_a_table_of_all_has_the_graphs_of_each(table, shown):
    found = dict(re.findall(r"^\| ([^|]*?)<br>(<svg.*?</svg>) \|", getattr(tables, table)(), re.MULTILINE))
    assert found == {record.name_ja: tables.sketch(name, shown) for name, record in ACTIVATIONS.items()}


def curve(graph, height):
    """The pieces of the curve of a graph, as arrays of points, in units of the activation."""
    axes, line = (path.get("d") for path in graph)
    zero = float(re.match(r"M0 ([\d.]+)", axes)[1])
    pieces = [np.reshape(piece.split(), (-1, 2)).astype(float) for piece in line.split("M") if piece]
    return [np.column_stack([(x - 32) / 7.75, (zero - y) * height / 40]) for x, y in (piece.T for piece in pieces)]


@pytest.mark.parametrize("name", EVERY)
def test_a_sketch_is_the_graph_and_says_so(name):
    svg, record = ElementTree.fromstring(tables.sketch(name)), EVERY[name]
    jumps = (not record.continuous, (not record.differentiable_at_zero) + sum(abs(kink) < 4 for kink in record.kinks))
    for graph, f, height, gaps in zip(svg, (record.function, record.derivative), (4, 1.7), jumps, strict=True):
        pieces = curve(graph, height)
        for piece in pieces:
            inside = np.clip(piece[:, 0], *(piece[[0, -1], 0] + [1e-6, -1e-6]))  # at a jump the value of this side
            np.testing.assert_allclose(piece[:, 1], f(inside), atol=0.03)
        assert len(pieces) == 1 + gaps
        assert " ".join(f"{f(x):.2f}".replace("-", "−") for x in (-2.0, 0.0, 2.0)) in svg.get("aria-label")
        assert graph[1].get("stroke") == STYLES[name]["color"]
    assert svg.get("role") == "img"
    assert not [part for part in svg.iter() if part.get("style")], "the site forbids inline styles"


def test_the_values_of_all_activations_are_compared():
    rows = read(tables.comparison_of_values())
    assert list(rows) == NAMES_JA
    assert rows["tanh関数"] == {
        "関数": "tanh関数",
        "$f(x)$": r"$\frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}$",
        "値の範囲": "$(-1, 1)$",
        "連続": "はい",
        "単調": "はい",
        "奇関数": "はい",
    }
    assert {name for name, row in rows.items() if row["連続"] == "いいえ"} == {"ステップ関数"}
    assert {name for name, row in rows.items() if row["単調"] == "いいえ"} == {"GELU"}
    assert {name for name, row in rows.items() if row["奇関数"] == "はい"} == {"恒等関数", "tanh関数"}


def test_the_slopes_of_all_activations_are_compared():
    rows = read(tables.comparison_of_slopes())
    assert list(rows) == NAMES_JA
    assert rows["ReLU関数"] == {
        "関数": "ReLU関数",
        "最大の傾き": "1（$x > 0$）",
        "負の側の傾き": "0",
        "飽和する側": "負の側（傾き 0）",
        "$x=0$ で微分できる": "いいえ",
    }
    assert rows["GELU"]["最大の傾き"] == r"1.1289（$x = \sqrt{2}$）"
    assert rows["GELU"]["$x=0$ で微分できる"] == "はい"


def test_the_cheat_sheet_has_formula_and_derivative_of_each_activation():
    rows = read(tables.cheat_sheet())
    assert list(rows) == NAMES_JA
    assert rows["シグモイド関数"] == {
        "関数": "シグモイド関数",
        "式と微分": r"$f=\frac{1}{1 + e^{-x}}$ <br>$f'=\sigma(x)\,(1 - \sigma(x))$",
        "値の範囲、最大の傾き": "範囲 $(0, 1)$ <br>最大 0.25（$x = 0$）",
    }
    assert rows["GELU"]["値の範囲、最大の傾き"].endswith(r"<br>最大 1.1289（$x = \sqrt{2}$）")


def test_the_cheat_sheet_says_what_is_agreed_on_at_0():
    """The coding exercises are graded on it."""
    page = json.loads((Path(__file__).parents[2] / "chapters/12_cheat_sheet.ipynb").read_text("utf-8"))
    said = re.search(
        r"\*\*\$x=0\$ での約束\*\*：傾きは、(.*?)とします。", "\n".join("".join(cell["source"]) for cell in page["cells"])
    )[1]
    written = {r"$\alpha$": PRELU_ALPHA, "$a$": LEAKY_SLOPE, "0": 0.0}
    agreed = {record.name_ja: record.derivative(0.0) for record in ACTIVATIONS.values() if not record.differentiable_at_zero}
    assert {name: written[slope] for name, slope in (part.rsplit(maxsplit=1) for part in said.strip().split("、"))} == agreed


def test_the_relu_family_differs_in_its_negative_side():
    rows = read(tables.relu_family())
    assert list(rows) == ["ReLU関数", "Leaky ReLU関数", "PReLU関数"]
    assert rows["Leaky ReLU関数"] == {
        "関数": "Leaky ReLU関数",
        "数式": r"$\max(0, x) + a \, \min(0, x)$",
        "負の側の傾き": "0.01（固定）",
    }


def test_frameworks_have_a_dash_where_they_lack_the_function():
    rows = read(tables.frameworks())
    assert list(rows) == NAMES_JA
    assert rows["tanh関数"] == {"関数": "tanh関数", "PyTorch": "torch.nn.Tanh", "TensorFlow": "tf.nn.tanh", "JAX": "jax.nn.tanh"}
    assert [name for name, row in rows.items() if "—" in row.values()] == ["PReLU関数"]
    assert rows["PReLU関数"]["JAX"] == "—"


def test_relu_and_gelu_are_set_side_by_side():
    rows = {row[""]: (row["ReLU関数"], row["GELU"]) for row in read(tables.relu_and_gelu()).values()}
    assert rows == {
        "なめらかさ": ("連続だが、$x=0$ で傾きが跳ぶ", "連続で、なめらか"),
        "値の範囲": (r"$[0, \infty)$", r"$[-0.16997\ldots, \infty)$"),
        "負の側の傾き": ("0", "−0.129 から 0.5（x = −0.7518 より左では負）"),
        "最大の傾き": ("1", "1.1289"),
        "単調に増える": ("はい", "いいえ"),
        "飽和する側": ("負の側（傾き 0）", "負の側（遠くで 0 に近づく）"),
        "勾配消失": ("正の側では傾き 1。負の側では 0", "正の側では傾き 0.5 から 1.1289。0 のはるか左では 0 に近づく"),
        "学習の安定性": ("どちらが安定か、一般にはいえない",) * 2,
        "計算": ("比較だけで軽い", "指数関数や erf を使い、重い"),
    }


def test_seeds_are_summed_up_and_all_shown():
    values = np.array([0.9, 0.92, 0.94])
    assert read(tables.summary(["方法"], {"一つ": values, "二つ": 2 * values})) == {
        "一つ": {"方法": "一つ", "平均 ± 標準偏差": "0.920\u00a0±\u00a00.020", "種ごとの値": "0.900、\u20600.920、\u20600.940"},
        "二つ": {"方法": "二つ", "平均 ± 標準偏差": "1.840\u00a0±\u00a00.040", "種ごとの値": "1.800、\u20601.840、\u20601.880"},
    }
    row = {"関数": "ReLU", "層": "3", "平均 ± 標準偏差": "92 %\u00a0±\u00a02 %", "種ごとの値": "90 %、\u206092 %、\u206094 %"}
    assert read(tables.summary(["関数", "層"], {("ReLU", 3): values}, lambda value: f"{100 * value:.0f} %")) == {"ReLU": row}


def test_a_list_of_many_seeds_may_be_broken_after_every_fifth():
    listed = read(tables.summary(["方法"], {"一つ": np.arange(12)}, "{:.0f}"))["一つ"]["種ごとの値"]
    assert listed.split("、\u200b") == [  # a break is allowed there, also before a minus
        "、\u2060".join(map(str, part)) for part in (range(5), range(5, 10), range(10, 12))
    ]


@pytest.mark.parametrize(
    "value, latex", [(2.4e-13, r"$2.4\times10^{-13}$"), (0.0123, r"$1.2\times10^{-2}$"), (512, r"$5.1\times10^{2}$")]
)
def test_a_number_in_powers_of_ten(value, latex):
    assert tables.scientific(value) == latex


def test_japanese_names():
    assert [tables.name_ja(name) for name in ACTIVATIONS] == NAMES_JA
    assert tables.name_ja("hard_swish") == "Hard-Swish"


def test_those_beyond_the_list_stand_below_relu_and_gelu():
    rows = read(tables.beyond())
    assert list(rows) == ["ReLU関数", "GELU", *(record.name_ja for record in MORE_ACTIVATIONS.values())]
    far, lowest = "両端", "最小値"
    assert rows["SELU"] == {
        "関数": "SELU",
        "$f(x)$": f"${MORE_ACTIVATIONS['selu'].latex}$",
        "0 での傾き": "左 1.7581、右 1.0507",
        lowest: "なし（下限 −1.7581）",
        far: "−1.7581、∞",
        "パラメータ": "α、λ",
    }
    assert {name: row[lowest] for name, row in rows.items()} == {
        "ReLU関数": r"0（$x \le 0$）",
        "GELU": "−0.17（$x = -0.7518$）",
        "SiLU": "−0.2785（$x = -1.2785$）",
        "ELU": "なし（下限 −1）",
        "SELU": "なし（下限 −1.7581）",
        "Softplus": "なし（下限 0）",
        "Mish": "−0.3088（$x = -1.1924$）",
        "Hard-Swish": "−0.375（$x = -1.5$）",
        "ReLU6": r"0（$x \le 0$）",
    }
    assert rows["ReLU6"][far] == "0、6" and rows["Mish"]["0 での傾き"] == "0.6" and rows["Mish"]["パラメータ"] == "なし"


def test_the_glossary_is_sorted_by_its_reading(tmp_path):
    terms = [
        ("重み", "weight", "おもみ"),
        ("サーバ", "server", "さーば"),
        ("差異", "gap", "さい"),
        ("差分", "difference", "さぶん"),
        ("活性化", "activation", "かっせいか"),
    ]
    (tmp_path / "terms.yml").write_text(
        "".join(f"- {{ja: {ja}, en: {en}, yomi: {yomi}, means: {en}です。}}\n" for ja, en, yomi in terms), "utf-8"
    )
    rows = read(tables.glossary(tmp_path / "terms.yml"))
    assert list(rows) == ["重み", "活性化", "差異", "サーバ", "差分"], "a long vowel mark does not count"
    assert rows["重み"] == {"用語": "重み", "よみ": "おもみ", "英語": "weight", "意味": "weightです。"}
