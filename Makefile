# Targets with a `##` comment are shown by `make`.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory
.NOTPARALLEL:

# Overridable: make test P=4 TIMEOUT=30m, make run ARGS='--listen 127.0.0.1:9000'.
P ?= 2
TIMEOUT ?= 30m
LONG_TIMEOUT ?= 80m
FUZZTIME ?= 10s
PKG ?= ./...
RUN ?= .
RACE ?= -race
ARGS ?=
BENCH ?=

# A clone owned by another user, as in a container, has no version to stamp.
export GOFLAGS := $(strip $(GOFLAGS) -buildvcs=false)

LINT := .bin/golangci-lint
OUT := .tmp

.PHONY: help
help: ## Show this help.
	@awk 'BEGIN {FS = ":.*## "; print "Parley. Targets:"} /^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## Start a node on 127.0.0.1:8080 (ARGS='…' adds flags).
	go run ./cmd/parley serve $(ARGS)

.PHONY: build
build: ## Compile every package, and the binary to .bin/parley.
	go build ./...
	@if [ -d cmd/parley ]; then go build -o .bin/parley ./cmd/parley; fi

.PHONY: test
test: deps tidy-check generate-check build vet lint types bench-test race mutants ## Everything CI runs.

.PHONY: race
race: | $(OUT)
	set -o pipefail; go test -race -count=1 -shuffle=on -p $(P) -timeout $(TIMEOUT) ./... 2>&1 | tee $(OUT)/test.log
	@grep -q '^ok ' $(OUT)/test.log || { echo "no test ran" >&2; exit 1; }

.PHONY: mutants
mutants: ## Make defects on purpose and show what finds them (PARLEY_LONG=1 for all).
	PARLEY_MUTANTS=1 go test -count=1 -v -timeout $(LONG_TIMEOUT) -run '^TestMutants$$' ./internal/sim | grep -v '^=== '

.PHONY: bench-test
bench-test:
	cd bench && go build ./... && go test -short -count=1 ./...

.PHONY: short
short: ## Fast tests, without the race detector (PKG=./room/ for one package).
	go test -short -timeout 5m -p $(P) $(PKG)

.PHONY: long
long: ## Long runs with injected faults; writes docs/guarantees.md (PKG=…, RUN=… for some; RACE= for speed).
	PARLEY_LONG=1 go test -json $(RACE) -count=1 -p $(P) -timeout $(LONG_TIMEOUT) -run '$(RUN)' $(PKG) | \
		go run ./scripts/guarantees -commit "$$(scripts/tested-commit)"

.PHONY: fuzz
fuzz: ## Every fuzz target for FUZZTIME (10s).
	scripts/fuzz $(FUZZTIME)

.PHONY: bench
bench: build ## Measure beside other servers, write docs/performance.md (BENCH=--quick for the quick form).
	cd bench && go build -o ../.bin/bench .
	.bin/bench run $(BENCH)

.PHONY: cover
cover: | $(OUT) ## Test coverage by function; .tmp/cover.html has the lines.
	go test -coverpkg=./... -coverprofile=$(OUT)/cover.out -timeout $(TIMEOUT) -p $(P) ./...
	go tool cover -html=$(OUT)/cover.out -o $(OUT)/cover.html
	go tool cover -func=$(OUT)/cover.out

.PHONY: vet
vet:
	go vet ./...
	cd bench && go vet ./...

.PHONY: lint
lint: $(LINT) ## The linters of .golangci.yml.
	$(LINT) run ./...
	cd bench && ../$(LINT) run ./...

.PHONY: types
types: ## The types of the page's modules (with npm; without it nothing is checked).
	scripts/check-types

.PHONY: fmt
fmt: $(LINT) ## Format all Go code.
	$(LINT) fmt ./...

.PHONY: generate
generate: ## Write generated files anew.
	go generate ./...

.PHONY: generate-check
generate-check:
	scripts/check-generated

.PHONY: tidy-check
tidy-check:
	go mod tidy -diff
	cd tools && go mod tidy -diff
	cd bench && go mod tidy -diff

.PHONY: deps
deps: ## Install what the tests need beside Go (Debian: Chromium, gcc).
	@scripts/deps

.PHONY: clean
clean: ## Remove built and temporary files; keeps parley-data.
	rm -rf .bin $(OUT) parley
	find . -name .git -prune -o \( -name '*.test' -o -name '*.prof' \) -type f -exec rm -f {} +

# The pinned linter: compiled once from the module tools/, which the product does not import.
$(LINT): tools/go.mod tools/go.sum
	cd tools && go build -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@touch $@

$(OUT):
	@mkdir -p $@
