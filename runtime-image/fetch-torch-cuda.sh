#!/bin/sh
# Fetches PyTorch 2.7.1 for CUDA (3 GB, 5 GB unpacked) into the user's cache, unless it is there; prints where it is.
set -eu

here=$(dirname "$0")
target=${XDG_CACHE_HOME:-$HOME/.cache}/plinth/torch-cuda-2.7.1

if [ ! -e "$target" ]; then
  mkdir -p "$(dirname "$target")"
  scratch=$(mktemp -d "$(dirname "$target")/.fetch-XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  trap 'exit 1' INT TERM
  echo "fetching PyTorch for CUDA with pip: 3 GB" >&2
  if ! python3 -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes --only-binary=:all: \
      --implementation cp --python-version 3.11 --platform manylinux_2_28_x86_64 --platform manylinux_2_17_x86_64 \
      --platform manylinux2014_x86_64 --platform manylinux2010_x86_64 \
      --target "$scratch/packages" --requirement "$here/torch-cuda.txt" >&2; then
    echo "cannot fetch PyTorch for CUDA: it needs python3 with pip and a reachable Python package index" >&2
    exit 1
  fi
  mv "$scratch/packages" "$target"
fi
echo "$target"
