# The targets of docs/reference/commands.md. Everything runs from .venv, made by a pinned uv.
UV_VERSION := 0.13.9
UV := .uvenv/bin/uv
SYNC := UV_PROJECT_ENVIRONMENT=.venv $(UV) sync --frozen --quiet --python python3
GS := .venv/bin/guongsang

# Where it is set, every process that the tests start compiles again all it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: audit sbom api faults messages install install-dev run test lint bench migration reference clean screenshots coverage

install: .venv/.runtime
install-dev: .venv/.dev

$(UV):
	python3 -m venv .uvenv
	.uvenv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.runtime: $(UV) uv.lock pyproject.toml
	test -e .venv/.dev || $(SYNC) --no-dev
	touch $@

.venv/.dev: $(UV) uv.lock pyproject.toml
	$(SYNC)
	touch $@ .venv/.runtime

.venv/.bench: $(UV) uv.lock pyproject.toml
	$(SYNC) --group bench
	touch $@ .venv/.dev .venv/.runtime

run: install
	$(GS) --home home demo

test: install-dev
	.venv/bin/pytest -n 3 --dist loadgroup --durations=30
	GUONGSANG_FAULT_ROUNDS=20 GUONGSANG_TEST_DB=postgres .venv/bin/pytest -n 3 --dist loadgroup \
		-m "not own_database and not browser" tests/integration tests/faults

# What the tests reach: informs, gates nothing, and costs minutes, so it is apart from them.
coverage: install-dev
	.venv/bin/pytest -n 3 --dist loadgroup --cov --cov-report=
	.venv/bin/coverage report --skip-covered

# A worker killed with SIGKILL at every step of publishing, a thousand times, on both databases.
faults: install-dev
	GUONGSANG_FAULT_ROUNDS=1000 .venv/bin/pytest tests/faults -s -p no:randomly
	GUONGSANG_FAULT_ROUNDS=1000 GUONGSANG_TEST_DB=postgres .venv/bin/pytest tests/faults -s -p no:randomly

lint: install-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

# Known holes in what is installed; without a service that knows them it says so and succeeds.
audit: install-dev
	.venv/bin/python -m tools.audit

# What a release is made of (CycloneDX), with licences; a GPL or AGPL among them is refused.
sbom: install
	.venv/bin/python -m tools.sbom

# The JSON API asked whatever its own description allows, for longer than every commit can.
api: install-dev
	.venv/bin/pytest tests/integration/test_api_described.py --hypothesis-profile=many -s -p no:randomly

bench: .venv/.bench
	.venv/bin/python -m bench

# Adds what the models have changed; a migration of a released version is never touched.
migration: install-dev
	GUONGSANG_SECRET_KEY=x .venv/bin/python -W ignore -m django makemigrations store \
		--skip-checks --settings pipeline.settings

# Texts of the interface: Vietnamese in the code, English in locale/en. Fill in the .po afterwards and
# run it again: it also writes the .mo, which is committed.
LOCALE := -D django -d pipeline/web/locale
messages: install-dev
	mkdir -p build
	.venv/bin/pybabel -q extract -F babel.cfg -k gettext_lazy -k gettext_noop --no-location --omit-header --sort-output -o build/django.pot .
	.venv/bin/pybabel -q update -i build/django.pot $(LOCALE) -l en --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	.venv/bin/pybabel -q compile $(LOCALE)

clean:
	rm -rf .venv .uvenv home build dist .pytest_cache .mypy_cache .ruff_cache .coverage htmlcov

# The pages of docs/reference that are made from the code.
reference: install-dev
	.venv/bin/python -m tools.reference

# The pictures of docs/images, from a demo in a throw-away home. Look at them before you commit them.
screenshots: install-dev
	.venv/bin/python -m tools.screenshots
