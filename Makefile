# The front door. `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# What a recipe needs of the machine is checked first: it stops with one line on what is missing and what still works.
requires = source testbed/scripts/requirements.sh &&

# Each recipe that needs Java starts with this: it finds a JDK 25 and Maven, or says in one line what to install.
with_java = source testbed/scripts/java-env.sh &&

# The cluster meant, if it is not the one named plinth.
cluster = $(if $(NAME),--name $(NAME))

.PHONY: help demo test test-e2e check format build images images-cuda crds cluster-up cluster-down cluster-status \
  bench bench-cluster-up bench-cluster bench-placement bench-planner bench-engine clean

help: ## List the targets
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

demo: ## Train, lose a node, recover, publish, serve: on a real Kubernetes on this machine (KEEP=1 keeps the cluster)
	@$(requires) require_demo
	@$(MAKE) build
	@$(with_java) exec testbed/demo/run $(if $(KEEP),--keep)

# Three modules side by side: while some wait for a cluster, the others compute.
test: ## Build everything and run every test, on a real Kubernetes where one is needed
	@$(requires) require_test
	@$(with_java) mvn -B -T 3 verify

test-e2e: ## Only the tests on real nodes, and all of them: each loss and crash, torchrun (about 20 minutes)
	@$(with_java) mvn -B verify -Dtest=none -Dit.test='*E2eIT' -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dfailsafe.failIfNoSpecifiedTests=false -De2e.excluded=none

check: ## Compile with all static checks, formatting and the unit tests; no cluster
	@$(with_java) mvn -B verify -DskipITs

format: ## Format the sources
	@$(with_java) mvn -q spotless:apply

build: ## Package the operator, the runtime and the testbed, without tests
	@$(with_java) testbed/scripts/maven.sh target/build.log package -DskipTests

images: build ## Build the image tars (runtime, operator) without a daemon or a registry
	@$(with_java) testbed/plinth-testbed image build

images-cuda: build ## Build the runtime with libtorch for CUDA, 5 GB, which GPUs need (fetches 3 GB the first time)
	@$(with_java) testbed/plinth-testbed image build runtime-cuda --cuda "$$(sh runtime-image/fetch-torch-cuda.sh)"

crds: ## Generate the CRDs, the install manifest and the API reference from the Java types
	@$(with_java) mvn -q -B -pl crds -am process-test-classes -Dcrds.generate.skip=false

cluster-up: ## Bring up a real Kubernetes on this machine (CONFIG=file.yaml, NAME=name)
	@$(requires) require_cluster
	@$(MAKE) build
	@$(with_java) testbed/plinth-testbed up $(if $(CONFIG),--config $(CONFIG)) $(cluster)

cluster-down: ## End it and remove everything it made (NAME=name)
	@$(with_java) testbed/plinth-testbed down $(cluster)

cluster-status: ## Show its components, nodes and images (NAME=name)
	@$(with_java) testbed/plinth-testbed status $(cluster)

bench: bench-cluster-up bench-cluster bench-placement bench-planner bench-engine ## Run every benchmark; each prints a table and writes target/bench/NAME.json

bench-cluster-up: ## Time to 1,000 simulated nodes
	@$(requires) require_cluster
	@$(MAKE) build
	@$(with_java) testbed/plinth-testbed bench cluster-up

bench-cluster: ## Gangs on thousands of simulated nodes, beside bare pods and native TAS (NODES="1000 5000" DECKS=2 PARTS="rest rate peer")
	@$(requires) require_cluster
	@$(MAKE) build
	@testbed/clusterbench/run $(if $(NODES),--nodes $(NODES)) $(if $(DECKS),--decks $(DECKS)) $(if $(PARTS),--parts $(PARTS))

bench-planner: ## How well the planner predicts, beside others, and how fast it searches (ROWS=file.csv: another measured table)
	@$(with_java) mvn -q -B -pl testbed/planbench -am package -DskipTests
	@testbed/planbench/run $(if $(ROWS),rows $(ROWS))

bench-engine: ## The engine beside llama.cpp on the same weights (PARTS="decode prefill" runs some of it; DEVICE=cuda: on a GPU, beside PyTorch)
ifeq ($(DEVICE),cuda)
	@nvidia-smi -L >/dev/null 2>&1 || { echo 'bench-engine: no CUDA device here' >&2; exit 1; }
	@$(with_java) mvn -q -B -pl runtime-image/bench -am package -DskipTests && \
	  torch=$$(sh runtime-image/fetch-torch-cuda.sh) && \
	  PYTORCH_LIBRARY_PATH=$$torch/torch/lib PYTORCH_VERSION=2.7.1 PYTORCH_TENSOREXPR=0 \
	  exec java --enable-native-access=ALL-UNNAMED -Xmx4g -cp 'runtime-image/bench/target/libs/*' dev.plinth.bench.EngineBench \
	    "$$(sh runtime-image/fetch-smollm2.sh)" target/bench/engine-cuda.json cuda
else
	@$(with_java) mvn -q -B -pl runtime-image/bench -am package -DskipTests && \
	  exec java --enable-native-access=ALL-UNNAMED -Xmx2g -cp 'runtime-image/bench/target/libs/*' dev.plinth.bench.EngineBench \
	    "$$(sh runtime-image/fetch-smollm2.sh)" target/bench/engine.json $(PARTS)
endif

bench-placement: build ## Compare placers on one input (INPUT=FILE scores that input, ANSWERS=FILE another scheduler's answers to it)
	@$(with_java) testbed/plinth-tierbench $(if $(INPUT),--input $(INPUT)) $(if $(ANSWERS),--answers $(ANSWERS))

clean: ## Remove what the build made (not the caches)
	@$(with_java) mvn -q clean; rm -rf target
