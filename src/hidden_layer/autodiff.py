"""Reverse-mode automatic differentiation: values that remember what they were computed from.

Values are arrays of float64. +, - and * broadcast as in NumPy, @ takes two matrices.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike


class Variable:
    """A `value`, its `parents` (what it was computed from, each with its way back), and `grad`, set by `backward`."""

    __array_ufunc__ = None  # array * variable is ours, not NumPy's

    def __init__(self, value: ArrayLike, parents: Sequence[tuple["Variable", Callable[[np.ndarray], np.ndarray]]] = ()) -> None:
        self.value, self.parents = np.asarray(value, dtype=np.float64), parents
        self.grad = np.zeros_like(self.value)

    def backward(self) -> None:
        """Set `grad` of all that this number, a loss, depends on: the gradient of the loss (ValueError for an array)."""
        if self.value.ndim:
            raise ValueError(f"backward starts at one number, as .sum() gives it, not at shape {self.value.shape}")
        order = _parents_first(self)
        for variable in order:
            variable.grad = np.zeros_like(variable.value)
        self.grad = np.ones_like(self.value)
        for variable in reversed(order):  # what comes back to a variable is all there when its turn comes
            for parent, back in variable.parents:
                parent.grad = parent.grad + _summed(back(variable.grad), parent.value.shape)

    def __add__(self, other: "Variable | ArrayLike") -> "Variable":
        a, b = self, _variable(other)
        return Variable(a.value + b.value, [(a, lambda dout: dout), (b, lambda dout: dout)])

    def __mul__(self, other: "Variable | ArrayLike") -> "Variable":
        a, b = self, _variable(other)
        return Variable(a.value * b.value, [(a, lambda dout: dout * b.value), (b, lambda dout: dout * a.value)])

    def __matmul__(self, other: "Variable | ArrayLike") -> "Variable":
        a, b = self, _variable(other)
        if not a.value.ndim == b.value.ndim == 2:
            raise ValueError(f"@ takes two matrices, not shapes {a.value.shape} and {b.value.shape}")
        return Variable(a.value @ b.value, [(a, lambda dout: dout @ b.value.T), (b, lambda dout: a.value.T @ dout)])

    __radd__, __rmul__ = __add__, __mul__
    __neg__, __sub__ = lambda self: self * -1, lambda self, other: self + -_variable(other)
    __rsub__, __rmatmul__ = lambda self, other: -self + other, lambda self, other: _variable(other) @ self

    def elementwise(self, f: Callable[[np.ndarray], np.ndarray], f_grad: Callable[[np.ndarray], np.ndarray]) -> "Variable":
        """f of each element; f_grad is its derivative: np.exp and np.exp, activations.relu and activations.relu_grad."""
        return Variable(f(self.value), [(self, lambda dout: dout * f_grad(self.value))])

    def sum(self) -> "Variable":
        """The sum of all elements."""
        return Variable(self.value.sum(), [(self, lambda dout: np.broadcast_to(dout, self.value.shape))])


def _variable(value: "Variable | ArrayLike") -> Variable:
    return value if isinstance(value, Variable) else Variable(value)


def _parents_first(output: Variable) -> list[Variable]:
    """All that `output` depends on, parents before what they lead to (topological order), itself last."""
    order, stack = dict[Variable, None](), [output]
    while stack:
        variable = stack[-1]
        missing = [parent for parent, _ in variable.parents if parent not in order]
        stack += missing
        if not missing:
            order[stack.pop()] = None
    return list(order)


def _summed(dout: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The gradient of a value of that shape, which broadcasting repeated: the sum over its copies."""
    dout = dout.sum(axis=tuple(range(dout.ndim - len(shape))))
    return dout.sum(axis=tuple(axis for axis, n in enumerate(shape) if n == 1), keepdims=True)
