# Each target alone takes a machine with python3.11, pip and make to the end result.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALLED := .venv/.installed
# Where the wheel of torch lies that the lock names; `make locked LOCKED_FROM="--find-links FOLDER"` without it.
LOCKED_FROM ?= --extra-index-url https://download.pytorch.org/whl/cpu

.PHONY: demo test lint drill locked clean

demo: $(INSTALLED)
	$(BIN)/hingewise nightly --site data/sample/site.toml --from 2026-10-05 --to 2026-10-06
	$(BIN)/hingewise demo-days --site data/sample/site.toml
	@echo "now open the dashboard: $(BIN)/hingewise dashboard --site data/sample/site.toml"

test: $(INSTALLED) lint
	$(BIN)/pytest -n 2 --dist loadgroup --durations 25

# Every file as it was tested, by its SHA-256; the lock names all there is to install, so pip looks for no more.
locked:
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --disable-pip-version-check --no-deps --require-hashes $(LOCKED_FROM) -r requirements.lock
	$(BIN)/pip install --disable-pip-version-check --no-deps -e .
	$(BIN)/pip check
	$(BIN)/hingewise --version

drill: $(INSTALLED)
	$(BIN)/python -m tests.drill --report docs/trust.md

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

clean:
	rm -rf .venv .prefect data/sample/store
