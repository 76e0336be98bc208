"""Execute the notebooks whose code, or whatever it depends on, changed, on all cores, before the pages are read.

jupyter-cache knows a notebook by its code cells. Here its key is also that of what ``execution_cache_depends`` names
(paths, relative to the source folder): a file counts for every notebook; of a folder count the modules that the notebook
imports, also by way of each other, and the files whose names stand in its code or in theirs. Imports are found without
running anything (`imported`). Of a module counts what it does: comments do not, nor do docstrings, unless a
function has one inside another function, as those have that a figure is made of, or the notebook asks for documentation or
source (``help``, ``?``, …).

MyST-NB executes one notebook after the other while it reads. Here jupyter-cache's executor fills the cache, with a
notebook on each core and kernels that have imported ``execution_preloads`` before they start (`kernels`), and a page waits
until the result of its notebook is there. A notebook that fails is left out of
the cache: MyST-NB runs it again and reports the failure as it always does.

What a cell prints arrives in pieces whose ends depend on timing. nbclient joins them, then MyST-NB does (it alone would
put a line break where a piece ended within a line). A kernel whose notebook is done has nothing left to do: it is ended
at once, which saves a third of a second each time.
"""

import ast
import functools
import hashlib
import logging
import os
import re
import sys
from contextlib import ExitStack, closing, contextmanager
from multiprocessing.pool import ThreadPool
from pathlib import Path

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.cache.main import JupyterCacheBase
from jupyter_cache.executors import load_executor, utils
from jupyter_core.utils import ensure_event_loop
from myst_nb.core.execute import cache as myst_nb
from nbclient import execute
from sphinx.errors import ConfigError
from sphinx.util import logging as sphinx_logging

from lightbook.kernels import forked

SHOWS = re.compile(r"\b(help|pinfo2?|pdoc|psource|pfile|__doc__|getdoc|getsource\w*|getcomments|pydoc|doctest)\b")
logger = sphinx_logging.getLogger(__name__)
unheard = logging.getLogger(f"{__name__}.executor")  # what it would say of a failure MyST-NB says
unheard.setLevel(logging.CRITICAL)
utils.executenb = functools.partial(execute, coalesce_streams=True, shutdown_kernel="immediate")


# What the code of a notebook imports, also by way of modules of the book, found without running it


def code_of(notebook):
    """The code of a notebook (its JSON) as Python; what only IPython understands is a call of it, what nobody does is left out."""
    cells = [
        TransformerManager().transform_cell("".join(cell["source"])) for cell in notebook["cells"] if cell["cell_type"] == "code"
    ]
    return "".join(cell for cell in cells if tree(cell))


def tree(code):
    """The syntax tree of `code`, or None if it is no Python."""
    try:
        return ast.parse(code)
    except SyntaxError:
        return None


@functools.cache
def statements(code):
    """What `code` imports, as written: how many dots stand in front, and the name."""
    found = []
    for node in ast.walk(tree(code) or ast.Module([], [])):
        if isinstance(node, ast.Import):
            found += [(0, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [(node.level, f"{node.module}.{alias.name}" if node.module else alias.name) for alias in node.names]
    return found


def imported(code, folders):
    """The modules in `folders` that `code` imports: {file: its code}.

    An import is followed, whether at the top of a module or inside a function.
    """
    own, waiting = {}, [(code, [])]

    def follow(name):
        top, *rest = name.split(".")
        folder = next((folder for folder in folders if (folder / top).is_dir() or (folder / f"{top}.py").is_file()), None)
        if folder is None:
            return
        for depth in range(len(rest) + 1):
            module = folder.joinpath(top, *rest[:depth])
            path = module / "__init__.py" if module.is_dir() else module.with_suffix(".py")
            if path.is_file() and path not in own:
                own[path] = path.read_text("utf-8")
                waiting.append((own[path], path.parent.relative_to(folder).parts))

    for text, package in waiting:  # grows while it runs
        for level, name in statements(text):
            follow(".".join([*package[: len(package) + 1 - level], name] if level else [name]))
    return own


# The cache


@functools.cache
def meaning(source):
    """What a module does, as text: its syntax tree without the docstrings that no figure shows."""
    module = tree(source)
    if module is None:
        return source
    described = [module, *module.body]
    described += [method for node in module.body if isinstance(node, ast.ClassDef) for method in node.body]
    for node in described:
        if (
            isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
            and ast.get_docstring(node) is not None
        ):
            del node.body[0]
    return ast.dump(module)


@functools.cache
def mentioned(names, text):
    """Which of `names` stand in `text`."""
    return {name for name in names if name in text}


def depended_on(notebook, paths):
    """What the outputs of a notebook depend on besides its cells: {path: content or, of a module, `meaning`}."""
    code, folders = code_of(notebook), [path for path in paths if path.is_dir()]
    modules = imported(code, folders)
    found = {path: text if SHOWS.search(code) else meaning(text) for path, text in modules.items()}
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    names = frozenset(path.name for path in files)
    named = set().union(*(mentioned(names, text) for text in [code, *found.values()]))
    found |= {path: path.read_bytes() for path in paths if path.is_file()}
    found |= {path: path.read_bytes() for path in files if path.name in named and path not in modules}
    return found


class Cache(JupyterCacheBase):
    """A cache in which the key of a notebook is also that of what its code depends on.

    `keys` keeps what was found once: what a notebook depends on may be edited while it runs. `running` has the result to be of
    each notebook that is being executed.
    """

    def __init__(self, path, depends, keys, running):
        super().__init__(path)
        self.depends, self.keys, self.running = depends, keys, running

    def create_hashed_notebook(self, nb, *args, **kwargs):
        nb, key = super().create_hashed_notebook(nb, *args, **kwargs)
        if key not in self.keys:
            state = hashlib.sha256(key.encode())
            for path, content in sorted(depended_on(nb, self.depends).items()):
                state.update(f"\0{path.name}\0".encode() + (content.encode() if isinstance(content, str) else content))
            self.keys[key] = state.hexdigest()
        return nb, self.keys[key]

    def match_cache_notebook(self, nb):
        if run := self.running.pop(self.create_hashed_notebook(nb)[1], None):
            run.get()
        return super().match_cache_notebook(nb)


def prepare(app, config):
    """Let MyST-NB use such a cache."""
    os.environ.setdefault("TQDM_DISABLE", "1")  # a progress bar has no place on a page
    if "nb_merge_streams" in config:
        config.nb_merge_streams = True
    app.executing = ExitStack()
    app.executes = "nb_execution_mode" in config and config.nb_execution_mode == "cache"
    if not app.executes:
        return
    depends = [Path(app.srcdir, name) for name in config.execution_cache_depends]
    for path in depends:
        if not path.exists():
            raise ConfigError(
                f"execution_cache_depends: no file or folder {path.relative_to(app.srcdir).as_posix()!r} in {app.srcdir}"
            )
    folder, here = Path(config.nb_execution_cache_path or Path(app.outdir).parent / ".jupyter_cache"), Path.cwd()
    # Relative where it can be: the value goes into .buildinfo, which is to be the same in every folder.
    config.nb_execution_cache_path = str(folder.relative_to(here) if folder.is_relative_to(here) else folder)
    myst_nb.get_cache = functools.partial(Cache, depends=depends, keys={}, running={})


@contextmanager
def opened(app):
    """The cache; afterwards its file is closed."""
    cache = myst_nb.get_cache(app.config.nb_execution_cache_path)
    try:
        yield cache
    finally:
        cache.db.dispose()


def find_outdated(app, env, added, changed, removed):
    """The pages of notebooks with another key than when they were read."""
    if not app.executes:
        return []
    before, env.execution_keys = getattr(env, "execution_keys", {}), {}
    with opened(app) as cache:
        for name in env.found_docs:
            path = Path(env.doc2path(name))
            if path.suffix == ".ipynb" and not any(path.match(pattern) for pattern in app.config.nb_execution_excludepatterns):
                env.execution_keys[name] = cache.create_hashed_notebook(nbformat.read(path, as_version=4))[1]
    return [name for name, key in env.execution_keys.items() if before.get(name) != key]


def fill_cache(app, env, docnames):
    """Run the notebooks among `docnames` that are not in the cache; forget the results that no page has any more."""
    if not app.executes:
        return
    with opened(app) as cache:
        for record in cache.list_cache_records():
            if record.uri.endswith(".ipynb") and record.hashkey not in env.execution_keys.values():
                cache.remove_cache(record.pk)
        for record in cache.list_project_records():
            cache.remove_nb_from_project(record.pk)  # pages of an earlier build
        # The last ones first: long runs tend to stand at a book's end, and nothing is left to do beside the one that ends last.
        for name in sorted(set(docnames) & set(env.execution_keys), reverse=True):
            cache.add_nb_to_project(env.doc2path(name))
        waiting = {}
        for record in cache.list_unexecuted():
            nb = cache.get_project_notebook(record.pk).nb
            if any(cell.cell_type == "code" for cell in nb.cells):  # one run does for all with this key, which share its result
                waiting.setdefault(cache.create_hashed_notebook(nb)[1], record)
            else:  # nothing that a kernel could do
                cache.cache_notebook_bundle(CacheBundleIn(nb, record.uri), check_validity=False, overwrite=True)
        if len(waiting) < 2:  # one alone is no faster here, and MyST-NB reports it as it runs
            return
        # Pages that wait for no notebook are read while the first ones run, the others in the order in which these run.
        late = {record.uri for record in waiting.values()}
        docnames.sort(reverse=True)
        docnames.sort(key=lambda name: env.doc2path(name) in late)
        logger.info("executing %d notebooks on all cores", len(waiting))
        if "LOKY_MAX_CPU_COUNT" not in os.environ:  # kernels on all cores share no work out with joblib
            os.environ["LOKY_MAX_CPU_COUNT"] = "1"
            app.executing.callback(os.environ.pop, "LOKY_MAX_CPU_COUNT")
        if app.config.execution_preloads and sys.platform == "linux":
            app.executing.enter_context(forked(app.config.execution_preloads))
        # The kernels are processes of their own; a thread waits for each. One more than cores: a kernel that starts waits, too.
        # Its threads keep nobody from ending, with Ctrl+C, of which Sphinx tells no extension.
        pool = app.executing.enter_context(ThreadPool((os.cpu_count() or 1) + 1))
        for key, record in waiting.items():
            cache.running[key] = pool.apply_async(execute_one, (app, record))
        if app.parallel > 1:  # the processes that read the pages do not have these threads
            for run in cache.running.values():
                run.wait()


def execute_one(app, record):
    """Execute the notebook of a record and keep its result, if it does not fail."""
    logger.info("Executing: %s", record.uri)
    with opened(app) as cache, closing(ensure_event_loop()):
        executor = load_executor("local-serial", cache, logger=unheard)
        executor.run_and_cache(filter_pks=[record.pk], timeout=app.config.nb_execution_timeout)


def finish(app, error):
    """Execute nothing more: a build that was broken off has notebooks waiting."""
    app.executing.close()


def setup(app):
    app.add_config_value("execution_cache_depends", [], "")
    app.add_config_value("execution_preloads", [], "")
    app.connect("config-inited", prepare)
    app.connect("env-get-outdated", find_outdated)
    app.connect("env-before-read-docs", fill_cache)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
