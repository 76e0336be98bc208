"""A small book with questions, built once, plain or in the theme."""

import pytest

TERMS = "language = 'ja'\nglossary_terms = 'terms.yml'\nglossary_page = 'index'\n"
BASIC = TERMS + "html_theme = 'basic'\n"
PLAIN = ["quiz.sphinx_ext", "lightbook.glossary"]
PARTS = ["sphinx_copybutton", *PLAIN, *(f"lightbook.{part}" for part in ("theme", "mathematics", "assets", "search"))]
FILES = {
    "terms.yml": "- {ja: 傾き, means: 変化の割合}\n",
    "index.md": "# 本\n\nはじめ。\n\n```{toctree}\npages/04_sigmoid\npages/32_exam\npages/plain\n```\n",
    "pages/04_sigmoid.md": "# シグモイド\n\n本文。\n\n## 微分 $y(1-y)$\n\n式。\n\n## 練習問題\n\n```{quiz} 04_sigmoid\nノートブックだけの文\n```\n\n## まとめ\n\n終わり。\n",
    "pages/32_exam.md": "# 模擬試験\n\n文。\n\n```{quiz} 32_exam\n:exam: 2\n```\n",
    "pages/today.md": "---\norphan: true\n---\n# 今日の 10 問\n\n文。\n\n```{today}\n:exam: 32_exam\n```\n",
    "pages/plain.md": "# 問題のない章\n\n## 別の話\n\n文。\n\n## 「よくある誤り」\n\n文。\n",
    "pages/deep.md": "---\norphan: true\n---\n# 深い\n\n## 二\n\n### 三\n\n#### 四\n\n##### 五\n\n###### $x$ 六#6\n\n"
    "```{quiz} odd\n```\n\n```{quiz} 32_exam\n```\n",
}
QUESTIONS = r"""
questions:
- id: s-single
  kind: single
  aim: understanding
  level: 1
  text: |
    $\sigma'(0)$ はいくつですか。傾きを選んでください。
  choices:
  - text: $0.25$
    correct: true
    why: $0.5\times0.5$ だからです。
  - text: $0.5$
    cause: 定義
    why: それは値です。
    see: 04_sigmoid#微分 $y(1-y)$
  - text: $1$
    cause: 定義
    why: 恒等関数の傾きです。
    see: plain#別の話
  - text: $-1$
    cause: 定義
    why: 負にはなりません。
    see: plain#別の話
  explanation: |
    単一の解説です。
  see: 04_sigmoid#微分 $y(1-y)$
- id: s-multiple
  kind: multiple
  aim: understanding
  level: 2
  text: 正しいものをすべて選んでください。
  choices:
  - text: 正しい一つ目
    correct: true
    why: 一つ目の理由。
  - text: 正しい二つ目
    correct: true
    why: 二つ目の理由。
  - text: まちがい
    cause: 定義
    why: まちがいの理由。
    see: plain#別の話
  explanation: 複数の解説です。
  see: plain#別の話
- id: s-number
  kind: number
  aim: calculation
  level: 2
  text: 数で答えてください。
  answer: -0.25
  tolerance: 0.005
  compute: -1 / 4
  wrong:
  - value: 0.25
    cause: 符号
    why: 符号が逆です。
    see: 04_sigmoid#微分 $y(1-y)$
  - value: -0.5
    cause: 定義
    why: 2 乗していません。
    see: plain#別の話
  explanation: 数の解説です。
  see: plain#別の話
- id: s-code
  kind: code
  aim: recall
  level: 3
  text: 空欄に入るコードを選んでください。
  code: |
    def backward(y, dout):
        return ____
  choices:
  - text: dout * y * (1 - y)
    correct: true
    why: 連鎖律です。
  - text: y * (1 - y)
    cause: 定義
    why: dout がありません。
    see: plain#別の話
  - text: |
      z = dout * y
      z * (1 + y)
    cause: 符号
    why: 符号がちがいます。
    see: plain#別の話
  check: |
    assert backward(0.5, 2.0) == 0.5
  explanation: コードの解説です。
  see: plain#別の話
"""
FILES["questions/04_sigmoid.yml"] = QUESTIONS
FILES["questions/32_exam.yml"] = QUESTIONS.replace("id: s-", "id: e-")
# What an author may write, if rarely.
ODD = r"""
questions:
- id: o-formulas
  kind: single
  aim: understanding
  level: 1
  text: |
    [シグモイド](04_sigmoid.md) の式です。

    $$y = x$$
  choices:
  - text: "[どの章か](plain.md)"
    correct: true
    why: |
      $$y = x$$

      です。
  - text: "[nowhere]: https://example.org"
    cause: 約束
    why: "[neither]: https://example.org"
    see: plain#問題のない章
  - text: 三つ目
    cause: 約束
    why: "**別**の理由です。"
    see: deep#$x$ 六#6
  explanation: |
    一つ目です。

    二つ目です。
  see: plain#「よくある誤り」
- id: o-template
  kind: number
  aim: understanding
  level: 1
  draw: {x: [3, 5, 7]}
  text: $x=«x»$ のとき、$2x$ はいくつですか。
  digits: 0
  tolerance: 0
  compute: 2 * x
  wrong:
  - value: x
    cause: 計算
    why: 2 を掛けていません。
    see: plain#別の話
  - value: x ** 2
    cause: 計算
    why: それは $«x»^2$ です。
    see: plain#別の話
  explanation: $2\times«x»=«2 * x»$ です。
  see: plain#別の話
- id: o-whole
  kind: number
  aim: understanding
  level: 1
  text: 自然数で答えてください。
  answer: 3
  tolerance: 0
  compute: 1 + 2
  wrong:
  - value: 1.0e-5
    cause: 定義
    why: 小さすぎます。
    see: deep#$x$ 六#6
  - value: -1.0e+22
    cause: 定義
    why: 大きすぎます。
    see: deep#$x$ 六#6
  explanation: 足します。
  see: deep#$x$ 六#6
"""
FILES["questions/odd.yml"] = ODD


@pytest.fixture(scope="session")
def shown(book):
    """The book of `FILES` in the theme; not to be changed."""
    return book(FILES, PARTS, TERMS + "html_theme = 'sphinx_book_theme'\nhtml_title = '本'\n")


@pytest.fixture(scope="session")
def plain(book):
    """The book of `FILES` without the theme, which takes its time; not to be changed."""
    return book(FILES, PLAIN, BASIC)


@pytest.fixture
def fresh(book):
    """fresh(file, old, new, …): a plain book with one text of one file changed."""

    def made(file, old="", new="", more=(), **options):
        assert old in FILES[file]
        return book(FILES | {file: FILES[file].replace(old, new)} | dict(more), PLAIN, BASIC, **options)

    return made
