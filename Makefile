# Each target alone takes a machine with python3.11, pip and make to the end result.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: demo test lint drill clean

demo: $(INSTALLED)
	$(BIN)/hingewise nightly --site data/sample/site.toml --from 2026-10-05 --to 2026-10-06
	$(BIN)/hingewise demo-days --site data/sample/site.toml
	@echo "now open the dashboard: $(BIN)/hingewise dashboard --site data/sample/site.toml"

test: $(INSTALLED) lint
	$(BIN)/pytest -n 2 --dist loadgroup

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
