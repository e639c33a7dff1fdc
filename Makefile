# 家门口. `make up` serves the portal on a machine with Python 3.11+, make and git; `make help` lists the rest.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$p && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes
PYTEST := $(BIN)/python -m pytest -q

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev up test races journeys check bench bench-scale messages lock clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# ---------------------------------------------------------------- dependencies
# Two stamps: serving needs less than testing does (a browser driver alone is 160 MB).
.venv/serves: requirements.txt
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更新的版本。 (Python 3.11 or newer is needed.)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { \
		echo "建不了虚拟环境：Debian、Ubuntu 请先装 python3-venv。 (No venv: on Debian or Ubuntu install python3-venv.)"; exit 1; }
	@echo "正在安装依赖，约半分钟… (installing dependencies)"
	@$(PIP) -r requirements.txt
	@touch $@

.venv/tests: requirements-dev.txt .venv/serves
	@echo "正在安装测试用的依赖… (installing what the tests need)"
	@$(PIP) -r requirements-dev.txt
	@touch $@

setup: .venv/serves ## virtual environment and dependencies, nothing else
setup-dev: .venv/tests ## the same, with what tests and checks need

# ---------------------------------------------------------------- serving
# exec: the signal of Ctrl-C or `kill` must reach the portal, not a shell in between.
up: .venv/serves ## everything, then serves; Ctrl-C stops it
	@exec $(BIN)/python manage.py up

# ---------------------------------------------------------------- tests
test: .venv/tests ## the suite, short races included
	@$(PYTEST) -n 2

races: .venv/tests ## long races, and servers killed on purpose
	@$(PYTEST) -m races

journeys: .venv/tests ## a real browser
	@$(PYTEST) -m journeys

bench: .venv/tests ## ratios, not seconds
	@$(BIN)/python -m benchmarks

bench-scale: .venv/tests ## a million closed cases: pages, sweep, EXPLAIN
	@BENCH=scale $(BIN)/python -m benchmarks

# ---------------------------------------------------------------- checks
# Each runs even if one before it failed: one round shows everything.
check: .venv/tests ## format, lint, types, import contracts, migrations, translations, templates
	@failed=0; \
	run() { echo "== $$*"; "$$@" || failed=1; }; \
	run $(BIN)/ruff format --check .; \
	run $(BIN)/ruff check .; \
	run $(BIN)/mypy; \
	run $(BIN)/python scripts/contracts.py; \
	run $(BIN)/python scripts/translations.py --check; \
	run $(BIN)/python manage.py makemigrations --check --dry-run; \
	run $(BIN)/python manage.py check; \
	exit $$failed

messages: .venv/tests ## bring locale/en up to date with the pages
	@$(BIN)/python scripts/translations.py --write

lock: ## pin requirements anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		--extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean: ## forget the environment, keep the data
	rm -rf .venv
