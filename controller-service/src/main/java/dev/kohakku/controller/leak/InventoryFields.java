package dev.kohakku.controller.leak;

import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.common.wire.FoundContainer;
import dev.kohakku.common.wire.Inventory;
import dev.kohakku.common.wire.ScopeInventory;
import dev.kohakku.controller.web.FieldErrors;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the fields of an inventory must be; every error is named. */
final class InventoryFields {

    private static final int MOST_SCOPES = 20;
    private static final int MOST_CONTAINERS = 20_000;

    /** What a search older than this says is not worth a comparison. */
    private static final Duration OLDEST = Duration.ofMinutes(10);

    private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final Pattern SCOPE = Pattern.compile("[^\\x00]{1,500}");
    private static final Pattern CONTAINER = Pattern.compile("[^\\x00]{1,300}");

    private InventoryFields() {}

    static void check(Inventory inventory) {
        var errors = new FieldErrors();
        form(errors, "instance", inventory.instance(), INSTANCE);
        if (isListOf(errors, "scopes", inventory.scopes(), MOST_SCOPES)) {
            scopes(errors, inventory.scopes());
        }
        errors.refuseIfAny();
    }

    private static void scopes(FieldErrors errors, List<ScopeInventory> scopes) {
        var seen = new HashSet<>();
        for (var i = 0; i < scopes.size(); i++) {
            var place = "scopes[" + i + "]";
            var scope = scopes.get(i);
            if (!isGiven(errors, place, scope)) {
                continue;
            }
            scope(errors, place, scope);
            if (!seen.add(Arrays.asList(scope.type(), scope.scope()))) {
                errors.add(place + ".scope", "duplicate", "is given twice for this type");
            }
        }
    }

    private static void scope(FieldErrors errors, String place, ScopeInventory scope) {
        isGiven(errors, place + ".type", scope.type());
        form(errors, place + ".scope", scope.scope(), SCOPE);
        if (BackendStatus.UNKNOWN_SCOPE.equals(scope.scope())) {
            errors.add(place + ".scope", "reserved", "says that the scope is not known");
        }
        if (isGiven(errors, place + ".age", scope.age())
                && (scope.age().isNegative() || scope.age().compareTo(OLDEST) > 0)) {
            errors.add(place + ".age", "range", "must be from 0 to " + OLDEST.toMinutes() + " min");
        }
        if (isListOf(errors, place + ".containers", scope.containers(), MOST_CONTAINERS)) {
            containers(errors, place + ".containers", scope.containers());
        }
    }

    private static void containers(
            FieldErrors errors, String place, List<FoundContainer> containers) {
        for (var i = 0; i < containers.size(); i++) {
            var container = containers.get(i);
            var here = place + "[" + i + "]";
            if (!isGiven(errors, here, container)) {
                continue;
            }
            isGiven(errors, here + ".task_id", container.taskId());
            form(errors, here + ".container_id", container.containerId(), CONTAINER);
            if (container.attempt() < 1) {
                errors.add(here + ".attempt", "range", "must be at least 1");
            }
        }
    }

    private static boolean isListOf(
            FieldErrors errors, String field, @Nullable List<?> list, int most) {
        if (!isGiven(errors, field, list)) {
            return false;
        }
        if (list != null && list.size() > most) {
            errors.add(field, "too_many", "may hold at most " + most);
            return false;
        }
        return true;
    }

    private static void form(
            FieldErrors errors, String field, @Nullable String value, Pattern form) {
        if (isGiven(errors, field, value) && value != null && !form.matcher(value).matches()) {
            errors.add(field, "format", "must match " + form.pattern());
        }
    }

    // why: JSON may leave out what the record declares as always there.
    private static boolean isGiven(FieldErrors errors, String field, @Nullable Object value) {
        if (value == null) {
            errors.add(field, "missing", "is required");
        }
        return value != null;
    }
}
