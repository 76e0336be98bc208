"""Let a build that failed on warnings fail again until its cause is gone.

Sphinx warns of a page when it reads or writes it. A second build skips the pages that did not change,
has nothing to warn of, and passes. So a failed build's memory, ``environment.pickle``, is removed: the
next build reads every page again (executed notebooks still come from their cache).
"""

from pathlib import Path

from sphinx.application import ENV_PICKLE_FILENAME


def forget(app, exception):
    if app._warncount and (app.warningiserror or app.keep_going):
        Path(app.doctreedir, ENV_PICKLE_FILENAME).unlink(missing_ok=True)


def setup(app):
    app.connect("build-finished", forget, priority=999)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
