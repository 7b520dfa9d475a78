# Live Sockets. The two that matter:
#
#   make lab                 everything needed, your copy of the chapters, JupyterLab
#   make lab LANGUAGE=zh     the same in Chinese
#   make test                everything needed, then all tests
#   make test CHAPTER=ch13   only what belongs to one chapter
#
# `make help` lists the others. PYTHON chooses the interpreter: make lab PYTHON=python3.12

PYTHON ?= python3
# Tests mostly wait: for peers, timeouts, a browser.
WORKERS ?= 3
# Groups of tests, the longest first: see tests/conftest.py.
SIDE_BY_SIDE := -n $(WORKERS) --dist loadscope --no-loadscope-reorder
VENV   := .venv
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# A command inside the environment. All of them must be on PATH: nbgrader runs alembic by name.
# (Only there: python3 outside must stay the one that makes the environment.)
IN := PATH="$$PWD/$(VENV)/bin:$$PATH"

# The environment may have a LANGUAGE of its own (gettext's), such as en_US:en: only "zh" counts
# there, while what is typed after `make lab` is taken as it is.
ifneq ($(origin LANGUAGE),command line)
override LANGUAGE := $(or $(filter zh,$(LANGUAGE)),en)
endif

.NOTPARALLEL:
.PHONY: help lab test lint build bench coverage environment.yml system clean

help:
	@echo "make lab        copy the chapters to work/ (never overwriting) and start JupyterLab"
	@echo "make test       lint, notebooks in step, every rule proved, all tests"
	@echo "make test CHAPTER=ch13   only what belongs to one chapter"
	@echo "make lint       style, types, spelling"
	@echo "make build      sources -> notebooks"
	@echo "make environment.yml   after a change of the dependencies in pyproject.toml"
	@echo "make bench      the benchmarks"
	@echo "make coverage   the tests again, with branch coverage"
	@echo "make clean      remove what make made; your work and the gradebook stay"

lab: $(VENV)/.lab
	@$(IN) python tools/lab.py --language "$(LANGUAGE)"

test: $(VENV)/.test system lint
	@$(IN) python -m pytest $(SIDE_BY_SIDE) $(if $(CHAPTER),--chapter $(CHAPTER))

lint: $(VENV)/.test
	@$(IN) ruff check --quiet .
	@$(IN) ruff format --quiet --check .
	@$(IN) mypy --no-error-summary
	@$(IN) codespell

build: $(VENV)/.test
	@$(IN) autograder build

bench: $(VENV)/.test
	@set -e; for file in bench/bench_*.py; do $(IN) python "$$file"; done

coverage: $(VENV)/.test
	@$(IN) python -m pytest --cov

environment.yml: $(VENV)/.test
	@$(IN) pyproject2conda project --custom-command "make environment.yml"

# Programs that pip cannot bring: a sandbox, a browser, peers to talk to.
system:
	@$(PYTHON) tools/system_packages.py

clean:
	rm -rf $(VENV) build *.egg-info .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache

# The environment. A stamp is touched last, so an interrupted installation is done again.
# Debian's Python has no ensurepip unless python3-venv is there; its pip can do without.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Live Sockets needs Python 3.11 or newer, this is %d.%d: name another, as in make lab PYTHON=python3.12" % sys.version_info[:2])'
	@echo "Making a Python environment in $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 \
		|| { $(PYTHON) -m venv --clear --without-pip $(VENV) \
		&& $(PYTHON) -m pip --python $(VENV)/bin/python install -qq pip; }
	@touch $@

$(VENV)/.lab: pyproject.toml $(VENV)/.made
	@echo "Installing JupyterLab, nbgrader and the course (a few minutes, once)"
	@$(IN) python tools/install.py --editable .
	@touch $@

$(VENV)/.test: pyproject.toml $(VENV)/.made
	@echo "Installing the course and what its tests need (a few minutes, once)"
	@$(IN) python tools/install.py --editable ".[test,browser,cluster]"
	@touch $@
