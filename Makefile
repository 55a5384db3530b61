# The two commands of the README: `make demo` and `make test`. Each sets up what it needs.
#
# PYTHON=...       the Python that .venv is built on (3.11 or newer)
# TORCH_INDEX=...  a package index with the CPU builds of torch, where pip's own settings do not find one
# JOBS=2           test processes
# ARGS=...         further arguments of pytest, of the benchmarks or of the fuzzer

PYTHON ?= python3
TORCH_INDEX ?=
JOBS ?= 2
COMMA := ,
ARGS ?=
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup demo test check lint types bench bench-fields bench-infer bench-infer-full bench-grammars train-all train-gpu bench-learners grammar fuzz-long gallery gltf clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

setup: .venv/.installed  ## make .venv with pinned versions

.venv/.installed: pyproject.toml constraints.txt tools/setup.sh
	@PYTHON='$(PYTHON)' TORCH_INDEX='$(TORCH_INDEX)' sh tools/setup.sh

demo: setup  ## a furniture mesh becomes a program, a GLB and a picture, under out/demo/
	@bash examples/demo.sh

test: check  ## every check and every test
	$(BIN)/pytest -n $(JOBS) $(ARGS)
	@echo 'make test: ruff, format, pyright, imports and pytest passed'

check: lint types  ## what needs no run: style, types, direction of imports

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache --config pyproject.toml

types: setup
	$(BIN)/pyright

bench: setup  ## the benchmarks of the README's tables; peers are skipped by name when absent
	$(BIN)/python -m benchmarks $(ARGS)

bench-fields: setup  ## fields on grids, at points, meshed and batched; ARGS names groups, GPU rows where there is one
	$(BIN)/python -m benchmarks.fields $(ARGS)

# A row that is there is not run again: name another file (INFER_ROWS=…) or remove it to measure anew.
INFER_ROWS ?= out/infer/$@.jsonl
INFER = @mkdir -p out/infer && $(BIN)/python -m benchmarks.infer --out $(INFER_ROWS) --keep out/infer/$@
INFER_TABLES = @$(BIN)/python -m benchmarks.infer.tables $(INFER_ROWS)
# Of the answers that were kept: parts, connections and segments; known programs and edits; tokens against flat lists.
define INFER_SCORES
@$(BIN)/python -m benchmarks.infer.scores --keep out/infer/$@ --out $(INFER_ROWS:.jsonl=.scores.jsonl) $(BASELINES)
@$(BIN)/python -m benchmarks.infer.round_trip --keep out/infer/$@ --out $(INFER_ROWS:.jsonl=.round_trip.jsonl)
@$(BIN)/python -m benchmarks.infer.tokens out/infer/$@/shapelang
endef

bench-infer: setup  ## meshes read back, here and by peers that are installed: a subset fixed by hash, 15 minutes
	$(INFER) --sets kenney,ikea,psb,round_trip --limit 12 --systems shapelang,coacd_0.05,vhacd $(ARGS)
	$(INFER) --sets dirty --limit 40 $(ARGS)
	$(INFER_TABLES)
	$(INFER_SCORES)

bench-infer-full: BASELINES = --baselines
bench-infer-full: setup  ## the same of all furniture and segmented sets, hours; ARGS="--shard 1/4", resumable
	$(INFER) --sets kenney,ikea,ikea_fused,psb,psb_others,polyhaven \
		--systems shapelang,coacd_0.02,coacd_0.05,coacd_0.1,vhacd,vhacd_16 $(ARGS)
	$(INFER) --sets round_trip,dirty $(ARGS)
	$(INFER_TABLES)
	$(INFER_SCORES)
	@$(BIN)/python -m benchmarks.infer.segments --out $(INFER_ROWS:.jsonl=.segments.jsonl)

# What needs ShapeAssembly's or GRASS' archive is left out where the shared data are not beside the project.
UNPACKED = $(BIN)/python -m benchmarks.grammars.unpacked

bench-grammars: setup  ## grammars: drawn, learned, conditioned, programs told in bits, levels; some hours, long steps go on where they were stopped
	$(BIN)/python -m benchmarks.grammars
	$(BIN)/python -m benchmarks.grammars.conditioned
	$(BIN)/python -m benchmarks.grammars.sampled
	$(BIN)/python -m benchmarks.grammars.observed
	$(BIN)/python -m benchmarks.grammars.arrangements
	$(BIN)/python -m benchmarks.grammars.mixed
	$(BIN)/python -m benchmarks.grammars.mixed 3200 dining
	$(BIN)/python -m benchmarks.grammars.standing examples/chair.shape --each 60 --hold-out 10
	$(BIN)/python -m benchmarks.grammars.searched 30
	@mkdir -p out/grammars
	$(BIN)/python -m benchmarks.grammars.levels --out out/grammars/levels.jsonl
	-@programs=$$($(UNPACKED) programs_shapeassembly.tar.xz) && grass=$$($(UNPACKED) hierarchies_grass.tar.xz) && \
		$(BIN)/python -m benchmarks.grammars.corpora $$programs/data $$grass && \
		$(BIN)/python -m benchmarks.grammars.library $$programs/data/chair --first 100 && \
		$(BIN)/python -m benchmarks.grammars.bits $$programs/data --sizes 25 100 400 --seconds 60 --out out/grammars/bits.jsonl && \
		$(BIN)/python -m benchmarks.grammars.bits $$programs/data --sizes 0 --seeds 1 --seconds 400 --out out/grammars/bits.jsonl && \
		$(BIN)/python -m benchmarks.grammars.chairs $$programs/data/chair 200 && \
		$(BIN)/python -m benchmarks.grammars.standing $$programs/data/chair --first 20 && \
		$(BIN)/python -m benchmarks.grammars.standing $$programs/data/chair --first 60 && \
		$(BIN)/python -m benchmarks.grammars.conditioned_learned $$programs/data/chair && \
		for step in draw stand novel sheet; do \
			$(BIN)/python -m benchmarks.grammars.samples $$step $$programs/data --out out/grammars/samples || exit 1; \
		done; \
		for step in draw stand novel "compare --seed 0" "compare --seed 1" "compare --seed 2"; do \
			$(BIN)/python -m benchmarks.grammars.samples $$step $$programs/data --temperature 0.8 --count 334 --pushed 150 --out out/grammars/samples || exit 1; \
		done

train-all: setup  ## the runs of learners' tables, some ten hours on a CPU; resumable; ARGS="chairs-im-ae letters-cnn-ae" for some kept ones
	$(BIN)/python -m benchmarks.learners.kept train $(ARGS)
	@$(if $(ARGS),:,for step in "letters train --kinds ae$(COMMA)vae --steps 800 --seeds 5" \
		"sequential train one-step --seconds 500" "sequential train writes-2 --seconds 500" \
		"sequential train writes-6 --seconds 500" "sequential train views --seconds 200" \
		"necker train --seconds 205" "meshes train plain --seconds 300" "meshes train told --seconds 300" \
		"digits run --seconds 40 --seeds 3" "digits run --seconds 40 --seeds 3 --rates 0.5$(COMMA)2" \
		"letters train --kinds wgan --steps 6600 --seeds 5"; do \
		echo && echo "$$step" && $(BIN)/python -m benchmarks.learners.$$step || exit 1; \
	done)

train-gpu: setup  ## 9 minutes of the runs for a GPU, half an hour in all: call it until it says that all are done
	$(BIN)/python -m benchmarks.learners.kept train gpu --device cuda --minutes 9 $(ARGS)

bench-learners: setup  ## the kept runs on shapes they never saw, 20 minutes; a row without a run says so
	$(BIN)/python -m benchmarks.learners.kept measure --minutes 8 $(ARGS)
	@for step in "letters measure" "digits table --seconds 40" "solids measure --count 60 --seeds 1" \
		"looks --count 5 --fine 256" "sequential measure --volumes 100 --samples 10" \
		"sequential complete --volumes 20" "necker measure --cubes 5" "meshes measure" \
		"speed --batch 8 --rounds 10" "speed --batch 8 --rounds 4 --points 4096" \
		"surfaces --codes 2" "kills --kills 20"; do \
		echo && echo "$$step" && $(BIN)/python -m benchmarks.learners.$$step || exit 1; \
	done

grammar: setup  ## parser tables from shape.lark
	$(BIN)/python -m shapelang.syntax.generate

fuzz-long: setup  ## 100,000 mutated programs and 20,000 mutated mesh files, 100,000 programs of solids
	$(BIN)/python -m tests.fuzz --programs 100000 --meshes 20000 $(ARGS)
	$(BIN)/python -m tests.fuzz.solids --count 100000

gallery: setup  ## render all examples and fill the README's gallery
	$(BIN)/python -m tools.gallery

gltf: tools/gltf/node_modules/.installed  ## Khronos' validator, for the tests that use it (needs Node)

tools/gltf/node_modules/.installed: tools/gltf/package.json
	npm install --no-package-lock --no-audit --no-fund --prefix tools/gltf
	touch $@

clean:  ## remove all that was made here, .venv included
	rm -rf .venv out build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache tools/gltf/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
