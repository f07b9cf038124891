/** Checks of what users deploy: image files, Compose file, chart, manifests. Needs no network. */
package io.kspan.deploy;
