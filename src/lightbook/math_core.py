"""Rewrite KaTeX's MathML to MathML Core, the part of MathML that browsers draw."""

import re
import unicodedata
import xml.etree.ElementTree as ET

STYLES = re.compile(r"(?:MATHEMATICAL )?(SANS-SERIF BOLD ITALIC|SANS-SERIF BOLD|SANS-SERIF ITALIC|SANS-SERIF|BOLD ITALIC|"
                    r"BOLD SCRIPT|BOLD FRAKTUR|BOLD|ITALIC|SCRIPT|FRAKTUR|BLACK-LETTER|DOUBLE-STRUCK|MONOSPACE) ")
# KaTeX writes its spaces as characters, whose widths depend on the font.
SPACES = {"\u200a": 1 / 18, "\u2009": 3 / 18, "\u2005": 4 / 18, "\u2005\u200a": 5 / 18,
          "\u200a\u2063": -1 / 18, "\u2009\u2063": -3 / 18, "\u205f\u2063": -4 / 18, "\u2005\u2063": -5 / 18}
#: what stands between the columns; where it is not always the same, pairs of columns are set apart
GAPS = {"": "joined", "0em": "joined", "0.2778em": "narrow"}
OPENING = ("(", "[", "{", "|", "‖", "⌊", "⌈", "⟨", ",", ")", "]")
SIGNS = ("−", "+", "±", "∓")
ENDING = (")", "]", "}", "|", "‖", "⌋", "⌉", "⟩", "!", "′", "∞")

#: signs that KaTeX writes as upright letters, which Firefox sets apart from italic ones
BARE = ("∂", "∇", "/", "∞")


def _alphabets():
    """{(style, character): the Unicode mathematical character drawn in that style}"""
    table = {}
    for code in (*range(0x2102, 0x2140), *range(0x1D400, 0x1D800)):
        name = STYLES.match(unicodedata.name(chr(code), ""))
        if name:
            style = name[1].replace("BLACK-LETTER", "FRAKTUR").replace(" ", "-").lower()
            table.setdefault((style, unicodedata.normalize("NFKC", chr(code))), chr(code))
    table["italic", "h"] = "ℎ"
    return table


ALPHABETS = _alphabets()


def italic(text):
    """What a browser draws for ``<mi>text</mi>``: a lone letter in italics."""
    return ALPHABETS.get(("italic", text), text)


def to_core(markup):
    """MathML Core for the ``<math>`` element that KaTeX wrote."""
    math = ET.fromstring(markup.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', ""))
    semantics = math.find("semantics")  # its annotation, the TeX source, is not shown: leave it out
    math[:] = [semantics[0]]
    _rewrite(math)
    return ET.tostring(math, encoding="unicode")


def _rewrite(element):
    children = []
    for child in element:
        _rewrite(child)
        if child.tag == "mstyle" and element.tag == "mtd":
            element.set("style-of-table", child.get("displaystyle"))
            children = list(child)
        elif children and element.tag in ("mrow", "mstyle") and _upright_letter(child) and _upright_letter(children[-1]):
            children[-1].text += child.text  # \mathrm{GELU} is one name
        else:
            children.append(child)
    element[:] = children
    for before, child in zip(children, children[1:]):
        if before.tag == "mo" and before.text == "\u2061" and child.text not in OPENING:
            before.set("rspace", "0.1667em")  # tanh x, but tanh(x)
    shown = [child for child in children if child.tag != "mspace"]
    for before, child in zip(shown, shown[1:]):
        if child.tag == "mo" and child.text in SIGNS and before.tag == "mo" and before.text not in ENDING:
            child.set("form", "prefix")  # the minus of (−x) and of = −x stands close to its x
    rule = RULES.get(element.tag)
    if rule:
        rule(element)


def _upright_letter(element):
    return element.get("mathvariant") == "normal" and element.text.isalpha()


def _text(element):
    variant = element.attrib.pop("mathvariant", None)
    text = element.text = element.text or ""
    if len(element):
        _group(element)
    elif element.tag == "mtext":
        width = SPACES.get(text)
        if width:
            element.tag, element.text = "mspace", None
            element.set("width", f"{width:.4f}em")
        elif variant and "bold" in variant:
            element.set("style", "font-weight:bold")
    elif element.tag == "mi" and text in BARE:
        element.tag = "mo"
        element.set("lspace", "0"), element.set("rspace", "0")
    elif variant == "normal":
        if element.tag == "mi" and len(text) == 1:
            element.set("mathvariant", "normal")  # else a lone letter is italic
    elif variant:
        element.text = "".join(ALPHABETS.get((variant, c), c) for c in text)


def _group(element):
    """HTML allows only text in a token, and would draw the formula in it as text."""
    parts = element[0] if len(element) == 1 and element[0].tag == "mrow" else element
    if element.tag == "mo" and len(parts) == 1 and parts[0].text:
        element.text, element[:] = parts[0].text, []  # \bmod is an operator of letters
    else:
        element.tag = "mrow"
        element.attrib.clear()


def _operator(element):
    _text(element)
    element.attrib.pop("fence", None)


def _table(table):
    """Column alignment, gaps and lines of a table, which Core leaves to CSS."""
    aligns, lines, rows = (table.attrib.pop(name, "").split() for name in ("columnalign", "columnlines", "rowlines"))
    # Formulas in a table are set small unless the table says otherwise, so that its cells need not.
    styles = {cell.attrib.pop("style-of-table", None) for cell in table.iter()}
    if "true" in styles or "width" in table.attrib:  # \tag makes a table as wide as the page
        table.set("displaystyle", "true")
    gaps = table.attrib.pop("columnspacing", "1em")
    table.set("class", "gathered" if " " in gaps else GAPS.get(gaps, "spaced"))
    if table.attrib.pop("rowspacing", "0.16em") not in ("0.1em", "0.16em"):
        table.set("class", table.get("class") + " tall")
    for number, row in enumerate(table):
        row[:] = [cell for cell in row if cell.get("class") not in ("mtr-glue", "mml-eqn-num")]
        for column, cell in enumerate(row):
            classes = [align for align in aligns[column:column + 1] if align != "center"]
            classes += ["line-right"] if lines[column:column + 1] == ["solid"] else []
            classes += ["line-below"] if rows[number:number + 1] == ["solid"] else []
            if classes:
                cell.set("class", " ".join(classes))


def _enclose(element):
    element.tag = "mrow"
    element.set("class", " ".join(f"enclose-{line}" for line in element.attrib.pop("notation").split()))


def _script(element):
    """A prime is drawn raised already: beside its base, not as a small exponent of it."""
    primes = [element[-1]] if element[-1].tag == "mo" else list(element[-1])
    if not primes or any(prime.text != "′" for prime in primes):
        return
    base = [element[0]]
    if element.tag == "msubsup":
        base = [ET.Element("msub")]
        base[0].extend(element[:2])
    for prime in primes:
        prime.set("lspace", "0"), prime.set("rspace", "0")
    element.tag, element[:] = "mrow", base + primes


RULES = {"msup": _script, "msubsup": _script, "mi": _text, "mn": _text, "mtext": _text, "mo": _operator, "mtable": _table, "menclose": _enclose}
