"""The exercises: what each is tested with, what is right, and which slips are recognised."""

import inspect
from types import MappingProxyType

import numpy as np
from scipy.special import erf, log_softmax, ndtr
from scipy.special import softmax as reference_softmax

from hidden_layer import activations as A
from hidden_layer.autodiff import Variable
from hidden_layer_book.exercises.grading import NO_RETURN, RETURNED, Exercise, Slip, Wrong

# Numbers that tell the slips apart, small enough to be read in a message.
X = np.array([[-2.0, -0.5, 0.0], [0.3, 1.0, 3.0]])
DOUT = np.array([[2.0, -1.0, 3.0], [-2.0, 0.5, 4.0]])
FAR = np.array([-1000.0, -30.0, 30.0, 1000.0])


def _close(got, value, rtol=1e-6):
    return np.shape(value) == got.shape and np.allclose(got, value, rtol=rtol)


def _like(formula, message, part=RETURNED):
    """The slip of computing `formula`, which takes from the case the arguments that it names."""
    names = inspect.signature(formula).parameters

    def test(got, expected, case):
        with np.errstate(all="ignore"):
            return case.keys() >= names.keys() and _close(got, formula(*(case[name] for name in names)))

    return Slip(test, message, part)


def _times(factor, message, part=RETURNED):
    """The slip of a result that is `factor(case)` times the right one."""
    return Slip(lambda got, expected, case: np.any(expected) and _close(got, factor(case) * expected), message, part)


def _returned(reference):
    return lambda **case: {RETURNED: reference(**case)}


def _as_float32(case):
    return {name: value.astype(np.float32) if isinstance(value, np.ndarray) else value for name, value in case.items()}


def _slopes(f, x):
    """The gradient of the number f(x) by central differences: the reference where no formula may be trusted."""
    slopes = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        move = np.zeros_like(x)
        move[place] = 1e-6
        slopes[place] = (f(x + move) - f(x - move)) / 2e-6
    return slopes


def _unpack(result, names):
    if not isinstance(result, tuple) or len(result) != len(names):
        got = f"{len(result)} 個" if isinstance(result, tuple) else type(result).__name__
        raise Wrong(f"{'、'.join(names)} の {len(names)} つを、この順に return してください。いま返ってきたのは {got} です。")
    return dict(zip(names, result))


def _attribute(layer, name):
    if not hasattr(layer, name):
        raise Wrong(f"backward のあとに self.{name} がありません。求めた値を self.{name} に入れてください。")
    return getattr(layer, name)


FORGOT_D = "出口の勾配 d が、戻り方に使われていません。戻り方は、d を受け取り、親へ送る勾配を返す関数です。"
FORGOT_DOUT = "出口から来た勾配 dout が、結果に使われていません。逆伝播では、その場の微分に、出口の勾配を掛けます。"
BY_ELEMENT = "負・0・正の値、2 次元の配列"

# -- Activations ----------------------------------------------------------------------------

_FUNCTIONS = [
    Exercise(
        "step",
        ("x",),
        ({"x": X}, {"x": FAR}, {"x": X.astype(np.float32)}),
        _returned(A.step),
        f"{BY_ELEMENT}、±1000、float32 で確かめました。",
        (
            _like(lambda x: np.sign(x), "出力が −1、0、1 の 3 通りになっています。ステップ関数の出力は 0 と 1 だけです。"),
            _like(lambda x: x < 0, "0 と 1 が逆になっています。どちらの側が 1 か、確かめてください。"),
            _like(lambda x: np.maximum(0, x), "正の側が、入力のままです。ステップ関数は、大きさに関係なく 1 を返します。"),
        ),
        elementwise=True,
        keeps_dtype=True,
    ),
    Exercise(
        "relu",
        ("x",),
        ({"x": X}, {"x": FAR}, {"x": X.astype(np.float32)}),
        _returned(A.relu),
        f"{BY_ELEMENT}、±1000、float32 で確かめました。",
        (
            _like(lambda x: np.minimum(0, x), "残す側が逆です。負の側を残し、正の側を 0 にしています。"),
            _like(lambda x: np.abs(x), "負の入力で、符号を変えた値が返っています。負の側は 0 です。"),
            _like(lambda x: x >= 0, "0 か 1 しか返っていません。正の側では、入力そのものを返します。"),
            _like(lambda x: x > 0, "0 か 1 しか返っていません。正の側では、入力そのものを返します。"),
            Slip(
                lambda got, expected, case: _close(got, expected.max()),
                "1 つの数になりました。配列全体の最大値ではなく、要素ごとに 0 と比べます。",
            ),
        ),
        elementwise=True,
        keeps_dtype=True,
    ),
    Exercise(
        "relu_backward",
        ("dout", "x"),
        ({"dout": DOUT, "x": X}, _as_float32({"dout": DOUT, "x": X})),
        _returned(lambda dout, x: dout * A.relu_grad(x)),
        f"{BY_ELEMENT}、float32 で確かめました。dout も x も書き換えていません。",
        (
            _like(lambda x: x > 0, FORGOT_DOUT),
            _like(lambda x: x >= 0, FORGOT_DOUT),
            _like(
                lambda dout: np.maximum(0, dout),
                "dout の符号で場所を選んでいます。通すかどうかを決めるのは、順伝播の入力 x です。",
            ),
            _like(
                lambda dout, x: dout * np.maximum(0, x),
                "正の側で、dout に x まで掛かっています。ReLU関数の正の側の傾きを思い出してください。",
            ),
            _like(lambda dout, x: dout * (x < 0), "通す側が逆です。x が負の場所の勾配を通しています。"),
        ),
        elementwise=True,
        keeps_dtype=True,
    ),
    Exercise(
        "sigmoid",
        ("x",),
        ({"x": X}, {"x": FAR}),
        _returned(A.sigmoid),
        f"{BY_ELEMENT}、±1000 で、値と警告を確かめました。",
        (
            _like(lambda x: A.sigmoid(-x), "左右が逆です。x が大きいほど 1 に近づくはずですが、0 に近づいています。"),
            _like(
                lambda x: np.tanh(x),
                "−1 から 1 の範囲になっています。シグモイド関数は 0 から 1 です。x = 0 での値を確かめてください。",
            ),
            _like(lambda x: A.sigmoid_grad(x), "シグモイド関数の微分になっています。ここで求めるのは値です。"),
            Slip(
                lambda got, expected, case: np.isnan(got).any(),
                "x = ±1000 のどこかで NaN（数でない値）になります。大きな数の exp は無限大になり、無限大どうしの割り算は NaN です。",
            ),
        ),
        elementwise=True,
    ),
    Exercise(
        "sigmoid_backward",
        ("dout", "y"),
        ({"dout": DOUT, "y": A.sigmoid(X)}, {"dout": np.array([1.0, -3.0]), "y": np.array([0.0, 1.0])}),
        _returned(lambda dout, y: dout * y * (1 - y)),
        "いろいろな y、2 次元の配列、飽和した y = 0 と y = 1 で確かめました。",
        (
            _like(lambda y: y * (1 - y), FORGOT_DOUT),
            _like(
                lambda dout, y: dout * A.sigmoid_grad(y),
                "y を、シグモイド関数の入力として使っています。y は、もうシグモイド関数を通ったあとの出力です。",
            ),
            _like(lambda dout, y: dout * y, "微分の因子が 1 つ足りません。y が 1 に近いとき、傾きは 0 に近いはずです。"),
            _like(lambda dout, y: dout * (1 - y), "微分の因子が 1 つ足りません。y が 0 に近いとき、傾きは 0 に近いはずです。"),
            _like(lambda dout, y: dout * (1 - y**2), "tanh関数の微分になっています。シグモイド関数の微分を導き直してください。"),
        ),
        elementwise=True,
    ),
    Exercise(
        "tanh_backward",
        ("dout", "y"),
        ({"dout": DOUT, "y": A.tanh(X)}, {"dout": np.array([1.0, -3.0]), "y": np.array([-1.0, 1.0])}),
        _returned(lambda dout, y: dout * (1 - y**2)),
        "いろいろな y、2 次元の配列、飽和した y = ±1 で確かめました。",
        (
            _like(lambda y: 1 - y**2, FORGOT_DOUT),
            _like(
                lambda dout, y: dout * A.tanh_grad(y),
                "y を、tanh関数の入力として使っています。y は、もう tanh関数を通ったあとの出力です。",
            ),
            _like(
                lambda dout, y: dout * y * (1 - y),
                "シグモイド関数の微分になっています。y = 0 での傾きを、tanh関数と比べてください。",
            ),
            _like(lambda dout, y: dout * (1 - y), "y が負のときに、傾きが 1 を超えています。tanh関数の傾きは 1 までです。"),
            _like(lambda dout, y: dout * (1 - y) ** 2, "2 乗する場所が違います。y が −1 のときにも、傾きは 0 になるはずです。"),
        ),
        elementwise=True,
    ),
    Exercise(
        "leaky_relu_backward",
        ("dout", "x", "negative_slope=0.01"),
        (
            {"dout": DOUT, "x": X, "negative_slope": 0.2},
            {"dout": DOUT, "x": X},
            _as_float32({"dout": DOUT, "x": X, "negative_slope": 0.2}),
        ),
        _returned(lambda dout, x, negative_slope=0.01: dout * A.leaky_relu_grad(x, negative_slope)),
        f"{BY_ELEMENT}、傾き 0.2 と既定値、float32 で確かめました。",
        (
            _like(lambda x, negative_slope: A.leaky_relu_grad(x, negative_slope), FORGOT_DOUT),
            _like(
                lambda dout, x: dout * A.leaky_relu_grad(x, 0.01),
                "渡された negative_slope が使われず、いつも 0.01 になっています。",
            ),
            _like(lambda dout, x: dout * A.relu_grad(x), "負の側の勾配が 0 です。ReLU関数の逆伝播になっています。"),
            _like(
                lambda dout, x, negative_slope: dout * A.leaky_relu(x, negative_slope),
                "関数の値を掛けています。逆伝播で掛けるのは、傾きです。",
            ),
            _like(lambda dout, x, negative_slope: dout * np.where(x > 0, negative_slope, 1.0), "正の側と負の側が逆です。"),
        ),
        elementwise=True,
        keeps_dtype=True,
    ),
    Exercise(
        "prelu_backward",
        ("dout", "x", "alpha"),
        ({"dout": DOUT, "x": X, "alpha": 0.25}, {"dout": -DOUT[0], "x": X[0], "alpha": -0.5}),
        lambda dout, x, alpha: {"dx": dout * A.prelu_grad(x, alpha), "dalpha": np.sum(dout * A.prelu_grad_alpha(x))},
        "2 つの alpha（片方は負）、2 次元と 1 次元の配列で、dx と dalpha を確かめました。",
        (
            _like(lambda x, alpha: A.prelu_grad(x, alpha), f"dx：{FORGOT_DOUT}", "dx"),
            _like(lambda dout, x: dout * A.relu_grad(x), "dx：負の側の傾き alpha が使われていません。", "dx"),
            _like(lambda x: np.sum(A.prelu_grad_alpha(x)), f"dalpha：{FORGOT_DOUT}", "dalpha"),
            _like(
                lambda dout, x: dout * A.prelu_grad_alpha(x),
                "dalpha が、場所ごとの値のままです。1 つの alpha を、すべての場所が共有しています。",
                "dalpha",
            ),
            _like(
                lambda dout, x: np.mean(dout * A.prelu_grad_alpha(x)),
                "dalpha が平均になっています。共有している場所の寄与は、平均ではありません。",
                "dalpha",
            ),
            _like(lambda dout, x: np.sum(dout * x), "dalpha に、x が正の場所の分まで入っています。", "dalpha"),
            _like(
                lambda dout, x: np.sum(dout * np.maximum(0, x)),
                "dalpha を、x が正の場所から求めています。alpha が効くのは、どちらの側でしょうか。",
                "dalpha",
            ),
            _like(
                lambda dout, x, alpha: alpha * np.sum(dout * A.prelu_grad_alpha(x)),
                "dalpha に、alpha が掛かっています。alpha·x を alpha で微分すると、何が残りますか。",
                "dalpha",
            ),
        ),
        run=lambda answer, case: _unpack(answer(*case.values()), ("dx", "dalpha")),
        elementwise=True,
    ),
    Exercise(
        "gelu",
        ("x",),
        ({"x": X}, {"x": FAR}),
        _returned(A.gelu),
        f"{BY_ELEMENT}、±1000 で確かめました。",
        (
            _like(
                lambda x: A.gelu(x, approximate="tanh"),
                "tanh 近似の値です。ここでは、誤差関数 erf を使う正確な形を書いてください。",
            ),
            _like(
                lambda x: x * A.sigmoid(1.702 * x),
                "シグモイド近似の値です。ここでは、誤差関数 erf を使う正確な形を書いてください。",
            ),
            _like(
                lambda x: 0.5 * x * (1 + erf(x)),
                "erf に渡す値が違います。erf と標準正規分布の累積分布関数では、横の目盛りが違います。",
            ),
            _like(lambda x: x * (1 + erf(x / np.sqrt(2))), "ちょうど 2 倍です。確率は 0 から 1 の間に収まるはずです。"),
            _like(lambda x: ndtr(x), "累積分布関数そのものです。GELU は、それに何かを掛けた関数です。"),
            _like(
                lambda x: 0.5 * x * erf(x / np.sqrt(2)),
                "左右対称の形になっています。erf は −1 から 1 の値をとります。確率に直してから使います。",
            ),
        ),
        elementwise=True,
    ),
    Exercise(
        "gelu_grad",
        ("x",),
        ({"x": X}, {"x": FAR}),
        _returned(A.gelu_grad),
        f"{BY_ELEMENT}、±1000 で確かめました。傾きが負になる場所もあります。",
        (
            _like(lambda x: ndtr(x), "積の微分の、片方の項しかありません。x も Φ(x) も、x によって変わります。"),
            _like(
                lambda x: ndtr(x) + np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi),
                "2 つ目の項で、x が掛かっていません。積の微分を書き直してください。",
            ),
            _like(
                lambda x: ndtr(x) + x * np.exp(-(x**2) / 2),
                "密度 φ(x) の係数が足りません。密度は、全体の面積が 1 になるように決まっています。",
            ),
            _like(lambda x: ndtr(x) - x * np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi), "2 つ目の項の符号が逆です。"),
            _like(
                lambda x: A.gelu_grad(x, approximate="tanh"), "tanh 近似の微分です。ここでは、正確な形の微分を書いてください。"
            ),
            _like(lambda x: A.gelu(x), "GELU の値になっています。ここで求めるのは傾きです。"),
        ),
        elementwise=True,
    ),
]

# -- Numerical gradient ---------------------------------------------------------------------


def _with_shape(shape, f):
    def checked(x):
        if np.shape(x) != shape:
            raise ValueError(f"f には、形 {shape} の配列をそのまま渡します。いまは形 {np.shape(x)} です")
        return f(x)

    return checked


def _one_sided(got, expected, case):
    """On a sum of squares a one-sided difference is off by its step, the same everywhere."""
    error = got - expected if got.shape == expected.shape else np.zeros(1)
    return abs(error.mean()) > 1e-9 and np.ptp(error) < 1e-3 * abs(error.mean())


_NUMERICAL = Exercise(
    "numerical_gradient",
    ("f", "x"),
    (
        {"f": _with_shape((3,), lambda x: np.sum(x**2)), "x": np.array([1.0, -2.0, 0.5])},
        {
            "f": _with_shape((2, 2), lambda x: x[0, 0] * x[0, 1] ** 2 + np.sin(x[1, 0]) * x[1, 1]),
            "x": np.array([[0.5, -1.0], [2.0, 3.0]]),
        },
    ),
    lambda f, x: {RETURNED: _slopes(f, x)},
    "1 次元と 2 次元の x で、要素どうしが掛け合わさる関数も含めて確かめました。",
    (
        _times(lambda case: 2, "どの値も、ちょうど 2 倍です。f の差を、動かした幅の全体で割っていますか。"),
        _times(lambda case: 0.5, "どの値も、ちょうど半分です。f の差を、動かした幅より大きな数で割っていませんか。"),
        Slip(_one_sided, "片側の差になっています。どの値も、同じだけずれています。両側に動かした差（中心差分）にしてください。"),
        Slip(
            lambda got, expected, case: got.shape == expected.shape and np.allclose(got, expected, rtol=0.02, atol=0.02),
            "おおよそ合っていますが、誤差が大きすぎます。動かす幅の大きさを見直してください。大きすぎても小さすぎても、正確になりません。",
        ),
    ),
    atol=1e-6,
)

# -- Layers ---------------------------------------------------------------------------------

H = np.array([[0.0, 1.2, 0.0, 0.0, 3.0], [0.0, 0.0, 0.7, 0.0, 1.0], [0.0, 2.0, 0.0, 0.0, 0.4]])
INPUT = np.array(
    [[1.0, -2.0, 0.5, 0.3], [0.2, 1.5, -1.0, 2.0], [-0.7, 0.4, 1.1, -0.6], [2.0, 0.1, -0.3, 0.8], [-1.2, -0.9, 0.6, 1.7]]
)
W = np.array([[0.5, -1.0, 0.2], [1.5, 0.3, -0.4], [-0.6, 0.8, 1.0], [0.1, -0.2, 0.7]])
B = np.array([0.1, -0.3, 0.2])
ARRIVING = np.array([[1.0, -0.5, 2.0], [0.3, 0.8, -1.0], [-2.0, 0.4, 0.6], [0.5, 1.2, -0.7], [1.1, -0.9, 0.2]])
Z = np.array([[2.0, -1.0, 0.5], [0.1, 0.4, 3.0], [-2.0, 1.0, 0.0], [0.3, -0.3, 1.2]])
T = np.eye(3)[[0, 2, 2, 1]]


def _check_initial(answer, case):
    """A normal distribution is known by its spread; the numbers themselves are free."""
    n_in, n_out, seed = case.values()

    def draw(seed):
        return answer(np.random.default_rng(seed), n_in, n_out)

    first = draw(seed)
    if first is None:
        raise Wrong(NO_RETURN.format("関数"))
    first = np.asarray(first)
    if first.shape != (n_in, n_out):
        raise Wrong(f"重みの形が違います。n_in = {n_in}、n_out = {n_out} なら ({n_in}, {n_out}) のはずが、{first.shape} です。")
    if not np.array_equal(first, draw(seed)):
        raise Wrong("同じ種の rng を渡しても、毎回違う重みになります。渡された rng から乱数を作ってください。")
    if np.array_equal(first, draw(seed + 1)):
        raise Wrong("違う rng を渡しても、同じ重みになります。種を関数の中で決めず、渡された rng から乱数を作ってください。")
    if 0 < np.abs(first).max() < 2.5 * first.std():
        raise Wrong("正規分布ではありません。一様分布のように、値が途中で切れています。")
    return {"標準偏差": first.std(), "平均": first.mean()}


def _spread(formula, message):
    return Slip(lambda got, expected, case: _close(got, formula(case["n_in"], case["n_out"]), 0.02), message, "標準偏差")


def _affine(answer, case):
    x, weights, bias, dout = case.values()
    layer = answer(weights, bias)
    result = {"forward の戻り値": layer.forward(x)}
    dx = layer.backward(dout)
    return result | {"self.dW": _attribute(layer, "dW"), "self.db": _attribute(layer, "db"), "backward の戻り値": dx}


def _affine_reference(x, W, b, dout):
    def out(x, W, b):
        return np.array([[np.dot(row, column) for column in W.T] for row in x]) + b

    return {
        "forward の戻り値": out(x, W, b),
        "self.dW": _slopes(lambda moved: np.sum(dout * out(x, moved, b)), W),
        "self.db": _slopes(lambda moved: np.sum(dout * out(x, W, moved)), b),
        "backward の戻り値": _slopes(lambda moved: np.sum(dout * out(moved, W, b)), x),
    }


def _loss(z, t):
    return -np.mean(np.sum(t * log_softmax(z, axis=1), axis=1))


def _softmax_with_loss(answer, case):
    z, t, dout = case.values()
    layer = answer()
    return {"forward の戻り値": layer.forward(z, t), "backward の戻り値": layer.backward(dout)}


def _network_loss(params, x, t):
    return _loss(A.relu(x @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"], t)


def _network_reference(params, x, t):
    return {
        name: _slopes(lambda moved, name=name: _network_loss(params | {name: moved}, x, t), value)
        for name, value in params.items()
    }


def _network(answer, case):
    result = answer(*case.values())
    if not isinstance(result, dict):
        raise Wrong(f"辞書を返してください。いま返ってきたのは {type(result).__name__} です。")
    if missing := [name for name in case["params"] if name not in result]:
        raise Wrong(f"返された辞書に {'、'.join(missing)} がありません。params と同じ名前をそろえてください。")
    return result


def _network_slips():
    def hidden(params, x):
        return x @ params["W1"] + params["b1"]

    def output(params, x, t):
        return reference_softmax(A.relu(hidden(params, x)) @ params["W2"] + params["b2"], axis=1) - t

    def without_activation(params, x, t):
        return x.T @ (output(params, x, t) @ params["W2"].T) / len(x)

    for name in ("W1", "b1", "W2", "b2"):
        yield _times(
            lambda case: len(case["x"]),
            f"{name} の勾配が、ちょうどデータの数だけ大きくなっています。損失は、ミニバッチの平均です。",
            name,
        )
        yield _times(lambda case: -1, f"{name} の勾配の符号が逆です。y と t の、どちらからどちらを引きますか。", name)
    yield _like(
        without_activation, "W1 の勾配に、ReLU関数の微分が掛かっていません。中間層を戻るとき、活性化関数も 1 回通ります。", "W1"
    )
    yield _like(
        lambda params, x, t: hidden(params, x).T @ output(params, x, t) / len(x),
        "W2 の勾配に、活性化関数を通る前の値を使っています。W2 の入口にある値は、どれですか。",
        "W2",
    )


_LAYERS = [
    Exercise(
        "count_dead",
        ("h",),
        ({"h": H}, {"h": H[:, 1:3]}),
        _returned(lambda h: sum(not np.any(column) for column in h.T)),
        "死んだニューロンが 2 個の層と、1 個もない層で確かめました。",
        (
            _like(lambda h: np.sum(h == 0), "0 の値を、1 つずつ数えています。1 件のデータで 0 でも、死んだとは限りません。"),
            _like(
                lambda h: np.any(h == 0, axis=0).sum(),
                "1 件でも 0 のニューロンを数えています。死んだニューロンは、どのデータでも 0 です。",
            ),
            _like(lambda h: np.any(h != 0, axis=0).sum(), "生きているニューロンを数えています。"),
            _like(lambda h: np.all(h == 0, axis=1).sum(), "軸が逆です。行がデータ、列がニューロンです。"),
            _like(lambda h: np.all(h == 0, axis=0).mean(), "割合になっています。ここで返すのは個数です。"),
        ),
    ),
    Exercise(
        "he_init",
        ("rng", "n_in", "n_out"),
        ({"n_in": 200, "n_out": 300, "seed": 0}, {"n_in": 400, "n_out": 100, "seed": 5}),
        lambda n_in, n_out, seed: {"標準偏差": np.sqrt(2 / n_in), "平均": 0.0},
        "2 通りの大きさで、形、平均、標準偏差、rng の使い方を確かめました。",
        (
            _spread(
                lambda n_in, n_out: np.sqrt(1 / n_in),
                "ばらつきが小さすぎます。Xavierの初期値の大きさです。ReLU関数は、負の側、つまりおよそ半分を 0 にします。",
            ),
            _spread(lambda n_in, n_out: 2 / n_in, "ばらつきが小さすぎます。分散の式を、標準偏差として使っていませんか。"),
            _spread(lambda n_in, n_out: np.sqrt(2 / n_out), "出力の数を使っています。Heの初期値で使うのは、入力の数です。"),
            _spread(
                lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
                "入力と出力の数の平均を使っています。それは Xavierの初期値の、もう 1 つの形です。",
            ),
            _spread(lambda n_in, n_out: 1.0, "標準偏差が 1 のままです。入力の数に合わせて、大きさを決めます。"),
        ),
        run=_check_initial,
        rtol=0.02,
        atol=0.003,
    ),
    Exercise(
        "momentum_step",
        ("w", "v", "grad", "learning_rate", "momentum"),
        (
            {
                "w": np.array([1.0, -2.0]),
                "v": np.array([0.5, 0.3]),
                "grad": np.array([2.0, -4.0]),
                "learning_rate": 0.1,
                "momentum": 0.9,
            },
            {"w": W, "v": np.zeros_like(W), "grad": -W / 2, "learning_rate": 0.01, "momentum": 0.5},
        ),
        lambda w, v, grad, learning_rate, momentum: {
            "w": w + momentum * v - learning_rate * grad,
            "v": momentum * v - learning_rate * grad,
        },
        "動いている途中の重みと、止まっている重みで、新しい w と v を確かめました。",
        (
            _like(
                lambda w, v, grad, learning_rate, momentum: w + v,
                "新しい w が、古い v から作られています。先に v を更新します。",
                "w",
            ),
            _like(
                lambda w, v, grad, learning_rate, momentum: w - learning_rate * grad,
                "v が使われていません。ふつうの勾配降下法になっています。",
                "w",
            ),
            _like(
                lambda w, v, grad, learning_rate, momentum: w + momentum * v + learning_rate * grad,
                "損失が増える向きに動いています。勾配の項の符号を確かめてください。",
                "w",
            ),
            _like(
                lambda w, v, grad, learning_rate, momentum: w - momentum * v + learning_rate * grad,
                "w の動く向きが逆です。v には、もう符号が入っています。",
                "w",
            ),
            _like(
                lambda w, v, grad, learning_rate, momentum: w + momentum * v - (1 - momentum) * learning_rate * grad,
                "勾配に、余計な 1 − momentum が掛かっています。ここの式は、平均をとる形ではありません。",
                "w",
            ),
            _like(
                lambda v, grad, learning_rate, momentum: momentum * v + grad,
                "v に、学習率が入っていません。この練習の式では、v が 1 回に動く量です。",
                "v",
            ),
            _like(lambda v: v, "v が、もとのままです。新しい v を返してください。", "v"),
        ),
        run=lambda answer, case: _unpack(answer(*case.values()), ("w", "v")),
    ),
    Exercise(
        "Affine",
        {"__init__": ("W", "b"), "forward": ("x",), "backward": ("dout",)},
        (
            {"x": INPUT, "W": W, "b": B, "dout": ARRIVING},
            {"x": INPUT[:2, :3], "W": W[:3, :2], "b": B[:2], "dout": ARRIVING[:2, 1:]},
        ),
        _affine_reference,
        "2 通りの大きさで、forward、dx、dW、db を数値微分と比べました。",
        (
            _like(lambda x, W: x @ W, "forward に、バイアス b が足されていません。", "forward の戻り値"),
            _like(lambda x, W, b: x @ W - b, "forward で、バイアス b を引いています。", "forward の戻り値"),
            _times(
                lambda case: 1 / len(case["x"]),
                "self.dW が、データの数で割られています。平均は、損失の側でとります。ここでは割りません。",
                "self.dW",
            ),
            _like(lambda x, W, dout: x.T @ np.ones_like(dout), f"self.dW：{FORGOT_DOUT}", "self.dW"),
            _like(
                lambda dout: dout,
                "self.db が、データごとの値のままです。1 つの b を、ミニバッチの全部のデータが共有しています。",
                "self.db",
            ),
            _like(
                lambda dout: dout.mean(axis=0),
                "self.db が平均になっています。共有している b への寄与は、平均ではありません。",
                "self.db",
            ),
            _like(
                lambda dout: dout.sum(), "self.db が 1 つの数になっています。b は、出力のニューロンごとにあります。", "self.db"
            ),
            _like(lambda dout: dout.sum(axis=1), "self.db を足す軸が違います。足すのは、データの軸です。", "self.db"),
            _like(lambda dout, W: np.ones_like(dout) @ W.T, f"backward の戻り値：{FORGOT_DOUT}", "backward の戻り値"),
        ),
        run=_affine,
    ),
    Exercise(
        "softmax",
        ("z",),
        (
            {"z": Z},
            {"z": np.array([[1000.0, 999.0], [-1000.0, -1001.0]])},
            {"z": np.array([[-1000.0, 0.0, -999.0], [-999.0, -1000.0, -1001.0]])},
        ),
        _returned(lambda z: reference_softmax(z, axis=1)),
        "ふつうの値、±1000 の値、行によって大きさが違う値で確かめました。",
        (
            _like(
                lambda z: np.exp(z) / np.exp(z).sum(),
                "全体の合計で割っています。データ 1 件（1 行）ごとに、合計が 1 になるはずです。",
            ),
            _like(lambda z: reference_softmax(z, axis=0), "足す軸が違います。いまは、列ごとに合計が 1 になっています。"),
            _like(lambda z: np.exp(z), "合計で割っていません。1 行の合計が 1 になるはずです。"),
            _like(lambda z: np.exp(z - z.max(axis=1, keepdims=True)), "合計で割っていません。1 行の合計が 1 になるはずです。"),
            _like(lambda z: A.sigmoid(z), "要素ごとのシグモイド関数になっています。1 行の合計が 1 になるはずです。"),
            _like(lambda z: log_softmax(z, axis=1), "確率の対数になっています。"),
            Slip(
                lambda got, expected, case: np.isnan(got).all(),
                "z = ±1000 のような大きな値で NaN（数でない値）になります。exp があふれない、全部が 0 にもならない形に直してください。",
            ),
            Slip(
                lambda got, expected, case: np.isnan(got).any(),
                "行によって値の大きさが大きく違うと、NaN になる行があります。あふれを防ぐための値を、どの範囲から選んでいますか。",
            ),
        ),
    ),
    Exercise(
        "cross_entropy",
        ("y", "t"),
        (
            {"y": reference_softmax(Z, axis=1), "t": T},
            {"y": np.array([[1.0, 0.0], [0.25, 0.75]]), "t": np.array([[1.0, 0.0], [0.0, 1.0]])},
        ),
        _returned(lambda y, t: -sum(np.log(row[label.argmax()]) for row, label in zip(y, t)) / len(y)),
        "4 件のミニバッチと、確率が 0 のクラスがあるミニバッチで確かめました。",
        (
            _times(lambda case: -1, "符号が逆です。損失は、正解の確率が低いほど大きい、0 以上の数です。"),
            _times(
                lambda case: len(case["y"]), "データの数だけ大きくなっています。合計ではなく、データ 1 件あたりの平均にします。"
            ),
            _times(lambda case: 1 / case["y"].shape[1], "クラスの数でも割っています。割るのは、データの数だけです。"),
            _times(lambda case: -len(case["y"]), "符号が逆で、平均にもなっていません。"),
            Slip(
                lambda got, expected, case: got.shape == (len(case["y"]),),
                "データごとの損失のままです。ミニバッチの平均を、1 つの数で返してください。",
            ),
            Slip(
                lambda got, expected, case: not np.all(np.isfinite(got)),
                "確率が 0 のクラスがあると、NaN や無限大になります。0 の対数をとらずにすむ順番を考えてください。",
            ),
            _like(lambda y, t: np.mean((y - t) ** 2), "二乗誤差になっています。"),
            _like(lambda y, t: -np.mean(np.log(y).sum(axis=1)), "正解でないクラスの対数まで足しています。t はどこで使いますか。"),
        ),
        rtol=1e-5,
        atol=1e-5,
    ),
    Exercise(
        "SoftmaxWithLoss",
        {"forward": ("z", "t"), "backward": ("dout=1",)},
        ({"z": Z, "t": T, "dout": 1.0}, {"z": INPUT, "t": np.eye(4)[[1, 0, 3, 2, 2]], "dout": -2.0}),
        lambda z, t, dout: {
            "forward の戻り値": _loss(z, t),
            "backward の戻り値": _slopes(lambda moved: dout * _loss(moved, t), z),
        },
        "2 つのミニバッチと 2 通りの dout で、損失と勾配を数値微分と比べました。",
        (
            _times(
                lambda case: len(case["z"]), "損失が、データの数だけ大きくなっています。平均にしてください。", "forward の戻り値"
            ),
            _like(
                lambda z, t: reference_softmax(z, axis=1),
                "forward が、確率を返しています。ここで返すのは損失です。確率は self に覚えておきます。",
                "forward の戻り値",
            ),
            _times(
                lambda case: len(case["z"]),
                "backward の戻り値が、データの数だけ大きくなっています。損失は平均なので、勾配も同じ数で割ります。",
                "backward の戻り値",
            ),
            _times(
                lambda case: -1,
                "backward の戻り値の符号が逆です。正解のクラスの z を増やすと、損失は減るはずです。",
                "backward の戻り値",
            ),
            _times(lambda case: 1 / case["dout"], f"backward：{FORGOT_DOUT}", "backward の戻り値"),
            _like(
                lambda z, t, dout: dout * reference_softmax(z, axis=1) / len(z),
                "backward で、正解 t が使われていません。",
                "backward の戻り値",
            ),
            _times(
                lambda case: 1 / case["z"].shape[1],
                "backward の戻り値が、クラスの数でも割られています。割るのは、データの数だけです。",
                "backward の戻り値",
            ),
        ),
        run=_softmax_with_loss,
    ),
    Exercise(
        "two_layer_gradients",
        ("params", "x", "t"),
        (
            {
                "params": {
                    "W1": np.hstack([W, W[:, :2][::-1]]),
                    "b1": np.array([0.1, -0.2, 0.3, 0.05, -0.4]),
                    "W2": INPUT[:, :3] / 2,
                    "b2": B,
                },
                "x": np.vstack([INPUT, -INPUT[:2]]),
                "t": np.eye(3)[[0, 2, 1, 1, 0, 2, 0]],
            },
        ),
        _network_reference,
        "4 種類のパラメータのすべての勾配を、数値微分と比べました。",
        tuple(_network_slips()),
        run=_network,
    ),
]

# -- Automatic differentiation ----------------------------------------------------------------


def _variable(answer, case):
    a, b, d = answer(case["a"]), answer(case["b"]), case["d"]
    results = {}
    for operation, made in (("足し算", a + b), ("掛け算", a * b)):
        if not isinstance(made, answer):
            got = type(made).__name__
            raise Wrong(f"{operation}の結果が Variable ではありません（{got}）。値だけでなく、親と戻り方も覚えさせます。")
        results[f"{operation}の値"] = made.value
        for name, parent in (("a", a), ("b", b)):
            try:
                ways = [back for one, back in made.parents if one is parent]
            except (TypeError, ValueError):
                raise Wrong(f"{operation}の parents が、（親, 戻り方）の組を並べたものになっていません。") from None
            if len(ways) != 1:
                raise Wrong(f"{operation} a, b の parents に、親 {name} が {len(ways)} 個あります。1 つずつ入れてください。")
            if not callable(ways[0]):
                raise Wrong(f"{operation}で、戻り方が関数になっていません。d を受け取り、親へ送る勾配を返す関数にします。")
            results[f"{operation}で {name} へ戻る勾配"] = ways[0](d)
    return results


def _backward(answer, case):
    """The gradients that the reader's function leaves at the variables from which a graph begins."""
    start = [Variable(value) for value in case["at"]]
    answer(case["f"](*start))
    return {"勾配": np.array([variable.grad for variable in start], float)}


def _overwritten(variable):
    """What is left where the last way that came back has the place of the sum."""
    order = []

    def place(one):
        if one not in order:
            for parent, _ in one.parents:
                place(parent)
            order.append(one)

    place(variable)
    variable.grad = 1.0
    for one in reversed(order):
        for parent, back in one.parents:
            parent.grad = back(one.grad)


def _too_early(variable):
    """Each variable sends on once, in the order in which something first came to it."""
    variable.grad, queue = 1.0, [variable]
    for one in queue:
        for parent, back in one.parents:
            parent.grad = parent.grad + back(one.grad)
            if parent not in queue:
                queue.append(parent)


def _again(variable, first=True):
    """Each variable sends on all that it has whenever something comes to it: the first part a second time."""
    if first:
        variable.grad = 1.0
    for parent, back in variable.parents:
        parent.grad = parent.grad + back(variable.grad)
        _again(parent, first=False)


def _as_by(mistake, message):
    return Slip(lambda got, expected, case: _close(got, _backward(mistake, case)["勾配"]), message, "勾配")


_AUTODIFF = [
    Exercise(
        "Variable",
        {"__init__": ("value", "parents"), "__add__": ("other",), "__mul__": ("other",)},
        ({"a": 3.0, "b": -2.0, "d": 5.0}, {"a": 0.5, "b": 4.0, "d": -1.0}),
        lambda a, b, d: {
            "足し算の値": a + b,
            "足し算で a へ戻る勾配": d,
            "足し算で b へ戻る勾配": d,
            "掛け算の値": a * b,
            "掛け算で a へ戻る勾配": d * b,
            "掛け算で b へ戻る勾配": d * a,
        },
        "足し算と掛け算で、値と、両方の親へ戻る勾配を確かめました。",
        (
            _like(lambda: 1.0, f"足し算：{FORGOT_D}", "足し算で a へ戻る勾配"),
            _like(lambda b, d: d * b, "足し算で、相手の値を掛けています。足し算は、そのまま配ります。", "足し算で a へ戻る勾配"),
            _like(lambda a, b: a + b, "__mul__ の値が、足し算になっています。", "掛け算の値"),
            _like(lambda b: b, f"掛け算：{FORGOT_D}", "掛け算で a へ戻る勾配"),
            _like(lambda a, d: d * a, "掛け算で、自分の値を掛けています。掛けるのは、相手の値です。", "掛け算で a へ戻る勾配"),
            _like(lambda d: d, "掛け算で、勾配をそのまま配っています。それは足し算の戻り方です。", "掛け算で a へ戻る勾配"),
        ),
        run=_variable,
    ),
    Exercise(
        "backward",
        ("output",),
        (
            {"f": lambda a, b: a * b, "at": np.array([3.0, -2.0])},
            {"f": lambda a, b: (u := a * b) * (u + b), "at": np.array([2.0, 3.0])},
            {"f": lambda a, b: (u := a * a + b) * (v := u * b) + v * a, "at": np.array([-1.5, 0.5])},
        ),
        lambda f, at: {"勾配": _slopes(lambda moved: f(*moved), at)},
        "2 回使われる値のあるグラフと、ないグラフで、勾配を数値微分と比べました。",
        (
            Slip(
                lambda got, expected, case: not got.any(),
                "勾配が、すべて 0 です。出発点の output.grad を決めましたか。損失を損失で微分すると、いくつでしょうか。",
                "勾配",
            ),
            _as_by(_overwritten, "2 回使われた値で、勾配が 1 本の道の分しかありません。上書きせずに、足してください。"),
            _as_by(
                _too_early,
                "勾配の一部が、先へ送られていません。戻ってくるものが全部そろう前に、親へ送っています。並べる順を見直してください。",
            ),
            _as_by(
                _again,
                "勾配が大きすぎます。足したあとの値を、道ごとにもう一度送っています。全部そろってから、1 回だけ送ります。",
            ),
        ),
        run=_backward,
        rtol=1e-5,
    ),
]

#: All exercises by name, in the order of the chapters; read-only.
EXERCISES = MappingProxyType({exercise.name: exercise for exercise in [*_FUNCTIONS, _NUMERICAL, *_LAYERS, *_AUTODIFF]})
