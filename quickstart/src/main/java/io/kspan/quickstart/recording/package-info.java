/** The bundled recording, moved to now and played by the stand-in API server. */
package io.kspan.quickstart.recording;
