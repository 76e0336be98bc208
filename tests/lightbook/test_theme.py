"""The theme's pages: lighter, in Japanese, with what readers' programs look for; and everything on them still works."""

import re
from pathlib import Path

import pytest
import yaml
from docutils import nodes
from sphinx.errors import ExtensionError

from lightbook import theme
from lightbook.theme import LENGTH, description
from tools import audit
from tools.browser import served

CONFIG = yaml.safe_load((Path(__file__).parents[2] / "_config.yml").read_text("utf-8"))["sphinx"]["config"]
OPTIONS = {"use_download_button": True, "use_fullscreen_button": True} | CONFIG["html_theme_options"]
THEME = f"""
html_theme = "sphinx_book_theme"
language = "ja"
html_title = "本"
html_theme_options = {OPTIONS}
extensions += ["sphinx_copybutton", "sphinx_togglebutton", "sphinx_design", "sphinx_thebe"]
"""
TEXT = """# 題

文。

## 節

:::{note}
こたえ。
:::

```python
x = 1
```

## 次の節

文。
"""
FILES = {"index.md": TEXT + "\n```{toctree}\nother\n```\n", "other.md": "# 他\n\n文。\n\n## 節\n\n文。\n"}


@pytest.fixture(scope="module")
def made(book):
    return book(FILES, ["lightbook"], THEME)


@pytest.mark.parametrize("parts", [["lightbook.theme"], ["lightbook"]], ids=["alone", "with the others"])
def test_nothing_heavy_is_asked_for(book, parts):
    made = book(FILES, parts, THEME)
    assert made.warnings == ""
    for page in ("index", "other"):
        head = made.page(page)
        assert not re.search(r"fontawesome|bootstrap\.js|thebe|toggle(button|Hint)|preload", head)
        assert "searchindex" not in head or parts == ["lightbook.theme"]
    assert not list(made.out.rglob("*.map")) and not list(made.out.rglob("fontawesome*"))


def test_alone_a_page_asks_for_the_theme_s_files_and_ours_in_their_order(book):
    own = "html_static_path = ['own']\nhtml_css_files = ['own.css']\nhtml_js_files = ['own.js']\n"
    made = book({"index.md": "# T\n", "own/own.css": "p { top: 0 }", "own/own.js": "1"}, ["lightbook.theme"], THEME + own)
    head = made.page().partition("</head>")[0]
    styles = re.findall(r'href="_static/(?:styles/)?([\w.-]+\.css)', head)
    assert styles[:3] == ["theme.css", "pydata-sphinx-theme.css", "pygments.css"] and styles[-3:] == [
        "own.css",
        "icons.css",
        "look.css",
    ]
    scripts = re.findall(r'<script( defer="defer")? src="_static/(?:scripts/)?([\w.-]+\.js)', head)
    assert scripts[0] == ("", "early.js") and head.index("early.js") < head.index("theme.css")
    assert [name for _, name in scripts[-3:]] == ["own.js", "pydata-sphinx-theme.js", "menus.js"]
    assert all(defer for defer, _ in scripts[-2:])
    assert "DOCUMENTATION_OPTIONS." not in head and made.static("look.css")


def test_the_page_is_japanese_has_one_h1_and_no_box_for_advertisements(made):
    page = made.page()
    assert '<html lang="ja"' in page and page.count("<h1") == 1
    assert 'aria-label="目次"' in page and "この見出しへのリンク" in page and "本文へ" in page
    assert "ethical" not in page and "Toggle" not in page
    assert 'data-theme="light"' in page and not re.search(r"@font-face\{[^}]*Awesome", made.static("book.css"))


@pytest.mark.browser
def test_light_dark_and_the_reader_s_setting(made, look):
    tab = look(made, scheme="dark")
    theme = "document.documentElement.dataset.theme"
    background = "getComputedStyle(document.body).backgroundColor"
    assert tab.evaluate(theme) == "dark"
    dark = tab.evaluate(background)
    tab.click(".theme-switch-button")
    tab.click(".theme-switch-button")
    seen = {tab.evaluate("document.documentElement.dataset.mode"): tab.evaluate(theme)}
    tab.reload()
    assert {tab.evaluate("document.documentElement.dataset.mode"): tab.evaluate(theme)} == seen  # remembered
    while tab.evaluate("document.documentElement.dataset.mode") != "light":
        tab.click(".theme-switch-button")
    tab.wait_for_timeout(300)
    assert tab.evaluate(background) != dark
    early = look(made, scheme="dark", harmless="ERR_FAILED")  # the script that is kept from it here
    early.route("**/book.js*", lambda route: route.abort())
    early.reload()
    assert early.evaluate(theme) == "dark"  # settled before any script file has come, so that nothing flashes


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_without_javascript_a_page_is_light_and_shows_no_button_that_would_do_nothing(made, look, width):
    tab = look(made, width=width, java_script_enabled=False)
    assert tab.locator("html").get_attribute("data-theme") == "light"
    assert tab.locator("button:visible").evaluate_all("buttons => buttons.map(button => button.className)") == []


@pytest.mark.browser
def test_search_dialog_by_keyboard_and_by_button(made, look):
    tab = look(made)
    tab.keyboard.press("Control+k")
    assert tab.locator("#pst-search-dialog").is_visible()
    icon, text = tab.locator("#pst-search-dialog i").bounding_box(), tab.locator("#pst-search-dialog input")
    inset = text.evaluate("input => parseFloat(getComputedStyle(input).paddingLeft)")
    assert icon["x"] + icon["width"] < text.bounding_box()["x"] + inset
    tab.keyboard.press("Escape")
    assert tab.locator("#pst-search-dialog").is_hidden()
    tab.locator(".search-button__button:visible").first.click()
    tab.keyboard.type("こたえ")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#search-results a")
    assert "search.html?q=" in tab.url


@pytest.mark.browser
def test_download_menu_by_mouse_and_keyboard(made, look):
    tab = look(made)
    button, menu = tab.locator(".dropdown-download-buttons > button"), tab.locator(".dropdown-menu")
    tab.mouse.move(0, 700)
    assert menu.is_hidden() and button.get_attribute("aria-expanded") == "false"
    button.click()
    assert menu.is_visible() and button.get_attribute("aria-expanded") == "true"
    box = menu.bounding_box()
    assert box["x"] + box["width"] <= 1280
    tab.mouse.click(640, 700)
    assert menu.is_hidden()
    button.focus()
    tab.keyboard.press("ArrowDown")
    assert menu.is_visible() and tab.evaluate("document.activeElement.classList.contains('dropdown-item')")
    tab.keyboard.press("Escape")
    assert menu.is_hidden() and tab.evaluate("document.activeElement.dataset.bsToggle") == "dropdown"


@pytest.mark.browser
def test_the_contents_open_as_a_drawer_on_a_phone_and_fold_away_on_a_desk(made, look):
    tab = look(made, width=360)
    drawer = tab.locator("#pst-primary-sidebar-modal")
    tab.locator(".header-article-items .primary-toggle").click()
    assert drawer.is_visible() and drawer.get_by_role("link", name="他").is_visible()
    tab.keyboard.press("Escape")
    drawer.wait_for(state="hidden")
    tab.locator(".secondary-toggle").last.click()
    assert tab.locator("#pst-secondary-sidebar-modal").is_visible()
    desk = look(made)
    desk.locator(".header-article-items .primary-toggle").click()
    desk.wait_for_function("document.querySelector('#pst-primary-sidebar').classList.contains('pst-sidebar-hidden')")


@pytest.mark.browser
def test_the_contents_of_the_page_follow_the_reader(made, look):
    tab = look(made)
    tab.locator("#pst-page-toc-nav a", has_text="次の節").click()
    tab.wait_for_function("document.querySelector('#pst-page-toc-nav a.active')?.textContent === '次の節'")
    tab.set_viewport_size({"width": 1280, "height": 300})
    tab.wait_for_timeout(1200)  # for a second the theme's script lets the mark stay where the click put it
    tab.keyboard.press("End")
    tab.wait_for_function("scrollY > 0 && document.querySelector('#pst-page-toc-nav [aria-current]')")
    tab.keyboard.press("Home")
    tab.wait_for_function("scrollY === 0 && !document.querySelector('#pst-page-toc-nav :is(.active, [aria-current])')")


@pytest.mark.browser
def test_a_heading_that_fills_its_line_is_one_line_high(book, look):
    tab = look(book({"index.md": f"# 題\n\n文。\n\n## 短\n\n文。\n\n## {'長' * 16}\n\n文。\n"}, ["lightbook"], THEME), width=360)
    heights = tab.locator("h2:visible").evaluate_all("headings => headings.map(heading => heading.offsetHeight)")
    assert len(heights) == 2 and heights[0] == heights[1]
    assert tab.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.browser
@pytest.mark.parametrize("page", ["index.html", "search.html?q=x"])
def test_controls_are_named_by_what_they_show(made, browser, page):
    with served(made.out) as base:
        violations, _ = audit.accessibility(browser, base, page, schemes=("light",))
    assert [line for line in violations if "label" in line or "name" in line] == []


def described(page):
    return re.findall(r'<meta (?:name="description" content="([^"]*)"|content="([^"]*)"[^>]*name="description")', page)


def test_a_page_is_described_by_its_first_paragraph_and_has_no_link_preview_without_an_address_nor_a_404_without_an_icon(book):
    made = book("# 題\n\n| 表 |\n|---|\n| 一 |\n\n最初の**文**です。\n\n次の文。\n", ["lightbook.theme"], THEME)
    assert described(made.page()) == [("最初の文です。", "")]
    assert "og:" not in made.page() and '<link rel="icon" href="data:," />' in made.page()


@pytest.mark.parametrize(
    "text, shown",
    [
        ("あ" * 120, "あ" * 120),
        ("あ" * 121, "あ" * 119 + "…"),
        ("あ" * 41 + "。" + "い" * 100, "あ" * 41 + "。"),
        ("あ" * 40 + "。" + "い" * 100, "あ" * 40 + "。" + "い" * 78 + "…"),  # a third of the room would say too little
        *[("あ" * 50 + mark + "い" * 100, "あ" * 50 + mark) for mark in "。.!？?"],
        ("あ" * 50 + "。" + "い" * 20 + "？" + "う" * 100, "あ" * 50 + "。" + "い" * 20 + "？"),  # as much as there is room for
        ("一行目\n 二行目", "一行目 二行目"),
    ],
)
def test_a_description_is_as_long_as_a_result_page_shows(text, shown):
    section = nodes.section(
        "", nodes.note("", nodes.paragraph(text="注意。")), nodes.paragraph(text=text), nodes.paragraph(text="次。")
    )
    assert description(section) == shown and len(shown) <= LENGTH


def test_a_page_without_running_text_has_no_description():
    assert description(nodes.section("", nodes.note("", nodes.paragraph(text="注意。")))) == ""


def test_a_page_says_to_others_what_it_is_and_an_author_s_description_comes_first(book):
    files = {
        "index.md": "# 題 *x* & y\n\na < b\n\n```{toctree}\nother\n```\n",
        "other.md": '---\nmyst:\n  html_meta:\n    description: 著者の"説明"\n---\n# 他\n\n本文。\n',
        "icon.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    }
    made = book(files, ["lightbook.theme"], THEME + "html_baseurl = 'https://book.example/sub/'\nhtml_favicon = 'icon.svg'\n")
    said = {"title": "題 x &amp; y", "type": "article", "site_name": "本", "url": "https://book.example/sub/index.html"}
    for name, value in (said | {"description": "a &lt; b"}).items():
        assert f'<meta property="og:{name}" content="{value}" />' in made.page()
    assert described(made.page()) == [("a &lt; b", "")] and made.page().count('name="viewport"') == 1
    assert 'href="data:,"' not in made.page()  # the book has an icon
    assert len(described(made.page("other"))) == 1 and "著者の" in "".join(described(made.page("other"))[0])
    assert 'property="og:description" content="著者の&quot;説明&quot;"' in made.page("other")
    assert described(made.page("search")) == [("本", "")]


def test_two_titles_or_none_are_a_warning(book):
    for text, number in (("# 一\n\n# 二\n", 2), ("文だけ。\n", 0)):
        made = book(text, ["lightbook.theme"], THEME)
        assert (
            f"{made.folder / 'index.md'}: WARNING: a page needs exactly one title (# …); this one has {number}\n" in made.warnings
        )


@pytest.mark.parametrize(
    "cell, becomes",
    [
        ('<th class="head"><p></p></th>', '<td class="head"><p></p></td>'),
        ("<th><p>関数</p></th>", "<th><p>関数</p></th>"),
        (
            "<th><math><mi>f</mi><mo>(</mo><mi>x</mi><mo>)</mo></math></th>",
            '<th><math aria-label="f(x)"><mi>f</mi><mo>(</mo><mi>x</mi><mo>)</mo></math></th>',
        ),
        ("<th>傾き <math><mi>x</mi></math></th>", "<th>傾き <math><mi>x</mi></math></th>"),
        (
            "<th><math><mi>f</mi></math><math><mi>g</mi></math></th>",  # one name, for the cell's first formula
            '<th><math aria-label="fg"><mi>f</mi></math><math><mi>g</mi></math></th>',
        ),
        ('<th><img src="a.png" /></th>', '<th><img src="a.png" /></th>'),
        ('<div role="doc-biblioentry">', '<div role="listitem">'),
        ("<thead><tr><th></th></tr></thead>", "<thead><tr><td></td></tr></thead>"),
        (
            '<summary aria-label="Toggle hidden content">\n<p class="collapsed">出す</p>\n<pre>x</pre></summary>',
            '<summary>\n<span class="collapsed">出す</span>\n<pre>x</pre></summary>',
        ),
    ],
)
def test_a_heading_cell_has_a_name_or_is_none(cell, becomes):
    context = {"body": cell}
    theme.repair(None, "index", "page.html", context, None)
    assert context["body"] == becomes


CODE = """# 題

```pycon
>>> for i in range(2):
...     print(i)
0
1
```

```console
$ make book
done
```

```python
x = 1
```

<div class="cell_output">

```
printed
```

</div>
"""


@pytest.fixture(scope="module")
def with_code(book):
    ours = "".join(f"{name} = {value!r}\n" for name, value in CONFIG.items() if name.startswith("copybutton"))
    return book(CODE, ["lightbook.theme", "lightbook.assets"], THEME + ours)


def test_the_messages_are_japanese_after_a_second_build_too(with_code):
    assert with_code.warnings == ""
    for _ in range(2):
        assert len(re.findall("クリップ|コピーしました", with_code.static("copybutton.js"))) == 1
        with_code.write({"index.md": CODE + "\n文。\n"}).build()


def test_another_version_of_the_library_is_an_error_that_names_the_file(tmp_path):
    class App:
        outdir, config = tmp_path, type("Config", (), {"language": "ja"})

    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "copybutton.js").write_text("let messages = {};")
    with pytest.raises(ExtensionError, match="copybutton.js"):
        theme.translate(App, "index", "page.html", {}, None)


@pytest.mark.browser
def test_code_is_copied_without_its_prompts_and_what_was_printed_is_not(with_code, look):
    tab = look(with_code, permissions=["clipboard-read", "clipboard-write"])
    buttons = tab.locator("button.copybtn")
    assert buttons.count() == 3 and tab.locator(".cell_output button.copybtn").count() == 0
    wanted = ["for i in range(2):\n    print(i)", "make book", "x = 1"]
    for number, text in enumerate(wanted):
        assert buttons.nth(number).get_attribute("data-tooltip") == "コピー"
        buttons.nth(number).press("Enter")
        tab.wait_for_function("n => document.querySelectorAll('.copybtn')[n].dataset.tooltip === 'コピーしました'", arg=number)
        assert tab.evaluate("navigator.clipboard.readText()") == text
    assert {title.strip() for title in buttons.locator("title").all_text_contents()} <= {"コードをコピー", "コピーしました"}


@pytest.mark.browser
def test_on_a_phone_no_button_covers_the_code(with_code, look):
    tab = look(with_code, width=360, has_touch=True, is_mobile=True)
    assert tab.locator("pre").first.is_visible() and tab.locator("button.copybtn:visible").count() == 0
