# Everything a contributor does, by name. `make` alone lists it.

.DEFAULT_GOAL := help
.PHONY: help run test drill bench plans cluster upgrade scale several verify format up down docs
SHELL := /bin/sh

# What a recipe that needs a JDK and Maven begins with: a JDK 25 or newer on the PATH, or a message that says what is missing.
BUILD = JAVA_HOME=$$(.ci/jdk) || exit 1; export JAVA_HOME; PATH="$$JAVA_HOME/bin:$$PATH"; export PATH; \
	command -v $(MVN) >/dev/null || { echo "Maven ($(MVN)) was not found: install it, or name it with MVN=..." >&2; exit 1; };
# One process with small heaps: the engines inside it, the services beside it.
LAUNCHER = -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx192m -Xss512k --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
MVN ?= mvn
export MVN

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: ## build if needed, start everything here, dispatch a sample, run until Ctrl-C (DEMO_EXIT=1: end after the sample; CONTROLLERS=2 WORKERS=2 DISPATCHERS=3 WORKFLOW_WORKERS=2: several of each)
	@$(BUILD) .ci/build && exec "$$JAVA_HOME/bin/java" $(LAUNCHER) -jar standalone/target/standalone-exec.jar

test: ## run every test of every module; the totals come last
	@$(BUILD) exec .ci/test

drill: ## measure how long recovery takes: kill a dispatcher, cancel, leak a container
	@$(BUILD) exec .ci/drill

bench: ## measure, as ratios in one run (BENCH=EngineOverheadBench: only that one)
	@$(BUILD) exec .ci/bench

scale: ## several of everything with 10,000 tasks and 200 workflows, while one of each dies and one is added (SCALE_TASKS, SCALE_WORKFLOWS)
	@$(BUILD) rm -rf ./*/target/failsafe-reports; exec env KOHAKKU_SCALE_TASKS=$${SCALE_TASKS:-10000} KOHAKKU_SCALE_WORKFLOWS=$${SCALE_WORKFLOWS:-200} \
		$(MVN) -B -pl e2e-tests -am verify -Dtest=None -Dit.test=ScaleOutE2E -Dtest.limit=2h \
		-Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false

several: ## a dozen processes of `make run` on this machine, killed one after the other
	@$(BUILD) rm -rf ./*/target/failsafe-reports; exec $(MVN) -B -pl e2e-tests -am verify -DexcludedGroups= -Dgroups=several -Dtest=None -Dit.test=OneMachineE2E \
		-Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false -Dtest.limit=20m

plans: ## explain every statement of the Controller on large tables (PLANS_ROWS=1000000)
	@$(BUILD) exec $(MVN) -B -pl controller-service -am test -Dtest=QueryPlansIT -Dsurefire.failIfNoSpecifiedTests=false -Dplans.rows=$${PLANS_ROWS:-1000000} -Dtest.limit=60m

cluster: ## run the backend's contracts on the Kubernetes cluster of KUBECONFIG (CLUSTER_IMAGE: a busybox its nodes have or can pull)
	@$(BUILD) exec $(MVN) -B -pl dispatcher-service -am test -DexcludedGroups= -Dgroups=cluster -Dsurefire.failIfNoSpecifiedTests=false

upgrade: ## replace the services of the previous release one by one by these, and back, under load, in both orders
	@$(BUILD) rm -rf ./*/target/failsafe-reports; .ci/previous && exec $(MVN) -B -pl e2e-tests -am verify -DexcludedGroups= -Dgroups=upgrade -Dtest=None -Dit.test=UpgradeE2E \
		-Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false -Dtest.limit=20m

verify: ## run every gate (formatter, sizes, Error Prone, NullAway) without the tests
	@$(BUILD) exec $(MVN) -B -DskipTests verify

format: ## format all sources
	@$(BUILD) exec $(MVN) -B -q spotless:apply

up: ## start the same on Postgres, Redis, MinIO and Temporal images with docker compose (UP="--scale dispatcher=3": several)
	@deploy/compose/init && exec docker compose up --build --detach --wait $(UP)

down: ## stop what `make up` started; its data stays (`docker compose down --volumes` drops it)
	@exec docker compose down

docs: ## check the documents' links
	@exec .ci/docs
