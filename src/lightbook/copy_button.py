"""Let sphinx-copybutton speak Japanese, copy code without prompts, and leave what cells print alone.

Its messages stand in its script (0.5.2 has no Japanese); they are added to the copy in ``_static``.
"""

import json
from pathlib import Path

from sphinx.errors import ExtensionError

PROMPT = r">>> |\.\.\. |\$ |In \[\d*\]: | {2,5}\.{3,}: "
DEFAULTS = {"copybutton_prompt_text": PROMPT, "copybutton_prompt_is_regexp": True,
            "copybutton_selector": "div.highlight:not(.cell_output *) pre"}
JAPANESE = {"copy": "コピー", "copy_to_clipboard": "コードをコピー", "copy_success": "コピーしました",
            "copy_failure": "コピーできませんでした"}
MESSAGES = "const messages = {"


def prefer(app, config):
    """Put our values in the place of the library's defaults; what the author set stays."""
    for name, value in DEFAULTS.items():
        if name in config and config[name] == config.values[name].default:
            config[name] = value


def translate(app, pagename, templatename, context, doctree):
    """Add the Japanese messages to the script, once it is written (static files are, before the first page)."""
    path = Path(app.outdir, "_static", "copybutton.js")
    if app.config.language != "ja" or not path.exists():
        return
    script = path.read_text("utf-8")
    ours = f"{MESSAGES}\n  'ja': {json.dumps(JAPANESE, ensure_ascii=False)},"
    if ours not in script:
        if MESSAGES not in script:
            raise ExtensionError(f"lightbook.copy_button: {path} holds no {MESSAGES!r}: another sphinx-copybutton?")
        path.write_text(script.replace(MESSAGES, ours), "utf-8")


def setup(app):
    app.connect("config-inited", prefer, priority=100)  # before sphinx-copybutton reads them
    app.connect("html-page-context", translate)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
