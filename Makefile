# The verbs of the workshop. `make` alone lists them, each with the sentence
# behind its ##. Needed: Go, and for `make interop` and the web pages also Node.

SHELL = /bin/sh

# What is given to `kefu dev` by `make run`, for example ARGS='--addr :8080'.
ARGS =
# Further flags of `go test` in `make test`, for example TESTFLAGS=-short.
TESTFLAGS =
# What one package's tests may take before they count as hanging. None takes half
# of it on two cores that have nothing else to do.
TIMEOUT = 10m
# How long each fuzz target runs in `make fuzz` and `make check`.
FUZZTIME = 3s
# Flags of the benchmark, for example BENCHFLAGS=-short to see that it runs.
BENCHFLAGS =
# How many worlds are played in `make test` beside those under the race detector,
# which are fewer because it makes each five times as dear.
WORLDS = 300
# How many worlds `make sim` plays, and the seed of the first.
SEEDS = 5000
FROM = 1
# How often `make crash` kills, on each database.
KILLS = 50

# The steps of check go from cheap to dear, one after the other.
.NOTPARALLEL:

# Two compilations at a time leave a small machine usable.
GOFLAGS := $(shell go env GOFLAGS) -p=2
export GOFLAGS

# The release that the sources are nearest to; "dev" outside a git checkout.
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

.PHONY: help
help:
	@echo 'make VERB, where VERB is one of'
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: pages build ## Build and start the sandbox: prints URLs and credentials, Ctrl-C ends it.
	@exec ./bin/kefu dev $(ARGS)

# The race detector needs a C compiler on most systems; without one the tests
# are still worth running, and say that they do less.
.PHONY: test
test: ## Run all tests that need no server; with KEFU_TEST_POSTGRES_URL also those on PostgreSQL.
	@race=-race; \
	if [ "$$(go env CGO_ENABLED)" != 1 ]; then \
		race=; echo 'test: no C compiler is installed, so the race detector is off'; \
	fi; \
	if [ -z "$$KEFU_TEST_POSTGRES_URL" ]; then \
		echo 'test: KEFU_TEST_POSTGRES_URL is not set, so the tests on PostgreSQL are skipped'; \
	fi; \
	go test $$race -timeout $(TIMEOUT) $(TESTFLAGS) ./...
	@go test -timeout $(TIMEOUT) $(TESTFLAGS) ./internal/simtest -run TestWorlds -args -seeds $(WORLDS) -from 1001

.PHONY: check
check: format vet lint tidy generated fuzz test ## Check formatting, vet, staticcheck, go.mod, generated files and fuzzing; then test.

.PHONY: sim
sim: ## Let many worlds in a bottle run with faults, SEEDS=n from FROM=n; a failure says its seed.
	@go test -timeout 60m ./internal/simtest -run TestWorlds -count=1 -args -seeds $(SEEDS) -from $(FROM)

.PHONY: crash
crash: ## Kill the built program again and again under load, KILLS=n, and look for what is lost.
	@KEFU_CRASH_KILLS=$(KILLS) go test -timeout 60m ./test/script -run Crash -count=1 -v

.PHONY: build
build: ## Build bin/kefu.
	@go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/kefu ./cmd/kefu

# The floor is built like the program that is measured against it.
.PHONY: bench
bench: build ## Measure speed and size, each figure in turn with its floor; needs some minutes.
	@if [ -x test/bench/run ]; then \
		test/bench/run $(BENCHFLAGS); \
	else \
		go build -trimpath -ldflags '-s -w' -o bin/floor ./test/bench/floor && \
		go build -o bin/bench ./test/bench && \
		bin/bench -kefu bin/kefu -floor bin/floor $(BENCHFLAGS); \
	fi

.PHONY: interop
interop: build ## Let published SDKs, in Go and in Node, talk to the built program.
	@test/interop/run

.PHONY: e2e
e2e: pages build ## Play whole stories in a real browser, Chromium, against the built program.
	@test/e2e/run

.PHONY: screenshots
screenshots: pages build ## Take pictures of all pages into docs/screenshots, with Chromium.
	@test/e2e/run screenshots

# Not npm ci: it insists on the packages of every other platform, which not every
# registry has. The versions are those of package-lock.json all the same.
.PHONY: web
web: ## Build the web pages into web/dist, with Node.
	@if [ ! -f web/package.json ]; then \
		echo 'web: there are no pages yet'; \
	elif ! command -v npm >/dev/null; then \
		echo 'web: building the pages needs Node with npm' >&2; exit 1; \
	else \
		cd web && \
		if [ ! -f node_modules/.package-lock.json ] || [ -n "$$(find package-lock.json -newer node_modules/.package-lock.json)" ]; then \
			npm install --no-audit --no-fund; \
		fi && \
		npm run build; \
	fi

.PHONY: fuzz
fuzz: ## Fuzz every target for a moment; FUZZTIME=1m for longer.
	@FUZZTIME=$(FUZZTIME) .ci/fuzz

.PHONY: clean
clean: ## Remove what was built; data folders stay.
	@rm -rf bin
	@find web/dist -mindepth 1 ! -name placeholder.html -delete 2>/dev/null || true

# The steps of run and check, quiet unless something is wrong.

# Without Node the program is built with the page that tells how to build pages.
.PHONY: pages
pages:
	@if [ -f web/package.json ] && command -v npm >/dev/null; then $(MAKE) --no-print-directory web; fi

.PHONY: format
format:
	@unformatted=$$(find . -name node_modules -prune -o -name '*.go' -print | xargs gofmt -l) || exit 1; \
	if [ -n "$$unformatted" ]; then \
		echo 'check: not formatted, gofmt -w mends it:' >&2; echo "$$unformatted" >&2; exit 1; \
	fi

.PHONY: vet
vet:
	@go vet ./...

.PHONY: lint
lint:
	@go tool staticcheck ./...

.PHONY: tidy
tidy:
	@go mod tidy -diff || { echo 'check: go.mod is not tidy, go mod tidy mends it' >&2; exit 1; }

.PHONY: generated
generated:
	@.ci/generated
