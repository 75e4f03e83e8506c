# Two commands: `make demo` and `make test`. Each sets up what it needs; a second run finds it there.
#
#   make demo [ONCE=1]   the service with a real sample call; ONCE=1 ends after the call
#   make test            every test, linters and types first
#   make setup           only the set-up: .venv with the `yida` command, the weights
#   make lock            renew constraints.txt from what is installed

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready
TESTABLE := .venv/.testable

.PHONY: setup demo test browser lock

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Yida needs Python 3.11 or later; set PYTHON=…")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	$(BIN)/yida models pull whisper-base kokoro
	@touch $@

# What only tests need: their tools, and every extra.
$(TESTABLE): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	$(BIN)/yida models pull
	@touch $@

demo: $(READY)
	@$(BIN)/yida demo $(if $(ONCE),--once)

test: $(TESTABLE) browser
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile

# The browser test drives Debian's Chromium. Without it, and without a way to get it, the test says so and is skipped.
browser:
	@command -v chromium >/dev/null || { \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk; \
	  else echo "no chromium and no way to install it: the browser test will be skipped"; fi; }

# A torch for processors alone is called +cpu; other machines take another.
lock: $(TESTABLE)
	$(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu$$//' | LC_ALL=C sort -f > constraints.txt
