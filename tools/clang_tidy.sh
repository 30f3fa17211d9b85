#!/usr/bin/env bash
# clang_tidy.sh BUILD_DIR: runs clang-tidy on every source of the project, two at a time a core.
set -euo pipefail
cd "$(dirname "$0")/.."
git ls-files 'src/*.cpp' 'apps/*.cpp' ':!*_test.cpp' ':!*_bench.cpp' |
  xargs -P "$(nproc)" -n 4 clang-tidy-19 -p "$1" --quiet --warnings-as-errors='*'
