package leadscan.spark;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** Reads a part, on the task's thread: the batches of its records, then one of what is to be told of it. */
final class LeadscanReader implements PartitionReader<ColumnarBatch> {
  /** So long at most it is before a task that is killed ends. */
  private static final int MILLISECONDS = 200;

  private static final Cleaner CLEANER = Cleaner.create();

  private final LeadscanScan.Factory factory;
  private final LeadscanScan.Part part;
  private final long scan;
  private final Cleaner.Cleanable closing; // of a reader that nobody closes, too
  private final long[] addresses;
  private final List<AddressColumn> columns = new ArrayList<>(); // those of the scan
  private final List<FewColumn> others = new ArrayList<>();
  private final ColumnarBatch records;
  private ColumnarBatch batch;
  private boolean ended;

  LeadscanReader(LeadscanScan.Factory factory, LeadscanScan.Part part) {
    this.factory = factory;
    this.part = part;
    StructType schema = factory.schema();
    ColumnVector[] all = new ColumnVector[factory.names().size()];
    for (int i = 0; i < all.length; i++) {
      String name = factory.names().get(i);
      if (Columns.isScanned(name)) {
        AddressColumn column = new AddressColumn(schema.fields()[i].dataType());
        columns.add(column);
        all[i] = column;
      } else {
        FewColumn other = new FewColumn(schema.fields()[i].dataType(), name, List.of());
        others.add(other);
        all[i] = other;
      }
    }
    addresses = new long[Native.ADDRESSES * columns.size()];
    records = new ColumnarBatch(all);
    scan = Native.open(factory.options(), LeadscanScan.scanned(factory.names()), part.path(), part.numbers());
    long number = scan; // not `this`, which would never be unreachable
    closing = CLEANER.register(this, () -> Native.close(number));
  }

  @Override
  public boolean next() throws IOException {
    if (ended) {
      return false;
    }
    // The memory of the last batch goes at once, also if there is no other one.
    columns.forEach(AddressColumn::close);
    int rows = Native.next(scan, MILLISECONDS, addresses);
    while (rows == Native.WAITING) {
      TaskContext task = TaskContext.get();
      if (Thread.currentThread().isInterrupted() || (task != null && task.isInterrupted())) {
        throw new InterruptedIOException("the task is killed");
      }
      rows = Native.next(scan, MILLISECONDS, addresses);
    }
    if (rows == Native.END) {
      ended = true;
      batch = told();
      return batch.numRows() > 0;
    }
    for (int i = 0; i < columns.size(); i++) {
      columns.get(i).take(addresses, Native.ADDRESSES * i);
    }
    for (FewColumn other : others) {
      other.setRows(rows);
    }
    records.setNumRows(rows);
    batch = records;
    return true;
  }

  @Override
  public ColumnarBatch get() {
    return batch;
  }

  /** Of a file that is what it was, this is how it is: to read it again would not help. */
  private ColumnarBatch told() {
    List<Map<String, Object>> rows = new ArrayList<>();
    byte[][] errors = Native.errors(scan);
    for (int i = 0; i < errors.length; i += 3) {
      Map<String, Object> row = new HashMap<>();
      row.put("file", Columns.text(errors[i]));
      row.put("member", errors[i + 1] == null ? null : Columns.text(errors[i + 1]));
      row.put(Columns.INPUT_ERROR, Columns.text(errors[i + 2]));
      rows.add(row);
    }
    if (factory.accounts()) {
      rows.add(account());
    }
    StructType schema = factory.schema();
    ColumnVector[] all = new ColumnVector[factory.names().size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = new FewColumn(schema.fields()[i].dataType(), factory.names().get(i), rows);
    }
    return new ColumnarBatch(all, rows.size());
  }

  private Map<String, Object> account() {
    long[] account = Native.account(scan);
    Map<String, Object> row = new HashMap<>();
    row.put("file", Columns.text(Native.file(scan)));
    row.put("offset", account[3]);
    row.put("length", account[1]);
    for (int i = 0; i < Columns.ACCOUNTS.size(); i++) {
      row.put(Columns.ACCOUNTS.get(i), account[i]);
    }
    return row;
  }

  @Override
  public void close() {
    columns.forEach(AddressColumn::close);
    closing.clean();
  }
}
