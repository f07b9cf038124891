/** Tests of the built images; skipped, with the reason, where there is no container engine. */
package io.kspan.deploy.docker;
