package dev.kohakku.controller.testing;

import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * Forgets the dispatchers that tests before checked in. A target that none of the known dispatchers
 * serves is refused at submit, so one left over would decide what the next test may submit.
 */
class FreshFleet implements BeforeEachCallback {

    @Override
    public void beforeEach(ExtensionContext context) {
        SpringExtension.getApplicationContext(context)
                .getBean(JdbcClient.class)
                .sql("delete from dispatchers")
                .update();
    }
}
