"""The whole book without a network: what is kept, how it becomes another version, and that it does not go in the way of anything."""

import io
import json
import re
import shutil
from contextlib import ExitStack
from urllib.parse import unquote, urljoin

import pytest
from PIL import Image
from playwright.sync_api import Error

from tests import instructors
from tools.browser import PREFIX, served


def icon(size=64, colour="#fdfdfc"):
    picture = Image.new("RGB", size if isinstance(size, tuple) else (size, size), colour)
    picture.putpixel((size // 2, size // 2) if isinstance(size, int) else (1, 1), (0, 0, 0))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


CONF = """
html_theme = "sphinx_book_theme"
html_title = "題のある本"
html_short_title = "本"
language = "ja"
offline_icon = "icon.png"
html_static_path = ["own"]
html_extra_path = ["extra"]
def setup(app):
    app.add_css_file("own.css")
    app.connect("html-page-context", lambda app, page, *rest: app.add_js_file("first.js", type="module") if page == "sub/one" else None)
"""
FILES = {
    "icon.png": icon(),
    "index.md": '# 題\n\n最初の版。\n\n```{toctree}\nsub/one\nsub/日本 語\n```\n\n<a href="letter.pdf">手紙</a> <a href="lite/index.html">動かす</a>\n',
    "sub/one.md": '---\nlevel: 初級\n---\n# 一\n\n勾配。<span id="shown" data-list="../_static/list.json"></span>\n',
    "sub/日本 語.md": "# 二\n\n消失。\n",
    "own/own.css": "p { background: url(dots.svg) }",
    "own/dots.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "own/first.js": "import { word } from './second.js';\nconst shown = document.getElementById('shown');\n"
    "shown.textContent = word + await (await fetch(shown.dataset.list)).json();",
    "own/second.js": "export const word = '図 ';",
    "own/list.json": '"一覧"',
    "own/unused.js": "nothing",
    "extra/letter.pdf": "%PDF",
    "extra/lite/index.html": "<title>lite</title><p>JupyterLite",
    "extra/old.html": "<title>old</title><p>of a book before",
}
EVERY_PAGE = ["index.html", "sub/one.html", "sub/日本 語.html", "search.html", "genindex.html"]
# Without the last two, what was seen before might come from the browser's other cache, and the server live on in a connection.
HEADERS = [("Content-Security-Policy", instructors.policies()[0]), ("Cache-Control", "no-store"), ("Connection", "close")]
KEEP, FORGET, LOAD = "本全体を、通信なしで読めるようにする", "やめる", "読み込む"
KEPT, NEWS, FAILED = "この本は、通信がなくても読めます。", "新しい版があります。", "読み込めませんでした。"
SECOND = {"index.md": FILES["index.md"].replace("最初", "次"), "own/list.json": '"次の一覧"'}


def worker(site):
    return (site / "offline-worker.js").read_text("utf-8")


def listed(site):
    """What the worker keeps: addresses without their versions."""
    return {
        address.partition("?")[0] for address, _ in json.loads(re.search(r"const files = (\[.*?\n\]);", worker(site), re.S)[1])
    }


@pytest.fixture(scope="module")
def made(book):
    return book(FILES, ["lightbook"], CONF)


def test_kept_is_every_page_and_what_the_pages_ask_for_and_nothing_else(made):
    assert made.warnings == ""
    names = listed(made.out)
    assert {name for name in names if name.endswith(".html")} == {
        "index.html",
        "sub/one.html",
        "sub/%E6%97%A5%E6%9C%AC%20%E8%AA%9E.html",
        "search.html",
        "genindex.html",
    }
    asked = {
        f"_static/{name}"
        for name in "book.js book.css early.js search.js search.json first.js second.js list.json dots.svg".split()
    }
    assert asked <= names
    assert {name for name in names if not re.search(r"\.html$|^_static/[\w.-]+\.(js|json|css|svg|png)$", name)} == {
        "manifest.webmanifest"
    }
    assert (
        not {"_static/unused.js", "_static/searchtools.js", "_static/look.css", "letter.pdf", "lite/index.html", "old.html"}
        & names
    )


def test_every_address_in_the_list_is_the_one_that_pages_ask_for(made):
    """Else a file would be kept and never found, or one version would take the files of another."""
    addresses = {address for address, _ in json.loads(re.search(r"const files = (\[.*?\n\]);", worker(made.out), re.S)[1])}
    asked = set()
    for page in made.out.rglob("*.html"):
        if not {"_static", "lite"} & set(page.parts):
            links = re.findall(r'="([^"&]*_static/[^"]+)"', page.read_text("utf-8"))
            asked |= {urljoin(page.relative_to(made.out).as_posix(), link) for link in links}
    assert len(asked) > 6 and asked <= addresses


def test_a_build_that_changes_nothing_gives_the_same_worker_and_another_list_another_version(book):
    made = book(FILES, ["lightbook"], CONF)
    first = worker(made.out)
    made.build()
    assert worker(made.out) == first
    made.write({"sub/one.md": FILES["sub/one.md"] + "\n文。\n"}).build()
    assert worker(made.out).partition("\n")[0] != first.partition("\n")[0]
    made.write({"sub/one.md": FILES["sub/one.md"]}).build(freshenv=True)
    assert worker(made.out) == first


def test_the_manifest_stays_inside_the_book_and_its_icons_are_there(made):
    manifest = json.loads((made.out / "manifest.webmanifest").read_text("utf-8"))
    assert [manifest[name] for name in ("name", "short_name", "lang", "display")] == ["題のある本", "本", "ja", "standalone"]
    at = "https://a.example/sub/path/manifest.webmanifest"
    assert urljoin(at, manifest["scope"]) == "https://a.example/sub/path/"
    assert urljoin(at, manifest["start_url"]) == "https://a.example/sub/path/index.html"
    assert f'content="{manifest["theme_color"]}"' in made.page() and "id" not in manifest
    sizes = set()
    for one in manifest["icons"]:
        with Image.open(made.out / one["src"].partition("?")[0]) as picture:
            assert one["sizes"] == "{}x{}".format(*picture.size)
            sizes.add((picture.size[0], one["purpose"]))
    assert sizes == {(192, "any"), (512, "any"), (512, "maskable")}
    assert '<link rel="manifest" href="../manifest.webmanifest" />' in made.page("sub/one")
    assert '<link rel="apple-touch-icon" href="../_static/icon-180.png?v=' in made.page("sub/one")


def test_a_maskable_icon_keeps_the_picture_where_every_shape_shows_it(book):
    picture = Image.new("RGB", (100, 100), "#ffffff")
    picture.paste("#000000", (2, 2, 98, 98))  # almost to the edges
    file = io.BytesIO()
    picture.save(file, "PNG")
    made = book({"index.md": "# 題\n", "icon.png": file.getvalue()}, ["lightbook"], CONF.partition("html_static")[0])
    with Image.open(made.out / "_static/icon-512-maskable.png") as masked:
        assert masked.getpixel((45, 256)) == (255, 255, 255) and masked.getpixel((256, 256)) == (0, 0, 0)
    with Image.open(made.out / "_static/icon-512.png") as whole:
        assert whole.getpixel((45, 256)) == (0, 0, 0)


def test_without_an_icon_nothing_is_added(book):
    made = book("# 題\n", ["lightbook"], CONF.partition("offline_icon")[0])
    assert not {path.name for path in made.out.iterdir()} & {"offline-worker.js", "manifest.webmanifest"}
    assert not re.search("manifest|theme-color|offline", made.page()) and "serviceWorker" not in made.static("book.js")


@pytest.mark.parametrize(
    "content, said", [(None, "cannot be read"), (b"<svg/>", "cannot be read"), (icon((20, 10)), "must be square, not 20 × 10")]
)
def test_an_icon_that_is_none_is_an_error_that_says_so(book, content, said):
    from sphinx.errors import ConfigError

    files = {"index.md": "# 題\n"} | ({"icon.png": content} if content else {})
    with pytest.raises(ConfigError, match=rf"offline_icon: .*icon\.png {said}"):
        book(files, ["lightbook"], CONF.partition("html_static")[0])


# In a browser


class Reader:
    """A reader of a book, who has one browser, under the strict policy; the book's server can be shut."""

    def __init__(self, stack, browser, watched, site):
        self.site, self.server = site, ExitStack()
        stack.callback(self.server.close)
        self.base = self.server.enter_context(served(site, HEADERS))
        self.context = browser.new_context()
        stack.callback(self.context.close)
        self.watched = watched

    def tab(self, page="index.html", harmless="ERR_INTERNET_DISCONNECTED"):
        tab = self.watched(self.context.new_page(), harmless)
        tab.goto(self.base + page)
        return tab

    def keep(self, tab):
        tab.get_by_role("button", name=KEEP).click()
        tab.get_by_text(KEPT).wait_for()

    def cut(self):
        self.server.close()
        self.context.set_offline(True)

    def look_for_news(self, tab):
        """What the browser does by itself at a new page, waited for."""
        tab.evaluate("async () => void await (await navigator.serviceWorker.getRegistration()).update().catch(() => {})")


@pytest.fixture
def reads(browser, watched):
    with ExitStack() as stack:
        yield lambda site: Reader(stack, browser, watched, site)


def caches(tab, number):
    """The names of what the browser keeps, once there are so many; fewer than now are waited for."""
    for _ in range(100):
        names = sorted(tab.evaluate("caches.keys()"))
        if len(names) <= number:
            break
        tab.wait_for_timeout(50)
    assert len(names) == number, names
    return names


@pytest.mark.browser
def test_nothing_is_kept_until_the_reader_asks_and_the_size_is_said_before(reads, made):
    reader = reads(made.out)
    tab = reader.tab()
    tab.get_by_text(re.compile(r"約 \d\.\d MB を読み込みます。")).wait_for()
    assert tab.evaluate("async () => [(await navigator.serviceWorker.getRegistrations()).length, await caches.keys()]") == [0, []]
    assert tab.locator(".offline-news").count() == 0
    reader.tab("sub/one.html").get_by_text("図 一覧").wait_for()


@pytest.mark.browser
def test_with_the_network_cut_every_page_opens_with_its_scripts_and_the_search_finds(reads, made):
    reader = reads(made.out)
    reader.keep(reader.tab())
    reader.cut()
    tab = reader.tab("")
    assert tab.title() == reader.tab("index.html?from=home#x").title() and "題" in tab.title()
    for page in EVERY_PAGE:
        tab.goto(reader.base + page)
        assert tab.evaluate("getComputedStyle(document.querySelector('h1')).fontWeight") == "700"
        assert tab.evaluate("document.documentElement.dataset.mode") == "auto"
    tab.goto(reader.base + "sub/one.html")
    tab.get_by_text("図 一覧").wait_for()
    tab.goto(reader.base + "search.html?q=消失")
    tab.locator("#search-results a", has_text="二").click()
    tab.get_by_role("heading", name="二").wait_for()
    for page in ("lite/index.html", "letter.pdf", "old.html"):  # the network is cut, indeed
        with pytest.raises(Error, match="ERR_"):
            tab.goto(reader.base + page)


@pytest.mark.browser
def test_what_is_kept_stands_under_the_same_policy(reads, made):
    reader = reads(made.out)
    reader.keep(reader.tab())
    tab = reader.tab("sub/one.html", harmless="Content Security Policy")
    assert tab.evaluate("navigator.serviceWorker.controller.scriptURL") == reader.base + "offline-worker.js"
    with tab.expect_console_message(lambda message: "Content Security Policy" in message.text):
        tab.evaluate("() => { const s = document.createElement('script'); s.textContent = '1'; document.head.append(s); }")


@pytest.mark.browser
def test_what_is_not_kept_goes_where_it_went(reads, made):
    reader = reads(made.out)
    reader.keep(reader.tab())
    tab = reader.tab("sub/one.html", harmless="501")
    tab.get_by_text("図 一覧").wait_for()
    answer = """async ([address, options]) => {
        const answer = await fetch(address, options);
        return [answer.status, await answer.text()];
    }"""
    answers = []
    tab.on("response", lambda response: answers.append(response.from_service_worker))
    assert tab.evaluate(answer, [reader.base + "lite/index.html", {}]) == [200, FILES["extra/lite/index.html"]]
    assert tab.evaluate(answer, [reader.base + "index.html", {"method": "POST"}])[0] == 501
    tab.evaluate(answer, [reader.base + "_static/file.png", {"headers": {"Range": "bytes=0-1"}}])
    assert answers == [False] * 3
    tab.evaluate(answer, [reader.base + "index.html", {}])
    assert answers[3:] == [True]


@pytest.fixture(scope="module")
def versions(book, tmp_path_factory):
    """The sites of two versions of a book."""
    made, folder = book(FILES, ["lightbook"], CONF), tmp_path_factory.mktemp("versions")
    shutil.copytree(made.out, folder / "first")
    shutil.copytree(made.write(SECOND).build().out, folder / "second")
    return folder / "first", folder / "second"


@pytest.fixture
def two(versions, reads, tmp_path):
    """A reader who keeps the first version of a book; `publish` puts the second in its place."""
    reader = reads(shutil.copytree(versions[0], tmp_path / "site"))
    reader.publish = lambda: shutil.copytree(versions[1], reader.site, dirs_exist_ok=True)
    first = reader.tab()
    reader.keep(first)
    first.close()
    return reader


@pytest.mark.browser
def test_of_a_new_version_the_reader_is_told_and_the_old_one_stays_until_agreed(two):
    tab = two.tab("sub/one.html")
    tab.evaluate("localStorage.setItem('quiz', '答え')")
    before = tab.evaluate("JSON.stringify(localStorage)")
    two.publish()
    two.look_for_news(tab)
    news = tab.locator(".offline-news")
    news.wait_for()
    assert NEWS in news.inner_text() and news.get_attribute("role") == "status"
    tab.goto(two.base + "index.html")
    assert "最初の版" in tab.content()
    tab.goto(two.base + "sub/one.html")
    tab.get_by_text("図 一覧").wait_for()
    two.context.set_offline(True)  # all that is needed has been kept
    with tab.expect_navigation():
        tab.locator(".offline-news").get_by_role("button", name=LOAD).click()
    tab.get_by_text("図 次の一覧").wait_for()
    assert tab.locator(".offline-news").count() == 0
    tab.goto(two.base + "index.html")
    assert "次の版" in tab.content() and tab.get_by_text(KEPT).is_visible()
    assert tab.evaluate("JSON.stringify(localStorage)") == before
    caches(tab, 1)


@pytest.mark.browser
def test_a_page_that_stays_open_has_the_files_of_its_own_version(two):
    old, tab = two.tab("sub/one.html"), two.tab("index.html")
    listing = "async () => (await fetch(document.getElementById('shown').dataset.list)).json()"
    two.publish()
    two.look_for_news(tab)
    tab.locator(".offline-news").get_by_role("button", name=LOAD).click()
    tab.get_by_text("次の版").wait_for()
    two.context.set_offline(True)
    assert old.evaluate(listing) == "一覧"
    tab.goto(two.base + "sub/one.html")
    assert tab.evaluate(listing) == "次の一覧"
    caches(tab, 2)
    old.locator(".offline-news").get_by_role("button", name=LOAD).click()
    old.get_by_text("図 次の一覧").wait_for()
    tab.goto(two.base + "index.html")
    caches(tab, 1)


@pytest.mark.browser
def test_when_no_page_is_open_the_new_version_comes_by_itself(two):
    tab = two.tab("sub/one.html")
    two.publish()
    two.look_for_news(tab)
    tab.locator(".offline-news").wait_for()
    tab.close()
    away = two.context.new_page()
    away.goto("about:blank")
    away.wait_for_timeout(500)
    two.cut()
    tab = two.tab("sub/one.html")
    tab.get_by_text("図 次の一覧").wait_for()
    caches(tab, 1)
    assert tab.locator(".offline-news").count() == 0


@pytest.mark.browser
def test_of_a_new_version_only_what_changed_is_fetched(two, versions):
    tab = two.tab("sub/one.html")
    asked = []
    two.context.on("request", lambda request: asked.append(request.url.removeprefix(two.base).partition("?")[0]))
    two.publish()
    two.look_for_news(tab)
    tab.locator(".offline-news").wait_for()
    first, second = versions
    changed = {name for name in map(unquote, listed(second)) if (first / name).read_bytes() != (second / name).read_bytes()}
    assert set(asked) == {"offline-worker.js"} | changed and "_static/list.json" in changed


#: looks for a new version and says what becomes of it
BECOMES = """async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    const become = new Promise(resolve => registration.addEventListener("updatefound", () => {
        const coming = registration.installing;
        coming.addEventListener("statechange", () => resolve(coming.state));
    }));
    await registration.update().catch(() => {});
    return become;
}"""


@pytest.mark.browser
@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_text("of another version")])
def test_a_version_that_cannot_be_had_whole_leaves_the_old_one_alone(two, damage):
    tab = two.tab("index.html")
    two.publish()
    page = two.site / "sub/one.html"
    whole = page.read_bytes()
    damage(page)
    assert tab.evaluate(BECOMES) == "redundant"
    tab.reload()
    assert "最初の版" in tab.content() and tab.locator(".offline-news").count() == 0 and tab.get_by_text(KEPT).is_visible()
    page.write_bytes(whole)
    two.look_for_news(tab)
    tab.locator(".offline-news").get_by_role("button", name=LOAD).click()
    tab.get_by_text("次の版").wait_for()


@pytest.mark.browser
def test_what_others_keep_on_the_same_host_stays(two):
    tab = two.tab("index.html")
    others = ["another", "offline / 1", f"offline {PREFIX}other/ 1"]
    tab.evaluate("async names => { for (const name of names) await caches.open(name); }", others)
    two.publish()
    two.look_for_news(tab)
    tab.locator(".offline-news").get_by_role("button", name=LOAD).click()
    tab.get_by_text("次の版").wait_for()
    tab.goto(two.base + "sub/one.html")
    assert set(others) < set(caches(tab, 4))
    tab.goto(two.base + "index.html")
    tab.get_by_role("button", name=FORGET).click()
    tab.get_by_role("button", name=KEEP).wait_for()
    assert caches(tab, 3) == sorted(others)


@pytest.mark.browser
def test_who_stops_keeping_it_and_begins_again_has_all_of_it(reads, made):
    reader = reads(made.out)
    tab = reader.tab()
    reader.keep(tab)
    tab.reload()
    tab.evaluate("localStorage.setItem('quiz', '答え')")
    tab.get_by_role("button", name=FORGET).click()
    reader.keep(tab)
    reader.cut()
    tab.goto(reader.base + "sub/one.html")
    tab.get_by_text("図 一覧").wait_for()
    assert tab.evaluate("localStorage.getItem('quiz')") == "答え"


@pytest.mark.browser
def test_a_tab_that_is_seen_again_after_days_looks_for_a_new_version_and_not_more_often(two):
    tab = two.watched(two.context.new_page())
    tab.clock.install()
    tab.goto(two.base + "sub/one.html")
    two.publish()
    seen = "() => document.dispatchEvent(new Event('visibilitychange'))"
    asked = []
    two.context.on("request", lambda request: request.url.endswith("worker.js") and asked.append(request.url))
    tab.clock.fast_forward("00:59:00")
    tab.evaluate(seen)
    two.tab("lite/index.html")  # (time for a request)
    assert asked == []
    tab.clock.fast_forward("00:02:00")
    tab.evaluate(seen)
    tab.locator(".offline-news").wait_for()
    assert len(asked) == 1
    two.cut()
    tab.clock.fast_forward("02:00:00")
    tab.evaluate(seen)
    two.look_for_news(tab)  # (time for it to fail in silence)


REFUSING = {
    "none": "delete Navigator.prototype.serviceWorker",
    "an error": "Object.defineProperty(Navigator.prototype, 'serviceWorker', { get() { throw new DOMException('no', 'SecurityError'); } })",
    "rejects": "navigator.serviceWorker.getRegistration = () => Promise.reject(new DOMException('no', 'SecurityError'))",
}


@pytest.mark.browser
@pytest.mark.parametrize("script", REFUSING.values(), ids=REFUSING)
def test_a_browser_that_refuses_workers_shows_the_book_as_before(look, made, script):
    tab = look(made, "index.html", script=script)
    assert tab.locator(".offline-book").is_hidden() and tab.said == []
    tab.goto(tab.base + "sub/one.html")
    tab.get_by_text("図 一覧").wait_for()
    assert tab.said == []


@pytest.mark.browser
def test_who_cannot_keep_it_is_told_when_it_is_asked_for_and_not_before(look, made):
    refuse = "navigator.serviceWorker.register = () => Promise.reject(new DOMException('no', 'SecurityError'))"
    tab = look(made, "index.html", script=refuse)
    assert FAILED not in tab.content()
    tab.get_by_role("button", name=KEEP).click()
    tab.get_by_text(FAILED).wait_for()
    assert tab.get_by_role("button", name=KEEP).is_visible() and tab.said == []


@pytest.mark.browser
def test_a_first_time_that_fails_says_so_and_can_be_tried_again(made, reads, tmp_path):
    site = shutil.copytree(made.out, tmp_path / "site")
    reader = reads(site)
    page = site / "sub/one.html"
    whole = page.read_bytes()
    page.unlink()
    tab = reader.tab()
    tab.get_by_role("button", name=KEEP).click()
    tab.get_by_text(FAILED).wait_for()
    page.write_bytes(whole)
    reader.keep(tab)


@pytest.mark.browser
def test_from_a_folder_the_book_reads_as_before(browser, watched, made):
    tab = watched(browser.new_page(), "^console: .*(CORS policy|ERR_FAILED)")  # what modules and the font say there without us
    tab.goto((made.out / "index.html").as_uri())
    assert tab.locator(".offline-book").is_hidden() and "題" in tab.title()
    tab.close()


@pytest.mark.browser
def test_in_the_window_of_the_installed_book_it_is_kept_without_asking(reads, made):
    reader = reads(made.out)
    installed = (
        "const plain = matchMedia; window.matchMedia = q => q === '(display-mode: standalone)' ? { matches: true } : plain(q);"
    )
    reader.context.add_init_script(installed)
    tab = reader.tab()
    tab.get_by_text(KEPT).wait_for()
    reader.cut()
    tab.goto(reader.base + "sub/one.html")
    tab.get_by_text("図 一覧").wait_for()


@pytest.mark.browser
def test_what_is_said_of_it_is_not_printed_and_passes_axe(two):
    from axe_playwright_python.sync_playwright import Axe

    tab = two.tab("index.html")
    two.publish()
    two.look_for_news(tab)
    tab.locator(".offline-news").wait_for()
    assert [found["id"] for found in Axe().run(tab, context="main").response["violations"]] == []
    tab.emulate_media(media="print")
    assert tab.locator(".offline-news, .offline-book").evaluate_all("all => all.filter(one => one.checkVisibility()).length") == 0
