package org.chunkopt.ingest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;

/** Exports rebuilt after public reports of what InfluxDB and Telegraf really write. */
final class FieldCase {
  private FieldCase() {}

  /** The line protocol of a case. */
  static byte[] metrics(String name) {
    byte[] packed = Samples.bytes("field/" + name + "/a.lp.gz");
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
