"""Do build time, memory and search index grow in proportion to the book? `python -m benchmarks.bench_book`

Books of 25, 50 and 100 made-up chapters are built with the book's own configuration: each chapter has five sections
of Japanese text with formulas, glossary terms, a link to another chapter and a table, and a cell that is executed and
shows a recorded figure. The last columns are what a chapter costs, divided by what it costs in the smallest book: 1 and below
is linear.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import yaml

from tools import book

try:
    import resource
except ImportError:
    sys.exit("bench_book is skipped: it measures memory with Python's module resource, which Windows lacks")

ROOT = Path(__file__).resolve().parent.parent
SIZES = (25, 50, 100)
SYLLABLES = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん学習関数値入力出力層数式図変化大小"
FORMULAS = (
    r"\sigma(x) = \frac{1}{1 + e^{-x}}",
    r"\frac{\partial L}{\partial w} = \sum_i x_i \delta_i",
    r"y = \max(0, x)",
    r"\sqrt{n \operatorname{Var}(w)}",
    r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
)
CELL = """import matplotlib.pyplot as plt
from explorable import explore
figure, ax = plt.subplots()
[line] = ax.plot([0, 1], [0, {n}])
ax.set(ylim=(0, 10))

@explore(figure, height=(0, 9))
def draw(height={start}):
    line.set_ydata([0, height])

draw"""


def chapter(number: int, count: int, terms: list[str]) -> nbformat.NotebookNode:
    """Chapter `number` of `count`, always the same."""
    chance = random.Random(number)

    def sentence():
        words = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 9))) for _ in range(chance.randint(3, 7))]
        words.insert(chance.randrange(len(words)), chance.choice(terms))
        return "".join(words) + "。"

    def section(i):
        text = "\n\n".join("\n".join(sentence() for _ in range(6)) + f" ${chance.choice(FORMULAS[:4])}$ です。" for _ in range(3))
        other = chance.randrange(count)
        return (
            f"## 節 {i}\n\n{text}\n\n$$\n{chance.choice(FORMULAS)}\n$$\n\n[第 {other} 章](chapter{other:03}.ipynb)\n\n"
            f"| 量 | 値 |\n|---|---|\n| {sentence()} | ${chance.randint(0, 99)}$ |"
        )

    cells = [nbformat.v4.new_markdown_cell(f"# 第 {number} 章 {sentence()}\n\n{sentence()}")]
    cells += [nbformat.v4.new_markdown_cell(section(i)) for i in range(5)]
    cells.insert(3, nbformat.v4.new_code_cell(CELL.format(n=number, start=number % 10)))
    for i, cell in enumerate(cells):
        cell.id = f"cell-{i:03}"
    return nbformat.v4.new_notebook(
        cells=cells, metadata={"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    )


def lay_out(folder: Path, count: int) -> None:
    """Write a book of `count` chapters into `folder`."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    settings = config["sphinx"]["config"]
    settings |= {"execution_cache_depends": ["terms.yml"], "glossary_terms": "terms.yml", "glossary_page": "index"}
    (folder / "_config.yml").write_text(yaml.safe_dump(config, allow_unicode=True), "utf-8")
    shutil.copy(ROOT / "references.bib", folder)
    shutil.copy(ROOT / "chapters/terms.yml", folder)
    terms = [term["ja"] for term in yaml.safe_load((ROOT / "chapters/terms.yml").read_text("utf-8"))]
    (folder / "index.md").write_text(
        "# 本\n\n| 用語 | 意味 |\n|---|---|\n" + "".join(f"| {term} | 意味 |\n" for term in terms), "utf-8"
    )
    names = [f"chapter{number:03}" for number in range(count)]
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n" + "".join(f"- file: {name}\n" for name in names), "utf-8"
    )
    for number, name in enumerate(names):
        nbformat.write(chapter(number, count, terms), folder / f"{name}.ipynb")


def measure(count: int) -> dict:
    """Build a book of `count` chapters: seconds of two builds, megabytes of the largest process, kilobytes of the index."""
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        lay_out(folder, count)
        found = {"chapters": count}
        for name in ("all", "again"):  # the second time every page is written, but the cells come from the cache
            start = time.monotonic()
            done = book.build(folder, progress=False)
            if done.returncode:
                sys.exit(done.stdout)
            found[name] = time.monotonic() - start
            (folder / "_build/.doctrees/environment.pickle").unlink()  # what Sphinx remembers of the pages
        found["MB"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        found["KB"] = (folder / "_build/html/_static/search.json").stat().st_size / 1024
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, help="measure one book and print it as JSON")
    options = parser.parse_args()
    if options.size:
        print(json.dumps(measure(options.size)))
        return 0
    print(
        f"{'chapters':>8}{'build':>9}{'from cache':>12}{'memory':>10}{'index':>10}   a chapter: {'build':>7}{'cache':>7}{'memory':>8}{'index':>7}"
    )
    first = None
    for size in SIZES:  # a process of its own each, so that the largest memory is its own
        run = subprocess.run(
            [sys.executable, "-m", "benchmarks.bench_book", "--size", str(size)], cwd=ROOT, capture_output=True, encoding="utf-8"
        )
        if run.returncode:
            sys.exit(run.stdout + run.stderr)
        row = json.loads(run.stdout)
        first = first or row
        ratios = [row[part] / row["chapters"] / (first[part] / first["chapters"]) for part in ("all", "again", "MB", "KB")]
        print(
            f"{size:>8}{row['all']:>7.0f} s{row['again']:>10.0f} s{row['MB']:>7.0f} MB{row['KB']:>7.0f} KB              "
            f"{ratios[0]:>7.2f}{ratios[1]:>7.2f}{ratios[2]:>8.2f}{ratios[3]:>7.2f}",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
