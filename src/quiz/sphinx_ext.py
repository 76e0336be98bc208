"""Sphinx extension: ``{quiz} 04_sigmoid`` shows the questions of ``questions/04_sigmoid.yml``.

The page holds everything as ordinary text: the questions, and at the end the answers, each folded.
``quiz.js`` makes forms of that where scripts run.  What stands in the directive is for notebooks, which
show it as it is; the page leaves it out.  With ``:exam: 58`` the questions are marked all at once, in so many minutes.

Of a template the page shows the first question. ``{today}`` draws ten from all files: in the browser, anew every day, from
``_static/quiz/index.json`` and a file beside it for each of ours, where the questions lie as the page of ``{today}`` shows
them; without scripts, when the book is built. With ``:exam: 32_mock_exam`` the questions of that file come only to those who have answered them there.
"""

import json
import posixpath
import random
import re
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from lightbook.glossary import NO_TERMS
from lightbook.reading import NO_TIME
from lightbook.search import NO_SEARCH, readable

from .facts import namespace
from .questions import CAUSES, QuestionError, load
from .templates import expand

# The modules of which the page's one script is made, in an order in which each finds what it needs.
SCRIPTS = ("fsrs", "records", "question", "panel", "quiz", "exam", "syllabus", "drawing", "today", "main")
FOLDER = "questions"
SHEET = 10
LEVELS = {1: "基礎", 2: "試験レベル", 3: "発展"}
logger = logging.getLogger(__name__)


class tag(nodes.General, nodes.Element):
    """An HTML element: its `name`, its attributes in `data`; a name of ``h`` is a heading below the section's own."""


def element(name, *children, classes=(), ids=(), **data):
    """An element of that name; `data_answer=1` becomes the attribute ``data-answer``."""
    return tag(
        "",
        *children,
        name=name,
        classes=list(classes),
        ids=list(ids),
        data={key.replace("_", "-"): value for key, value in data.items()},
    )


def _visit(self, node):
    name = f"h{min(self.section_level + 1, 6)}" if node["name"] == "h" else node["name"]
    self.body.append(self.starttag(node, name, "", **node["data"]))
    self.context.append((f"</{name}>\n", len(self.body)))


def _depart(self, node):
    end, begin = self.context.pop()
    if "kept" in node:  # not for the page: what is inside goes into a file
        node["html"] = "".join(self.body[begin:])
        del self.body[begin - 1 :]
    else:
        self.body.append(end)


@cache
def expanded(path, changed, *modules):
    """The questions of a file, each as the list of what its template makes with the names of `modules`.

    Two pages show a file, and checking it is slow; `changed` is the time of its last change.
    """
    return [expand(question, namespace(*modules)) for question in load(path)]


def file_names(env):
    """The files of questions, without their ending."""
    return sorted(path.stem for path in Path(env.srcdir, FOLDER).glob("*.yml"))


class Quiz(SphinxDirective):
    """The questions of one file."""

    required_arguments = 1
    option_spec = {"exam": directives.positive_int}
    has_content = True  # for the readers of the notebook

    def run(self):
        name = self.arguments[0]
        questions = [variants[0] for variants in self.read(name)]
        kind = {"data_exam": self.options["exam"]} if "exam" in self.options else {}
        quiz = self.box(questions, data_quiz=name, **kind)
        quiz[NO_TIME] = bool(kind)  # solving it takes longer than reading: its page says how long
        for question in questions:
            asked_on(self.env).setdefault(question["id"], self.env.docname)
        return [quiz] if questions else []

    def read(self, name):
        """The questions of a file, each as the list of what its template makes; none if something is wrong with it."""
        path = Path(self.env.srcdir, FOLDER, f"{name}.yml")
        self.env.note_dependency(str(path))
        try:
            return expanded(path, path.is_file() and path.stat().st_mtime_ns, *self.config.quiz_names)
        except (QuestionError, ValueError) as error:
            self.complain(str(error).splitlines())
            return []

    def complain(self, problems):
        for problem in problems:
            logger.warning(problem, location=self.get_location())

    def box(self, questions, **data):
        heading = element("h", nodes.Text("答えと解説"), classes=["quiz-heading"])
        answers = element("div", heading, classes=["quiz-answers"])
        answers[NO_TIME] = True  # folded, at the end
        quiz = element("div", classes=["quiz"], **data)
        for number, question in enumerate(questions, 1):
            quiz += self.question(number, question)
            answers += self.answer(number, question)
        quiz += answers
        watch(self.env, (node["see"] for node in quiz.findall(_is_see)))
        return quiz

    def question(self, number, question):
        name = f"q-{question['id']}"
        box = element("div", classes=["quiz-question"], ids=[name], data_kind=question["kind"])
        box["see"], box[NO_TERMS] = question["see"], True  # what a term means could give the answer away
        level = element("small", nodes.Text(LEVELS[question["level"]]))
        box += element("h", element("span", nodes.Text(f"問 {number}")), level, classes=["quiz-number"])
        text = element("div", *self.parse(question["text"]), classes=["quiz-text"])
        if question["kind"] == "code":
            text += nodes.literal_block(question["code"], question["code"], language="python")
        box += text
        if question["kind"] != "number":
            read = self.code if question["kind"] == "code" else self.parse
            box += element(
                "ol",
                *(element("li", *self.one(read(choice["text"]), question)) for choice in question["choices"]),
                classes=["quiz-choices"],
                type="A",
            )
        box += nodes.paragraph("", "", nodes.reference(text="答えへ", refid=f"{name}-answer"), classes=["quiz-to-answer"])
        return box

    def answer(self, number, question):
        box = element("details", element("summary", nodes.Text(f"問 {number} の答え")), ids=[f"q-{question['id']}-answer"])
        if question["kind"] == "number":
            answer, tolerance = question["answer"], question["tolerance"]
            near = f"（±{plain(tolerance)} まで正解）" if tolerance else ""
            box += nodes.paragraph(
                "", "", nodes.strong(text="答え"), nodes.Text(f" {plain(answer)}{near}"), classes=["quiz-value"]
            )
            box["data"] = {"data-answer": repr(answer), "data-tolerance": repr(tolerance)}
            reasons = [
                element(
                    "li", *self.reason(plain(wrong["value"]), wrong), data_value=repr(wrong["value"]), data_cause=wrong["cause"]
                )
                for wrong in question["wrong"]
            ]
            box += element("ul", *reasons, classes=["quiz-reasons"])
        else:
            reasons = [
                element(
                    "li",
                    *self.reason("✓ 正解" if "correct" in choice else "✗ 不正解", choice),
                    classes=["right" if "correct" in choice else "wrong"],
                    **({"data_cause": choice["cause"]} if "cause" in choice else {}),
                )
                for choice in question["choices"]
            ]
            box += element("ol", *reasons, classes=["quiz-reasons"], type="A")
        box += element("div", *self.reason("解説", question | {"why": question["explanation"]}), classes=["quiz-explanation"])
        return box

    def reason(self, lead, item):
        """What `item` says of itself, after a word in bold, and the place in the book."""
        content = self.parse(item["why"])
        if not isinstance(content[0], nodes.paragraph):
            content.insert(0, nodes.paragraph())
        cause = [element("small", nodes.Text(f"原因：{item['cause']}")), nodes.Text(" ")] if "cause" in item else []
        content[0][0:0] = [nodes.strong(text=lead), nodes.Text(" "), *cause]
        if "see" in item:
            content.append(nodes.paragraph(classes=["quiz-see"], see=item["see"]))
        return content

    def parse(self, text):
        """The nodes of a text in MyST Markdown."""
        node = nodes.Element()
        self.state.nested_parse(StringList(text.splitlines()), self.content_offset, node)
        return node.children or [nodes.paragraph()]

    def code(self, text):
        """A choice that is code: highlighted, and nothing that could not stand in a label."""
        code = text.strip("\n")
        return [nodes.paragraph("", "", nodes.literal(text=code, language="python", classes=["code", "highlight"]))]

    def one(self, content, question):
        if len(content) != 1 or not isinstance(content[0], nodes.paragraph):
            logger.warning("%s: choices: expected one paragraph of text in each", question["id"], location=self.get_location())
        return content


class Today(Quiz):
    """Ten questions of all files, drawn anew in each browser and every day; without scripts, a sheet of ten."""

    required_arguments = 0
    option_spec = {"exam": directives.unchanged}

    def complain(self, problems):
        """The page of the questions does."""

    def run(self):
        names = self.env.metadata[self.env.docname]["quiz_files"] = file_names(self.env)
        files = {name: self.read(name) for name in names}
        draw = random.Random("sheet")  # the same sheet in every build
        fit = [name for name in names if files[name] and name != self.options.get("exam")]
        sheet = self.box([draw.choice(files[name])[0] for name in draw.sample(fit, min(SHEET, len(fit)))])
        all_of_them = element("div", classes=["quiz"])
        all_of_them["kept"] = {"exam": self.options.get("exam")}
        for name in names:
            for variants in files[name]:
                for number, question in enumerate(variants, 1):
                    parts = [self.question(number, question), self.answer(number, question)]
                    all_of_them += (pair := element("div", *parts))
                    pair["kept"] = {"id": variants[0]["id"], "file": name, "see": question["see"]}
        watch(self.env, (node["see"] for node in all_of_them.findall(_is_see)))
        files = [element("template", data_file=name, data_address=self.address(name)) for name in names]
        today = element("div", sheet, all_of_them, *files, classes=["quiz-today"], data_index=self.address("index"))
        today[NO_TIME] = today[NO_SEARCH] = True  # they are found, and read, on their own pages
        return [today]

    def address(self, name):
        return posixpath.relpath(f"_static/quiz/{name}.json", posixpath.dirname(self.env.docname) or ".")


def plain(number):
    """A number as a reader writes it: no exponent, a real minus sign."""
    return f"{Decimal(repr(number)):f}".replace("-", "−").removesuffix(".0")


def _is_see(node):
    return isinstance(node, nodes.paragraph) and "see" in node


def _links(env):
    """By page: the places that its questions point to, and where those were when it was written."""
    if not hasattr(env, "quiz_links"):
        env.quiz_links = {}
    return env.quiz_links


def watch(env, places):
    """Write the page that is being read again when one of the places moves."""
    _links(env).setdefault(env.docname, {}).update(dict.fromkeys(places))


def asked_on(env):
    """The first page of each question, by its id."""
    if not hasattr(env, "quiz_questions"):
        env.quiz_questions = {}
    return env.quiz_questions


def find(env, docname, see):
    """The page, the anchor and the title's nodes of a place such as ``04_sigmoid#定義``; None if there is none."""
    page, _, heading = see.partition("#")
    target = posixpath.join(posixpath.dirname(docname), page)
    entries = env.tocs[target].findall(nodes.reference) if target in env.tocs else ()
    for entry in entries:
        if _bare(entry.astext()) == _bare(heading):
            return target, entry["anchorname"], entry.children
    return None


def _bare(title):
    return re.sub(r"[$`*\s]", "", title)


def _moved(app, env):
    """The pages to write again because a heading that they point to has moved, or its page has another title."""
    pages = []
    for docname, links in _links(env).items():
        now = {see: (place := find(env, docname, see)) and (*place[:2], env.titles[place[0]].astext()) for see in links}
        if now != links:
            env.quiz_links[docname] = now
            pages.append(docname)
    return pages


def _resolve(app, doctree, docname):
    """Point to the places in the book, and take links out of what becomes a form."""

    def link(place):
        target, anchor, title = place
        title, uri = [child.deepcopy() for child in title], ""
        if target != docname:
            uri = app.builder.get_relative_uri(docname, target)
            if anchor:
                title = title if title[0].astext().startswith("「") else [nodes.Text("「"), *title, nodes.Text("」")]
                title = [nodes.Text(app.env.titles[target].astext()), *title]
        return nodes.reference("", "", *title, internal=True, refuri=uri + anchor)

    for quiz in [node for node in doctree.findall(tag) if "quiz" in node["classes"]]:
        for node in list(quiz.findall(lambda node: isinstance(node, nodes.Element) and "see" in node)):
            place = find(app.env, docname, node["see"])
            if place is None:
                if "data-quiz" in quiz["data"]:  # else: told on the questions' own page
                    logger.warning("see: no heading for %r", node["see"], location=docname)
            elif _is_see(node):
                node += [nodes.Text("本文："), link(place)]
            else:
                node["data"] |= {
                    "data-topic": app.env.titles[place[0]].astext(),
                    "data-place": app.builder.get_relative_uri(docname, place[0]),
                }
        for question in [node for node in quiz.findall(tag) if "quiz-question" in node["classes"]]:
            for reference in list(question.findall(nodes.reference)):
                if "refid" not in reference:  # a link in a label would take the reader away instead of choosing
                    reference.parent.replace(reference, reference.children)


def _outdated(app, env, added, changed, removed):
    """The pages of all files of questions, when there are other files than they were read with."""
    now = file_names(env)
    return [name for name, about in env.metadata.items() if about.get("quiz_files", now) != now]


def _purge(app, env, docname):
    _links(env).pop(docname, None)
    env.quiz_questions = {name: page for name, page in asked_on(env).items() if page != docname}


def _merge(app, env, docnames, other):
    _links(env).update(_links(other))
    asked_on(env).update(asked_on(other))


def _copy(app):
    """Lay script and style sheet down among the static files of the site; the modules of the script become one."""
    if app.builder.format == "html":
        folder = Path(app.outdir, "_static", "quiz")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "quiz.css").write_bytes(files(__package__).joinpath("quiz.css").read_bytes())
        script = "\n".join(files(__package__).joinpath(f"{name}.js").read_text("utf-8") for name in SCRIPTS)
        (folder / "quiz.js").write_text(re.sub(r"^import .*\n|^export ", "", script, flags=re.M), "utf-8")


def _keep(app, pagename, templatename, context, doctree):
    """Write what a page with ``{today}`` keeps for its script: a list of all questions, and those of each file as HTML."""
    kept = list(doctree.findall(lambda node: isinstance(node, tag) and "kept" in node)) if doctree else []
    if not kept:
        return
    listed, files = {}, {}
    for pair in kept[1:]:
        about = pair["kept"]
        name, file = about["id"], about["file"]
        files.setdefault(file, {}).setdefault(name, []).append(pair["html"])
        one = listed.setdefault(name, {"id": name, "file": file, "variants": 0})
        one["variants"] += 1
        if file == kept[0]["kept"]["exam"]:
            one["exam"] = True
        if place := find(app.env, pagename, about["see"]):
            page, anchor, title = place
            address = app.builder.get_relative_uri(pagename, page)
            text = "".join(readable(part.astext()) if isinstance(part, nodes.math) else part.astext() for part in title)
            one["see"] = {"href": address + anchor, "title": f"{app.env.titles[page].astext()}「{text.strip('「」')}」"}
            if figure := app.env.metadata[page]["quiz_figures"].get(anchor.removeprefix("#")):
                one["figure"] = f"{address}#{figure}"
    folder = Path(app.outdir, "_static", "quiz")
    for name, data in (files | {"index": {"causes": CAUSES, "questions": list(listed.values())}}).items():
        (folder / f"{name}.json").write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")), "utf-8")


def _note_figures(app, doctree):
    """Keep the first moving figure of each section that has one: its name, by the section's anchor."""
    found = app.env.metadata[app.env.docname]["quiz_figures"] = {}
    for section in doctree.findall(nodes.section):
        for raw in section.findall(nodes.raw):
            if figure := re.search(r'<explorable-figure [^>]*data-name="([^"]+)"', raw.astext()):
                found.setdefault(section["ids"][0], figure[1])


def _load(app, pagename, templatename, context, doctree):
    """Load both on a page that has questions."""
    if doctree and list(doctree.findall(tag)):
        app.add_css_file("quiz/quiz.css")
        app.add_js_file("quiz/quiz.js", type="module")


def setup(app):
    app.add_node(tag, html=(_visit, _depart))
    app.add_config_value("quiz_names", [], "env", [list])  # modules whose names the expressions of templates may use
    app.add_directive("quiz", Quiz)
    app.add_directive("today", Today)
    app.connect("builder-inited", _copy)
    app.connect("env-get-outdated", _outdated)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", _moved)
    app.connect("doctree-read", _note_figures)
    app.connect("doctree-resolved", _resolve)
    app.connect("html-page-context", _load)
    app.connect("html-page-context", _keep)
    return {"parallel_read_safe": True, "env_version": 4}
