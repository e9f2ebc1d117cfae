"""Sessions of Spark on this machine, and data frames of leadscan's."""

import os
import sys
import unittest

# In front of the JVM, whose workers inherit it.
os.environ["PYSPARK_PYTHON"] = sys.executable
os.environ["TZ"] = "UTC"

from pyspark.sql import SparkSession

SETTINGS = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1",
            "spark.connect.grpc.binding.address": "127.0.0.1", "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": "2"}


def begin(master, **settings):
    """Ends with the module's cases. Without a master it is one of Spark Connect, which SPARK_REMOTE names."""
    builder = SparkSession.builder if master is None else SparkSession.builder.master(master)
    for name, value in {**SETTINGS, **settings}.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    if master is not None:
        spark.sparkContext.setLogLevel("OFF")
    unittest.addModuleCleanup(spark.stop)
    return spark


def load(*paths, schema=None, form="leadscan", **options):
    reader = SparkSession.getActiveSession().read.format(form).options(**options)
    if schema is not None:
        reader = reader.schema(schema)
    return reader.load(paths[0] if len(paths) == 1 else list(paths))
