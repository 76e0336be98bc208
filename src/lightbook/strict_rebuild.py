"""Let no build leave what is out of date: after a failure, and after a change of the book's own extensions.

Sphinx warns of a page when it reads or writes it. A second build skips the pages that did not change,
has nothing to warn of, and passes. So a failed build's memory, ``environment.pickle``, is removed: the
next build reads every page again (executed notebooks still come from their cache). And Sphinx does not look into the
files of its extensions. Of those that are not installed but lie in the book, as ours do, a hash is a configuration value:
a change of their code reads every page anew, one of a script, template or style sheet beside it writes every page anew.
"""

import hashlib
from pathlib import Path

from sphinx.application import ENV_PICKLE_FILENAME

from lightbook.execution import meaning


def state(files):
    """A hash of the names of the files and of what they hold (of Python, what it does)."""
    digest = hashlib.sha256()
    for path in sorted(files):
        content = meaning(path.read_text("utf-8")).encode() if path.suffix == ".py" else path.read_bytes()
        digest.update(f"{path.name}\0".encode() + content + b"\0")
    return digest.hexdigest()[:12]


def look(app, config):
    """Make the state of the extensions configuration values."""
    folders = {Path(extension.module.__file__).parent for extension in app.extensions.values()}
    files = {path for folder in folders if "site-packages" not in folder.parts for path in folder.rglob("*")
             if path.is_file() and "__pycache__" not in path.parts}
    code = {path for path in files if path.suffix == ".py"}
    config.extension_code, config.extension_files = state(code), state(files - code)


def forget(app, exception):
    if app._warncount and (app.warningiserror or app.keep_going):
        Path(app.doctreedir, ENV_PICKLE_FILENAME).unlink(missing_ok=True)


def setup(app):
    app.add_config_value("extension_code", "", "env")
    app.add_config_value("extension_files", "", "html")
    app.connect("config-inited", look, priority=999)   # when every extension is loaded
    app.connect("build-finished", forget, priority=999)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
