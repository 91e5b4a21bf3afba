# Every command a developer needs. Only python3 (3.11 or newer) and make must be on the machine.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
JOBS   ?= 3
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# A stamp is newer than what it was made from, so a second `make` starts at once.
RUN_READY := $(VENV)/ready-to-run
DEV_READY := $(VENV)/ready-to-develop

.DEFAULT_GOAL := help
.PHONY: help run test explore check format bench lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(RUN_READY) ## Start the service and play a shop day through it (ONCE=1 ends after that)
	$(BIN)/loyalty demo $(if $(ONCE),--once)

test: $(DEV_READY) ## Run the tests (ARGS="-k name" narrows, JOBS=0 runs them in one process)
	$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

explore: $(DEV_READY) ## Test properties on examples drawn anew; TIMES=20 goes on longer
	for turn in $$(seq $(or $(TIMES),1)); do \
		LOYALTY_EXAMPLES=exploring $(BIN)/python -m pytest -n $(JOBS) -m hypothesis -q $(ARGS) || exit 1; \
	done

check: $(DEV_READY) ## Format, lint, types, layers and spelling, as they must be to be merged
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

format: $(DEV_READY) ## Put the code in its format and mend what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV_READY) ## Measure against the limits; ONLY=name measures one
	$(BIN)/python -m benchmarks $(if $(ONLY),--only $(ONLY))

# uv is kept apart: it writes the pins and is needed for nothing else.
LOCK := build/lock/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url \
	--no-emit-find-links --universal --python-version 3.11 --custom-compile-command 'make lock' \
	pyproject.toml requirements/build.in --extra postgres

lock: ## Write requirements/*.txt anew (UPGRADE=1 moves every pin to the newest release)
	test -x build/lock/bin/uv || { $(PYTHON) -m venv build/lock && build/lock/bin/python -m pip install --quiet uv; }
	$(LOCK) $(if $(UPGRADE),--upgrade) --extra replay --extra dev -o requirements/dev.txt
	$(LOCK) -c requirements/dev.txt --extra replay -o requirements/run.txt
	$(LOCK) -c requirements/dev.txt -o requirements/image.txt

clean: ## Remove the environment, builds and caches (never a database)
	test ! -d build || find build -mindepth 1 -maxdepth 1 ! -name loyalty -exec rm -rf {} +
	rm -rf $(VENV) dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

$(RUN_READY): requirements/run.txt pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements/run.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $@

$(DEV_READY): requirements/dev.txt pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements/dev.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $(RUN_READY) $@
