#!/usr/bin/env bash
# test.sh BUILD_DIR: writes pages of invented figures with the program that BUILD_DIR holds, and tests
# them in Debian's Chromium. Pages and screenshots land in BUILD_DIR/report-pages.
set -euo pipefail
build=$(cd "$1" && pwd)
cd "$(dirname "$0")"

npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
export REPORT_PAGES=$build/report-pages
mkdir -p "$REPORT_PAGES"
"$build/src/offtake/report/report_fixture" "$REPORT_PAGES"
npm test --silent
