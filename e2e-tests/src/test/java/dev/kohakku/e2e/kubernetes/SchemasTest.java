package dev.kohakku.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

class SchemasTest {

    private static final String BUDGET =
            """
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            metadata: {name: a, labels: {b: c}}
            spec:
              maxUnavailable: 1
              selector: {matchExpressions: [{key: a, operator: In, values: [b]}]}
            """;

    private final Schemas schemas = new Schemas();

    private Node parsed(String yaml) {
        return new Node(new Yaml().load(yaml));
    }

    @Test
    void aRightObjectHasNoFault() {
        assertThat(schemas.faults(parsed(BUDGET))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "maxUnavailable, maxUnavailble, spec.maxUnavailble is no field",
        "key: a, kee: a, selector.matchExpressions[] lacks key",
        "maxUnavailable: 1, maxUnavailable: [1], 'spec.maxUnavailable is [1], not [integer,"
                + " string]'",
        "b: c, b: 1, 'labels.b is 1, not string'",
        "policy/v1, policy/v2, no schema of"
    })
    void aWrongOneIsToldByItsField(String right, String wrong, String fault) {
        assertThat(schemas.faults(parsed(BUDGET.replace(right, wrong))))
                .anySatisfy(told -> assertThat(told).contains(fault));
    }
}
