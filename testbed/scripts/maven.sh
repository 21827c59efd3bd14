#!/bin/bash
# Runs Maven and shows how far it is: one line on a terminal, one line a module elsewhere. All it says goes to the file LOG.
# usage: maven.sh LOG ARGUMENT...
set -o pipefail
log=$1; shift
mkdir -p "$(dirname "$log")"
terminal=0; [ ! -t 1 ] || terminal=1
mvn -B "$@" 2>&1 | tee "$log" | awk -v terminal=$terminal -v begun="$(date +%s)" '
  # "[INFO] Building Plinth: testbed 0.1.0-SNAPSHOT                          [2/10]"
  match($0, /\[[0-9]+\/[0-9]+\]$/) {
    split(substr($0, RSTART + 1, RLENGTH - 2), n, "/"); sub(/^\[INFO\] Building /, ""); sub(/ [^ ]+ +\[.*$/, "")
    bar = ""; for (i = 1; i <= 24; i++) bar = bar (i <= 24 * n[1] / n[2] ? "█" : "░")
    printf terminal ? "\r\033[K  … Maven %s %2d of %d  %s, %d s" : "  Maven %s %2d of %d  %s, %d s\n", bar, n[1], n[2], $0, systime() - begun; fflush()
  }
  /^\[ERROR\]/ && ++errors <= 20 { if (errors == 1 && terminal) print ""; print; fflush() }
  END { if (terminal) printf "\r\033[K"; if (!errors) print "  ✓ Built with Maven" }'
status=$?
[ $status = 0 ] || echo "plinth: the build failed; all it said is in $log" >&2
exit $status
