# Kawal SOP. `make demo` shows it, `make run` starts the bot; `make check` is what every change has to pass.
#
# All of it needs only make and Python 3.11 or newer with its venv module. The virtual
# environment in .venv is set up from the hash-locked requirements when it is first needed,
# and again when they change. Another Python: make PYTHON=/path/to/python3.12 …

PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,\
	$(shell $(name) -c 'import sys; sys.version_info >= (3, 11) and print("$(name)")' 2>/dev/null)))
VENV := .venv
IN := $(VENV)/bin
INSTALL := $(IN)/python -m pip install --quiet --disable-pip-version-check
# Two processes halve the time on two cores; more would each start a PostgreSQL of their own.
TESTS := $(IN)/python -m pytest -n 2

.DEFAULT_GOAL := help
.PHONY: help demo run test check format lint types imports bench screenshots clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/ready ## play with an office in the browser, without a token
	$(IN)/kawal demo

run: $(VENV)/ready ## run the bot (BOT_TOKEN and ADMIN_IDS in .env)
	$(IN)/kawal run

test: $(VENV)/ready-dev ## run the tests
	$(TESTS)

check: format lint types imports test ## everything that a change has to pass

format: $(VENV)/ready-dev
	$(IN)/ruff format --check .

lint: $(VENV)/ready-dev
	$(IN)/ruff check .

types: $(VENV)/ready-dev
	$(IN)/mypy

imports: $(VENV)/ready-dev
	$(IN)/lint-imports --no-cache

bench: $(VENV)/ready-dev ## measure the budgets
	$(IN)/python -m tests.bench

screenshots: $(VENV)/ready-dev ## take the pictures of the guide anew (needs chromium)
	$(IN)/python -m tests.demo_page.screenshots

clean: ## remove the virtual environment and what tools have left
	rm -rf $(VENV) *.egg-info build .mypy_cache .pytest_cache .ruff_cache .hypothesis

# The files `ready` and `ready-dev` say that an environment is whole: they are written last,
# so that an installation that was interrupted begins again.
$(VENV)/ready: requirements.txt pyproject.toml | $(IN)/pip
	$(INSTALL) --require-hashes -r requirements.txt
	$(INSTALL) --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/ready-dev: requirements-dev.txt pyproject.toml | $(IN)/pip
	$(INSTALL) --require-hashes -r requirements-dev.txt
	$(INSTALL) --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(IN)/pip:
	@test -n "$(PYTHON)" || { echo "Kawal SOP needs Python 3.11 or newer; none was found." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
