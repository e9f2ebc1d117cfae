package leadscan.spark;

import java.util.Map;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** The format `leadscan-jvm`, which Spark finds by META-INF/services. */
public final class LeadscanSource implements TableProvider, DataSourceRegister {
  @Override
  public String shortName() {
    return "leadscan-jvm";
  }

  @Override
  public boolean supportsExternalMetadata() {
    return true; // a schema may be given
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    return Columns.byDefault(Request.of(options).accounts());
  }

  @Override
  public Table getTable(StructType schema, Transform[] partitioning, Map<String, String> properties) {
    return new LeadscanTable(schema, Request.of(new CaseInsensitiveStringMap(properties)));
  }
}
