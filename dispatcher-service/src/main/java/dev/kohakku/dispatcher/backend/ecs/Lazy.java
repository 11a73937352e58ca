package dev.kohakku.dispatcher.backend.ecs;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Made at the first use, again after a failure, once otherwise. Thread-safe. */
final class Lazy<T> {

    private final Supplier<T> maker;
    private @Nullable T made;

    Lazy(Supplier<T> maker) {
        this.maker = maker;
    }

    synchronized T get() {
        var known = made;
        if (known == null) {
            known = maker.get();
            made = known;
        }
        return known;
    }

    synchronized void ifMade(Consumer<T> use) {
        if (made != null) {
            use.accept(made);
        }
    }
}
