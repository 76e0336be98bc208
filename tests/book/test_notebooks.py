"""What git keeps of a notebook, and what its prose may say."""

import json
import re
from pathlib import Path

import nbformat
import pytest
import yaml

from lightbook.execution import Cache
from tools import notebooks

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted([ROOT / "index.ipynb", *ROOT.glob("chapters/*.ipynb"), *ROOT.glob("examples/*.ipynb")])

STORED = {"text/plain", "text/markdown"}
MACHINE_PATH = re.compile(r"(/home/|/root/|/Users/|/tmp/|[A-Z]:\\\\Users)")
# A number with a decimal point or an exponent: something that somebody computed.
COMPUTED = re.compile(r"(?<![\w.])\d+(?:\.\d+(?:e[+-]?\d+)?|e[+-]?\d+)(?![\w.]*\w)")
POWER = re.compile(r"(\d\.\d+)\\times10\^\{?(-?\d+)\}?")


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return json.loads(request.param.read_text(encoding="utf-8"))


def code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell["outputs"]]


def printed(output) -> str:
    text = output.get("text", "")
    texts = [text, *output.get("data", {}).values()]
    return "".join("".join(part) for part in texts)


def test_the_toc_names_every_notebook_and_no_other():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    named = {toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])}
    there = {str(path.relative_to(ROOT).with_suffix("")) for path in NOTEBOOKS if path.parent.name != "examples"}
    assert there == {name for name in named if (ROOT / f"{name}.ipynb").exists() or name in there}


def test_every_work_of_the_list_is_cited_in_a_chapter():
    works = set(re.findall(r"^@\w+\{([^,]+),", (ROOT / "references.bib").read_text("utf-8"), re.MULTILINE))
    keys = [
        key
        for path in NOTEBOOKS
        for cited in re.findall(r"\{cite:p\}`([^`]*)`", path.read_text("utf-8"))
        for key in cited.split(",")
    ]
    assert works == {max((work for work in works if key.endswith("-" + work)), key=len, default=key) for key in keys}


def test_only_text_outputs_are_stored(notebook):
    kinds = {kind for output in outputs(notebook) for kind in output.get("data", {})}
    assert kinds <= STORED, "run `make notebooks`: it leaves out pictures, HTML and widget views"
    assert "widgets" not in notebook["metadata"]


def test_outputs_were_not_stripped(notebook):
    """nbval passes a notebook without outputs by comparing nothing."""
    cells = code_cells(notebook)
    assert all(cell["execution_count"] for cell in cells), "run `make notebooks`: a cell was never executed"
    speaking = [cell for cell in cells if "print(" in "".join(cell["source"])]
    silent = ["".join(cell["source"]) for cell in speaking if not cell["outputs"]]
    assert not [source for source in silent if not source.lstrip().startswith(("def ", "class "))]
    assert outputs(notebook) or not cells, "run `make notebooks`: no output is stored at all"


def test_no_cell_stored_an_error_or_a_warning(notebook):
    assert not [output for output in outputs(notebook) if output["output_type"] == "error"]
    assert not [output for output in outputs(notebook) if output.get("name") == "stderr"]


def test_no_machine_path(notebook):
    assert not MACHINE_PATH.search(json.dumps(notebook, ensure_ascii=False))


def test_order_is_as_make_notebooks_writes_it(notebook):
    assert [cell["execution_count"] for cell in code_cells(notebook)] == list(range(1, len(code_cells(notebook)) + 1))


def test_no_code_cell_changes_the_path_or_installs(notebook):
    for cell in code_cells(notebook):
        source = "".join(cell["source"])
        assert "sys.path" not in source and "chdir" not in source and not source.startswith(("!", "%pip"))


def test_computed_numbers_in_the_prose_stand_in_an_output_or_in_the_code(notebook):
    """0.0066 in a sentence must be printed by a cell of the same notebook; 0.5 may also stand in the code."""
    evidence = "\n".join(
        [*(printed(output) for output in outputs(notebook)), *("".join(cell["source"]) for cell in code_cells(notebook))]
    )
    numbers = set(COMPUTED.findall(evidence))
    missing = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            # What a paper reports is cited in the same sentence; formulas, addresses and code blocks are no prose.
            text = re.sub(
                r"\$\$.*?\$\$|[^。\n]*\{cite:p\}[^。\n]*|\(https?://[^)]*\)|```.*?```|<style>.*?</style>",
                "",
                "".join(cell["source"]),
                flags=re.DOTALL,
            )
            text = POWER.sub(lambda found: f"{found[1]}e{int(found[2]):+03d}", text)  # as Python prints it
            missing += [number for number in COMPUTED.findall(text) if number not in numbers]
    assert not missing, f"numbers in the prose that no cell computes: {missing}"


@pytest.fixture(scope="module")
def executed(site):
    """The notebooks as the build has executed them, by path."""
    depends = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["sphinx"]["config"]["execution_cache_depends"]
    cache = Cache(site.parent / ".jupyter_cache", [ROOT / name for name in depends], {}, {})
    yield lambda path: cache.get_cache_bundle(cache.match_cache_file(str(path)).pk).nb
    cache.db.dispose()


@pytest.mark.site
@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if path.parent.name != "examples"], ids=lambda path: path.stem)
def test_the_build_s_run_of_every_cell_gave_what_is_stored(executed, path):
    stored, run = nbformat.read(path, as_version=4), executed(path)
    notebooks.tidy(run)
    for one, other in zip(run.cells, [cell for cell in stored.cells if cell.cell_type == "code"], strict=True):
        assert one.outputs == other.outputs, f"run `make notebooks` if this is to be so; the cell:\n{other.source}"
