"""The copy button of sphinx-copybutton: in Japanese, without prompts, on code only."""

import re
import types

import pytest
from sphinx.errors import ExtensionError

from lightbook import copy_button

THEME = "html_theme = 'sphinx_book_theme'\nlanguage = 'ja'\nhtml_title = '本'\nextensions += ['sphinx_copybutton']\n"
TEXT = """# 題

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
PARTS = ["lightbook.light_theme", "lightbook.copy_button", "lightbook.one_script"]


@pytest.fixture(scope="module")
def made(book):
    return book(TEXT, PARTS, THEME)


def test_the_messages_are_japanese_after_a_second_build_too(made):
    assert made.warnings == ""
    for _ in range(2):
        assert len(re.findall("クリップ|コピーしました", made.static("copybutton.js"))) == 1
        made.write({"index.md": TEXT + "\n文。\n"}).build()


def test_another_version_of_the_library_is_an_error_that_names_the_file(tmp_path):
    class App:
        outdir, config = tmp_path, type("Config", (), {"language": "ja"})

    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "copybutton.js").write_text("let messages = {};")
    with pytest.raises(ExtensionError, match="copybutton.js"):
        copy_button.translate(App, "index", "page.html", {}, None)


def test_what_the_author_set_stays_and_the_rest_is_ours_though_the_library_is_asked_first(book):
    made = book(TEXT, ["sphinx_copybutton", *PARTS], THEME + "copybutton_selector = 'div.mine pre'\n")
    assert "'div.mine pre'" in made.static("copybutton.js") and "cell_output" not in made.static("copybutton.js")
    assert r"In \\[\\d*\\]: " in made.static("copybutton.js")


def app(tmp_path, language="ja", script="const messages = {\n  'en': {}\n}"):
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "copybutton.js").write_text(script, "utf-8")
    return types.SimpleNamespace(outdir=tmp_path, config=types.SimpleNamespace(language=language))


def test_the_messages_of_the_library_stay_beside_ours(tmp_path):
    japanese = app(tmp_path)
    for _ in range(2):
        copy_button.translate(japanese, "index", "page.html", {}, None)
    assert (tmp_path / "_static" / "copybutton.js").read_text("utf-8") == (
        "const messages = {\n  'ja': {\"copy\": \"コピー\", \"copy_to_clipboard\": \"コードをコピー\", "
        "\"copy_success\": \"コピーしました\", \"copy_failure\": \"コピーできませんでした\"},\n  'en': {}\n}")


def test_a_book_in_another_language_and_one_without_the_library_are_left_alone(tmp_path):
    english = app(tmp_path, "en", "let messages = {};")
    copy_button.translate(english, "index", "page.html", {}, None)
    script = tmp_path / "_static" / "copybutton.js"
    assert script.read_text("utf-8") == "let messages = {};"
    script.unlink()
    english.config.language = "ja"
    copy_button.translate(english, "index", "page.html", {}, None)
    assert not script.exists()


@pytest.mark.browser
def test_code_is_copied_without_its_prompts_and_what_was_printed_is_not(made, look):
    tab = look(made, permissions=["clipboard-read", "clipboard-write"])
    buttons = tab.locator("button.copybtn")
    assert buttons.count() == 3 and tab.locator(".cell_output button.copybtn").count() == 0
    wanted = ["for i in range(2):\n    print(i)", "make book", "x = 1"]
    for number, text in enumerate(wanted):
        assert buttons.nth(number).get_attribute("data-tooltip") == "コピー"
        buttons.nth(number).press("Enter")
        tab.wait_for_function("n => document.querySelectorAll('.copybtn')[n].dataset.tooltip === 'コピーしました'", arg=number)
        assert tab.evaluate("navigator.clipboard.readText()") == text
    assert {title.strip() for title in buttons.locator("title").all_text_contents()} <= {"コードをコピー", "コピーしました"}
