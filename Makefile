# The two commands: `make book` and `make test`. `make help` lists the rest.
# They need Python >= 3.11 and make; everything else goes into .venv, and after that nothing asks the network.

PYTHON ?= python3
BIN := .venv/bin
NOTEBOOKS := index.ipynb $(wildcard chapters/*.ipynb examples/*.ipynb)
PORT ?= 8000
WHEELS ?=
RESOLUTION ?= lowest-direct highest

.PHONY: help book test test-slow serve lab notebooks figures exercises verdicts pdf anki lite site lite-versions bench audit links pins versions clean
.DEFAULT_GOAL := help

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

.venv/installed: requirements.txt pyproject.toml src/pyproject.toml src/explorable/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python >= 3.11 is needed; PYTHON=/path/to/python names another one." >&2; exit 1; }
	@echo "Installing the book's packages into .venv (once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/installed-test: requirements-test.txt .venv/installed
	@echo "Installing the tests' packages into .venv (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-test.txt
	@touch $@

book: .venv/installed  ## execute every notebook and build the site in _build/html
	@$(BIN)/python -m tools.book

test: .venv/installed-test  ## every check that is quick: units, the site with its notebooks, browser
	@$(BIN)/python -m tools.test

test-slow: .venv/installed-test  ## the checks that `make test` leaves out: nbval, the whole site with JupyterLite and PDF, Jupyter
	@$(BIN)/python -m tools.test --slow

serve: book  ## the site on http://localhost:8000 (PORT=… for another)
	@echo "http://localhost:$(PORT)  (Ctrl+C ends it)"
	@$(BIN)/python -m http.server $(PORT) --directory _build/html

lab: .venv/installed  ## the notebooks in JupyterLab
	@$(BIN)/jupyter lab index.ipynb

notebooks: .venv/installed  ## execute the notebooks and store their text outputs
	@$(BIN)/python -m tools.notebooks $(NOTEBOOKS)

figures: .venv/installed  ## store anew what every moving figure shows, for the tests to compare
	@$(BIN)/python -m tools.figures

exercises: .venv/installed  ## the coding exercises without their solutions, in exercises/ (keeps what is there)
	@$(BIN)/python -m tools.exercises exercises $(NOTEBOOKS)

verdicts: .venv/installed  ## judge every experiment again with another set of seeds
	@$(BIN)/python -m tools.verdicts

pdf: .venv/installed-test book  ## the whole book as _build/html/book.pdf
	@$(BIN)/python -m tools.pdf
	@$(BIN)/python -m tools.book

anki: .venv/installed book  ## every question as a deck for Anki, _build/html/hidden-layer.apkg
	@$(BIN)/python -m tools.anki
	@$(BIN)/python -m tools.book

lite: .venv/installed  ## the site with JupyterLite, to run chapters in the browser (WHEELS=fetch or a folder: NumPy on the site too)
	@$(BIN)/python -m tools.lite --wheels "$(WHEELS)"
	@$(BIN)/python -m tools.book

site: .venv/installed-test  ## the whole site as it is published: book, JupyterLite, PDF and Anki's deck
	@$(BIN)/python -m tools.site

# The chapters with the browser's versions of NumPy and the like, in a CPython (needs Python >= 3.12).
lite-versions: .venv/installed
	@$(BIN)/python -m tools.lite --versions
	@$(PYTHON) -m venv .venv/lock
	@.venv/lock/bin/python -m pip install --quiet --disable-pip-version-check -r _build/.lite/requirements.txt ipykernel nbval
	@TQDM_DISABLE=1 PYTHONPATH="$(CURDIR)/src:$(CURDIR)" .venv/lock/bin/python -m pytest --quiet --nbval --nbval-current-env $(NOTEBOOKS)

# What only the benchmarks measure against lives in an environment of its own, so that it cannot move the book's pins.
.venv/bench/installed: benchmarks/requirements.txt .venv/installed-test
	@echo "Installing the benchmarks' packages into .venv/bench (once)"
	@$(PYTHON) -m venv .venv/bench
	@.venv/bench/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-test.txt -r benchmarks/requirements.txt
	@touch $@

bench: .venv/bench/installed  ## speed, as ratios within one run
	@.venv/bench/bin/python -m benchmarks

audit: .venv/installed-test book  ## weight, requests, accessibility and search of every page
	@$(BIN)/python -m tools.audit _build/html

links: .venv/installed  ## ask every address outside the site whether it is still there (reports, does not fail)
	@$(BIN)/python -m tools.links

pins: .venv/installed  ## resolve the exact versions anew from the ranges in the three pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m tools.pins

# Stored outputs belong to the pinned versions; the code must work with all of them. (uv takes the oldest only of what a
# distribution named here requires, so the extra of the subject is named too.)
versions: .venv/installed  ## the units with the oldest and with the newest packages that the three pyproject.toml allow (RESOLUTION=highest for one)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@for end in $(RESOLUTION); do \
	  echo "Trying $$end (in .venv/$$end)"; \
	  $(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv/$$end && \
	  $(BIN)/uv pip install --quiet --python .venv/$$end --resolution $$end -e ".[experiments]" -e ./src/explorable -e "./src[site,test]" && \
	  .venv/$$end/bin/python -m pytest --quiet --numprocesses=2 --dist=loadscope -m "not browser and not site and not slow" tests || exit 1; \
	done

clean:  ## remove all that was built (not .venv)
	@echo "Removing _build and caches"
	@rm -rf _build .pytest_cache .hypothesis .mypy_cache .ruff_cache
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
