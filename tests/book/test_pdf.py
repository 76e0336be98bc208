"""The book on paper: nothing is cut off at A4, and the PDF has everything in its place."""

import re
import shutil
import threading
from pathlib import Path

import pytest
from pypdf import PdfReader

from tools import pdf

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["index", *sorted(f"chapters/{path.stem}" for path in ROOT.glob("chapters/*.ipynb"))]


slow = pytest.mark.slow("the whole book as a PDF")


@pytest.fixture(scope="module")
def printed(site):
    """The PDF on the built site; `make test-slow` prints it before the tests start."""
    return PdfReader(site / pdf.NAME)


def chapters(reader):
    """(title, first page from 0) of each chapter in the outline."""
    return [(item.title, reader.get_destination_page_number(item)) for item in reader.outline if not isinstance(item, list)]


def squeezed(text):
    return re.sub(r"\s", "", text)  # (no NFKC here: 入 must not come out as the radical ⼊)


@slow
def test_the_bookmarks_are_the_table_of_contents_with_its_sections(printed, site):
    contents = pdf.contents(site)
    assert len(contents) == len(PAGES) and {path for _, path, _ in contents} == {f"{name}.html" for name in PAGES}
    assert [squeezed(title) for title, _ in chapters(printed)] == [squeezed(title) for _, _, title in contents]
    starts = [page for _, page in chapters(printed)]
    assert starts == sorted(starts) and len(set(starts)) == len(starts)
    nested = [[part.title for part in item if not isinstance(part, list)] for item in printed.outline if isinstance(item, list)]
    assert sum("まとめ" in titles for titles in nested) >= 10


@slow
def test_the_table_of_contents_gives_the_page_on_which_a_chapter_begins(printed):
    first = min(page for _, page in chapters(printed))
    front = "".join(  # each page without its own number at its end
        squeezed(page.extract_text()).removesuffix(str(number)) for number, page in enumerate(printed.pages[:first], 1)
    )
    for title, page in chapters(printed):
        assert re.search(rf"{re.escape(squeezed(title))}{page + 1}(?!\d)", front), title


@slow
def test_the_text_of_each_chapter_can_be_taken_out(printed, site):
    texts = [squeezed(page.extract_text()) for page in printed.pages]
    starts = [page for _, page in chapters(printed)]
    for (_, path, title), start, end in zip(pdf.contents(site), starts, [*starts[1:], len(texts)], strict=True):
        assert squeezed(title) in texts[start], path
        paragraph = re.search(r"</h1>.*?<p>((?:(?!<a|<span|</p>).){25,})", (site / path).read_text("utf-8"), re.S)
        if paragraph:
            words = squeezed(re.sub("<[^>]*>", "", paragraph[1]))[:20]
            assert words in "".join(texts[start:end]), path
    assert all(len(text) > 20 for text in texts), "an empty page"


@slow
def test_every_font_is_in_the_file_and_every_page_is_a4(printed):
    for number, page in enumerate(printed.pages, 1):
        assert [round(float(side)) for side in page.mediabox[2:]] in ([595, 842], [596, 842], [595, 841]), number
        for name, font in page["/Resources"].get("/Font", {}).items():
            font = font.get_object()
            if font["/Subtype"] == "/Type3":  # the outlines themselves; with their characters, so that text can be found
                assert "/CharProcs" in font and "/ToUnicode" in font, (number, name)
            else:
                described = font.get("/DescendantFonts", [font])[0].get_object()["/FontDescriptor"]
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(described), (number, name)


@slow
def test_links_between_chapters_stay_in_the_file(printed):
    inside, outside = 0, []
    for page in printed.pages:
        for annotation in page.get("/Annots", []):
            action = annotation.get_object().get("/A", {})
            inside += "/Dest" in annotation.get_object()
            outside += [action["/URI"]] if "/URI" in action else []
    assert inside > 100
    assert [link for link in outside if "127.0.0.1" in link or link.startswith("file:")] == []


@pytest.fixture
def small(tmp_path):
    """A site of two pages, as the theme writes them."""
    nav = '<nav class="bd-links"><p class="caption">部</p><ul><li><a class="reference internal" href="sub/a.html">一</a></li></ul></nav>'
    page = '<!DOCTYPE html><html lang="ja"><head></head><body>{nav}<article class="bd-article"><section id="{id}"><h1>{title}<a class="headerlink">#</a></h1>{body}</section></article></body></html>'
    (tmp_path / "sub").mkdir()
    (tmp_path / "index.html").write_text(
        page.format(
            nav=nav,
            id="top",
            title="本",
            body='<a href="sub/a.html#節">へ</a> <a href="sub/a.html">章</a> <a href="x.ipynb">なし</a>',
        ),
        "utf-8",
    )
    (tmp_path / "sub" / "a.html").write_text(
        page.format(
            nav="",
            id="top",
            title="一",
            body='<h2 id="節">節</h2><svg><g clip-path="url(#c)"></g><clipPath id="c"></clipPath></svg>'
            '<a href="#節">ここ</a> <a href="https://example.org/">外</a> <script>1</script>',
        ),
        "utf-8",
    )
    return tmp_path


def test_identifiers_and_links_are_made_one_document(small):
    whole = pdf.document(small, pdf.contents(small))
    ids = re.findall(r'id="([^"]+)"', whole)
    assert len(ids) == len(set(ids)) and all(name.isascii() for name in ids)
    targets = re.findall(r'href="#([^"]+)"', whole) + re.findall(r"url\(#([^)]+)\)", whole)
    assert (
        set(targets) <= set(ids) and len(targets) == 6
    )  # two in the contents, two on the first page, one link and one clip on the second
    assert 'href="https://example.org/"' in whole and "x.ipynb" not in whole and "<script" not in whole
    assert whole.count("<span></span>") == 2 and '<p class="part">部</p>' in whole


@pytest.mark.browser
@pytest.mark.parametrize(
    "wide, named",
    [
        ('<pre style="white-space: pre">' + "x" * 200 + "</pre>", "<pre"),
        ('<div style="overflow: auto"><p style="width: 900px">広</p></div>', "<div"),
    ],
)
def test_what_is_too_wide_is_named(browser, wide, named):
    tab = browser.new_page()
    tab.set_content(f"<!DOCTYPE html><article><p>文</p>{wide}</article>")
    [found] = pdf.too_wide(tab)
    assert found.startswith(named)
    tab.set_content("<!DOCTYPE html><article><p>文</p></article>")
    assert pdf.too_wide(tab) == []
    tab.close()


@pytest.mark.browser
def test_a_missing_japanese_font_is_noticed(browser):
    tab = browser.new_page()
    tab.set_content('<html lang="ja"><body style="font-family: sans-serif">漢字</body></html>')
    assert pdf.has_japanese_font(tab), "the tests need a Japanese font (Debian: fonts-noto-cjk)"
    # A font of empty boxes only, as a browser draws where it has no glyph
    tab.evaluate("() => { CanvasRenderingContext2D.prototype.fillText = function () { this.fillRect(4, 4, 20, 20); }; }")
    assert not pdf.has_japanese_font(tab)
    tab.close()


@pytest.mark.browser
def test_nothing_is_left_behind_when_it_fails(small, tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "has_japanese_font", lambda tab: False)
    target = tmp_path / "out" / "book.pdf"
    target.parent.mkdir()
    failures = []

    def write():
        try:
            pdf.write(small, target)
        except SystemExit as error:
            failures.append(str(error))

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
    assert failures and "fonts-noto-cjk" in failures[0] and not list(target.parent.iterdir())
    shutil.rmtree(target.parent)
