/**
 * A step in front of index and resolve for inputs whose keys are not references of objects ({@code
 * input.rekey}): each record goes on under the key that the connector would have given it.
 *
 * <p>What a partition behind it receives comes from several partitions before it, read at different
 * speeds. So its highest receipt says nothing, and who reads tells every partition how far it is,
 * as resolve tells gather.
 */
package io.kspan.topology.rekey;
