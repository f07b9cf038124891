/** The whole pipeline in one process. This package holds nothing but {@code Main}. */
package io.kspan.quickstart;
