"""Put right what accessibility checkers find in the markup that Sphinx and its extensions write."""

import re

from lightbook import add_static

HEADER_CELL = re.compile(r"<th\b([^>]*)>(.*?)</th>", re.S)
SUMMARY = re.compile(r'<summary aria-label="Toggle hidden content">(.*?)</summary>', re.S)
MATH = re.compile(r"<math\b.*?</math>", re.S)


def header_cell(match):
    """An empty heading names nothing: it becomes a plain cell. One that is a formula gets its text as name."""
    attributes, content = match.groups()
    without_math = re.sub(r"<[^>]*>|\s", "", MATH.sub("", content))
    formula = re.sub(r"<[^>]*>|[\s\u2061]", "", content)
    if without_math or "<img" in content:
        return match[0]
    if not formula:
        return f"<td{attributes}>{content}</td>"
    named = content.replace("<math", f'<math aria-label="{formula}"', 1)
    return f"<th{attributes}>{named}</th>"


def summary(match):
    """A summary holds no paragraphs, and what it says is its name (MyST-NB's folded cells)."""
    content = re.sub(r"<(/?)p\b", r"<\1span", match[1])
    return f"<summary>{content}</summary>"


def repair(app, pagename, templatename, context, doctree):
    if "body" in context:
        # A list's children are its items; and the role of a bibliography entry is deprecated.
        body = context["body"].replace(' role="doc-biblioentry"', ' role="listitem"')
        context["body"] = SUMMARY.sub(summary, HEADER_CELL.sub(header_cell, body))


def setup(app):
    app.connect("builder-inited", add_static)
    app.add_css_file("accessible.css")
    app.connect("html-page-context", repair)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
