"""What `make mutate` says of mutants, and that the list of equivalent ones is about the code as it is."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tools import mutate

KNOWN = yaml.safe_load(mutate.EQUIVALENT.read_text("utf-8"))
MUTANT = {"file": "src/a.py", "function": "f", "was": "x < 0", "becomes": "x <= 0"}


def test_a_mutant_that_survives_is_said_unless_it_is_listed():
    assert mutate.judge({"src/a.py"}, [MUTANT | {"end": "survived"}], []) == ["src/a.py f: survived\n  - x < 0\n  + x <= 0"]
    assert mutate.judge({"src/a.py"}, [MUTANT | {"end": "survived"}], [MUTANT | {"why": "no result differs"}]) == []


def test_a_listed_mutant_that_does_not_survive_is_said():
    [said] = mutate.judge({"src/a.py"}, [], [MUTANT | {"why": "no result differs"}])
    assert said.startswith("src/a.py f: in equivalent_mutants.yml, but a test kills it")
    assert mutate.judge({"src/b.py"}, [], [MUTANT]) == []   # of another group, which was not run


def test_every_module_is_in_one_group_and_every_group_has_tests():
    found = [path for sources, _ in mutate.GROUPS.values() for pattern in sources for path in (mutate.ROOT / "src").glob(pattern)]
    assert len(found) == len(set(found))
    without_functions = {"hidden_layer/__init__.py", "hidden_layer_book/__init__.py", "explorable/__init__.py", "explorable/errors.py", "quiz/__init__.py"}
    left = {path.relative_to(mutate.ROOT / "src").as_posix() for path in (mutate.ROOT / "src").rglob("*.py")} - without_functions
    assert left == {path.relative_to(mutate.ROOT / "src").as_posix() for path in found}
    for name, (_, tests) in mutate.GROUPS.items():
        assert all(list((mutate.ROOT / "tests").glob(pattern)) for pattern in tests), name


SOURCE = """\
def double(x):
    return 2 * x

def capped(x):
    return x if x < 3 else 3

def unused():
    return 1
"""
TESTS = """\
import tiny
import pytest

@pytest.fixture(scope="module")
def six():
    return tiny.double(3)

def test_double(six):
    assert six == 6

def test_double_of_nothing(six):
    assert tiny.double(0) == 0

@pytest.mark.parametrize("x", [tiny.double(1), 3.5])
def test_capped(x):
    assert tiny.capped(x) == min(x, 3)
"""
LISTED = {"file": "src/tiny.py", "function": "capped", "was": "return x if x < 3 else 3", "becomes": "return x if x <= 3 else 3",
          "why": "At 3 both branches give 3."}


@pytest.fixture
def tiny(tmp_path, monkeypatch, capfd):
    """`run()` mutates a package of three functions: the exit status and what is printed."""
    if sys.platform == "win32":
        pytest.skip("make mutate needs fork")
    for name, text in {"src/tiny.py": SOURCE, "tests/test_tiny.py": TESTS, "equivalent.yml": yaml.safe_dump([LISTED]),
                       "pyproject.toml": "[tool.pytest.ini_options]\nmarkers = ['browser', 'site', 'lite']\n"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    shutil.copytree(mutate.ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(mutate, "ROOT", tmp_path)
    monkeypatch.setattr(mutate, "WORK", tmp_path / "_build")
    monkeypatch.setattr(mutate, "EQUIVALENT", tmp_path / "equivalent.yml")
    monkeypatch.setattr(mutate, "GROUPS", {"tiny": (["tiny.py"], ["test_tiny.py"])})
    monkeypatch.setattr(sys, "argv", ["mutate"])

    def run():
        status = mutate.main()
        return status, capfd.readouterr().out

    run.folder = tmp_path
    return run


def test_what_no_test_notices_is_said_with_its_line(tiny):
    status, out = tiny()
    assert status == 1
    assert "1 survived" in out and "1 no test calls it" in out
    assert "src/tiny.py unused: no test calls it\n  - return 1\n  + return 2\n" in out
    assert "double" not in out and "capped" not in out   # killed, and listed

    with (tiny.folder / "tests" / "test_tiny.py").open("a", encoding="utf-8") as tests:
        tests.write("\ndef test_unused():\n    assert tiny.unused() == 1\n")
    status, again = tiny()
    assert status == 0 and again.startswith("tiny: ") and again.rstrip().endswith(" killed, 1 survived")


def test_a_test_that_needs_another_ends_the_run(tiny):
    with (tiny.folder / "tests" / "test_tiny.py").open("a", encoding="utf-8") as tests:
        tests.write("\nimport time\nran = []\ndef test_first():\n    ran.append(1)\n    time.sleep(0.2)\n\ndef test_after_the_other():\n    assert ran\n")
    with pytest.raises(SystemExit, match="the tests of tiny ended with 1"):
        tiny()


@pytest.mark.parametrize("mutant", KNOWN, ids=lambda mutant: f"{mutant['file']}:{mutant['was'][:30]}")
def test_an_equivalent_mutant_has_a_reason_and_is_about_a_line_that_exists(mutant):
    assert set(mutant) == {"file", "function", "was", "becomes", "why"} and len(mutant["why"]) > 10
    source = " ".join(Path(mutate.ROOT, mutant["file"]).read_text("utf-8").split())
    assert " ".join(mutant["was"].split()) in source
    assert mutant["was"] != mutant["becomes"]
