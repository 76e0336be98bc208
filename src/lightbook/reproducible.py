"""Build the same pages, byte for byte, from the same sources.

MyST gives each numbered AMS environment (``\\begin{align}``) a random identifier; here it is counted
within its page. A cell's printed text arrives in pieces whose ends depend on timing; here MyST-NB joins
them. (Cache files that only the build reads still differ: ``environment.pickle``.)
"""

from myst_parser.mdit_to_docutils.sphinx_ import SphinxRenderer


def _counted_label(self):
    number = self.sphinx_env.new_serialno("amsmath") + 1
    return f"{self.sphinx_env.docname.replace('/', '-')}-{number}"


def merge_streams(app, config):
    if "nb_merge_streams" in config:
        config.nb_merge_streams = True


def setup(app):
    app.connect("config-inited", merge_streams)
    SphinxRenderer._random_label = _counted_label
    return {"parallel_read_safe": True, "parallel_write_safe": True}
