"""The Sphinx extension: what it puts on a page with a figure, and what it leaves alone."""

import re
import textwrap
from urllib.parse import unquote

import pytest
from ipywidgets import FloatSlider, IntSlider
from matplotlib import pyplot as plt
from sphinx.testing.util import SphinxTestApp

from explorable import explore, page

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


# -- links to figures ---------------------------------------------------------------------------

LINKED = """
extensions = ["myst_parser", "explorable.sphinx_ext"]
html_theme = "basic"
myst_heading_anchors = 2
"""
RAW = "```{{raw}} html\n{}\n```\n".format


def recorded(name, **controls):
    figure, ax = plt.subplots()
    (dot,) = ax.plot([0], [0], "o")
    ax.set(xlim=(-3, 3), ylim=(-3, 3))

    def update(**values):
        dot.set_data([sum(float(len(v) if isinstance(v, str) else v) for v in values.values())], [0])

    update.__name__ = name
    return explore(figure, **controls)(update)


@pytest.fixture
def linked(tmp_path, html_of):
    """``linked(text, figure, …)``: the page of a site with `text` and the figures, and what Sphinx had to say."""

    def built(text, *figures, name="index.md"):
        (tmp_path / "conf.py").write_text(LINKED, encoding="utf-8")
        (tmp_path / name).write_text(text + "\n\n" + "\n".join(RAW(html_of(one)) for one in figures), encoding="utf-8")
        app = SphinxTestApp("html", srcdir=tmp_path)
        app.build()
        app.cleanup()
        warnings = re.sub(r"\x1b\[[\d;]*m", "", app.warning.getvalue())
        return (app.outdir / "index.html").read_text("utf-8"), warnings.replace(str(tmp_path), "")

    return built


@pytest.fixture
def tangent():
    alpha = FloatSlider(min=0, max=2, step=0.25, value=0.5, description="α [m]")
    return recorded("tangent", alpha=alpha, kind={"サイン": "sin", "コサイン": "cosine"})


def test_links_to_a_figure_are_plain_and_have_a_place_to_lead_to(linked, tangent):
    text = "# T\n[one](#tangent?alpha=1) [*two*](#tangent?alpha=0.50&kind=コサイン), [](#tangent?alpha) of [](#tangent?kind)"
    html, warnings = linked(text, tangent, recorded("other", k=(0, 1)))
    assert warnings == ""
    for href, shown in (
        ("alpha=1", "one"), ("alpha=0.50&amp;kind=%E3%82%B3%E3%82%B5%E3%82%A4%E3%83%B3", "<em>two</em>"),
        ("alpha", "0.50 m"), ("kind", "サイン"),
    ):  # fmt: skip
        assert f'<a class="reference internal" href="#tangent?{href}">{shown}</a>' in html
        place = f'<span id="tangent?{unquote(href)}"></span>'
        assert html.count(place) == 1 and html.index(place) < html.index('data-name="tangent"') < html.index('data-name="other"')


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        ("tangent?beta=1", "tangent has no control 'beta'; it has alpha, kind"),
        ("tangent?beta", "tangent has no control 'beta'; it has alpha, kind"),
        ("tangent?alpha=0.3", "alpha has no value '0.3'; it has 0.00, 0.25, 0.50, 0.75, 1.00, 1.25, 1.50, 1.75, 2.00"),
        ("tangent?alpha=1&kind=tan", "kind has no value 'tan'; it has sin, cosine"),
        ("tangent?alpha=", "alpha has no value ''; it has 0.00"),
        ("secant?alpha=1", "no recorded figure of this name on the page; there are: tangent, twin"),
        ("twin?k=1", "2 figures of this name on the page; give their functions different names"),
    ],
)
def test_a_link_to_what_is_not_there_is_a_warning(link, fault, linked, tangent):
    text = f"# T\n\nSome text.\n\n[one](#{link})"
    html, warnings = linked(text, tangent, recorded("twin", k=(0, 1)), recorded("twin", k=(0, 2)))
    assert warnings.startswith(f"/index.md:5: WARNING: link to '#{link}': {fault}")
    assert warnings.count("WARNING") == 1 and ">one</a>" in html


def test_a_control_shared_with_one_of_two_figures_of_one_name_is_a_warning(linked):
    k = IntSlider(min=0, max=2)
    first, second, again = recorded("first", k=k), recorded("second", k=k), recorded("first", x=(0, 1))
    assert linked("# T", first, second)[1] == ""
    html, warnings = linked("# T", first, second, again)
    assert "WARNING: second shares a control with first: 2 figures of this name on the page" in warnings


def test_other_links_are_not_ours(linked, tangent):
    html, warnings = linked("# Head\n\n## Tangent\n[a](#tangent) [b](https://example.org/#tangent?a=1)", tangent)
    assert warnings == "" and 'href="#tangent"' in html and 'href="https://example.org/#tangent?a=1"' in html
    assert "<span id=" not in html
