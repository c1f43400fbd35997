# One word per intent; `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install engine up preview refresh down landing-zone emulator test test-fast test-long bench lint format types check docs faults kills edits lock clean

help: ## list what can be done
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

# The mark is written last, so an installation that was cut off is done again.
$(INSTALLED): requirements-dev.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing the requirements into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation -e .
	@touch $@

install: $(INSTALLED) ## make .venv with everything the project needs

engine: $(INSTALLED) ## find or make the Pulumi engine
	@$(BIN)/python -m engine ensure

up: $(INSTALLED) ## bring up the stack `local` against the emulator
	@$(BIN)/python -m engine.local_stack up

preview: $(INSTALLED) ## show what `make up` would change
	@$(BIN)/python -m engine.local_stack preview

refresh: $(INSTALLED) ## take over into the state what was changed behind Pulumi's back
	@$(BIN)/python -m engine.local_stack refresh

down: $(INSTALLED) ## delete what `make up` made, and end the emulator
	@$(BIN)/python -m engine.local_stack down

landing-zone: $(INSTALLED) ## show rows of Zoho CRM on their way to datasets by files, against the emulator
	@$(BIN)/python -m engine.landing_zone

emulator: $(INSTALLED) ## run the emulator alone, for other clients
	@$(BIN)/python -m emulator --port 0 --data .local/emulator-alone

test: $(INSTALLED) ## run the tests
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

# Most of the time these tests wait, so there are more processes than cores.
test-fast: $(INSTALLED) ## run the tests without the engine, in about a minute
	@$(BIN)/python -m pytest -n 6 --dist loadgroup tests/unit tests/wire

faults: $(INSTALLED) ## run every operation against every fault of the emulator
	@$(BIN)/python -m tests.faults

kills: $(INSTALLED) ## kill engine and provider at random requests, 160 times
	@$(BIN)/python -m tests.kills

edits: $(INSTALLED) ## edit a program at random on the real engine, 300 steps, and check everything after each
	@$(BIN)/python -m tests.edits

test-long: $(INSTALLED) ## run the further tests on the real engine, each of many commands
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m long

bench: $(INSTALLED) ## measure speed on the real engine, about an hour, and write docs/performance*.md
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@$(BIN)/python -m bench

lint: $(INSTALLED) ## check style
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: $(INSTALLED) ## mend style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: $(INSTALLED) ## check types, strictly
	@$(BIN)/mypy

check: lint types test ## all of the above three

docs: $(INSTALLED) ## write docs/reference.md from the code
	@$(BIN)/python docs/make_reference.py

lock: $(INSTALLED) ## write the locks, with every package's hashes, from requirements*.txt
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 requirements.txt -o requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 -c requirements.lock requirements-dev.txt -o requirements-dev.lock

clean: ## end the emulator, and remove everything that was made here but the engine in the user's cache
	@test ! -x $(BIN)/python || $(BIN)/python -m engine.local_stack stop
	@rm -rf .local *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis $(VENV)
