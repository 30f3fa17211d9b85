#!/usr/bin/env bash
# Prepares the Python environment FOLDER with the pinned packages of REQUIREMENTS, unless it has them:
#   tools/python_environment.sh FOLDER REQUIREMENTS [OPTION OF PIP...]
set -euo pipefail
folder=$1 requirements=$2
shift 2

stamp=$folder/requirements.sha256
wanted=$(sha256sum "$requirements" | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
  echo "offtake: preparing the Python environment in $folder"
  rm -rf "$folder"
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check --require-hashes "$@" -r "$requirements"
  echo "$wanted" >"$stamp"
fi
