"""Rewrite KaTeX's MathML to MathML Core, the part of MathML that browsers draw."""

import re
import unicodedata
import xml.etree.ElementTree as ET

STYLES = re.compile(r"(?:MATHEMATICAL )?(SANS-SERIF BOLD ITALIC|SANS-SERIF BOLD|SANS-SERIF ITALIC|SANS-SERIF|BOLD ITALIC|"
                    r"BOLD SCRIPT|BOLD FRAKTUR|BOLD|ITALIC|SCRIPT|FRAKTUR|BLACK-LETTER|DOUBLE-STRUCK|MONOSPACE) ")
# KaTeX writes its spaces as characters, whose widths depend on the font.
SPACES = {"\u200a": 1 / 18, "\u2009": 3 / 18, "\u2005": 4 / 18, "\u2005\u200a": 5 / 18}
OPENING = ("(", "[", "{", "|", "‖", "⌊", "⌈", "⟨", ",", ")", "]")
SIGNS = ("−", "+", "±", "∓")
ENDING = (")", "]", "}", "|", "‖", "⌋", "⌉", "⟩", "!", "′", "∞")


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
            element.set("style-of-table", child.get("displaystyle", "false"))
            children += child
        elif (children and _upright_letter(child) and children[-1].tag == "mi" and children[-1].get("mathvariant") == "normal"
              and element.tag in ("mrow", "mtd", "mstyle", "math")):
            children[-1].text += child.text  # \mathrm{GELU} is one name
        else:
            children.append(child)
    element[:] = children
    for before, child in zip(children, children[1:]):
        if before.tag == "mo" and before.text == "\u2061" and (child.text or "") not in OPENING:
            before.set("rspace", "0.1667em")  # tanh x, but tanh(x)
    shown = [child for child in children if child.tag != "mspace"]
    for before, child in zip(shown, shown[1:]):
        if child.tag == "mo" and child.text in SIGNS and before.tag == "mo" and before.text not in ENDING:
            child.set("form", "prefix")  # the minus of (−x) and of = −x stands close to its x
    rule = RULES.get(element.tag)
    if rule:
        rule(element)


def _upright_letter(element):
    return element.tag == "mi" and element.get("mathvariant") == "normal" and len(element.text or "") == 1


def _text(element):
    variant = element.attrib.pop("mathvariant", None)
    text = element.text or ""
    if element.tag == "mtext":
        width = SPACES.get(text.rstrip("\u2063"))
        if width:
            element.tag, element.text = "mspace", None
            element.set("width", f"{-width if text.endswith(chr(0x2063)) else width:.4f}em")
        elif variant and "bold" in variant:
            element.set("style", "font-weight:bold")
    elif variant == "normal":
        if element.tag == "mi" and len(text) == 1:
            element.set("mathvariant", "normal")  # else a lone letter is italic
    elif variant:
        element.text = "".join(ALPHABETS.get((variant, c), c) for c in text)


def _operator(element):
    _text(element)
    element.attrib.pop("fence", None)


def _table(table):
    """Column alignment, gaps and lines of a table, which Core leaves to CSS."""
    aligns = table.attrib.pop("columnalign", "").split()
    lines = table.attrib.pop("columnlines", "").split()
    rows = table.attrib.pop("rowlines", "").split()
    gap = table.attrib.pop("columnspacing", "1em").split()[0]
    # Formulas in a table are set small unless the table says otherwise, so that its cells need not.
    styles = {cell.attrib.pop("style-of-table", None) for cell in table.iter("mtd")}
    if "true" in styles:
        table.set("displaystyle", "true")
    height = table.attrib.pop("rowspacing", "0").split()[0]
    table.set("class", "gathered" if gap == "0em" else "spaced")
    for number, row in enumerate(table):
        row[:] = [cell for cell in row if cell.get("class") not in ("mtr-glue", "mml-eqn-num")]
        for column, cell in enumerate(row):
            align = aligns[column] if column < len(aligns) else "center"
            classes = [align] if align != "center" else []
            classes += ["line-right"] if lines[column:column + 1] == ["solid"] else []
            classes += ["line-below"] if rows[number:number + 1] == ["solid"] else []
            if classes:
                cell.set("class", " ".join(classes))
    if height not in ("0", "0.16em"):
        table.set("class", table.get("class") + " tall")


def _enclose(element):
    element.tag = "mrow"
    element.set("class", "enclose-" + element.attrib.pop("notation"))


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
