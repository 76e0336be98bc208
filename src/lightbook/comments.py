"""Comments under each page through giscus (GitHub Discussions), if the book wants them.

``giscus`` in the configuration is a mapping with ``repo`` (owner/name), ``repo_id``, ``category`` and ``category_id``,
as https://giscus.app gives them. Without it nothing is added. With it each page but the first ends with a section and a
button; giscus.app is asked only when the reader presses it (``static/comments.js``). A Content-Security-Policy must
then allow https://giscus.app in script-src, style-src and frame-src.
"""

import re
from os.path import relpath

from sphinx.errors import ConfigError

from lightbook.assets import HERE, add_static

FORMS = {
    "repo": (r"[\w.-]+/[\w.-]+", "owner/name"),
    "repo_id": (r"[\w=-]+", "the id that giscus.app gives, such as R_kgDO…"),
    "category": (r".*\S.*", "the name of a category of the repository's discussions"),
    "category_id": (r"[\w=-]+", "the id that giscus.app gives, such as DIC_kwDO…"),
}


def check(app, config):
    """Refuse settings with which the comments could not appear."""
    settings = config.giscus
    if not settings:
        return
    if not isinstance(settings, dict):
        raise ConfigError(f"giscus: must be a mapping with {', '.join(FORMS)}, not {settings!r}")
    for key in settings:
        if key not in FORMS:
            raise ConfigError(f"giscus: unknown key {key!r}; the keys are {', '.join(FORMS)}")
    for key, (form, meant) in FORMS.items():
        if key not in settings:
            raise ConfigError(f"giscus: the key {key!r} is missing: {meant}")
        if not re.fullmatch(form, str(settings[key])):
            raise ConfigError(f"giscus: {key}: expected {meant}, not {settings[key]!r}")
    config.templates_path = [relpath(HERE / "theme" / "comments", app.confdir), *config.templates_path]
    options = config.html_theme_options = dict(config.html_theme_options)
    options["article_footer_items"] = [*options.get("article_footer_items", []), "comments.html"]


def add_assets(app):
    if app.config.giscus:
        add_static(app)
        app.add_css_file("comments.css", priority=910)
        app.add_js_file("comments.js", loading_method="defer")


def add_settings(app, pagename, templatename, context, doctree):
    context["giscus"] = app.config.giscus


def setup(app):
    app.add_config_value("giscus", None, "html")
    app.connect("config-inited", check, priority=600)
    app.connect("builder-inited", add_assets)
    app.connect("html-page-context", add_settings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
