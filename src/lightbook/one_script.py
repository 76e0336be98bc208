"""Serve the scripts that every page shares as one deferred file, ``_static/book.js``.

Joined, in order: local scripts and inline ones. Left alone: other sites' scripts, modules, scripts
loaded ``async``, and what a page has for itself (its inline scripts wait for the bundle, as modules).
"""

import re
from pathlib import Path

from sphinx.builders.html._assets import _JavaScript as asset

BUNDLE = "book.js"
DECLARATION = re.compile(r"\s*(?:var|let|const)\s")


def joinable(script):
    """A local or inline script with no attribute of its own (a script may read its ``data-`` attributes)."""
    local = not script.filename or str(script.filename).startswith("_static/")
    return local and set(script.attributes) <= {"defer", "body"}


def bundle_text(builder):
    shared = sorted(filter(joinable, builder._orig_js_files), key=lambda script: script.priority)
    # A deferred script finds the page parsed and starts at once, so what inline scripts declare comes first.
    shared.sort(key=lambda script: not DECLARATION.match(str(script.attributes.get("body"))))
    parts = []
    for script in shared:
        if script.filename:
            parts.append(Path(builder.outdir, script.filename).read_text("utf-8").partition("\n//# sourceMappingURL=")[0])
        else:
            parts.append(script.attributes["body"])
    text = "".join(part.rstrip() + "\n;\n" for part in dict.fromkeys(parts))
    return re.sub(r"\bconsole\.(log|debug|info)\(", "Object(", text)  # progress notes are not for readers


def link_bundle(app, pagename, templatename, context, doctree):
    """Let the page ask for the bundle and for what is not in it."""
    builder = app.builder
    if not hasattr(builder, "one_script"):  # the static files are in place before the first page is written
        builder.one_script = bundle_text(builder)
        Path(builder.outdir, "_static", BUNDLE).write_text(builder.one_script, "utf-8")
    joined = set(filter(joinable, builder._orig_js_files))
    own = [deferred(script) for script in context["script_files"] if script not in joined]
    context["script_files"] = [asset(f"_static/{BUNDLE}", priority=0, defer="defer"), *own]


def deferred(script):
    """The same script, made to run after the bundle, in its place."""
    if {"async", "defer", "type"} & set(script.attributes):
        return script
    late = {"defer": "defer"} if script.filename else {"type": "module"}
    return asset(script.filename, priority=script.priority, **script.attributes, **late)


def setup(app):
    app.setup_extension("lightbook.versions")
    app.connect("html-page-context", link_bundle, priority=990)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
