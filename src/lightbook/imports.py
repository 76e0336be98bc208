"""What the code of a notebook imports, also by way of modules of the book, found without running it."""

import ast
import functools
import sys

from IPython.core.inputtransformer2 import TransformerManager


def code_of(notebook):
    """The code of a notebook (its JSON) as Python; what only IPython understands is a call of it, what nobody does is left out."""
    cells = [TransformerManager().transform_cell("".join(cell["source"])) for cell in notebook["cells"] if cell["cell_type"] == "code"]
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
    """The modules in `folders` that `code` imports, and the packages from elsewhere, but for the standard library.

    An import is followed, whether at the top of a module or inside a function.

    Returns
    -------
    own : dict
        The file of each module in the folders: its code.
    others : dict
        The name of each other package: the file that imports it, None if `code` itself does.
    """
    own, others, waiting = {}, {}, [(None, code, [])]

    def follow(name, where):
        top, *rest = name.split(".")
        folder = next((folder for folder in folders if (folder / top).is_dir() or (folder / f"{top}.py").is_file()), None)
        if folder is None:
            if top not in sys.stdlib_module_names:
                others.setdefault(top, where)
            return
        for depth in range(len(rest) + 1):
            module = folder.joinpath(top, *rest[:depth])
            path = module / "__init__.py" if module.is_dir() else module.with_suffix(".py")
            if path.is_file() and path not in own:
                own[path] = path.read_text("utf-8")
                waiting.append((path, own[path], path.parent.relative_to(folder).parts))

    for path, text, package in waiting:   # grows while it runs
        for level, name in statements(text):
            follow(".".join([*package[:len(package) + 1 - level], name] if level else [name]), path)
    return own, others
