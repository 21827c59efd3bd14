#!/bin/sh
# Fetches chat templates of many published models, out of the PyPI package trl (Apache-2.0, Hugging Face), which carries them as
# files, into the user's cache, and prints the folder. The templates belong to their models, under the models' licences; they are
# used by tests only and are not part of this repository. Does nothing if they are there.
set -eu

version=1.16.0
exec sh "$(dirname "$0")/fetch-wheel.sh" trl "$version" \
  c4726e139dd40e1a41661511c639c8a68416782b2e3e8c0befebd77bb7ba0396 \
  trl/chat_templates "${XDG_CACHE_HOME:-$HOME/.cache}/plinth/chat-templates/trl-$version" "chat templates (1 MB)"
