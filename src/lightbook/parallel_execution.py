"""Execute the notebooks that the cache does not hold yet on all cores, before the pages are read.

MyST-NB executes one notebook after the other while it reads. Here jupyter-cache's own parallel executor fills the
cache first, so that MyST-NB finds every result there. A notebook that fails is left out of the cache: MyST-NB runs it
again and reports the failure as it always does.
"""

import logging
import os
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor
from sphinx.util import logging as sphinx_logging

logger = sphinx_logging.getLogger(__name__)
# At this level the executor's processes print a line for each notebook they begin and end.
progress = logging.getLogger(f"{__name__}.progress")
progress.setLevel(logging.INFO)


def fill_cache(app, env, docnames):
    """Run the notebooks among `docnames` that are not in the cache."""
    os.environ.setdefault("TQDM_DISABLE", "1")   # a progress bar has no place on a page
    if "nb_execution_mode" not in app.config or app.config.nb_execution_mode != "cache":
        return
    paths = [path for name in sorted(docnames) if (path := Path(env.doc2path(name))).suffix == ".ipynb"
             and not any(path.match(pattern) for pattern in app.config.nb_execution_excludepatterns)]
    cache = get_cache(app.config.nb_execution_cache_path or Path(app.outdir).parent / ".jupyter_cache")
    try:
        for record in cache.list_project_records():
            cache.remove_nb_from_project(record.pk)   # pages of an earlier build
        for path in paths:
            cache.add_nb_to_project(str(path))
        waiting = cache.list_unexecuted()
        if len(waiting) > 1:   # one alone is no faster here, and MyST-NB reports it as it runs
            logger.info("executing %d notebooks on all cores", len(waiting))
            load_executor("local-parallel", cache, logger=progress).run_and_cache(timeout=app.config.nb_execution_timeout)
    finally:
        cache.db.dispose()   # its file must be free to go when the code changes


def setup(app):
    app.connect("env-before-read-docs", fill_cache)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
