"""Warn of keys in ``_config.yml`` that nothing reads, and of values of the wrong type.

Jupyter Book ignores a misspelt key (``htlm:``) in silence. Known are the keys of its default
configuration and of its schema; those under ``sphinx: config:`` Sphinx checks itself.
"""

from pathlib import Path

import yaml
from jupyter_book.config import PATH_YAML_DEFAULT, get_validator
from sphinx.util import logging

# Keys that jupyter_book.config.yaml_to_sphinx reads but neither the default file nor the schema names.
READ_ALL_THE_SAME = {
    "project": None, "bibtex_reference_style": None,
    "parse": {"myst_substitutions": None, "myst_extended_syntax": None},
    "launch_buttons": {"jupyterlite_url": None},
}
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


def check(app, config):
    path = Path(app.srcdir, "_config.yml")
    if not path.exists():
        return
    settings = yaml.safe_load(path.read_text("utf-8")) or {}
    for key in unknown_keys(settings, known_keys()):
        logger.warning("%s: unknown key %r: nothing reads it", path, key)
    for error in get_validator().iter_errors(settings):
        logger.warning("%s: %s: %s", path, ".".join(map(str, error.path)), error.message)


def setup(app):
    app.connect("config-inited", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
