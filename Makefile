# On Windows without make: the PowerShell lines are in docs/windows.md.
PYTHON ?= python3
VENV ?= .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
  --custom-compile-command "make lock" pyproject.toml requirements.in

export PREFECT_SERVER_ANALYTICS_ENABLED = false
export DO_NOT_TRACK = 1

.PHONY: demo test test-long check bench docs lock clean

demo: $(VENV)/.run-ready  ## set up, then the whole pipeline on the bundled synthetic authority, by Prefect
	$(BIN)/termly demo --out demo

test: $(VENV)/.dev-ready  ## set up, then every test but the long harnesses
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not long"

test-long: $(VENV)/.dev-ready  ## the long harnesses
	$(BIN)/python -m pytest -m long

check: $(VENV)/.dev-ready  ## format, lint, types, import rules; no tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.run-ready  ## the benchmark
	$(BIN)/termly bench

docs: $(VENV)/.dev-ready  ## write the generated pages: data dictionary, zones, prefect.yaml
	$(BIN)/python -m flows.generated_pages
	$(BIN)/python -m flows.deployments

lock: $(VENV)/.dev-ready  ## resolve the locks afresh (universal: Linux, macOS, Windows)
	$(BIN)/python -m pip install --quiet uv
	$(LOCK) --upgrade --output-file requirements.lock
	$(LOCK) --extra dev --upgrade --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.run-ready: requirements.lock pyproject.toml
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev-ready: requirements-dev.lock pyproject.toml
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@ $(VENV)/.run-ready
