package leadscan.spark;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns that a schema may name: the scan's, and those that are about inputs and tasks. */
final class Columns {
  static final String INPUT_ERROR = "inputError";

  /** What a task accounts for, as Native.account() has it, in a row of its own. */
  static final List<String> ACCOUNTS =
      List.of("accountedRecords", "accountedBytes", "accountedBetween");

  /** By name, in their order. */
  private static final Map<String, DataType> ALL = new LinkedHashMap<>();

  private static final Map<String, String> BY_LOWER_CASE;

  static {
    byte[][] scanned = Native.columns();
    for (int i = 0; i < scanned.length; i += 2) {
      ALL.put(text(scanned[i]), DataType.fromDDL(text(scanned[i + 1])));
    }
    ALL.put(INPUT_ERROR, DataType.fromDDL("string"));
    for (String name : ACCOUNTS) {
      ALL.put(name, DataType.fromDDL("bigint"));
    }
    BY_LOWER_CASE =
        ALL.keySet().stream().collect(Collectors.toMap(name -> name.toLowerCase(Locale.ROOT), n -> n));
  }

  private Columns() {}

  static boolean isScanned(String name) {
    return !name.equals(INPUT_ERROR) && !ACCOUNTS.contains(name);
  }

  /** Without `line`: a file whose lines are counted is one task. */
  static StructType byDefault(boolean accounts) {
    StructType schema = new StructType();
    for (Map.Entry<String, DataType> column : ALL.entrySet()) {
      String name = column.getKey();
      if (!name.equals("line") && (accounts || !ACCOUNTS.contains(name))) {
        schema = schema.add(name, column.getValue());
      }
    }
    return schema;
  }

  /** The columns of a schema as they are called here; their types must be these, too. */
  static List<String> wanted(StructType schema, boolean accounts) {
    List<String> names = new ArrayList<>();
    for (StructField field : schema.fields()) {
      String name = BY_LOWER_CASE.get(field.name().toLowerCase(Locale.ROOT));
      if (name == null) {
        throw new LeadscanException(
            "no such column: " + field.name() + " (there are " + String.join(", ", ALL.keySet()) + ")");
      }
      String type = ALL.get(name).simpleString();
      if (!field.dataType().simpleString().equals(type)) {
        throw new LeadscanException(
            "the column " + field.name() + " is " + type + ", not " + field.dataType().simpleString());
      }
      if (ACCOUNTS.contains(name) && !accounts) {
        throw new LeadscanException(
            "the column " + field.name() + " goes with option(\"accounts\", \"true\")");
      }
      names.add(name);
    }
    return Collections.unmodifiableList(names);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[][] bytes(List<String> texts) {
    return texts.stream().map(Columns::bytes).toArray(byte[][]::new);
  }
}
