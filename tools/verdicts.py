"""Judge every experiment again with another set of seeds, and show both verdicts: `make verdicts`.

The seeds of the pages come from the cache where it has them; the others take as long as the pages did.
"""

import argparse
import importlib
import pkgutil
import sys

from hidden_layer_book import experiments

OTHER = range(100, 105)


def main() -> int:
    argparse.ArgumentParser(description=__doc__).parse_args()
    changed = 0
    for info in pkgutil.iter_modules(experiments.__path__):
        module = importlib.import_module(f"hidden_layer_book.experiments.{info.name}")
        page, other = module.results(), module.results(OTHER)
        for name in sorted(name for name in vars(module) if name.startswith("verdict")):
            judge = getattr(module, name)
            first, second = judge(page), judge(other)
            changed += first.word != second.word
            print(
                f"{info.name}.{name}: {first.word} with seeds {list(module.SEEDS)}, {second.word} with {list(OTHER)}"
                f"{'' if first.word == second.word else '  <-- changed'}\n  {first.because}\n  {second.because}",
                flush=True,
            )
    return int(changed > 0)


if __name__ == "__main__":
    sys.exit(main())
