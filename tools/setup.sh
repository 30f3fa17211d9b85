#!/usr/bin/env bash
# Installs what the build needs and this machine lacks: Debian packages (with sudo when not root),
# and a Python environment in the tree with the pinned packages of requirements.txt.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/need.sh build-essential cmake ninja-build ccache python3 python3-venv zlib1g-dev \
  libfmt-dev libyaml-cpp-dev nlohmann-json3-dev libcli11-dev libeigen3-dev libcsv-dev libceres-dev \
  doctest-dev librapidcheck-dev libbenchmark-dev
command -v npm >/dev/null || tools/need.sh nodejs npm

stamp=.venv/requirements.sha256
wanted=$(sha256sum requirements.txt | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
  echo "offtake: preparing the Python environment in .venv"
  rm -rf .venv
  python3 -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
  echo "$wanted" >"$stamp"
fi
