"""Put right what accessibility checkers find in the markup that Sphinx and its extensions write."""

import re

HEADER_CELL = re.compile(r"<th\b([^>]*)>(.*?)</th>", re.S)
MATH = re.compile(r"<math\b.*?</math>", re.S)


def header_cell(match):
    """An empty heading names nothing: it becomes a plain cell. One that is a formula gets its text as name."""
    attributes, content = match.groups()
    without_math = re.sub(r"<[^>]*>|\s", "", MATH.sub("", content))
    formula = re.sub(r"<[^>]*>|[\s\u2061]", "", content)
    if without_math or "<img" in content:
        return match[0]
    return f'<th{attributes} aria-label="{formula}">{content}</th>' if formula else f"<td{attributes}>{content}</td>"


def repair(app, pagename, templatename, context, doctree):
    if "body" in context:
        # A list's children are its items; and the role of a bibliography entry is deprecated.
        body = context["body"].replace(' role="doc-biblioentry"', ' role="listitem"')
        context["body"] = HEADER_CELL.sub(header_cell, body)


def setup(app):
    app.connect("html-page-context", repair)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
