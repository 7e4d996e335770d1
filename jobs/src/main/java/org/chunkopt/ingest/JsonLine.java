package org.chunkopt.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.chunkopt.tables.RejectReason;

/** The keys and plain values of one JSON object on one line; what is nested is passed over. */
final class JsonLine {
  private final JsonFactory json = new JsonFactory();

  /**
   * Hands over each key with its value as text, a null as an empty one; objects and arrays are left
   * out.
   *
   * @return what is wrong with the line if anything is; some keys may have been handed over then
   */
  Optional<Problem> parse(byte[] bytes, int from, int to, BiConsumer<String, String> taker) {
    try (JsonParser parser = json.createParser(bytes, from, to - from)) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.START_ARRAY) {
        return malformed(
            "The line begins an array, as --output json prints it a page at a time. Collect with"
                + " --output ndjson.");
      }
      if (first != JsonToken.START_OBJECT) {
        return malformed("The line is no JSON object.");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value.isStructStart()) {
          parser.skipChildren();
        } else {
          taker.accept(key, value == JsonToken.VALUE_NULL ? "" : parser.getText());
        }
      }
      return parser.nextToken() == null
          ? Optional.empty()
          : malformed("Something follows the JSON object.");
    } catch (JsonProcessingException e) {
      return malformed("The line is no JSON: " + EntryInfo.printable(e.getOriginalMessage()) + ".");
    } catch (IOException e) {
      // The bytes are in memory, so what failed is decoding them: UTF-16 or UTF-32 by their NULs.
      return malformed("The line is no UTF-8.");
    }
  }

  private static Optional<Problem> malformed(String detail) {
    return Optional.of(new Problem(RejectReason.MALFORMED, detail));
  }
}
