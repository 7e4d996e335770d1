package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.SerializableConfiguration;
import org.chunkopt.settings.Secret;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import scala.reflect.ClassTag$;

/** What tasks carry, through the serializers that carry it. */
@Tag("R27")
class SerializationTest {
  /**
   * Constructors that refuse made-up values, each tested with real ones by the tests of its own.
   */
  private static final Set<String> PARTICULAR =
      Set.of("ChunkBlind", "Curve", "Directory", "Kind", "Pool", "Site", "Spline");

  private static final Set<Class<?>> CARRIED_BY_OTHERS =
      Set.of(Broadcast.class, SerializableConfiguration.class, List.class, Map.class, Set.class);

  @Test
  @DisplayName("R27: every class that may travel holds only what may travel")
  void everyFieldMayTravel() throws ReflectiveOperationException {
    List<Class<?>> classes = serializable();
    assertThat(classes).hasSizeGreaterThan(30);
    TreeSet<String> wrong = new TreeSet<>();
    for (Class<?> type : classes) {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())
            && !Modifier.isTransient(field.getModifiers())
            && !mayTravel(field.getGenericType())) {
          wrong.add(type.getSimpleName() + "." + field.getName());
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(Serializable.class.isAssignableFrom(Secret.class)).as("a secret stays").isFalse();
  }

  @Test
  @DisplayName("R27: every record that a closure captures is the same after Java's serializer")
  void recordsTravelWithClosures() throws ReflectiveOperationException {
    SerializerInstance java = new JavaSerializer(new SparkConf(false)).newInstance();
    TreeSet<String> refused = new TreeSet<>();
    int travelled = 0;
    for (Class<?> type : serializable()) {
      if (!type.isRecord()) {
        continue;
      }
      Object made;
      try {
        made = make(type);
      } catch (InvocationTargetException e) {
        refused.add(type.getSimpleName());
        continue;
      }
      Object back = roundTrip(java, made);
      assertThat(components(back)).as(type.getName()).isEqualTo(components(made));
      travelled++;
    }
    assertThat(travelled).isGreaterThan(15);
    assertThat(refused).isEqualTo(PARTICULAR);
  }

  @Test
  @DisplayName("R27: what is data goes through Kryo and Java unharmed; records are never data")
  void dataTravelsThroughKryo() {
    SparkConf conf =
        new SparkConf(false).set("spark.kryo.registrator", "org.nd4j.kryo.Nd4jRegistrator");
    SerializerInstance kryo = new KryoSerializer(conf).newInstance();
    SerializerInstance java = new JavaSerializer(conf).newInstance();
    INDArray array = Nd4j.create(new float[] {1, Float.MIN_VALUE, -3}, new long[] {1, 3});
    for (SerializerInstance serializer : List.of(kryo, java)) {
      assertThat(roundTrip(serializer, array)).isEqualTo(array);
      for (Object data :
          List.of(
              new float[][] {{1, Float.NaN}, {}},
              new float[] {Float.NEGATIVE_INFINITY},
              new byte[] {0, -1},
              new ArrayList<>(List.of("a", 1L, 2)),
              RowFactory.create("a", 1L, new byte[] {-1}, null, 2.5))) {
        assertThat(Objects.deepEquals(roundTrip(serializer, data), data)).as("" + data).isTrue();
      }
    }
    assertThatThrownBy(() -> roundTrip(kryo, new Carried(7)))
        .as("why weights are broadcast as arrays")
        .isInstanceOf(Exception.class);
  }

  private record Carried(int value) implements Serializable {}

  @Test
  @DisplayName(
      "R27: the options that open Java's modules stand in the pom alone, as Spark has them")
  void theOpenModulesAreThoseOfSpark() throws IOException {
    Pattern option = Pattern.compile("--add-opens=[^\\s<]+");
    List<String> ours =
        option
            .matcher(Files.readString(Path.of("../pom.xml")))
            .results()
            .map(r -> r.group())
            .toList();
    assertThat(ours)
        .containsExactlyInAnyOrderElementsOf(
            option
                .matcher(JavaModuleOptions.defaultModuleOptions())
                .results()
                .map(r -> r.group())
                .toList());
    try (Stream<Path> files = Files.walk(Path.of(".."), 4)) {
      for (Path file :
          files
              .filter(
                  f -> f.toString().matches("\\.\\./(conf|submit-scripts|jobs/pom|common/pom).*"))
              .filter(Files::isRegularFile)
              .filter(f -> !f.toString().contains("__pycache__"))
              .toList()) {
        assertThat(Files.readString(file)).as("" + file).doesNotContainPattern(option);
      }
    }
  }

  @Test
  @DisplayName("R27: a Java that opens nothing is told how to start, before Spark breaks")
  void aJavaThatOpensNothingIsASentence() {
    Module java = ByteBuffer.class.getModule();
    Session.requireOpen(java, Session.class.getModule());
    assertThatThrownBy(() -> Session.requireOpen(java, java.sql.Driver.class.getModule()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("submit-scripts/chunkopt or spark-submit");
  }

  /** Our classes that may travel, but lambdas, enums and interfaces. */
  private static List<Class<?>> serializable() throws ReflectiveOperationException {
    List<Class<?>> found = new ArrayList<>();
    for (Path root : List.of(Path.of("target/classes"), Path.of("../common/target/classes"))) {
      for (String name : names(root)) {
        Class<?> type = Class.forName(name, false, SerializationTest.class.getClassLoader());
        if (Serializable.class.isAssignableFrom(type)
            && !Throwable.class.isAssignableFrom(type)
            && !type.isEnum()
            && !type.isInterface()) {
          found.add(type);
        }
      }
    }
    return found;
  }

  private static List<String> names(Path root) {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .map(file -> root.relativize(file).toString())
          .filter(name -> name.startsWith("org/chunkopt") && name.endsWith(".class"))
          .filter(name -> !name.endsWith("-info.class"))
          .map(name -> name.replace('/', '.').replaceAll("\\.class$", ""))
          .sorted()
          .collect(Collectors.toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean mayTravel(Type type) {
    if (type instanceof ParameterizedType generic) {
      Class<?> raw = (Class<?>) generic.getRawType();
      boolean itself = CARRIED_BY_OTHERS.contains(raw) || Serializable.class.isAssignableFrom(raw);
      return itself
          && (raw == Broadcast.class
              || Arrays.stream(generic.getActualTypeArguments())
                  .allMatch(SerializationTest::mayTravel));
    }
    if (!(type instanceof Class<?> raw)) {
      return true;
    }
    return raw.isPrimitive()
        || raw.isArray() && mayTravel(raw.getComponentType())
        || CARRIED_BY_OTHERS.contains(raw)
        || Serializable.class.isAssignableFrom(raw);
  }

  private static Object make(Class<?> record) throws ReflectiveOperationException {
    RecordComponent[] components = record.getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = value(components[i].getGenericType());
    }
    Constructor<?> constructor = record.getDeclaredConstructor(types);
    constructor.setAccessible(true);
    return constructor.newInstance(values);
  }

  private static Object value(Type type) throws ReflectiveOperationException {
    if (type instanceof ParameterizedType generic) {
      Class<?> raw = (Class<?>) generic.getRawType();
      Type[] inside = generic.getActualTypeArguments();
      if (raw == Optional.class) {
        return Optional.empty();
      }
      return raw == Map.class
          ? new TreeMap<>(Map.of((Comparable<?>) value(inside[0]), value(inside[1])))
          : new ArrayList<>(List.of(value(inside[0]), value(inside[0])));
    }
    Class<?> raw = (Class<?>) type;
    if (raw == boolean.class) {
      return true;
    } else if (raw == String.class) {
      return "x\u00ff\n";
    } else if (raw == SerializableConfiguration.class) {
      return new SerializableConfiguration(new org.apache.hadoop.conf.Configuration(false));
    } else if (raw.isPrimitive()) {
      Object one = Array.newInstance(raw, 1);
      Array.setByte(one, 0, (byte) 3);
      return Array.get(one, 0);
    } else if (raw.isArray()) {
      Object array = Array.newInstance(raw.getComponentType(), 2);
      for (int i = 0; i < 2; i++) {
        Array.set(array, i, value(raw.getComponentType()));
      }
      return array;
    } else if (raw.isEnum()) {
      return raw.getEnumConstants()[0];
    } else if (raw.isRecord()) {
      return make(raw);
    }
    throw new InvocationTargetException(null, "No value for " + raw);
  }

  /** A record by its components, since those of arrays are not equal by themselves. */
  private static String components(Object record) throws ReflectiveOperationException {
    List<Object> values = new ArrayList<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      component.getAccessor().setAccessible(true);
      Object value = component.getAccessor().invoke(record);
      if (value instanceof SerializableConfiguration conf) {
        value = conf.value().size();
      } else if (value != null && value.getClass().isRecord()) {
        value = components(value);
      } else if (value instanceof List<?> list
          && !list.isEmpty()
          && list.get(0) instanceof Record) {
        List<String> all = new ArrayList<>();
        for (Object each : list) {
          all.add(components(each));
        }
        value = all;
      }
      values.add(value);
    }
    return Arrays.deepToString(values.toArray());
  }

  @SuppressWarnings("unchecked")
  private static <T> T roundTrip(SerializerInstance serializer, T value) {
    var tag = ClassTag$.MODULE$.<T>apply((Class<T>) value.getClass());
    return serializer.deserialize(serializer.serialize(value, tag), tag);
  }
}
