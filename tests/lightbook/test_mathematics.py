"""Formulas are MathML that browsers draw as TeX would."""

import re
import subprocess
import sys
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from lightbook import mathematics
from lightbook.mathematics import italic


def shape(tex, display=True):
    return mathematics.render(tex, display)


@pytest.mark.parametrize(
    "tex, drawn",
    [
        (r"\mathbf{y}", "𝐲"),
        (r"\boldsymbol{\alpha}", "𝜶"),
        (r"\boldsymbol{W}", "𝑾"),
        (r"\mathbb{R}", "ℝ"),
        (r"\mathbb{E}", "𝔼"),
        (r"\mathcal{L}", "ℒ"),
        (r"\mathfrak{H}", "ℌ"),
        (r"\mathbf{0}", "𝟎"),
        (r"\mathsf{x}", "𝗑"),
        (r"\mathtt{x}", "𝚡"),
        (r"\mathbb{C}", "ℂ"),
    ],
)
def test_a_style_of_letters_is_a_unicode_character(tex, drawn):
    assert f">{drawn}<" in shape(tex)
    assert "mathvariant" not in shape(tex)


def test_a_lone_letter_is_italic_unless_it_is_set_upright():
    assert "<mi>x</mi>" in shape("x")
    assert '<mi mathvariant="normal">d</mi>' in shape(r"\mathrm{d}")
    assert italic("x") == "𝑥" and italic("h") == "ℎ" and italic("exp") == "exp"


LETTER = '<mi mathvariant="normal">'
BARE = '<mo lspace="0" rspace="0">'
PRIME = f"{BARE}′</mo>"


@pytest.mark.parametrize(
    "tex, markup",
    [
        # letters: a name is one identifier, but bars, a fraction's stroke and ∂ are no part of it
        (r"\mathrm{GELU}", f"{LETTER}GELU</mi>"),
        (r"\displaystyle \mathrm{a}\mathrm{b}", f'<mstyle scriptlevel="0" displaystyle="true">{LETTER}ab</mi></mstyle>'),
        (r"\mathrm{d}x\mathrm{d}", f"{LETTER}d</mi><mi>x</mi>{LETTER}d</mi>"),
        (r"|\Delta|", f"{LETTER}∣</mi>{LETTER}Δ</mi>{LETTER}∣</mi>"),
        (r"/\partial x", f"{BARE}/</mo>{BARE}∂</mo><mi>x</mi>"),
        (r"\nabla\infty", f"{BARE}∇</mo>{BARE}∞</mo>"),
        ("-/", f"<mo>−</mo>{BARE}/</mo>"),
        (r"\sqrt[\mathrm{b}]{\mathrm{a}}", f"<mroot>{LETTER}a</mi>{LETTER}b</mi></mroot>"),
        (
            r"\operatorname{softmax}(x)",
            '<mi>softmax</mi><mo>\u2061</mo><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo>',
        ),
        (r"\operatorname{}x", '<mi /><mo rspace="0.1667em">\u2061</mo><mi>x</mi>'),
        (r"\mathbf{12}", "<mn>𝟏𝟐</mn>"),
        (r"\mathbf{\hbar}", "<mi>ℏ</mi>"),  # Unicode has no bold one
        (r"\text{a\textbf{太字}\textit{b}}", '<mtext>a</mtext><mtext style="font-weight:bold">太字</mtext><mtext>b</mtext>'),
        # primes stand beside what they belong to
        ("f'", f"<mrow><mi>f</mi>{PRIME}</mrow>"),
        ("f''", f"<mrow><mi>f</mi>{PRIME}{PRIME}</mrow>"),
        ("f_1'", f"<mrow><msub><mi>f</mi><mn>1</mn></msub>{PRIME}</mrow>"),
        ("f_1''", f"<mrow><msub><mi>f</mi><mn>1</mn></msub>{PRIME}{PRIME}</mrow>"),
        ("f'^2", "<msup><mi>f</mi><mrow><mo>′</mo><mn>2</mn></mrow></msup>"),
        # spaces, in 1/18 em; a sign after a relation and a space belongs to its number
        (r"\:\;\mkern1mu", '<mspace width="0.2222em" /><mspace width="0.2778em" /><mspace width="0.0556em" />'),
        (
            r"\!\negmedspace\negthickspace\mkern-1mu",
            "".join(f'<mspace width="-{w}em" />' for w in ("0.1667", "0.2222", "0.2778", "0.0556")),
        ),
        (r"a = \, -b", '<mi>a</mi><mo>=</mo><mspace width="0.1667em" /><mo form="prefix">−</mo><mi>b</mi>'),
        (r"1,\ -2", '<mn>1</mn><mo separator="true">,</mo><mtext>\xa0</mtext><mo form="prefix">−</mo><mn>2</mn>'),
        (r"\tanh \frac{1}{2}", '<mi>tanh</mi><mo rspace="0.1667em">\u2061</mo><mfrac><mn>1</mn><mn>2</mn></mfrac>'),
        # lines around and through
        (r"\xcancel{x}", '<mrow class="enclose-updiagonalstrike enclose-downdiagonalstrike"><mi>x</mi></mrow>'),
        (r"\sout{x}", '<mrow class="enclose-horizontalstrike"><mi>x</mi></mrow>'),
        # a token holds text only: a browser would read elements in it as HTML
        (r"\boldsymbol{Wx+b}", "<mrow><mrow><mi>𝑾</mi><mi>𝒙</mi><mo>+</mo><mi>𝒃</mi></mrow></mrow>"),
        (r"\mathord{ab}", "<mrow><mi>a</mi><mi>b</mi></mrow>"),
        (r"\mathord{\frac{1}{2}}", "<mrow><mfrac><mn>1</mn><mn>2</mn></mfrac></mrow>"),
        (r"\overset{!}{=}", '<mrow><mover><mo>=</mo><mo stretchy="false" lspace="0em" rspace="0em">!</mo></mover></mrow>'),
        (r"\mathbin{xy}", "<mrow><mi>x</mi><mi>y</mi></mrow>"),
        (r"\mathrel{\text{def}}", "<mo>def</mo>"),
        (
            r"a \bmod b",
            '<mi>a</mi><mspace width="0.0556em" /><mo lspace="0.22em" rspace="0.22em">mod</mo><mspace width="0.0556em" /><mi>b</mi>',
        ),
    ],
)
def test_a_construct_of_tex_in_mathml_core(tex, markup):
    assert shape(tex, False) == f"<math><mrow>{markup}</mrow></math>"


@pytest.mark.parametrize(
    "tex, attributes, cells",
    [
        (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", 'class="spaced"', ["", "", "", ""]),
        (
            r"\begin{aligned} a &= b & c &= d \end{aligned}",
            'displaystyle="true" class="gathered tall"',
            ["right", "left", "right", "left"],
        ),
        (
            r"\begin{alignedat}{2} a &= b & c &= d \end{alignedat}",
            'displaystyle="true" class="joined tall"',
            ["right", "left", "right", "left"],
        ),
        (
            r"\begin{aligned} a \\ b \end{aligned}",
            'displaystyle="true" class="joined tall"',
            ["right", "right"],
        ),  # no column beside it
        (r"\begin{gathered} a \\ b \end{gathered}", 'displaystyle="true" class="joined tall"', ["", ""]),
        (r"\begin{cases} x & y \end{cases}", 'class="spaced tall"', ["left", "left"]),
        (r"\begin{dcases} x & y \end{dcases}", 'displaystyle="true" class="spaced tall"', ["left", "left"]),
        (r"\begin{smallmatrix} a & b \end{smallmatrix}", 'class="narrow"', ["", ""]),
        (r"\sum_{\substack{i \\ j}} x", 'class="spaced"', ["", ""]),
        (r"x \tag{1}", 'width="100%" displaystyle="true" class="spaced"', ["", "", "", ""]),
        (r"\begin{array}{c|c|c} a & b & c \end{array}", 'class="spaced"', ["line-right", "line-right", ""]),
        (
            r"\begin{array}{l:c|r} a & b & c \\ d & e & f \\ \hline g & h & i \\ \hline j & k & l \end{array}",
            'class="spaced"',
            [
                "left",
                "line-right",
                "right",
                *["left line-below", "line-right line-below", "right line-below"] * 2,
                "left",
                "line-right",
                "right",
            ],
        ),
    ],
)
def test_the_columns_lines_and_gaps_of_a_table(tex, attributes, cells):
    made = shape(tex)
    assert re.findall("<mtable ([^>]*)>", made) == [attributes]
    assert [re.sub('.*class="|".*', "", cell) if "class" in cell else "" for cell in re.findall("<mtd[^>]*>", made)] == cells
    assert "mtd><mstyle" not in made  # the table says it for its cells


def test_a_numbered_environment_has_no_empty_columns_for_its_numbers():
    assert shape(r"\begin{align} a &= b \\ c &= d \end{align}").count("<mtd") == 4


def test_the_sign_of_a_number_stands_close_to_it():
    assert '<mo form="prefix">−</mo>' in shape(r"\sigma(-x)")
    assert '<mo form="prefix">−</mo>' in shape(r"x \to -\infty")
    assert "prefix" not in shape("a - b") and "prefix" not in shape("f(x) - 1") and "prefix" not in shape("f' - 1")


def test_only_elements_of_mathml_core_are_used():
    core = set(
        "math mrow mi mo mn mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mtable mtr mtd mstyle "
        "mpadded mphantom mmultiscripts merror ms none mprescripts".split()
    )
    everything = (
        r"\boxed{a} \cancel{b} \underbrace{x}_{n} \sqrt[3]{x} \hat y \bar x \vec v \limsup_{n} \binom{n}{k} \color{red}{z}"
        r"\bmod x \overset{!}{=} \boldsymbol{ab} \left\{\begin{array}{l|c} a & b \\ \hline c & d \end{array}\right. \text{日本語 \textbf{太字}}"
    )
    assert set(re.findall(r"<(\w+)", shape(everything))) <= core
    assert not re.search(r"column(align|lines|spacing)|row(lines|spacing)|fence=", shape(everything))


def test_a_bad_formula_is_a_warning_with_its_file_and_line(book):
    made = book("# T\n\n文。\n\n悪い式 $\\frac{1}{$ です。\n", ["lightbook.mathematics"])
    assert re.search(r"index\.md:5: WARNING: formula .*frac.*Unexpected end of input", made.warnings)
    assert "<code>\\frac{1}{</code>" in made.page()


@pytest.mark.parametrize("tex", [r"\foo", "あ", r"\begin{align} a &= b \label{x} \end{align}"])
def test_what_katex_does_not_know_is_refused(tex):
    with pytest.raises(ValueError):
        shape(tex)


def test_a_program_that_drew_a_formula_ends():
    # on Python 3.13 it waited for ever, when all else was gone, for a thread that was gone too
    program = """if True:
        import atexit
        from lightbook import mathematics
        closed, close = [], mathematics.MiniRacer.close
        mathematics.MiniRacer.close = lambda self: closed.append(1) or close(self)
        atexit.register(lambda: print(closed))   # the last to be called, and before anything is gone
        mathematics.render("x", False)"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", timeout=60)
    assert (ended.returncode, ended.stdout) == (0, "[1]\n"), ended.stderr


def test_equations_are_numbered_and_referred_to_and_no_script_draws_them(book):
    made = book("# T\n\n$$ a = b $$ (eq-one)\n\n$$ c = d $$\n\n式 {eq}`eq-one` と $x$。\n", ["lightbook.mathematics"])
    assert made.warnings == ""
    page = made.page()
    assert page.count('class="eqno"') == 1 and 'id="equation-eq-one"' in page and 'href="#equation-eq-one">(1)</a>' in page
    assert page.count("<math") == 3 and page.count('display="block"') == 2
    assert re.search(
        r"""<div class="math notranslate nohighlight" id="equation-eq-one">
<div class="math-scroll"><math.*?</math></div><span class="eqno">\(1\)<a [^>]*title="Link to this equation">.</a></span></div>
<div class="math notranslate nohighlight">
<div class="math-scroll">""",
        page,
    )
    assert "mathjax" not in re.sub(r'class="[^"]*"', "", page).lower()


def test_a_formula_keeps_its_bracket_and_its_comma(book):
    page = book({"index.md": "# T\n\n値（$x$）、**$y$。** $a$ と「$b$は\n"}, ["lightbook.mathematics"]).page()
    text = re.sub(r"<math.*?</math>", "F", page)
    formula = '<span class="math notranslate nohighlight">F</span>'
    assert (
        f'値<span class="unbroken">（{formula}）、</span><wbr><strong><span class="unbroken">{formula}。</span><wbr></strong>'
        in text
    )
    assert f' {formula} と<span class="unbroken">「{formula}</span>は' in text


def test_a_comma_between_formulas_does_not_take_away_an_equal_one_before(book):
    page = book({"index.md": "# T\n\n`a`、`b` と $x$、$y$ です。\n"}, ["lightbook.mathematics"]).page()
    text = re.sub(r"<[^>]*>", "", re.sub(r"<math.*?</math>", "F", page))
    assert "a、b と F、F です。" in text


@pytest.mark.browser
def test_no_line_begins_with_a_comma(book, look):
    sentence = "".join(f"{'あ' * n}$w_2=0$、" for n in range(1, 40))
    page = look(book({"index.md": f"# T\n\n{sentence}\n"}, ["lightbook.mathematics"]), width=360)
    below = page.evaluate("""() => [...document.querySelectorAll('.unbroken')].filter(pair => {
        const comma = document.createRange();
        comma.selectNode(pair.lastChild);
        return comma.getBoundingClientRect().left < pair.querySelector('math').getBoundingClientRect().right - 1;
    }).length""")
    assert page.locator(".unbroken").count() == 39 and below == 0


def test_lines_at_the_top_level_are_put_into_an_environment():
    assert mathematics.environment(r"a &= b \\ c &= d", False).startswith(r"\begin{aligned}")
    assert mathematics.environment("a = b\n\nc = d", False) == r"\begin{aligned}a = b \\ c = d\end{aligned}"
    assert mathematics.environment(r"a \\ b", False) == r"\begin{aligned}a \\ b\end{aligned}"
    assert mathematics.environment("a &= b", False) == r"\begin{aligned}a &= b\end{aligned}"
    for whole in (r"\text{a \& b}", "\\begin{cases} 1 & a \\\\\n 0 & b \\end{cases}"):
        assert mathematics.environment(whole, False) == whole
    assert mathematics.environment(r"a \\ b", True) == r"a \\ b"


def test_the_font_holds_what_the_formulas_use_and_their_larger_parentheses():
    used = mathematics.characters("<math><mi>x</mi><mo>(</mo><mi>sin</mi><mo>&lt;</mo></math> y")
    assert used == set("x𝑥(sin<")
    data = mathematics.subset_font(used)
    font = TTFont(BytesIO(data))
    assert set(map(ord, used)) <= set(font.getBestCmap()) <= set(map(ord, used | set(")>")))  # and what mirrors them
    variants = font["MATH"].table.MathVariants
    assert "parenleft" in variants.VertGlyphCoverage.glyphs
    # whose it is, its names and its licence; no word of its making, no signature (it no longer fits), nothing for hinting
    whole = TTFont(Path(find_spec("ziamath").origin).parent / "fonts" / "STIXTwoMath-Regular.ttf")
    kept = {0, 1, 2, 3, 4, 5, 6, 7, 13, 14}
    assert {(n.nameID, str(n)) for n in font["name"].names} == {
        (n.nameID, str(n)) for n in whole["name"].names if n.nameID in kept
    }
    assert "Open Font License" in font["name"].getDebugName(13)
    assert {"DSIG", "fpgm", "prep", "cvt "} & set(font.keys()) == set()
    for features in ("GSUB", "GPOS"):  # the browser takes sizes and parts from MATH
        assert font[features].table.FeatureList.FeatureRecord == []
    assert font["glyf"][".notdef"].numberOfContours > 0  # a character that is missing is seen
    assert font.flavor == "woff2" and len(data) < 10_000
    assert font["head"].modified == whole["head"].modified  # same characters, same bytes, whenever it is built


@pytest.mark.parametrize(
    "markup, used",
    [
        ("<msqrt><mn>2</mn></msqrt>", "√2"),
        ("<mroot><mn>2</mn><mn>3</mn></mroot>", "√23"),
        ("<mtext>a b</mtext>", "ab"),
    ],
)
def test_root_signs_are_in_the_font_and_spaces_are_not(markup, used):
    assert mathematics.characters(f"<p>0<math>{markup}</math></p>") == set(used)


ORDERED = """
html_math_renderer = "mathml"
html_css_files = ["mine.css"]
def setup(app):
    from sphinx.util import logging
    app.add_css_file("other.css")
    app.connect("builder-inited", lambda app: logging.getLogger("conf").warning(
        "read: %s, write: %s", app.is_parallel_allowed("read"), app.is_parallel_allowed("write")))
"""


def test_a_page_takes_the_formulas_rules_and_script_and_the_book_may_change_them(book):
    made = book(
        {
            "index.md": "---\nmyst:\n  html_meta:\n    keywords: 式\n---\n# T\n\n$x$\n",
            "_static/mine.css": "",
            "_static/other.css": "",
        },
        ["lightbook.mathematics"],
        ORDERED + 'html_static_path = ["_static"]\n',
    )
    page = made.page()
    sheets = re.findall(r"_static/(other|mathml|mine)\.css", page)
    assert sheets == ["other", "mathml", "mine"]  # after other extensions, before the book's own
    assert re.search(r'<script defer="defer" src="_static/mathml.js(\?v=\w+)?"></script>', page)
    assert '<meta content="式" name="keywords" />' in page and page.count('rel="preload"') == 1
    # pages are read by several processes, but written by one: KaTeX's engine does not survive a fork
    assert (
        "read: True, write: False" in made.warnings
        and "lightbook.mathematics extension is not safe for parallel writing" in made.warnings
    )


def test_the_font_follows_the_formulas_from_build_to_build(book):
    made = book({"index.md": "# T\n\n$x$\n"}, ["lightbook.mathematics"])
    [first] = made.out.glob("_static/math-*.woff2")
    assert first.name in made.static("mathml.css")
    made.write({"index.md": "# T\n\n$x + \\alpha$\n"}).build()
    [second] = made.out.glob("_static/math-*.woff2")
    assert second.name != first.name and second.name in made.static("mathml.css")
    assert "OPEN FONT LICENSE" in made.static("math-font-OFL.txt")


def test_a_page_asks_early_for_the_font_if_a_formula_is_in_sight(book):
    files = {
        "index.md": "# T\n\n$x$\n\n```{toctree}\nfolded\nplain\n```\n",
        "plain.md": "# P\n\n文。\n",
        "folded.md": "# F\n\n:::{dropdown} 開く\n$x$\n:::\n",
    }
    made = book(files, ["sphinx_design", "lightbook.mathematics"])
    [font] = made.out.glob("_static/math-*.woff2")
    assert re.search(rf'<link rel="preload" as="font"[^>]*href="_static/{font.name}"', made.page())
    assert "preload" not in made.page("folded") and "preload" not in made.page("plain")


def test_a_book_without_formulas_has_no_font(book):
    assert not list(book("# T\n\n文。\n", ["lightbook.mathematics"]).out.glob("_static/math-*.woff2"))


LONG = r"$$ " + r" + ".join(rf"\frac{{a_{{{i}}}}}{{b_{{{i}}}}}" for i in range(40)) + " $$"


@pytest.mark.browser
def test_a_wide_formula_scrolls_in_its_box_and_from_the_keyboard(book, look):
    made = book(f"# T\n\n{LONG}\n\n$$ a = b $$\n\n文 ${LONG.strip('$ ')}$ 文。\n", ["lightbook.mathematics"])
    tab = look(made, width=360)
    tab.wait_for_selector("span.math.math-scroll[tabindex]")  # mathml.js has looked at the last one
    boxes = tab.evaluate("[...document.querySelectorAll('.math-scroll')].map(b => [b.scrollWidth > b.clientWidth, b.tabIndex])")
    assert boxes == [[True, 0], [False, -1], [True, 0]]
    assert tab.evaluate(
        "[...document.querySelectorAll('.math-scroll')].every(b => b.getBoundingClientRect().right <= innerWidth)"
    )
    tab.locator(".math-scroll").first.focus()
    tab.keyboard.press("ArrowRight")
    tab.wait_for_function("document.querySelector('.math-scroll').scrollLeft > 0")


@pytest.mark.browser
def test_relations_stand_below_each_other_and_the_font_is_ours(book, look):
    made = book("# T\n\n$$\n\\begin{aligned} a + b + c &= d \\\\ e &= f \\end{aligned}\n$$\n", ["lightbook.mathematics"])
    tab = look(made)
    relations = tab.evaluate(
        "[...document.querySelectorAll('mo')].filter(o => o.textContent === '=').map(o => o.getBoundingClientRect().x)"
    )
    assert len(relations) == 2 and abs(relations[0] - relations[1]) < 1
    assert tab.evaluate("document.fonts.check('16px \"Book Math\"') && [...document.fonts].some(f => f.status === 'loaded')")
