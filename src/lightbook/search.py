"""Find any words in the book, Japanese too, with the text itself as the index.

Sphinx cuts Japanese text into words when it builds its index, but not the query (sphinx#13395), so that
compounds such as 勾配消失 are never found; and it fetches every page it lists for an excerpt. A book is
small enough to be searched as it is: its text, by section, is one file (``_static/search.json``) that
only the search page loads, and ``static/search.js`` looks for the words in it. Width and case of
letters do not matter.

``search_names`` names a YAML file whose list ``keywords`` says what readers call a thing and where the book explains it:
mappings with ``keyword``, ``spellings`` (a list) and ``see`` (``04_sigmoid#定義``, beside the file). Whoever looks for one of
these words finds that place first, and reads which word the book uses. Whoever finds nothing reads which of these words, and
of the terms of `glossary`, are near.
"""

import json
import re
import unicodedata
from os.path import relpath
from pathlib import Path
from posixpath import dirname, join

import yaml
from docutils import nodes
from sphinx import addnodes
from sphinx.errors import ConfigError
from sphinx.util import logging

from lightbook.assets import HERE, add_static

NOT_TEXT = (
    nodes.raw,
    nodes.comment,
    nodes.math,
    nodes.math_block,
    nodes.image,
    nodes.title,
    nodes.section,
    nodes.substitution_definition,
    nodes.system_message,
    addnodes.toctree,
    addnodes.index,
)
SYMBOLS = {
    "to": "→",
    "infty": "∞",
    "le": "≤",
    "ge": "≥",
    "ne": "≠",
    "partial": "∂",
    "times": "×",
    "cdot": "·",
    "pm": "±",
    "approx": "≈",
    "in": "∈",
    "sqrt": "√",
    "sum": "∑",
    "prod": "∏",
    "odot": "⊙",
    "dots": "…",
    "cdots": "…",
    "ldots": "…",
}
logger = logging.getLogger(__name__)
NO_SEARCH = "no_search"  # an attribute of what is found elsewhere
SUPERSEDED = ("sphinx_highlight.js", "translations.js")  # serve Sphinx's own search only


def collect(app, doctree):
    """Keep the text of a page, by section: (anchor, title, text)."""
    sections = []
    for section in doctree.findall(nodes.section):
        text = " ".join(" ".join(_texts(section)).split())
        sections.append((section["ids"][0] if sections else "", "".join(_inline(section[0])), text))  # the title comes first
    app.env.text_search[app.env.docname] = sections


def _texts(node):
    for child in node.children:
        attributes = getattr(child, "attributes", {})
        if isinstance(child, NOT_TEXT) or "cell_output" in attributes.get("classes", ()) or NO_SEARCH in attributes:
            continue
        if isinstance(child, nodes.TextElement):
            yield "".join(_inline(child))
        else:
            yield from _texts(child)


def readable(tex):
    r"""A short formula as one would type it: ``\sigma'(x) \le \frac{1}{4}`` is σ'(x) ≤ 1/4."""

    def symbol(match):
        name = match[1]
        letter = f"GREEK {'CAPITAL' if name[0].isupper() else 'SMALL'} LETTER {name.upper().replace('LAMBDA', 'LAMDA')}"
        try:
            return SYMBOLS.get(name) or unicodedata.lookup(letter)
        except KeyError:
            return name

    tex = re.sub(r"\\[dt]?frac(?:\{([^{}]*)\}|(\w))(?:\{([^{}]*)\}|(\w))", r"\1\2/\3\4", tex)
    tex = re.sub(r"\\(?:math\w+|boldsymbol|operatorname|text\w*|left|right|[bB]igg?[lr]?|displaystyle)\b\s*", "", tex)
    return re.sub(r"\\[,;:! ]|[\\{}]", "", re.sub(r"\\([A-Za-z]+)", symbol, tex))


def _inline(node):
    for child in node.children:
        if isinstance(child, nodes.Text):
            yield child.astext()
        elif isinstance(child, nodes.math):
            yield readable(child.astext())
        elif not isinstance(child, NOT_TEXT) and child.get("refexplicit", True):  # else: the name of a target
            yield from _inline(child)


def prepare(app):
    builder = app.builder
    if builder.format == "html":
        builder.search = False  # Sphinx's index and page; ours take their place
        builder._js_files[:] = [f for f in builder._js_files if not str(f.filename).endswith(SUPERSEDED)]
        add_static(app)
    if not hasattr(app.env, "text_search"):
        app.env.text_search = {}


def add_template(app, config):
    config.templates_path = [relpath(HERE / "theme" / "search", app.confdir), *config.templates_path]


def add_page(app):
    yield "search", {}, "search.html"


def add_script(app, pagename, templatename, context, doctree):
    if pagename == "search":
        app.add_js_file("search.js", loading_method="defer")


def read_names(app, config):
    """Read the words of readers once; an incomplete file is an error that names it."""
    if not config.search_names:
        return
    path = Path(app.srcdir, config.search_names)
    try:
        config.search_places = [
            (one["keyword"], one["spellings"], join(dirname(config.search_names), one["see"]))
            for one in yaml.safe_load(path.read_bytes())["keywords"]
        ]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise ConfigError(
            f"search_names: {path} must have a list `keywords` of mappings with `keyword`, `spellings` and `see`: {error!r}"
        ) from error


def named_places(app):
    """For each keyword: the word, how else it is spelled, the address of its page, the number of its section there."""
    for keyword, spellings, see in app.config.search_places:
        page, _, heading = see.partition("#")
        titles = [bare(title) for _, title, _ in app.env.text_search.get(page, ())]
        if bare(heading) in titles:
            yield keyword, spellings, app.builder.get_target_uri(page), titles.index(bare(heading))
        else:
            logger.warning("search_names: %s: no heading for %r", keyword, see)


def bare(title):
    """A heading without what its formulas are written with."""
    return re.sub(r"[$`*\s]", "", title)


def write_index(app, exception):
    """Write the text of all pages, by their names, and what readers call the things in it."""
    if exception or app.builder.format != "html":
        return
    pages = [
        [app.builder.get_target_uri(name), app.env.text_search[name]]
        for name in sorted(app.env.text_search)
        if name in app.env.found_docs and app.env.text_search[name]
    ]
    terms = app.config.glossary_readings if "glossary_readings" in app.config else {}
    index = {"pages": pages, "names": list(named_places(app)), "terms": [[term, *readings] for term, readings in terms.items()]}
    Path(app.outdir, "_static", "search.json").write_bytes(json.dumps(index, ensure_ascii=False, separators=(",", ":")).encode())


def setup(app):
    app.add_config_value("search_names", "", "env")
    app.add_config_value("search_places", [], "env")
    app.connect("config-inited", read_names)
    app.connect("config-inited", add_template)
    app.connect("builder-inited", prepare)
    app.connect("doctree-read", collect)
    app.connect("html-collect-pages", add_page)
    app.connect("html-page-context", add_script)
    app.connect("build-finished", write_index)
    return {"parallel_read_safe": False, "parallel_write_safe": False, "env_version": 1}
