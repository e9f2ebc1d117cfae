"""The contest of tables.py: all of it in one process, in turns, on files in the page cache. Answers are
compared before anything is timed. Wall time, and CPU time of this process and of all that it started."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

# In front of what reads them.
os.environ["POLARS_MAX_THREADS"] = "1"
os.environ["PYSPARK_PYTHON"] = sys.executable
os.environ["TZ"] = "UTC"

import duckdb
import leadscan
import polars
import pyarrow
import pyarrow.json

from leadscan import _core

COUNTED = ["action", "statusCode", "verdict"]
TEXTS = ["partnerLeadOpportunityId", "dsLeadOpportunityId", "action"]
# What the others have of a response: all that leadscan reads, but one of two names that are the same to
# DuckDB and Spark.
MEMBERS = {"": [*TEXTS, "message"], "info": ["success", "statusCode", "timestamp", "traceId"],
           "error": ["code", "message"], "data": TEXTS}
# The shortest way to verdicts that holds for this corpus; it looks at less than leadscan's rules do.
VERDICT = ("CASE WHEN info.success IS NULL THEN 'message' WHEN NOT info.success THEN 'failure' "
           "WHEN data IS NOT NULL THEN 'update' ELSE 'created' END")
ACTION = "coalesce(action, data.action)"
COUNTS = "SELECT %s, info.statusCode, %s, count(*) FROM %%s GROUP BY ALL" % (ACTION, VERDICT)


def type_of(name, types):
    return types.get(name, types[""])


def struct(types, folder):
    return {name: type_of(name, types) for name in MEMBERS[folder]}


class Files:
    """The corpus as it is, and without what one of the readers cannot read."""

    def __init__(self, options):
        self.mixed = os.path.join(options.folder, "mixed.ndjson")
        self.clean = os.path.join(options.folder, "clean.ndjson")
        generate(options.leadscan, self.mixed, options.bytes)
        rows = leadscan.read(self.mixed, ["offset", "length", "verdict", "partnerLeadOpportunityId"],
                             progress=False).to_arrow().to_pylist()
        bad = ("violation", "malformed", "truncated")
        with open(self.mixed, "rb") as mixed, open(self.clean, "wb") as clean:
            text = mixed.read()
            for row in rows:
                if row["verdict"] not in bad and not (row["partnerLeadOpportunityId"] or "").startswith("{"):
                    clean.write(text[row["offset"]:row["offset"] + row["length"]] + b"\n")
        self.records = len(rows)


def generate(command, path, size):
    with open(path, "wb") as file:
        subprocess.run([command, "gen", "--kind=mixed", "--seed=7", "--bytes=%d" % size], stdout=file, check=True)


def cpu_seconds():
    """Of this process and all below it, those that have ended included."""
    tick = os.sysconf("SC_CLK_TCK")
    children, times = {}, {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/stat" % name) as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(name))
        times[int(name)] = sum(map(int, fields[11:15])) / tick
    total, todo = 0.0, [os.getpid()]
    while todo:
        process = todo.pop()
        total += times.get(process, 0.0)
        todo += children.get(process, [])
    return total


def peak_of(name):
    """The most memory of a process of this name below this one, in bytes."""
    peak = 0
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % process, "rb") as file:
                if name.encode() not in file.read():
                    continue
            with open("/proc/%s/status" % process) as file:
                peak = max([peak] + [1024 * int(line.split()[1]) for line in file if line.startswith("VmHWM")])
        except OSError:
            continue
    return peak


class Contest:
    def __init__(self, options):
        self.options = options
        self.rows = []

    def run(self, title, size, contestants, wanted=()):
        """`contestants`: (name, what to call); the first is held against each of the others."""
        runs = {name: [] for name, _ in contestants}
        for round_ in range(self.options.rounds + 1):
            for name, call in contestants:
                cpu, wall = cpu_seconds(), time.perf_counter()
                answer = call()
                wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
                del answer
                if round_ > 0:
                    runs[name].append((wall, cpu))
        print("\n%s, %.0f MB\n%-44s %9s %9s %9s %9s" % (title, size / 1e6, "", "wall s", "CPU s", "GB/s", "times"))
        first = statistics.median(wall for wall, _ in runs[contestants[0][0]])
        for at, (name, _) in enumerate(contestants):
            wall = statistics.median(wall for wall, _ in runs[name])
            cpu = statistics.median(cpu for _, cpu in runs[name])
            goal = "  wanted %s" % wanted[at - 1] if 0 < at <= len(wanted) and wanted[at - 1] else ""
            print("%-44s %9.3f %9.3f %9.2f %9.2f%s" % (name, wall, cpu, size / wall / 1e9, wall / first, goal))
            self.rows.append({"title": title, "bytes": size, "name": name, "runs": runs[name]})
        sys.stdout.flush()


def duckdb_source(path):
    types = {"": "VARCHAR", "success": "BOOLEAN", "statusCode": "BIGINT"}
    columns = struct(types, "")
    for folder in ("info", "error", "data"):
        columns[folder] = "STRUCT(%s)" % ", ".join("%s %s" % item for item in struct(types, folder).items())
    texts = ", ".join("%s: '%s'" % item for item in columns.items())
    return "read_json('%s', format = 'newline_delimited', columns = {%s})" % (path, texts)


def duckdb_connection():
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    return connection


def duckdb_arrow(path):
    flat = ["coalesce({0}, data.{0}) AS {0}".format(name) for name in TEXTS] + ["message"]
    flat += ["%s.%s AS %s_%s" % (folder, name, folder, name) for folder in ("info", "error")
             for name in MEMBERS[folder]]
    query = "SELECT %s FROM %s" % (", ".join(flat), duckdb_source(path))
    return duckdb_connection().sql(query).to_arrow_table()


def duckdb_counts(source, connection=None):
    return (connection or duckdb_connection()).sql(COUNTS % source).fetchall()


def leadscan_in_duckdb(path):
    connection = duckdb_connection()
    connection.register("records", leadscan.read(path, COUNTED, threads=1, progress=False))
    return connection.sql("SELECT action, statusCode, verdict, count(*) FROM records GROUP BY ALL").fetchall()


def pyarrow_table(path):
    types = {"": pyarrow.string(), "success": pyarrow.bool_(), "statusCode": pyarrow.int64()}
    fields = struct(types, "")
    for folder in ("info", "error", "data"):
        fields[folder] = pyarrow.struct(list(struct(types, folder).items()))
    options = pyarrow.json.ParseOptions(explicit_schema=pyarrow.schema(list(fields.items())),
                                        unexpected_field_behavior="ignore")
    return pyarrow.json.read_json(path, pyarrow.json.ReadOptions(use_threads=False), options)


def polars_frame(path):
    types = {"": polars.String, "success": polars.Boolean, "statusCode": polars.Int64}
    fields = struct(types, "")
    for folder in ("info", "error", "data"):
        fields[folder] = polars.Struct(struct(types, folder))
    return polars.scan_ndjson(path, schema=fields)


def polars_counts(path):
    info, data = polars.col("info").struct, polars.col("data")
    success = info.field("success")
    verdict = (polars.when(success.is_null()).then(polars.lit("message")).when(~success).then(polars.lit("failure"))
               .when(data.is_not_null()).then(polars.lit("update")).otherwise(polars.lit("created")))
    return polars_frame(path).group_by(
        action=polars.coalesce("action", data.struct.field("action")), statusCode=info.field("statusCode"),
        verdict=verdict).len().collect().rows()


def leadscan_in_polars(path):
    frame = polars.DataFrame(leadscan.read(path, COUNTED, threads=1, progress=False))
    return frame.group_by(COUNTED).len().rows()


def leadscan_arrow(path, columns=None, texts="utf8"):
    return leadscan.read(path, columns, threads=1, progress=False, texts=texts).to_arrow()


def compare(answers):
    """That all of them say the same."""
    (first, wanted), *others = [(name, sorted(map(tuple, rows), key=str)) for name, rows in answers]
    for name, found in others:
        if found != wanted:
            sys.exit("tables: %s and %s do not agree: %s, %s" % (first, name, wanted[:9], found[:9]))


def arrow_and_counts(contest, files):
    clean = files.clean
    size = os.path.getsize(clean)
    members = [column.name for column in leadscan.columns()
               if column.meaning.startswith("The response's")] + ["verdict"]
    contest.run("NDJSON to Arrow, one thread", size, [
        ("leadscan, all %d columns" % len(leadscan.columns()), lambda: leadscan_arrow(clean)),
        ("leadscan, the same, few texts as dictionaries", lambda: leadscan_arrow(clean, None, "dictionary")),
        ("leadscan, the members and the verdict", lambda: leadscan_arrow(clean, members)),
        ("DuckDB read_json, the members", lambda: duckdb_arrow(clean)),
        ("pyarrow.json, the members, nested", lambda: pyarrow_table(clean)),
        ("polars scan_ndjson, the members, nested", lambda: polars_frame(clean).collect())],
        [None, None, 2.5, 4, 5])
    counts = [("leadscan in DuckDB", lambda: leadscan_in_duckdb(clean)),
              ("DuckDB read_json", lambda: duckdb_counts(duckdb_source(clean)))]
    polars_ = [("leadscan in polars", lambda: leadscan_in_polars(clean)),
               ("polars scan_ndjson", lambda: polars_counts(clean))]
    compare([(name, call()) for name, call in counts + polars_])
    contest.run("Counts by action, statusCode and verdict, one thread", size, counts, [2.5])
    contest.run("Counts by action, statusCode and verdict, one thread", size, polars_, [6])


def constants(contest, files):
    """What docs/scale.md reckons with: what each step of leadscan.spark.report takes of a core."""
    path, size = os.fsencode(files.mixed), os.path.getsize(files.mixed)
    settings = {"paths": [path], "threads": 1, "end": size, "hash_low": 1, "hash_high": 2}
    seconds, answers = {}, {}

    def audit():
        run = _core.PartAudit(settings, 16)
        ids, goes_on = [], True
        while goes_on:
            goes_on = run.step(1000)
            ids += run.take_ids()
        return ids, run.tables()

    steps = [("finding a place to cut at", lambda: _core.find_ranges(settings, path, 1 << 20, False)),
             ("counting lines", lambda: _core.count_lines(path, 0, size)),
             ("judging and counting", audit),
             ("looking for ids that come again", lambda: list(map(_core.find_repeated, [
                 [ids for of, ids in answers["judging and counting"][0] if of == bucket] for bucket in range(16)])))]
    for name, call in steps:
        runs = []
        for _ in range(contest.options.rounds):
            before = time.process_time()
            answers[name] = call()
            runs.append(time.process_time() - before)
        seconds[name] = statistics.median(runs)
        contest.rows.append({"title": "constants", "name": name, "bytes": size, "runs": [(None, run) for run in runs]})
    ids, tables = answers["judging and counting"]
    print("\nA report's steps, of a core, %.0f MB" % (size / 1e6))
    print("%-44s %9.1f us" % (steps[0][0], 1e6 * seconds[steps[0][0]] / len(answers[steps[0][0]])))
    for name, _ in steps[1:]:
        print("%-44s %9.2f GB/s of text" % (name, size / seconds[name] / 1e9))
    for name, value in [("ids to a shuffle", sum(map(len, ids))), ("of them, ids that come again",
                                                                   sum(map(len, answers[steps[3][0]])))]:
        print("%-44s %9.4f bytes a byte of text" % (name, value / size))
    print("%-44s %9.0f KB" % ("tables of a part", len(tables) / 1e3))
    sys.stdout.flush()


def spark_session(jar):
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]")
    for name, value in {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1",
                        "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2",
                        "spark.driver.memory": "2g", "spark.jars": jar, "spark.ui.showConsoleProgress": "false"}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


def spark_counts(frame, *by):
    return frame.groupBy(*by).count().collect()


def spark_leadscan(spark, path, schema="action string, statusCode bigint, verdict string", source="leadscan"):
    reader = spark.read.format(source)
    return (reader.schema(schema) if schema else reader).load(path)


def spark_columns(spark):
    from pyspark.sql import functions as F

    types = {"": "string", "success": "boolean", "statusCode": "bigint"}
    parts = ["%s %s" % item for item in struct(types, "").items()]
    for folder in ("info", "error", "data"):
        parts.append("%s struct<%s>" % (folder, ", ".join("%s: %s" % item for item in struct(types, folder).items())))
    return ", ".join(parts), [F.expr(ACTION).alias("action"), F.expr("info.statusCode").alias("statusCode"),
                              F.expr(VERDICT).alias("verdict")]


def to_nothing(frame):
    frame.write.format("noop").mode("overwrite").save()


def in_java(contest, files):
    """The source in Java, beside the JSON reader and Parquet files of the same rows."""
    spark = spark_session(contest.options.jar)
    schema, columns = spark_columns(spark)
    path, source = files.clean, "leadscan-jvm"
    size = os.path.getsize(path)
    parquet = os.path.join(contest.options.folder, "parquet")
    spark_leadscan(spark, path, None, source).write.parquet(parquet)
    counts = [("leadscan-jvm, no schema", lambda: spark_counts(spark_leadscan(spark, path, None, source), *COUNTED)),
              ("read.json with a schema", lambda: spark_counts(spark.read.schema(schema).json(path), *columns)),
              ("Parquet of the same rows", lambda: spark_counts(spark.read.parquet(parquet), *COUNTED))]
    compare([(name, call()) for name, call in counts])
    contest.run("Spark, local[2], the source in Java: counts", size, counts, [5, 0.7])
    contest.run("Spark, local[2], the source in Java: all columns to nothing", size, [
        ("leadscan-jvm, no schema", lambda: to_nothing(spark_leadscan(spark, path, None, source))),
        ("read.json with a schema", lambda: to_nothing(spark.read.schema(schema).json(path))),
        ("Parquet of the same rows", lambda: to_nothing(spark.read.parquet(parquet)))], [5, 0.7])


def in_spark(contest, files):
    from pyspark.sql import functions as F

    spark = spark_session(contest.options.jar)
    schema, columns = spark_columns(spark)
    clean = files.clean

    def from_json():
        return spark.read.text(clean).select(F.from_json("value", schema).alias("r")).select("r.*")

    counts = [("leadscan, schema of 3 columns", lambda: spark_counts(spark_leadscan(spark, clean), *COUNTED)),
              ("read.json with a schema", lambda: spark_counts(spark.read.schema(schema).json(clean), *columns)),
              ("read.text and from_json", lambda: spark_counts(from_json(), *columns))]
    compare([(name, call()) for name, call in counts])
    size = os.path.getsize(clean)
    contest.run("Spark, local[2]: counts", size, counts, [2.5, 4])
    contest.run("Spark, local[2]: all columns to nothing", size, [
        ("leadscan, no schema", lambda: to_nothing(spark_leadscan(spark, clean, None))),
        ("read.json with a schema", lambda: to_nothing(spark.read.schema(schema).json(clean)))])
    # What they make of records that are none.
    mixed = files.mixed
    print("\nCreated, of the %d records as they are:" % files.records)
    found = dict(map(tuple, spark_counts(spark_leadscan(spark, mixed, "verdict string"), "verdict")))
    print("%-44s %9d (%d malformed, %d truncated, %d violations)" % (
        "leadscan", *(found.get(verdict, 0) for verdict in ("created", "malformed", "truncated", "violation"))))
    rival = spark_counts(spark.read.schema(schema).json(mixed), columns[2])
    print("%-44s %9d" % ("read.json with a schema", dict(map(tuple, rival))["created"]))


def grow(contest):
    """A report and counts of ever more data: time should grow with it, memory should not."""
    import leadscan.spark

    spark = spark_session(contest.options.jar)
    path = os.path.join(contest.options.folder, "growth.ndjson")
    print("\nSpark, local[2], as the data grow\n%-30s %9s %9s %9s %14s %14s" % (
        "", "MB", "wall s", "CPU s", "JVM's peak MB", "workers' peak"))
    for size in contest.options.growth:
        generate(contest.options.leadscan, path, size)
        for name, call in [("counts", lambda: spark_counts(spark_leadscan(spark, path), *COUNTED)),
                           ("report", lambda: leadscan.spark.report(path))]:
            cpu, wall = cpu_seconds(), time.perf_counter()
            call()
            wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
            peaks = [peak_of(name) for name in ("org.apache.spark", "pyspark.daemon")]
            print("%-30s %9.0f %9.2f %9.2f %14.0f %14.0f" % (name, size / 1e6, wall, cpu, *[p / 1e6 for p in peaks]))
            contest.rows.append({"title": "growth", "name": name, "bytes": size, "runs": [(wall, cpu)], "peaks": peaks})
        sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser()
    for name in ("leadscan", "folder", "jar", "json"):
        parser.add_argument("--" + name)
    for name in ("bytes", "rounds"):
        parser.add_argument("--" + name, type=int, required=True)
    for name in ("spark", "java"):
        parser.add_argument("--" + name, action="store_true")
    parser.add_argument("--growth", type=int, action="append", default=[])
    options = parser.parse_args()
    files = Files(options)
    print("medians of %d rounds after a first one, in turns; `times`: of the first row's wall time" % options.rounds)
    print("%d records, %.0f MB; %.0f MB without bad ones and those whose partner's id is an object" % (
        files.records, os.path.getsize(files.mixed) / 1e6, os.path.getsize(files.clean) / 1e6))
    contest = Contest(options)
    if options.java:
        in_java(contest, files)
    else:
        arrow_and_counts(contest, files)
        constants(contest, files)
    if options.spark and not options.java:
        in_spark(contest, files)
        in_java(contest, files)
    if options.growth:
        grow(contest)
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"units": "a run is seconds of wall and CPU time", "results": contest.rows}, file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main()
