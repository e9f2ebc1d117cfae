"""Files in ranges against files as a whole, and what is made of all parts: accounts and reports."""

import json
import os
import shutil
import unittest

import sessions
from sessions import load

import leadscan
import leadscan.spark
from leadscan._spark_parts import list_parts
from pyspark.sql import functions as F

from support import BAD, GOOD, SAMPLES, Case, Logs, run, text

# All but lines, which only the beginning of a file tells.
SCHEMA = ", ".join("`%s` %s" % column for column in leadscan.spark.columns().items()
                   if column[0] != "line" and not column[0].startswith("accounted"))
LONG = '{"message":"%s"}' % (3000 * "x")


def setUpModule():
    global SPARK
    SPARK = sessions.begin("local[2]")


def in_order(rows):
    return sorted(rows, key=lambda row: (row["file"], row["member"] or "", row["offset"], row["length"]))


class Ranges(Case):
    def rows(self, path, **options):
        frame = load(path, schema=SCHEMA, **options)
        return in_order(row.asDict() for row in frame.collect()), frame.rdd.getNumPartitions()

    def test_rows_are_those_of_the_whole(self):
        lines = text(GOOD[:4] + BAD + [LONG] + GOOD[4:8])
        for name, content in {"lf": lines, "crlf": lines.replace(b"\n", b"\r\n"), "open": lines[:-1],
                              "bom": b"\xef\xbb\xbf" + lines, "blank": lines.replace(b"\n", b"\n\n \n"),
                              "bytes": lines.replace(b"xxx", b"x\xff\xc3"),
                              "text": b"INFO x\n" + lines + b"12:00 done\n"}.items():
            path = self.write(name, content)
            whole, tasks = self.rows(path)
            self.assertEqual(tasks, 1)
            self.assertGreater(len(whole), 10)
            size = os.path.getsize(path)
            for split in (size // 2 + 1, size // 3, 500, 40):
                with self.subTest(name, split=split):
                    found, tasks = self.rows(path, splitBytes=split)
                    self.assertEqual(found, whole)
                    self.assertGreater(tasks, 1)

    def test_frames_of_zstd(self):
        """Records that go through two and three of them; a file whose frames do not say how long they are."""
        lines = text(GOOD[:4] + BAD + [LONG] + GOOD[4:8])
        path = self.write("lines", lines)
        whole, _ = self.rows(path)
        for size in (2000, 999, 150):
            with self.subTest(size):
                self.sh("rm -f part*; split -a 3 -b %d lines part; zstd -q part???; cat part???.zst > all.zst" % size)
                found, tasks = self.rows(self.path("all.zst"), splitBytes=400)
                self.assertEqual(found, [{**row, "file": self.path("all.zst")} for row in whole])
                self.assertGreater(tasks, 1)
                self.assertEqual(self.rows(self.path("all.zst"))[1], 1)
        self.sh("for part in part???; do zstd -q < $part; done > all.zst")
        found, tasks = self.rows(self.path("all.zst"), splitBytes=400)
        self.assertEqual((len(found), tasks), (len(whole), 1))

    def test_what_is_not_cut(self):
        """Of all of these there is one task."""
        documents = ",\n".join(GOOD[:5])
        self.write("array", b"[\n%s\n]\n" % documents.encode())
        self.write("lines", text(GOOD[:9]))
        self.sh("gzip -k lines; tar cf lines.tar lines")
        for name, options in [("array", {}), ("lines.gz", {}), ("lines.tar", {}), ("lines", {"records": "json"})]:
            with self.subTest(name):
                path = self.path(name)
                found, tasks = self.rows(path, splitBytes=50, **options)
                self.assertEqual((found, tasks), (self.rows(path, **options)[0], 1))
        frame = load(self.path("lines"), schema="line bigint", splitBytes=50)
        self.assertEqual(frame.rdd.getNumPartitions(), 1)
        self.assertEqual(sorted(row[0] for row in frame.collect()), list(range(1, 10)))
        self.assertNotIn("line", load(self.path("lines")).columns)

    def test_biggest_first(self):
        for name, lines in [("a", 1), ("b", 9), ("c", 4)]:
            self.write(name, text(lines * GOOD[:1]))
        from pyspark.sql.types import StructType
        from leadscan._spark_scan import LeadscanReader
        schema = StructType.fromDDL("verdict string")
        parts = LeadscanReader(schema, {"path": self.folder}).partitions()
        self.assertEqual([os.path.basename(part.path) for part in parts], [b"b", b"c", b"a"])
        size = os.path.getsize(self.path("b"))
        parts = LeadscanReader(schema, {"path": self.path("b"), "splitBytes": str(size // 3 + 1)}).partitions()
        self.assertEqual(sum(part.size for part in parts), size)
        self.assertEqual(len(parts), 3)

    def test_copy_is_the_same_file(self):
        """As another machine may have it; not one that comes while it is read."""
        path = self.write("log", text(GOOD[:9]))
        frame = load(path, schema="verdict string", splitBytes=300)

        def copy_it():
            shutil.copy2(path, path + ".copy")
            os.rename(path + ".copy", path)

        self.assertEqual(frame.count(), 9)
        copy_it()
        self.assertEqual(frame.count(), 9)
        part, = list_parts({"paths": [os.fsencode(path)]}, 1 << 30, by_frames=False)
        inode = part.begin_to_read("the scan")
        part.end_of_reading(inode)
        copy_it()
        with self.assertRaisesRegex(RuntimeError, "has changed while it was read"):
            part.end_of_reading(inode)

    def test_file_that_changed_says_its_name(self):
        path = self.write("log", text(GOOD[:9]))
        frame = load(path, schema="verdict string", splitBytes=100)
        self.assertEqual(frame.count(), 9)
        self.write("log", text(GOOD[:9]).replace(b"create", b"update"))
        with self.assertRaisesRegex(Exception, "%s has changed since the scan was planned" % path):
            frame.count()


class Verify(Logs):
    def problems(self, frame):
        return {row["file"]: row["problems"] for row in leadscan.spark.verify(frame).collect() if row["problems"]}

    def load(self, path, **options):
        return load(path, accounts="true", **options)

    def test_nothing_is_wrong(self):
        path = self.write("big", run("gen", "--kind=mixed", "-n20000", "--seed=4")[1])
        for split in (1 << 30, 100000):
            row, = leadscan.spark.verify(self.load(path, splitBytes=split)).collect()
            audit = leadscan.audit(path).data
            self.assertEqual(row["problems"], [])
            self.assertEqual((row["records"], row["bytes"]), (20000, os.path.getsize(path)))
            self.assertEqual((row["record_bytes"], row["between_bytes"]),
                             (audit["bytes"]["in_records"], audit["bytes"]["separators"]))
        self.assertEqual(self.problems(self.load(SAMPLES)), {})

    def test_of_names_that_are_no_utf8(self):
        folder = self.path("n")
        os.mkdir(folder)
        for name in (b"x\xff", b"y\xf0\x90\x80"):
            with open(os.path.join(os.fsencode(folder), name), "wb") as file:
                file.write(text(GOOD[:9]))
        rows = leadscan.spark.verify(self.load(folder, splitBytes=300)).collect()
        self.assertEqual([(row["records"], row["problems"]) for row in rows], 2 * [(9, [])])
        names = {row["file"] for row in leadscan.read(folder, ["file"]).to_arrow().to_pylist()}
        self.assertEqual({row["file"] for row in rows}, names)

    def test_of_logs_that_hold_responses(self):
        """Several in a record, and lines that a container's runtime has cut, with others between them."""
        half = len(GOOD[0]) // 2
        self.write("in/cri", text(["2026-01-01T00:00:00.0Z stdout P " + GOOD[0][:half],
                                   "2026-01-01T00:00:00.0Z stderr F " + GOOD[1],
                                   "2026-01-01T00:00:00.0Z stdout F " + GOOD[0][half:]]))
        self.write("in/several", text(['{"Records":[{"body":%s},{"body":%s}]}' % (GOOD[0], GOOD[2])]))
        self.write("in/docker", text(['{"log":"x %s\\n"}' % GOOD[0].replace('"', '\\"')]))
        self.assertEqual(self.problems(self.load(self.path("in"))), {})

    def test_of_all_layouts(self):
        """Those that are damaged say so; whatever else there is, is accounted for."""
        folder = os.path.join(self.folder, "d")
        rows = {row["file"]: row for row in leadscan.spark.verify(self.load(folder)).collect()}
        errors = leadscan.audit(folder, on_error="keep").errors
        damaged = {os.path.join(folder, file) for file, _, _ in errors}
        self.assertGreater(len(rows), 10)
        for file, row in rows.items():
            with self.subTest(file):
                self.assertEqual(bool(row["problems"]), file in damaged, row)

    def test_what_is_wrong(self):
        path = self.write("log", text(GOOD[:9]))
        frame = self.load(path, splitBytes=300)
        file = os.path.realpath(path)
        is_first = (F.col("offset") == 0)
        is_account = F.col("accountedBytes").isNotNull()
        for wrong, said in [
                (frame.where(~is_first | is_account), "there are not as many rows"),
                (frame.where(~is_first | ~is_account), "ranges do not follow each other"),
                (frame.where(~is_account), "no task tells of it"),
                (frame.union(frame.where(is_first & ~is_account)), "a record is there twice"),
                (frame.withColumn("offset", F.when(is_account, F.col("offset")).otherwise(-F.col("offset"))),
                 "records are not in their order"),
                (frame.withColumn("length", F.when(is_account, F.col("length")).otherwise(F.col("length") - 2)),
                 "not every byte is in a record")]:
            with self.subTest(said):
                (found, problems), = self.problems(wrong).items()
                self.assertEqual(os.path.realpath(found), file)
                self.assertIn(said, "; ".join(problems))
        with self.assertRaisesRegex(ValueError, "no column accountedRecords"):
            leadscan.spark.verify(load(path))


def comparable(data):
    """What no two runs have the same is left out."""
    data = {name: value for name, value in data.items() if name not in ("run", "resumed", "ids_on_disk")}
    return json.loads(json.dumps(data))


class Reports(Logs):
    maxDiff = None

    def compare(self, paths, splits, *options, **settings):
        """The command's report on them."""
        words = [word for path in ([paths] if isinstance(paths, str) else paths) for word in [path]]
        wanted = json.loads(run("audit", "--json", "--now=2026-11-29", *options, *words)[1])
        for split in splits:
            with self.subTest(split=split):
                found = leadscan.spark.report(paths, now="2026-11-29", on_error="keep", split_bytes=split, **settings)
                found, expected = comparable(found.data), comparable(wanted)
                self.assertEqual(found.keys(), expected.keys())
                for name, value in expected.items():
                    self.assertEqual(found[name], value, name)
        return wanted

    def test_equals_the_commands(self):
        path = self.write("big", run("gen", "--kind=mixed", "-n30000", "--seed=4")[1])
        wanted = self.compare(path, (1 << 30, 1 << 20, 100000))
        self.assertEqual(wanted["records"], 30000)

    def test_findings_across_files_and_ranges(self):
        """Ids that come again in another range, in another file, and in an archive's members."""
        body = ('{"dsLeadOpportunityId":"%s","partnerLeadOpportunityId":"%s","action":"create","info":{"success":true,'
                '"statusCode":201,"timestamp":"2026-01-%02dT00:00:00Z","traceId":"%s"},"error":null}')
        lines = [body % ("D%d" % (i % 700), "P%d" % (i % 500), i % 28 + 1, "T%d" % (i % 900)) for i in range(1000)]
        os.mkdir(self.path("in"))
        self.write("in/a.log", text(lines[:600] + BAD))
        self.write("in/b.log", text(lines[600:]))
        self.write("in/c.log", text(lines[100:140]))
        self.sh("cd in; tar cf c.tar c.log b.log; zstd -q a.log -o a.zst")
        wanted = self.compare(self.path("in"), (1 << 30, 3000), "--limit-findings=5000", limit_findings=5000)
        kinds = {group["kind"]: group["count"] for group in wanted["findings"]}
        for kind in ("ds_id_created_twice", "partner_id_with_several_ds_ids", "trace_id_reused"):
            self.assertGreater(kinds[kind], 400, kind)
        # Only so many are kept, those that come first.
        self.compare(self.path("in"), (3000,), "--limit-findings=7", limit_findings=7)

    def test_of_all_layouts(self):
        """Archives, logs of all kinds, damage, and what is not there."""
        wanted = self.compare([os.path.join(self.folder, "d"), self.path("none")], (1 << 30, 20000))
        self.assertGreater(len(wanted["errors"]), 2)

    def test_settings(self):
        os.mkdir(self.path("in"))
        self.write("in/x.log", text(['{"at":{"log":%s}}' % line for line in GOOD[:9]]))
        self.write("in/y.txt", text(GOOD))
        wanted = self.compare(self.path("in"), (1 << 30, 300), "--glob=*.log", "--at=/at/log", glob="*.log",
                              at="/at/log")
        self.assertEqual(wanted["records"], 9)
        self.sh("cd in; tar cf z.tar x.log y.txt; rm x.log")
        self.compare(self.path("in"), (300,), "--glob=*.none", glob="*.none")

    def test_page_and_errors(self):
        path = self.write("log", text(GOOD[:3]))
        report = leadscan.spark.report(path)
        self.assertEqual(report.records, 3)
        self.assertIn("<html", report.to_html())
        with self.assertRaisesRegex(leadscan.InputError, "none: No such file"):
            leadscan.spark.report([path, self.path("none")])
        with self.assertRaisesRegex(TypeError, "takes paths"):
            leadscan.spark.report(load(path))
        with self.assertRaisesRegex(ValueError, "no such kind of log"):
            leadscan.spark.report(path, log="dacker")


if __name__ == "__main__":
    unittest.main()
