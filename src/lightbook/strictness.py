"""What Jupyter Book lets pass in silence is a warning here, and the build treats warnings as errors.

- A key in ``_config.yml`` that nothing reads (``htlm:``), or a value of the wrong type. Known are the keys of Jupyter Book's
  default configuration and of its schema; those under ``sphinx: config:`` Sphinx checks itself.
- A figure that is broken for a reader though its cell ran: a character that Matplotlib could not draw (it prints a warning
  and draws a box), a control of a recorded figure that changes nothing (explorable prints a warning), and a widget that
  waits for a kernel, which a page does not have.

And no build leaves what is out of date. Sphinx warns of a page when it reads or writes it: a second build skips the pages
that did not change, has nothing to warn of, and passes. So a failed build's memory, ``environment.pickle``, is removed:
the next build reads every page again (executed notebooks still come from their cache). And Sphinx does not look into the
files of its extensions. Of those that are not installed but lie in the book, as ours do, a hash is a configuration value:
a change of their code reads every page anew, one of a script, template or style sheet beside it writes every page anew.
"""

import hashlib
import re
from pathlib import Path

import yaml
from docutils import nodes
from jupyter_book.config import PATH_YAML_DEFAULT, get_validator
from sphinx.application import ENV_PICKLE_FILENAME
from sphinx.util import logging

from lightbook.execution import meaning

# Keys that jupyter_book.config.yaml_to_sphinx reads but neither the default file nor the schema names.
READ_ALL_THE_SAME = {
    "project": None,
    "bibtex_reference_style": None,
    "parse": {"myst_substitutions": None, "myst_extended_syntax": None},
    "launch_buttons": {"jupyterlite_url": None},
}
PRINTED = {
    "a figure lacks a character": re.compile(r"Glyph \d+ \(.*?\) missing from (?:current font|font\(s\) [^.\n]*)"),
    "a figure has a dead control": re.compile(r"the control '.*?' changes nothing and is left out"),
}
WIDGET = "application/vnd.jupyter.widget-view+json"
logger = logging.getLogger(__name__)


def known_keys():
    """The keys that Jupyter Book knows, as nested dictionaries; something else where any value may stand."""

    def of_schema(schema):
        properties = schema.get("properties")
        return {key: of_schema(value) for key, value in properties.items()} if properties else None

    def merge(one, other):
        if not isinstance(one, dict) or not isinstance(other, dict):
            return one
        return {key: merge(one.get(key), other.get(key)) for key in one | other}

    default = yaml.safe_load(PATH_YAML_DEFAULT.read_text("utf-8"))
    return merge(merge(default, of_schema(get_validator().schema)), READ_ALL_THE_SAME)


def unknown_keys(config, known, path=()):
    """The paths of the keys of `config` that `known` does not have."""
    for key, value in config.items():
        if key not in known:
            yield ".".join([*path, str(key)])
        elif isinstance(known[key], dict) and isinstance(value, dict):
            yield from unknown_keys(value, known[key], [*path, key])


def check_keys(app, config):
    """Look through `_config.yml`."""
    path = Path(app.srcdir, "_config.yml")
    if not path.exists():
        return
    settings = yaml.safe_load(path.read_text("utf-8")) or {}
    for key in unknown_keys(settings, known_keys()):
        logger.warning("%s: unknown key %r: nothing reads it", path, key)
    for error in get_validator().iter_errors(settings):
        logger.warning("%s: %s: %s", path, ".".join(map(str, error.path)), error.message)


def check_figures(app, doctree):
    """Look through what the cells of the page printed and show."""
    for block in doctree.findall(nodes.literal_block):
        if "stderr" in block["classes"]:
            for what, pattern in PRINTED.items():
                for message in sorted(set(pattern.findall(block.astext()))):
                    logger.warning("%s: %s", what, message, location=app.env.docname)
    if any(WIDGET in shown.astext() for shown in doctree.findall(nodes.raw)):
        logger.warning(
            "a widget needs a kernel, which the page does not have; explorable.interact records what moves without",
            location=app.env.docname,
        )


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
    files = {
        path
        for folder in folders
        if "site-packages" not in folder.parts
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    code = {path for path in files if path.suffix == ".py"}
    config.extension_code, config.extension_files = state(code), state(files - code)


def forget(app, exception):
    if app._warncount and (app.warningiserror or app.keep_going):
        Path(app.doctreedir, ENV_PICKLE_FILENAME).unlink(missing_ok=True)


def setup(app):
    app.add_config_value("extension_code", "", "env")
    app.add_config_value("extension_files", "", "html")
    app.connect("config-inited", check_keys)
    app.connect("config-inited", look, priority=999)  # when every extension is loaded
    app.connect("doctree-read", check_figures)
    app.connect("build-finished", forget, priority=999)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
