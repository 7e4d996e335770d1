package org.chunkopt.simulate;

import java.io.IOException;
import org.chunkopt.beegfs.ChunkSize;

/**
 * Blocks of {@code beegfs-ctl --getentryinfo --null -} of BeeGFS 7.4, with mappings: each ends in a
 * blank line, one that failed is only that line.
 */
record EntryInfoText(ByteText out) implements InventoryShard.EntryPrinter {
  @Override
  public void print(Entry e) throws IOException {
    if (e.failed()) {
      out.put('\n');
      return;
    }
    out.text(e.isFile() ? "Entry type: file\nEntryID: " : "Entry type: directory\nEntryID: ");
    if (e.idCounter() < 0) {
      out.text("root");
    } else {
      out.hex(e.idCounter()).put('-').hex(e.idBase()).put('-').hex(e.metadata().numId());
    }
    out.text("\nMetadata node: ").text(e.metadata().nodeId()).text(" [ID: ");
    out.whole(e.metadata().numId()).text("]\nStripe pattern details:\n+ Type: RAID0\n");
    out.text("+ Chunksize: ").text(new ChunkSize(e.chunkBytes()).toString());
    out.text("\n+ Number of storage targets: desired: ").whole(e.desiredTargets());
    if (e.isFile()) {
      out.text("; actual: ").whole(e.targets().size()).text("\n+ Storage targets:\n");
      for (Pool.Target target : e.targets()) {
        int server = target.server() + 1;
        out.text("  + ").whole(target.id()).text(" @ storage").padded(server, 2);
        out.text(" [ID: ").whole(server).text("]\n");
      }
      out.put('\n');
    } else {
      out.text("\n+ Storage Pool: ").whole(e.pool().id());
      out.text(" (").text(e.pool().alias()).text(")\n\n");
    }
  }
}
