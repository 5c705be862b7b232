# Two commands are all that a fresh Debian or Ubuntu machine with Go needs:
# "make demo" and "make test".

BINARY := bin/caseconsultant
# Given to the demo: make demo ARGS="--addr 127.0.0.1:9000"
ARGS ?=

.PHONY: demo test race build lint accuracy bench install-deps

demo:
	@.ci/install.sh demo
	go build -o $(BINARY) ./cmd/caseconsultant
	@$(BINARY) demo $(ARGS)

test:
	@.ci/install.sh test
	go test -timeout 20m ./...

# Needs a C compiler.
race:
	@.ci/install.sh test
	go test -race -timeout 40m ./...

build:
	go build -o $(BINARY) ./cmd/caseconsultant

lint:
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "not gofmt-ed:" $$unformatted >&2; exit 1; fi
	go vet ./...
	go tool staticcheck ./...
	@.ci/vulncheck.sh

# What the recogniser finds in the labelled mails, without and with code sets,
# and what it misses in those that may be read: docs/recogniser.md.
accuracy:
	@.ci/install.sh test
	go test -count=1 -v -run '^TestAccuracy' ./consult/code

# The benchmarks that need servers, and the recogniser's.
bench:
	@.ci/install.sh test
	go test -run '^$$' -bench . -benchtime 1x -timeout 30m ./cmd/caseconsultant
	go test -run '^$$' -bench 'Import|Search' -benchtime 2x -timeout 30m ./consult/codeset
	go test -run '^$$' -bench 'Gather' -benchtime 300x -timeout 30m ./consult/codeset
	go test -run '^$$' -bench . ./consult/code

install-deps:
	@.ci/install.sh test
