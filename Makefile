# Every target works from an empty clone on Debian 12: what is missing is installed first.
.PHONY: help demo build test report-test peers lint format bench operations asan clean setup
.DEFAULT_GOAL := help

PRESET := release
OFFTAKE := build/release/offtake
BOOK := openai-2025-12

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make demo     plan the compute of an AI lab as known on 2025-12-17, with a report
demo: build
	$(OFFTAKE) plan examples/$(BOOK).yaml --out out/$(BOOK)

## make build    install what is missing and build build/release/offtake
build: setup
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET)

## make test     build, and run all tests
test: build
	ctest --preset $(PRESET)

## make report-test  test the report page in Chromium, both themes and on a phone
report-test: build
	tools/need.sh chromium
	cmake --build --preset $(PRESET) --target report_fixture
	web/test.sh build/$(PRESET)

## make peers    install the programs that ours is compared with (1.3 GB); make test then compares
peers:
	tools/need.sh python3 python3-venv
	tools/python_environment.sh .venv-peers tests/peers/requirements.txt --no-deps
	tools/python_environment.sh .venv-plan-peers tests/peers/plan_requirements.txt --no-deps

## make lint     layering, formatting, static analysis
lint: build
	tools/need.sh clang-format-19 clang-tidy-19
	python3 tools/tidy.py
	git ls-files '*.cpp' '*.hpp' | xargs clang-format-19 --dry-run --Werror
	cmake --build --preset $(PRESET) --target all_verify_interface_header_sets
	tools/clang_tidy.sh build/$(PRESET)

## make format   lay out all C++ as .clang-format says
format:
	tools/need.sh clang-format-19
	git ls-files '*.cpp' '*.hpp' | xargs clang-format-19 -i

## make bench    run the benchmarks
bench: build
	tools/bench.sh build/$(PRESET)

## make operations PACKAGE=WHEEL  errors of single operations against the tables of aiconfigurator-core
operations: build
	mkdir -p out
	python3 tools/import_operations.py --package $(PACKAGE) -o out/operations.csv
	$(OFFTAKE) operations out/operations.csv

## make asan     run all tests under the address and undefined-behaviour sanitizers
asan: setup
	cmake --preset asan
	cmake --build --preset asan
	ctest --preset asan

setup:
	tools/setup.sh

clean:
	rm -rf build out
