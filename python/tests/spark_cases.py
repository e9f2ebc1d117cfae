"""Rows that Spark has against those of leadscan.read, which are compared with the command's elsewhere."""

import doctest
import os
import re
import unittest

import sessions
from sessions import load

import leadscan
import leadscan.spark

from pyspark.sql import functions as F

from support import BAD, GOOD, SAMPLES, WORKSPACE, Case, Logs, run, text

# All columns, those among them that are not read unless they are asked for.
SCHEMA = ", ".join("`%s` %s" % column for column in leadscan.spark.columns().items()
                   if not column[0].startswith("accounted"))


def setUpModule():
    global SPARK, START
    START = os.getcwd()  # the JVM's
    SPARK = sessions.begin("local[2]")


def in_order(rows):
    return sorted(rows, key=lambda row: (row["file"], row["member"] or "", row["offset"] or 0,
                                         row["length"] or 0, row["inputError"] or ""))


class Rows(Case):
    def compare(self, *paths, **settings):
        """How many rows there were, and how many of them tell of an input."""
        table = leadscan.read(paths, on_error="keep", **settings)
        wanted = [{**row, "inputError": None} for row in table.to_arrow().to_pylist()]
        nothing = dict.fromkeys(wanted[0])
        wanted += [{**nothing, "file": file, "member": member, "inputError": why}
                   for file, member, why in table.errors]
        frame = load(*paths, schema=SCHEMA, **{name.replace("_", ""): value for name, value in settings.items()})
        found = [row.asDict() for row in frame.collect()]
        self.assertEqual(in_order(found), in_order(wanted))
        return len(wanted), len(table.errors)

    def test_samples(self):
        self.assertEqual(self.compare(SAMPLES), (32, 0))

    def test_several_paths_and_a_setting(self):
        log = self.write("a.log", text(['{"log":"x %s\\n"}' % line.replace('"', '\\"') for line in GOOD[:9]]))
        other = self.write("b.log", text(GOOD[:3] + BAD))
        self.assertEqual(self.compare(log, other), (9 + 7, 0))
        self.assertEqual(self.compare(log, log="docker")[0], 9)
        self.assertEqual(self.compare(self.folder, glob="b*")[0], 7)

    def test_what_globs_pick(self):
        """Of a directory and of archives in it: what has their name is read whole, of others members are."""
        self.sh("mkdir d d/sub a; cp %s/clean.ndjson d/sub/x.log; cp d/sub/x.log d/y.txt; "
                "tar cf d/sub/x.tar -C d y.txt sub/x.log; tar cf d/z.tar -C d y.txt; "
                "cp d/sub/x.tar d/z.tar a" % SAMPLES)
        for folder, glob, files in [("d", "sub/*", 2), ("d", "*.log", 2), ("a", "*.log", 1)]:
            with self.subTest(folder=folder, glob=glob):
                rows, errors = self.compare(self.path(folder), glob=glob)
                self.assertGreater(rows, 0)
                self.assertEqual(errors, 0)
                found = load(self.path(folder), schema="file string", glob=glob).distinct().collect()
                self.assertEqual(len(found), files)
        # A pattern that is mistyped is no empty data frame.
        with self.assertRaisesRegex(Exception, "a: nothing in it matches --glob"):
            load(self.path("a"), glob="*.lag").collect()
        with self.assertRaisesRegex(Exception, "d/sub: no file in it matches --glob|d/sub: nothing in it"):
            load(self.path("d/sub"), glob="*.lag").collect()
        frame = load(self.path("d/z.tar"), schema="inputError string", glob="none")
        self.assertEqual([row[0] for row in frame.collect()], ["nothing in it matches --glob"])

    def test_tasks_in_another_folder(self):
        path = self.write("log", text(GOOD[:5]))
        frame = load(os.path.relpath(path, START), schema="file string").distinct()
        (file,), = frame.collect()
        self.assertTrue(os.path.isabs(file))
        self.assertTrue(os.path.samefile(file, path))

    def test_schema_is_the_projection(self):
        frame = load(SAMPLES, schema="STATUSCODE bigint, verdict string, violations array<string>")
        self.assertEqual(frame.columns, ["STATUSCODE", "verdict", "violations"])
        wanted = leadscan.read(SAMPLES, ["statusCode", "verdict", "violations"]).to_arrow().to_pylist()
        self.assertEqual(sorted(map(str, (tuple(row) for row in frame.collect()))),
                         sorted(map(str, (tuple(row.values()) for row in wanted))))
        counts = frame.groupBy("verdict").count().collect()
        self.assertEqual(dict(map(tuple, counts))["created"], 16)
        self.assertEqual(load(SAMPLES).count(), 32)

    def test_mistakes(self):
        for why, take in [("no such column: lines", lambda: load(SAMPLES, schema="lines bigint")),
                          ("column statusCode is bigint, not int", lambda: load(SAMPLES, schema="statusCode int")),
                          ("no such option: lag", lambda: load(SAMPLES, lag="docker")),
                          ("no such kind of log: dacker", lambda: load(SAMPLES, log="dacker")),
                          ("threads: not a number: two", lambda: load(SAMPLES, threads="two")),
                          ("accounts: neither true nor false: yes", lambda: load(SAMPLES, accounts="yes")),
                          ("accountedBytes goes with option", lambda: load(SAMPLES, schema="accountedBytes bigint")),
                          ("splitBytes: 0", lambda: load(SAMPLES, splitBytes="0")),
                          ("no/such/path: No such file", lambda: load("no/such/path"))]:
            with self.subTest(why), self.assertRaisesRegex(Exception, why):
                take().collect()

    def test_nothing_to_read(self):
        os.mkdir(self.path("empty"))
        self.assertEqual(load(self.path("empty")).collect(), [])

    def test_file_that_changed(self):
        path = self.write("log", text(GOOD[:5]))
        frame = load(path, schema="line bigint")
        self.assertEqual(frame.count(), 5)
        self.write("log", text(GOOD[:6]))
        with self.assertRaisesRegex(Exception, "%s has changed since the scan was planned" % path):
            frame.count()
        self.assertEqual(load(path, schema="line bigint").count(), 6)
        os.remove(path)
        with self.assertRaisesRegex(Exception, "has changed"):
            frame.count()

    def test_pushed_filters(self):
        """The same rows as those that Spark's own filters keep, of records, damage and accounts."""
        self.write("d/log", text(GOOD[:7] + BAD + ['{"message":"Forbidden"}']))
        self.sh("cd d; gzip -c log | head -c 200 > cut.gz")
        everything = ", ".join("`%s` %s" % column for column in leadscan.spark.columns().items() if column[0] != "line")
        SPARK.conf.set("spark.sql.python.filterPushdown.enabled", "true")
        self.addCleanup(SPARK.conf.unset, "spark.sql.python.filterPushdown.enabled")
        conditions = ["verdict = 'created'", "verdict = 'none such'", "verdict <> 'created'", "statusCode > 200",
                          "statusCode >= 201 AND offset < 900", "statusCode <= 200", "NOT statusCode > 200",
                          "statusCode IS NULL", "verdict IS NULL", "inputError IS NOT NULL",
                          "verdict IN ('created', 'malformed')", "statusCode IN (201, NULL)",
                          "statusCode NOT IN (201, NULL)", "NOT (verdict IN ('created', 'x'))",
                          "action <=> 'create'", "action <=> NULL", "NOT (action <=> 'create')", "success",
                          "NOT success", "success = false", "success > false", "traceId LIKE '0%'",
                          "file LIKE '%.gz'", "message LIKE '%bidd%'", "NOT message LIKE '%bidd%'",
                          "violations IS NOT NULL", "size(violations) > 0", "`error.code` IS NULL",
                          "verdict = 'created' OR statusCode IS NULL", "accountedBytes > 0",
                          "action = 'create' AND statusCode = 201 AND offset > 300", "upper(verdict) = 'CREATED'"]
        whole = load(self.path("d"), schema=everything, accounts="true").select(
            "*", F.array([F.expr(condition) for condition in conditions]).alias("kept"))
        whole = [row.asDict() for row in whole.collect()]
        kept = [row.pop("kept") for row in whole]
        counts = set()
        frame = load(self.path("d"), schema=everything, accounts="true", pushFilters="true")
        for i, condition in enumerate(conditions):
            with self.subTest(condition):
                found = in_order(row.asDict() for row in frame.where(condition).collect())
                self.assertEqual(found, in_order(row for row, flags in zip(whole, kept) if flags[i]))
                counts.add(len(found))
        self.assertGreater(len(counts), 4)
        # In the case of the user's, and under another name.
        frame = load(self.path("d"), schema="VERDICT string", pushFilters="true")
        self.assertEqual(frame.where("verdict = 'created'").count(),
                         sum(row["verdict"] == "created" for row in whole))

    def test_what_is_pushed(self):
        from pyspark.sql import datasource
        from pyspark.sql.types import StructType
        from leadscan._spark_scan import LeadscanPushingReader
        path = self.write("log", text(GOOD[:7] + BAD))
        pushed = [datasource.EqualTo(("verdict",), "created"), datasource.Not(datasource.In(("offset",), (0, 5)))]
        left = [datasource.GreaterThan(("success",), False), datasource.EqualTo(("violations",), []),
                datasource.EqualTo(("a", "b"), 1)]
        reader = LeadscanPushingReader(StructType.fromDDL("verdict string, offset bigint"), {"path": path})
        self.assertEqual(reader.pushFilters([*pushed, *left]), left)
        part, = reader.partitions()
        # The one at 0 is not wanted.
        self.assertEqual([batch.num_rows for batch in reader.read(part)], [6])
        # Spark tells by this which class pushes.
        self.assertNotIn("pushFilters", vars(leadscan.spark.LeadscanReader))
        with self.assertRaisesRegex(Exception, "pushFilters: neither true nor false: yes"):
            load(path, schema="verdict string", pushFilters="yes").count()

    def test_as_sql(self):
        SPARK.sql("CREATE TEMPORARY VIEW samples USING leadscan OPTIONS (path '%s')" % SAMPLES)
        self.addCleanup(SPARK.catalog.dropTempView, "samples")
        found = SPARK.sql("SELECT count(*) FROM samples WHERE verdict = 'created'").collect()
        self.assertEqual(found[0][0], 16)

    def test_many_rows(self):
        path = self.write("big", run("gen", "--kind=mixed", "-n100000", "--seed=4")[1])
        frame = load(path, schema="offset bigint, length bigint, verdict string")
        wanted = leadscan.read(path, ["offset", "length", "verdict"]).to_pandas()
        found = frame.orderBy("offset").toPandas()
        for name in wanted.columns:
            self.assertEqual(list(found[name]), list(wanted[name]))

    def test_examples(self):
        self.assertEqual(doctest.testmod(leadscan.spark).failed, 0)
        with open(os.path.join(WORKSPACE, "docs/spark.md")) as file:
            blocks = re.findall(r"^```python\n(.*?)^```$", file.read(), re.M | re.S)
        self.assertTrue(blocks)
        here = os.getcwd()
        os.chdir(self.folder)
        self.addCleanup(os.chdir, here)
        os.symlink(SAMPLES, "logs")
        names = {"spark": SPARK}
        for block in blocks:
            for folder in ("logs/", "out/", "checkpoint/"):
                block = block.replace('"%s"' % folder, repr(self.path(folder)))
            exec(block, names)
        self.assertEqual(SPARK.read.parquet(self.path("out")).count(), 32)


class Containers(Logs):
    def test_damage_is_a_row(self):
        rows, errors = Rows.compare(self, os.path.join(self.folder, "d"))
        self.assertGreater(rows, 10000)
        self.assertGreater(errors, 2)


if __name__ == "__main__":
    unittest.main()
