"""The extensions together: the same pages from the same sources, and room for Sphinx to work in parallel."""

import importlib
from unittest.mock import Mock

import pytest
from sphinx.errors import ExtensionError

from lightbook import PARTS


def test_two_builds_are_the_same_byte_for_byte(book):
    files = {
        "index.md": "# 題\n\n\\begin{align}\na &= b\n\\end{align}\n\n$$ c = d $$ (eq)\n\n```{toctree}\nother\n```\n",
        "other.md": "# 他\n\n\\begin{align}\na &= b\n\\end{align}\n\n{eq}`eq`\n",
    }
    theme = (
        "html_theme = 'sphinx_book_theme'\nhtml_title = '本'\nimport os\nTEMPLATES = os.path.abspath('templates')\n"  # as themes name theirs
        "def setup(app): app.connect('config-inited', lambda app, config: config.templates_path.append(TEMPLATES))\n"
    )
    one, two = (book(files, ["lightbook"], theme) for _ in range(2))
    assert one.warnings == ""
    names = sorted(path.relative_to(one.out) for path in one.out.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(two.out) for path in two.out.rglob("*") if path.is_file())
    assert [name for name in names if (one.out / name).read_bytes() != (two.out / name).read_bytes()] == []
    whole = {name: (one.out / name).read_bytes() for name in names}
    one.write({"other.md": files["other.md"] + "\n## 節 {.new-class}\n"}).build()
    one.write({"other.md": files["other.md"]}).build()  # there and back, built in steps
    assert [str(name) for name in names if (one.out / name).read_bytes() != whole[name]] == []


def test_what_the_book_itself_has_at_the_end_of_a_page_and_of_the_contents_stays_and_comes_first(book):
    giscus = {"repo": "owner/name", "repo_id": "R_kgDO1", "category": "コメント", "category_id": "DIC_kwDO2"}
    options = {"article_footer_items": ["end.html"], "primary_sidebar_end": ["side.html"]}
    files = {
        "index.md": "# 本\n\n```{toctree}\none\n```\n",
        "one.md": "---\nlevel: 初級\n---\n# 一\n\n文。\n",
        "own/end.html": "<b>the end</b>",
        "own/side.html": "<b>the side</b>",
    }
    page = book(
        files,
        ["lightbook"],
        f"html_theme = 'sphinx_book_theme'\nhtml_title = '本'\nlanguage = 'ja'\ntemplates_path = ['own']\n"
        f"giscus = {giscus}\nhtml_theme_options = {options}\n",
    ).page("one")
    places = [page.index(text) for text in ("the side", "reading-progress", "the end", "reading-end", "GitHub（owner/name）")]
    assert places == sorted(places)


@pytest.mark.parametrize("part", sorted({*PARTS} - {"mathematics", "search"}))  # these two collect what is on all pages
def test_all_parts_but_two_let_sphinx_work_in_parallel(part):
    says = importlib.import_module(f"lightbook.{part}").setup(Mock())
    assert says | {"parallel_read_safe": True, "parallel_write_safe": True} == says


def test_a_build_that_makes_no_pages_or_fails_leaves_no_file_of_theirs(book):
    made = book("# 題\n\n$x$\n", ["lightbook"], "html_theme = 'sphinx_book_theme'\n", buildername="text")
    assert made.warnings == "" and not list(made.folder.rglob("*.woff2")) + list(made.folder.rglob("book.*"))
    with pytest.raises(ExtensionError, match="deliberate"):
        failing = "def fail(*args): raise ValueError('deliberate')\ndef setup(app): app.connect('html-page-context', fail)\n"
        book("# 題\n\n$x$\n", ["lightbook"], "html_theme = 'sphinx_book_theme'\n" + failing)
