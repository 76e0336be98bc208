"""Find the most helpful thing to say about a reader's answer.

An exercise is data: cases, a reference, and slips, which are wrong results that can be recognised. The order is that
in which a reader can act: not written, wrong arguments, an error inside, no return value, a known slip, shape, NaN,
values, warnings, modified input, dtype.
"""

import copy
import inspect
import traceback
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

PASSED = "合格です。"
RETURNED = "戻り値"
STUB = "raise NotImplementedError"  # what stands where the reader is to write
NO_RETURN = "{}が何も返していません（None です）。最後に return がありますか。"


class Wrong(Exception):
    """What is wrong with an answer, as a sentence for the reader."""


@dataclass(frozen=True)
class Slip:
    """A typical wrong result of one part: `test(got, expected, case)` recognises it, `message` says what it means."""

    test: Callable
    message: str
    part: str = RETURNED


@dataclass(frozen=True)
class Exercise:
    """One exercise.

    parameters: of the function, or of each method of the class, a default after "=".
    cases: arguments by name, given in this order.
    expected: the reference; from a case to the right result of each part.
    run: from the answer and a case to the result of each part.
    tested: what an answer that passed was tested with.
    elementwise: each value of the result depends on the values at its own place.
    keeps_dtype: the result has to have the dtype of the arguments.
    """

    name: str
    parameters: tuple[str, ...] | Mapping[str, tuple[str, ...]]
    cases: tuple[Mapping, ...]
    expected: Callable
    tested: str
    slips: tuple[Slip, ...] = ()
    run: Callable = lambda answer, case: {RETURNED: answer(*case.values())}
    elementwise: bool = False
    keeps_dtype: bool = False
    rtol: float = 1e-6
    atol: float = 1e-9


def feedback(answer, exercises: Mapping[str, Exercise]) -> str:
    """The sentence for the reader about `answer`, a function or class named like one of the exercises."""
    name = getattr(answer, "__name__", None)
    if name is None or not callable(answer):
        return (
            f"check には、関数やクラスそのものを渡します。いま渡されたのは {type(answer).__name__} です。"
            "呼び出した結果ではなく、check(relu) のように名前を渡してください。"
        )
    if name not in exercises:
        return f"「{name}」という練習はありません。名前を確かめてください。練習の名前：{'、'.join(exercises)}。"
    exercise = exercises[name]
    try:
        _check_parameters(answer, exercise)
        for case in exercise.cases:
            try:
                _check_case(answer, exercise, case)
            except Wrong:
                raise
            except (Exception, SystemExit) as error:  # of the answer, or of what it returned; Ctrl+C stops it
                raise Wrong(_about_error(error, answer, exercise, case)) from None
    except Wrong as wrong:
        return str(wrong)
    return f"{PASSED}{exercise.tested}"


# -- Arguments ------------------------------------------------------------------------------


def _check_parameters(answer, exercise):
    wants_class = isinstance(exercise.parameters, Mapping)
    if inspect.isclass(answer) != wants_class:
        raise Wrong(f"{exercise.name} は{'クラス' if wants_class else '関数'}として書いてください。")
    if not wants_class:
        return _check_signature(exercise.name, answer, exercise.parameters)
    for method, parameters in exercise.parameters.items():
        function = getattr(answer, method, None)
        if not callable(function) or function is getattr(object, method, None):
            raise Wrong(f"メソッド {method} がありません。")
        _check_signature(method, function, ("self", *parameters))


def _check_signature(name, function, wanted):
    try:
        given = inspect.signature(function).parameters
    except (TypeError, ValueError):  # not written in Python
        raise Wrong(f"{name} の引数が読み取れません。def で書いた関数を渡してください。") from None
    names = [parameter.partition("=")[0] for parameter in wanted]
    shown = f"{name}({', '.join(wanted)})"
    if len(given) != len(names):
        raise Wrong(f"引数の数が違います。{shown} の {len(names)} 個ですが、いまは {len(given)} 個です。")
    if list(given) != names and sorted(given) == sorted(names):
        raise Wrong(f"引数の順番が違います。{shown} の順に並べてください。")
    for parameter, actual in zip(wanted, given.values()):
        _, equals, default = parameter.partition("=")
        if equals and not (isinstance(actual.default, (int, float)) and actual.default == float(default)):
            raise Wrong(f"引数 {actual.name} の既定値を {default} にしてください。{shown} の形です。")


# -- One case -------------------------------------------------------------------------------


def _check_case(answer, exercise, case):
    expected = exercise.expected(**case)
    given = copy.deepcopy(case)
    with warnings.catch_warnings(record=True) as caught, np.errstate(divide="warn", over="warn", invalid="warn", under="ignore"):
        warnings.simplefilter("always")
        results = exercise.run(answer, given)
    for part, right in expected.items():
        if results[part] is None:
            raise Wrong(NO_RETURN.format("関数" if part == RETURNED else part.replace("の戻り値", "")))
        _check_part(part, results[part], np.asarray(right), exercise, case)
    if trouble := next((str(w.message) for w in caught if issubclass(w.category, RuntimeWarning)), None):
        raise Wrong(
            f"値は合っていますが、{_arguments(case)} で警告が出ました：{trouble}。"
            "途中の計算で、数が大きくなりすぎるところや、0 で割るところを探してください。"
        )
    for name, before in case.items():
        if not _unchanged(before, given[name]):
            raise Wrong(
                f"値は合っていますが、引数 {name} の中身を書き換えています。呼び出した側の配列まで変わってしまいます。"
                "書き換えずに、新しい配列を作ってください。"
            )
    if exercise.keeps_dtype:
        _check_dtype(results, case)


def _check_part(part, result, right, exercise, case):
    subject = _subject(part)
    if isinstance(result, (list, tuple)):
        raise Wrong(f"{subject}が {type(result).__name__} です。NumPy の配列にしてください。")
    got = np.asarray(result)
    if got.dtype.kind not in "biuf":
        raise Wrong(f"{subject}が、実数の配列になっていません（{type(result).__name__}）。")
    if _same(got, right, exercise):
        return
    for slip in exercise.slips:
        if slip.part == part and slip.test(got, right, case):
            raise Wrong(slip.message)
    if got.shape != right.shape:
        raise Wrong(_about_shape(subject, got.shape, right.shape))
    wrong = ~np.isclose(got, right, rtol=exercise.rtol, atol=exercise.atol)
    place = tuple(int(i) for i in np.argwhere(wrong)[0])
    where = _place(place, case, right.shape, exercise)
    if not np.isfinite(got[place]):
        raise Wrong(f"{where}{subject}が {got[place]} になります。途中の計算で、大きすぎる数や、0 での割り算が出ていませんか。")
    if exercise.elementwise and "x" in case and not np.any(case["x"][wrong]):
        raise Wrong(
            f"x = 0 のところだけ、{subject}が違います。ほかは合っています。0 ちょうどのときの約束を、もう一度見てください。"
        )
    if np.any(right) and np.allclose(got, -right, rtol=exercise.rtol, atol=exercise.atol):
        raise Wrong(f"{subject}の符号が、すべて逆です。大きさは合っています。")
    raise Wrong(f"{where}{subject}が {got[place]:.6g} になりました。正しい値は {right[place]:.6g} です。")


def _same(got, right, exercise):
    return got.shape == right.shape and np.allclose(got, right, rtol=exercise.rtol, atol=exercise.atol)


def _check_dtype(results, case):
    wanted = next(value.dtype for value in case.values() if isinstance(value, np.ndarray))
    for result in results.values():
        if (got := np.asarray(result).dtype) != wanted:
            raise Wrong(
                f"値は合っていますが、dtype が変わっています。{wanted} の配列を渡すと、{got} で返ってきます。"
                "途中で作った配列や比較の結果の dtype を確かめてください。"
            )


def _unchanged(before, after):
    if type(before) is not type(after):
        return False
    if isinstance(before, Mapping):
        return before.keys() == after.keys() and all(_unchanged(before[key], after[key]) for key in before)
    if isinstance(before, np.ndarray):
        return before.shape == after.shape and np.allclose(before, after, rtol=1e-9, atol=1e-12)
    return True


# -- Sentences ------------------------------------------------------------------------------


def _subject(part):
    """The name of a part, ready for a particle: a space follows Latin letters."""
    return part + " " * part[-1].isascii()


def _about_shape(subject, got, right):
    start = (
        f"{subject}の形が違います。{right} のはずが、{got} です。"
        if right
        else f"{subject}は 1 つの数のはずですが、形 {got} の配列です。"
    )
    if got[::-1] == right:
        return start + "行と列が入れ替わっています（転置）。"
    if got == ():
        return f"{subject}の形が違います。{right} のはずが、1 つの数です。足したり平均したりしすぎていませんか。"
    if len(got) > len(right):
        return start + "足し合わせるはずの軸が残っていませんか。"
    if len(got) < len(right):
        return start + "残すはずの軸まで足していませんか。"
    return start


def _place(place, case, shape, exercise):
    """Where a value is wrong: the arguments at its place, or its index."""
    if exercise.elementwise:
        here = [
            f"{name} = {value[place] if isinstance(value, np.ndarray) else value:g}"
            for name, value in case.items()
            if np.shape(value) in (shape, ())
        ]
        return f"{'、'.join(here)} のとき、"
    return f"[{', '.join(map(str, place))}] の場所で、" if place else ""


def _arguments(case):
    """The arrays of a case, on one line."""

    def text(value):
        return f"[{', '.join(map(text, value))}]" if np.ndim(value) else f"{value:.4g}"

    return "、".join(f"{name} = {text(value)}" for name, value in case.items() if isinstance(value, np.ndarray))


def _about_error(error, answer, exercise, case):
    frames = traceback.extract_tb(error.__traceback__)
    functions = dict(inspect.getmembers(answer)).values() if inspect.isclass(answer) else [answer]
    codes = [function.__code__ for function in functions if inspect.isfunction(function)]
    files = {code.co_filename for code in codes}
    if isinstance(error, NotImplementedError) and (frames[-1].line or STUB).startswith(STUB):
        own = {code.co_name for code in codes}
        unwritten = frames[-1].name
        if unwritten not in own:
            return f"まだ確かめられません。中で使っている {unwritten} が、まだ書かれていません。"
        return "まだ書かれていません。" if unwritten == exercise.name else f"{unwritten} が、まだ書かれていません。"
    if exercise.elementwise and _works_on_numbers(answer, case):
        return (
            "配列を渡すと、エラーになります。1 個の数でしか動かない書き方です（if や math の関数など）。"
            "配列の全部の要素を、一度に計算する書き方にしてください。"
        )
    said = f"{type(error).__name__}: {error}"
    own_frames = [frame for frame in frames if frame.filename in files]
    if not own_frames:
        return f"実行すると、エラーになりました。{said}"
    shapes = "、".join(f"{name} {value.shape}" for name, value in case.items() if isinstance(value, np.ndarray))
    return f"{own_frames[-1].lineno} 行目で、エラーになりました。\n    {own_frames[-1].line}\n    {said}" + (
        f"\n渡した配列の形：{shapes}" if isinstance(error, ValueError) and shapes else ""
    )


def _works_on_numbers(answer, case):
    try:
        numbers = [float(np.min(value)) for value in case.values()]
        return isinstance(answer(*numbers), (int, float, np.number))
    except (Exception, SystemExit):
        return False
