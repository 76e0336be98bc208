"""Warn of a file that is no longer what its package came with.

A page carries files of other people's packages: the theme's styles, KaTeX's formulas, a font. pip notes the SHA-256 of
every file it installs; here those that a site is made of are compared with it, so that a damaged or patched file is
named and not published. ``vendored_packages`` lists the packages. (What Python itself runs, pip's hashes would not save.)
"""

import base64
import csv
import hashlib
from importlib import metadata
from pathlib import Path

from sphinx.errors import ConfigError
from sphinx.util import logging

KINDS = (".css", ".js", ".html", ".svg", ".ttf", ".otf", ".woff", ".woff2")
logger = logging.getLogger(__name__)


def altered(package):
    """The files of an installed package that differ from what pip noted, or are gone.

    Raises `importlib.metadata.PackageNotFoundError` if there is no such package.
    """
    installed = metadata.distribution(package)
    notes = installed.read_text("RECORD") or ""   # metadata.files() leaves out what is gone
    for name, noted, _ in csv.reader(notes.splitlines()):
        path = Path(installed.locate_file(name))
        if path.suffix in KINDS and noted:
            mode, _, value = noted.partition("=")
            found = hashlib.new(mode, path.read_bytes()).digest() if path.is_file() else b""
            if base64.urlsafe_b64encode(found).decode().rstrip("=") != value:
                yield path


def check(app):
    for package in app.config.vendored_packages:
        try:
            for path in altered(package):
                logger.warning("%s is not what the package %s came with; install the package again", path, package)
        except metadata.PackageNotFoundError:
            raise ConfigError(f"vendored_packages: no package {package!r} is installed") from None


def setup(app):
    app.add_config_value("vendored_packages", [], "")
    app.connect("builder-inited", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
