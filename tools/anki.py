"""Make the questions into a deck for Anki, ``_build/html/hidden-layer.apkg``: ``python -m tools.anki``.

`make anki` runs this. Every question is a note: on the front its text and choices, on the back the answer, the reason for
each choice, the explanation and the place in the book. A note is known by its question's id, a note type by its number
below: who imports a newer deck keeps what Anki knows of each card. So neither changes, nor do the fields of a note type.
"""

import argparse
import hashlib
import html
import json
import sys
import tempfile
from collections import defaultdict
from decimal import Decimal
from functools import cache
from pathlib import Path

import genanki
import matplotlib
import numpy as np
import yaml
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from hidden_layer_book import plots
from hidden_layer_book.catalogue import ACTIVATIONS
from quiz import expand, load
from quiz.facts import filled, namespace

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build/html"
NAME = "hidden-layer.apkg"  # lightbook.launching links to it
TITLE = "中間層設計"
DECK, CHOICE, NUMBER = 1_764_500_001, 1_764_500_002, 1_764_500_003
AIMS = {"recall": "知識", "calculation": "計算", "understanding": "理解"}
BACK = """
<hr id="answer">
{answer}
<div class="reasons">{{{{理由}}}}</div>
<div class="explanation">{{{{解説}}}}</div>
{{{{図}}}}
<p class="place">{{{{場所}}}}</p>
"""
CSS = f"""
.card {{ max-width: 40em; margin: 0 auto; padding: 0 0.6em; font-size: 18px; line-height: 1.7; text-align: left; color: #1c1e21; background: #fff; }}
.place, .near {{ font-size: 0.85em; color: #5b616b; }}
.right {{ color: #1a6b2f; }}
.wrong {{ color: #a3172b; }}
ol, ul {{ padding-left: 1.6em; }}
code {{ font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 0.92em; }}
pre {{ padding: 0.5em 0.7em; overflow-x: auto; line-height: 1.45; background: #f4f5f7; }}
img {{ display: block; max-width: 100%; height: auto; background: #fff; }}
.nightMode.card {{ color: #e4e6ea; background: #1c1e21; }}
.nightMode .place, .nightMode .near {{ color: #a8afba; }}
.nightMode .right {{ color: #7fd492; }}
.nightMode .wrong {{ color: #ff9aa5; }}
.nightMode pre {{ background: #2a2d32; }}
{HtmlFormatter(style="a11y-high-contrast-light", nobackground=True).get_style_defs(".highlight")}
{HtmlFormatter(style="a11y-high-contrast-dark", nobackground=True).get_style_defs(".nightMode .highlight")}
"""


def note_type(number, name, extra, front, back, answer):
    """A kind of note; its number tells Anki that it is the same in a newer deck."""
    fields = ["番号", "問題", extra, "答え", "理由", "解説", "場所", "図"]
    template = {"name": "カード", "qfmt": front, "afmt": back + BACK.format(answer=answer)}
    return genanki.Model(number, name, [{"name": field} for field in fields], [template], CSS)


TYPES = {
    CHOICE: note_type(
        CHOICE, f"{TITLE}（選ぶ）", "選択肢", "{{問題}}\n{{選択肢}}", "{{問題}}\n{{選択肢}}", "<div>{{答え}}</div>"
    ),
    NUMBER: note_type(NUMBER, f"{TITLE}（数）", "許容", "{{問題}}\n{{type:答え}}", "{{問題}}", "{{type:答え}}\n{{許容}}"),
}


# Texts


def code(source):
    """Python, with colours."""
    return highlight(source, PythonLexer(), HtmlFormatter())


def math(content, options):
    """A formula between the marks by which Anki's MathJax knows it."""
    opening, closing = (r"\[", r"\]") if options["display_mode"] else (r"\(", r"\)")
    return f"{opening}{html.escape(content.strip())}{closing}"


@cache
def reader():
    made = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, renderer=math, allow_labels=False, double_inline=True)
    made.options["highlight"] = lambda source, *_: code(source)
    return made


def block(text):
    """Markdown of several paragraphs as HTML."""
    return reader().render(text).strip()


def inline(text):
    """Markdown of one paragraph as HTML, without the paragraph."""
    return reader().renderInline(" ".join(text.split()))


@cache
def title(page):
    """The title of a page of the book, as Markdown."""
    cell = json.loads((ROOT / "chapters" / f"{page}.ipynb").read_text("utf-8"))["cells"][0]
    return "".join(cell["source"]).partition("\n")[0].removeprefix("# ")


def place(see):
    """Where the book explains it."""
    page, _, heading = see.partition("#")
    return f"{inline(title(page))} › {inline(heading)}"


def plain(number):
    """A number as it is typed."""
    return f"{Decimal(repr(number)):f}".removesuffix(".0")


# Notes


def shuffled(question):
    """The choices in an order that the question's id fixes, so that it is the same in every deck."""
    return [
        choice
        for _, choice in sorted(
            enumerate(question["choices"]), key=lambda one: hashlib.sha256(f"{question['id']} {one[0]}".encode()).digest()
        )
    ]


def reason(lead, item, right):
    """Why something is the answer or not, and where the book says so."""
    see = f' <span class="place">{place(item["see"])}</span>' if "see" in item else ""
    return f'<li><strong class="{"right" if right else "wrong"}">{lead}</strong> {inline(item["why"])}{see}</li>'


def of_choice(question):
    """The fields 問題, 選択肢, 答え and 理由 of a question with choices."""
    choices, text = shuffled(question), block(question["text"])
    right = [number for number, choice in enumerate(choices) if "correct" in choice]
    answer = f'<p><strong class="right">正解 {"、".join("ABCDE"[number] for number in right)}</strong></p>'
    shown = [inline(choice["text"]) for choice in choices]
    if question["kind"] == "code":
        text += code(question["code"])
        shown = [code(choice["text"]) for choice in choices]
        answer += code(filled(question["code"], choices[right[0]]["text"]))
    reasons = [reason("✓" if "correct" in choice else "✗", choice, "correct" in choice) for choice in choices]
    listed = ('<ol type="A">' + "".join(items) + "</ol>" for items in ([f"<li>{one}</li>" for one in shown], reasons))
    front, because = listed
    return text, front, answer, because


def of_number(question):
    """The fields 問題, 許容, 答え and 理由 of a question whose answer is typed."""
    near = question["tolerance"]
    said = f'<p class="near">±{plain(near)} までは正解です。</p>' if near else ""
    wrong = [reason(plain(one["value"]).replace("-", "−"), one, False) for one in question["wrong"]]
    return block(question["text"]), said, plain(question["answer"]), f"<ul>{''.join(wrong)}</ul>"


def picture(question):
    """The activation whose page explains the question; None on other pages."""
    name = question["see"].partition("#")[0].partition("_")[2]
    return name if name in ACTIVATIONS else None


def file_name(name):
    """Of a picture; all decks of a reader share one folder."""
    return f"hidden-layer-{name}.png"


def note(question, tags):
    """A question as a note."""
    number = question["kind"] == "number"
    image = ""
    if name := picture(question):
        image = f'<img src="{file_name(name)}" alt="{ACTIVATIONS[name].name_ja}と、その微分のグラフ">'
    fields = [question["id"], *(of_number if number else of_choice)(question), block(question["explanation"])]
    return genanki.Note(
        TYPES[NUMBER if number else CHOICE],
        [*fields, place(question["see"]), image],
        tags=tags,
        guid=genanki.guid_for(TITLE, question["id"]),
    )


def sections(keywords):
    """The sections of the syllabus that ask for a question, as tags: {id of the question: set of tags}."""
    found = defaultdict(set)
    for keyword in keywords["keywords"]:
        if "section" in keyword:
            number = keyword["section"]
            for name in keyword["questions"]:
                found[name].add(f"シラバス::{number}_{keywords['sections'][number]}")
    return found


def draw(name, folder):
    """The graphs of an activation and of its slope, as a file in the folder."""
    x = np.linspace(-4, 4, 401)
    fig, axes = plots.panels(2, height=4.2, sharex=True)
    for ax, derivative in zip(axes, (False, True)):
        shown = plots.samples(name, x, derivative=derivative)
        ax.plot(x, shown, **plots.STYLES[name])
        ax.set_ylabel("傾き" if derivative else "値")
    axes[0].set_title(ACTIVATIONS[name].name_ja, loc="left")
    path = folder / file_name(name)
    fig.savefig(path, dpi=90, metadata={"Software": None})
    matplotlib.pyplot.close(fig)
    return path


def write(questions, keywords, target):
    """Write the deck of these questions (mappings, as `quiz.load` returns them) to the file `target`; the number of notes."""
    deck = genanki.Deck(DECK, TITLE, "本「中間層設計」の練習問題です。")
    asked = sections(keywords)
    for question in questions:
        page = question["see"].partition("#")[0]
        tags = [f"ページ::{page}", f"狙い::{AIMS[question['aim']]}", *sorted(asked[question["id"]])]
        deck.add_note(note(question, tags))
    unfinished = target.with_suffix(".tmp")
    with tempfile.TemporaryDirectory() as folder:
        names = sorted({name for name in map(picture, questions) if name})
        media = [draw(name, Path(folder)) for name in names]
        genanki.Package(deck, media).write_to_file(unfinished)
    unfinished.replace(target)
    return len(deck.notes)


def all_questions():
    """Every question of the book, with the numbers that its page shows."""
    names = namespace(*yaml.safe_load((ROOT / "_config.yml").read_bytes())["sphinx"]["config"]["quiz_names"])
    return [expand(question, names)[0] for question in load(*sorted(ROOT.glob("questions/*.yml")))]


def main(argv=None):
    argparse.ArgumentParser(prog="python -m tools.anki", description=__doc__.splitlines()[0]).parse_args(argv)
    if not (SITE / "index.html").is_file():
        sys.exit("the site is not built: run `make book`")
    keywords = yaml.safe_load((ROOT / "chapters/keywords.yml").read_bytes())
    count = write(all_questions(), keywords, SITE / NAME)
    print(f"_build/html/{NAME}: {count} questions, {(SITE / NAME).stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
