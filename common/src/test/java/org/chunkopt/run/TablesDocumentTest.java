package org.chunkopt.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;
import org.junit.jupiter.api.Test;

class TablesDocumentTest {
  @Test
  void aTableIsDescribedByGrainKeyUnitAndMeaning() {
    Table table =
        Table.of(
            "speeds",
            "one row per file",
            "path_bytes, minute",
            """
            path_bytes BINARY    | file
            minute TIMESTAMP     | begin
            size_bytes BIGINT    | size | allocated
            read_bytes_per_s DOUBLE | speed
            files BIGINT         | files
            """);

    assertThat(TablesDocument.of(List.of(table)))
        .endsWith(
            """
            ## speeds

            Grain: one row per file. Key: path_bytes, minute.

            | column | type | unit | meaning |
            |---|---|---|---|
            | path_bytes | BINARY |  | file |
            | minute | TIMESTAMP | UTC | begin |
            | size_bytes | BIGINT | B | size \\| allocated |
            | read_bytes_per_s | DOUBLE | B/s | speed |
            | files | BIGINT |  | files |
            """);
  }

  @Test
  void everyPublishedColumnSaysWhatItIs() {
    for (Table table : Tables.PUBLISHED) {
      assertThat(table.grain()).as(table.name()).startsWith("one row per ");
      assertThat(table.key()).as(table.name()).isNotEmpty();
      for (Table.Field column : table.columns()) {
        assertThat(column.meaning()).as(table.name() + "." + column.name()).isNotBlank();
      }
    }
  }

  @Test
  void aSuffixThatIsAUnitIsNamedAsOne() {
    for (Table table : Tables.PUBLISHED) {
      for (Table.Field column : table.columns()) {
        boolean measured =
            column
                .name()
                .matches(".*_(bytes|s|ms|seconds|per_s|mib_s|fraction|share|log2|log2_kib)");
        boolean number = List.of("double", "bigint", "int").contains(column.type().simpleString());
        if (measured && number) {
          assertThat(TablesDocument.unit(column))
              .as(table.name() + "." + column.name())
              .isNotEmpty();
        }
      }
    }
  }
}
