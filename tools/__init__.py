"""Commands that the Makefile runs; nothing here is imported by the book.

They run the notebooks with the same last bits on every x86 processor: with AVX-512 NumPy computes exp and log, and OpenBLAS
products, by other code, and a network that is trained with a large learning rate shows that in its accuracy's first digit.
"""

import os
import platform

if platform.machine().lower() in ("x86_64", "amd64"):
    os.environ.setdefault("NPY_DISABLE_CPU_FEATURES", "X86_V4 AVX512_ICL AVX512_SPR")
    os.environ.setdefault("OPENBLAS_CORETYPE", "Haswell")
