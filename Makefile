# Tanpuhui. Needs Python 3.11 or newer and make; everything else is installed into .venv.
# Recipes run in this folder whatever the caller's; quotes keep a path with spaces whole.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test held unit unit_behaviours unit_rewards lint fix cover messages migration bench lock \
  clean

# The first Python that the engines' wheels exist for.
PYTHON3 := $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
  if "$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; \
  then command -v "$$name"; break; fi; done)

PYTHON := .venv/bin/python
TANPUHUI := $(PYTHON) -m app.commands.main
# Wherever pip is told to look, the hashes decide what it may install.
PIP := $(PYTHON) -m pip --disable-pip-version-check --no-input
LOCK := uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
  --no-annotate --no-config --custom-compile-command 'make lock'

help: ## show these lines
	@sed -n 's/^\([a-z][a-z]*\):[^#]*## /  make \1\t/p' Makefile

run: .venv/.run ## start engines, database, web and worker with a demo programme; Ctrl-C stops
	@exec $(TANPUHUI) demo run

# Each core takes whole files, with engines and databases of its own; more than four would wait for
# the disk. One core: make test CORES=0
CORES := logical

test: lint ## everything: style, strict types, import rules, all tests
	$(PYTHON) -m pytest -n $(CORES) --maxprocesses 4 --dist loadfile

held: .venv/.test ## what held when it was attacked, tried again: the figures
	@$(PYTHON) -m pytest -q -rP tests/trust/test_what_held.py | grep -a '^held:\|passed\|failed'

unit: .venv/.test ## the domain and the order of the house: no database, half a minute
	@$(MAKE) --no-print-directory -j2 unit_behaviours unit_rewards

# Two halves of a like length, beside each other. Nothing in them writes a log, so none is caught.
unit_behaviours: .venv/.test
	$(PYTHON) -m pytest -q -p no:logging tests/behaviours tests/app/messages

unit_rewards: .venv/.test
	$(PYTHON) -m pytest -q -p no:logging tests/rewards tests/contracts/test_house.py tests/contracts/test_walls.py \
	  tests/contracts/test_messages.py

lint: .venv/.test ## style, strict types, import rules
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(PYTHON) -c 'from importlinter.cli import lint_imports_command as lint; lint()'

fix: .venv/.test ## repair what can be repaired without thinking: style and order of imports
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

cover: .venv/.test ## all tests with coverage of lines and branches, and what it must not fall under
	@mkdir -p var
	$(PYTHON) -m coverage erase
	$(PYTHON) -m coverage run -m pytest -q -n $(CORES) --maxprocesses 4 --dist loadfile
	$(PYTHON) -m coverage combine -q
	$(PYTHON) -m coverage report
	$(PYTHON) -m coverage report --include='behaviours/*,rewards/*' --fail-under=95

messages: .venv/.test ## list what the catalogues must say (var/messages.pot) and check that they do
	@mkdir -p var
	$(PYTHON) -m babel.messages.frontend -q extract -F pyproject.toml --no-default-keywords \
	  --keywords said --omit-header --no-wrap -o var/messages.pot app behaviours rewards
	$(PYTHON) -m pytest -q tests/contracts/test_messages.py

migration: .venv/.run ## begin the next step of the database: make migration name=what_it_does
	@test -n '$(name)' || { echo 'Say what it does: make migration name=what_it_does'; exit 1; }
	@last=$$(ls migrations/versions | sed -n 's/^\([0-9]\{4\}\)_.*/\1/p' | sort | tail -n 1); \
	next=$$(printf '%04d' $$((1$$last - 10000 + 1))); \
	$(PYTHON) -m alembic -c pyproject.toml revision --rev-id "$$next" -m '$(name)'

bench: .venv/.run ## measure the hot paths beside their bare counterparts
	@exec $(TANPUHUI) bench

lock: ## resolve the dependencies of pyproject.toml anew (needs uv)
	$(LOCK) --group install pyproject.toml -o requirements.lock
	$(LOCK) --group install --group test pyproject.toml -o requirements-test.lock

clean: ## remove the environment and the caches; the data in var/ stay
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf '{}' +

# The environment is made anew when the lock has changed, and only then.
.venv/.run: requirements.lock
	@test -n '$(PYTHON3)' || { echo 'Python 3.11, 3.12, 3.13 or 3.14 is needed; none was found.' \
	  'Install one, or name it: make $(or $(MAKECMDGOALS),run) PYTHON3=/path/to/python3'; exit 1; }
	@echo 'Installing what requirements.lock names into .venv (once; a minute or so) ...'
	@rm -rf .venv
	@'$(PYTHON3)' -m venv .venv || { rm -rf .venv; echo 'Python cannot make an environment.' \
	  'On Debian and Ubuntu: apt install python3-venv'; exit 1; }
	@$(PIP) install --quiet --only-binary :all: --require-hashes -r requirements.lock
	@$(PIP) install --quiet --no-deps --no-index --no-build-isolation --editable .
	@touch '$@'

.venv/.test: requirements-test.lock .venv/.run
	@echo 'Installing what the tests need into .venv (once) ...'
	@$(PIP) install --quiet --only-binary :all: --require-hashes -r requirements-test.lock
	@touch '$@'
