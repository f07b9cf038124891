/** Tests that need a container engine; skipped, with the reason, without {@code -Pengine}. */
package io.kspan.deploy.engine;
