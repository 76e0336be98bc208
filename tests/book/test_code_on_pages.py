"""Code that readers see is short and narrow, and what it says besides code it says in Japanese."""

import ast
import importlib
import inspect
import io
import json
import re
import textwrap
import tokenize
import unicodedata
from pathlib import Path

import pytest

from lightbook.launching import BEGIN, END

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "index.ipynb", *ROOT.glob("chapters/*.ipynb")])
LINES, WIDTH = 12, 66
BLOCK = re.compile(r"^ *```(\S*)[^\n]*\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
SOURCE = re.compile(r"```\{literalinclude\} ../src/(\S+)\.py\n:pyobject: (\w+)")


def width(line):
    """In columns; a Japanese letter takes two."""
    return sum(1 + (unicodedata.east_asian_width(letter) in "FW") for letter in line)


def is_english(text):
    """Words with no Japanese letter among them; names in backticks and formulas are not words."""
    text = re.sub(r"`[^`]*`", "", text)
    return bool(re.search(r"[a-z]{3,} [a-z]{2,}", text)) and not re.search(r"[ぁ-んァ-ヶ一-龠]", text)


def shown(page):
    """What stands on a page: (the language, the code), cells that can be unfolded included."""
    for cell in json.loads(page.read_text("utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            blocks = BLOCK.findall(source)
            yield from ((language, textwrap.dedent(code)) for language, code in blocks if not language.startswith("{"))
            for path, name in SOURCE.findall(source):
                yield "python", inspect.getsource(getattr(importlib.import_module(path.replace("/", ".")), name))
        elif not any(tag.startswith("remove-") for tag in cell["metadata"].get("tags", ())):
            lines = [line for line in source.split("\n") if line.strip() not in (BEGIN, END)]
            yield "python", "\n".join(lines)


def said(code):
    """The comments and docstrings of Python code."""
    yield from (token.string for token in tokenize.generate_tokens(io.StringIO(code).readline) if token.type == tokenize.COMMENT)
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and (text := ast.get_docstring(node)):
            yield text


def wrong(language, code):
    """What is wrong with a piece of code, one line each."""
    lines = code.rstrip("\n").split("\n")
    if len(lines) > LINES:
        yield f"{len(lines)} lines, from: {lines[0]}"
    yield from (f"{width(line)} columns: {line}" for line in lines if width(line) > WIDTH)
    if language == "python":
        yield from (f"English: {text}" for text in said(code) if is_english(text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_code_on_a_page_is_short_and_narrow(page):
    found = [problem for piece in shown(page) for problem in wrong(*piece)]
    assert not found, f"at most {LINES} lines of {WIDTH} columns, comments in Japanese:\n" + "\n".join(found)


@pytest.mark.parametrize(
    "code, problem",
    [
        ("x = 1\n" * 13, "13 lines, from: x = 1"),
        ("x = 1" + " " * 62, "67 columns: x = 1" + " " * 62),
        (f'print("{"あ" * 29}")', f'67 columns: print("{"あ" * 29}")'),
        ("x = 1  # the number of units", "English: # the number of units"),
        ('def f(x):\n    """Square of x."""', "English: Square of x."),
    ],
)
def test_the_rule_finds_what_it_should(code, problem):
    assert list(wrong("python", code)) == [problem]


def test_the_rule_allows_what_is_at_its_limits():
    assert not list(wrong("python", "x = 1\n" * 12 + "\n"))
    assert not list(wrong("python", f'print("{"あ" * 28} ")'))
    assert not list(wrong("python", "f(x)  # `hidden layer` は中間層"))
