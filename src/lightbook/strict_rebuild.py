"""Let no build leave what is out of date: after a failure, and after a change of these extensions.

Sphinx warns of a page when it reads or writes it. A second build skips the pages that did not change,
has nothing to warn of, and passes. So a failed build's memory, ``environment.pickle``, is removed: the
next build reads every page again (executed notebooks still come from their cache). And Sphinx does not look into the
files of its extensions: a hash of ours is a configuration value, so that a change of a script, template or style sheet
writes every page anew.
"""

from pathlib import Path

from sphinx.application import ENV_PICKLE_FILENAME

from lightbook.execution_cache import state


def forget(app, exception):
    if app._warncount and (app.warningiserror or app.keep_going):
        Path(app.doctreedir, ENV_PICKLE_FILENAME).unlink(missing_ok=True)


def setup(app):
    app.add_config_value("lightbook_state", state(Path(__file__).parent, ["."]), "html")
    app.connect("build-finished", forget, priority=999)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
