package dev.kohakku.common.wire;

import java.util.List;

/**
 * What a dispatcher sees on its backends.
 *
 * @param instance of its check-in
 * @param scopes one for each backend that could be searched; a backend that could not is left out,
 *     and nothing follows from its absence
 */
public record Inventory(String instance, List<ScopeInventory> scopes) {}
