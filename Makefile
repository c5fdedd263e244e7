# Everything runs in .venv, which `make setup` builds from the pinned requirements.
PYTHON  ?= python3
UV      ?= uv
WORKERS ?= 2
RUNS    ?= 100000

BIN   := .venv/bin
STAMP := .venv/.installed
PIP   := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq

# An environment may forbid Python to write byte code; then pytest compiles every test anew, which doubles what it takes
# to collect them.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint check fuzz mutants screens lock clean

help:  ## Show these lines
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name text; do printf '  make %-8s%s\n' "$$name" "$$text"; done

setup: $(STAMP)  ## Build .venv with exactly the pinned packages; nothing to do the second time

demo: setup  ## Ask the sample of 45 papers three questions
	@$(BIN)/conspectus demo

test: setup  ## Run the tests, two at a time (WORKERS=2)
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile

lint: setup  ## Formatting, style, types and the direction of imports
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

check: lint test  ## Everything that a change has to pass

fuzz: setup  ## Search for failing examples: random, a thousand a property; files by atheris (RUNS=100000)
	$(BIN)/python -m pytest -q -n $(WORKERS) -m hypothesis --hypothesis-profile=search
	@if $(BIN)/python -c 'import atheris' 2>/dev/null; then $(BIN)/python -m tests.store.readers.fuzz $(RUNS) $$$$; \
	  else echo 'atheris is not there (Linux on x86-64 alone): the readers were not fuzzed'; fi

mutants: setup  ## Change one thing at a time in the logic, and see whether a test notices (600 at random)
	@$(BIN)/python -m benchmarks.mutants --show

screens: setup  ## Draw the screens of the chat for the documentation again
	$(BIN)/python -m benchmarks.screens

lock:  ## Pin again what pyproject.toml asks for (LOCK=--upgrade takes the newest); needs uv
	UV_CUSTOM_COMPILE_COMMAND='make lock' $(UV) pip compile -q $(LOCK) pyproject.toml --group dev -o requirements/dev.txt \
	  --generate-hashes --only-binary :all: --universal --python-version 3.11 --fork-strategy fewest \
	  --no-emit-index-url --no-emit-find-links

clean:  ## Remove .venv and every cache
	rm -rf .venv build dist mutants .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Wheels only and hashes for all of them, so nothing unpinned is fetched or run. Byte code is written even where
# PYTHONDONTWRITEBYTECODE is set: without it every start takes twice as long.
$(STAMP): pyproject.toml requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Conspectus needs Python 3.11 or newer, but $(PYTHON) is: $$($(PYTHON) --version 2>&1)." >&2; \
	  echo 'Name another one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12' >&2; exit 1; }
	@echo 'Installing the pinned packages into .venv; this happens once and takes a minute or two.'
	@$(PYTHON) -m venv .venv
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/dev.txt
	@$(PIP) install --no-index --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q .venv/lib assistant prompts store tui
	@touch $@
