package org.chunkopt.ingest;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts CSV (RFC 4180) in memory into records, byte for byte. A quote that is never closed, or that
 * something other than a comma follows, spoils its own line only: the next record begins behind it,
 * so that one damaged line does not take the rest of the file with it.
 */
final class CsvRecords {
  private static final int NONE = -1;

  private final byte[] bytes;
  private final List<byte[]> fields = new ArrayList<>();
  private int from;
  private int next;
  private boolean wellFormed;

  CsvRecords(byte[] bytes, int from) {
    this.bytes = bytes;
    this.next = from;
  }

  /** Moves to the next record; false at the end. */
  boolean next() {
    if (next >= bytes.length) {
      return false;
    }
    from = next;
    fields.clear();
    int at = from;
    do {
      at = field(at);
    } while (at != NONE && at < bytes.length && bytes[at++] == ',');
    wellFormed = at != NONE;
    next = wellFormed ? Math.min(at, bytes.length) : endOfLine(from);
    return true;
  }

  /** Takes the record as its first line only, where its quotes have led astray. */
  void cutToLine() {
    next = Math.min(next, endOfLine(from));
  }

  /** Whether the quotes of the record are in order. */
  boolean wellFormed() {
    return wellFormed;
  }

  boolean isBlank() {
    return wellFormed && fields.size() == 1 && fields.get(0).length == 0;
  }

  List<byte[]> fields() {
    return fields;
  }

  /** Offset of the record. */
  int from() {
    return from;
  }

  /** The bytes of the record, with the end of its line. */
  byte[] raw() {
    return Arrays.copyOfRange(bytes, from, next);
  }

  /** Reads a field; where its comma or newline is, past a carriage return, or {@link #NONE}. */
  private int field(int start) {
    if (start < bytes.length && bytes[start] == '"') {
      return quoted(start + 1);
    }
    int at = start;
    while (at < bytes.length && bytes[at] != ',' && bytes[at] != '\n') {
      at++;
    }
    boolean carriageReturn = at > start && bytes[at - 1] == '\r' && !isComma(at);
    fields.add(Arrays.copyOfRange(bytes, start, carriageReturn ? at - 1 : at));
    return at;
  }

  private int quoted(int start) {
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    int part = start;
    int at = start;
    while (at < bytes.length) {
      if (bytes[at] != '"') {
        at++;
      } else if (at + 1 < bytes.length && bytes[at + 1] == '"') {
        value.write(bytes, part, at + 1 - part);
        at += 2;
        part = at;
      } else {
        value.write(bytes, part, at - part);
        fields.add(value.toByteArray());
        at++;
        if (at + 1 < bytes.length && bytes[at] == '\r' && bytes[at + 1] == '\n') {
          at++;
        }
        return at == bytes.length || bytes[at] == '\n' || isComma(at) ? at : NONE;
      }
    }
    return NONE;
  }

  private boolean isComma(int at) {
    return at < bytes.length && bytes[at] == ',';
  }

  private int endOfLine(int start) {
    return Math.min(bytes.length, Ascii.indexOf((byte) '\n', bytes, start, bytes.length) + 1);
  }
}
