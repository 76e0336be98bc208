"""Build the same pages, byte for byte, from the same sources.

MyST gives each numbered AMS environment (``\\begin{align}``) a random identifier; here it is counted
within its page. A cell's printed text arrives in pieces whose ends depend on timing; here MyST-NB joins them, after
nbclient (``lightbook.execution``), as it alone would put a line break where a piece ended within a line. Themes name their templates
by absolute paths, which ``.buildinfo`` hashes; here they are relative to the book, whose `.venv` is in it. (Cache files
that only the build reads still differ: ``environment.pickle``.)
"""

from os.path import isabs, relpath

from myst_parser.mdit_to_docutils.sphinx_ import SphinxRenderer


def _counted_label(self):
    number = self.sphinx_env.new_serialno("amsmath") + 1
    return f"{self.sphinx_env.docname.replace('/', '-')}-{number}"


def merge_streams(app, config):
    if "nb_merge_streams" in config:
        config.nb_merge_streams = True


def relative_templates(app, config):
    config.templates_path = [relpath(path, app.confdir) if isabs(path) else path for path in config.templates_path]


def setup(app):
    app.connect("config-inited", merge_streams)
    app.connect("config-inited", relative_templates, priority=999)   # when every theme has named its own
    SphinxRenderer._random_label = _counted_label
    return {"parallel_read_safe": True, "parallel_write_safe": True}
