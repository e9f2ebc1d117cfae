"""The source in Java against the one in Python, whose rows are compared with the command's elsewhere."""

import os
import re
import threading
import time
import unittest

import sessions
from sessions import load

import leadscan
import leadscan.spark
from support import BAD, GOOD, SAMPLES, WORKSPACE, Case, Logs, run, text

FIXTURES = os.path.join(WORKSPACE, "data")
# But for lines, of which a file is one task.
ALL = leadscan.spark.columns()
CUT = {name: kind for name, kind in ALL.items() if name != "line" and not name.startswith("accounted")}
LINES = {**CUT, "line": ALL["line"]}
ACCOUNTS = {name: kind for name, kind in ALL.items() if name != "line"}


def setUpModule():
    global SPARK, JVM
    # What the native side does wrong with the JVM ends it.
    SPARK = sessions.begin("local[2]", **{"spark.jars": os.environ["LEADSCAN_JAR"],
                                          "spark.driver.extraJavaOptions": "-Xcheck:jni"})
    JVM = SPARK._jvm.java.lang.ProcessHandle.current().pid()


def ddl(columns):
    return ", ".join("`%s` %s" % column for column in columns.items())


def jvm(*paths, **options):
    return load(*paths, form="leadscan-jvm", **options)


def in_order(frame):
    """Its rows, whatever task they came from."""
    return sorted((tuple(row) for row in frame.collect()), key=str)


def until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


def read(*paths, columns, **settings):
    """The rows that leadscan.read() has, and of each input that was not read whole one that tells of it."""
    names = [name for name in columns if name != "inputError"]
    table = leadscan.read(paths, names, on_error="keep", progress=False, **settings)
    rows = table.to_arrow().to_pylist()
    rows += [{"file": file, "member": member, "inputError": why} for file, member, why in table.errors]
    return sorted((tuple(row.get(name) for name in columns) for row in rows), key=str), len(table.errors)


class Rows(Logs):
    def compare(self, *paths, columns=LINES, split=1 << 30, **settings):
        """How many rows there are, and how many of them tell of an input."""
        wanted, errors = read(*paths, columns=columns, **settings)
        options = {name.replace("_", ""): value for name, value in settings.items()}
        found = in_order(jvm(*paths, schema=ddl(columns), splitBytes=split, **options))
        self.assertEqual(found, wanted)
        return len(found), errors

    def test_samples(self):
        self.assertEqual(self.compare(SAMPLES), (32, 0))

    def test_fixtures(self):
        self.assertGreater(self.compare(FIXTURES)[0], 100)
        self.compare(FIXTURES, columns=CUT, split=300)

    def test_containers_and_damage(self):
        folder = os.path.join(self.folder, "d")
        rows, errors = self.compare(folder)
        self.assertGreater(rows, 10000)
        self.assertGreater(errors, 2)
        self.assertEqual(self.compare(folder, columns=CUT, split=20000), (rows, errors))

    def test_tasks_are_those_of_the_source_in_python(self):
        """What each of them reads, which the rows of accounts tell."""
        path = self.write("d/big", run("gen", "--kind=mixed", "-n20000", "--seed=4")[1])
        folder = os.path.dirname(path)
        options = {"schema": ddl(ACCOUNTS), "accounts": "true", "splitBytes": 1000000}
        frame = jvm(folder, **options)
        rows = in_order(frame)
        self.assertEqual(rows, in_order(load(folder, **options)))
        wanted = load(folder, **options)
        self.assertEqual(frame.dtypes, wanted.dtypes)
        self.assertEqual(frame.rdd.getNumPartitions(), wanted.rdd.getNumPartitions())
        self.assertGreater(frame.rdd.getNumPartitions(), len(os.listdir(folder)) + 3)
        problems = {row["file"]: row["problems"] for row in leadscan.spark.verify(frame).collect()}
        self.assertEqual(problems[path], [])
        self.assertEqual(len(problems), len(os.listdir(folder)))

    def test_many_batches(self):
        """In one task, whose columns have one batch behind the other."""
        path = self.write("many", run("gen", "--kind=mixed", "-n200000", "--seed=5")[1] + 70000 * b'{"action":12}\n')
        items = "sum(cardinality(violations))"
        nulls = "count_if(exists(violations, item -> item IS NULL))"
        for columns in (CUT, {name: ALL[name] for name in ("statusCode", "success", "violations")}):
            names = ", ".join("`%s`" % name for name in columns)
            sums = ["count(*)", nulls, items, "sum(xxhash64(%s) %% 1000003)" % names, "bit_xor(xxhash64(%s))" % names]
            frames = [load(path, form=form, schema=ddl(columns), splitBytes=1 << 30) for form in ("leadscan", "leadscan-jvm")]
            self.assertEqual([frame.rdd.getNumPartitions() for frame in frames], [1, 1])
            answers = [frame.selectExpr(*sums).collect() for frame in frames]
            self.assertEqual(answers[0], answers[1])
            self.assertGreater(answers[1][0][0], 269000)
            self.assertEqual(answers[1][0][1], 0)
            self.assertGreaterEqual(answers[1][0][2], 70000)

    def test_settings(self):
        log = self.write("a.log", text(['{"log":"x %s\\n"}' % line.replace('"', '\\"') for line in GOOD[:9]]))
        other = self.write("b.log", text(GOOD[:3] + BAD))
        self.assertEqual(self.compare(log, other), (16, 0))
        self.assertEqual(self.compare(log, log="docker")[0], 9)
        self.assertEqual(self.compare(log, at="/log", threads=2, max_record=100)[0], 9)
        self.sh("mkdir g; cp a.log g; tar cf g/x.tar b.log a.log; tar cf g/y.tar a.log")
        self.assertEqual(self.compare(self.path("g"), glob="b*")[0], 7)
        self.assertEqual(self.compare(self.path("g/y.tar"), glob="b*"), (1, 1))

    def test_names(self):
        """Of files, which need be no UTF-8."""
        for name in (b"a b%20", "\N{SNOWMAN}\N{PILE OF POO}".encode(), b"x\xff\xf0\x90\x80"):
            with open(os.path.join(os.fsencode(self.folder), b"e-" + name), "wb") as file:
                file.write(text(GOOD[:2]))
        self.sh("mkdir n; mv e-* n")
        self.assertEqual(self.compare(self.path("n")), (6, 0))
        frame = jvm(self.path("n"), accounts="true")
        self.assertEqual([row["problems"] for row in leadscan.spark.verify(frame).collect()], 3 * [[]])


class Splits(Case):
    """Wherever a file is cut: in each of a folder's files the middle is at another place of the same text, as the
    line in front grows."""

    def compare_cuts(self, name, content, places):
        folder = self.path(name)
        os.mkdir(folder)
        for i in range(places):
            with open(os.path.join(folder, "%03d" % i), "wb") as file:
                file.write(content(b"x" * (2 * i) + b"\n"))
        sizes = [os.path.getsize(os.path.join(folder, file)) for file in os.listdir(folder)]
        self.assertEqual(len({size // 2 - size for size in sizes}), places)  # from the end
        split = (max(sizes) + 1) // 2
        self.assertLess(split, min(sizes))
        cut = jvm(folder, schema=ddl(CUT), splitBytes=split)
        self.assertGreater(cut.rdd.getNumPartitions(), 1.5 * places)
        rows = in_order(cut)
        self.assertEqual(rows, read(folder, columns=CUT)[0])
        self.assertGreater(len(rows), 10 * places)

    def test_every_place(self):
        lines = text(5 * ['{"message":"created"}'] + BAD + 5 * ['{"message":"created"}'])
        for name, change in {"lf": lambda t: t, "crlf": lambda t: t.replace(b"\n", b"\r\n"),
                             "open": lambda t: t[:-1], "bom": lambda t: b"\xef\xbb\xbf" + t,
                             "blank": lambda t: t.replace(b"\n", b"\n\n \n"),
                             "bytes": lambda t: t.replace(b"created", b"cre\xff\xc3")}.items():
            with self.subTest(name):
                self.compare_cuts(name, lambda front: change(front + lines), 80)

    def test_long_lines(self):
        """Longer than what is looked at for a place to cut at (64 KiB)."""
        long = b'{"message":"%s"}\n' % (70000 * b"y")
        self.compare_cuts("long", lambda front: front + 3 * long + text(9 * BAD), 4)


class Queries(Case):
    def test_only_what_is_needed_is_read(self):
        frame = jvm(SAMPLES)
        self.assertNotIn("line", frame.columns)
        self.assertEqual(frame.columns, load(SAMPLES).columns)
        counts = frame.groupBy("verdict").count()
        plan = counts._jdf.queryExecution().executedPlan().toString()
        self.assertIn("leadscan-jvm verdict\n", plan.replace("RuntimeFilters: []", "").replace(" \n", "\n") + "\n")
        self.assertEqual(dict(map(tuple, counts.collect()))["created"], 16)

    def test_rows_without_columns(self):
        self.assertEqual(jvm(SAMPLES).count(), 32)
        path = self.write("log", text(GOOD))
        self.sh("gzip -k log; head -c 2000 log.gz > cut.gz")
        wanted = load(self.path("cut.gz"), schema="inputError string").count()
        self.assertEqual(jvm(self.path("cut.gz")).count(), wanted)
        self.assertEqual(jvm(path, splitBytes=3000).count(), len(GOOD))

    def test_schema_is_the_projection(self):
        schema = "STATUSCODE bigint, verdict string, inputError string, violations array<string>"
        frame = jvm(SAMPLES, schema=schema)
        self.assertEqual(frame.columns, ["STATUSCODE", "verdict", "inputError", "violations"])
        self.assertEqual(in_order(frame), in_order(load(SAMPLES, schema=schema)))
        self.assertEqual(in_order(frame.where("inputError is not null or verdict = 'violation'").select("STATUSCODE")),
                         in_order(load(SAMPLES, schema=schema).where("verdict = 'violation'")
                                  .select("STATUSCODE")))

    def test_as_sql(self):
        SPARK.sql("CREATE TEMPORARY VIEW samples USING `leadscan-jvm` OPTIONS (path '%s')" % SAMPLES)
        self.addCleanup(SPARK.catalog.dropTempView, "samples")
        query = "SELECT count(*) FROM samples a JOIN samples b USING (file, offset) WHERE a.verdict = 'created'"
        self.assertEqual(SPARK.sql(query).collect()[0][0], 16)

    def test_uris(self):
        for path in ("file:" + SAMPLES, "file://" + SAMPLES):
            self.assertEqual(in_order(jvm(path)), in_order(jvm(SAMPLES)))
        with self.assertRaisesRegex(Exception, "hdfs://host/logs: only files that the machine has"):
            jvm("hdfs://host/logs")

    def test_examples(self):
        with open(os.path.join(WORKSPACE, "docs/spark.md")) as file:
            blocks = re.findall(r"^```py\n(.*?)^```$", file.read(), re.M | re.S)
        self.assertTrue(blocks)
        for block in blocks:
            names = {"spark": SPARK}
            exec(block.replace("logs/", SAMPLES), names)
            self.assertEqual(names["frame"].count(), 32)

    def test_mistakes(self):
        for why, take in [("no such column: lines", lambda: jvm(SAMPLES, schema="lines bigint")),
                          ("column statusCode is bigint, not int", lambda: jvm(SAMPLES, schema="statusCode int")),
                          ("no such option: lag", lambda: jvm(SAMPLES, lag="docker")),
                          ("no such kind of log: dacker", lambda: jvm(SAMPLES, log="dacker")),
                          ("threads: not a number: two", lambda: jvm(SAMPLES, threads="two")),
                          ("accounts: neither true nor false: yes", lambda: jvm(SAMPLES, accounts="yes")),
                          ("accountedBytes goes with option", lambda: jvm(SAMPLES, schema="accountedBytes bigint")),
                          ("splitBytes: 0", lambda: jvm(SAMPLES, splitBytes="0")),
                          ("no/such/\N{SNOWMAN}\N{PILE OF POO}: No such file",
                           lambda: jvm("no/such/\N{SNOWMAN}\N{PILE OF POO}")),
                          ("no path", lambda: SPARK.read.format("leadscan-jvm").load())]:
            with self.subTest(why), self.assertRaisesRegex(Exception, "leadscan: .*" + why):
                take().collect()

    def test_nothing_to_read(self):
        os.mkdir(self.path("empty"))
        self.assertEqual(jvm(self.path("empty")).collect(), [])
        self.write("empty/file", b"")
        self.assertEqual(jvm(self.path("empty")).collect(), [])

    def test_file_that_changed(self):
        path = self.write("log", text(GOOD[:9]))
        frame = jvm(path, schema="verdict string", splitBytes=100)
        self.assertEqual(len(frame.collect()), 9)
        self.write("log", text(GOOD[:9]).replace(b"create", b"update"))
        with self.assertRaisesRegex(Exception, "%s has changed since the scan was planned" % path):
            frame.collect()
        self.assertEqual(len(jvm(path).collect()), 9)
        os.remove(path)
        with self.assertRaisesRegex(Exception, "has changed"):
            frame.collect()


class Kills(Case):
    """What a task held is given back, however it ends."""

    def held(self, path):
        """How often the JVM has the file open."""
        folder = "/proc/%d/fd" % JVM
        count = 0
        for name in os.listdir(folder):
            try:
                count += os.readlink(os.path.join(folder, name)) == os.path.realpath(path)
            except OSError:
                pass
        return count

    def threads(self):
        """The scans' own, in the JVM."""
        count = 0
        for name in os.listdir("/proc/%d/task" % JVM):
            try:
                with open("/proc/%d/task/%s/comm" % (JVM, name)) as file:
                    count += file.read() == "leadscan\n"
            except OSError:
                pass
        return count

    def assert_all_is_given_back(self, path):
        self.assertTrue(until(lambda: self.held(path) == 0 and self.threads() == 0))

    def kill(self, path, frame, stuck):
        """While it reads the file."""
        failed = []

        def collect():
            SPARK.sparkContext.setJobGroup("stuck", "stuck", interruptOnCancel=False)
            try:
                stuck(frame)
            except Exception as error:
                failed.append(str(error))

        worker = threading.Thread(target=collect)
        worker.start()
        tracker = SPARK.sparkContext.statusTracker()
        self.assertTrue(until(lambda: self.held(path) and self.threads() and tracker.getActiveStageIds()))
        time.sleep(1)
        SPARK.sparkContext.cancelJobGroup("stuck")
        worker.join(30)
        self.assertFalse(worker.is_alive())
        self.assertIn("cancelled", failed[0])

    def test_killed_between_batches(self):
        path = self.write("many", 1500000 * b'{"message":"x"}\n')
        frame = jvm(path, schema="message string, offset bigint")

        def stuck(frame):
            frame.rdd.foreach(lambda row: time.sleep(100))

        for _ in range(3):
            self.kill(path, frame, stuck)
            self.assert_all_is_given_back(path)
        self.assertEqual(frame.count(), 1500000)

    def test_killed_while_it_waits(self):
        """For bytes that do not come."""
        path = self.path("pipe")
        os.mkfifo(path)
        with open(path, "r+b", buffering=0) as pipe:
            pipe.write(text(GOOD[:3]))
            self.kill(path, jvm(path, schema="verdict string"), lambda frame: frame.collect())
            self.assert_all_is_given_back(path)

    def test_not_read_to_the_end(self):
        path = self.write("many", 1500000 * b'{"message":"x"}\n')
        for _ in range(9):
            self.assertEqual(len(jvm(path).limit(3).collect()), 3)
        self.assert_all_is_given_back(path)


if __name__ == "__main__":
    unittest.main()
