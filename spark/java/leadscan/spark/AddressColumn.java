package leadscan.spark;

import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * A column of a batch, read where the scan has written it, as Arrow lays columns out: a bit a row where there
 * are nulls; values, or where each text or list begins and ends.
 */
final class AddressColumn extends LeadscanColumn {
  private static final int OFFSET_BYTES = 4;

  private long nulls;
  private long validity;
  private long values;
  private long characters;
  private final AddressColumn child; // of a list, whose items have no nulls

  AddressColumn(DataType type) {
    super(type);
    child = type instanceof ArrayType list ? new AddressColumn(list.elementType()) : null;
  }

  /** Takes what Native.next() has written from `at` on. */
  void take(long[] addresses, int at) {
    nulls = addresses[at];
    validity = addresses[at + 1];
    values = addresses[at + 2];
    characters = addresses[at + 4];
    if (child != null) {
      child.nulls = 0;
      child.validity = 0;
      child.values = addresses[at + 3];
      child.characters = characters;
    }
  }

  /** The memory is gone: all is null from now on, so that who comes late does no harm. */
  @Override
  public void close() {
    nulls = 1;
    validity = 0;
    values = 0;
    characters = 0;
    if (child != null) {
      child.close();
    }
  }

  @Override
  public boolean hasNull() {
    return nulls != 0;
  }

  @Override
  public int numNulls() {
    return (int) nulls;
  }

  @Override
  public boolean isNullAt(int row) {
    return nulls != 0 && (validity == 0 || !bit(validity, row));
  }

  @Override
  public boolean getBoolean(int row) {
    return bit(values, row);
  }

  @Override
  public long getLong(int row) {
    return Platform.getLong(null, values + (long) Long.BYTES * row);
  }

  @Override
  public UTF8String getUTF8String(int row) {
    if (isNullAt(row)) {
      return null;
    }
    int begin = offset(row);
    return UTF8String.fromAddress(null, characters + begin, offset(row + 1) - begin);
  }

  @Override
  public ColumnarArray getArray(int row) {
    if (isNullAt(row)) {
      return null;
    }
    int begin = offset(row);
    return new ColumnarArray(child, begin, offset(row + 1) - begin);
  }

  private int offset(int row) {
    return Platform.getInt(null, values + (long) OFFSET_BYTES * row);
  }

  private static boolean bit(long address, int row) {
    return (Platform.getByte(null, address + (row >> 3)) >> (row & 7) & 1) != 0;
  }
}
