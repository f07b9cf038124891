/** The live pipeline, from a cluster or the bundled recording to waterfalls or a backend. */
package io.kspan.quickstart.live;
