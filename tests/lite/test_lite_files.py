"""The JupyterLite on the built site, as files: what `make lite` took in, and the chapters' links to it."""

import json
import sys
from pathlib import Path

import nbformat
import pytest

from lightbook import execution
from lightbook.launching import without_solutions
from tools import lite

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow("JupyterLite")


@pytest.fixture(scope="module")
def lock(lite_site):
    return json.loads((lite_site / "static/pyodide/pyodide-lock.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def theirs():
    """The packages of Pyodide's own lock."""
    return json.loads(max(lite.CACHE.glob("pyodide-*/pyodide-lock.json")).read_text("utf-8"))["packages"]


def packages(names):
    """The packages from elsewhere among the modules of these names."""
    return {top for name in names if (top := name.partition(".")[0]) not in sys.stdlib_module_names}


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in lite.notebooks(ROOT)])
def test_what_a_chapter_imports_brings_all_that_its_imports_import(lock, path):
    """The kernel loads the packages that a cell imports, with what these depend on, and no others."""
    provided = {module: name for name, package in lock["packages"].items() for module in package["imports"]}
    code = execution.code_of(json.loads(path.read_text("utf-8")))
    direct = packages(name for _, name in execution.statements(code))
    loaded = lite.closure([*lite.KERNEL, *(provided[top] for top in direct)], lock)
    modules = execution.imported(code, [ROOT / "src"])
    for file, text in modules.items():
        needed = packages(name for level, name in execution.statements(text) if level == 0)
        assert needed <= {top for top, name in provided.items() if name in loaded}, file.relative_to(ROOT)


def test_what_only_builds_the_site_is_not_in_the_browser(lock, theirs):
    assert {"matplotlib-fontja", "mnist1d"} <= set(lock["packages"]) - set(theirs)
    assert not {"jupyter-book", "sphinx", "jupyterlab", "mini-racer", "ziamath", "ipykernel"} & set(lite.closure(lite.OWN, lock))


def test_every_wheel_is_here_with_its_checksum_or_compiled_and_at_one_address(lock, lite_site):
    elsewhere = json.loads((lite_site / lite.NOTE).read_text("utf-8"))["elsewhere"]
    for name in lite.closure([*lite.OWN, *lite.KERNEL], lock):
        package = lock["packages"][name]
        if package["file_name"].startswith("https://"):
            assert package["file_name"].startswith(f"https://{elsewhere}/") and not lite.is_pure(package), name
        else:
            assert lite.sha256(lite_site / "static/pyodide" / package["file_name"]) == package["sha256"], name


def test_the_compiled_packages_keep_the_checksums_of_pyodide(lock, theirs):
    for name, package in lock["packages"].items():
        if not lite.is_pure(package):
            assert package["sha256"] == theirs[name]["sha256"], name


def test_the_chapters_are_those_of_the_book_without_solutions_and_what_they_read_lies_beside(lite_site):
    def sources(notebook):
        return [cell.source for cell in notebook.cells]

    for path in lite.notebooks(ROOT):
        there, here = (nbformat.read(one, as_version=4) for one in (lite_site / "files" / path.relative_to(ROOT), path))
        assert sources(there) == sources(without_solutions(here, path.parent, path.parent) or here), path.name
        assert "BEGIN SOLUTION" not in "".join(sources(there)), path.name
    assert (lite_site / "files/chapters/terms.yml").read_bytes() == (ROOT / "chapters/terms.yml").read_bytes()


def test_the_button_of_each_chapter_opens_that_chapter_and_says_the_size(lite_site, site):
    note = json.loads((lite_site / lite.NOTE).read_text("utf-8"))
    assert note["pages"] == [
        path.relative_to(ROOT).with_suffix("").as_posix() for path in lite.notebooks(ROOT) if lite.runs(path)
    ]
    for name in note["pages"]:
        text = (site / f"{name}.html").read_text("utf-8")
        start = text.rindex('<a href="', 0, text.index(">ブラウザーで動かす<")) + len('<a href="')
        link, _, query = text[start : text.index('"', start)].partition("?")
        assert (site / f"{name}.html").parent.joinpath(link).resolve() == lite_site / "notebooks/index.html"
        assert query == f"path={name}.ipynb" and (lite_site / f"files/{name}.ipynb").is_file()
        assert f"約 {note['bytes'] / 1e6:.0f} MB " in text, "the page is older than the JupyterLite: run `make lite`"


def test_the_versions_in_the_browser_are_in_the_ranges_that_the_code_works_with(lock, capsys):
    from packaging.specifiers import SpecifierSet

    rows = lite.versions(lock, ROOT)
    assert {"numpy", "scipy", "matplotlib"} <= {name for name, *_ in rows}
    for name, there, here, span in rows:
        for version in filter(None, (there, here)):
            assert version in SpecifierSet(span), f"{name} {version} is not in {span}"
    lite.print_versions(lite.OUTPUT)
    assert "numpy" in capsys.readouterr().out
