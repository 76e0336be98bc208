"""What `make mutate` says of mutants, and that the list of equivalent ones is about the code as it is."""

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
    without_functions = {"hidden_layer/__init__.py", "explorable/__init__.py", "explorable/errors.py", "quiz/__init__.py"}
    left = {path.relative_to(mutate.ROOT / "src").as_posix() for path in (mutate.ROOT / "src").rglob("*.py")} - without_functions
    assert left == {path.relative_to(mutate.ROOT / "src").as_posix() for path in found}
    for name, (_, tests) in mutate.GROUPS.items():
        assert all(list((mutate.ROOT / "tests").glob(pattern)) for pattern in tests), name


@pytest.mark.parametrize("mutant", KNOWN, ids=lambda mutant: f"{mutant['file']}:{mutant['was'][:30]}")
def test_an_equivalent_mutant_has_a_reason_and_is_about_a_line_that_exists(mutant):
    assert set(mutant) == {"file", "function", "was", "becomes", "why"} and len(mutant["why"]) > 10
    source = " ".join(Path(mutate.ROOT, mutant["file"]).read_text("utf-8").split())
    assert " ".join(mutant["was"].split()) in source
    assert mutant["was"] != mutant["becomes"]
