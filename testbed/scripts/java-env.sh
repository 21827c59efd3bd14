# Sourced: sets JAVA_HOME to a JDK 25 and checks for Maven, or says in one line what is missing and stops.
plinth_is_jdk25() { [ -x "$1/bin/javac" ] && "$1/bin/javac" -version 2>&1 | grep -q '^javac 25'; }

plinth_find_jdk() {
  local candidate javac
  if [ -n "${JAVA_HOME:-}" ] && plinth_is_jdk25 "$JAVA_HOME"; then return 0; fi
  if javac=$(command -v javac); then
    candidate=$(dirname "$(dirname "$(readlink -f "$javac")")")
    if plinth_is_jdk25 "$candidate"; then export JAVA_HOME=$candidate; return 0; fi
  fi
  for candidate in /usr/lib/jvm/*25* /usr/java/*25* /opt/*jdk*25* "$HOME"/.sdkman/candidates/java/25* \
    "$HOME"/.jdks/*25* /Library/Java/JavaVirtualMachines/*25*/Contents/Home; do
    if plinth_is_jdk25 "$candidate"; then export JAVA_HOME=$candidate; return 0; fi
  done
  return 1
}

if ! plinth_find_jdk; then
  echo "plinth: no JDK 25 found: install one (for example temurin-25-jdk) under /usr/lib/jvm, or set JAVA_HOME to it." >&2
  exit 1
fi
if ! command -v mvn >/dev/null; then
  echo "plinth: no Maven found: install Maven 3.8.7 or newer so that 'mvn' is on the PATH." >&2
  exit 1
fi
export PATH="$JAVA_HOME/bin:$PATH"
