"""The Sphinx extension: what it puts on a page with a figure, and what it leaves alone."""

import textwrap

import pytest
from sphinx.testing.util import SphinxTestApp

from explorable import page

FIGURE = "<explorable-figure><div>drawn {}</div></explorable-figure>".format
WHOLE = page.standalone(FIGURE(1), "label", ("DATA", 2, 1)) + page.standalone(FIGURE(2), "label", ("DATA", 2, 1))
VIEW = '<script type="application/vnd.jupyter.widget-view+json">{}</script>'
CONF = """
extensions = ["explorable.sphinx_ext"]
language = "ja"
html_theme = "basic"
"""
MYST_NB = """
def executed(app, doctree):
    "What MyST-NB notes of a notebook with widgets."
    if app.env.docname != "plain":
        app.env.nb_metadata[app.env.docname] = {"js_files": {"ipywidgets_0": "state", "ipywidgets_1": "manager", "own": "own"}}

def setup(app):
    app.connect("builder-inited", lambda app: setattr(app.env, "nb_metadata", {}))
    app.connect("doctree-read", executed, 1)
"""


@pytest.fixture
def build(tmp_path):
    """``build(builder)``: a site of four pages, and the application that built it."""

    def built(builder, conf=CONF + MYST_NB):
        (tmp_path / "conf.py").write_text(conf, encoding="utf-8")
        raw = {"figures": WHOLE, "both": WHOLE + VIEW, "widget": VIEW, "plain": "<b>nothing moves</b>"}
        for name, html in raw.items():
            body = textwrap.indent(html, "   ")
            about = VIEW if name == "figures" else "<explorable-figure>"  # text about one is none
            (tmp_path / f"{name}.rst").write_text(
                f"{name}\n=======\n\n``{about}``\n\n.. raw:: html\n\n{body}\n", encoding="utf-8"
            )
        (tmp_path / "index.rst").write_text(
            "Index\n=====\n\n.. toctree::\n\n" + "".join(f"   {n}\n" for n in raw), encoding="utf-8"
        )
        app = SphinxTestApp(builder, srcdir=tmp_path)
        app.build()
        app.cleanup()
        return app

    return built


def test_a_site_has_one_player_and_the_pages_with_a_figure_load_it(build):
    build("html")
    app = build("html")  # over what is there
    assert app.warning.getvalue() == ""
    out = {name: (app.outdir / f"{name}.html").read_text("utf-8") for name in ("figures", "both", "widget", "plain", "index")}
    for name in ("player.js", "player.css"):
        assert (app.outdir / "_static" / "explorable" / name).read_bytes() == page.asset(name).encode()
    for name, html in out.items():
        figures = 2 if name in ("figures", "both") else 0
        assert html.count('<script type="module" src="_static/explorable/player.js?v=') == (figures > 0)
        assert html.count('href="_static/explorable/player.css?v=') == (figures > 0)
        assert html.count(FIGURE(1) + FIGURE(2)) == (figures > 0)
        assert "explorable-still" not in html and "<style" not in html
    assert VIEW in out["both"] and VIEW in out["widget"] and "<b>nothing moves</b>" in out["plain"]


def test_a_page_whose_sliders_only_lent_their_range_needs_no_widget_manager(build):
    files = {name: list(noted["js_files"]) for name, noted in build("html").env.nb_metadata.items()}
    all_of_them = ["ipywidgets_0", "ipywidgets_1", "own"]
    assert files == {"figures": ["own"], "both": all_of_them, "widget": all_of_them, "index": all_of_them}


def test_another_builder_gets_each_figure_whole_and_no_files(build):
    app = build("xml", CONF)  # nor is MyST-NB needed
    assert not (app.outdir / "_static").exists()
    assert "&lt;!--explorable player--&gt;" in (app.outdir / "figures.xml").read_text("utf-8")


def test_pages_can_be_read_and_written_side_by_side(build):
    extension = build("html").extensions["explorable.sphinx_ext"]
    assert extension.parallel_read_safe and extension.parallel_write_safe
