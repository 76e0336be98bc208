"""Formulas are MathML that browsers draw as TeX would."""

import re
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from lightbook import mathml
from lightbook.math_core import italic


def shape(tex, display=True):
    return mathml.render(tex, display)


@pytest.mark.parametrize("tex, drawn", [
    (r"\mathbf{y}", "𝐲"), (r"\boldsymbol{\alpha}", "𝜶"), (r"\boldsymbol{W}", "𝑾"), (r"\mathbb{R}", "ℝ"), (r"\mathbb{E}", "𝔼"),
    (r"\mathcal{L}", "ℒ"), (r"\mathfrak{H}", "ℌ"), (r"\mathbf{0}", "𝟎"),
])
def test_a_style_of_letters_is_a_unicode_character(tex, drawn):
    assert f">{drawn}<" in shape(tex)
    assert "mathvariant" not in shape(tex)


def test_a_lone_letter_is_italic_unless_it_is_set_upright():
    assert "<mi>x</mi>" in shape("x")
    assert '<mi mathvariant="normal">d</mi>' in shape(r"\mathrm{d}")
    assert italic("x") == "𝑥" and italic("h") == "ℎ" and italic("exp") == "exp"


def test_a_name_is_one_identifier():
    assert "<mi mathvariant=\"normal\">GELU</mi>" in shape(r"\mathrm{GELU}(x)") or "<mi>GELU</mi>" in shape(r"\mathrm{GELU}(x)")


def test_aligned_lines_meet_at_the_relation():
    cells = re.findall(r'<mtd[^>]*class="(\w+)"', shape(r"\begin{aligned} a + b &= c \\ d &= e \end{aligned}"))
    assert cells == ["right", "left", "right", "left"]


def test_cases_are_set_left_and_matrices_centred():
    assert re.findall(r'<mtd[^>]*class="(\w+)"', shape(r"\begin{cases} x & (x > 0) \\ 0 & (x \le 0) \end{cases}")) == ["left"] * 4
    assert "class=\"left\"" not in shape(r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}")


def test_a_numbered_environment_has_no_empty_columns_for_its_numbers():
    assert shape(r"\begin{align} a &= b \\ c &= d \end{align}").count("<mtd") == 4


def test_the_sign_of_a_number_stands_close_to_it():
    assert '<mo form="prefix">−</mo>' in shape(r"\sigma(-x)")
    assert '<mo form="prefix">−</mo>' in shape(r"x \to -\infty")
    assert "prefix" not in shape("a - b") and "prefix" not in shape("f(x) - 1") and "prefix" not in shape("f' - 1")


def test_a_prime_is_no_exponent():
    assert "<msup>" not in shape(r"\sigma'(x)")
    assert "<msup>" in shape(r"f'^2")  # but this one is
    assert "<msub>" in shape(r"f_1'") and "msubsup" not in shape(r"f_1'")


def test_a_function_is_set_off_from_its_argument_but_not_from_its_bracket():
    assert 'rspace="0.1667em"' in shape(r"\tanh x")
    assert "rspace" not in shape(r"\tanh(x)")


def test_spaces_do_not_depend_on_the_font():
    assert 'width="0.1667em"' in shape(r"a\,b") and 'width="-0.1667em"' in shape(r"a\!b")


def test_only_elements_of_mathml_core_are_used():
    core = set("math mrow mi mo mn mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mtable mtr mtd mstyle "
               "mpadded mphantom mmultiscripts merror ms none mprescripts".split())
    everything = (r"\boxed{a} \cancel{b} \underbrace{x}_{n} \sqrt[3]{x} \hat y \bar x \vec v \limsup_{n} \binom{n}{k} \color{red}{z}"
                  r" \left\{\begin{array}{l|c} a & b \\ \hline c & d \end{array}\right. \text{日本語 \textbf{太字}}")
    assert set(re.findall(r"<(\w+)", shape(everything))) <= core
    assert not re.search(r"column(align|lines|spacing)|row(lines|spacing)|fence=", shape(everything))


def test_a_bad_formula_is_a_warning_with_its_file_and_line(book):
    made = book("# T\n\n文。\n\n悪い式 $\\frac{1}{$ です。\n", ["lightbook.mathml"])
    assert re.search(r"index\.md:5: WARNING: formula .*frac.*Unexpected end of input", made.warnings)
    assert "<code>\\frac{1}{</code>" in made.page()


@pytest.mark.parametrize("tex", [r"\foo", "あ", r"\begin{align} a &= b \label{x} \end{align}"])
def test_what_katex_does_not_know_is_refused(tex):
    with pytest.raises(ValueError):
        shape(tex)


def test_equations_are_numbered_and_referred_to_and_no_script_draws_them(book):
    made = book("# T\n\n$$ a = b $$ (eq-one)\n\n$$ c = d $$\n\n式 {eq}`eq-one` と $x$。\n", ["lightbook.mathml"])
    assert made.warnings == ""
    page = made.page()
    assert page.count('class="eqno"') == 1 and 'id="equation-eq-one"' in page and 'href="#equation-eq-one">(1)</a>' in page
    assert page.count("<math") == 3 and 'display="block"' in page
    assert "mathjax" not in re.sub(r'class="[^"]*"', "", page).lower()


def test_a_formula_keeps_its_bracket_and_its_comma(book):
    page = book({"index.md": "# T\n\n値（$x$）、**$y$。** $a$ と「$b$は\n"}, ["lightbook.mathml"]).page()
    text = re.sub(r"<math.*?</math>", "F", page)
    formula = '<span class="math notranslate nohighlight">F</span>'
    assert f'値<span class="unbroken">（{formula}）、</span><strong><span class="unbroken">{formula}。</span></strong>' in text
    assert f' {formula} と<span class="unbroken">「{formula}</span>は' in text


@pytest.mark.browser
def test_no_line_begins_with_a_comma(book, look):
    sentence = "".join(f"{'あ' * n}$w_2=0$、" for n in range(1, 40))
    page = look(book({"index.md": f"# T\n\n{sentence}\n"}, ["lightbook.mathml"]), width=360)
    below = page.evaluate("""() => [...document.querySelectorAll('.unbroken')].filter(pair => {
        const comma = document.createRange();
        comma.selectNode(pair.lastChild);
        return comma.getBoundingClientRect().left < pair.querySelector('math').getBoundingClientRect().right - 1;
    }).length""")
    assert page.locator(".unbroken").count() == 39 and below == 0


def test_lines_at_the_top_level_are_put_into_an_environment():
    assert mathml.environment(r"a &= b \\ c &= d", False).startswith(r"\begin{aligned}")
    assert mathml.environment("a = b\n\nc = d", False) == r"\begin{aligned}a = b \\ c = d\end{aligned}"
    inner = r"\begin{cases} 1 \\ 0 \end{cases}"
    assert mathml.environment(inner, False) == inner


def test_the_font_holds_what_the_formulas_use_and_their_larger_parentheses():
    used = mathml.characters("<math><mi>x</mi><mo>(</mo><mi>sin</mi><mo>&lt;</mo></math> y")
    assert {"x", "𝑥", "(", "s", "<"} <= used and "y" not in used
    data = mathml.subset_font(used)
    font = TTFont(BytesIO(data))
    assert set(map(ord, used)) <= set(font.getBestCmap()) <= set(map(ord, used | set(")>")))  # and what mirrors them
    variants = font["MATH"].table.MathVariants
    assert "parenleft" in variants.VertGlyphCoverage.glyphs
    assert "Open Font License" in font["name"].getDebugName(13)
    assert len(data) < 10_000
    assert data == mathml.subset_font(used)  # same characters, same bytes


def test_the_font_follows_the_formulas_from_build_to_build(book):
    made = book({"index.md": "# T\n\n$x$\n"}, ["lightbook.mathml"])
    [first] = made.out.glob("_static/math-*.woff2")
    assert first.name in made.static("mathml.css")
    made.write({"index.md": "# T\n\n$x + \\alpha$\n"}).build()
    [second] = made.out.glob("_static/math-*.woff2")
    assert second.name != first.name and second.name in made.static("mathml.css")
    assert "OPEN FONT LICENSE" in made.static("math-font-OFL.txt")


def test_a_page_asks_early_for_the_font_if_a_formula_is_in_sight(book):
    files = {"index.md": "# T\n\n$x$\n\n```{toctree}\nfolded\nplain\n```\n", "plain.md": "# P\n\n文。\n",
             "folded.md": "# F\n\n:::{dropdown} 開く\n$x$\n:::\n"}
    made = book(files, ["sphinx_design", "lightbook.mathml"])
    [font] = made.out.glob("_static/math-*.woff2")
    assert re.search(rf'<link rel="preload" as="font"[^>]*href="_static/{font.name}"', made.page())
    assert "preload" not in made.page("folded") and "preload" not in made.page("plain")


def test_a_book_without_formulas_has_no_font(book):
    assert not list(book("# T\n\n文。\n", ["lightbook.mathml"]).out.glob("_static/math-*.woff2"))


LONG = r"$$ " + r" + ".join(rf"\frac{{a_{{{i}}}}}{{b_{{{i}}}}}" for i in range(40)) + " $$"


@pytest.mark.browser
def test_a_wide_formula_scrolls_in_its_box_and_from_the_keyboard(book, look):
    made = book(f"# T\n\n{LONG}\n\n$$ a = b $$\n\n文 ${LONG.strip('$ ')}$ 文。\n", ["lightbook.mathml"])
    tab = look(made, width=360)
    boxes = tab.evaluate("[...document.querySelectorAll('.math-scroll')].map(b => [b.scrollWidth > b.clientWidth, b.tabIndex])")
    assert boxes == [[True, 0], [False, -1], [True, 0]]
    assert tab.evaluate("[...document.querySelectorAll('.math-scroll')].every(b => b.getBoundingClientRect().right <= innerWidth)")
    tab.locator(".math-scroll").first.focus()
    tab.keyboard.press("ArrowRight")
    tab.wait_for_function("document.querySelector('.math-scroll').scrollLeft > 0")


@pytest.mark.browser
def test_relations_stand_below_each_other_and_the_font_is_ours(book, look):
    made = book("# T\n\n$$\n\\begin{aligned} a + b + c &= d \\\\ e &= f \\end{aligned}\n$$\n", ["lightbook.mathml"])
    tab = look(made)
    relations = tab.evaluate("[...document.querySelectorAll('mo')].filter(o => o.textContent === '=').map(o => o.getBoundingClientRect().x)")
    assert len(relations) == 2 and abs(relations[0] - relations[1]) < 1
    assert tab.evaluate("document.fonts.check('16px \"Book Math\"') && [...document.fonts].some(f => f.status === 'loaded')")
