"""Sphinx extension: what an exam asks for, where the book explains it, and which questions ask for it.

``syllabus_file`` names a YAML file of keywords (the book's ``chapters/keywords.yml`` says what stands in it). From it come

- ``{syllabus}``, a directive for a page beside that file: all keywords below the sections of the syllabus, each with its
  scope in each version, the place in the book, its other spellings and its questions. ``quiz.js`` adds a choice of version
  and scope, and what the reader has answered;
- a line at the end of the list that a page begins with: what the syllabus asks for on this page, of the keywords that it
  explains or that ``pages`` names for it. Pages without such a list, or without a keyword, get none;
- the index of the book: every keyword and every other spelling of it, with the place in the book. Japanese words stand by
  rows of kana; ``rows`` has the characters which begin a word of each, as how they are read cannot be seen.
"""

import json
from collections import defaultdict
from pathlib import Path
from posixpath import dirname, join
from unicodedata import normalize

import yaml
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.errors import ConfigError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from lightbook.glossary import NO_TERMS

from .sphinx_ext import asked_on, element, find, tag, watch

logger = logging.getLogger(__name__)
LISTED = ("in", "optional", "disputed")


def read(app, config):
    """Read the file once; an incomplete one is an error that names it."""
    if not config.syllabus_file:
        return
    path = Path(app.srcdir, config.syllabus_file)
    try:
        data = yaml.safe_load(path.read_bytes())
        versions, scopes = set(data["versions"]), set(data["scopes"])
        for one in data["keywords"]:
            if set(one["scope"]) != versions or not set(one["scope"].values()) <= scopes:
                raise ValueError(f"{one['keyword']}: scope: expected one of {sorted(scopes)} for each of {sorted(versions)}")
            if "section" in one and one["section"] not in data["sections"]:
                raise ValueError(f"{one['keyword']}: section: expected one of {sorted(data['sections'])}")
            one["page"] = join(dirname(config.syllabus_file), one["see"].partition("#")[0])
            one["spellings"], one["questions"]  # noqa: B018  a keyword without them is incomplete
        known = {one["keyword"] for one in data["keywords"]}
        for page, names in data.get("pages", {}).items():
            if not set(names) <= known:
                raise ValueError(f"pages: {page}: expected keywords of this file, not {', '.join(sorted(set(names) - known))}")
        config.syllabus = data
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"syllabus_file: {path} is not complete: {error!r}") from error


def asked_for(app):
    """The keywords by the page that explains them."""
    pages = defaultdict(list)
    for keyword in app.config.syllabus.get("keywords", ()):
        pages[keyword["page"]].append(keyword)
    return pages


def told_on(app):
    """The keywords by the page whose line tells of them: the one that explains them, and those of `pages`."""
    told, data = asked_for(app), app.config.syllabus
    for page, names in data.get("pages", {}).items():
        told[join(dirname(app.config.syllabus_file), page)] += [one for one in data["keywords"] if one["keyword"] in names]
    return told


class Syllabus(SphinxDirective):
    """All keywords, below the sections of the syllabus."""

    has_content = True  # for the readers of the notebook

    def run(self):
        data, env = self.config.syllabus, self.env
        if not data:
            logger.warning("syllabus: syllabus_file is not set", location=self.get_location())
            return []
        watch(env, (keyword["see"] for keyword in data["keywords"]))
        box = element(
            "div",
            classes=["quiz-syllabus"],
            data_versions=" ".join(reversed(data["versions"])),  # the newest first
            data_scopes=json.dumps(data["scopes"], ensure_ascii=False),
        )
        box[NO_TERMS] = True  # each word leads to its own place
        groups = defaultdict(list)
        for keyword in data["keywords"]:
            groups[keyword.get("section")].append(keyword)
        titles = {number: f"{number} {title}" for number, title in data["sections"].items()} | {
            None: "節を確かめられなかったことば"
        }
        for number, title in titles.items():
            items = [self.item(keyword, data["scopes"]) for keyword in groups[number]]
            box += element("h", nodes.Text(title), classes=["quiz-heading"])
            box += element("ul", *items)
        return [box]

    def item(self, keyword, scopes):
        scope = keyword["scope"]
        said = dict.fromkeys(scopes[value] for value in scope.values())
        text = (
            next(iter(said)) if len(said) == 1 else "、".join(f"{version}：{scopes[value]}" for version, value in scope.items())
        )
        item = element(
            "li",
            nodes.strong(text=keyword["keyword"]),
            element("small", nodes.Text(f" {text}")),
            data_scope=" ".join(f"{version}={value}" for version, value in scope.items()),
            data_questions=" ".join(keyword["questions"]),
        )
        item["keyword"] = keyword
        return item


def add_line(app, doctree):
    """Say below what a page needs and teaches which keywords of the syllabus it has."""
    keywords = told_on(app).get(app.env.docname)
    quote = next(doctree.findall(nodes.block_quote), None)
    if not keywords or quote is None or not isinstance(quote[0], nodes.bullet_list):
        return
    listed = [one for one in keywords if set(one["scope"].values()) & set(LISTED)]
    out = [one for one in keywords if set(one["scope"].values()) == {"out"}]
    sections = defaultdict(list)
    for one in listed:
        sections[one["section"]].append(one["keyword"])
    parts = [f"{number} {app.config.syllabus['sections'][number]}（{'、'.join(names)}）" for number, names in sections.items()]
    text = f"二次的な資料では、{'、'.join(parts)}。" if parts else ""
    if out:
        text += f"{'、'.join(one['keyword'] for one in out)}は、キーワードの一覧にありません。範囲外ですが、理解の橋になります。"
    if not text:
        text = f"{'、'.join(one['keyword'] for one in keywords)}は、シラバスにあるかどうか、確かめられていません。"
    link = pending_xref(
        "", nodes.inline(text="シラバスとの対応"), refdomain="std", reftype="doc", refexplicit=True, refwarn=True,
        reftarget=f"/{app.config.syllabus_page}",
    )  # fmt: skip
    quote[0] += nodes.list_item(
        "", nodes.paragraph("", "", nodes.strong(text="E資格"), nodes.Text(f"：{text}（"), link, nodes.Text("）"))
    )


def add_to_index(app, doctree):
    """Let the book's index lead from each word of the page, however it is spelled, to its place."""
    docname, rows = app.env.docname, app.config.syllabus.get("rows", {})
    for keyword in asked_for(app).get(docname, ()):
        if place := find(app.env, docname, keyword["see"]):
            words = dict.fromkeys([keyword["keyword"], *keyword["spellings"]])
            entries = app.env.get_domain("index").entries.setdefault(docname, [])
            entries += [("single", word.replace(";", ","), place[1].removeprefix("#"), "", row(word, rows)) for word in words]


def row(word, rows):
    """The row of kana in which the index has a word; None if it does not begin with kana or a character in `rows`."""
    first = normalize("NFKD", word)[0]
    first = chr(ord(first) - 0x60) if "ァ" <= first <= "ヶ" else first
    if "ぁ" <= first <= "ん":
        return max(head for head in "あかさたなはまやらわ" if head <= max(first, "あ"))
    return next((head for head, characters in rows.items() if first in characters), None)


def resolve(app, doctree, docname):
    """Link each keyword to its place and its questions, which may stand on pages that were read later.

    And give each question of an exam its section of the syllabus: that of a keyword which it asks for, or of its place.
    """
    pages = asked_on(app.env)
    for question in doctree.findall(lambda node: isinstance(node, tag) and "quiz-question" in node["classes"]):
        if section := section_of(app, question["ids"][0].removeprefix("q-"), find(app.env, docname, question["see"])):
            question["data"]["data-section"] = section
    for item in [node for node in doctree.findall(tag) if "keyword" in node]:
        keyword = item.attributes.pop("keyword")
        place = find(app.env, docname, keyword["see"])
        missing = [name for name in keyword["questions"] if name not in pages]
        if place is None or missing:
            problem = f"no heading for {keyword['see']!r}" if place is None else f"no question {', '.join(missing)}"
            logger.warning("syllabus: %s: %s", keyword["keyword"], problem, location=docname)
            continue
        page, anchor, title = place
        uri = app.builder.get_relative_uri(docname, page)
        where = nodes.reference(
            "", f"{app.env.titles[page].astext()} › {''.join(part.astext() for part in title)}", refuri=uri + anchor
        )
        item += nodes.paragraph("", "", nodes.Text("本文："), where)
        questions = nodes.paragraph("", "", nodes.Text("問題："), classes=["quiz-asked"])
        for number, name in enumerate(keyword["questions"], 1):
            address = f"{app.builder.get_relative_uri(docname, pages[name])}#q-{name}"
            questions += [nodes.reference("", str(number), refuri=address, classes=["quiz-asks"]), nodes.Text(" ")]
        item += questions
        item += nodes.paragraph("", "", element("small", nodes.Text(f"ほかの書き方：{'、'.join(keyword['spellings'])}")))


def section_of(app, name, place):
    """The number and title of the section to which a question belongs, or None."""
    keywords = [one for one in app.config.syllabus.get("keywords", ()) if "section" in one]
    asking = [one for one in keywords if name in one["questions"]] or [
        one for one in keywords if place and one["page"] == place[0]
    ]
    return asking and f"{asking[0]['section']} {app.config.syllabus['sections'][asking[0]['section']]}"


def setup(app):
    app.add_config_value("syllabus_file", "", "env")
    app.add_config_value("syllabus_page", "syllabus", "env")
    app.add_config_value("syllabus", {}, "env")
    app.connect("config-inited", read)
    app.connect("doctree-read", add_line)
    app.connect("doctree-read", add_to_index)
    app.connect("doctree-resolved", resolve)
    app.add_directive("syllabus", Syllabus)
    return {"parallel_read_safe": True, "env_version": 2}
