# fundbook: make help lists the targets.
SHELL       := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO   ?= go
tool := $(GO) tool -modfile=tools/go.mod
# Hand-written Go: what git tracks and what it would add.
sources = $$(git ls-files -co --exclude-standard -- '*.go')
# The packages with golden files: their tests write them anew when UPDATE=1.
goldens = $$(git grep --untracked -lF -e 'Getenv("UPDATE")' -e 'dbtest.FactBytes' -- '*_test.go' | xargs -r -n1 dirname | sort -u | sed 's|^|./|')
# The state of the work tree, to see whether a step changed it.
state = { git status --porcelain -uall; git diff; } | sha256sum

.PHONY: help run demo build test check fmt fast lint generated golden bench walk

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## serve the store in ./data
	$(GO) run ./cmd/fundbook serve

demo: ## a sample county, ready to look at
	$(GO) run ./cmd/fundbook demo

build: ## one static program, bin/fundbook
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w" -o bin/fundbook ./cmd/fundbook

test: ## every test on both engines, with the race detector
	$(GO) test -race -timeout 40m ./...

check: fast lint generated ## everything a change must pass, beside the tests

fast: ## the cheap checks: format, vet, repository rules
	@bad=$$(gofmt -l $(sources)); test -z "$$bad" || { echo "not gofmt-clean:"; echo "$$bad"; exit 1; }
	$(GO) vet ./...
	$(GO) test ./internal/tidy

lint: ## the linters pinned in tools/go.mod
	@bad=$$($(tool) gofumpt -l -modpath fundbook -lang go1.26 $(sources)); test -z "$$bad" || { echo "not gofumpt-clean (make fmt):"; echo "$$bad"; exit 1; }
	$(tool) staticcheck ./...
	$(tool) golangci-lint run --timeout 15m

generated: ## generated documents are those that the code gives
	@before=$$($(state)); said=$$(UPDATE=1 $(GO) test -count=1 $(goldens) 2>&1) || { echo "$$said"; exit 1; }; \
	test "$$before" = "$$($(state))" || { git status --short; git diff --stat; echo "a golden file was not up to date: look at it and keep it"; exit 1; }
	@! git grep -lE '^// Code generated .* DO NOT EDIT' -- '*.go' > /dev/null || { $(GO) generate ./... && git diff --exit-code; }

fmt: ## format the Go files in place
	$(tool) gofumpt -w -modpath fundbook -lang go1.26 $(sources)
	gofmt -w $(sources)  # one pass of gofumpt does not always align what it split

golden: ## write the golden files anew; then read the difference
	UPDATE=1 $(GO) test -count=1 $(goldens)

bench: ## measure, and write docs/benchmarks.md
	$(GO) run ./bench/cmd/fundbench -out docs/benchmarks.md

walk: ## 2,000 random sequences over the whole way of the money, both engines and in memory
	$(GO) test -count=1 -timeout 4h -run TestTheWholeWayOfTheMoney -v ./internal/app -walks 2000
