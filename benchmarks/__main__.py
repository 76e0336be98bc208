"""`make bench`: every table of the project, each with its ratios measured in one run."""

import subprocess
import sys

TABLES = {
    "activation functions, ratio to copying the array": ["benchmarks.bench_activations"],
    "activation functions, largest error in ULP": ["benchmarks.bench_activations", "--ulp"],
    "one epoch of training, ratio to PyTorch": ["benchmarks.bench_training"],
    "a book of 25, 50 and 100 chapters": ["benchmarks.bench_book"],
    "recorded figures beside the alternatives": ["benchmarks.bench_explorable"],
}


def main() -> int:
    status = 0
    for title, command in TABLES.items():
        print(f"\n== {title}\n", flush=True)
        status |= subprocess.run([sys.executable, "-m", *command]).returncode
    return status


if __name__ == "__main__":
    sys.exit(main())
