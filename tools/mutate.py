"""Break src/ in every small way and see that a test notices: `make mutate` (`GROUP=questions` for one group).

mutmut makes the mutants; tools/mutate_run.py collects the tests once and runs, for each mutant in a process of its own,
those that call the function. A mutant that no test kills has to be in tests/equivalent_mutants.yml with the reason why
nobody could tell it from the original; one that is not there, and one that is there but is killed or no longer exists,
fails the run. What was killed is kept in _build/mutate (and in a log there, by which test): the next run tries only what
is new, and what survived.

Two habits of mutmut are turned off: a text is changed once, not also to upper and lower case, and an argument is
taken away or becomes None, not both. What `raise` says is wording and stays as it is; that it raises does not.
Not mutated: functions with a decorator, what runs only while a module is imported, and the values of a class.
"""

import argparse
import difflib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import yaml

from tools import mutate_run

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
    "styles": ([f"lightbook/{name}.py" for name in ("css", "light_theme", "one_script", "one_stylesheet", "versions")],
               [f"lightbook/test_{name}.py" for name in ("light_theme", "scripts", "stylesheet", "versions")]),
    "builds": (["lightbook/__init__.py", *(f"lightbook/{name}.py" for name in (
                   "accessible_markup", "copy_button", "execution", "imports", "page_head", "reproducible",
                   "strict_config", "strict_figures", "strict_rebuild", "unaltered", "without_solutions"))],
               [*(f"lightbook/test_{name}.py" for name in ("copy_button", "execution", "pages", "strict")), "test_exercises.py"]),
}
CONFIG = "\n[tool.mutmut]\nsource_paths = ['src']\ndo_not_mutate_patterns = ['\\braise \\w']\n"


def prepare(group: str) -> tuple[list[dict], list[str]]:
    """Make `_build/mutate/<group>` the repository with every mutant inside, enter it; the mutants, and the files of tests."""
    from mutmut.mutation import file_mutation
    folder = WORK / group
    shutil.rmtree(folder, ignore_errors=True)
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                            check=True, capture_output=True, encoding="utf-8").stdout.split("\0")
    for name in listed:
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write(CONFIG)
    os.chdir(folder)
    sources, tests = (sorted(path.as_posix() for pattern in patterns for path in Path(place).glob(pattern))
                      for place, patterns in zip(("src", "tests"), GROUPS[group]))
    file_mutation.mutation_operators = operators()
    mutants = []
    for source in sources:
        made = file_mutation.mutate_file_contents(source, Path(source).read_text("utf-8"))
        Path(source).write_text(made.code, encoding="utf-8")
        lines = made.code.splitlines()
        module = source.removeprefix("src/").removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        for name in made.mutant_names:
            mutants.append(describe(source, module, name, lambda one: lines[made.line_span_by_function_name[one].start - 1:
                                                                            made.line_span_by_function_name[one].end]))
    return mutants, tests


def describe(source: str, module: str, name: str, lines_of) -> dict:
    """A mutant as it is listed and judged: where it is, what the line was and what it becomes."""
    original = name.rpartition("__mutmut_")[0]
    function = original.removeprefix("x_").lstrip("xǁ").replace("ǁ", ".")
    versions = [[line.replace(f"def {one}(", f"def {function.rpartition('.')[2]}(") for line in lines_of(one)]
                for one in (f"{original}__mutmut_orig", name)]
    changed = list(difflib.ndiff(*versions))
    was, becomes = (" ".join(line[2:].strip() for line in changed if line[:2] == sign) for sign in ("- ", "+ "))
    identity = hashlib.sha256("\n".join([source, original, *lines_of(name)]).encode()).hexdigest()
    return {"name": f"{module}.{name}", "file": source, "function": function, "was": was, "becomes": becomes, "identity": identity}


def operators() -> list:
    """mutmut's, but for its two habits."""
    from mutmut.mutation import mutators

    def without_case(node):
        yield from (new for new in mutators.operator_string(node) if new.value.count("XX") > node.value.count("XX"))

    def argument(node):
        changed = list(mutators.operator_arg_removal(node))
        yield from changed[-len(node.args):] if len(node.args) > 1 else changed

    instead = {mutators.operator_string: without_case, mutators.operator_arg_removal: argument}
    return [(kind, instead.get(operator, operator)) for kind, operator in mutators.mutation_operators]


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
        mutants, tests = prepare(group)
        kept = WORK / f"{group}.json"
        ends = json.loads(kept.read_text("utf-8")) if kept.is_file() else {}
        ends = {mutant["identity"]: "killed" for mutant in mutants if ends.get(mutant["identity"]) == "killed"}
        todo = {mutant["identity"]: mutant["name"] for mutant in mutants if mutant["identity"] not in ends}
        kept.write_text(json.dumps(ends), encoding="utf-8")
        status = mutate_run.start(todo, tests, kept) if todo else 0
        if status:
            sys.exit(f"make mutate: the tests of {group} ended with {status}, see above (in {WORK / group})")
        ends = json.loads(kept.read_text("utf-8"))
        found = [mutant | {"end": ends[mutant["identity"]]} for mutant in mutants if ends[mutant["identity"]] not in ("killed", "out of time", "crashed")]
        said = judge({mutant["file"] for mutant in mutants}, found, known)
        counts = Counter(ends[mutant["identity"]] for mutant in mutants)
        print(f"{group}: {len(mutants)} mutants: " + ", ".join(f"{count} {end}" for end, count in counts.most_common()))
        print("".join(f"\n{line}\n" for line in said), end="", flush=True)
        failed += len(said)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
