package org.chunkopt.bench;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.ListenerNotFoundException;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * What a piece of work took.
 *
 * @param seconds by the clock
 * @param cpuSeconds of all threads of this process; others who use the cores add nothing to them
 * @param heldBytes most of the heap that was in use after a collection; 0 where none ran
 */
public record Timing(double seconds, double cpuSeconds, long heldBytes) {
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  /** Does the work and measures it. */
  public static Timing of(Runnable work) {
    AtomicLong held = new AtomicLong();
    NotificationListener afterCollection =
        (notification, handback) -> {
          if (notification.getUserData() instanceof CompositeData data) {
            long used =
                GarbageCollectionNotificationInfo.from(data)
                    .getGcInfo()
                    .getMemoryUsageAfterGc()
                    .values()
                    .stream()
                    .mapToLong(MemoryUsage::getUsed)
                    .sum();
            held.accumulateAndGet(used, Math::max);
          }
        };
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      ((NotificationEmitter) collector).addNotificationListener(afterCollection, null, null);
    }
    long start = System.nanoTime();
    long cpu = PROCESS.getProcessCpuTime();
    try {
      work.run();
      return new Timing(
          (System.nanoTime() - start) / 1e9, (PROCESS.getProcessCpuTime() - cpu) / 1e9, held.get());
    } finally {
      for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
        try {
          ((NotificationEmitter) collector).removeNotificationListener(afterCollection);
        } catch (ListenerNotFoundException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }
}
