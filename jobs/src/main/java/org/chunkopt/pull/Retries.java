package org.chunkopt.pull;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLException;
import org.chunkopt.UserError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries again what failed for the moment. Waits double from try to try, with a random half so that
 * several clients do not come back together; a server that says how long to wait is obeyed.
 */
final class Retries {
  private static final Logger LOG = LoggerFactory.getLogger(Retries.class);
  private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(1);
  private static final Duration LONGEST_OBEYED = Duration.ofMinutes(10);

  private final int retries;
  private final Duration first;

  Retries(int retries, Duration first) {
    this.retries = retries;
    this.first = first;
  }

  /** What is tried. */
  interface Attempt<T> {
    T run() throws IOException;
  }

  /** The server refuses for now, and may say how long. */
  static final class Busy extends IOException {
    private static final long serialVersionUID = 1L;
    private final Duration wait;

    Busy(String message, Duration wait) {
      super(message);
      this.wait = wait;
    }
  }

  /**
   * The result of the first attempt that succeeds.
   *
   * @throws UserError where all attempts failed for the moment
   */
  <T> T attempt(String url, Attempt<T> attempt) {
    for (int failures = 1; ; failures++) {
      try {
        return attempt.run();
      } catch (IOException e) {
        String what = what(e);
        if (failures > retries) {
          throw UserError.failed(
              "InfluxDB at %s %s; that was attempt %d. What was pulled is kept; pull again later."
                  .formatted(url, what, failures));
        }
        Duration wait = wait(e, failures);
        LOG.warn(
            "InfluxDB at {} {}; trying again in {} ms, {} of {}.",
            url,
            what,
            wait.toMillis(),
            failures,
            retries);
        sleep(wait);
      }
    }
  }

  /** Not the message of the library, which may quote what was received. */
  private static String what(IOException e) {
    if (e instanceof Busy) {
      return e.getMessage();
    } else if (e instanceof ConnectException) {
      return "cannot be reached";
    } else if (e instanceof UnknownHostException) {
      return "has an unknown host name";
    } else if (e instanceof SocketTimeoutException) {
      return "did not answer in time";
    } else if (e instanceof SSLException) {
      return "could not agree on an encrypted connection (" + e.getClass().getSimpleName() + ")";
    }
    return "broke off its answer (" + e.getClass().getSimpleName() + ")";
  }

  private Duration wait(IOException failure, int failures) {
    Duration backoff = first.multipliedBy(1L << Math.min(failures - 1, 20));
    long most = Math.min(backoff.toMillis(), LONGEST_BACKOFF.toMillis());
    long drawn = most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1);
    long asked = failure instanceof Busy busy ? busy.wait.toMillis() : 0;
    return Duration.ofMillis(Math.max(drawn, Math.min(asked, LONGEST_OBEYED.toMillis())));
  }

  private static void sleep(Duration wait) {
    try {
      Thread.sleep(wait.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw UserError.failed("The pull was interrupted. What was pulled is kept; pull again.");
    }
  }
}
