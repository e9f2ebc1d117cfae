"""Whether a scan has all there is, once."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from ._spark_scan import ACCOUNTS


def verify(frame: DataFrame) -> DataFrame:
    """Accounts for each file of a data frame that was loaded with ``option("accounts", "true")``, by
    shuffles: a row a file, with

    records: of the rows; bytes: of the text, decompressed; record_bytes, between_bytes: in records,
        and between them, which is all there is;
    problems: what does not agree, as texts; empty if all is well.

    Tasks tell how many records and bytes they have read. Held against that are the rows: as many, as
    many bytes, none twice, each task's in their order; and the tasks against each other: each range begins where
    the one in front of it ends. An input that was not read to its end is a problem, too.
    """
    for name in ("file", "member", "offset", "length", "inputError", *ACCOUNTS):
        if name not in frame.columns:
            raise ValueError(f'no column {name}: load it with option("accounts", "true"), and with file, member, '
                             "offset and length")
    records, size, between = (F.col(name) for name in ACCOUNTS)
    is_account = size.isNotNull()
    is_error = F.col("inputError").isNotNull()

    in_member = Window.partitionBy("file", "member").orderBy("offset", "length")
    # In its upper bits that has the number of the task.
    in_task = Window.partitionBy("file", "member", F.shiftright("at", 33)).orderBy("at")
    rows = (frame.where(~is_account & ~is_error)
            .withColumn("at", F.monotonically_increasing_id())
            .withColumn("next", F.lead("offset").over(in_member))
            .withColumn("last", F.lag("offset").over(in_task))
            .groupBy("file").agg(
                F.count(F.lit(1)).alias("records"), F.sum("length").alias("record_bytes"),
                F.count_if(F.col("next") == F.col("offset")).alias("twice"),
                F.count_if(F.col("last") > F.col("offset")).alias("back")))
    in_file = Window.partitionBy("file").orderBy("offset")
    tasks = (frame.where(is_account)
             .withColumn("gap", F.col("offset") != F.coalesce(
                 F.lag(F.col("offset") + F.col("length")).over(in_file), F.lit(0)))
             .groupBy("file").agg(
                 F.sum(records).alias("told"), F.sum(size).alias("bytes"),
                 F.sum(between).alias("between_bytes"), F.count_if(F.col("gap")).alias("gaps")))
    errors = frame.where(is_error).groupBy("file").agg(
        F.sort_array(F.collect_list(F.concat_ws(": ", "member", "inputError"))).alias("errors"))

    def number(name: str) -> Column:
        return F.coalesce(F.col(name), F.lit(0))

    def problem(condition: Column, text: str) -> Column:
        return F.when(condition, F.lit(text))

    problems = [
        problem(F.col("told").isNull(), "no task tells of it"),
        problem(number("told") != number("records"), "there are not as many rows as records were read"),
        problem(number("record_bytes") + number("between_bytes") != number("bytes"),
                "not every byte is in a record or between them"),
        problem(number("twice") > 0, "a record is there twice"),
        problem(number("back") > 0, "records are not in their order"),
        problem(number("gaps") > 0, "ranges do not follow each other"),
    ]
    joined = tasks.join(rows, "file", "full").join(errors, "file", "full")
    return joined.select(
        "file", number("records").alias("records"), number("bytes").alias("bytes"),
        number("record_bytes").alias("record_bytes"), number("between_bytes").alias("between_bytes"),
        F.concat(F.array_compact(F.array(*problems)),
                 F.coalesce("errors", F.array().cast("array<string>"))).alias("problems"))
