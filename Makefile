# FlexWhere SCIM. `make help` lists what there is.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory
BIN := node_modules/.bin
DOCUMENTS := scim admin backend
STATIC := drift lint-openapi lint typecheck
# Two at a time, each printing its output when it ends.
BESIDE := -j2 --output-sync=target
# sqlite3 is compiled where no ready binary fits.
export JOBS ?= 2

.PHONY: help start dev rooms test check generate drift lint-openapi lint typecheck dead-code doubled-code unit contract no-report conformance fuzz mutation breaking-changes release-contract build bench bench-quick bench-lists bench-plans bench-reviews bench-pages bench-neighbors docs figures release format clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 18

start: build ## Serve on SQLite with a demo tenant; prints Tenant URL and Secret Token
	@exec node dist/cli/main.js serve --demo

dev: node_modules/.installed ## Serve a demo tenant with simulated Entra traffic; restarts as files change
	@mkdir -p data; DATABASE_URL="$${DATABASE_URL:-sqlite:./data/dev.sqlite}" exec node --import tsx src/testing/dev/dev.ts

test: no-report build contract-tests/node_modules/.installed ## Run every check
	@began=$$(date +%s); $(MAKE) $(BESIDE) $(STATIC) dead-code doubled-code; $(MAKE) $(BESIDE) -o build unit contract; \
	echo "make test took $$(( $$(date +%s) - began )) s"
	@if [ "$${SKIP_POSTGRES:-}" = 1 ]; then echo 'make test passed, but NOT VERIFIED: anything on PostgreSQL (SKIP_POSTGRES=1)'; \
	else echo 'make test: every check passed'; fi

check: build contract-tests/node_modules/.installed ## Check formatting, types and contract, and run the tests beside the source on SQLite alone
	@began=$$(date +%s); $(MAKE) $(BESIDE) $(STATIC); SKIP_POSTGRES=1 $(MAKE) unit; \
	echo "make check took $$(( $$(date +%s) - began )) s"

generate: node_modules/.installed ## Write generated/ from openapi/
	@$(call generated,generated)

drift: node_modules/.installed ## Check that generated/ matches openapi/
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; $(call generated,$$folder); \
	diff -r "$$folder" generated || { echo 'generated/ does not match openapi/: run make generate and commit the result'; exit 1; }

lint-openapi: node_modules/.installed ## Lint the OpenAPI documents
	@$(BIN)/redocly lint --format=stylish $(DOCUMENTS:%=openapi/%.yaml)

lint: node_modules/.installed contract-tests/node_modules/.installed ## Check formatting and lint the code
	@$(BIN)/prettier --check --log-level warn .
	@$(BIN)/eslint --max-warnings 0 .

typecheck: node_modules/.installed contract-tests/node_modules/.installed ## Check the types
	@$(BIN)/tsc --noEmit -p . --incremental --tsBuildInfoFile node_modules/.cache/types.tsbuildinfo

dead-code: node_modules/.installed contract-tests/node_modules/.installed ## Find unused files, exports and packages
	@$(BIN)/knip --no-config-hints

# jscpd makes an error for each token that it has not seen before; without stack traces it takes two thirds of the time.
doubled-code: node_modules/.installed ## Find duplicated code
	@found=$$(node --stack-trace-limit=0 $(BIN)/jscpd --config .jscpd.json 2>&1) || { echo "$$found"; exit 1; }

unit: build ## Run the tests beside the source, on SQLite and PostgreSQL
	@$(BIN)/vitest run

contract: build contract-tests/node_modules/.installed ## Replay recorded traffic and walk the documents with Dredd
	@$(BIN)/vitest run --root contract-tests

# Each run of all tests of a kind leaves its part of the report behind, whether it passed or not.
no-report:
	@rm -rf conformance-report

conformance: no-report unit contract ## Write conformance-report/conformance.html and .json, as `make test` does too
	@ls conformance-report/conformance.*

fuzz: build contract-tests/node_modules/.installed ## Play random requests and histories and check the answers (FUZZ_RUNS, FUZZ_SEED)
	@export FUZZ_RUNS="$${FUZZ_RUNS:-1000}" FUZZ_SEED="$${FUZZ_SEED:-$$RANDOM}"; \
	echo "FUZZ_RUNS=$$FUZZ_RUNS FUZZ_SEED=$$FUZZ_SEED"; $(BIN)/vitest run --root contract-tests fuzz/ convergence/

mutation: build ## Plant faults and see whether tests notice (docs/mutation.md); MUTATION_FILES or MUTATION_SINCE=COMMIT for some files
	@nice $(BIN)/tsx tools/mutation/main.ts "$${MUTATION_FILES:-}" "$${MUTATION_SINCE:-}"

breaking-changes: node_modules/.installed contract-tests/node_modules/.installed ## Check openapi/ against the released contract
	@$(BIN)/vitest run --root contract-tests breaking-changes

release-contract: breaking-changes ## Make openapi/ the released contract
	@cp $(DOCUMENTS:%=openapi/%.yaml) openapi/released/

build: node_modules/.installed ## Compile src/, tools/ and the validators of openapi/ into dist/, and the server into one file
	@$(BIN)/tsx tools/build/compile.ts
	@node -e "import('./dist/http/validation/write.js').then(({ writeValidators }) => writeValidators())"
	@$(BIN)/tsx tools/build/bundle-server.ts

bench: build bench/competitors/node_modules/.installed ## Compare with other servers and with bare ones (docs/benchmarks.md); takes an hour or two
	@$(BIN)/tsx bench/compare.ts

bench-quick: build bench/competitors/node_modules/.installed ## Run make bench with 1,000 users, in two minutes
	@BENCH_QUICK=1 $(BIN)/tsx bench/compare.ts

bench-lists: build ## Measure lists (BENCH_USERS, BENCH_DATABASE_URL); not part of make test
	@$(BIN)/tsx bench/lists.ts

bench-plans: build ## Measure plans (BENCH_ACCOUNTS, BENCH_DATABASE_URL); not part of make test
	@$(BIN)/tsx bench/plans.ts

bench-reviews: build ## Measure reviewing and applying a plan of 100,000 lines (BENCH_ACCOUNTS, SKIP_POSTGRES); not part of make test
	@$(BIN)/tsx bench/reviews.ts

bench-pages: build ## Measure every page and read of the admin API at size (BENCH_USERS, BENCH_ACTIVITY, BENCH_TENANTS, BENCH_TIMES); not part of make test
	@$(BIN)/tsx bench/pages.ts

bench-neighbors: build ## Measure how tenants slow each other down (BENCH_SHAPES, BENCH_SECONDS, BENCH_TENANTS_SECONDS); not part of make test
	@$(BIN)/tsx bench/neighbors.ts

rooms: node_modules/.installed ## Draw docs/rooms.md from the imports
	@$(BIN)/tsx src/testing/structure/draw-rooms.ts

docs: node_modules/.installed ## Write the pages of /docs to site/
	@rm -rf site; $(BIN)/tsx src/testing/docs/make-docs.ts site

figures: build ## Redraw docs/figures/*.png with Chromium, from a server with an invented company
	@$(BIN)/tsx src/testing/figures/draw.ts

release: build ## Write a release (archive, bill of materials, checksums) to release/, and try to install it
	@$(BIN)/tsx tools/build/release.ts

format: node_modules/.installed ## Format the code
	@$(BIN)/prettier --write --log-level warn .

clean: ## Remove everything that can be built again; data/ stays
	rm -rf node_modules contract-tests/node_modules bench/competitors/node_modules dist site release

# SQLite is one large file: it compiles with -O2 in two thirds of the time that node-gyp's -O3 takes.
node_modules/.installed: package.json package-lock.json
	@CFLAGS="$${CFLAGS:--O2}" npm ci --no-audit --no-fund
	@touch $@

contract-tests/node_modules/.installed: contract-tests/package.json contract-tests/package-lock.json
	@npm ci --no-audit --no-fund --prefix contract-tests
	@touch $@

bench/competitors/node_modules/.installed: bench/competitors/package.json bench/competitors/package-lock.json
	@npm ci --no-audit --no-fund --prefix bench/competitors
	@touch $@

# $(call generated,FOLDER): the types of every document, and the document as JSON, which a server reads in a tenth of the time
# The program of the package yaml parses what it reads in pieces, and takes the end of a piece for the end of a line.
export YAML_TO_JSON := const { parse } = require('yaml'); console.log(JSON.stringify(parse(require('node:fs').readFileSync(0, 'utf8')), null, 2))
define generated
for document in $(DOCUMENTS); do \
	$(BIN)/openapi-typescript "openapi/$$document.yaml" -o "$(1)/$$document.d.ts" --root-types --root-types-no-schema-prefix > /dev/null; \
	node -e "$$YAML_TO_JSON" < "openapi/$$document.yaml" > "$(1)/$$document.json"; \
done
endef
