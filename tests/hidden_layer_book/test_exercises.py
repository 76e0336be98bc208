"""Exercises that answer: right answers pass, each typical wrong one is told its own mistake, no answer is given away."""

import copy
import inspect
import linecache
import re
import textwrap
import warnings
from pathlib import Path

import nbformat
import numpy as np
import pytest

from hidden_layer_book.exercises import EXERCISES, PASSED, check
from hidden_layer_book.exercises.grading import feedback
from lightbook import launching as versions
from tests.books import STORED, notebook
from tools import exercises as tool
from tools.notebooks import execute

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = [ROOT / "chapters" / name for name in ("30_coding_functions.ipynb", "31_coding_layers.ipynb")]
UNWRITTEN = "まだ書かれていません。"
STUBBORN = "class Stubborn:\n    def __array__(self, *args, **kwargs):\n        raise RuntimeError('no array')\n"


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_time_to_work_is_counted_from_the_levels_as_the_page_says(path):
    notebook = read(path)
    levels = re.findall(r"^\*\*レベル (\d)\*\*", "\n".join(cell.source for cell in notebook.cells), re.MULTILINE)
    assert len(levels) == sum(cell.source.startswith("check(") for cell in code_cells(notebook))
    text = "\n".join(cell.source for cell in read(CHAPTERS[0]).cells)
    assert "レベル 1 の問題を 5 分、レベル 2 を 10 分、レベル 3 を 20 分として" in text
    assert notebook.metadata.work_minutes == sum({"1": 5, "2": 10, "3": 20}[level] for level in levels)


def solution_cells():
    return [cell for path in CHAPTERS for cell in code_cells(read(path)) if versions.BEGIN in cell.source]


def run(source, namespace=None):
    """What `source` defines, as the notebook would: its lines can be shown."""
    name = f"<answer {abs(hash(source))}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    namespace = {} if namespace is None else namespace
    exec("import numpy as np, math\nfrom scipy.special import erf, erfc, ndtr, expit\n" + STUBBORN, namespace)
    exec(compile(source, name, "exec"), namespace)
    return namespace


@pytest.fixture(scope="module")
def solutions():
    namespace = {}
    for cell in solution_cells():
        run(cell.source, namespace)
    return namespace


def answered(name, answer, solutions):
    """What is said of an answer, its source or only what it returns or does, if the other functions are the right ones."""
    source = textwrap.dedent(answer)
    if not re.match(r"\s*(def|class|import) ", source):
        body = source if "return " in source else f"return {source}"
        source = f"def {name}({', '.join(EXERCISES[name].parameters)}):\n{textwrap.indent(body, '    ')}"
    return feedback(run(source, dict(solutions))[name], EXERCISES)


# Right, and written otherwise than the solution: none may be turned away.
ALSO_RIGHT = {
    "step": ["np.where(x >= 0, 1, 0).astype(x.dtype)", "y = np.zeros_like(x)\ny[x >= 0] = 1\nreturn y"],
    "relu": ["x * (x > 0)", "np.where(x > 0, x, 0)", "y = x.copy()\ny[x < 0] = 0\nreturn y"],
    "relu_backward": ["np.where(x > 0, dout, 0)", "dx = dout.copy()\ndx[x <= 0] = 0\nreturn dx"],
    "sigmoid": [
        "0.5 * (1 + np.tanh(x / 2))",
        "expit(x)",
        "1 / (1 + np.exp(-np.clip(x, -500, 500)))",
        """
                def sigmoid(x):
                    y = np.empty_like(x)
                    right = x >= 0
                    y[right] = 1 / (1 + np.exp(-x[right]))
                    e = np.exp(x[~right])
                    y[~right] = e / (1 + e)
                    return y
                """,
    ],
    "sigmoid_backward": ["dout * (y - y * y)"],
    "tanh_backward": ["dout * (1 + y) * (1 - y)"],
    "leaky_relu_backward": [
        "def leaky_relu_backward(d, x, negative_slope=0.01): return d * ((x > 0) + negative_slope * (x <= 0)).astype(d.dtype)",
        "dx = dout.copy()\ndx[x <= 0] *= negative_slope\nreturn dx",
    ],
    "prelu_backward": ["m = x <= 0\nreturn dout * np.where(m, alpha, 1.0), float((dout[m] * x[m]).sum())"],
    "numerical_gradient": [
        """
                def numerical_gradient(f, x):
                    h = 1e-4
                    grad = np.zeros_like(x)
                    it = np.nditer(x, flags=["multi_index"])
                    while not it.finished:
                        i = it.multi_index
                        kept = x[i]
                        x[i] = kept + h
                        up = f(x)
                        x[i] = kept - h
                        down = f(x)
                        grad[i] = (up - down) / (2 * h)
                        x[i] = kept
                        it.iternext()
                    return grad
                """,
        "h, moves = 1e-6, np.eye(x.size).reshape(x.size, *x.shape)\nreturn np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in moves]).reshape(x.shape)",
    ],
    "gelu": ["x * ndtr(x)", "x / 2 * erfc(-x / math.sqrt(2))"],
    "gelu_grad": [
        "ndtr(x) + x * np.exp(-x * x / 2) / math.sqrt(2 * math.pi)",
        "h = 1e-5\ng = lambda v: v * ndtr(v)\nreturn (g(x + h) - g(x - h)) / (2 * h)",
    ],
    "count_dead": ["int((h.max(axis=0) <= 0).sum())", "sum(1 for c in h.T if not c.any())"],
    "he_init": [
        "rng.standard_normal((n_in, n_out)) * (2 / n_in) ** 0.5",
        "np.clip(rng.standard_normal((n_in, n_out)), -3, 3) * (2 / n_in) ** 0.5",
    ],
    "momentum_step": ["new = -learning_rate * grad + momentum * v\nreturn (w + new, new)"],
    "Affine": [
        """
               class Affine:
                   def __init__(self, W, b):
                       self.W = W
                       self.b = b
                       self.x = self.dW = self.db = None
                   def forward(self, x):
                       self.x = x
                       return np.dot(x, self.W) + self.b
                   def backward(self, dout):
                       dx = np.dot(dout, self.W.T)
                       self.dW = np.dot(self.x.T, dout)
                       self.db = np.sum(dout, axis=0)
                       return dx
               """
    ],
    "softmax": [
        "np.array([np.exp(r - r.max()) / np.exp(r - r.max()).sum() for r in z])",
        "z = (z.T - z.max(axis=1)).T\nreturn np.exp(z - np.log(np.exp(z).sum(axis=1))[:, None])",
    ],
    "cross_entropy": ["-np.sum(t * np.log(y + 1e-7)) / len(y)", "-np.log(y[np.arange(len(y)), t.argmax(axis=1)]).mean()"],
    "SoftmaxWithLoss": [
        """
               class SoftmaxWithLoss:
                   def __init__(self):
                       self.loss = self.y = self.t = None
                   def forward(self, z, t):
                       e = np.exp(z - z.max(axis=1, keepdims=True))
                       self.t, self.y = t, e / e.sum(axis=1, keepdims=True)
                       self.loss = -np.mean(np.log((self.y * t).sum(axis=1)))
                       return self.loss
                   def backward(self, dout=1.0):
                       return (self.y - self.t) * (dout / self.t.shape[0])
               """
    ],
    "Variable": [
        """
               class Variable:
                   def __init__(self, value, parents=()):
                       self.value, self.parents, self.grad = value, parents, 0
                   def __add__(self, other):
                       def same(d): return d
                       return Variable(other.value + self.value, ((other, same), (self, same)))
                   def __mul__(self, other):
                       return Variable(self.value * other.value, ((self, other.value.__mul__), (other, self.value.__mul__)))
               """,
    ],
    "backward": [
        """
               def backward(output):
                   order, stack = {}, [output]
                   while stack:
                       missing = [parent for parent, _ in stack[-1].parents if parent not in order]
                       stack += missing
                       if not missing:
                           order[stack.pop()] = True
                   output.grad = 1
                   for variable in list(order)[::-1]:
                       for parent, back in variable.parents:
                           parent.grad = parent.grad + back(variable.grad)
               """,
        """
               def backward(output):
                   def send(variable, d):
                       variable.grad += d
                       for parent, back in variable.parents:
                           send(parent, back(d))
                   send(output, 1.0)
               """,
    ],
    "two_layer_gradients": [
        """
               def two_layer_gradients(params, x, t):
                   z = x @ params["W1"] + params["b1"]
                   h = np.maximum(0, z)
                   d2 = (softmax(h @ params["W2"] + params["b2"]) - t) / len(x)
                   d1 = (d2 @ params["W2"].T) * (z > 0)
                   return {"b2": d2.sum(0), "W2": h.T @ d2, "b1": d1.sum(0), "W1": x.T @ d1}
               """
    ],
}

VARIABLE = """
class Variable:
    def __init__(self, value, parents=()):
        self.value, self.parents, self.grad = value, parents, 0.0
    def __add__(self, other):
        return {add}
    def __mul__(self, other):
        return {mul}
"""
BACKWARD = """
def backward(output):
    order = []
    def place(one):
        if one not in order:
            {place}
    place(output)
    output.grad = {start}
    for one in {way}:
        for parent, back in one.parents:
            {pass_on}
"""
AFFINE = """
class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b
    def forward(self, x):
        self.x = x
        return {forward}
    def backward(self, dout):
        self.dW = {dW}
        self.db = {db}
        return {dx}
"""
LOSS = """
class SoftmaxWithLoss:
    def forward(self, z, t):
        self.y, self.t = softmax(z), t
        return {forward}
    def backward(self, dout=1):
        return {backward}
"""
NETWORK = """
def two_layer_gradients(params, x, t):
    z = x @ params["W1"] + params["b1"]
    h = np.maximum(0, z)
    d2 = {d2}
    d1 = {d1}
    return {{"W1": {W1}, "b1": {b1}, "W2": {W2}, "b2": {b2}}}
"""
GRADIENT = """
def numerical_gradient(f, x):
    h, result = {h}, np.zeros_like(x)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        result[i] = {slope}
    return result
"""


def affine(forward="x @ self.W + self.b", dW="self.x.T @ dout", db="dout.sum(axis=0)", dx="dout @ self.W.T"):
    return AFFINE.format(forward=forward, dW=dW, db=db, dx=dx)


def variable(add=None, mul=None, value="self.value * other.value", a="d * other.value", b="d * self.value"):
    add = add or "Variable(self.value + other.value, [(self, lambda d: d), (other, lambda d: d)])"
    return VARIABLE.format(add=add, mul=mul or f"Variable({value}, [(self, lambda d: {a}), (other, lambda d: {b})])")


def back(start="1.0", way="reversed(order)", pass_on="parent.grad += back(one.grad)", place=None):
    place = place or "[place(parent) for parent, _ in one.parents], order.append(one)"
    return BACKWARD.format(start=start, way=way, pass_on=pass_on, place=place)


def loss(forward="cross_entropy(self.y, t)", backward="dout * (self.y - self.t) / len(self.t)"):
    return LOSS.format(forward=forward, backward=backward)


def network(
    d2='(softmax(h @ params["W2"] + params["b2"]) - t) / len(x)',
    d1='d2 @ params["W2"].T * (z > 0)',
    W1="x.T @ d1",
    W2="h.T @ d2",
    b1="d1.sum(axis=0)",
    b2="d2.sum(axis=0)",
):
    return NETWORK.format(d2=d2, d1=d1, W1=W1, W2=W2, b1=b1, b2=b2)


def gradient(slope="(f(up) - f(down)) / (2 * h)", h="1e-5"):
    return GRADIENT.format(slope=slope, h=h)


RIGHT = {"b1": "d1.sum(axis=0)", "W2": "h.T @ d2", "b2": "d2.sum(axis=0)"}  # gradients of the network
# Wrong answers, each with a part of what its reader is told.
WRONG = {
    "step": [
        ("(x > 0).astype(x.dtype)", "x = 0 のところだけ、戻り値が違います"),
        ("x >= 0", "bool で返ってきます"),
        ("np.where(x >= 0, 1.0, 0.0)", "float32 の配列を渡すと、float64 で"),
        ("np.sign(x)", "−1、0、1 の 3 通り"),
        ("(x < 0).astype(x.dtype)", "0 と 1 が逆"),
        ("np.maximum(x, 0)", "正の側が、入力のまま"),
        ("1.0 if x >= 0 else 0.0", "1 個の数でしか動かない"),
        ("def step(x): print('ok')", "何も返していません"),
        ("x[x >= 0] = 1\nx[x < 0] = 0\nreturn x", "引数 x の中身を書き換えています"),
        ("def step(): return 0", "1 個ですが、いまは 0 個"),
        ("(y >= 0)", "NameError: name 'y' is not defined"),
    ],
    "relu": [
        ("np.minimum(x, 0)", "残す側が逆"),
        ("np.abs(x)", "符号を変えた値"),
        ("(x > 0).astype(x.dtype)", "0 か 1 しか"),
        ("np.max(x)", "1 つの数になりました"),
        ("x[x < 0] = 0\nreturn x", "引数 x の中身を書き換えています"),
        ("max(0, x)", "1 個の数でしか動かない"),
        ("[[max(0.0, v) for v in row] for row in x]", "list です"),
        ("np.log1p(np.exp(x))", "x = -2 のとき、戻り値が 0.126928 になりました。正しい値は 0 です"),
        ("np.where(x > 0, x, np.zeros(x.shape))", "float32 の配列を渡すと、float64 で"),
        ("x[x > 0]", "残すはずの軸"),
        ("'max(0, x)'", "実数の配列になっていません（str）"),
    ],
    "relu_backward": [
        ("(x > 0).astype(x.dtype)", "dout が、結果に使われていません"),
        ("dout * (x >= 0)", "x = 0 のところだけ、戻り値が違います"),
        ("np.maximum(0, dout)", "dout の符号で場所を選んでいます"),
        ("dout * np.maximum(0, x)", "x まで掛かっています"),
        ("dout * (x < 0)", "通す側が逆"),
        ("dout[x <= 0] = 0\nreturn dout", "引数 dout の中身を書き換えています"),
        ("def relu_backward(x, dout): return dout * (x > 0)", "引数の順番が違います"),
        ("dout * np.maximum(0, x) / x", "dout = 3、x = 0 のとき、戻り値が nan になります"),
        ("-dout * (x > 0)", "符号が、すべて逆"),
        ("dout * np.where(x > 0, 1.0, 0.0)", "dtype が変わっています"),
        ("(dout * (x > 0)).T", "行と列が入れ替わっています"),
        ("np.sum(dout * (x > 0))", "足したり平均したりしすぎて"),
    ],
    "sigmoid": [
        ("1 / (1 + np.exp(-x))", "x = [-1000, -30, 30, 1000] で警告が出ました：overflow"),
        ("np.exp(x) / (1 + np.exp(x))", "±1000 のどこかで NaN"),
        ("1 / (1 + np.exp(x))", "左右が逆"),
        ("np.tanh(x)", "−1 から 1 の範囲"),
        ("1 / (1 + math.exp(-x))", "1 個の数でしか動かない"),
        ("expit(x) * (1 - expit(x))", "シグモイド関数の微分になって"),
        ("1 / (1 + np.exp(-2 * x))", "x = -2 のとき、戻り値が 0.0179862"),
    ],
    "sigmoid_backward": [
        ("y * (1 - y)", "dout が、結果に使われていません"),
        ("dout * expit(y) * (1 - expit(y))", "もうシグモイド関数を通ったあと"),
        ("dout * y", "y が 1 に近いとき"),
        ("dout * (1 - y)", "y が 0 に近いとき"),
        ("dout * (1 - y ** 2)", "tanh関数の微分になって"),
        ("dout * y * (y - 1)", "符号が、すべて逆"),
        ("dout *= y * (1 - y)\nreturn dout", "引数 dout の中身を書き換えています"),
    ],
    "tanh_backward": [
        ("1 - y ** 2", "dout が、結果に使われていません"),
        ("dout * (1 - np.tanh(y) ** 2)", "もう tanh関数を通ったあと"),
        ("dout * y * (1 - y)", "シグモイド関数の微分になって"),
        ("dout * (1 - y)", "傾きが 1 を超えています"),
        ("dout * (1 - y) ** 2", "2 乗する場所が違います"),
        ("dout / (1 - y ** 2)", "のとき、戻り値が"),
    ],
    "leaky_relu_backward": [
        (
            "def leaky_relu_backward(dout, x, negative_slope): return np.where(x > 0, dout, negative_slope * dout)",
            "既定値を 0.01 に",
        ),
        ("def leaky_relu_backward(dout, x): return np.where(x > 0, dout, 0.01 * dout)", "引数の数が違います"),
        ("np.where(x > 0, dout, 0.01 * dout)", "いつも 0.01"),
        ("np.where(x > 0, 1.0, negative_slope)", "dout が、結果に使われていません"),
        ("np.where(x >= 0, dout, negative_slope * dout)", "x = 0 のところだけ、戻り値が"),
        ("np.where(x > 0, dout, 0)", "負の側の勾配が 0"),
        ("dout * np.where(x > 0, x, negative_slope * x)", "関数の値を掛けています"),
        ("np.where(x > 0, negative_slope * dout, dout)", "正の側と負の側が逆"),
        ("dout * np.where(x > 0, 1.0, negative_slope)", "dtype が変わっています"),
    ],
    "prelu_backward": [
        ("np.where(x > 0, dout, alpha * dout)", "dx、dalpha の 2 つを"),
        ("np.where(x > 0, dout, alpha * dout), dout * np.minimum(0, x)", "場所ごとの値のまま"),
        ("np.where(x > 0, dout, alpha * dout), np.mean(dout * np.minimum(0, x))", "dalpha が平均"),
        ("np.where(x > 0, dout, alpha * dout), np.sum(np.minimum(0, x))", "dalpha：出口から来た勾配 dout"),
        ("np.where(x > 0, 1.0, alpha), np.sum(dout * np.minimum(0, x))", "dx：出口から来た勾配 dout"),
        ("np.where(x > 0, dout, 0), np.sum(dout * np.minimum(0, x))", "傾き alpha が使われていません"),
        ("np.where(x > 0, dout, alpha * dout), np.sum(dout * x)", "正の場所の分まで"),
        ("np.where(x > 0, dout, alpha * dout), np.sum(dout * np.maximum(0, x))", "正の場所から"),
        ("np.where(x > 0, dout, alpha * dout), np.sum(dout * alpha * np.minimum(0, x))", "alpha が掛かって"),
        ("np.where(x >= 0, dout, alpha * dout), np.sum(dout * np.minimum(0, x))", "x = 0 のところだけ、dx が"),
        ("np.where(x > 0, dout, alpha * dout), (dout * np.minimum(0, x)).sum(axis=0)", "1 つの数のはず"),
    ],
    "numerical_gradient": [
        (gradient("(f(up) - f(x)) / h"), "片側の差"),
        (gradient("(f(up) - f(down)) / h"), "ちょうど 2 倍"),
        (gradient("(f(up) - f(down)) / (4 * h)"), "ちょうど半分"),
        (gradient("(f(down) - f(up)) / (2 * h)"), "符号が、すべて逆"),
        (gradient(h="0.1"), "誤差が大きすぎます"),
        (gradient("(f(up[i]) - f(down[i])) / (2 * h)"), "配列をそのまま渡します"),
        ("h = 1e-5\nreturn (f(x + h) - f(x - h)) / (2 * h)", "足したり平均したりしすぎて"),
        (
            """
         def numerical_gradient(f, x):
             h, g = 1e-4, np.zeros_like(x)
             for i in np.ndindex(x.shape):
                 x[i] += h
                 up = f(x)
                 x[i] -= 2 * h
                 g[i] = (up - f(x)) / (2 * h)
             return g
         """,
            "引数 x の中身を書き換えています",
        ),
        (
            """
         def numerical_gradient(f, x):
             h, g = 1e-5, np.zeros(x.size)
             for i in range(len(x)):
                 e = np.zeros_like(x)
                 e[i] = h
                 g[i] = (f(x + e) - f(x - e)) / (2 * h)
             return g
         """,
            "残すはずの軸",
        ),
    ],
    "gelu": [
        ("0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x ** 3)))", "tanh 近似の値です"),
        ("x * expit(1.702 * x)", "シグモイド近似の値です"),
        ("0.5 * x * (1 + erf(x))", "erf に渡す値"),
        ("x * (1 + erf(x / np.sqrt(2)))", "ちょうど 2 倍"),
        ("0.5 * (1 + erf(x / np.sqrt(2)))", "累積分布関数そのもの"),
        ("0.5 * x * erf(x / np.sqrt(2))", "左右対称の形"),
        ("0.5 * x * (1 + math.erf(x / math.sqrt(2)))", "1 個の数でしか動かない"),
        ("0.5 * x * (1 - erf(x / np.sqrt(2)))", "のとき、戻り値が"),
    ],
    "gelu_grad": [
        ("ndtr(x)", "片方の項しか"),
        ("ndtr(x) + np.exp(-x ** 2 / 2) / np.sqrt(2 * np.pi)", "x が掛かっていません"),
        ("ndtr(x) + x * np.exp(-x ** 2 / 2)", "係数が足りません"),
        ("ndtr(x) - x * np.exp(-x ** 2 / 2) / np.sqrt(2 * np.pi)", "2 つ目の項の符号"),
        ("x * ndtr(x)", "GELU の値になっています"),
        ("ndtr(x) + x * np.exp(-(x / 2) ** 2) / np.sqrt(2 * np.pi)", "のとき、戻り値が"),
        (
            "c, a = np.sqrt(2 / np.pi), 0.044715\nt = np.tanh(c * (x + a * x ** 3))\nreturn 0.5 * (1 + t) + 0.5 * x * (1 - t ** 2) * c * (1 + 3 * a * x ** 2)",
            "tanh 近似の微分です",
        ),
        ("ndtr(x) + x * np.exp(x ** 2 / 2) / np.sqrt(2 * np.pi)", "x = -2 のとき、戻り値が -5.87"),
    ],
    "count_dead": [
        ("np.sum(h == 0)", "1 つずつ数えています"),
        ("np.any(h == 0, axis=0).sum()", "1 件でも 0"),
        ("np.any(h != 0, axis=0).sum()", "生きているニューロン"),
        ("np.all(h == 0, axis=1).sum()", "軸が逆"),
        ("np.all(h == 0, axis=0).mean()", "割合になって"),
        ("np.all(h == 0, axis=0)", "1 つの数のはず"),
        ("h.shape[1]", "正しい値は 2"),
    ],
    "he_init": [
        ("rng.normal(0, np.sqrt(1 / n_in), (n_in, n_out))", "ばらつきが小さすぎます。Xavierの初期値"),
        ("rng.normal(0, 2 / n_in, (n_in, n_out))", "分散の式を、標準偏差として"),
        ("rng.normal(0, np.sqrt(2 / n_out), (n_in, n_out))", "出力の数を使っています"),
        ("rng.normal(0, np.sqrt(2 / (n_in + n_out)), (n_in, n_out))", "もう 1 つの形"),
        ("rng.normal(size=(n_in, n_out))", "標準偏差が 1 のまま"),
        ("rng.normal(0, np.sqrt(2 / n_in), (n_out, n_in))", "重みの形が違います"),
        ("np.random.default_rng(0).normal(0, np.sqrt(2 / n_in), (n_in, n_out))", "種を関数の中で決めず"),
        ("np.random.normal(0, np.sqrt(2 / n_in), (n_in, n_out))", "毎回違う重み"),
        ("rng.uniform(-np.sqrt(6 / n_in), np.sqrt(6 / n_in), (n_in, n_out))", "正規分布ではありません"),
        ("rng.normal(0.5, np.sqrt(2 / n_in), (n_in, n_out))", "平均が 0.5"),
        ("def he_init(rng, n_in, n_out): rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out))", "何も返していません"),
    ],
    "momentum_step": [
        ("w + v, momentum * v - learning_rate * grad", "古い v から"),
        ("w - learning_rate * grad, v", "v が使われていません"),
        ("v = momentum * v + learning_rate * grad\nreturn w + v, v", "損失が増える向き"),
        ("v = momentum * v - learning_rate * grad\nreturn w - v, v", "w の動く向きが逆"),
        ("v = momentum * v - (1 - momentum) * learning_rate * grad\nreturn w + v, v", "余計な 1 − momentum"),
        ("w + momentum * v - learning_rate * grad, momentum * v + grad", "学習率が入っていません"),
        ("w + momentum * v - learning_rate * grad, v", "もとのまま"),
        ("v *= momentum\nv -= learning_rate * grad\nreturn w + v, v", "引数 v の中身を"),
        ("v = momentum * v - learning_rate * grad\nw += v\nreturn w, v", "引数 w の中身を"),
        ("w + momentum * v - learning_rate * grad", "w、v の 2 つを"),
    ],
    "Affine": [
        (affine(forward="x @ self.W"), "足されていません"),
        (affine(forward="x @ self.W - self.b"), "引いています"),
        (affine(forward="None"), "forward が何も返していません"),
        (affine(forward="self.W @ x + self.b"), "ValueError"),
        (affine(dW="dout.T @ self.x"), "self.dW の形が違います"),
        (affine(dW="self.x.T @ dout / len(dout)"), "self.dW が、データの数で割られて"),
        (affine(dW="self.x.T @ np.ones_like(dout)"), "self.dW：出口から来た勾配 dout"),
        (affine(dW="x.T @ dout"), "NameError: name 'x' is not defined"),
        (affine(db="dout"), "self.db が、データごとの値のまま"),
        (affine(db="dout.mean(axis=0)"), "self.db が平均"),
        (affine(db="dout.sum()"), "self.db が 1 つの数"),
        (affine(db="dout.sum(axis=1)"), "self.db を足す軸が違います"),
        (affine(db="dout.sum(axis=0, keepdims=True)"), "足し合わせるはずの軸が残って"),
        (affine(dx="None"), "backward が何も"),
        (affine(dx="np.ones_like(dout) @ self.W.T"), "backward の戻り値：出口から来た勾配 dout"),
        (affine().replace("self.dW =", "dW ="), "self.dW がありません"),
        (affine().replace("(self, x)", "(x)"), "2 個ですが、いまは 1 個"),
        (affine().partition("    def backward")[0], "メソッド backward がありません"),
        ("def Affine(x, W, b): return x @ W + b", "クラスとして書いてください"),
        (affine().replace("self.x = x", "pass"), "AttributeError"),
    ],
    "softmax": [
        ("np.exp(z) / np.exp(z).sum()", "全体の合計で割っています"),
        ("e = np.exp(z - z.max())\nreturn e / e.sum(axis=0)", "足す軸が違います"),
        ("e = np.exp(z)\nreturn e / e.sum(axis=1, keepdims=True)", "±1000 のような大きな値で NaN"),
        ("e = np.exp(z - z.max())\nreturn e / e.sum(axis=1, keepdims=True)", "行によって値の大きさ"),
        ("np.exp(z - z.max(axis=1, keepdims=True))", "合計で割っていません"),
        ("e = np.exp(z)\nreturn e / e.sum(axis=1)", "ValueError"),
        ("expit(z)", "シグモイド関数になって"),
        ("z = z - z.max(axis=1, keepdims=True)\nreturn z - np.log(np.exp(z).sum(axis=1, keepdims=True))", "対数"),
        ("z -= z.max(axis=1, keepdims=True)\nreturn np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)", "引数 z の中身を"),
    ],
    "cross_entropy": [
        ("np.mean(np.log(np.sum(t * y, axis=1)))", "符号が逆です"),
        ("-np.sum(np.log(np.sum(t * y, axis=1)))", "データの数だけ大きく"),
        ("-np.mean(t * np.log(y))", "クラスの数でも割って"),
        ("np.sum(t * np.log(y))", "平均にもなっていません"),
        ("-np.log(np.sum(t * y, axis=1))", "データごとの損失のまま"),
        ("-np.sum(t * np.log(y)) / len(y)", "確率が 0 のクラス"),
        ("np.mean((y - t) ** 2)", "二乗誤差"),
        ("-np.mean(np.log(y).sum(axis=1))", "正解でないクラスの対数まで"),
        ("def cross_entropy(t, y): return -np.mean(np.log(np.sum(t * y, axis=1)))", "引数の順番"),
    ],
    "SoftmaxWithLoss": [
        (loss(forward="len(t) * cross_entropy(self.y, t)"), "損失が、データの数だけ大きく"),
        (loss(forward="self.y"), "forward が、確率を返しています"),
        (loss(backward="dout * (self.y - self.t)"), "backward の戻り値が、データの数だけ"),
        (loss(backward="dout * (self.t - self.y) / len(self.t)"), "backward の戻り値の符号が逆"),
        (loss(backward="(self.y - self.t) / len(self.t)"), "backward：出口から来た勾配 dout"),
        (loss(backward="dout * self.y / len(self.t)"), "正解 t が使われていません"),
        (loss(backward="dout * (self.y - self.t) / self.t.size"), "クラスの数でも割られています"),
        (loss().replace("dout=1", "dout"), "既定値を 1 に"),
        (loss().replace("self.y, self.t = softmax(z), t", "self.y = softmax(z)"), "AttributeError"),
    ],
    "Variable": [
        (variable(add="self.value + other.value"), "足し算の結果が Variable ではありません（float）"),
        (variable(add="None"), "足し算の結果が Variable ではありません（NoneType）"),
        (variable(add="Variable(self.value + other.value)"), "足し算 a, b の parents に、親 a が 0 個"),
        (variable(add="Variable(self.value + other.value, [self, other])"), "足し算の parents が、（親, 戻り方）"),
        (
            variable(add="Variable(self.value + other.value, [(self, lambda d: 1.0), (other, lambda d: 1.0)])"),
            "足し算：出口の勾配 d が",
        ),
        (
            variable(add="Variable(self.value + other.value, [(self, lambda d: d * other.value), (other, lambda d: d)])"),
            "足し算は、そのまま配ります",
        ),
        (variable(add="Variable(self.value + other.value, [(self, 1.0), (other, 1.0)])"), "戻り方が関数になっていません"),
        (variable(value="self.value + other.value"), "__mul__ の値が、足し算"),
        (variable(a="other.value", b="self.value"), "掛け算：出口の勾配 d が"),
        (variable(a="d * self.value", b="d * other.value"), "自分の値を掛けています"),
        (variable(a="d", b="d"), "それは足し算の戻り方です"),
        (variable().partition("    def __mul__")[0], "メソッド __mul__ がありません"),
    ],
    "backward": [
        (back(start="0.0"), "勾配が、すべて 0 です"),
        (back(pass_on="parent.grad = back(one.grad)"), "上書きせずに"),
        (back(pass_on="parent.grad -= back(one.grad)"), "勾配の符号が"),
        (
            """
         def backward(output):
             output.grad, queue = 1.0, [output]
             for one in queue:
                 for parent, back in one.parents:
                     parent.grad += back(one.grad)
                     if parent not in queue:
                         queue.append(parent)
         """,
            "全部そろう前に",
        ),
        (
            """
         def backward(output, first=True):
             pass
         """,
            "引数の数が違います",
        ),
        (
            """
         def backward(output):
             def send(one):
                 for parent, back in one.parents:
                     parent.grad += back(one.grad)
                     send(parent)
             output.grad = 1.0
             send(output)
         """,
            "道ごとにもう一度",
        ),
    ],
    "two_layer_gradients": [
        (network(d2='softmax(h @ params["W2"] + params["b2"]) - t'), "W1 の勾配が、ちょうどデータの数だけ"),
        (network(d2='(t - softmax(h @ params["W2"] + params["b2"])) / len(x)'), "W1 の勾配の符号が逆"),
        *[(network(**{name: f"{right} * len(x)"}), f"{name} の勾配が、ちょうどデータの数だけ") for name, right in RIGHT.items()],
        *[(network(**{name: f"-{right}"}), f"{name} の勾配の符号が逆") for name, right in RIGHT.items()],
        (network(d1='d2 @ params["W2"].T'), "ReLU関数の微分が掛かっていません"),
        (network(W2="z.T @ d2"), "活性化関数を通る前の値"),
        (network(b1="d1"), "b1 の形が違います"),
        (network(W1="d1.T @ x"), "W1 の形が違います"),
        (network(d1='d2 @ params["W2"] * (z > 0)'), "ValueError"),
        (network().replace("    return", "    params['W1'] -= 0.1 * (x.T @ d1)\n    return"), "引数 params の中身を"),
        (network().replace(', "b2": d2.sum(axis=0)', ""), "辞書に b2 がありません"),
        (
            network()
            .replace('{"W1": x.T @ d1, "b1"', '[x.T @ d1, "b1"')
            .replace(': d1.sum(axis=0), "W2": ', ", ")
            .replace(', "b2": d2.sum(axis=0)}', "]"),
            "辞書を返してください",
        ),
    ],
}


def test_each_exercise_has_its_solution_its_hints_and_its_check():
    names = []
    for path in CHAPTERS:
        cells = read(path).cells
        for task, cell, checked in zip(cells, cells[1:], cells[2:]):
            if cell.cell_type == "code" and versions.BEGIN in cell.source:
                names.append(checked.source.removeprefix("check(").removesuffix(")"))
                assert cell.source.startswith((f"def {names[-1]}(", f"class {names[-1]}:"))
                assert "**レベル " in task.source and ".ipynb)の章" in task.source
                assert 2 <= task.source.count("<details><summary>ヒント ") <= 3
    assert sorted(names) == sorted(EXERCISES) and len(names) == 21


@pytest.mark.parametrize("name", EXERCISES)
def test_the_solution_passes(name, solutions, capsys):
    check(solutions[name])
    assert capsys.readouterr().out == f"{PASSED}{EXERCISES[name].tested}".replace("。", "。\n")


def test_a_line_of_the_reader_is_shown_as_it_is(capsys):
    check(run("def relu(x):\n    return y  # 。。")["relu"])
    assert (
        capsys.readouterr().out
        == "2 行目で、エラーになりました。\n    return y  # 。。\n    NameError: name 'y' is not defined\n"
    )


@pytest.mark.parametrize("name, source", [(name, source) for name, sources in ALSO_RIGHT.items() for source in sources])
def test_what_is_right_in_another_way_passes(name, source, solutions):
    assert answered(name, source, solutions).startswith(PASSED)


@pytest.mark.parametrize("name, source, told", [(name, *wrong) for name, answers in WRONG.items() for wrong in answers])
def test_a_wrong_answer_is_told_what_is_wrong(name, source, told, solutions):
    with warnings.catch_warnings(record=True) as caught:
        said = answered(name, source, solutions)
    assert told in said and PASSED not in said and "Wrong" not in said
    assert said.endswith("。") or "行目で、エラーになりました" in said
    assert said == answered(name, source, solutions)
    assert not caught


@pytest.mark.parametrize("name", EXERCISES)
def test_each_mistake_has_a_message_of_its_own_and_none_is_the_solution(name, solutions):
    said = [answered(name, source, solutions) for source, _ in WRONG[name]]
    assert len(WRONG[name]) >= 4
    assert len(set(said)) == len(said)
    assert {slip.message for slip in EXERCISES[name].slips} <= set(said), "each slip that is recognised is tried"
    lines = [line.strip() for cell in solution_cells() for line in cell.source.splitlines() if line.startswith("    ")]
    for line in lines:
        if "SOLUTION" not in line and len(line) > 12:
            expression = line.removeprefix("return ").split("  #")[0].strip()
            assert not [text for text, (source, _) in zip(said, WRONG[name]) if expression in text and expression not in source]


LEAKY = "def leaky_relu_backward({}): return np.where(x > 0, dout, negative_slope * dout)"
# What is said as a whole: where, what came, and what should have come.
SAID = [
    (
        "step",
        "1.0 if x >= 0 else 0.0",
        "配列を渡すと、エラーになります。1 個の数でしか動かない書き方です（if や math の関数など）。配列の全部の要素を、一度に計算する書き方にしてください。",
    ),
    ("relu", "np.maximum(0, x) * (1 + 8e-6)", "x = 0.3 のとき、戻り値が 0.300002 になりました。正しい値は 0.3 です。"),
    ("relu", "np.maximum(0, x) + 5e-9", "x = -2 のとき、戻り値が 5e-09 になりました。正しい値は 0 です。"),
    (
        "prelu_backward",
        "np.where(x > 0, dout, alpha * dout), np.sum(dout * np.minimum(0, x)) + 2",
        "alpha = 0.25 のとき、dalpha が -1.5 になりました。正しい値は -3.5 です。",
    ),
    (
        "Affine",
        affine(forward="x @ self.W + 2 * self.b"),
        "[0, 0] の場所で、forward の戻り値が -2.57 になりました。正しい値は -2.67 です。",
    ),
    ("Affine", affine(dW="(self.x.T @ dout)[:2]"), "self.dW の形が違います。(4, 3) のはずが、(2, 3) です。"),
    ("Affine", affine().replace("(self, x)", "(x)"), "引数の数が違います。forward(self, x) の 2 個ですが、いまは 1 個です。"),
    (
        "leaky_relu_backward",
        LEAKY.format("x, dout, negative_slope=0.01"),
        "引数の順番が違います。leaky_relu_backward(dout, x, negative_slope=0.01) の順に並べてください。",
    ),
    (
        "leaky_relu_backward",
        LEAKY.format("dout, x, negative_slope=0.1"),
        "引数 negative_slope の既定値を 0.01 にしてください。leaky_relu_backward(dout, x, negative_slope=0.01) の形です。",
    ),
    (
        "prelu_backward",
        "np.where(x > 0, dout, alpha * dout)",
        "dx、dalpha の 2 つを、この順に return してください。いま返ってきたのは ndarray です。",
    ),
    ("momentum_step", "w, v, grad", "w、v の 2 つを、この順に return してください。いま返ってきたのは 3 個 です。"),
    *[
        (
            "relu",
            f"def relu(x):\n    y = np.maximum(0, x)\n    x {change}\n    return y",
            "値は合っていますが、引数 x の中身を書き換えています。呼び出した側の配列まで変わってしまいます。書き換えずに、新しい配列を作ってください。",
        )
        for change in ("*= 1 + 1e-7", "+= 1e-9")
    ],
]


@pytest.mark.parametrize("name, source, text", SAID)
def test_what_is_said_as_a_whole(name, source, text, solutions):
    assert answered(name, source, solutions) == text


def test_an_error_inside_is_shown_with_its_line_and_shapes(solutions):
    said = answered("softmax", "def softmax(z):\n    e = np.exp(z)\n    return e / e.sum(axis=1)", solutions)
    assert said.splitlines()[:2] == ["3 行目で、エラーになりました。", "    return e / e.sum(axis=1)"]
    assert said.endswith("渡した配列の形：z (4, 3)")
    said = answered("relu_backward", "def relu_backward(dout, x): return dout @ x", solutions)
    assert said.endswith("渡した配列の形：dout (2, 3)、x (2, 3)")


def test_an_unwritten_function_is_named_also_where_another_calls_it(solutions):
    stub = "def softmax(z):\n    raise NotImplementedError\n"
    assert answered("softmax", stub, solutions) == UNWRITTEN
    assert (
        answered("SoftmaxWithLoss", stub + loss(), solutions)
        == "まだ確かめられません。中で使っている softmax が、まだ書かれていません。"
    )
    assert "NotImplementedError: no" in answered(
        "relu", "def relu(x):\n    E = NotImplementedError\n    raise E('no')", solutions
    )
    half = affine(dW="1").replace("self.dW = 1", "raise NotImplementedError")
    assert answered("Affine", half, solutions) == "backward が、まだ書かれていません。"


def test_check_takes_anything_and_says_what_it_wants():
    assert feedback(3, EXERCISES) == (
        "check には、関数やクラスそのものを渡します。いま渡されたのは int です。"
        "呼び出した結果ではなく、check(relu) のように名前を渡してください。"
    )
    assert "relu、relu_backward" in feedback(len, EXERCISES)
    assert "関数として書いてください" in feedback(type("relu", (), {}), EXERCISES)


BASE = affine().replace("class Affine", "class Base")
# Answers that do what no exercise foresees: each is told so, none gets out of check().
ESCAPES = [
    (
        "relu",
        "import sys\ndef relu(x):\n    sys.exit('done')",
        "3 行目で、エラーになりました。\n    sys.exit('done')\n    SystemExit: done",
    ),
    ("relu", "def relu(x):\n    if np.ndim(x):\n        raise ValueError\n    exit()", "3 行目で、エラーになりました"),
    ("relu", "Stubborn()", "RuntimeError: no array"),
    ("prelu_backward", "np.where(x > 0, dout, alpha * dout), Stubborn()", "RuntimeError: no array"),
    ("Affine", affine(dW="Stubborn()"), "RuntimeError: no array"),
    ("he_init", "Stubborn()", "RuntimeError: no array"),
    ("gelu", "x > 10", "x = -2 のとき、戻り値が 0 になりました。正しい値は -0.0455003 です。"),
    *[
        (
            "two_layer_gradients",
            network().replace("    return", f"    params['W1'] = {value}\n    return"),
            "引数 params の中身を書き換え",
        )
        for value in ("None", "'w'")
    ],
    ("Affine", affine().partition("    def backward")[0] + "    backward = 3", "メソッド backward がありません。"),
    ("Affine", affine().replace("def __init__", "def build"), "メソッド __init__ がありません。"),
    ("Affine", BASE.partition("    def backward")[0] + "class Affine(Base): pass", "メソッド backward がありません。"),
    ("Affine", BASE.replace("x @ self.W", "x @ w") + "class Affine(Base): pass", "7 行目で、エラーになりました"),
    (
        "Affine",
        BASE.replace("return x @ self.W + self.b", "raise NotImplementedError") + "class Affine(Base): pass",
        "forward が、まだ書かれていません。",
    ),
    ("relu", "import types\nrelu = types.ModuleType('relu')", "いま渡されたのは module です"),
    (
        "relu",
        "class Compiled:\n    __name__, __signature__ = 'relu', 3\n    def __call__(self, x): return x * (x > 0)\nrelu = Compiled()",
        "relu の引数が読み取れません。def で書いた関数を渡してください。",
    ),
]


@pytest.mark.parametrize("name, source, told", ESCAPES)
def test_nothing_gets_out_of_check_whatever_an_answer_does(name, source, told, solutions):
    assert told in answered(name, source, solutions)


def test_methods_may_be_inherited(solutions):
    assert answered("Affine", BASE + "class Affine(Base): pass", solutions).startswith(PASSED)
    half = BASE + "class Affine(Base):\n    def forward(self, x):\n        return super().forward(x)"
    assert answered("Affine", half, solutions).startswith(PASSED)
    static = loss().replace("    def backward(self, dout=1)", "    helper = staticmethod(len)\n    def backward(self, dout=1)")
    assert answered("SoftmaxWithLoss", static, solutions).startswith(PASSED)


def test_the_reader_can_stop_an_answer(solutions):
    with pytest.raises(KeyboardInterrupt):
        answered("relu", "def relu(x): raise KeyboardInterrupt", solutions)


def test_settings_of_the_reader_neither_hide_an_overflow_nor_change(solutions):
    before = np.seterr(all="ignore")
    try:
        assert "overflow" in answered("sigmoid", "def sigmoid(x): return 1 / (1 + np.exp(-x))", solutions)
        for trouble, warning in [("1 / x", "divide by zero encountered"), ("np.sqrt(x)", "invalid value encountered")]:
            said = answered("relu_backward", f"def relu_backward(dout, x):\n    {trouble}\n    return dout * (x > 0)", solutions)
            assert said.startswith(
                "値は合っていますが、dout = [[2, -1, 3], [-2, 0.5, 4]]、x = [[-2, -0.5, 0], [0.3, 1, 3]] "
                f"で警告が出ました：{warning}"
            )
        np.seterr(under="raise")
        assert answered("relu", "def relu(x):\n    np.exp(-np.abs(x))\n    return np.maximum(0, x)", solutions).startswith(PASSED)
        np.seterr(under="ignore")
        assert np.geterr() == dict.fromkeys(("divide", "over", "under", "invalid"), "ignore")
    finally:
        np.seterr(**before)


def test_no_case_is_changed_by_an_answer_that_writes_into_its_arguments(solutions):
    before = copy.deepcopy(
        [{k: v for k, v in case.items() if isinstance(v, np.ndarray)} for e in EXERCISES.values() for case in e.cases]
    )
    for name, answers in WRONG.items():
        for source, _ in answers:
            answered(name, source, solutions)
    after = [{k: v for k, v in case.items() if isinstance(v, np.ndarray)} for e in EXERCISES.values() for case in e.cases]
    assert all(np.array_equal(old[key], new[key]) for old, new in zip(before, after) for key in old)


# -- The version without solutions ----------------------------------------------------------


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_version_without_solutions_runs_and_says_of_each_that_it_is_unwritten(path, tmp_path):
    notebook = versions.without_solutions(read(path), ROOT / "chapters", ROOT / "exercises")
    assert not [cell for cell in code_cells(notebook) if cell.outputs or cell.execution_count or cell.metadata]
    notebook.cells.append(nbformat.v4.new_code_cell("def relu(x):\n    return np.maximum(x, y)\n\ncheck(relu)"))
    execute(notebook, tmp_path)
    checks = [cell for cell in code_cells(notebook) if cell.source.startswith("check(")]
    assert len(checks) == sum(versions.BEGIN in cell.source for cell in code_cells(read(path)))
    for cell in checks:
        assert [output.name for output in cell.outputs] == ["stdout"]
        assert cell.outputs[0].text.endswith(UNWRITTEN + "\n"), cell.source
    assert notebook.cells[-1].outputs[0].text.startswith("2 行目で、エラーになりました。\n    return np.maximum(x, y)\n")


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_without_the_solutions_all_else_is_the_chapter_s(path):
    there = versions.without_solutions(chapter := read(path), ROOT / "chapters", ROOT / "exercises")
    assert chapter == read(path)
    for original, stubbed in zip(chapter.cells, there.cells, strict=True):
        before, *parts = re.split(f"( *){versions.BEGIN}.*?{versions.END}", original.source, flags=re.S)
        stubs = [
            f"\n{indent}".join((indent + versions.STUB[0], versions.STUB[1])) + rest
            for indent, rest in zip(parts[::2], parts[1::2])
        ]
        if "ipynb" not in original.source:
            assert stubbed.source == before + "".join(stubs)


def test_links_lead_where_they_led_or_to_the_version_without_solutions():
    text = '[z](31_coding_layers.ipynb) [a](04_sigmoid.ipynb#x) [b](../index.ipynb) [c](https://example.org/a) [d](#here) <a href="../exercises/30.ipynb" download>e</a>'
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text), solved()])
    there = versions.without_solutions(notebook, ROOT / "chapters", ROOT / "exercises")
    assert there.cells[0].source == (
        "[z](31_coding_layers.ipynb) [a](../chapters/04_sigmoid.ipynb#x) [b](../index.ipynb) [c](https://example.org/a) [d](#here) "
        '<a href="30.ipynb" download>e</a>'
    )


def solved(body="    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION", tags=("hide-cell",)):
    return nbformat.v4.new_code_cell(f"def f(x):\n{body}", metadata={"tags": list(tags)})


@pytest.mark.parametrize(
    "cell, message",
    [
        (solved("    ### BEGIN SOLUTION\n    return 1"), "cell 0, '### BEGIN SOLUTION' without"),
        (solved("    ### END SOLUTION"), "cell 0, line 2: '### END SOLUTION' without"),
        (solved("    ### BEGIN SOLUTION\n    ### BEGIN SOLUTION"), "cell 0, line 3: '### BEGIN SOLUTION' without"),
        (solved(tags=()), "cell 0 holds a solution and is not tagged hide-cell"),
        (nbformat.v4.new_code_cell(solved().source), "cell 0 holds a solution and is not tagged hide-cell"),
    ],
)
def test_wrong_marks_are_refused_with_the_cell(cell, message, tmp_path, capsys):
    notebook = nbformat.v4.new_notebook(cells=[cell])
    with pytest.raises(ValueError, match=message):
        versions.without_solutions(notebook, "a", "b")
    nbformat.write(notebook, tmp_path / "n.ipynb")
    assert tool.main([str(tmp_path / "out"), str(tmp_path / "n.ipynb")]) == 1
    assert f"n.ipynb: {message}" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_tool_keeps_what_a_reader_has_written(tmp_path, capsys):
    sources = [str(path) for path in [ROOT / "index.ipynb", *CHAPTERS]]
    assert tool.main([str(tmp_path), *sources]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [path.name for path in CHAPTERS]
    assert capsys.readouterr().out.count("作りました") == 2
    answer = tmp_path / CHAPTERS[0].name
    answer.write_text("mine")
    assert tool.main([str(tmp_path), *sources]) == 0
    assert answer.read_text() == "mine"
    assert capsys.readouterr().out.count("そのままにしました") == 2


def test_the_site_has_them_and_wrong_marks_are_a_warning(book):
    chapter = {f"chapters/{path.name}": path.read_text("utf-8") for path in CHAPTERS[:1]}
    bad = {"bad.ipynb": nbformat.writes(nbformat.v4.new_notebook(cells=[solved(tags=())]))}
    about = {"about.ipynb": notebook("1", text=versions.BEGIN), "index.md": f"# 題\n\n{versions.BEGIN}\n"}
    made = book(chapter | bad | about, ["lightbook.launching"], STORED)
    assert [path.name for path in (made.out / "exercises").iterdir()] == [CHAPTERS[0].name]
    assert "bad.ipynb: cell 0 holds a solution and is not tagged hide-cell: the page would show it" in made.warnings


@pytest.mark.site
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_site_offers_the_version_without_solutions(path, site):
    offered = site / "exercises" / path.name
    assert read(offered) == versions.without_solutions(read(path), ROOT / "chapters", ROOT / "exercises")
    page = (site / "chapters" / f"{path.stem}.html").read_text(encoding="utf-8")
    assert f'href="../exercises/{path.name}"' in page
    assert page.count("答えを表示") == sum(versions.BEGIN in cell.source for cell in code_cells(read(path)))


def test_the_signatures_in_the_chapters_are_those_that_are_checked(solutions):
    for name, exercise in EXERCISES.items():
        if not inspect.isclass(solutions[name]):
            assert str(inspect.signature(solutions[name])) == f"({', '.join(exercise.parameters)})"
