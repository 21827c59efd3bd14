# The front door. `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Each recipe that needs Java starts with this: it finds a JDK 25 and Maven, or says in one line what to install.
with_java = source testbed/scripts/java-env.sh &&

.PHONY: help demo test check format build images crds cluster-up cluster-down cluster-status bench bench-placement clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

demo: images ## Train, lose a node, recover, publish, serve: on a real Kubernetes on this machine (KEEP=1 keeps the cluster)
	@$(with_java) exec testbed/demo/run $(if $(KEEP),--keep)

test: ## Build everything and run every test, on a real Kubernetes where one is needed
	@$(with_java) mvn -B verify

check: ## Compile with all static checks, formatting and the unit tests; no cluster
	@$(with_java) mvn -B verify -DskipITs

format: ## Format the sources
	@$(with_java) mvn -q spotless:apply

build: ## Package the operator, the runtime and the testbed, without tests
	@$(with_java) mvn -q -B package -DskipTests

images: build ## Build the image tars (runtime, operator) without a daemon or a registry
	@$(with_java) testbed/plinth-testbed image build

crds: ## Generate the CRDs, the install manifest and the API reference from the Java types
	@$(with_java) mvn -q -B -pl crds -am process-test-classes -Dcrds.generate.skip=false

cluster-up: build ## Bring up a real Kubernetes on this machine (CONFIG=file.yaml)
	@$(with_java) testbed/plinth-testbed up $(if $(CONFIG),--config $(CONFIG))

cluster-down: build ## End it and remove everything it made
	@$(with_java) testbed/plinth-testbed down

cluster-status: build ## Show its components, nodes and images
	@$(with_java) testbed/plinth-testbed status

bench: bench-cluster-up bench-placement ## Run every benchmark; each prints a table and writes target/bench/NAME.json

bench-cluster-up: build ## Time to 1,000 simulated nodes
	@$(with_java) testbed/plinth-testbed bench cluster-up

bench-placement: build ## Compare placers on one input (INPUT=FILE scores that input, ANSWERS=FILE another scheduler's answers to it)
	@$(with_java) testbed/plinth-tierbench $(if $(INPUT),--input $(INPUT)) $(if $(ANSWERS),--answers $(ANSWERS))

clean: ## Remove what the build made (not the caches)
	@$(with_java) mvn -q clean; rm -rf target
