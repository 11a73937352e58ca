/** What migrations of the database may do while the platform works. */
package dev.kohakku.controller.migration;
