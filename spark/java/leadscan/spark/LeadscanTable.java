package leadscan.spark;

import java.util.EnumSet;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** What was loaded, with the schema that was given or the default. */
final class LeadscanTable implements SupportsRead {
  private final StructType schema;
  private final Request request;

  LeadscanTable(StructType schema, Request request) {
    this.schema = schema.asNullable(); // an input that is damaged has a row of nulls
    this.request = request;
    Columns.wanted(schema, request.accounts());
  }

  @Override
  public String name() {
    return "leadscan-jvm";
  }

  // The interface has columns() since, which calls this.
  @Override
  @SuppressWarnings("deprecation")
  public StructType schema() {
    return schema;
  }

  @Override
  public Set<TableCapability> capabilities() {
    return EnumSet.of(TableCapability.BATCH_READ);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return new LeadscanScan(schema, request);
  }
}
