"""What is said of Spark, in short, for other versions of it and for Spark Connect (SPARK_REMOTE is set then)."""

import json
import os
import unittest

import sessions
from sessions import load

import leadscan
import leadscan.spark

from support import BAD, GOOD, Case, run, text

NAMES = ["file", "offset", "length", "verdict", "error.code", "statusCode", "success", "violations"]
SCHEMA = ", ".join("`%s` %s" % (name, leadscan.spark.columns()[name]) for name in NAMES)


def setUpModule():
    global SPARK
    SPARK = sessions.begin(None if "SPARK_REMOTE" in os.environ else "local[2]")


def in_order(rows):
    return sorted(rows, key=lambda row: row["offset"])


class Sessions(Case):
    def test_rows(self):
        """Found by itself, in ranges, with filters pushed and without."""
        path = self.write("log", text(GOOD[:9] + BAD + ['{"message":"Forbidden"}']))
        wanted = leadscan.read(path, NAMES).to_arrow().to_pylist()
        for options in [{}, {"splitBytes": "300"}, {"pushFilters": "true"}]:
            with self.subTest(options):
                SPARK.conf.set("spark.sql.python.filterPushdown.enabled", options.get("pushFilters", "false"))
                frame = load(path, schema=SCHEMA, **options)
                found = [row.asDict() for row in frame.collect()]
                self.assertEqual(in_order(found), wanted)
                found = [row.asDict() for row in frame.where("verdict = 'created' AND offset > 0").collect()]
                self.assertEqual(in_order(found),
                                 [row for row in wanted if row["verdict"] == "created" and row["offset"] > 0])
        self.assertEqual(load(path).columns, [*(name for name in leadscan.read(path).columns if name != "line"),
                                              "inputError"])

    def test_damage_and_accounts(self):
        self.write("d/log", text(GOOD[:9] + BAD))
        self.sh("cd d; gzip -c log | head -c 200 > cut.gz; split -b 700 log ../part; zstd -q ../part?? --rm; "
                "cat ../part??.zst > a.zst")
        loaded = load(self.path("d"), accounts="true", splitBytes="100")
        problems = {os.path.basename(row["file"]): row["problems"] for row in leadscan.spark.verify(loaded).collect()}
        self.assertEqual(set(problems), {"log", "cut.gz", "a.zst"})
        self.assertEqual((problems["log"], problems["a.zst"]), ([], []))
        tasks = loaded.where("accountedBytes > 0 AND file LIKE '%.zst'").count()
        self.assertGreater(tasks, 1)
        self.assertEqual(len(problems["cut.gz"]), 1)
        with self.assertRaisesRegex(Exception, "none: No such file"):
            load(self.path("none"), schema="verdict string").count()

    def test_report(self):
        path = self.write("big", run("gen", "--kind=mixed", "-n3000", "--seed=4")[1])
        wanted = json.loads(run("audit", "--json", "--now=2026-11-29", path)[1])
        found = leadscan.spark.report(path, now="2026-11-29", on_error="keep", split_bytes=200000, spark=SPARK).data
        for name in ("records", "verdicts", "findings", "bytes", "timeline"):
            self.assertEqual(found[name], wanted[name], name)


if __name__ == "__main__":
    unittest.main()
