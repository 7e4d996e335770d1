package org.chunkopt.simulate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.chunkopt.beegfs.ChunkSize;

/**
 * Lines of {@code beegfs entry info --recurse --verbose --output ndjson} of BeeGFS 8.4: keys
 * sorted, and {@code <}, {@code >} and {@code &} escaped as Go does. A vanished entry has no line.
 */
record EntryInfoJson(ByteText out) implements InventoryShard.EntryPrinter {
  @Override
  public void print(Entry e) throws IOException {
    if (e.failed()) {
      return;
    }
    boolean file = e.isFile();
    out.text(file ? "{\"access\":0" : "{\"access\":\"(n/a)\"");
    out.text(",\"client_sessions\":\"");
    out.text(file ? "Reading: 0, Writing: 0" : "(directory)");
    out.text("\",\"cool_down\":\"(n/a)\",\"entry_id\":\"");
    if (e.idCounter() < 0) {
      out.text("root");
    } else {
      out.hex(e.idCounter()).put('-').hex(e.idBase()).put('-').hex(e.metadata().numId());
    }
    out.text("\",\"meta_mirror\":\"(unmirrored)\",\"meta_node\":\"m:").whole(e.metadata().numId());
    out.text("\",\"path\":\"").text(escaped(new String(e.path(), StandardCharsets.UTF_8)));
    out.text("\",\"remote_targets\":\"(none)\",\"state\":").text(file ? "0" : "\"(n/a)\"");
    out.text(",\"storage_mirrors\":\"").text(file ? "(unmirrored)" : "(directory)");
    out.text("\",\"storage_pool\":\"").text(file ? "(file)" : pool(e.pool()));
    out.text("\",\"storage_targets\":\"").text(file ? targets(e) : "(directory)");
    out.text("\",\"stripe_pattern\":\"RAID0 (").whole(e.desiredTargets()).put('x');
    out.text(new ChunkSize(e.chunkBytes()).v8()).text(")\",\"type\":").whole(file ? 2 : 1);
    out.text("}\n");
  }

  private static String pool(Pool pool) {
    String alias = pool.id() == 1 ? "storage_pool_default" : pool.alias();
    return alias + " (" + pool.id() + ")";
  }

  private static String targets(Entry e) {
    return e.targets().stream().map(t -> "s:" + t.id()).collect(Collectors.joining(","));
  }

  private static String escaped(String text) {
    StringBuilder json = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\t' -> json.append("\\t");
        case '<' -> json.append("\\u003c");
        case '>' -> json.append("\\u003e");
        case '&' -> json.append("\\u0026");
        default -> json.append(c);
      }
    }
    return json.toString();
  }
}
