"""What is displayed beside figures, as HTML that is whole in itself and runs nothing."""

import html as escaping
import re

from .errors import RecordingError

_RUNS = re.compile(r"<(script|audio|video|iframe|object|embed)\b", re.IGNORECASE)
_STYLE = re.compile(r"(<[^<>]*?\s)style(=[\"'])", re.IGNORECASE)
_STYLER = re.compile(r"\bT_[0-9a-f]{5,}")  # the name that pandas gives a styled table, another one in each call
_SHEET = re.compile(r"<style\b[^>]*>(.*?)</style>", re.IGNORECASE | re.DOTALL)


def markup(kind, content):
    """An output of this kind as HTML."""
    return content if kind == "html" else escaping.escape(content.rstrip("\n"), quote=False)


def text(data):
    """The plain text of something that has no richer form, or None."""
    return data["text/plain"] if set(data) <= {"text/plain", "text/llm+plain"} else None


def html(data, metadata):
    """The richest form of `data`, a MIME bundle, that a page without a kernel can show."""
    if "application/vnd.jupyter.widget-view+json" in data:
        raise RecordingError("displayed a widget, which needs a kernel. Make it a control of the function")
    if "text/html" in data:
        return _still(data["text/html"])
    if "image/svg+xml" in data:
        return _still(data["image/svg+xml"])
    for kind in ("image/png", "image/jpeg", "image/gif", "image/webp"):
        if kind in data:
            size = "".join(f' {k}="{v}"' for k, v in metadata.get(kind, {}).items() if k in ("width", "height"))
            return f'<img alt="" src="data:{kind};base64,{data[kind].strip()}"{size}>'
    if "text/markdown" in data:
        return _still(_markdown(data["text/markdown"]))
    if "text/latex" in data:
        return _math(data["text/latex"])
    if "text/plain" in data:
        return f"<pre>{escaping.escape(data['text/plain'])}</pre>"
    raise RecordingError(f"displayed {', '.join(data)}, of which a page without a kernel can show nothing")


def _still(markup):
    """Markup without what a page without a kernel, or one with a strict policy, does not let run.

    Styles are kept where the player finds them: it may set them, an attribute may not.
    """
    if found := _RUNS.search(markup):
        raise RecordingError(
            f"displayed a <{found[1].lower()}>, which cannot be recorded: sound, video and scripts stay in the kernel. "
            "Show it in a cell of its own"
        )
    markup = _STYLER.sub("T_0", markup)
    markup = _SHEET.sub(lambda found: f'<span hidden data-sheet="{escaping.escape(found[1])}"></span>', markup)
    return _STYLE.sub(r"\1data-style\2", markup)


def _markdown(source):
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    reader.use(dollarmath_plugin, renderer=lambda content, options: _mathml(content, options["display_mode"]))
    return reader.render(source)


def _math(source):
    """LaTeX between dollars, \\( \\) or \\[ \\], or bare."""
    source = source.strip()
    for opening, closing, block in (
        ("$$", "$$", True),
        ("$\\displaystyle", "$", True),
        ("\\[", "\\]", True),
        ("\\(", "\\)", False),
        ("$", "$", False),
    ):
        if source.startswith(opening) and source.endswith(closing):
            return _mathml(source[len(opening) : -len(closing)], block)
    return _mathml(source, True)


def _mathml(source, block):
    from latex2mathml.converter import convert

    return convert(source.strip(), display="block" if block else "inline")
