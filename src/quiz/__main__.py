"""Check files of questions: ``python -m quiz questions/*.yml --names hidden_layer.activations``.

Prints one line for each problem and ends with status 1, or is quiet. With ``--names`` it also runs each
question's ``compute``, ``verify`` and ``check``, with np, math and the public names of the modules.
"""

import argparse
import sys

from . import facts
from .questions import QuestionError, load


def main():
    parser = argparse.ArgumentParser(prog="python -m quiz", description=__doc__.partition("\n\n")[2])
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--names", nargs="+", metavar="MODULE", help="modules whose names the questions' code uses")
    options = parser.parse_args()
    try:
        questions = load(*options.files)
        found = facts.problems(questions, facts.namespace(*options.names)) if options.names else []
    except QuestionError as error:
        found = error.problems
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
