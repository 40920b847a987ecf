# Thin on purpose: infra/bootstrap.py prepares (each step only when its inputs changed), the rest is one command a line.
# The first of these that is new enough; set PYTHON to choose.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done || echo python3)
RUN := .venv/bin/python
CLI := $(RUN) -m crm_saas.cli

.DEFAULT_GOAL := help
.PHONY: help run test lint format bench demo shots chaos lock setup setup-test

help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## set everything up and serve the product on http://localhost:8000 (CRM_PORT changes the port)
	@exec $(CLI) up

test: setup-test ## every check and every test, as CI runs them
	@exec $(RUN) infra/check.py test

lint: setup-test ## formatting, lint, types, layers, migrations' SQL, web client
	@exec $(RUN) infra/check.py lint

format: setup-test ## rewrite the sources in the project's format
	@exec $(RUN) infra/check.py format

bench: setup-test ## speed against plain scripts, as ratios
	@exec $(CLI) bench

demo: setup ## a workspace with sample data in the running product
	@exec $(CLI) demo

shots: setup-test ## screenshots of every main screen, checked for overflow, missing texts and accessibility
	@exec $(RUN) infra/check.py shots

chaos: setup-test ## kill -9 all over provisioning, import, bulk changes and relay; nothing lost, nothing doubled
	@exec $(CLI) chaos

lock: ## compile requirements/*.in into hashed locks; LOCK_FLAGS=--upgrade asks for newer versions
	@for name in uv base observing dev; do .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-header --no-emit-index-url $(LOCK_FLAGS) "requirements/$$name.in" -o "requirements/$$name.txt" || exit 1; done

setup:
	@"$(PYTHON)" infra/bootstrap.py run

setup-test:
	@"$(PYTHON)" infra/bootstrap.py test
