# Thin on purpose: infra/bootstrap.py prepares (each step only when its inputs changed), the rest is one command a line.
.DEFAULT_GOAL := help
.PHONY: help lock
help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
lock: ## compile requirements/*.in into hashed locks (the only target that asks for newer versions)
	@for name in uv base dev; do .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url $(LOCK_FLAGS) requirements/$$name.in -o requirements/$$name.txt || exit 1; done
