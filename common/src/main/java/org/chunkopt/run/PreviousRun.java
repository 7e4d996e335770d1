package org.chunkopt.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
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
      return Optional.of(new PreviousRun(date, Instant.parse(asOf), sha256(runJson), tables));
    } catch (JsonProcessingException | DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
