"""Tell the reader how hard and how long a chapter is, what was read, and what to read next.

A chapter is a page whose metadata has ``level``: 初級, 中級 or 上級 (in a notebook: a key of its metadata; in
Markdown: of its front matter). It says its level and reading time under its title. What was read is kept in
the reader's browser only (``static/reading.js``). Shift+← and Shift+→ turn the pages.

The reading time is an estimate from the text: 500 characters of prose a minute, 2 s for a formula in a line and
10 s for a displayed one, 4 s for a line of code that is not folded away, 10 s for what a cell shows. Where there are
problems to be solved, the author says how long that takes: ``work_minutes``, beside ``level``.
"""

import json
import re
from math import ceil
from os.path import relpath
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

from lightbook.assets import HERE, add_static

LEVELS = ("初級", "中級", "上級")
CHARACTERS_A_MINUTE, INLINE_FORMULA, FORMULA, CODE_LINE, RESULT = 500, 2, 10, 4, 10  # seconds but for the first
SILENT = (nodes.raw, nodes.comment, nodes.citation, nodes.substitution_definition, nodes.system_message)
FOLDED = {"tag_hide-input", "tag_hide-cell", "tag_remove-input", "tag_remove-cell"}
#: what this module writes under the title of a chapter
FACTS = '<p class="reading-facts">{level}・読む時間の目安 {minutes}\u00a0分</p>'
#: the attribute by which another extension says of its node that it takes no time to read
NO_TIME = "no_time"
logger = logging.getLogger(__name__)


def seconds(node):
    """How long a reader needs for `node`, about."""
    classes = set(node["classes"]) if isinstance(node, nodes.Element) else ()
    if isinstance(node, SILENT) or (isinstance(node, nodes.Element) and node.get(NO_TIME)):
        return 0
    if "cell_output" in classes:
        return RESULT
    if isinstance(node, nodes.Text):
        return len("".join(node.split())) * 60 / CHARACTERS_A_MINUTE
    if isinstance(node, nodes.math_block):
        return FORMULA
    if isinstance(node, nodes.math):
        return INLINE_FORMULA
    if isinstance(node, nodes.literal_block):
        return CODE_LINE * sum(bool(line.strip()) for line in node.astext().splitlines())
    folded = FOLDED & classes
    return sum(seconds(child) for child in node.children if not (folded and "cell_input" in child["classes"]))


def measure(app, doctree):
    """Keep the reading time of a chapter in its metadata."""
    metadata = app.env.metadata[app.env.docname]
    if "level" in metadata:
        if metadata["level"] not in LEVELS:
            logger.warning("level: %r is none of %s", metadata["level"], ", ".join(LEVELS), location=app.env.docname)
        metadata["minutes"] = ceil(seconds(doctree) / 60)


def list_chapters(app, env):
    """Put the chapters into the shared script, in the order of the table of contents."""
    if app.builder.format != "html":
        return
    following = {name: after for name, (_, _, after) in env.collect_relations().items()}
    chapters, name = [], env.config.root_doc
    while name:
        metadata = env.metadata[name]
        if "level" in metadata:
            work = int(metadata.get("work_minutes", 0))
            chapters.append([app.builder.get_target_uri(name), metadata["level"], metadata["minutes"], work])
        name = following.get(name)
    if chapters:
        path = Path(app.outdir, "_static", "chapters.js")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"const readingChapters = {json.dumps(chapters, ensure_ascii=False)};", "utf-8")
        app.add_js_file(path.name)
        app.add_js_file("reading.js", priority=900, loading_method="defer")  # last: it leaves alone the keys that others take


def tell(app, pagename, templatename, context, doctree):
    """Say level and time under the title, and let the templates show the rest."""
    metadata = app.env.metadata.get(pagename, {})
    context["is_chapter"] = "level" in metadata
    context["reading_rate"] = CHARACTERS_A_MINUTE
    context["has_chapters"] = any("level" in other for other in app.env.metadata.values())
    if context["is_chapter"]:
        context["chapter_uri"] = app.builder.get_target_uri(pagename)
        work = f"\u00a0分・解く時間の目安 {metadata['work_minutes']}" if "work_minutes" in metadata else ""
        facts = FACTS.format(level=metadata["level"], minutes=f"{metadata['minutes']}{work}")
        context["body"] = re.sub(r"(?<=</h1>)", lambda match: "\n" + facts, context["body"], count=1)


def add_templates(app, config):
    config.templates_path = [relpath(HERE / "theme" / "reading", app.confdir), *config.templates_path]
    options = config.html_theme_options = dict(config.html_theme_options)
    options["primary_sidebar_end"] = [*options.get("primary_sidebar_end", []), "reading-progress.html"]
    options["article_footer_items"] = [*options.get("article_footer_items", []), "reading-end.html"]


def setup(app):
    app.connect("config-inited", add_templates)
    app.connect("builder-inited", add_static)
    app.connect("doctree-read", measure)
    app.connect("env-updated", list_chapters)
    app.connect("html-page-context", tell)
    app.add_css_file("reading.css", priority=910)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
