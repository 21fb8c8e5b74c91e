# Two commands do everything: `make demo` to try it, `make test` to prove it.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
SOURCES := src tests
OTHER_PYTHONS := 3.12 3.13
CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
# A process of tests more than there are cores, as many tests wait for something; a file of tests stays in one process,
# whose tests may share a world, and the slow ones, the journeys, come before the many small ones that fill what time is
# left.
PROCESSES ?= $(shell expr $(CORES) + 1)
SIDE_BY_SIDE := --dist loadfile --no-loadscope-reorder
TOGETHER := $(MAKE) --no-print-directory -j$(CORES) $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
# Rows of cards and of answers to explain: nothing in them depends on the interpreter, so one is enough.
TABLES := tests/contract/test_provider_cards.py tests/contract/test_problem_cards.py tests/contract/test_faults.py \
  tests/unit/test_diagnosis_*.py
RUNS ?= 1000000

.PHONY: demo test lint types contracts others bench fuzz sweep durable signals stories cards pictures clean

demo: .venv/.installed  ## Open the wizard on the embedded practice world.
	@$(BIN)/mailwizard demo || [ $$? -eq 130 ]  # whoever leaves has not failed

test: .venv/.test  ## Lint, types, import contracts and every test.
	@$(TOGETHER) types lint contracts $(OTHER_PYTHONS:%=.venv-%/.test)
	$(BIN)/pytest -n $(PROCESSES) $(SIDE_BY_SIDE) --cov --cov-report=term --durations=10
	@$(TOGETHER) others

lint: .venv/.test
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)

types: .venv/.test
	$(BIN)/mypy $(SOURCES)

contracts: .venv/.test
	$(BIN)/lint-imports

others: $(OTHER_PYTHONS:%=on-%)  ## Unit and contract tests without the tables, on the other interpreters that are here.

on-%: .venv-%/.test
	@[ ! -x .venv-$*/bin/pytest ] || { echo "On Python $*:" && .venv-$*/bin/pytest -q -n 2 $(SIDE_BY_SIDE) \
	  $(TABLES:%=--ignore-glob='%') tests/unit tests/contract; }

.venv-%/.test: always
	@python=$$(command -v python$* 2>/dev/null && python$* -c '' 2>/dev/null \
	  || ls -d "$$(pyenv root 2>/dev/null)"/versions/$*.*/bin/python 2>/dev/null | tail -n 1); \
	if [ -z "$$python" ]; then echo "Python $* is not here: its tests are left out."; exit 0; fi; \
	python=$$(echo "$$python" | tail -n 1); \
	[ -x .venv-$*/bin/pytest ] && [ .venv-$*/.installed -nt pyproject.toml ] \
	  || { "$$python" -m venv .venv-$* && .venv-$*/bin/pip install -q --disable-pip-version-check -e '.[test]' \
	  && touch .venv-$*/.installed; }

bench: .venv/.test  ## Measure what a person waits for, each figure as a ratio within one run.
	@$(BIN)/python -m compileall -q src
	@$(BIN)/python -m tests.bench

fuzz: .venv/.fuzz  ## Fuzz what reads bytes from outside, RUNS inputs a target; what breaks one is kept in build/fuzz.
	@for target in $(filter-out tests/fuzz/_%,$(wildcard tests/fuzz/*.py)); do \
	  $(BIN)/python -m tests.fuzz.$$(basename $$target .py) $(RUNS) || exit 1; done
	@$(BIN)/python -m tests.mutated $(if $(filter file,$(origin RUNS)),100000,$(RUNS)) $(SEED)

sweep: .venv/.test  ## Search RUNS runs of every story, chosen by SEED, for secrets that turn up where they do not belong.
	@$(BIN)/python -m tests.sweep $(if $(filter file,$(origin RUNS)),500,$(RUNS)) $(SEED)

durable: .venv/.test  ## Make the calls of RUNS saves fail, or kill them, by SEED; then let many programs save at once.
	@MAILWIZARD_SWAPS=10000 $(BIN)/pytest -q tests/durable/test_places.py
	@$(BIN)/python -m tests.durable $(if $(filter file,$(origin RUNS)),1000,$(RUNS)) $(SEED)

signals: .venv/.test  ## End RUNS checks from outside at moments chosen by SEED, and look at what is left.
	@$(BIN)/python -m tests.dropping $(if $(filter file,$(origin RUNS)),200,$(RUNS)) $(SEED)

stories: .venv/.test  ## Take every practice world to its good end at a terminal that is shown lines alone.
	@MAILWIZARD_EVERY_STORY=1 $(BIN)/pytest -q -n $(CORES) tests/journeys/test_plain_cures_terminal.py

cards: .venv/.installed  ## Compile the cards of src/mailwizard/knowledge after editing one.
	@$(BIN)/python -m mailwizard.knowledge.compiling

pictures: .venv/.test  ## Draw the pictures of the wizard anew; look at each before committing it.
	$(BIN)/pytest -q tests/snapshots --update-pictures

.venv/.made:
	@[ -n "$(PYTHON)" ] || { echo "mailwizard needs Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is missing (on Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	@touch $@

.venv/.installed: .venv/.made pyproject.toml
	@echo "Installing mailwizard into .venv ..."
	@$(BIN)/pip install -q --disable-pip-version-check -e .
	@$(BIN)/python -m compileall -q src
	@touch $@

.venv/.test: .venv/.made pyproject.toml
	@echo "Installing mailwizard and the test tools into .venv ..."
	@$(BIN)/pip install -q --disable-pip-version-check -e '.[test]'
	@$(BIN)/python -m compileall -q src
	@touch .venv/.installed $@

.venv/.fuzz: .venv/.test
	@echo "Installing the fuzzer into .venv ..."
	@$(BIN)/pip install -q --disable-pip-version-check 'atheris>=3.0'
	@touch $@

clean:
	rm -rf .venv .venv-* build dist .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.PHONY: always
always:
