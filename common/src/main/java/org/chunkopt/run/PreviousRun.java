package org.chunkopt.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.chunkopt.tables.TableDirectory;

/**
 * The published run that a run carries on from.
 *
 * @param date its date
 * @param asOf instant it looked back from
 * @param recordSha256 SHA-256 of its {@code run.json}, in hex: tells a run from the one that
 *     replaced it
 * @param tables its tables
 */
public record PreviousRun(
    LocalDate date, Instant asOf, String recordSha256, TableDirectory tables) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The run that this {@code run.json} describes, or nothing where it names no as-of. */
  static Optional<PreviousRun> of(LocalDate date, String runJson, TableDirectory tables) {
    try {
      String asOf = JSON.readTree(runJson).path("as_of").asText();
      return Optional.of(
          new PreviousRun(date, Instant.parse(asOf), Fingerprint.of(runJson), tables));
    } catch (JsonProcessingException | DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
