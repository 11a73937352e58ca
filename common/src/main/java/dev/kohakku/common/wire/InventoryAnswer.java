package dev.kohakku.common.wire;

import java.util.List;

/**
 * What follows from an inventory.
 *
 * @param destroy containers of it whose attempts are over for longer than the grace. Empty while
 *     the leak ledger runs dry
 */
public record InventoryAnswer(List<FoundContainer> destroy) {}
