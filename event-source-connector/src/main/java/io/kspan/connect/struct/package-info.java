/**
 * The envelope as a Connect Struct with a versioned schema, for converters that need one (Avro,
 * Protobuf, JSON Schema) and for transformations of fields.
 */
package io.kspan.connect.struct;
