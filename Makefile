# chinwag: `make run` and `make test` are all that a fresh clone needs.
#
# Each target sets up what it needs, and does it again only when pyproject.toml or constraints.txt changed.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CONSTRAINTS := --constraint constraints.txt
MODELS ?= $(CURDIR)/$(VENV)/chinwag-models
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run test quick check accept-screens crash bench screenshots test-gateways clean
.NOTPARALLEL:

help:  ## Say what there is.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.installed $(VENV)/.engine  ## Open chinwag; the tiny demo model answers until a gateway is configured.
	@$(BIN)/chinwag local install || true
	@exec $(BIN)/chinwag --or-local

test: check  ## Everything: lint, types, tests. Fetches the tiny demo model once for the tests that need it.
	@CHINWAG_TEST_MODELS="$(MODELS)" $(BIN)/python -m tests.fetch_weights > $(VENV)/skipped.txt || true
	@CHINWAG_TEST_MODELS="$(MODELS)" $(BIN)/python -m pytest -n $(JOBS)
	@cat $(VENV)/skipped.txt

quick: $(VENV)/.dev  ## The tests that take seconds: no terminals, no kills, no engine, property tests with a tenth of the examples.
	@$(BIN)/python -m pytest -n $(JOBS) -m "not slow and not journey and not engine" --hypothesis-profile quick \
	  --ignore tests/journeys --ignore tests/crash --ignore tests/bench --ignore tests/gateways

check: $(VENV)/.dev $(VENV)/.engine  ## Lint and types only.
	@$(BIN)/ruff format --check --quiet . || { $(BIN)/ruff format --diff --quiet . ; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/mypy --no-error-summary --config-file tests/mypy.ini tests

accept-screens: $(VENV)/.dev  ## Take what the screens show now for right; look at the diff of tests/screens/pictures before you commit it.
	@CHINWAG_ACCEPT_SCREENS=1 $(BIN)/python -m pytest tests/screens/test_pictures.py

crash: $(VENV)/.dev  ## Kill writers 600 times, the app 600 times, and look for lost words.
	@CHINWAG_KILLS=600 CHINWAG_APP_KILLS=600 $(BIN)/python -m pytest -s tests/crash --timeout 1800

bench: $(VENV)/.dev  ## Measure chinwag beside its floors in a real pseudo-terminal. ONLY=start,echo,...; REPS=5; ONLY=size: the store.
	@$(BIN)/python -m compileall -q $(VENV)/lib tui tests/bench
	@$(BIN)/python -m tests.bench $(if $(ONLY),--only $(ONLY)) $(if $(REPS),--reps $(REPS))

screenshots: $(VENV)/.dev  ## Draw the pictures of the README with the real app.
	@$(BIN)/python -m tests.make_screenshots

test-gateways: $(VENV)/.dev $(VENV)/litellm/.installed  ## Talk to a real LiteLLM proxy on this machine.
	@CHINWAG_LITELLM=$(abspath $(VENV))/litellm/bin/litellm $(BIN)/python -m pytest tests/gateways

clean:  ## Remove the environment and everything built.
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "chinwag needs Python 3.11 or newer. Say which one to use: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "This Python has no venv module. Install it (on Debian and Ubuntu: apt install python3-venv) and try again." >&2; exit 1; }
	@echo "Setting up $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing chinwag"
	@$(PIP) install $(CONSTRAINTS) --editable . || { \
	  echo "chinwag could not be installed: the first time needs the network." >&2; exit 1; }
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt $(VENV)/.installed | $(BIN)/python
	@echo "Installing what the tests need"
	@$(PIP) install $(CONSTRAINTS) --editable '.[dev]'
	@touch $@

$(VENV)/litellm/.installed: | $(BIN)/python
	@echo "Installing the LiteLLM proxy, for its tests only (some 750 MB)"
	@$(PYTHON) -m venv $(VENV)/litellm
	@$(VENV)/litellm/bin/python -m pip --disable-pip-version-check --quiet install 'litellm[proxy]==1.106.2'
	@touch $@

# Without the engine the app opens all the same and says so, hence no failure here; it is tried again next time.
$(VENV)/.engine: pyproject.toml constraints.txt $(VENV)/.installed | $(BIN)/python
	@echo "Installing the embedded engine"
	@if $(PIP) install $(CONSTRAINTS) --only-binary xllamacpp --editable '.[local]'; then touch $@; \
	else echo "The embedded engine could not be installed; chinwag opens without it." >&2; fi
