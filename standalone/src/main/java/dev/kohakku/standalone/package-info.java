/** The whole platform on one machine: embedded engines and a launcher of the services' jars. */
@NullMarked
package dev.kohakku.standalone;

import org.jspecify.annotations.NullMarked;
