package org.chunkopt.ingest;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chunkopt.UserError;
import org.chunkopt.settings.Settings;

/**
 * Which opens for reading are those of a walk over the file system: those in its hours and, where
 * the event names a user, by its user. A walk opens each file without using it.
 */
final class WalkReads implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final long MINUTE_MICROS = 60_000_000L;
  private static final int MINUTES_A_DAY = 24 * 60;
  private static final Pattern HOURS =
      Pattern.compile("([01]\\d|2[0-4]):([0-5]\\d)-([01]\\d|2[0-4]):([0-5]\\d)");

  /** Minutes of the day, UTC: from, to, from, to ...; to may be less than from. */
  private final ArrayList<Integer> minutes = new ArrayList<>();

  private final long user;

  private WalkReads(long user) {
    this.user = user;
  }

  /**
   * Of the settings.
   *
   * @throws UserError where hours are not written HH:MM-HH:MM
   */
  static WalkReads of(Settings.Inputs inputs) {
    WalkReads walk = new WalkReads(inputs.walkUser());
    for (String hours : inputs.walkHours()) {
      Matcher times = HOURS.matcher(hours);
      if (!times.matches()) {
        throw UserError.usage(
            "chunkopt.inputs.walk-hours has " + hours + "; write hours as 01:30-04:00, in UTC.");
      }
      walk.minutes.add(minute(times.group(1), times.group(2)));
      walk.minutes.add(minute(times.group(3), times.group(4)));
    }
    return walk;
  }

  private static int minute(String hour, String minute) {
    return 60 * Integer.parseInt(hour) + Integer.parseInt(minute);
  }

  boolean has(EventLine event) {
    EventType type = event.type();
    if (type != EventType.READ && type != EventType.OPEN_READ
        || event.user() != EventLine.NO_USER && event.user() != user) {
      return false;
    }
    long minute = Math.floorMod(Math.floorDiv(event.micros(), MINUTE_MICROS), (long) MINUTES_A_DAY);
    for (int i = 0; i < minutes.size(); i += 2) {
      int from = minutes.get(i);
      int to = minutes.get(i + 1);
      if (from <= to ? from <= minute && minute < to : from <= minute || minute < to) {
        return true;
      }
    }
    return false;
  }
}
