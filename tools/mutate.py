"""Break src/ in every small way and see that a test notices: `make mutate` (`GROUP=questions` for one group).

mutmut makes the mutants and runs, for each, the tests that call the function. A mutant that no test kills has to be
in tests/equivalent_mutants.yml with the reason why nobody could tell it from the original; one that is not there, and
one that is there but is killed or no longer exists, fails the run. What was found is kept in _build/mutate, so that
the next run only tries what changed, and what survived. The first run takes hours.

Two habits of mutmut are turned off: a text is changed once, not also to upper and lower case, and an argument is
taken away or becomes None, not both. What `raise` says is wording and stays as it is; that it raises does not.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "_build" / "mutate"
EQUIVALENT = ROOT / "tests" / "equivalent_mutants.yml"
#: name → what of src/ is mutated, and the tests that speak about it: without those that start a browser
GROUPS = {
    "activations": (["hidden_layer/activations.py"], ["test_activations_*.py"]),
    "networks": ([f"hidden_layer/{name}.py" for name in ("data", "init", "layers", "network", "optim", "plots", "sweep", "tables",
                                                         "training")],
                 ["test_layers.py", "test_plots.py", "test_sweep.py", "test_tables.py"]),
    "exercises": (["hidden_layer/exercises/*.py"], ["test_exercises.py"]),
    "experiments": (["hidden_layer/experiments/*.py"], ["test_experiments_*.py"]),
    "figures": (["hidden_layer/figures/*.py"], ["test_figures.py"]),
    "recorder": ([f"explorable/{name}.py" for name in ("controls", "page", "record", "sphinx_ext", "widget")],
                 [f"explorable/test_{name}.py" for name in ("controls", "markers", "page", "record", "sphinx", "widget")]),
    "drawing": (["explorable/encode.py", "explorable/svg.py"], [f"explorable/test_{name}.py" for name in ("encode", "record", "svg")]),
    "questions": ([f"quiz/{name}.py" for name in ("__main__", "facts", "questions")], ["quiz/test_questions.py", "quiz/test_question_files.py"]),
    "quizzes": (["quiz/sphinx_ext.py"], ["quiz/test_sphinx_ext.py"]),
    "mathml": (["lightbook/math_core.py", "lightbook/mathml.py"], ["lightbook/test_mathml.py"]),
    "search": (["lightbook/text_search.py"], ["lightbook/test_text_search.py"]),
    "links": ([f"lightbook/{name}.py" for name in ("comments", "first_use_links", "launch", "reading")],
              [f"lightbook/test_{name}.py" for name in ("comments", "first_use_links", "launch", "reading")]),
    "styles": ([f"lightbook/{name}.py" for name in ("css", "light_theme", "one_script", "one_stylesheet")],
               [f"lightbook/test_{name}.py" for name in ("light_theme", "scripts", "stylesheet")]),
    "builds": (["lightbook/__init__.py", *(f"lightbook/{name}.py" for name in (
                   "accessible_markup", "copy_button", "execution_cache", "page_head", "parallel_execution", "reproducible",
                   "strict_config", "strict_figures", "strict_rebuild", "unaltered", "without_solutions"))],
               [*(f"lightbook/test_{name}.py" for name in ("copy_button", "pages", "strict")), "test_exercises.py"]),
}
NOT_FOUND = 255   # mutmut calls it a timeout
CONFIG = """
[tool.mutmut]
source_paths = ["src"]
only_mutate = {sources}
do_not_mutate_patterns = ['\\braise \\w']
also_copy = {copied}
process_isolation = "forkserver"
pytest_add_cli_args = ["-p", "tools.mutate_stats", "-m", "not browser and not site and not lite"]
pytest_add_cli_args_test_selection = {tests}
"""


def prepare(group: str) -> Path:
    """The folder in which mutmut works on a group: the repository's files, and what it found before."""
    folder = WORK / group
    folder.mkdir(parents=True, exist_ok=True)
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                            check=True, capture_output=True, text=True).stdout.split("\0")
    files = {name for name in listed if name and (ROOT / name).is_file()}
    patterns, tests = GROUPS[group]
    sources = sorted(path.relative_to(ROOT).as_posix() for pattern in patterns for path in (ROOT / "src").glob(pattern))
    tests = sorted(path.relative_to(ROOT).as_posix() for pattern in tests for path in (ROOT / "tests").glob(pattern))
    copied = sorted({name.split("/")[0] for name in files} - {"src", "tests", "pyproject.toml"})
    config = (ROOT / "pyproject.toml").read_text("utf-8") + CONFIG.format(sources=sources, copied=copied, tests=tests)
    changed_data = False
    for name in files:
        there = folder / name
        content = config.encode() if name == "pyproject.toml" else (ROOT / name).read_bytes()
        if not there.is_file() or there.read_bytes() != content:   # an unchanged file keeps its time: mutmut goes by it
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(content)
            changed_data |= name.startswith("src/") and not name.endswith(".py")
            if name.startswith("src/") and name not in sources:
                (folder / "mutants" / name).unlink(missing_ok=True)   # mutmut copies only what is not there
    for path in [*(folder / "src").rglob("*.py"), *(folder / "tests").rglob("*.py")]:
        if path.relative_to(folder).as_posix() not in files:
            path.unlink()
            (folder / "mutants" / path.relative_to(folder)).unlink(missing_ok=True)
    if changed_data:   # what the code reads has changed: everything is tried again
        shutil.rmtree(folder / "mutants", ignore_errors=True)
    return folder


def run_mutmut() -> None:
    """In the prepared folder: try what has no verdict and what survived."""
    from mutmut import __main__ as program
    from mutmut.mutation import file_mutation, mutators
    from mutmut.mutation.data import SourceFileMutationData
    from mutmut.utils.file_utils import walk_mutatable_files

    def without_case(node):
        yield from (new for new in mutators.operator_string(node) if new.value.count("XX") > node.value.count("XX"))

    def argument(node):
        changed = list(mutators.operator_arg_removal(node))
        yield from changed[-len(node.args):] if len(node.args) > 1 else changed

    instead = {mutators.operator_string: without_case, mutators.operator_arg_removal: argument}
    file_mutation.mutation_operators = [(kind, instead.get(operator, operator)) for kind, operator in file_mutation.mutation_operators]
    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        if Path("mutants", f"{path}.meta").is_file():
            data.load()
            data.exit_code_by_key = {name: code if code in (1, 3) else None for name, code in data.exit_code_by_key.items()}
            data.save()
    try:
        program.cli(["run"])
    except SystemExit as end:   # click ends every program so
        if end.code:
            raise
    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        lost = [name for name, code in data.exit_code_by_key.items() if code == NOT_FOUND]
        with ThreadPoolExecutor(os.cpu_count()) as workers:
            data.exit_code_by_key |= dict(zip(lost, workers.map(run_whole_files, lost)))
        data.save()


def run_whole_files(mutant: str) -> int:
    """0 if the mutant survives all tests of the group, 1 if not.

    For mutants under which pytest does not find the tests by the names they have without: it makes some of the names
    from the objects under test, and it fails to if these cannot even be made.
    """
    from mutmut.configuration import config
    command = [sys.executable, "-m", "pytest", "-x", "-q", *config().pytest_add_cli_args, *config().pytest_add_cli_args_test_selection]
    environment = os.environ | {"MUTANT_UNDER_TEST": mutant, "PYTHONPATH": os.pathsep.join(["src", os.environ["PYTHONPATH"]])}
    return int(subprocess.run(command, cwd="mutants", env=environment, capture_output=True).returncode != 0)


def survivors() -> tuple[list[dict], Counter, set[str]]:
    """In the prepared folder: the mutants that no test killed, how many had which end, and the mutated files."""
    from mutmut.mutation.data import SourceFileMutationData
    from mutmut.mutation.diff_apply import get_diff_for_mutant
    from mutmut.stats import status_by_exit_code
    from mutmut.utils.file_utils import walk_mutatable_files
    found, ends, sources = [], Counter(), set()
    for path in sorted(walk_mutatable_files()):
        data = SourceFileMutationData(path=path)
        data.load()
        sources.add(str(path))
        for name, code in data.exit_code_by_key.items():
            end = status_by_exit_code[code]
            ends[end] += 1
            if end in ("killed", "timeout", "segfault"):
                continue
            lines = [line for line in get_diff_for_mutant(name, path=path).splitlines()[3:] if line[:1] in "+-"]
            function = name.rpartition(".")[2].rpartition("__mutmut_")[0].removeprefix("x_").lstrip("xǁ").replace("ǁ", ".")
            found.append({"file": str(path), "function": function, "end": end,
                          "was": " ".join(line[1:].strip() for line in lines if line[0] == "-"),
                          "becomes": " ".join(line[1:].strip() for line in lines if line[0] == "+")})
    return found, ends, sources


def judge(sources: set[str], found: list[dict], known: list[dict]) -> list[str]:
    """What has to be said: mutants that survive and are not known, and known ones that do not survive."""
    def key(mutant):
        return tuple(mutant[part] for part in ("file", "function", "was", "becomes"))

    mine = {key(mutant) for mutant in known if mutant["file"] in sources}
    said = [f"{mutant['file']} {mutant['function']}: {mutant['end']}\n  - {mutant['was']}\n  + {mutant['becomes']}"
            for mutant in found if key(mutant) not in mine]
    gone = mine - {key(mutant) for mutant in found}
    said += [f"{file} {function}: in {EQUIVALENT.name}, but a test kills it or it no longer exists\n  - {was}\n  + {becomes}"
             for file, function, was, becomes in sorted(gone)]
    return said


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("group", nargs="*", choices=[*GROUPS, []], help="what to mutate; everything without it")
    groups = parser.parse_args().group or list(GROUPS)
    known = yaml.safe_load(EQUIVALENT.read_text("utf-8")) or []
    failed = 0
    for group in groups:
        folder = prepare(group)
        os.chdir(folder)
        program = [sys.executable, "-c", "from tools import mutate; mutate.run_mutmut()"]
        status = subprocess.run(program, env=os.environ | {"PYTHONPATH": str(ROOT), "TQDM_DISABLE": "1"}).returncode
        if status:
            sys.exit(f"make mutate: mutmut ended with {status} in {folder}")
        found, ends, sources = survivors()
        said = judge(sources, found, known)
        print(f"{group}: {sum(ends.values())} mutants: " + ", ".join(f"{count} {end}" for end, count in ends.most_common()))
        print("".join(f"\n{line}\n" for line in said), end="", flush=True)
        failed += len(said)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
