package org.chunkopt.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.chunkopt.evidence.StripeLaw.RandomShared;
import org.chunkopt.evidence.StripeLaw.Traits;
import org.junit.jupiter.api.Test;

class LawSearchTest {
  private static final StripeLaw PLANTED =
      new StripeLaw(
          2.8e-4,
          4e-5,
          6e-3,
          1.5e8,
          2e9,
          1.2,
          0.05,
          4,
          new Traits(1 << 20, 2 << 20, RandomShared.ALL));

  @Test
  void refindsThePlantedLaw() {
    StripeLaw found = LawSearch.best(points()).law();

    assertThat(found.traits().gatheredBytes()).isEqualTo(2 << 20);
    assertThat(found.traits().fullStripeBytes()).isEqualTo(1 << 20);
    assertThat(found.overheadSeconds())
        .isCloseTo(PLANTED.overheadSeconds(), Percentage.withPercentage(15));
    assertThat(found.seekSeconds()).isCloseTo(PLANTED.seekSeconds(), Percentage.withPercentage(15));
    assertThat(found.targetBytesPerSecond())
        .isCloseTo(PLANTED.targetBytesPerSecond(), Percentage.withPercentage(15));
    for (AccessPattern use : uses()) {
      for (int position = 0; position < StripeLaw.ARMS; position++) {
        assertThat(found.log2Throughput(use, position) - found.log2Throughput(use, 3))
            .as("gain of position %d over 512 KiB for %s", position, use)
            .isCloseTo(
                PLANTED.log2Throughput(use, position) - PLANTED.log2Throughput(use, 3),
                within(0.1));
      }
    }
  }

  @Test
  void withoutPointsItIsTheCentreOfThePriors() {
    StripeLaw law = LawSearch.best(List.of()).law();
    assertThat(law.traits()).isEqualTo(Traits.USUAL);
    assertThat(law.overheadSeconds()).isCloseTo(1.8e-4, Percentage.withPercentage(0.1));
    assertThat(law.fanOutSeconds()).isCloseTo(2.2e-5, Percentage.withPercentage(0.1));
    assertThat(law.seekSeconds()).isCloseTo(1e-3, Percentage.withPercentage(0.1));
    assertThat(law.targetBytesPerSecond()).isCloseTo(4e8, Percentage.withPercentage(0.1));
    assertThat(law.linkBytesPerSecond()).isCloseTo(2e9, Percentage.withPercentage(0.1));
    assertThat(law.rewriteLoss()).isCloseTo(0.6, Percentage.withPercentage(0.1));
    assertThat(law.lockShare()).isCloseTo(0.03, Percentage.withPercentage(0.1));
    assertThat(law.processesPerClient()).isCloseTo(8, Percentage.withPercentage(0.1));
  }

  @Test
  void aFitWithoutPointsCostsNothing() {
    LawFit fit = LawFit.of(List.of(), LawFit.centre(), LawFit.centre(), Traits.USUAL);
    assertThat(fit.cost()).isCloseTo(0, within(1e-12));
    assertThat(fit.logs()).containsExactly(LawFit.centre(), within(1e-9));
  }

  @Test
  void drawnLawsDifferAsFarAsThePointsLeaveOpen() {
    assertThat(LawSearch.drawn(List.of(), new SplittableRandom(1)).logs())
        .containsExactly(LawSearch.drawn(List.of(), new SplittableRandom(1)).logs());
    assertThat(spreadOfOverhead(List.of())).as("nothing known").isBetween(0.2, 0.8);
    assertThat(spreadOfOverhead(points())).as("many points").isLessThan(0.1);
  }

  /** Standard deviation of the natural logarithm of the message overhead over eight draws. */
  private static double spreadOfOverhead(List<LawPoint> points) {
    SplittableRandom random = new SplittableRandom(3);
    double sum = 0;
    double square = 0;
    for (int i = 0; i < 8; i++) {
      double log = Math.log(LawSearch.drawn(points, random).law().overheadSeconds());
      sum += log;
      square += log * log;
    }
    return Math.sqrt(square / 8 - sum * sum / 64);
  }

  /** Each use at each chunk size, by the planted law but for a level of its own. */
  private static List<LawPoint> points() {
    List<LawPoint> points = new ArrayList<>();
    List<AccessPattern> uses = uses();
    for (int group = 0; group < uses.size(); group++) {
      for (int position = 0; position < StripeLaw.ARMS; position++) {
        double log2 = PLANTED.log2Throughput(uses.get(group), position) + (group % 3 - 1) * 0.15;
        points.add(new LawPoint(uses.get(group), position, group, log2, 0.05, 0.3));
      }
    }
    return points;
  }

  private static List<AccessPattern> uses() {
    List<AccessPattern> uses = new ArrayList<>();
    for (int request : new int[] {16, 20, 22, 24}) {
      for (int targets : new int[] {1, 4}) {
        for (int kind = 0; kind < 4; kind++) {
          uses.add(
              new AccessPattern(
                  1L << 32, 1L << request, 1, targets, false, kind / 2 == 0, kind % 2 == 0));
        }
        uses.add(new AccessPattern(1L << 32, 1L << request, 16, targets, true, true, true));
      }
    }
    return uses;
  }
}
