"""Mistakes that Jupyter Book lets pass fail the build, with a message that names the file."""

import pytest

from lightbook.strictness import known_keys, unknown_keys
from tests.books import STORED, notebook


@pytest.mark.parametrize(
    "config, unknown",
    [
        ({"htlm": {"favicon": "x"}}, ["htlm"]),
        ({"html": {"favikon": "x", "favicon": "y"}}, ["html.favikon"]),
        ({"execute": {"execute_notebook": "cache"}, "titel": "x"}, ["execute.execute_notebook", "titel"]),
        ({"html": {"analytics": {"id": 1}}}, ["html.analytics.id"]),
        (
            {
                "title": "x",
                "html": {"comments": {"utterances": {"repo": "any"}}},
                "launch_buttons": {"jupyterlite_url": ""},
                "latex": {"latex_documents": {"targetname": "x"}},
                "only_build_toc_files": True,
                "sphinx": {"config": {"anything": 1}, "extra_extensions": ["x"], "local_extensions": {"x": "."}},
                "bibtex_bibfiles": ["x"],
                "parse": {"myst_substitutions": {"a": "b"}},
            },
            [],
        ),
    ],
)
def test_keys_that_nothing_reads_are_found(config, unknown):
    assert sorted(unknown_keys(config, known_keys())) == sorted(unknown)


def test_an_unknown_key_and_a_wrong_type_are_warnings_that_name_the_file(book):
    made = book({"index.md": "# T\n", "_config.yml": "htlm: {}\ntitle: 3\nexecute: {timeout: soon}\n"}, ["lightbook.strictness"])
    assert made.warnings.splitlines() == [
        f"WARNING: {made.folder / '_config.yml'}: {text}"
        for text in (
            "unknown key 'htlm': nothing reads it",
            "title: 3 is not of type 'string'",
            "execute.timeout: 'soon' is not of type 'number'",
        )
    ]
    for right in ("title: 本\n", ""):
        assert made.write({"_config.yml": right}).build().warnings == ""


def test_a_failed_build_fails_again_until_it_is_repaired(book):
    made = book("# T\n\n{ref}`nowhere`\n", ["lightbook.strictness"], warningiserror=True, keep_going=True)
    assert made.status == 1
    assert made.build(warningiserror=True, keep_going=True).status == 1
    made.write({"index.md": "# T\n"})
    assert made.build(warningiserror=True, keep_going=True).status == 0
    kept = made.folder / "_build" / "doctrees" / "environment.pickle"
    assert kept.exists()
    late = (
        "from sphinx.util import logging\ndef setup(app): app.connect(\n"
        "    'build-finished', lambda app, exception: logging.getLogger('conf').warning('at the end'), priority=950)\n"
    )
    made.write({"conf.py": (made.folder / "conf.py").read_text("utf-8") + late})
    assert "at the end" in made.build(warningiserror=True, keep_going=True).warnings and not kept.exists()


def test_a_character_that_a_figure_lacks_is_a_warning_that_names_the_page(book):
    message = "UserWarning: Glyph 26085 (\\N{CJK UNIFIED IDEOGRAPH-65E5}) missing from font(s) DejaVu Sans."
    shown = [{"output_type": "stream", "name": name, "text": [message]} for name in ("stdout", "stderr")]
    made = book({"index.ipynb": notebook("plot()", outputs=shown)}, ["lightbook.strictness"], STORED)
    assert made.warnings.count("index.ipynb: WARNING: a figure lacks a character: Glyph 26085") == 1


EXTENSION = """
def setup(app):
    from sphinx.util import logging
    app.connect("doctree-read", lambda app, doctree: logging.getLogger("ours").warning("read: %s", "first"))
    return {"parallel_read_safe": True}
"""


def test_a_change_of_the_book_s_own_extensions_makes_its_pages_anew(book):
    """Of their code: pages are read; of a file beside it: pages are written; of a comment in it, or of nothing: neither."""
    made = book(
        {"index.md": "# T\n\n文。\n", "ours/__init__.py": EXTENSION, "ours/look.css": "p {}"},
        ["lightbook.strictness"],
        "import sys; sys.path.insert(0, __file__[:-7]); sys.modules.pop('ours', None); extensions.append('ours')\n",
    )
    page = made.out / "index.html"

    def happens(change):
        page.write_text("old", "utf-8")
        made.write(change).build()
        return "read: " in made.warnings, page.read_text("utf-8") != "old"

    assert happens({}) == (False, False)
    assert happens({"ours/__init__.py": '"""Described."""\n# and commented\n' + EXTENSION}) == (False, False)
    assert happens({"ours/look.css": "p { top: 0 }"}) == (False, True)
    assert happens({"ours/__init__.py": EXTENSION.replace("first", "second, longer")}) == (True, True)
    assert "read: second" in made.warnings
