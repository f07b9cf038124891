/**
 * A stand-in Kubernetes API server: discovery, get, list with pages, watch with bookmarks and
 * expired positions. Knows Jackson and the HTTP server of the JDK only.
 */
package io.kspan.apiserver;
