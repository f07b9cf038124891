/**
 * A step in front of placing for inputs whose keys are not references of objects ({@code
 * input.rekey}): each record goes on under the key that the connector would have given it.
 */
package io.kspan.topology.rekey;
