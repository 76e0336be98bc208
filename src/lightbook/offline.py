"""The whole book without a network, if the book has an icon: it can be installed, and read on a train.

``offline_icon`` in the configuration names a picture, square and filled to its edges. With it the built site has a web app
manifest, icons made from the picture, and a service worker, ``offline-worker.js`` (``theme/offline``); without it nothing is
added.

Nothing is kept unasked: at the end of the first page, and wherever a page has ``<p class="offline-book"></p>``, stands a button
with the size, and the worker comes when the reader presses it. Who reads one page from a search, or pays for each megabyte,
is asked for no more than that page; who wants the book on the train wants all of it, and a kept half would be of two versions
after the next change. In the window of the installed book the worker comes by itself: who installs a book wants it there.

Kept is what a reader can come to from the pages: the pages and what they, their sheets and their scripts' imports ask for. What
a script fetches must stand in an attribute of its page, as for ``lightbook.assets``. Not kept is what is only linked to and no
page (notebooks, the PDF), and JupyterLite (the folder ``lite``, with a worker of its own).

The browser keeps the files compressed, so that what is said of the size holds for what is loaded (by hosts that compress, as most
do) and for what is stored.

The worker holds the list of these files with their hashes, so its bytes change when one of the files does, and only then. How
it changes versions stands there.
"""

import base64
import gzip
import hashlib
import json
import re
from os.path import relpath
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import quote, unquote

from PIL import Image
from sphinx.errors import ConfigError

from lightbook.assets import HERE, NAMED_BY_CONTENT, STATIC, TAG, add_static

WORKER = "offline-worker.js"
MANIFEST = "manifest.webmanifest"
TEMPLATES = HERE / "theme" / "offline"
IN_PAGES = re.compile(r'\b(?:src|href|action|poster|data-[\w-]+)="([^"?#]+)')
IN_SHEETS = re.compile(r"url\(\s*[\"']?([^\"')?#]+)")
IN_SCRIPTS = re.compile(r"\b(?:from|import)\b\s*\(?\s*[\"'](\.[^\"'?#]+)")
PLACE = re.compile(r'<p (?:data-megabytes="[^"]*" )?class="offline-book"')
GROUND = re.compile(r'^html\[data-theme="(?:light|dark)"\] \{[^}]*--pst-color-background: (#\w+)', re.M)
SAFE = 0.8  # of a maskable icon's width: what every shape of icon shows


def prepare(app, config):
    """Refuse an icon that is not there; put the button's place at the end of the first page."""
    if not config.offline_icon:
        return
    path = Path(app.srcdir, config.offline_icon)
    try:
        with Image.open(path) as picture:
            width, height = picture.size
    except OSError as error:
        raise ConfigError(f"offline_icon: {path} cannot be read as a picture: {error}") from error
    if width != height:
        raise ConfigError(f"offline_icon: {path} must be square, not {width} × {height}")
    config.templates_path = [relpath(TEMPLATES, app.confdir), *config.templates_path]
    options = config.html_theme_options = dict(config.html_theme_options)
    options["article_footer_items"] = [*options.get("article_footer_items", []), "offline.html"]


def add_assets(app):
    if app.config.offline_icon:
        add_static(app)
        app.add_css_file("offline.css", priority=910)
        app.add_js_file("offline.js", loading_method="defer")


def colours():
    """The background of the pages, light and dark."""
    return GROUND.findall((STATIC / "look.css").read_text("utf-8"))


def add_links(app, pagename, templatename, context, doctree):
    if app.config.offline_icon:
        light, dark = colours()
        at = context["pathto"]
        context["metatags"] = (
            f'{context.get("metatags", "")}<link rel="manifest" href="{at(MANIFEST, resource=True)}" />'
            f'<link rel="apple-touch-icon" href="{at("_static/icon-180.png", resource=True)}" />'
            f'<meta name="theme-color" media="(prefers-color-scheme: light)" content="{light}" />'
            f'<meta name="theme-color" media="(prefers-color-scheme: dark)" content="{dark}" />'
        )


def write_manifest(app, exception):
    """Write the icons and the manifest, whose addresses are relative to it."""
    if exception or app.builder.format != "html" or not app.config.offline_icon:
        return
    with Image.open(Path(app.srcdir, app.config.offline_icon)) as opened:
        picture = opened.convert("RGB")
    outdir, icons = Path(app.outdir), []
    for size, purpose in ((180, ""), (192, "any"), (512, "any"), (512, "maskable")):
        name = f"_static/icon-{size}{'-maskable' if purpose == 'maskable' else ''}.png"
        inner = round(size * SAFE) if purpose == "maskable" else size
        icon = Image.new("RGB", (size, size), picture.getpixel((0, 0)))
        icon.paste(picture.resize((inner, inner), Image.Resampling.LANCZOS), ((size - inner) // 2,) * 2)
        icon.save(outdir / name, optimize=True)
        if purpose:
            src = f"{name}?v={digest(outdir / name).hex()[:8]}"
            icons.append({"src": src, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose})
    light, _ = colours()
    manifest = {  # no id: it would be relative to the host, and is the address of the start page if it is not given
        "name": app.config.html_title,
        "short_name": app.config.html_short_title,
        "lang": app.config.language,
        "start_url": app.builder.get_target_uri(app.config.root_doc),
        "scope": "./",
        "display": "standalone",
        "background_color": light,
        "theme_color": light,
        "icons": icons,
    }
    (outdir / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")


def digest(path):
    return hashlib.sha256(path.read_bytes()).digest()


def needed(root, pages):
    """The `pages` and the files that can be reached from them, as paths relative to the folder `root`, sorted."""
    present = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    waiting, found = {path for path in present if path in pages}, set()
    while waiting:
        name = waiting.pop()
        found.add(name)
        asked = {normpath(join(dirname(name), unquote(address))) for address in addresses(root / name)}
        waiting |= {path for path in asked & present if not path.startswith("lite/")} - found
    return sorted(found)


def addresses(path):
    """What the file asks for, and the pages that it links to."""
    if path.suffix == ".css":
        return IN_SHEETS.findall(path.read_text("utf-8"))
    if path.suffix == ".js":
        return IN_SCRIPTS.findall(path.read_text("utf-8"))
    if path.suffix != ".html":
        return []
    found = []
    for tag, attributes in TAG.findall(path.read_text("utf-8")):
        found += [one for one in IN_PAGES.findall(attributes) if tag != "a" or one.endswith(".html")]
    return found


def listed(root, names):
    """For each file its address, which names its content as in `lightbook.assets`, and the hash that a browser checks."""
    for name in names:
        content = digest(root / name)
        version = "" if NAMED_BY_CONTENT.search(name) else f"?v={content.hex()[:8]}"
        yield quote(name) + version, f"sha256-{base64.b64encode(content).decode()}"


def write_worker(app, exception):
    """Say in the pages how large the book is; then write the worker, with the list of what all files now hold."""
    if exception or app.builder.format != "html" or not app.config.offline_icon:
        return
    root = Path(app.outdir)
    names = needed(root, {unquote(app.builder.get_target_uri(page)) for page in app.env.found_docs})
    size = sum(len(gzip.compress((root / name).read_bytes(), 6)) for name in names)  # as hosts send it
    place = f'<p data-megabytes="{max(size / 1e6, 0.1):.1f}" class="offline-book"'
    for page in (root / name for name in names if name.endswith(".html")):
        text = page.read_text("utf-8")
        if (sized := PLACE.sub(place, text)) != text:
            page.write_text(sized, "utf-8")
    files = ",\n".join(json.dumps(entry) for entry in listed(root, names))
    text = f"const files = [\n{files}\n];\n" + (TEMPLATES / WORKER).read_text("utf-8")
    version = hashlib.sha256(text.encode()).hexdigest()[:12]
    (root / WORKER).write_text(f'const version = "{version}";\n{text}', "utf-8")


def setup(app):
    app.add_config_value("offline_icon", "", "html")
    app.connect("config-inited", prepare, priority=700)  # the place at the end of a page comes after others' (reading, comments)
    app.connect("builder-inited", add_assets)
    app.connect("html-page-context", add_links, priority=600)  # after the theme has set its own
    app.connect("build-finished", write_manifest)
    app.connect("build-finished", write_worker, priority=990)  # when no page changes any more
    return {"parallel_read_safe": True, "parallel_write_safe": True}
