#!/usr/bin/env bash
# bench.sh BUILD_DIR: builds and runs every benchmark; the median of several runs is what counts.
set -euo pipefail
cd "$(dirname "$0")/.."
benches=$(ninja -C "$1" -t targets all | sed -n 's/^\([a-z]*_bench\): phony$/\1/p' | sort -u)
for bench in $benches; do
  cmake --build "$1" --target "$bench" >/dev/null
  echo "== $bench"
  "$(find "$1" -type f -name "$bench" -perm -u+x)" --benchmark_repetitions=5 \
    --benchmark_report_aggregates_only=true
done
