package dev.kohakku.controller.testing;

import dev.kohakku.controller.ControllerApplication;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.ContextConfiguration;

/**
 * Starts a whole Controller on a free port with embedded engines and a database of its own (one per
 * context: tests share it as long as they share the context), without dispatchers. Only the role
 * {@code api} is active: background loops are beans that tests tick themselves.
 *
 * <p>Take a {@link TestingClient} from {@code TestingClient.of(environment)}.
 */
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        classes = ControllerApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@ContextConfiguration(initializers = TestingEngines.class)
@ExtendWith(FreshFleet.class)
public @interface ControllerTest {

    /** The API token that works in tests. */
    String TOKEN = "khk_testing-token-of-the-controller";

    /** The key of dispatchers in tests. */
    String DISPATCHER_KEY = "testing-dispatcher-key";

    /** The key callbacks are signed with in tests. */
    String SIGNING_KEY = "testing-callback-signing-key";
}
