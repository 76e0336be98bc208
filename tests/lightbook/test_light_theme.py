"""The theme's pages without its icon font and scripts: lighter, and everything on them still works."""

import re

import pytest

THEME = """
html_theme = "sphinx_book_theme"
language = "ja"
html_title = "本"
html_theme_options = {"use_download_button": True, "use_fullscreen_button": True}
extensions += ["sphinx_copybutton", "sphinx_togglebutton", "sphinx_design", "sphinx_thebe"]
"""
TEXT = """# 題

文。

## 節

:::{note}
:class: dropdown
中の文。
:::

:::{dropdown} 答え
こたえ。
:::

```python
x = 1
```

## 次の節

文。
"""
FILES = {"index.md": TEXT + "\n```{toctree}\nother\n```\n", "other.md": "# 他\n\n文。\n\n## 節\n\n文。\n"}
PARTS = ["lightbook.light_theme", "lightbook.one_script", "lightbook.one_stylesheet", "lightbook.text_search"]


@pytest.fixture(scope="module")
def made(book):
    return book(FILES, PARTS, THEME)


@pytest.mark.parametrize("parts", [["lightbook.light_theme"], PARTS], ids=["alone", "with the others"])
def test_nothing_heavy_is_asked_for(book, parts):
    made = book(FILES, parts, THEME)
    assert made.warnings == ""
    for page in ("index", "other"):
        head = made.page(page)
        assert not re.search(r"fontawesome|bootstrap\.js|thebe|searchindex|preload", head)
    assert not list(made.out.rglob("*.map")) and not list(made.out.rglob("fontawesome*"))


def test_the_icons_are_drawn_and_an_unknown_one_is_a_warning(book):
    made = book("# T\n\n<i class=\"fa-solid fa-bars\"></i> <i class=\"fa-solid fa-dragon\"></i>\n", ["lightbook.light_theme"], THEME)
    assert "fa-dragon is not drawn" in made.warnings and "fa-bars" not in made.warnings


def test_the_page_is_japanese_has_one_h1_and_no_box_for_advertisements(made):
    page = made.page()
    assert '<html lang="ja"' in page and page.count("<h1") == 1
    assert 'aria-label="目次"' in page and "この見出しへのリンク" in page and "本文へ" in page
    assert "ethical" not in page and "Toggle" not in page


@pytest.mark.browser
def test_the_console_stays_empty_and_nothing_is_missing(made, look):
    for page in ("index.html", "other.html", "search.html"):
        missing = []
        tab = look(made, page)
        tab.on("response", lambda response: missing.append(response.url) if response.status >= 400 else None)
        tab.reload(wait_until="networkidle")
        assert [line for line in tab.said if "favicon" not in line and "404" not in line] == []
        assert [url for url in missing if "favicon" not in url] == []


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
    early = look(made, scheme="dark")
    early.route("**/book.js*", lambda route: route.abort())
    early.reload()
    assert early.evaluate(theme) == "dark"  # settled before any script file has come, so that nothing flashes
    plain = look(made, scheme="light", java_script_enabled=False)
    assert plain.locator("html").get_attribute("data-theme") == "light"


@pytest.mark.browser
def test_search_dialog_by_keyboard_and_by_button(made, look):
    tab = look(made)
    tab.keyboard.press("Control+k")
    assert tab.locator("#pst-search-dialog").is_visible()
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
def test_folded_boxes_open_and_code_is_copied(made, look):
    tab = look(made, permissions=["clipboard-read", "clipboard-write"])
    box = tab.locator("div.admonition.dropdown")
    assert box.locator("p", has_text="中の文").is_hidden()
    box.locator(".toggle-button").click()
    assert box.locator("p", has_text="中の文").is_visible()
    tab.locator("details.sd-dropdown summary").click()
    assert tab.get_by_text("こたえ").is_visible()
    tab.locator("div.highlight").first.hover()
    tab.locator("button.copybtn").first.click()
    assert tab.evaluate("navigator.clipboard.readText()") == "x = 1"
    assert tab.locator("button.copybtn").first.get_attribute("data-tooltip") in ("コピーしました", "Copied!")


@pytest.mark.browser
def test_full_screen_and_the_contents_of_the_page(made, look):
    tab = look(made)
    tab.locator(".btn-fullscreen-button").click()
    tab.wait_for_function("document.fullscreenElement !== null")
    tab.locator("#pst-page-toc-nav a", has_text="次の節").click()
    tab.wait_for_function("document.querySelector('#pst-page-toc-nav a.active')?.textContent === '次の節'")


@pytest.mark.browser
def test_the_title_is_on_paper_and_what_is_for_the_screen_is_not(made, look):
    tab = look(made)
    tab.emulate_media(media="print")
    assert tab.locator("h1").is_visible() and tab.locator("#pst-primary-sidebar").is_hidden() and tab.locator(".copybtn").first.is_hidden()
