#!/usr/bin/env bash
# test.sh BUILD_DIR: writes a page of invented figures with the program that BUILD_DIR holds, and
# tests it in Debian's Chromium. Screenshots land in BUILD_DIR/report-shots.
set -euo pipefail
build=$(cd "$1" && pwd)
cd "$(dirname "$0")"

npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
export REPORT_FIXTURE=$build/report-fixture.html
export REPORT_FIXTURE_SHORT=$build/report-fixture-short.html
export REPORT_SHOTS=$build/report-shots
"$build/src/offtake/report/report_fixture" "$REPORT_FIXTURE" "$REPORT_FIXTURE_SHORT"
npm test --silent
