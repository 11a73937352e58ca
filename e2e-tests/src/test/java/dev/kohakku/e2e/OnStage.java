package dev.kohakku.e2e;

import dev.kohakku.e2e.cluster.ThisJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the {@link Stage} they all share, ready before each and quiet after it. */
final class OnStage implements ParameterResolver, BeforeEachCallback, AfterEachCallback {

    private static Stage stage(ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(OnStage.class))
                .computeIfAbsent(Stage.class, _ -> open(), Stage.class);
    }

    private static Stage open() {
        try {
            return Stage.open(ThisJvm.directory("stage"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Stage.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return stage(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        stage(context).ready();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        stage(context).quiet();
    }
}
