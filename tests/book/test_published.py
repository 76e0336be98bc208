"""The site as it lies on the server: packed as the workflow's upload packs it, unpacked, and served under a sub-path."""

import io
import shutil
import tarfile
import zipfile
from urllib.parse import urljoin

import pytest
from pypdf import PdfReader

from tools.browser import served

pytestmark = [pytest.mark.slow("the site as it is published"), pytest.mark.browser]


@pytest.fixture(scope="module")
def published(site, tmp_path_factory):
    """What actions/upload-pages-artifact makes of the folder: links followed, nothing whose name begins with a dot."""
    folder = tmp_path_factory.mktemp("published")
    packed = folder / "artifact.tar"
    with tarfile.open(packed, "w", dereference=True) as archive:
        archive.add(
            site,
            ".",
            filter=lambda member: None if member.name.rpartition("/")[2].startswith(".") and member.name != "." else member,
        )
    with tarfile.open(packed) as archive:
        archive.extractall(folder / "site", filter="data")
    packed.unlink()
    with served(folder / "site") as base:
        yield base
    shutil.rmtree(folder)


@pytest.fixture
def landing(browser, published):
    context = browser.new_context()
    page = context.new_page()
    page.failed, page.missing = [], []
    page.on("pageerror", lambda error: page.failed.append(str(error)))
    page.on("response", lambda response: page.missing.append(response.url) if response.status >= 400 else None)
    page.goto(published + "index.html")
    yield page
    context.close()
    assert (page.failed, page.missing) == ([], [])


def test_the_landing_page_leads_to_the_whole_book_as_a_pdf(landing):
    link = landing.get_by_role("link", name="PDF で読む")
    answer = landing.request.get(urljoin(landing.url, link.get_attribute("href")))
    assert answer.status == 200 and answer.headers["content-type"] == "application/pdf"
    assert len(PdfReader(io.BytesIO(answer.body())).pages) > 100


def test_the_landing_page_leads_to_the_questions_for_anki(landing):
    with landing.expect_download() as download:
        landing.get_by_role("link", name="Anki で解く").click()
    assert download.value.suggested_filename == "hidden-layer.apkg"
    with zipfile.ZipFile(download.value.path()) as deck:
        assert {"collection.anki2", "media"} <= set(deck.namelist())


def test_a_chapter_leads_to_itself_in_the_reader_s_browser(landing):
    landing.get_by_role("link", name="シグモイド関数").first.click()
    landing.get_by_role("link", name="ブラウザーで動かす").click()
    landing.wait_for_selector(".jp-CodeCell", timeout=120_000)
    assert landing.locator(".jp-MarkdownCell h1").first.text_content().startswith("シグモイド関数")


def test_the_first_figure_of_the_landing_page_moves(landing):
    figure = landing.locator("explorable-figure").first
    before = figure.locator("svg").first.inner_html()
    figure.locator(".explorable-row input[type=range]").first.press("Home")
    landing.wait_for_function(
        "([figure, before]) => figure.querySelector('svg').innerHTML !== before", arg=[figure.element_handle(), before]
    )
