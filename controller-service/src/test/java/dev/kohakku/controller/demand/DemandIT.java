package dev.kohakku.controller.demand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.TaskId;
import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

@ControllerTest
class DemandIT {

    private static final String IN_POOL = ",\"runtime_target\":{\"pool\":\"batch\"}";

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;

    @Autowired
    @Qualifier("demandReadings")
    WorkerLoop readings;

    TestingClient client;
    TestingTasks tasks;

    @BeforeEach
    void clear() {
        client = TestingClient.of(environment);
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
    }

    private TestingDispatcher dispatcher() {
        return TestingDispatcher.of(environment).in("batch", Map.of()).workingOn(2).checkedIn();
    }

    private JsonNode demand(String query) {
        var answer = client.get("/api/v1/pools/batch/demand" + query);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    @Test
    void whatWaitsAndRunsIsCountedWhereverItStands() {
        var dispatcher = dispatcher();
        tasks.submit(IN_POOL + ",\"priority\":9");
        tasks.submit(IN_POOL + ",\"priority\":0");
        var old = tasks.submitQueued(IN_POOL).task();
        tasks.set(old, "created_at = now() - interval '90 seconds'");
        dispatcher.claim(tasks.submitQueued(IN_POOL).task(), 1);
        TestingDispatcher.of(environment).checkedIn();
        tasks.submit();

        var demand = demand("");

        assertThat(demand.get("pool").asString()).isEqualTo("batch");
        assertThat(demand.get("waiting").asInt()).isEqualTo(3);
        assertThat(demand.get("capped").asBoolean()).isFalse();
        assertThat(demand.get("oldest_waiting_seconds").asInt()).isBetween(90, 600);
        assertThat(demand.get("running").asInt()).isOne();
        assertThat(demand.get("capacity").asInt()).isEqualTo(2);
        assertThat(demand.get("free").asInt()).isOne();
        assertThat(demand.get("dispatchers").asInt()).isOne();
        assertThat(demand.get("wanted_instances").asInt()).isEqualTo(2);
        assertThat(demand.get("by_type").toString())
                .contains("\"type\":\"local\",\"waiting\":3", "\"running\":1,\"capacity\":2");
        assertThat(demand.get("by_priority").toString())
                .isEqualTo(
                        "[{\"priority\":0,\"waiting\":1},{\"priority\":5,\"waiting\":1},{\"priority\":9,\"waiting\":1}]");
    }

    @Test
    void theBoundsHoldButNeverBelowWhatHoldsRunningWork() {
        for (var i = 0; i < 3; i++) {
            dispatcher().claim(tasks.submitQueued(IN_POOL).task(), 1);
        }
        for (var i = 0; i < 5; i++) {
            tasks.submit(IN_POOL);
        }

        assertThat(demand("?per_instance=1").get("wanted_instances").asInt()).isEqualTo(8);
        assertThat(demand("?max=4").get("wanted_instances").asInt()).isEqualTo(4);
        assertThat(demand("?max=1").get("wanted_instances").asInt()).isEqualTo(3);
        assertThat(demand("?min=20").get("wanted_instances").asInt()).isEqualTo(20);
        assertThat(client.get("/api/v1/pools/batch/demand?min=3&max=2").status()).isEqualTo(400);
        assertThat(client.get("/api/v1/pools/batch/demand?wanted=1").status()).isEqualTo(400);
    }

    @Test
    void aPoolThatNobodyEverNamedIsNotFoundAndTheKnownOnesAreTold() {
        dispatcher();

        var unknown = client.get("/api/v1/pools/bacth/demand");

        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.body()).contains("problems/pool-unknown", "batch", "default");
    }

    @Test
    void anAutoscalerGoesFromOneToManyToNoneToOne() {
        var scaler =
                new MetricsApiScaler<>(
                        client,
                        "/api/v1/pools/batch/demand?max=4",
                        this::dispatcher,
                        TestingDispatcher::leave);
        dispatcher().leave();
        var work = new ArrayList<TaskId>(List.of(tasks.submitQueued(IN_POOL).task()));
        assertThat(scaler.scale()).isOne();

        for (var i = 0; i < 20; i++) {
            work.add(tasks.submitQueued(IN_POOL).task());
        }
        assertThat(scaler.scale()).isEqualTo(4);

        while (!work.isEmpty()) {
            for (var each : scaler.instances()) {
                if (!work.isEmpty()) {
                    end(each, work.removeFirst());
                }
            }
        }
        assertThat(scaler.scale()).isZero();
        assertThat(scaler.instances()).isEmpty();

        tasks.submit(IN_POOL);
        assertThat(scaler.scale()).isOne();
    }

    private static void end(TestingDispatcher dispatcher, TaskId task) {
        // why: on a busy machine the submits before may outlast its lease.
        dispatcher.checkIn();
        dispatcher.callback(
                task,
                dispatcher.claim(task, 1).callbackToken(),
                """
                {"task_id":"%s","attempt":1,"epoch":1,"status":"completed","exit_code":0,"completed_at":"2026-01-01T00:00:00Z"}
                """
                        .formatted(task));
    }

    @Test
    void theMetersShowTheSame() throws Exception {
        dispatcher();
        tasks.submit(IN_POOL + ",\"priority\":7");

        readings.loop().tick();

        assertThat(client.get("/actuator/prometheus").body())
                .contains(
                        "kohakku_demand_waiting{pool=\"batch\",priority=\"7\",type=\"local\"} 1.0",
                        "kohakku_demand_capacity{pool=\"batch\",type=\"local\"} 2.0",
                        "kohakku_demand_wanted_instances{pool=\"batch\"} 1.0");
    }
}
