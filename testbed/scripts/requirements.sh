# Sourced by the Makefile: require_NAME stops with one line on what this machine lacks and on what still works.
# Disk and memory are what was measured on x86-64, rounded up; see docs/benchmarks.md.

plinth_stop() { echo "plinth: $*" >&2; exit 1; }

plinth_system() { uname -s; }
plinth_user() { id -u; }
plinth_free_memory_gib() { awk '/^MemAvailable:/ {print int($2 / 1048576)}' /proc/meminfo; }
plinth_free_disk_gib() { mkdir -p "$1" && df -Pk "$1" | awk 'NR == 2 {print int($4 / 1048576)}'; }
plinth_cache() { echo "${XDG_CACHE_HOME:-$HOME/.cache}/plinth"; }
plinth_has_parts() { [ -n "${PLINTH_PARTS:-}" ] || ls "$(plinth_cache)"/parts/*/kube >/dev/null 2>&1; }

require_linux() {
  [ "$(plinth_system)" = Linux ] || plinth_stop "the one-machine cluster needs Linux, this is $(plinth_system):" \
    "'make check' works here, and charts/install.yaml on an existing cluster through KUBECONFIG."
}

require_root() {
  [ "$(plinth_user)" = 0 ] || plinth_stop "$1 needs root, for nodes that run containers: without it 'make cluster-up'" \
    "(control plane and simulated nodes) and 'make test' work, and charts/install.yaml on an existing cluster through KUBECONFIG."
}

# require_memory GIB WHAT
require_memory() {
  [ "$(plinth_free_memory_gib)" -ge "$1" ] || plinth_stop "$2 needs $1 GiB of free memory, this machine has" \
    "$(plinth_free_memory_gib): 'make check' needs less, and 'make cluster-up CONFIG=FILE' with simulated nodes only needs 2 GiB."
}

# require_disk GIB WHAT; GIB more if Kubernetes is to be built
require_disk() {
  local need=$1 free
  plinth_has_parts || need=$((need + 6))
  free=$(plinth_free_disk_gib "$(plinth_cache)")
  [ "$free" -ge "$need" ] || plinth_stop "$2 needs $need GiB of free disk in $(plinth_cache), there are $free:" \
    "make room, or name a larger folder in XDG_CACHE_HOME."
}

# Go builds the parts of Kubernetes; where they are there already it is not needed.
require_go() {
  local go version minor
  ! plinth_has_parts || return 0
  go=$(command -v go || command -v /usr/local/go/bin/go) || plinth_stop "no Go found to build the cluster's programs with:" \
    "install Go 1.26 or newer, or name a folder with the programs in PLINTH_PARTS; 'make check' works without."
  version=$("$go" env GOVERSION)
  minor=${version#go1.}
  [ "${minor%%[!0-9]*}" -ge 26 ] 2>/dev/null || plinth_stop "Go is too old ($version at $go): install Go 1.26 or newer," \
    "or name a folder with the cluster's programs in PLINTH_PARTS; 'make check' works without."
}

# A demo that was told to keep its cluster, or that still runs.
require_no_demo() {
  local home=${PLINTH_TESTBED_HOME:-$(plinth_cache)/testbed}
  ! grep -qs supervise "/proc/$(cat "$home/demo/owner" 2>/dev/null)/cmdline" || plinth_stop "a demo's cluster is up already:" \
    "look around with 'export KUBECONFIG=$home/demo/kubeconfig', or end it with 'make cluster-down NAME=demo'."
}

require_demo() {
  require_linux
  require_root "the demo"
  require_no_demo
  require_go
  require_memory 6 "the demo"
  require_disk 6 "the demo"
}

require_cluster() {
  require_linux
  require_go
  require_memory 2 "the cluster"
  require_disk 2 "the cluster"
}

require_test() {
  require_linux
  require_go
  require_memory 6 "the whole test"
  require_disk 6 "the whole test"
  [ "$(plinth_user)" = 0 ] || echo "plinth: not root: the tests on nodes that run containers are skipped, all others run"
}
