/** The pipeline live: from a cluster, or from the bundled recording, to waterfalls or a backend. */
package io.kspan.quickstart.live;
