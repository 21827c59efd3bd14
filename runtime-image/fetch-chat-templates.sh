#!/bin/sh
# Fetches chat templates of many published models, out of the PyPI package trl (Apache-2.0, Hugging Face), which carries them as
# files, into the user's cache, and prints the folder. The templates belong to their models, under the models' licences; they are
# used by tests only and are not part of this repository. Does nothing if they are there.
set -eu

version=1.16.0
sha256=c4726e139dd40e1a41661511c639c8a68416782b2e3e8c0befebd77bb7ba0396
cache="${XDG_CACHE_HOME:-$HOME/.cache}/plinth/chat-templates"
folder="$cache/trl-$version"

if [ ! -d "$folder" ]; then
  mkdir -p "$cache"
  scratch=$(mktemp -d "$cache/.fetch-XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  trap 'exit 1' INT TERM
  echo "trl==$version --hash=sha256:$sha256" > "$scratch/requirements.txt"
  echo "fetching chat templates (1 MB) with pip" >&2
  if ! python3 -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
      --dest "$scratch" --requirement "$scratch/requirements.txt" >&2; then
    echo "cannot fetch trl $version: it needs python3 with pip and a reachable Python package index" >&2
    exit 1
  fi
  (cd "$scratch" && python3 -m zipfile -e trl-*.whl .)
  mv "$scratch/trl/chat_templates" "$folder"
fi
echo "$folder"
