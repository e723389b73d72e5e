# Everything a person or CI runs. `make help` lists it.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
RUN := var/venv
DEMO := var/demo-venv
WITH_SERVERS := $(VENV)/bin/python -m idp.embedded.with_servers
CODE := idp accounts oauth
VAR := $(or $(SIGNET_VAR),var)
export PYTHONDONTWRITEBYTECODE ?= 1

.DEFAULT_GOAL := help

.PHONY: help
help: ## List these commands
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Use

$(RUN)/installed: requirements.txt
	@echo "Installing Signet into $(RUN) …"
	@mkdir -p var && $(PYTHON) -m venv $(RUN) && $(RUN)/bin/python -m pip install -q --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt && touch $@

$(DEMO)/installed: examples/relying-party/requirements.txt
	@echo "Installing the demo app into $(DEMO) …"
	@mkdir -p var && $(PYTHON) -m venv $(DEMO) && $(DEMO)/bin/python -m pip install -q --no-cache-dir --disable-pip-version-check --require-hashes -r examples/relying-party/requirements.txt && touch $@

.PHONY: run
run: $(RUN)/installed $(DEMO)/installed ## Start Signet, a demo app and an API; PORT=, DEMO_PORT=
	@exec env -u PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX="$(CURDIR)/var/pycache" PORT="$(PORT)" DEMO_PORT="$(DEMO_PORT)" API_PORT="$(API_PORT)" DEMO_PYTHON="$(CURDIR)/$(DEMO)/bin/python" $(RUN)/bin/python -m idp.embedded.run

.PHONY: running
running:
	@$(PYTHON) -m idp.embedded.running "$(VAR)"

.PHONY: second-app
second-app: running $(DEMO)/installed ## Another app beside the running demo: one sign-in for both
	@. "$(VAR)/environment" && exec env ISSUER="$$SIGNET_ISSUER" CLIENT_ID=demo-app-2 CLIENT_SECRET="$$DEMO_CLIENT_SECRET_2" APP_NAME="Second demo app" BASE_URL="$$DEMO_URL_2" PORT="$${DEMO_URL_2##*:}" API_URL= $(DEMO)/bin/python examples/relying-party/app.py

.PHONY: manage
manage: running ## A command of the running demo: make manage CMD="apply orders.yaml"
	@. "$(VAR)/environment" && $(RUN)/bin/python manage.py $(CMD)

##@ Develop

$(VENV)/installed: requirements-dev.txt
	@echo "Installing the development environment into $(VENV) …"
	@$(PYTHON) -m venv $(VENV) && $(VENV)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt && touch $@

$(VENV)/demo-installed: examples/relying-party/requirements-dev.txt
	@$(PYTHON) -m venv $(VENV)/demo && $(VENV)/demo/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r examples/relying-party/requirements-dev.txt && touch $@

.PHONY: install
install: $(VENV)/installed $(VENV)/demo-installed ## Make the environment that tests and lint use

.PHONY: test
test: install ## Run every test on a PostgreSQL and a Valkey of its own; ARGS= goes to pytest
	@$(WITH_SERVERS) $(CURDIR)/$(VENV)/bin/python -m pytest -n 2 --dist loadgroup $(ARGS)

.PHONY: bench
bench: install ## Measure pairs side by side; ROUNDS=, SECONDS= (see bench/README.md)
	@$(WITH_SERVERS) env ROUNDS="$(or $(ROUNDS),5)" SECONDS="$(or $(SECONDS),2)" $(CURDIR)/$(VENV)/bin/python -m bench

.PHONY: lint
lint: install ## Every check that is not a test
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(WITH_SERVERS) $(VENV)/bin/mypy
	$(WITH_SERVERS) $(VENV)/bin/lint-imports --no-cache
	$(VENV)/bin/djlint templates --lint --quiet
	$(VENV)/bin/python tools/file_sizes.py
	$(VENV)/bin/python tests/attacks/check_cases.py
	$(VENV)/bin/python tools/configuration_docs.py --check
	$(VENV)/bin/python tools/specifications.py --check
	$(WITH_SERVERS) $(VENV)/bin/python manage.py makemigrations --check --dry-run
	$(WITH_SERVERS) env SIGNET_ISSUER=https://id.example.com SIGNET_EMBEDDED=false SIGNET_OUTBOX_VISIBLE=false SIGNET_EMAIL_HOST=mail.example.com SIGNET_PROXY_SECRET=0123456789012345678901234567890123456789 SIGNET_SMS_SENDER=webhook SIGNET_SMS_WEBHOOK_URL=https://sms.example.com SIGNET_SMS_WEBHOOK_SECRET=0123456789012345678901234567890123456789 $(VENV)/bin/python manage.py check --deploy --fail-level WARNING
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(VENV)/bin/hadolint Dockerfile

.PHONY: screenshots
screenshots: install ## Pictures of every page, two widths, two themes, into var/screenshots
	@mkdir -p var/screenshots && rm -f var/screenshots/*.png
	@BROWSER_SCREENSHOTS="$(CURDIR)/var/screenshots" $(WITH_SERVERS) $(CURDIR)/$(VENV)/bin/python -m pytest -q tests/browser $(ARGS)
	@echo "$$(ls var/screenshots | wc -l) pictures in var/screenshots"

.PHONY: format
format: install ## Format the code
	$(VENV)/bin/ruff check --fix . && $(VENV)/bin/ruff format .

.PHONY: docs
docs: install ## Write the generated pages of docs/ and .env.example anew
	$(VENV)/bin/python tools/configuration_docs.py
	$(VENV)/bin/python tools/specifications.py

.PHONY: messages
messages: install ## Collect and compile translations (needs gettext)
	$(WITH_SERVERS) $(VENV)/bin/python manage.py makemessages --all --no-location --no-obsolete --ignore "examples/*" --ignore "tests/*" --ignore ".venv/*" --ignore "var/*"
	$(WITH_SERVERS) $(VENV)/bin/python manage.py compilemessages --ignore ".venv/*" --ignore "var/*"

.PHONY: requirements
requirements: install ## Pin all dependencies anew, with hashes
	$(VENV)/bin/uv pip compile -q pyproject.toml --extra embedded --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 --universal -o requirements.txt
	$(VENV)/bin/uv pip compile -q pyproject.toml --extra embedded --extra dev -c requirements.txt --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 --universal -o requirements-dev.txt
