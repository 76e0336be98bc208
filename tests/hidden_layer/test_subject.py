"""hidden_layer is the subject alone: NumPy and SciPy, nothing of the book, and importing it changes nothing."""

import pkgutil
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import hidden_layer

MODULES = [f"hidden_layer.{info.name}" for info in pkgutil.iter_modules(hidden_layer.__path__)]
IMPORT = """
    import locale, os, random, signal, sys, warnings
    import numpy as np
    import scipy.special

    def state():
        return (list(warnings.filters), np.geterr(), np.get_printoptions(), random.getstate(), repr(np.random.get_state()),
                dict(os.environ), locale.setlocale(locale.LC_ALL), signal.getsignal(signal.SIGINT), sys.getrecursionlimit(),
                sys.excepthook, list(sys.path), os.getcwd(), scipy.special.geterr())

    before, there = state(), set(sys.modules)
    import {modules}
    assert state() == before
    print(*sorted({{name.partition(".")[0] for name in set(sys.modules) - there}} - sys.stdlib_module_names))
"""


def test_importing_the_subject_needs_numpy_and_scipy_only_and_changes_nothing():
    assert len(MODULES) == 13
    code = textwrap.dedent(IMPORT.format(modules=", ".join(MODULES)))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "hidden_layer\n", "")


# An interpreter in which what the extra `experiments` brings is not installed.
WITHOUT = """
    import importlib.metadata, sys

    sys.modules |= dict.fromkeys(["sklearn", "mnist1d", "joblib", "threadpoolctl", "tqdm"])   # whose import then fails
    installed = importlib.metadata.version

    def version(name):
        if name in ("scikit-learn", "mnist1d"):
            raise importlib.metadata.PackageNotFoundError(name)
        return installed(name)

    importlib.metadata.version = version
    import {modules}
    from hidden_layer.sweep import fingerprint, sweep
    print(len(fingerprint(fingerprint)))
    for use in (lambda: hidden_layer.data.load("digits", 0), lambda: hidden_layer.data.load("mnist1d", 0), lambda: sweep(version, name=["numpy"])):
        try:
            use()
        except ModuleNotFoundError as error:
            print(error)
"""


def test_what_only_experiments_need_is_asked_for_when_it_is_used_and_the_error_says_what_to_install():
    code = textwrap.dedent(WITHOUT.format(modules=", ".join(MODULES)))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    way = "is needed here and is not installed: pip install 'hidden-layer[experiments]', or '.[experiments]' in a checkout of the book"
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["16", f"scikit-learn {way}", f"mnist1d {way}", f"joblib {way}"]


def test_the_subject_can_be_imported_without_docstrings():
    done = subprocess.run([sys.executable, "-OO", "-c", f"import {', '.join(MODULES)}"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_subject_speaks_english_and_knows_nothing_of_the_book():
    for path in Path(hidden_layer.__path__[0]).glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]", text), path.name
        assert not re.search(r"hidden_layer_book|explorable|quiz|lightbook|matplotlib", text), path.name
