package org.chunkopt.pull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.InfluxDBClientOptions;
import com.influxdb.exceptions.InfluxException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Date;
import java.util.function.Supplier;
import okhttp3.Credentials;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.chunkopt.UserError;
import org.chunkopt.settings.Secret;
import org.chunkopt.settings.Settings;
import retrofit2.Call;
import retrofit2.Response;

/**
 * The connection to InfluxDB: sends requests, again where the server refuses for now, and says in a
 * sentence what an admin has to mend. No message of it holds the token.
 */
final class Server implements AutoCloseable {
  private static final int MESSAGE_CHARACTERS = 300;
  private static final int ERROR_BYTES = 1 << 16;

  /** An answer may take this many times the timeout in all, however slowly it trickles. */
  private static final int TIMEOUTS = 30;

  /** Of one answer; a page of 100,000 points has a tenth of it. */
  private static final long ANSWER_MIB = 256;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Settings.Influx settings;
  private final Secret token;
  private final Secret basic;
  private final String url;
  private final Retries retries;
  private final InfluxDBClient client;

  private Server(Settings.Influx settings, Secret token, String url) {
    this.settings = settings;
    this.token = token;
    this.url = url;
    this.retries = new Retries(settings.retries(), settings.retryDelay());
    OkHttpClient.Builder http =
        new OkHttpClient.Builder()
            .connectTimeout(settings.timeout())
            .readTimeout(settings.timeout())
            .writeTimeout(settings.timeout())
            .followRedirects(false)
            .followSslRedirects(false)
            .addNetworkInterceptor(chain -> bounded(chain.proceed(chain.request())));
    InfluxDBClientOptions.Builder options =
        InfluxDBClientOptions.builder().url(url).okHttpClient(http);
    // InfluxDB 1.x reads user and password in the place of a token only where they have no blank.
    this.basic =
        settings.user().isEmpty()
            ? new Secret("")
            : new Secret(
                Credentials.basic(settings.user(), token.reveal(), StandardCharsets.UTF_8));
    if (!basic.isEmpty()) {
      http.addInterceptor(
          chain ->
              chain.proceed(
                  chain.request().newBuilder().header("Authorization", basic.reveal()).build()));
    } else if (!token.isEmpty()) {
      options.authenticateToken(token.reveal().toCharArray());
    }
    this.client = InfluxDBClientFactory.create(options.build());
  }

  /**
   * A connection to the server of the settings; nothing is sent yet.
   *
   * @throws UserError where the URL cannot be used
   */
  static Server of(Settings.Influx settings, Secret token) {
    String advice = " Correct chunkopt.influx.url, for example http://influx.example.org:8086.";
    try {
      URI uri = new URI(settings.url().strip());
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (!http || uri.getHost() == null) {
        throw UserError.usage("The URL of InfluxDB does not begin with http://HOST." + advice);
      }
      if (uri.getRawUserInfo() != null || uri.getRawQuery() != null) {
        throw UserError.usage(
            "The URL of InfluxDB holds a user or a query, which would end in logs. Set influx.user,"
                + " and INFLUXDB_TOKEN or influx.token-file instead."
                + advice);
      }
      return new Server(settings, token, uri.toString());
    } catch (URISyntaxException e) {
      throw UserError.usage("The URL of InfluxDB is no URL." + advice);
    }
  }

  /** A service of the client library. */
  <S> S service(Class<S> type) {
    return client.getService(type);
  }

  /** The major version: that of the settings, else what the server says of itself. */
  Settings.InfluxVersion version() {
    if (settings.version() != Settings.InfluxVersion.AUTO) {
      return settings.version();
    }
    String version = retries.attempt(url, this::ping);
    if (version.startsWith("1.") || version.startsWith("v1.")) {
      return Settings.InfluxVersion.V1;
    }
    if (version.startsWith("2.") || version.startsWith("v2.")) {
      return Settings.InfluxVersion.V2;
    }
    if (version.startsWith("3.") || version.startsWith("v3.")) {
      return Settings.InfluxVersion.V3;
    }
    throw error("does not say that it is version 1, 2 or 3", "Set chunkopt.influx.version.");
  }

  private String ping() throws IOException {
    try {
      return client.version();
    } catch (InfluxException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
    }
  }

  /** What to do with the body of an answer. */
  interface Reader<T> {
    T read(ResponseBody body) throws IOException;
  }

  /**
   * Sends a request and reads its answer, from the beginning each time it has to be sent again.
   *
   * @throws UserError where the server refuses, or does not answer for too long
   */
  <T> T ask(Supplier<Call<ResponseBody>> request, Reader<T> reader) {
    return retries.attempt(
        url,
        () -> {
          Response<ResponseBody> response = request.get().execute();
          if (response.isSuccessful()) {
            try (ResponseBody body = response.body()) {
              return reader.read(body);
            }
          }
          String message = message(response);
          int status = response.code();
          if (status >= 300 && status < 400) {
            throw redirected(response.headers().get("Location"));
          }
          if (status == 429 || status >= 500) {
            throw new Retries.Busy("answered " + status + message, retryAfter(response.headers()));
          }
          throw refusal(status, message);
        });
  }

  /** The token would go where the server says: only an admin can tell whether it may. */
  private UserError redirected(String location) {
    return error(
        "points to " + (location == null ? "another place" : location) + ", which is not followed",
        "Set chunkopt.influx.url to the address that it should be.");
  }

  /** Ends an answer that does not end by itself. */
  private okhttp3.Response bounded(okhttp3.Response response) {
    ResponseBody body = response.body();
    if (body == null) {
      return response;
    }
    Source counted =
        new ForwardingSource(body.source()) {
          private final long start = System.nanoTime();
          private long bytes;

          @Override
          public long read(Buffer sink, long most) throws IOException {
            long read = super.read(sink, most);
            bytes += Math.max(0, read);
            // The library's own limit of a call ends with the headers where the body is a stream.
            if (System.nanoTime() - start > settings.timeout().multipliedBy(TIMEOUTS).toNanos()) {
              throw new SocketTimeoutException();
            }
            if (bytes > ANSWER_MIB << 20) {
              throw error(
                  "does not end its answer after " + ANSWER_MIB + " MiB",
                  "Lower chunkopt.influx.page-points, or look at what answers there.");
            }
            return read;
          }
        };
    return response
        .newBuilder()
        .body(ResponseBody.create(Okio.buffer(counted), body.contentType(), body.contentLength()))
        .build();
  }

  private UserError refusal(int status, String message) {
    return switch (status) {
      case 401 ->
          error(
              "does not accept the token" + message,
              "Set INFLUXDB_TOKEN or influx.token-file; for 1.x also influx.user.");
      case 403 ->
          error("forbids to read " + settings.bucket() + message, "Give the token the right.");
      case 404 ->
          error(
              "has no such bucket, organization or query interface" + message,
              "Correct influx.bucket (now "
                  + settings.bucket()
                  + "), influx.org or the path of influx.url.");
      default -> error("answered " + status + message, "Its log may say more.");
    };
  }

  /** A sentence about this server and its remedy, with what the server said cut and cleaned. */
  UserError error(String what, String remedy) {
    return UserError.failed("InfluxDB at " + url + " " + clean(what) + ". " + remedy);
  }

  /** Seconds, or a date by the server's own clock. */
  private static Duration retryAfter(Headers headers) {
    String text = headers.get("Retry-After");
    if (text != null && text.matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(text));
    }
    Date until = headers.getDate("Retry-After");
    Date now = headers.getDate("Date");
    return until == null || now == null
        ? Duration.ZERO
        : Duration.between(now.toInstant(), until.toInstant());
  }

  private String message(Response<ResponseBody> response) throws IOException {
    try (ResponseBody body = response.errorBody()) {
      byte[] bytes = body == null ? new byte[0] : body.byteStream().readNBytes(ERROR_BYTES);
      JsonNode json = JSON.readTree(bytes);
      String text = json.path("message").asText(json.path("error").asText());
      return text.isEmpty() ? "" : ": " + clean(text);
    } catch (JsonProcessingException e) {
      // A proxy's page of HTML says nothing that fits into a sentence.
      return "";
    }
  }

  /** The server may echo what it was sent, and anything else. */
  private String clean(String text) {
    String plain = token.hideIn(basic.hideIn(text)).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return plain.length() > MESSAGE_CHARACTERS
        ? plain.substring(0, MESSAGE_CHARACTERS) + "..."
        : plain;
  }

  @Override
  public void close() {
    client.close();
  }
}
