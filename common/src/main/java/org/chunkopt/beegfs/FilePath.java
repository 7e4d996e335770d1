package org.chunkopt.beegfs;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A path inside the file system as its exact bytes, starting with a slash. File names are bytes and
 * hostile; only {@link #display} may be shown or stored as text.
 */
public final class FilePath {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private FilePath() {}

  /**
   * The path as valid UTF-8 text: well-formed printable text stays as it is; a backslash becomes
   * {@code \\}; control characters, bidirectional overrides and bytes that are not UTF-8 become
   * {@code \xNN}, one escape a byte. The escaping is reversible.
   */
  public static String display(byte[] path) {
    if (isPlainAscii(path)) {
      return new String(path, StandardCharsets.US_ASCII);
    }
    StringBuilder text = new StringBuilder(path.length + 16);
    int at = 0;
    while (at < path.length) {
      int length = sequenceLength(path[at]);
      if (length == 1) {
        appendAscii(text, path[at]);
      } else if (!appendSequence(text, path, at, length)) {
        appendHex(text, path[at]);
        length = 1;
      }
      at += length;
    }
    return text.toString();
  }

  /** The bytes of the directory that holds the path; the root holds itself. */
  public static byte[] parent(byte[] path) {
    int slash = path.length - 1;
    while (slash > 0 && path[slash] != '/') {
      slash--;
    }
    return slash == 0 ? new byte[] {'/'} : Arrays.copyOf(path, slash);
  }

  /**
   * The absolute path without {@code .}, {@code ..} and empty names, by its text alone: {@code ..}
   * takes away the name before it, as it does where no name is a symbolic link.
   */
  public static byte[] resolved(byte[] path) {
    if (!needsResolving(path)) {
      return path;
    }
    byte[] kept = new byte[path.length];
    int length = 0;
    int at = 0;
    while (at < path.length) {
      int end = at + 1;
      while (end < path.length && path[end] != '/') {
        end++;
      }
      // From the slash before the name.
      int name = end - at - 1;
      if (name == 2 && path[at + 1] == '.' && path[at + 2] == '.') {
        while (length > 0 && kept[--length] != '/') {
          // Up to the slash before the last name that was kept.
        }
      } else if (name > 1 || name == 1 && path[at + 1] != '.') {
        System.arraycopy(path, at, kept, length, end - at);
        length += end - at;
      }
      at = end;
    }
    return length == 0 ? new byte[] {'/'} : Arrays.copyOf(kept, length);
  }

  private static boolean needsResolving(byte[] path) {
    for (int i = 1; i < path.length; i++) {
      if (path[i - 1] == '/' && (path[i] == '/' || path[i] == '.')) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPlainAscii(byte[] path) {
    for (byte b : path) {
      if (b < 0x20 || b == 0x7f || b == '\\') {
        return false;
      }
    }
    return true;
  }

  private static void appendAscii(StringBuilder text, byte b) {
    if (b < 0x20 || b == 0x7f) {
      appendHex(text, b);
    } else if (b == '\\') {
      text.append("\\\\");
    } else {
      text.append((char) b);
    }
  }

  private static int sequenceLength(byte lead) {
    int bits = lead & 0xff;
    if (bits >= 0xf0) {
      return 4;
    }
    if (bits >= 0xe0) {
      return 3;
    }
    return bits >= 0xc0 ? 2 : bits >= 0x80 ? 2 : 1;
  }

  private static boolean appendSequence(StringBuilder text, byte[] path, int at, int length) {
    if (at + length > path.length) {
      return false;
    }
    CharBuffer decoded;
    try {
      decoded =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(path, at, length));
    } catch (CharacterCodingException e) {
      return false;
    }
    int codePoint = Character.codePointAt(decoded, 0);
    int type = Character.getType(codePoint);
    if (type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR) {
      for (int i = 0; i < length; i++) {
        appendHex(text, path[at + i]);
      }
    } else {
      text.append(decoded);
    }
    return true;
  }

  private static void appendHex(StringBuilder text, byte b) {
    text.append("\\x").append(HEX.toHexDigits(b));
  }
}
