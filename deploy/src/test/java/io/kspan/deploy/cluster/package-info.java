/**
 * Tests that need a Kubernetes cluster; skipped, with the reason, without {@code -Pcluster
 * -Dkubeconfig=FILE}.
 */
package io.kspan.deploy.cluster;
