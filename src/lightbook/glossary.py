"""Link the first use of each glossary term in a section (h2) to the glossary, and show its meaning there.

``glossary_terms`` names a YAML file: a list of mappings with ``ja`` (the term as written), ``means`` (one sentence) and, for
those who search, ``en`` and ``yomi`` (its name in English, its reading).
``glossary_page`` (``glossary`` unless it says another) names the page whose table has the terms in its first column; its
rows become the targets. Headings, code, formulas, links and what cells print stay as they are. The meaning is in the
page once, as the ``title`` of the term's first link; ``static/terms.js`` shows it on hover, focus and touch. Without
JavaScript the links lead to the glossary.
"""

import re
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.errors import ConfigError

from lightbook.assets import add_static

CLOSED = (
    nodes.title,
    nodes.literal,
    nodes.literal_block,
    nodes.math,
    nodes.math_block,
    nodes.reference,
    nodes.citation,
    nodes.footnote,
    nodes.raw,
    nodes.table,
)
#: the attribute by which another extension says of its node that no link to a term may stand in it
NO_TERMS = "no_terms"


def read_terms(app, config):
    """Read the terms once; an incomplete file is an error that names it."""
    if not config.glossary_terms:
        return
    path = Path(app.srcdir, config.glossary_terms)
    try:
        entries = yaml.safe_load(path.read_bytes())
        config.glossary = {entry["ja"]: entry["means"] for entry in entries}  # a change of it writes every page anew
        config.glossary_readings = {entry["ja"]: [entry[key] for key in ("en", "yomi") if key in entry] for entry in entries}
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise ConfigError(f"glossary_terms: {path} must be a list of terms with `ja` and `means`: {error!r}") from error


def pattern(terms):
    """Matches any term, before those it begins with; a term that begins with a letter only at the start of a word."""
    in_order = sorted(terms, reverse=True)
    return re.compile("|".join((r"(?<![A-Za-z])" if term[0].isascii() else "") + re.escape(term) for term in in_order))


def anchor(term):
    return "term-" + term.replace(" ", "-")


def is_open(text):
    """Whether links may stand in the text node: prose, not the output of a cell, nor what asks for none."""
    node = text.parent
    while node is not None:
        if isinstance(node, CLOSED) or "cell_output" in node["classes"] or node.get(NO_TERMS):
            return False
        node = node.parent
    return True


def section_of(text):
    """The section of the page that the text node stands in: that of its h2, or None before the first of them."""
    above, node = [], text
    while node is not None:
        above += [node] if isinstance(node, nodes.section) else []
        node = node.parent
    return id(above[-2]) if len(above) > 1 else None


def link(app, doctree, docname):
    terms = app.config.glossary
    if not terms:
        return
    if docname == app.config.glossary_page:
        for row in doctree.findall(nodes.row):
            if (name := row[0].astext()) in terms:
                row["ids"].append(anchor(name))
                row["classes"].append("glossary-term")
        return
    target = app.builder.get_relative_uri(docname, app.config.glossary_page)
    search, linked, explained = pattern(terms), set(), set()
    for text in [text for text in doctree.findall(nodes.Text) if is_open(text)]:
        pieces, end, section = [], 0, section_of(text)
        for match in search.finditer(text):
            term = match[0]
            if (section, term) not in linked:
                linked.add((section, term))
                pieces += [
                    nodes.Text(text[end : match.start()]),
                    nodes.reference(
                        term,
                        term,
                        internal=True,
                        refuri=f"{target}#{anchor(term)}",
                        classes=["term"],
                        **({} if term in explained else {"reftitle": terms[term]}),
                    ),
                ]
                explained.add(term)
                end = match.end()
        if pieces:
            text.parent.replace(text, [*pieces, nodes.Text(text[end:])])


def setup(app):
    app.add_config_value("glossary_terms", "", "env")
    app.add_config_value("glossary_page", "glossary", "env")
    app.add_config_value("glossary", {}, "html")
    app.add_config_value("glossary_readings", {}, "")
    app.connect("config-inited", read_terms)
    app.connect("builder-inited", add_static)
    app.connect("doctree-resolved", link)
    app.add_css_file("terms.css")
    app.add_js_file("terms.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
