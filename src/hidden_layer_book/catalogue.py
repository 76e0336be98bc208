"""What the book's pages say of each activation: names, formulas in LaTeX, the shape of the function, the frameworks.

`tables` and `figures` show it. Texts ending in _ja are for readers; the LaTeX is the part that KaTeX and MathJax share.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hidden_layer import activations as act

__all__ = ["ACTIVATIONS", "Entry"]


@dataclass(frozen=True)
class Entry:
    """One activation with the default value of its parameter."""

    name: str  #: that of the function in `hidden_layer.activations`
    function: Callable  #: f(x)
    derivative: Callable  #: f'(x)
    name_ja: str
    latex: str  #: the right-hand side of f(x) =
    latex_grad: str  #: the right-hand side of f'(x) =
    range_latex: str  #: the set of values
    max_slope: float  #: largest value of f'
    max_slope_at: str  #: where it is reached, in LaTeX
    continuous: bool
    differentiable_at_zero: bool
    monotonic: bool  #: never decreasing
    odd: bool  #: f(-x) = -f(x): zero-centred for symmetric input
    negative_side_ja: str  #: the slope for x < 0
    saturation_ja: str  #: on which side the slope goes to 0
    pytorch: str  #: names and defaults in the frameworks
    tensorflow: str
    jax: str | None


def _table(*entries: Entry) -> Mapping[str, Entry]:
    return MappingProxyType({entry.name: entry for entry in entries})


#: All activations by name, in the order of the book; read-only.
ACTIVATIONS: Mapping[str, Entry] = _table(
    Entry(
        name="identity",
        function=act.identity,
        derivative=act.identity_grad,
        name_ja="恒等関数",
        latex=r"x",
        latex_grad=r"1",
        range_latex=r"(-\infty, \infty)",
        max_slope=1.0,
        max_slope_at=r"x \in \mathbb{R}",
        continuous=True,
        differentiable_at_zero=True,
        monotonic=True,
        odd=True,
        negative_side_ja="1",
        saturation_ja="なし",
        pytorch="torch.nn.Identity",
        tensorflow="tf.keras.activations.linear",
        jax="jax.nn.identity",
    ),
    Entry(
        name="step",
        function=act.step,
        derivative=act.step_grad,
        name_ja="ステップ関数",
        latex=r"\begin{cases} 1 & (x \ge 0) \\ 0 & (x < 0) \end{cases}",
        latex_grad=r"0 \quad (x \ne 0)",
        range_latex=r"\{0, 1\}",
        max_slope=0.0,
        max_slope_at=r"x \ne 0",
        continuous=False,
        differentiable_at_zero=False,
        monotonic=True,
        odd=False,
        negative_side_ja="0",
        saturation_ja="両側（x ≠ 0 で傾き 0）",
        pytorch="torch.heaviside(x, values)（x = 0 での値は values）",
        tensorflow="tf.experimental.numpy.heaviside(x, 1.0)（x = 0 での値は第 2 引数）",
        jax="jax.numpy.heaviside(x, 1.0)（x = 0 での値は第 2 引数）",
    ),
    Entry(
        name="sigmoid",
        function=act.sigmoid,
        derivative=act.sigmoid_grad,
        name_ja="シグモイド関数",
        latex=r"\frac{1}{1 + e^{-x}}",
        latex_grad=r"\sigma(x)\,(1 - \sigma(x))",
        range_latex=r"(0, 1)",
        max_slope=0.25,
        max_slope_at=r"x = 0",
        continuous=True,
        differentiable_at_zero=True,
        monotonic=True,
        odd=False,
        negative_side_ja="0 より大きく 0.25 より小さい",
        saturation_ja="両側",
        pytorch="torch.nn.Sigmoid",
        tensorflow="tf.nn.sigmoid",
        jax="jax.nn.sigmoid",
    ),
    Entry(
        name="tanh",
        function=act.tanh,
        derivative=act.tanh_grad,
        name_ja="tanh関数",
        latex=r"\frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}",
        latex_grad=r"1 - \tanh^{2} x",
        range_latex=r"(-1, 1)",
        max_slope=1.0,
        max_slope_at=r"x = 0",
        continuous=True,
        differentiable_at_zero=True,
        monotonic=True,
        odd=True,
        negative_side_ja="0 より大きく 1 より小さい",
        saturation_ja="両側",
        pytorch="torch.nn.Tanh",
        tensorflow="tf.nn.tanh",
        jax="jax.nn.tanh",
    ),
    Entry(
        name="relu",
        function=act.relu,
        derivative=act.relu_grad,
        name_ja="ReLU関数",
        latex=r"\max(0, x)",
        latex_grad=r"\begin{cases} 1 & (x > 0) \\ 0 & (x < 0) \end{cases}",
        range_latex=r"[0, \infty)",
        max_slope=1.0,
        max_slope_at=r"x > 0",
        continuous=True,
        differentiable_at_zero=False,
        monotonic=True,
        odd=False,
        negative_side_ja="0",
        saturation_ja="負の側（傾き 0）",
        pytorch="torch.nn.ReLU",
        tensorflow="tf.nn.relu",
        jax="jax.nn.relu",
    ),
    Entry(
        name="prelu",
        function=functools.partial(act.prelu, alpha=act.PRELU_ALPHA),
        derivative=functools.partial(act.prelu_grad, alpha=act.PRELU_ALPHA),
        name_ja="PReLU関数",
        latex=r"\max(0, x) + \alpha \, \min(0, x)",
        latex_grad=r"\begin{cases} 1 & (x > 0) \\ \alpha & (x < 0) \end{cases}",
        range_latex=r"(-\infty, \infty)",
        max_slope=1.0,
        max_slope_at=r"x > 0",
        continuous=True,
        differentiable_at_zero=False,
        monotonic=True,
        odd=False,
        negative_side_ja="α（学習で決まる）",
        saturation_ja="なし（α = 0 なら負の側）",
        pytorch="torch.nn.PReLU（α の初期値 0.25）",
        tensorflow="tf.keras.layers.PReLU（α の初期値 0）",
        jax=None,
    ),
    Entry(
        name="leaky_relu",
        function=act.leaky_relu,
        derivative=act.leaky_relu_grad,
        name_ja="Leaky ReLU関数",
        latex=r"\max(0, x) + a \, \min(0, x)",
        latex_grad=r"\begin{cases} 1 & (x > 0) \\ a & (x < 0) \end{cases}",
        range_latex=r"(-\infty, \infty)",
        max_slope=1.0,
        max_slope_at=r"x > 0",
        continuous=True,
        differentiable_at_zero=False,
        monotonic=True,
        odd=False,
        negative_side_ja="0.01（固定）",
        saturation_ja="なし",
        pytorch="torch.nn.LeakyReLU（既定値 0.01）",
        tensorflow="tf.nn.leaky_relu（既定値 0.2）、tf.keras.layers.LeakyReLU（既定値 0.3）",
        jax="jax.nn.leaky_relu（既定値 0.01）",
    ),
    Entry(
        name="gelu",
        function=act.gelu,
        derivative=act.gelu_grad,
        name_ja="GELU",
        latex=r"x\,\Phi(x)",
        latex_grad=r"\Phi(x) + x\,\varphi(x)",
        range_latex=r"[-0.16997\ldots, \infty)",
        max_slope=1.12890414518515479,
        max_slope_at=r"x = \sqrt{2}",
        continuous=True,
        differentiable_at_zero=True,
        monotonic=False,
        odd=False,
        negative_side_ja="−0.129 から 0.5（x = −0.7518 より左では負）",
        saturation_ja="負の側（遠くで 0 に近づく）",
        pytorch='torch.nn.GELU（既定は正確な形 approximate="none"）',
        tensorflow="tf.nn.gelu（既定は正確な形 approximate=False）",
        jax="jax.nn.gelu（既定は tanh 近似 approximate=True）",
    ),
)
