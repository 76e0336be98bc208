"""Execute notebooks again when the code they import changes, not only when their own cells do.

jupyter-cache knows a notebook by its code cells. Here the cache's folder carries a hash of the files
in ``execution_cache_depends`` (paths of files and folders, relative to the source folder), so that an
edit to any of them starts with an empty cache; the caches of earlier states are removed.
"""

import hashlib
import shutil
from pathlib import Path

from sphinx.errors import ConfigError


def state(root, depends):
    """A hash of the content of the files, and of those in the folders, that `depends` names."""
    digest = hashlib.sha256()
    for name in depends:
        path = Path(root, name)
        if not path.exists():
            raise ConfigError(f"execution_cache_depends: no file or folder {name!r} in {root}")
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
        for file in files:
            if "__pycache__" not in file.parts and not file.parent.name.endswith(".egg-info"):
                digest.update(f"{file.relative_to(root).as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def choose_cache(app, config):
    """Point MyST-NB at the cache of the present state (a new path makes Sphinx read every page again)."""
    if "nb_execution_mode" not in config or config.nb_execution_mode != "cache" or not config.execution_cache_depends:
        return
    parent = Path(config.nb_execution_cache_path or Path(app.outdir).parent / ".jupyter_cache")
    current = parent / f"state-{state(app.srcdir, config.execution_cache_depends)}"
    if not current.exists():
        for old in parent.glob("state-*"):
            shutil.rmtree(old)
        current.mkdir(parents=True)
    # Relative where it can be: the value goes into .buildinfo, which is to be the same in every folder.
    here = Path.cwd()
    config.nb_execution_cache_path = str(current.relative_to(here) if current.is_relative_to(here) else current)


def setup(app):
    app.add_config_value("execution_cache_depends", [], "")
    app.connect("config-inited", choose_cache)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
