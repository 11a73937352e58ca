package dev.kohakku.controller.image;

import dev.kohakku.common.task.TaskId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The SQL of registries' logins. Each method is one statement, in the caller's transaction. */
@Component
class RegistryStore {

    /** What a row of {@code image_registries r} is read from. */
    private static final String KEPT =
            "r.address, r.username, r.sealed, r.updated_at, r.updated_by";

    private final JdbcClient jdbc;

    RegistryStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A row. */
    record Kept(
            String address, String username, String sealed, Instant updatedAt, String updatedBy) {}

    Kept put(UUID organization, String address, String username, String sealed, String actor) {
        return jdbc.sql(
                        """
                        insert into image_registries as r (organization_id, address, username, sealed, updated_by)
                        values (:organization, :address, :username, :sealed, :actor)
                        on conflict (organization_id, address) do update set username = excluded.username,
                            sealed = excluded.sealed, updated_by = excluded.updated_by, updated_at = now()
                        returning %s
                        """
                                .formatted(KEPT))
                .param("organization", organization)
                .param("address", address)
                .param("username", username)
                .param("sealed", sealed)
                .param("actor", actor)
                .query((row, number) -> kept(row))
                .single();
    }

    boolean delete(UUID organization, String address) {
        return jdbc.sql(
                                """
                                delete from image_registries where organization_id = :organization and address = :address
                                """)
                        .param("organization", organization)
                        .param("address", address)
                        .update()
                == 1;
    }

    List<Kept> list(UUID organization) {
        return jdbc.sql(
                        """
                        select %s from image_registries r where organization_id = :organization order by address
                        """
                                .formatted(KEPT))
                .param("organization", organization)
                .query((row, number) -> kept(row))
                .list();
    }

    Optional<Kept> find(UUID organization, String address) {
        return jdbc.sql(
                        """
                        select %s from image_registries r where organization_id = :organization and address = :address
                        """
                                .formatted(KEPT))
                .param("organization", organization)
                .param("address", address)
                .query((row, number) -> kept(row))
                .optional();
    }

    Optional<Kept> findFor(TaskId task, String address) {
        return jdbc.sql(
                        """
                        select %s from image_registries r join tasks t on t.organization_id = r.organization_id
                        where t.id = :task and r.address = :address
                        """
                                .formatted(KEPT))
                .param("task", task.value())
                .param("address", address)
                .query((row, number) -> kept(row))
                .optional();
    }

    private static Kept kept(ResultSet row) throws SQLException {
        return new Kept(
                row.getString("address"),
                row.getString("username"),
                row.getString("sealed"),
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                row.getString("updated_by"));
    }
}
