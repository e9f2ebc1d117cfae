package leadscan.spark;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.types.UTF8String;

/** A column of the few rows that tell of inputs and tasks, of which most are null; or of no value at all. */
final class FewColumn extends LeadscanColumn {
  private final String name;
  private final List<Map<String, Object>> rows; // those behind them are null
  private int count;

  FewColumn(DataType type, String name, List<Map<String, Object>> rows) {
    super(type);
    this.name = name;
    this.rows = rows;
    count = rows.size();
  }

  void setRows(int rows) {
    count = rows;
  }

  private Object value(int row) {
    return row < rows.size() ? rows.get(row).get(name) : null;
  }

  @Override
  public void close() {
    // nothing is held
  }

  @Override
  public boolean hasNull() {
    return true;
  }

  @Override
  public int numNulls() {
    return count - (int) rows.stream().filter(row -> row.get(name) != null).count();
  }

  @Override
  public boolean isNullAt(int row) {
    return value(row) == null;
  }

  @Override
  public long getLong(int row) {
    return (Long) value(row);
  }

  @Override
  public UTF8String getUTF8String(int row) {
    return UTF8String.fromString((String) value(row));
  }
}
