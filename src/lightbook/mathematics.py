"""Render formulas as MathML while the book is built: the reader's browser needs no script for them.

KaTeX (from the package sphinxcontrib-katex, run in mini-racer) turns TeX into MathML; `to_core` rewrites it to what
browsers implement (MathML Core). A formula that KaTeX does not accept is a warning with its place. The font is STIX Two
Math (from the package ziamath, SIL Open Font License 1.1), cut down to the characters the book's formulas use.
"""

import atexit
import hashlib
import html
import io
import re
import unicodedata
import xml.etree.ElementTree as ET
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import sphinxcontrib
from docutils import nodes
from fontTools import subset
from fontTools.ttLib import TTFont
from myst_parser.mdit_to_docutils.sphinx_ import SphinxRenderer
from py_mini_racer import JSEvalException, MiniRacer
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from lightbook.assets import STATIC, add_static

OPENING = re.compile(r"[（「『【(]+$")
CLOSING = re.compile(r"^[、。，．：；！？）」』】,.:;!?)]+")
MATH = re.compile(r"<math\b.*?</math>", re.S)
STYLES = re.compile(
    r"(?:MATHEMATICAL )?(SANS-SERIF BOLD ITALIC|SANS-SERIF BOLD|SANS-SERIF ITALIC|SANS-SERIF|BOLD ITALIC|"
    r"BOLD SCRIPT|BOLD FRAKTUR|BOLD|ITALIC|SCRIPT|FRAKTUR|BLACK-LETTER|DOUBLE-STRUCK|MONOSPACE) "
)
# KaTeX writes its spaces as characters, whose widths depend on the font.
SPACES = {
    "\u200a": 1 / 18,
    "\u2009": 3 / 18,
    "\u2005": 4 / 18,
    "\u2005\u200a": 5 / 18,
    "\u200a\u2063": -1 / 18,
    "\u2009\u2063": -3 / 18,
    "\u205f\u2063": -4 / 18,
    "\u2005\u2063": -5 / 18,
}
#: what stands between the columns; where it is not always the same, pairs of columns are set apart
GAPS = {"": "joined", "0em": "joined", "0.2778em": "narrow"}
OPENED = ("(", "[", "{", "|", "‖", "⌊", "⌈", "⟨", ",", ")", "]")
SIGNS = ("−", "+", "±", "∓")
ENDING = (")", "]", "}", "|", "‖", "⌋", "⌉", "⟩", "!", "′", "∞")
#: signs that KaTeX writes as upright letters, which Firefox sets apart from italic ones
BARE = ("∂", "∇", "/", "∞")
logger = logging.getLogger(__name__)


@cache
def _katex():
    source = next(path for folder in sphinxcontrib.__path__ if (path := Path(folder, "katex.min.js")).exists())
    context = MiniRacer()
    atexit.register(context.close)  # later its thread is gone and closing it waits for ever (seen on Python 3.13)
    context.eval(source.read_text("utf-8"))
    context.eval(
        "const render = (tex, displayMode) => katex.renderToString(tex,"
        " {displayMode, output: 'mathml', strict: 'error', trust: false})"
    )
    return context


@cache
def render(tex, display):
    """The MathML of formula `tex`; ValueError with KaTeX's message if it is not valid."""
    try:
        markup = _katex().call("render", tex, display)
    except JSEvalException as error:
        message = str(error).partition("KaTeX parse error: ")[2].splitlines()[0]
        raise ValueError(message or str(error).splitlines()[0]) from None
    return to_core(MATH.search(markup)[0])


def environment(tex, nowrap):
    """The formula with lines and alignment points at its top level put into an environment, as Sphinx does."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", tex) if part.strip()]
    flat = re.sub(r"\\begin\{(\w+\*?)\}.*?\\end\{\1\}", "", tex, flags=re.S)
    if nowrap or (len(parts) == 1 and r"\\" not in flat and not re.search(r"(?<!\\)&", flat)):
        return tex
    return r"\begin{aligned}" + r" \\ ".join(parts) + r"\end{aligned}"


def _markup(node, tex, display):
    try:
        return render(tex, display)
    except ValueError as error:
        logger.warning("formula %r: %s", node.astext().strip(), error, location=node)
        return f"<code>{html.escape(node.astext())}</code>"


def keep_together(app, doctree, docname):
    """Give a formula the bracket before it and the punctuation after it.

    A browser may break a line on both sides of a formula, whatever stands there, and then a line begins with a comma.
    """
    if app.builder.format != "html":
        return
    for node in list(doctree.findall(nodes.math)):
        for side, step, pattern in (("before", -1, OPENING), ("after", 1, CLOSING)):
            siblings, at = node.parent.children, node.parent.index(node) + step
            if 0 <= at < len(siblings) and isinstance(siblings[at], nodes.Text) and (found := pattern.search(siblings[at])):
                node[side] = found[0]
                rest = siblings[at][: found.start()] + siblings[at][found.end() :]
                node.parent[at] = nodes.Text(rest)  # replace() takes the first text that is equal


def visit_inline(self, node):
    formula = (
        self.starttag(node, "span", "", CLASS="math notranslate nohighlight") + _markup(node, node.astext(), False) + "</span>"
    )
    before, after = (html.escape(node.get(side, "")) for side in ("before", "after"))
    if before or after:
        formula = f'<span class="unbroken">{before}{formula}{after}</span>'
    self.body.append(formula + ("<wbr>" if after else ""))  # Firefox breaks no line between two of these by itself
    raise nodes.SkipNode


def visit_display(self, node):
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    self.body.append(f'<div class="math-scroll">{_markup(node, environment(node.astext(), node["nowrap"]), True)}</div>')
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, _("Link to this equation"))
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def characters(page):
    """The characters that the formulas of a page are drawn with (a lone letter in <mi> is drawn italic)."""
    used = set()
    for markup in MATH.findall(page):
        used.update(italic(html.unescape(text)) for text in re.findall(r"<mi>([^<]+)</mi>", markup))
        used.update(html.unescape(re.sub(r"<[^>]*>", "", markup)))
        if "<msqrt" in markup or "<mroot" in markup:
            used.add("√")  # the browser draws it; it is never written
    return {c for text in used for c in text if c > " "}


def subset_font(used):
    """STIX Two Math with the glyphs for the characters `used`, their larger sizes and parts, as woff2 bytes."""
    package = Path(find_spec("ziamath").origin).parent  # its font is wanted, not its code
    font = TTFont(package / "fonts" / "STIXTwoMath-Regular.ttf", recalcTimestamp=False)
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 3, 4, 5, 6, 7, 13, 14])
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=map(ord, used))
    subsetter.subset(font)
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def ask_early(app, pagename, templatename, context, doctree):
    """Let a page with formulas ask for the font at once, so that its lines do not move when the font arrives."""
    in_sight = re.sub(r"<details\b.*?</details>", "", context.get("body", ""), flags=re.S)
    if "<math" in in_sight:
        address = context["pathto"]("_static/math.woff2", resource=True)  # write_font puts the real name
        context["metatags"] += f'<link rel="preload" as="font" type="font/woff2" href="{address}" crossorigin="anonymous" />'


def write_font(app, exception):
    """Write the font that the formulas of all pages need, and put its name where it is asked for."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    pages = {page: page.read_text("utf-8") for page in Path(app.outdir).rglob("*.html")}
    used = set().union(*map(characters, pages.values()))
    font = subset_font(used) if used else b""
    name = f"math-{hashlib.sha256(font).hexdigest()[:8]}.woff2"
    for old in static.glob("math-*.woff2"):
        old.unlink()
    if used:
        (static / name).write_bytes(font)
    (static / "mathml.css").write_text((STATIC / "mathml.css").read_text("utf-8").replace("math.woff2", name), "utf-8")
    for page, text in pages.items():
        named = re.sub(r"(_static/)math(?:-\w+)?\.woff2", rf"\1{name}", text)
        if named != text:
            page.write_text(named, "utf-8")


def counted_label(renderer):
    """The identifier of a numbered AMS environment (``\\begin{align}``), counted within its page: MyST's own is random."""
    number = renderer.sphinx_env.new_serialno("amsmath") + 1
    return f"{renderer.sphinx_env.docname.replace('/', '-')}-{number}"


# MathML Core


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
        if before.tag == "mo" and before.text == "\u2061" and child.text not in OPENED:
            before.set("rspace", "0.1667em")  # tanh x, but tanh(x)
    shown = [child for child in children if child.tag != "mspace" and (child.tag != "mtext" or child.text.strip())]
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
            classes = [align for align in aligns[column : column + 1] if align != "center"]
            classes += ["line-right"] if lines[column : column + 1] == ["solid"] else []
            classes += ["line-below"] if rows[number : number + 1] == ["solid"] else []
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


RULES = {
    "msup": _script,
    "msubsup": _script,
    "mi": _text,
    "mn": _text,
    "mtext": _text,
    "mo": _operator,
    "mtable": _table,
    "menclose": _enclose,
}


def setup(app):
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_display, None))
    app.connect("builder-inited", add_static)
    app.add_css_file("mathml.css", priority=800)
    app.add_js_file("mathml.js", loading_method="defer")
    app.connect("doctree-resolved", keep_together)
    app.connect("html-page-context", ask_early)
    app.connect("build-finished", write_font)
    SphinxRenderer._random_label = counted_label
    return {"parallel_read_safe": True, "parallel_write_safe": False}
