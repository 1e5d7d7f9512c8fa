# make run · make test · make lab
# ARGS picks what to test: make test ARGS=errors, make unit ARGS=magics, make test-browser ARGS=widgets
# Needs Node 20.12 or newer, Python 3 with venv, and make. Everything lands in this directory
# (node_modules, dist, .venv, .tools, artifacts); nothing is written to your home.

SHELL := /bin/bash
NODE ?= node
PYTHON ?= python3
VENV := $(CURDIR)/.venv
BIN := $(VENV)/bin
SPEC := $(VENV)/share/jupyter/kernels/tskernel/kernel.json
SOURCES := $(shell find kernel src kernelspec scripts lab -type f -not -name '*.py' -not -path 'lab/node_modules/*' -not -path 'lab/dist/*') package.json
PLATFORM := $(shell $(NODE) -p "process.platform.replace('win32','win')+'-'+process.arch")
OTHER_NODES := 24 26
# Real packages that the tests of modules import; their install scripts do not run.
FIXTURES := tests/modules/project/node_modules/.package-lock.json
# What examples/data.ipynb draws with.
EXAMPLES := examples/node_modules/.package-lock.json
ENTERPRISE := .tools/enterprise-gateway

PACKAGING := .tools/packaging

.PHONY: setup run test unit test-browser test-faults test-platforms lab check bench clean test-nodes wheel pack sizes release

setup: $(SPEC)

## Runs the tour and prints every cell with what it gave.
run: setup
	@$(BIN)/python scripts/execute.py examples/tour.ipynb

## Everything: units and wire under jest, then the kernel as real clients see it.
test: setup $(FIXTURES) $(EXAMPLES) $(ENTERPRISE)/.requirements
	@$(BIN)/python scripts/test.py --node $(NODE) $(ARGS)

## The unit tests alone, from the sources.
unit: node_modules/.package-lock.json
	@$(NODE) node_modules/jest/bin/jest.js $(ARGS) --roots=tests/unit

## The kernel in a real JupyterLab, in Chromium. Screenshots land in artifacts/browser.
test-browser: setup
	@JUPYTER=$(BIN)/jupyter $(NODE) tests/browser/run.cjs $(ARGS)

## Faults in full: about half an hour. What was survived lands in artifacts/faults.json.
test-faults: setup
	@FAULTS=full $(NODE) node_modules/jest/bin/jest.js tests/faults

lab: setup $(EXAMPLES)
	$(BIN)/jupyter lab --notebook-dir=examples $(if $(filter 0,$(shell id -u)),--allow-root)

check: node_modules/.package-lock.json lab/node_modules/@jupyterlab/notebook/package.json
	npx biome check --error-on-warnings .
	npx tsc --noEmit
	npx tsc --noEmit -p src/globals
	npx tsc --noEmit -p lab
	npx jest tests/unit/imports.test.ts tests/unit/docs.test.ts tests/unit/errors.test.ts

## The same tests on the other Node versions that are supported.
test-nodes: setup $(OTHER_NODES:%=test-node-%)

test-node-%: setup $(FIXTURES) $(ENTERPRISE)/.requirements $(EXAMPLES) .tools/node-%/package.json
	@echo "Node $*"
	@$(BIN)/python scripts/test.py --node .tools/node-$*/node_modules/node-$(PLATFORM)/bin/node

## The dialogues on arm64 (qemu), musl and Windows (Wine), where this machine can set them up: root on Debian. An hour.
test-platforms: setup
	@$(BIN)/python scripts/platforms.py $(ARGS)

## The figures, beside other kernels, on this Node and on the one that the wheel ships.
bench: setup .tools/node-24/package.json
	@$(MAKE) --no-print-directory -C bench NODE=$(NODE) PYTHON=$(BIN)/python \
		OTHER_NODE=$(CURDIR)/.tools/node-24/node_modules/node-$(PLATFORM)/bin/node

## The Python package: an sdist, and a wheel for each platform or for those in ARGS. Lands in artifacts/packages.
wheel: dist/kernel.cjs $(PACKAGING)/.requirements
	@$(PACKAGING)/bin/python python/build.py artifacts/packages $(ARGS)

## The npm package, beside them.
pack: dist/kernel.cjs
	@mkdir -p artifacts/packages && npm pack --silent --ignore-scripts --pack-destination artifacts/packages

## What an installation weighs, part by part.
sizes: dist/kernel.cjs
	@$(NODE) scripts/sizes.mjs

## All of a release from a clean clone, checked as new users would; see RELEASING.md. Lands in artifacts/release.
release: $(VENV)/.requirements $(PACKAGING)/.requirements
	@$(BIN)/python scripts/release.py $(ARGS)

clean:
	rm -rf dist .venv .tools artifacts node_modules lab/dist lab/node_modules tests/modules/project/node_modules examples/node_modules

# npm writes this file last. Not `npm ci`: it refuses the lock file wherever a registry lacks the packages that other
# platforms would take. This installs the locked versions and leaves the lock file as it is.
node_modules/.package-lock.json: package-lock.json
	npm install --no-save --no-audit --no-fund --loglevel=error
	@touch $@

$(FIXTURES) $(EXAMPLES): %/node_modules/.package-lock.json: %/package-lock.json
	npm ci --prefix $* --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# JupyterLab's types; what the build needs of this folder it installs by itself.
lab/node_modules/@jupyterlab/notebook/package.json: lab/package-lock.json
	npm ci --prefix lab --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

dist/kernel.cjs: node_modules/.package-lock.json $(SOURCES)
	npm run --silent build
	@touch $@

$(VENV)/.requirements: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input -r requirements.txt
	@touch $@

$(SPEC): dist/kernel.cjs $(VENV)/.requirements
	VIRTUAL_ENV=$(VENV) $(NODE) dist/tskernel.cjs install --sys-prefix
	@touch $@

$(PACKAGING)/.requirements: python/requirements.txt
	$(PYTHON) -m venv $(PACKAGING)
	$(PACKAGING)/bin/python -m pip install --quiet --disable-pip-version-check --no-input -r $<
	@touch $@

# Where it cannot be installed its tests are skipped, and say so.
$(ENTERPRISE)/.requirements: tests/remote/enterprise-gateway.txt
	@$(PYTHON) -m venv $(ENTERPRISE)
	@$(ENTERPRISE)/bin/python -m pip install --quiet --disable-pip-version-check --no-input -r $< && touch $@ || \
		echo "Enterprise Gateway cannot be installed here: its tests are skipped"

# Not to be removed after the tests, as make does with what only lies between other files.
.PRECIOUS: .tools/node-%/package.json
.tools/node-%/package.json:
	npm install --prefix .tools/node-$* --no-audit --no-fund --loglevel=error node-$(PLATFORM)@$*
	@touch $@
