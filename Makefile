# What you can do here:
#   make demo     set up, check the examples, show findings and a manifest, run workflows on this machine
#   make test     everything that must hold: `make check`, then the tests
#   make check    formatting, lint, types, who imports whom
#   make fix      format, and apply the safe fixes of the linter
#   make update   write every generated part anew: outputs in Markdown tests, the indexes of rules and arguments
#   make docs     write the generated pages of docs/ anew, and follow every link
#   make bench    measure on this machine
#   make agree    many random expressions: athena, Python and Argo's engine give the same; a part of bench
#   make coverage the tests again, with a table of the lines and branches that they miss
#   make dist     sdist, wheel and the extension of VS Code, installed into a fresh environment and tried there
#   make vsix     the extension of VS Code alone, with the server in it: dist/athena.vsix
#   make page     the script of the preview page, from vscode-client/page
#   make clients  what the tests of real editors need: the extension, and a VS Code to install it in
#   make lock     choose newer versions of the tools, with hashes
#   make clean    remove everything that was made
#
# Needs Python 3.11 or later with venv, and Node.js with npm for the extension. All else is installed into .venv, .tools
# and node_modules, at locked versions.

SHELL := /bin/bash
.DEFAULT_GOAL := help
# One check that fails does not hide what the others find.
MAKEFLAGS += --no-print-directory --keep-going

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# The first interpreter that runs and is new enough: a name on PATH alone may be a shim without one behind it.
HOST_PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

VSIX := dist/athena.vsix
CLIENT_READY := vscode-client/node_modules/.package-lock.json
CODE_SERVER := .tools/code-server
NPM_CI := npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

.PHONY: help demo test check check-format check-lint check-types check-imports check-examples check-client fix update \
	docs bench agree coverage dist page vsix clients lock clean

help:
	@sed -n '1,/^$$/s/^# \{0,1\}//p' $(firstword $(MAKEFILE_LIST))

$(READY): requirements/dev.txt pyproject.toml
	@test -n "$(HOST_PYTHON)" || { \
		echo "No Python 3.11 or later with venv was found. On Debian: apt-get install python3 python3-venv" >&2; exit 1; }
	@test -x $(BIN)/python || $(HOST_PYTHON) -m venv $(VENV)
	@echo "Installing the tools into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# A command as somebody would type it, with what it prints; the second argument is the exit code that is right.
define show
@printf '\n\033[1m$$ athena %s\033[0m\n\n' '$(1)'
@code=0; $(BIN)/athena $(1) || code=$$?; test $$code -eq $(2)
endef

demo: $(READY)
	$(call show,check examples/quickstart examples/etl,0)
	$(call show,check examples/mistakes,1)
	$(call show,emit examples/etl/src/etl/flow.py,0)
	$(call show,run examples/etl/src/etl/flow.py --host /srv/orders=examples/etl/sample --env-file examples/etl/sample/settings.env,0)
	@printf '\n\033[1m$$ athena run --quiet examples/argo/*.py\033[0m\n\n'
	@for program in examples/argo/*.py; do printf '%-42s ' $$program; \
		$(BIN)/athena run --quiet $$program $(ANSWERS) </dev/null || exit 1; done

# For the one example that asks a person.
ANSWERS := --answer approval=yes --answer region=us --answer percent=25

check: check-format check-lint check-types check-imports check-examples check-client

check-format: $(READY)
	@$(BIN)/ruff format --check --quiet

check-lint: $(READY)
	@$(BIN)/ruff check --quiet --output-format concise

check-types: $(READY)
	@$(BIN)/mypy --no-error-summary

check-imports: $(READY)
	@$(BIN)/lint-imports --no-logo > $(VENV)/imports.txt || { cat $(VENV)/imports.txt; exit 1; }

check-examples: $(READY)
	@$(BIN)/basedpyright --level error > $(VENV)/examples.txt || { cat $(VENV)/examples.txt; exit 1; }

check-client: $(CLIENT_READY)
	@cd vscode-client && npm run --silent check

$(CLIENT_READY): vscode-client/package-lock.json
	@command -v npm >/dev/null || { echo "No npm was found. On Debian: apt-get install nodejs npm" >&2; exit 1; }
	@echo "Installing the tools of the extension ..."
	@cd vscode-client && $(NPM_CI)
	@touch $@

# What the preview page is made of; written into the package, so that nothing has to be built to install it.
page: $(CLIENT_READY)
	@cd vscode-client && npm run --silent page

vsix: $(VSIX)

$(VSIX): $(READY) $(CLIENT_READY) requirements/server.txt $(shell git ls-files athena_lsp athena_runtime vscode-client)
	@mkdir -p dist
	@$(BIN)/python tools/bundle_server.py
	@cd vscode-client && npm run --silent bundle
	@cd vscode-client && node node_modules/@vscode/vsce/vsce package --no-dependencies --allow-missing-repository \
		--out ../$(VSIX) | tail -n 1

clients: $(VSIX) $(CODE_SERVER)/.ready

# Without the scripts of its packages, nothing is compiled: a terminal and a log are missing, and not wanted here.
$(CODE_SERVER)/.ready: tests/e2e/vscode/package-lock.json
	@echo "Installing a VS Code for the tests ..."
	@mkdir -p $(CODE_SERVER) && cp tests/e2e/vscode/package.json tests/e2e/vscode/package-lock.json $(CODE_SERVER)
	@cd $(CODE_SERVER) && $(NPM_CI) --omit=dev
	@cd $(CODE_SERVER)/node_modules/code-server/lib/vscode && $(subst npm ci,npm install,$(NPM_CI)) --omit=dev
	@touch $@

# The tests come last, so that the last line of the output is their result.
test: check clients
	$(BIN)/python -m pytest

fix: $(READY)
	$(BIN)/ruff check --fix --quiet
	$(BIN)/ruff format --quiet

update: $(READY)
	$(BIN)/python -m pytest --quiet --update

docs: update
	$(BIN)/python -m pytest --quiet tests/test_guides.py

bench: $(READY)
	@$(BIN)/python bench/run.py
	@$(BIN)/python -m bench.peers
	@$(BIN)/python -m bench.soak
	@$(BIN)/python -m bench.fuzz
	@$(MAKE) agree

agree: $(READY)
	@$(BIN)/python -m tests.argo.expressions_agree --count 20000
	@$(BIN)/python -m tests.engine.evaluation_agree --count 20000

coverage: $(READY)
	$(BIN)/coverage run -m pytest --quiet
	$(BIN)/coverage report --include='athena_lsp/analysis/*,athena_lsp/argo/*,athena_runtime/*'

dist: $(READY)
	rm -rf dist
	@$(MAKE) vsix
	$(BIN)/python -m build --no-isolation --outdir dist .
	$(BIN)/python tools/try_dist.py

# For all platforms and Python versions at once; uv writes no index address.
lock: $(READY)
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-header --no-emit-index-url --quiet --output-file requirements/server.txt
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-header --no-emit-index-url --quiet --output-file requirements/dev.txt
	$(BIN)/python tools/npm_locks.py

clean:
	rm -rf $(VENV) .tools vscode-client/node_modules vscode-client/dist vscode-client/bundled/libs dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -prune -exec rm -rf {} +
