"""Spark looks for data sources in packages that are called pyspark_*."""

from leadscan.spark import LeadscanDataSource as DefaultSource

__all__ = ["DefaultSource"]
