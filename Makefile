# One command each; `make help` lists them. Everything runs in .venv, which `make install` makes. (Tests wait for browsers,
# emulators and each other: on two cores four processes leave neither idle.)
PYTHON  ?= python3
BACKEND ?= mock
PORT    ?= 8000
CHAIN   ?= local
WORKERS ?= 4
BIN     := .venv/bin
PIP     := $(BIN)/python -m pip --quiet --disable-pip-version-check
STAMPS  := .venv/.stamps
CHECKS  := check-types check-client check-console check-contract check-models check-imports check-format
RUNTIME := emulators/solana_runtime
CLIENT  := clients/typescript
CONSOLE := console
REDOCLY := node_modules/.bin/redocly
COMPILE := $(BIN)/uv pip compile pyproject.toml --extra real --extra distributed --extra tracing --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock" --quiet

# $(call pinned,PYTHON,REQUIREMENTS): by uv, which takes a tenth of pip's time; by pip, where uv does not find what pip does (it
# reads none of pip's configuration: the index is passed on). The hashes are the same.
pinned = echo "$(2)"; index="$${PIP_INDEX_URL:-$$($(PIP) config get global.index-url 2>/dev/null)}"; \
	env $${index:+UV_DEFAULT_INDEX="$$index"} $(BIN)/uv pip install --quiet --python $(1) --require-hashes -r $(2) 2>/dev/null \
	|| $(1) -m pip --quiet --disable-pip-version-check install --no-compile --require-hashes -r $(2)

# Bytecode is kept whatever the environment says: each of the hundreds of processes that tests start, and each worker, would
# compile the tests anew, which is half of what collecting them costs.
export PYTHONDONTWRITEBYTECODE =
export REDOCLY_TELEMETRY = off
export REDOCLY_SUPPRESS_UPDATE_NOTICE = true

.DEFAULT_GOAL := help
.PHONY: help install run run-real console-dev test test-failed quick check $(CHECKS) generate fuzz fuzz-mock docs lock clean sbom audit

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | awk -F'\t' '{printf "  make %-10s %s\n", $$1, $$2}'

install: $(STAMPS)/python $(STAMPS)/package $(STAMPS)/console  ## .venv with pinned, hashed dependencies; Node packages and the console where npm is there

$(STAMPS)/python: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; name one: make install PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.txt | $(PIP) install --require-hashes -r /dev/stdin
	@$(call pinned,$(BIN)/python,requirements-dev.txt)
	@$(BIN)/python -m compileall -qq -j 0 .venv/lib || true  # on all cores, which pip does on one; a template may be no Python
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/package: $(STAMPS)/python pyproject.toml
	$(PIP) install --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q wallet_cli contract_tools server backends generated_models && touch $@  # the first start is quick too

$(STAMPS)/node: package-lock.json $(RUNTIME)/package-lock.json $(CLIENT)/package-lock.json $(CONSOLE)/package-lock.json
	@mkdir -p $(STAMPS)
	@if command -v npm >/dev/null; then \
		for package in . $(RUNTIME) $(CLIENT) $(CONSOLE); do npm ci --prefix $$package --no-audit --no-fund --loglevel=error || exit 1; done; \
		touch $@; \
	else \
		echo "npm not found: the console, the local Solana runtime, the contract's linter and the TypeScript client are left out (they need Node.js 20.19+)"; \
	fi

$(STAMPS)/console: $(STAMPS)/node $(shell find $(CONSOLE)/src $(CONSOLE)/public $(CLIENT)/src -type f) $(CONSOLE)/index.html $(CONSOLE)/vite.config.ts
	@if command -v npm >/dev/null; then npm run --silent --prefix $(CONSOLE) build -- --logLevel error && touch $@; fi

run: install  ## the mock server on http://127.0.0.1:8000: console at /console/, documentation at /docs
	$(BIN)/wallet-orchestrator serve --backend mock --port $(PORT)

run-real: install  ## the real server; starts the local emulators that are not configured, seeds a small world (CHAIN=faked: needs no Node.js)
	$(BIN)/python -m emulators.run_real --port $(PORT) --chain $(CHAIN)

console-dev: install  ## the console from its sources, renewed as they are saved, over a mock that is started for it
	$(BIN)/wallet-orchestrator serve --backend mock --port $(PORT) & trap "kill $$!" EXIT; \
		CONSOLE_SERVER=http://127.0.0.1:$(PORT) npm run --silent --prefix $(CONSOLE) dev

test: install  ## all tests (REQUIRE_EMULATORS=1: a missing emulator fails instead of skipping), in WORKERS processes
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

test-failed: install  ## what failed in the last run, one test after the other
	$(BIN)/python -m pytest -v --last-failed --last-failed-no-failures none

quick: install  ## unit tests and the mock, without what is slow or needs an emulator: half a minute
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile -m "not slow and not emulator" tests/unit tests/mock

check: install  ## format, lint, types, import rules, generated models, contract
	@$(MAKE) --no-print-directory -j $(WORKERS) $(CHECKS)

check-format:
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	@! git grep -nE '^(<<<<<<<|>>>>>>>) '

check-types:
	$(BIN)/mypy

check-imports:
	$(BIN)/lint-imports --no-logo

check-models:
	@echo "datamodel-codegen --check"
	@$(BIN)/datamodel-codegen --check && $(BIN)/datamodel-codegen --profile mock --check || \
		{ echo "generated_models/ is not what openapi.yaml and openapi.mock.yaml say. Run: make generate"; exit 1; }

check-contract:
	$(BIN)/openapi-spec-validator openapi.yaml openapi.mock.yaml
	@if [ -x $(REDOCLY) ]; then $(REDOCLY) lint; else echo "redocly left out: Node.js is missing"; fi

check-client:
	@if [ -d $(CLIENT)/node_modules ]; then npm run --silent --prefix $(CLIENT) check || \
		{ echo "Is clients/typescript/src/contract.ts what openapi.yaml says? Run: make generate"; exit 1; }; \
	else echo "the TypeScript client left out: Node.js is missing"; fi

check-console:
	@if [ -d $(CONSOLE)/node_modules ]; then npm run --silent --prefix $(CONSOLE) check; else echo "the console left out: Node.js is missing"; fi

generate: install  ## rewrite generated_models/ and the TypeScript client from openapi.yaml and openapi.mock.yaml
	$(BIN)/datamodel-codegen
	$(BIN)/datamodel-codegen --profile mock
	@if [ -d $(CLIENT)/node_modules ]; then npm run --silent --prefix $(CLIENT) generate; fi

fuzz: install  ## schemathesis against BACKEND=mock|real (WALLET_STORE=sqlite: real without Firestore); SEED=N
	$(BIN)/wallet-orchestrator fuzz --backend $(BACKEND) $(if $(SEED),--seed $(SEED))

fuzz-mock: install  ## schemathesis against the mock's own contract, and against the API with a directive on every request
	$(BIN)/wallet-orchestrator fuzz --contract openapi.mock.yaml $(if $(SEED),--seed $(SEED))
	$(BIN)/wallet-orchestrator fuzz --header 'Prefer: delay=1' $(if $(SEED),--seed $(SEED))

docs: install  ## the documentation, built strictly into build/docs
	$(BIN)/python -m sphinx -q -W --keep-going -b html docs build/docs
	@echo "build/docs/index.html"

$(STAMPS)/ops: requirements-ops.txt | $(STAMPS)/python
	test -x .venv/ops/bin/pip || $(PYTHON) -m venv .venv/ops
	@$(call pinned,.venv/ops/bin/python,requirements-ops.txt)
	@touch $@

sbom: $(STAMPS)/ops  ## sbom.cdx.json: what the server is made of (CycloneDX)
	.venv/ops/bin/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --mc-type application \
		--output-reproducible --output-file sbom.cdx.json

audit: $(STAMPS)/ops  ## known vulnerabilities of the pins (needs the network), and the Dockerfiles' lint
	.ci/audit
	.venv/ops/bin/hadolint Dockerfile emulators/solana_runtime/Dockerfile

lock: install  ## rewrite the pinned, hashed requirements from pyproject.toml (Linux and macOS, Python 3.11+)
	$(COMPILE) --output-file requirements.txt
	$(COMPILE) --output-file requirements-dev.txt --group dev --constraint requirements.txt
	$(BIN)/uv pip compile --group ops --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --quiet --output-file requirements-ops.txt

clean:  ## remove everything that is made
	rm -rf .venv node_modules $(RUNTIME)/node_modules $(CLIENT)/node_modules $(CLIENT)/dist $(CONSOLE)/node_modules $(CONSOLE)/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
