"""One term, one spelling: the chapters use the words of chapters/terms.yml."""

import json
import re
import unicodedata
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TERMS = yaml.safe_load((ROOT / "chapters" / "terms.yml").read_text(encoding="utf-8"))
NOTEBOOKS = sorted([ROOT / "index.ipynb", *ROOT.glob("chapters/*.ipynb"), *ROOT.glob("examples/*.ipynb")])


def prose(path: Path) -> str:
    """The sentences of a notebook: no code, formulas, links' targets or citation keys."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    text = re.sub(r"```.*?```|\$\$.*?\$\$|<style>.*?</style>", " ", text, flags=re.DOTALL)
    return re.sub(r"\{cite:[a-z]+\}`[^`]*`|`[^`]*`|\$[^$]*\$|\]\([^)]*\)", " ", text)


def test_each_term_is_complete_and_named_once():
    names = [term["ja"] for term in TERMS]
    assert len(names) == len(set(names))
    for term in TERMS:
        assert set(term) - {"not"} == {"ja", "en", "yomi", "means"}, term["ja"]
        assert term["means"].endswith("。"), term["ja"]
        assert re.fullmatch(r"[ぁ-んー]+", term["yomi"]), term["ja"]


def test_no_term_forbids_another():
    for term in TERMS:
        for pattern in term.get("not", []):
            clashes = [other["ja"] for other in TERMS if re.search(pattern, other["ja"])]
            assert not clashes, f"{term['ja']}: {pattern} forbids {clashes}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_chapter_uses_no_other_spelling(path):
    text = prose(path)
    found = [
        f"「{match}」→「{term['ja']}」"
        for term in TERMS
        for pattern in term.get("not", [])
        for match in re.findall(pattern, text)
    ]
    assert not found, f"{path.name}: {found}"


# What the cheat sheet says of a letter, and what it would mean in these places.
OTHER_MEANINGS = {
    r"\\delta\s*\^": "δ is ∂L/∂z: the gradient of what an activation gives is written ∂L/∂h",
    r"[_^](L\b|\{L\})": "L is the loss: the number of layers is D",
    r"\\sum_\{?n\b|[tyxz]_(n\b|\{n[a-z]?\})": "n is a width: data are counted by i",
    r"\bh\b[^=\n]*= ?(10\^|[^=\n]*\b1e-)|\b2( \* )?h\b|[\w)] ?[+-] ?h\b": "h is what a unit gives: a small step is ε, in code eps",
}


@pytest.mark.parametrize("path", [*NOTEBOOKS, *sorted(ROOT.glob("questions/*.yml"))], ids=lambda path: path.stem)
def test_a_letter_means_one_thing_in_all_formulas(path):
    text = path.read_text(encoding="utf-8").replace("\\\\", "\\")
    text = re.sub(r"«[^»]*»|^ *-? *(draw|where|compute|value): .*$", "", text, flags=re.M)  # code of templates, not formulas
    found = [f"{match[0]} ({meaning})" for pattern, meaning in OTHER_MEANINGS.items() for match in re.finditer(pattern, text)]
    assert not found, f"{path.name}: {found}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_letters_and_digits_are_half_width_and_nothing_shouts(path):
    text = prose(path)
    wide = [
        c for c in text if unicodedata.east_asian_width(c) == "F" and (c.isascii() or unicodedata.normalize("NFKC", c).isalnum())
    ]
    assert not wide, f"{path.name}: full-width {wide}"
    assert "！" not in text and "!" not in text.replace("![", "["), f"{path.name}: an exclamation"
