"""The theme's pages without its icon font and scripts: lighter, and everything on them still works."""

import re
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
import sphinx.locale
from sphinx.builders.html._assets import _JavaScript as script

from lightbook import light_theme
from tools import audit
from tools.browser import served

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


def test_alone_a_page_asks_for_the_theme_s_files_and_ours_in_their_order(book):
    own = "html_static_path = ['own']\nhtml_css_files = ['own.css']\nhtml_js_files = ['own.js']\n" + """
def setup(app):
    app.connect("config-inited", lambda app, config: config.html_theme_options.update(search_bar_text="Search this book..."))
"""
    icons = ('<i class="fa-solid fa-bars fa-lg"></i> <i class="fas fa-sm fa-fw"></i> <i class="fa-solid fa-dragon"></i> '
             '<span class="fa-yeti fas"></span>')
    made = book({"index.md": f"# T\n\n{icons}\n", "own/own.css": "p { top: 0 }", "own/own.js": "1"}, ["lightbook.light_theme"], THEME + own)
    head = made.page().partition("</head>")[0]
    styles = re.findall(r'href="_static/(?:styles/)?([\w.-]+\.css)', head)
    assert styles[:3] == ["theme.css", "pydata-sphinx-theme.css", "pygments.css"] and styles[-3:] == ["own.css", "icons.css", "look.css"]
    scripts = re.findall(r'<script( defer="defer")? src="_static/(?:scripts/)?([\w.-]+\.js)', head)
    assert scripts[0] == ("", "early.js") and head.index("early.js") < head.index("theme.css")
    assert [name for _, name in scripts[-3:]] == ["own.js", "pydata-sphinx-theme.js", "menus.js"]
    assert all(defer for defer, _ in scripts[-2:])
    assert "DOCUMENTATION_OPTIONS." not in head and made.static("look.css")
    assert "Search this book" not in made.page()    # whoever said it before
    assert made.warnings.count("WARNING") == 2      # an icon that is not drawn
    assert all(f"WARNING: index.html: the icon fa-{icon} is not drawn: add it to icons.css\n" in made.warnings for icon in ("dragon", "yeti"))


def test_scripts_that_nothing_reads_go():
    kept = [script("a.js"), script(None, body="let a;")]
    unread = [script(None, body=f"DOCUMENTATION_OPTIONS.{name} = 1;") for name in ("pagename", "search_as_you_type")]
    context = {"script_files": [*unread, *kept], "css_files": []}
    light_theme.settle_assets(SimpleNamespace(builder=SimpleNamespace(_orig_css_files=[])), "a", "page.html", context, None)
    assert context["script_files"] == kept


class Settings(SimpleNamespace):
    """Sphinx's configuration, as far as it is asked."""

    def __contains__(self, name):
        return hasattr(self, name)


def prepared(folder, language="en", **config):
    """The configuration and the application after the theme was prepared for them; `options` are the theme's."""
    config = Settings(**{"templates_path": ["own"], "html_context": {"own": 1}, "language": language} | config)
    listeners = [SimpleNamespace(handler=SimpleNamespace(__module__=name)) for name in ("sphinx_thebe", "own")]
    app = SimpleNamespace(confdir=folder, events=SimpleNamespace(listeners={"builder-inited": listeners}),
                          registry=SimpleNamespace(css_files=[("sphinx-thebe.css", {}), ("own.css", {})]))
    light_theme.prepare(app, config)
    return config, app


def test_what_the_book_says_of_its_theme_stays(tmp_path):
    given = {"primary_sidebar_end": ["a.html"], "navbar_persistent": ["b.html"], "search_bar_text": "探す", "launch_buttons": {}}
    config, _ = prepared(tmp_path, html_theme_options=given, one_stylesheet_without_fonts=["Own"])
    assert config.html_theme_options == given and config.html_theme_options is not given
    assert config.html_context == {"own": 1, "default_mode": "light"}
    assert config.one_stylesheet_without_fonts == ["Own", "Font Awesome"]
    *ours, own = config.templates_path
    assert own == "own" and not any(Path(path).is_absolute() for path in ours)
    assert (tmp_path / ours[0] / "layout.html").is_file() and (tmp_path / ours[1] / "article-header-buttons.html").is_file()


def test_what_the_book_does_not_say_is_said_for_it(tmp_path):
    config, app = prepared(tmp_path, html_theme_options={"search_bar_text": "Search this book..."})   # Jupyter Book's
    assert config.html_theme_options == {"primary_sidebar_end": [], "navbar_persistent": []}
    assert "one_stylesheet_without_fonts" not in config and not hasattr(app, "translator")


@pytest.mark.parametrize("buttons, used", [({}, False), ({"launch_buttons": {"colab_url": "x"}}, False), ({"launch_buttons": {"thebe": True}}, True)])
def test_thebe_is_there_if_it_is_asked_for(buttons, used, tmp_path):
    _, app = prepared(tmp_path, html_theme_options=buttons)
    assert [item.handler.__module__ for item in app.events.listeners["builder-inited"]] == ["sphinx_thebe"] * used + ["own"]
    assert [name for name, _ in app.registry.css_files] == ["sphinx-thebe.css"] * used + ["own.css"]


def test_words_are_ours_in_japanese_else_those_of_sphinx(tmp_path, monkeypatch):
    sphinx_s = SimpleNamespace(gettext=lambda message: f"訳：{message}")
    monkeypatch.setitem(sphinx.locale.translators, ("general", "sphinx"), sphinx_s)
    _, app = prepared(tmp_path, "ja", html_theme_options={})
    assert sphinx.locale.translators["general", "sphinx"] is app.translator
    assert [app.translator.gettext(message) for message in ("Site navigation", "Next")] == ["目次", "訳：Next"]


def test_files_that_no_page_asks_for_go_from_a_finished_site_only(tmp_path, monkeypatch):
    monkeypatch.setattr(light_theme, "logger", Mock())
    gone = ["vendor/fontawesome/a.woff2", "scripts/fontawesome.js", "scripts/bootstrap.js.LICENSE.txt", "deep/er/a.css.map"]
    kept = ["scripts/pydata-sphinx-theme.js", "vendor/own/a.js"]
    for name in gone + kept:
        (tmp_path / "_static" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "_static" / name).touch()
    (tmp_path / "a.html").write_text('<i class="fa-solid fa-dragon"></i>', encoding="utf-8")
    finished = [light_theme.check_icons, light_theme.remove_unserved]
    for format, exception in [("html", ValueError()), ("latex", None), ("html", None), ("html", None)]:   # and again: there is nothing left
        for finish in finished:
            finish(SimpleNamespace(builder=SimpleNamespace(format=format), outdir=tmp_path), exception)
        over = format == "html" and exception is None
        assert [(tmp_path / "_static" / name).exists() for name in gone + kept] == [not over] * len(gone) + [True] * len(kept)
        assert light_theme.logger.warning.called == over


def test_pages_may_be_read_and_written_in_parallel():
    assert light_theme.setup(Mock()) == {"parallel_read_safe": True, "parallel_write_safe": True}


def test_the_page_is_japanese_has_one_h1_and_no_box_for_advertisements(made):
    page = made.page()
    assert '<html lang="ja"' in page and page.count("<h1") == 1
    assert 'aria-label="目次"' in page and "この見出しへのリンク" in page and "本文へ" in page
    assert "ethical" not in page and "Toggle" not in page
    assert 'data-theme="light"' in page and "@font-face" not in made.static("book.css")


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


@pytest.mark.browser
@pytest.mark.parametrize("page", ["index.html", "search.html?q=x"])
def test_controls_are_named_by_what_they_show(made, browser, page):
    with served(made.out) as base:
        violations, _ = audit.accessibility(browser, base, page, schemes=("light",))
    assert [line for line in violations if "label" in line or "name" in line] == []
