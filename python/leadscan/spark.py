"""Archives in Apache Spark: ``spark.read.format("leadscan").schema("verdict string, ...").load(path)``.

Rows are those of :func:`leadscan.read`, with a column ``inputError`` behind them. A task reads a range of a
plain file of lines or of zstd in frames, or else a file; the biggest come first. A malformed record is a row; an input that was
not read to its end gives the rows in front of the damage, and then one that has nothing but ``file``,
``member`` and ``inputError``: nothing is tried again that cannot get better. A file that is not there when
the scan is planned, or has changed since then, fails with its name.

Spark finds the format by the package ``pyspark_leadscan``; it is to be installed on all nodes. Only the
columns of the schema that is given are read, which is the way to be fast: Spark does not push columns down
to sources in Python. :func:`report` is the audit's report over the cluster, :func:`verify` accounts for
every byte of a scan.
"""

from __future__ import annotations

from pyspark.sql.datasource import DataSource, DataSourceReader, DataSourceStreamReader
from pyspark.sql.types import StructType

from ._spark_report import report
from ._spark_scan import LeadscanPushingReader, LeadscanReader, columns, default_columns, pushes_filters
from ._spark_stream import LeadscanStreamReader
from ._spark_verify import verify

__all__ = ["LeadscanDataSource", "columns", "report", "verify"]


class LeadscanDataSource(DataSource):
    """The format ``leadscan``."""

    @classmethod
    def name(cls) -> str:
        return "leadscan"

    def schema(self) -> str:
        types = default_columns(dict(self.options))
        return ", ".join(f"`{name}` {kind}" for name, kind in types.items())

    def reader(self, schema: StructType) -> DataSourceReader:
        options = dict(self.options)
        return (LeadscanPushingReader if pushes_filters(options) else LeadscanReader)(schema, options)

    def streamReader(self, schema: StructType) -> DataSourceStreamReader:
        return LeadscanStreamReader(schema, dict(self.options))
