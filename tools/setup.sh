#!/usr/bin/env bash
# Installs what the build needs and this machine lacks: Debian packages (with sudo when not root),
# and a Python environment in the tree with the pinned packages of requirements.txt.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/need.sh build-essential cmake ninja-build ccache python3 python3-venv zlib1g-dev \
  libfmt-dev libyaml-cpp-dev nlohmann-json3-dev libcli11-dev libeigen3-dev libcsv-dev libceres-dev \
  doctest-dev librapidcheck-dev libbenchmark-dev
command -v npm >/dev/null || tools/need.sh nodejs npm
tools/python_environment.sh .venv requirements.txt
