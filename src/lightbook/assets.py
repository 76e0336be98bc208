"""What the pages load: one script, one style sheet, and addresses that change when a file does.

The scripts that every page shares are one deferred file, ``_static/book.js``: joined, in order, are local scripts. Left
alone are other sites' scripts, modules, scripts loaded ``async`` or with attributes of their own, and what a page has for
itself.

The style sheets that every page shares are joined, in order, into ``_static/book.css``, of which only the rules are left
that some page can use: a rule stays if each class, id and element its selector asks for occurs in a page, or as a word in
a script (which may set it later). A font, animation or custom property stays if something uses it.

Every file under ``_static`` has an address that changes when the file does, so that a site may let browsers keep that
folder for long: nobody reads a new page with an old script, or searches the text of an old book. At the end of the build
each address in each page carries a hash of what the file then holds (Sphinx's own is of the time when the page was
written). What is named by its content, such as ``math-6f3d779e.woff2``, stays as it is. Sheets ask for their files in the
same way. A script finds what it fetches in an attribute of its page.
"""

import hashlib
import re
from pathlib import Path
from posixpath import dirname, join, normpath, relpath

import tinycss2
from sphinx.builders.html._assets import _CascadingStyleSheet, _JavaScript
from tinycss2.serializer import serialize_string_value

HERE = Path(__file__).parent
STATIC = HERE / "static"
TAG = re.compile(r"<([a-zA-Z][\w-]*)((?:\s+[^\s=<>/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+))?)*)")
NAMES = re.compile(r"\b(?:class|id)\s*=\s*(\"[^\"]*\"|'[^']*'|\S+)")
STYLE = re.compile(r"\bstyle\s*=\s*[\"']([^\"']*)[\"']")
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.S)
SOURCE = re.compile(r"\bsrc=\"([^\"?]+)")
WORD = re.compile(r"[\w-]+")
CONDITIONAL = ("media", "supports", "container", "layer")
ELSEWHERE = re.compile(r"[a-zA-Z][\w+.-]*:|/|#|$")
DRAWN_OTHERWISE = "Font Awesome"  # a family whose icons are outlines here (static/icons.css)
ADDRESS = re.compile(r'(?<==")((?:[^"?#:]*/)?_static/[^"?#]+)(?:\?v=\w+)?(?=[#"])')
NAMED_BY_CONTENT = re.compile(r"[-.][0-9a-f]{8,}\.\w+$")


def add_static(app):
    """Give the pages the files of `static/`; the folder is taken once, however many parts ask for it."""
    if str(STATIC) not in app.config.html_static_path:
        app.config.html_static_path = [*app.config.html_static_path, str(STATIC)]


# One script


def joinable(script):
    """A local script with no attribute of its own (a script may read its ``data-`` attributes)."""
    return str(script.filename).startswith("_static/") and set(script.attributes) <= {"defer"}


def bundle_text(builder):
    shared = sorted(filter(joinable, builder._orig_js_files), key=lambda script: script.priority)
    parts = [
        Path(builder.outdir, script.filename).read_text("utf-8").partition("\n//# sourceMappingURL=")[0] for script in shared
    ]
    text = "".join(part.rstrip() + "\n;\n" for part in dict.fromkeys(parts))
    return re.sub(r"\bconsole\.(log|debug|info)\(", "Object(", text)  # progress notes are not for readers


def link_script(app, pagename, templatename, context, doctree):
    """Let the page ask for the bundle and, after it, for what is not in it."""
    builder = app.builder
    if not hasattr(builder, "one_script"):  # the static files are in place before the first page is written
        builder.one_script = bundle_text(builder)
        Path(builder.outdir, "_static", "book.js").write_text(builder.one_script, "utf-8")
    joined = set(filter(joinable, builder._orig_js_files))
    own = [deferred(script) for script in context["script_files"] if script not in joined]
    context["script_files"] = [_JavaScript("_static/book.js", priority=0, defer="defer"), *own]


def deferred(script):
    """The same script, made to run after the bundle, in its place."""
    if not script.filename or {"async", "defer", "type"} & set(script.attributes):
        return script
    return _JavaScript(script.filename, priority=script.priority, **script.attributes, defer="defer")


# One style sheet


def link_sheet(app, pagename, templatename, context, doctree):
    """Let the page ask for the bundle, and for the sheets that it alone has."""
    shared = app.builder._orig_css_files
    app.builder.one_stylesheet_sources = list(
        dict.fromkeys(str(sheet.filename) for sheet in sorted(shared, key=lambda sheet: sheet.priority))
    )
    own = [sheet for sheet in context["css_files"] if sheet not in shared]
    context["css_files"] = [_CascadingStyleSheet("_static/book.css", priority=0), *own]


def write_sheet(app, exception):
    sources = getattr(app.builder, "one_stylesheet_sources", None)
    if exception or not sources:  # no page was written: the last bundle still fits
        return
    outdir = Path(app.outdir)
    pages = {page: page.read_text("utf-8") for page in sorted(outdir.rglob("*.html"))}
    nodes = [node for name in sources for node in read(outdir, name, "_static")]
    text = dump(purge(nodes, words_used(pages)))
    (outdir / "_static" / "book.css").write_text(text, "utf-8")


def words_used(pages):
    """Elements, classes and ids of all pages, and every word of their scripts and inline styles."""
    words, scripts = set(), set()
    for page, text in pages.items():
        for tag, attributes in TAG.findall(text):
            words.add(tag.lower())
            words.update(word for names in NAMES.findall(attributes) for word in names.strip("\"'").split())
            words.update(word for style in STYLE.findall(attributes) for word in WORD.findall(style))
        for attributes, body in SCRIPT.findall(text):
            words.update(WORD.findall(body))
            scripts.update((page.parent / source).resolve() for source in SOURCE.findall(attributes))
    for script in scripts:
        if script.is_file() and script.name != "searchindex.js":  # words of the text, where Sphinx's own search is in use
            words.update(WORD.findall(script.read_text("utf-8", "replace")))
    return words


# A sheet is a list of nodes ``[head, body]``: a selector list or an at-rule, and its declarations (strings) and inner nodes;
# ``body`` is None for a statement such as ``@layer a;``. A string among the nodes is a licence. Only the addresses of files
# are written anew; the rest stays as it came, without the comments and the space around it.


def read(root, name, base):
    """The nodes of sheet `name` under `root`, imports put in place, addresses made relative to `base`."""
    nodes = []
    for rule in tinycss2.parse_stylesheet((root / name).read_text("utf-8"), skip_whitespace=True):
        if rule.type == "comment":
            nodes += [f"/*{rule.value}*/\n"] if rule.value.startswith("!") else []  # a licence asks to be kept
        else:
            _rebase(getattr(rule, "content", None) or [], root, name, base)
            nodes += _read_rule(rule, root, name, base)
    return nodes


def _read_rule(rule, root, name, base):
    if rule.type == "error":
        raise ValueError(f"{name}, line {rule.source_line}: {rule.message}")
    if rule.type == "qualified-rule":
        return [[_text(rule.prelude), _declarations(rule.content)]]
    keyword = rule.lower_at_keyword
    if keyword == "charset":
        return []
    if keyword == "import":
        return _imported(rule, root, name, base)
    head = f"@{keyword} {_text(rule.prelude)}".strip()
    if rule.content is None:
        return [[head, None]]
    if keyword in CONDITIONAL:
        inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        return [[head, [node for child in inner for node in _read_rule(child, root, name, base)]]]
    if keyword == "font-face":
        return [[head, _declarations(rule.content)]]
    return [[head, [_text(rule.content)]]]  # @keyframes, @page: kept as they are


def _imported(rule, root, name, base):
    """The nodes of the sheet that an ``@import`` names."""
    address, *conditions = [token for token in rule.prelude if token.type not in ("whitespace", "comment")]
    if address.type == "function":  # url("x.css"); else url(x.css) or "x.css"
        address = next(token for token in address.arguments if token.type == "string")
    if conditions:
        raise ValueError(f"{name}, line {rule.source_line}: an import with conditions is not joined, {_text(rule.prelude)!r}")
    if ELSEWHERE.match(address.value):
        raise ValueError(
            f"{name}, line {rule.source_line}: only a sheet of the same folder can be imported, not {address.value!r}"
        )
    return read(root, normpath(join(dirname(name), address.value)), base)


def _declarations(content):
    items = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    return [item.serialize().strip() for item in items if item.type != "error"]  # e.g. an old browser's `*zoom: 1`


def _rebase(tokens, root, name, base):
    """Write the addresses among the tokens of sheet `name` anew, each with what tells the version of the file."""
    for token in tokens:
        named = token.type == "function" and token.lower_name in ("url", "src", "image-set", "-webkit-image-set")
        strings = [inner for inner in token.arguments if inner.type == "string"] if named else []
        for address in [token] if token.type == "url" else strings:
            if not ELSEWHERE.match(address.value):
                path, rest = re.fullmatch(r"([^?#]*)(.*)", address.value).groups()
                path = normpath(join(dirname(name), path))
                address.value = relpath(path, base) + ("" if rest.startswith("?") else query(root / path)) + rest
                quoted = f'"{serialize_string_value(address.value)}"'
                address.representation = f"url({quoted})" if address.type == "url" else quoted
        _rebase(getattr(token, "arguments", None) or getattr(token, "content", None) or [], root, name, base)


def _text(tokens):
    return tinycss2.serialize(tokens).strip()


def dump(nodes):
    """The nodes as CSS text."""

    def one(node):
        if isinstance(node, str):
            return node
        head, body = node
        if body is None:
            return head + ";"
        return head + "{" + (";".join(body) if all(isinstance(b, str) for b in body) else dump(body)) + "}"

    return "".join(map(one, nodes))


def purge(nodes, words):
    """The nodes that can apply in pages whose elements, classes, ids and script words are `words`."""
    nodes = [kept for node in nodes if (kept := _matching(node, words))]
    before = None
    while before != (before := dump(nodes)):  # dropping one declaration can leave another unused
        css = before
        used = set(re.findall(r"var\(\s*(--[\w-]+)", css)) | words
        outside_fonts = re.sub(r"@font-face\{[^}]*\}", "", css)
        animations = set(WORD.findall(" ".join(re.findall(r"(?:animation(?:-name)?|--[\w-]+):([^;}]+)", css))))

        def used_part(node):
            if isinstance(node, str):
                return node if not node.startswith("--") or node.partition(":")[0] in used else None
            head, body = node
            if head == "@font-face":
                family = next((b for b in body if b.startswith("font-family:")), "").removeprefix("font-family:").strip("\"' ")
                return node if family in outside_fonts and not family.startswith(DRAWN_OTHERWISE) else None
            if head.startswith("@keyframes"):
                return node if head.split()[1] in animations else None
            if body is None or head.startswith("@page"):
                return node
            body = [kept for part in body if (kept := used_part(part))]
            return [head, body] if body or head.startswith("@layer") else None  # even empty, a layer says which comes first

        nodes = [kept for node in nodes if (kept := used_part(node))]
    return nodes


def _matching(node, words):
    if isinstance(node, str):
        return node
    head, body = node
    if not head.startswith("@"):
        selectors = [s for s in _split(head) if _can_match(s, words)]
        return [",".join(selectors), body] if selectors else None
    if head[1:].split()[0] in CONDITIONAL and body is not None:
        return [head, [kept for child in body if (kept := _matching(child, words))]]
    return node


def _split(head):
    parts = [[]]
    for token in tinycss2.parse_component_value_list(head):
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [tinycss2.serialize(part).strip() for part in parts]


def _can_match(selector, words):
    """False if the selector asks for a class, id or element that is nowhere; :not() and :is() ask for nothing."""
    before = None
    for token in tinycss2.parse_component_value_list(selector):
        if token.type == "hash" and token.value not in words:
            return False
        if token.type == "ident" and before != ":" and (token.value if before == "." else token.lower_value) not in words:
            return False
        before = token.value if token.type == "literal" else None
    return True


# Versions


def query(path):
    """What the address of the file ends with, from ``?`` on."""
    if NAMED_BY_CONTENT.search(path.name) or not path.is_file():
        return ""
    return f"?v={hashlib.sha256(path.read_bytes()).hexdigest()[:8]}"


def stamp(app, exception):
    """Put the hashes into the pages, also those that were not written again."""
    for page in Path(app.outdir).rglob("*.html"):
        text = page.read_text("utf-8")
        stamped = ADDRESS.sub(lambda match: match[1] + query(page.parent / match[1]), text)
        if stamped != text:
            page.write_text(stamped, "utf-8")


def setup(app):
    app.connect("html-page-context", link_script, priority=990)
    app.connect("html-page-context", link_sheet, priority=990)
    app.connect("build-finished", write_sheet, priority=900)
    app.connect("build-finished", stamp, priority=950)  # when every file is in its place
    return {"parallel_read_safe": True, "parallel_write_safe": True}
