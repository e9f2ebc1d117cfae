"""Rows that Spark has against those of leadscan.read, which are compared with the command's elsewhere."""

import doctest
import os
import re
import unittest

import sessions
from sessions import load

import leadscan
import leadscan.spark

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
