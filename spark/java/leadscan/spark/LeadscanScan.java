package leadscan.spark;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** Plans what is read, on the driver, once; of the schema only what the query needs is read. */
final class LeadscanScan implements ScanBuilder, Scan, Batch, SupportsPushDownRequiredColumns {
  private StructType schema;
  private final Request request;
  private InputPartition[] parts;

  LeadscanScan(StructType schema, Request request) {
    this.schema = schema;
    this.request = request;
  }

  /** A part of the input, whose numbers only the native side reads. */
  record Part(byte[] path, long[] numbers) implements InputPartition {}

  /** What all tasks have. */
  record Factory(StructType schema, List<String> names, byte[][] options, boolean accounts)
      implements PartitionReaderFactory {
    @Override
    public boolean supportColumnarReads(InputPartition part) {
      return true;
    }

    @Override
    public PartitionReader<ColumnarBatch> createColumnarReader(InputPartition part) {
      return new LeadscanReader(this, (Part) part);
    }

    @Override
    public PartitionReader<InternalRow> createReader(InputPartition part) {
      throw new UnsupportedOperationException("its batches are columns");
    }
  }

  @Override
  public void pruneColumns(StructType required) {
    schema = required;
  }

  @Override
  public Scan build() {
    return this;
  }

  @Override
  public StructType readSchema() {
    return schema;
  }

  @Override
  public String description() {
    return "leadscan-jvm " + String.join(", ", schema.fieldNames());
  }

  @Override
  public Batch toBatch() {
    return this;
  }

  private List<String> names() {
    return Columns.wanted(schema, request.accounts());
  }

  /** Those of its columns that the scan has, in their order. */
  static byte[][] scanned(List<String> names) {
    return Columns.bytes(names.stream().filter(Columns::isScanned).toList());
  }

  @Override
  public synchronized InputPartition[] planInputPartitions() {
    if (parts == null) {
      long[][] numbers = new long[1][];
      byte[][] paths = Native.plan(request.options(), request.paths(), scanned(names()), numbers);
      parts = new InputPartition[paths.length];
      int each = paths.length == 0 ? 0 : numbers[0].length / paths.length;
      for (int i = 0; i < paths.length; i++) {
        parts[i] = new Part(paths[i], Arrays.copyOfRange(numbers[0], i * each, (i + 1) * each));
      }
    }
    return parts;
  }

  /** What reads the same of the same is read once where a query has it twice. */
  @Override
  public boolean equals(Object other) {
    return other instanceof LeadscanScan scan && scan.request == request && scan.schema.equals(schema);
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(request) ^ schema.hashCode();
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new Factory(schema, List.copyOf(names()), request.options(), request.accounts());
  }
}
