"""Who takes a table: pyarrow, pandas, polars, DuckDB; and how reading ends before its end."""

import contextlib
import gc
import io
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import duckdb
import leadscan
import pandas
import polars
import pyarrow

from support import BAD, GOOD, LEADSCAN, SAMPLES, Case, text

BIG = 700_000

# Waits in a step of reading: nobody writes into that pipe.
INTERRUPTED = """
import duckdb, os, sys, leadscan, pandas, polars, pyarrow
os.mkfifo("pipe")
keeps_it_open = os.open("pipe", os.O_RDWR)
table = leadscan.read("pipe", on_error="keep")
print("ready", flush=True)
try:
    %s
except KeyboardInterrupt:
    print("interrupted")
"""


DAEMON = """
import os, sys, threading, time, leadscan, pyarrow
os.mkfifo("pipe")
keeps_it_open = os.open("pipe", os.O_RDWR)
def read():
    while True:
        %s
threading.Thread(target=read, daemon=True).start()
time.sleep(0.4)
"""

# With so many KiB more than it has taken.
LIMITED = """
import resource, sys, leadscan, pyarrow
with open("/proc/self/statm") as file:
    most = int(file.read().split()[0]) * resource.getpagesize() + (int(sys.argv[2]) << 10)
resource.setrlimit(resource.RLIMIT_AS, (most, most))
rows = 0
try:
    for batch in leadscan.read(sys.argv[1], threads=1).batches():
        batch.validate(full=True)
        rows += batch.num_rows
except (RuntimeError, MemoryError, OSError):
    print("short")
else:
    print(rows)
"""


def threads():
    return len(os.listdir("/proc/self/task"))


class Takers(Case):
    def setUp(self):
        super().setUp()
        self.log = self.write("log", text(GOOD[:50] + BAD))
        self.table = leadscan.read(self.log)
        self.rows = self.table.to_arrow().to_pylist()

    def test_pyarrow(self):
        self.assertEqual(pyarrow.table(self.table).to_pylist(), self.rows)
        reader = pyarrow.RecordBatchReader.from_stream(self.table)
        self.assertEqual(reader.schema, pyarrow.schema(self.table))
        self.assertEqual([row for batch in reader for row in batch.to_pylist()], self.rows)
        self.assertEqual([row for batch in self.table.batches() for row in batch.to_pylist()], self.rows)

    def test_schema_is_as_the_columns_say(self):
        types = {"utf8": pyarrow.utf8(), "int64": pyarrow.int64(), "bool": pyarrow.bool_(),
                 "list<utf8>": pyarrow.list_(pyarrow.field("item", pyarrow.utf8(), nullable=False))}
        self.assertEqual(pyarrow.schema(self.table), pyarrow.schema([
            pyarrow.field(column.name, types[column.type], column.nullable)
            for column in leadscan.columns()]))

    def test_pandas(self):
        frame = self.table.to_pandas()
        self.assertEqual(list(frame.columns), self.table.columns)
        self.assertEqual(str(frame.statusCode.dtype), "Int64")
        self.assertEqual(str(frame.success.dtype), "boolean")
        for name in ["file", "offset", "verdict", "statusCode", "traceId", "error_offset"]:
            found = [None if pandas.isna(value) else value for value in frame[name]]
            self.assertEqual(found, [row[name] for row in self.rows], name)
        self.assertEqual([list(value) for value in frame.violations],
                         [row["violations"] for row in self.rows])

    def test_polars(self):
        self.assertEqual(self.table.to_polars().to_dicts(), self.rows)
        self.assertEqual(polars.DataFrame(self.table).to_dicts(), self.rows)
        frame = leadscan.read(self.log, ["verdict", "statusCode"]).to_polars()
        self.assertEqual(dict(frame.group_by("verdict").len().iter_rows())["created"], 50)

    def test_duckdb(self):
        with duckdb.connect() as connection:
            self.table.to_duckdb(connection, 'odd "name"')
            found = connection.sql('FROM "odd ""name""" ORDER BY "offset"').to_arrow_table()
            self.assertEqual(found.to_pylist(), self.rows)
            with self.assertRaises(duckdb.Error):
                self.table.to_duckdb(connection, 'odd "name"')

    def test_duckdb_has_its_views_still(self):
        with duckdb.connect() as connection:
            connection.register("leadscan_rows", pyarrow.table({"x": [42]}))
            self.table.to_duckdb(connection, "t")
            self.assertEqual(connection.sql("FROM leadscan_rows").fetchall(), [(42,)])
        with duckdb.connect() as connection:
            self.table.to_duckdb(connection, "leadscan_rows")
            self.assertEqual(connection.sql("SELECT count(*) FROM leadscan_rows").fetchall(),
                             [(len(self.rows),)])

    def test_shown(self):
        self.assertIn(self.log, repr(self.table))
        page = leadscan.read(self.write("a<b", text(GOOD[:20])), ["line", "verdict"])._repr_html_()
        self.assertIn("a&lt;b", page)
        self.assertEqual(page.count("<tr>"), 11)
        self.assertIn("No such file", leadscan.read("no/such")._repr_html_())
        self.assertEqual(self.table.head(3).to_pylist(), self.rows[:3])
        self.assertEqual(self.table.head(0).num_rows, 0)

    def test_bar(self):
        script = "import sys, leadscan; leadscan.read(sys.argv[1], progress=True).to_arrow()"
        # It is read in no time: so it comes late.
        self.sh("mkfifo pipe")
        for settings in [", progress=True", ""]:
            reading = subprocess.Popen([sys.executable, "-c", script.replace(", progress=True", settings),
                                        self.path("pipe")], stderr=subprocess.PIPE)
            with open(self.path("pipe"), "wb") as pipe:
                pipe.write(text(GOOD[:50]))
                pipe.flush()
                time.sleep(2)
            bar = reading.communicate()[1]
            self.assertEqual(reading.returncode, 0)
            # The last thing is to wipe it away.
            self.assertEqual(bar.split(b"\r")[-1], b"")
            self.assertEqual(b"MB/s" in bar, settings != "")


    def test_any_standard_error(self):
        """There is none in a service; what stands in for it in others has no isatty()."""
        closed = io.StringIO()
        closed.close()
        for stream in [None, closed, object()]:
            with self.subTest(stream=stream), contextlib.redirect_stderr(stream):
                self.assertEqual(self.table.to_arrow().num_rows, len(self.rows))


class Projection(Case):
    def test_columns(self):
        names = ["statusCode", "file", "violations", "verdict"]
        table = leadscan.read(SAMPLES, names)
        self.assertEqual(table.columns, names)
        whole = leadscan.read(SAMPLES).to_arrow()
        self.assertEqual(table.to_arrow(), whole.select(names))
        # Each alone: none needs another one.
        for name in whole.column_names:
            self.assertEqual(leadscan.read(SAMPLES, [name]).to_arrow(), whole.select([name]), name)

    def test_requested_schema(self):
        table = leadscan.read(SAMPLES)
        wanted = pyarrow.schema(table)
        wanted = pyarrow.schema([wanted.field("verdict"), wanted.field("line")])
        reader = pyarrow.RecordBatchReader.from_stream(table, schema=wanted)
        self.assertEqual(reader.read_all(), table.to_arrow().select(["verdict", "line"]))
        other = pyarrow.schema([("nothing", pyarrow.utf8())])
        with self.assertRaisesRegex(ValueError, "no such column in this table: nothing"):
            pyarrow.RecordBatchReader.from_stream(table, schema=other)

    def test_forms_of_texts(self):
        """The values are the same, whoever takes them in whatever form."""
        whole = leadscan.read(SAMPLES).to_arrow()
        types = {"view": pyarrow.string_view(), "dictionary": pyarrow.dictionary(pyarrow.int8(), pyarrow.utf8())}
        for form, type_ in types.items():
            table = leadscan.read(SAMPLES, texts=form)
            found = table.to_arrow()
            found.validate(full=True)
            self.assertEqual(found.schema, pyarrow.schema(table))
            self.assertEqual(found.schema.field("verdict").type, type_)
            self.assertEqual(found.schema.field("traceId").type,
                             type_ if form == "view" else pyarrow.utf8())
            self.assertEqual(found.to_pylist(), whole.to_pylist())
            self.assertEqual(polars.DataFrame(table).with_columns(polars.col(polars.Categorical).cast(polars.String))
                             .to_dicts(), whole.to_pylist())
            self.assertEqual(table.to_polars().height, whole.num_rows)
            self.assertEqual(list(table.to_pandas().verdict), whole["verdict"].to_pylist())
            with duckdb.connect() as connection:
                table.to_duckdb(connection, "t")
                rows = connection.sql('FROM t ORDER BY "file", "offset"').to_arrow_table()
                self.assertEqual(rows.schema.field("verdict").type, pyarrow.utf8())
                self.assertEqual(rows.to_pylist(),
                                 sorted(whole.to_pylist(), key=lambda row: (row["file"], row["offset"])))
            # As it is asked for, column by column.
            wanted = pyarrow.schema([("traceId", types["view"]), ("file", types["dictionary"]), ("line", pyarrow.int64()),
                                     ("action", pyarrow.utf8()), ("message", types["dictionary"])])
            reader = pyarrow.RecordBatchReader.from_stream(leadscan.read(SAMPLES), schema=wanted)
            self.assertEqual([str(field.type).split("<")[0] for field in reader.schema],
                             ["string_view", "dictionary", "int64", "string", "string"])
            self.assertEqual(reader.read_all().to_pylist(), whole.select(wanted.names).to_pylist())
        with self.assertRaisesRegex(ValueError, "texts: not utf8, view or dictionary: utf16"):
            leadscan.read(SAMPLES, texts="utf16")

    def test_no_columns_are_rows(self):
        self.assertEqual(sum(batch.num_rows for batch in leadscan.read(SAMPLES, []).batches()),
                         leadscan.read(SAMPLES).to_arrow().num_rows)

    def test_mistakes(self):
        for settings, why in [({"columns": ["lines"]}, "no such column: lines .there are file, member"),
                              ({"columns": ["line", "line"]}, "a name appears twice"),
                              ({"at": "body"}, "at: not a JSON Pointer"),
                              ({"log": "mine"}, "log: no such kind of log: mine .there are auto, "),
                              ({"threads": 0}, "threads: not from 1 to 1024"),
                              ({"threads": -1}, "threads: not a number"),
                              ({"max_record": 1 << 40}, "max_record: not from 1 to 512 MiB"),
                              ({"status_at": "/x"}, "status_at goes with at"),
                              ({"on_error": "ignore"}, "on_error: neither"),
                              ({"column": "x", "at": "/y"}, "column goes with neither")]:
            with self.subTest(settings=settings), self.assertRaisesRegex(ValueError, why):
                leadscan.read(SAMPLES, **settings)
        with self.assertRaisesRegex(ValueError, "no path is given"):
            leadscan.read([])
        with self.assertRaises(ValueError):
            leadscan.read("a\0b")
        with self.assertRaises(TypeError):
            leadscan.read(SAMPLES, at=12.5)

    def test_mistaken_types(self):
        for settings, kind, why in [({"threads": "2"}, ValueError, "threads: not a number: 2"),
                                    ({"at": 5}, ValueError, "at: not a text: 5"),
                                    ({"match": b"x"}, TypeError, "match: neither a text nor an integer: b'x'"),
                                    ({"columns": "line"}, TypeError, "a list of names is needed, not 'line'"),
                                    ({"columns": [1]}, TypeError, "columns: not a name: 1")]:
            with self.subTest(settings=settings), self.assertRaisesRegex(kind, why):
                leadscan.read(SAMPLES, **settings)
        # numpy's integers are none of Python's.
        threads = pandas.array([2], dtype="int64")[0]
        self.assertNotIsInstance(threads, int)
        self.assertGreater(leadscan.read(SAMPLES, threads=threads).to_arrow().num_rows, 0)


class Errors(Case):
    def setUp(self):
        super().setUp()
        self.write("log", text(GOOD * 20))
        self.sh("gzip -c log | head -c 30000 > cut.gz")
        self.cut = self.path("cut.gz")

    def test_names_file_and_reason(self):
        for take in [lambda t: t.to_arrow(), lambda t: t.to_pandas(), lambda t: t.to_polars(),
                     lambda t: list(t.batches()), lambda t: t.to_duckdb(duckdb.connect(), "t")]:
            with self.assertRaises(leadscan.InputError) as raised:
                take(leadscan.read([self.path("log"), self.cut]))
            error = raised.exception
            self.assertIsInstance(error, OSError)
            self.assertEqual((error.file, error.member), (self.cut, None))
            self.assertIn("gzip", error.reason)
            self.assertEqual(str(error), "%s: %s" % (self.cut, error.reason))
            again = pickle.loads(pickle.dumps(error))
            self.assertEqual((again.file, again.reason, str(again)), (error.file, error.reason, str(error)))

    def test_no_half_of_a_table(self):
        with duckdb.connect() as connection:
            with self.assertRaises(leadscan.InputError):
                leadscan.read(self.cut).to_duckdb(connection, "t")
            self.assertEqual(connection.execute("SHOW TABLES").fetchall(), [])

    def test_streams_of_others(self):
        with self.assertRaisesRegex(Exception, "cut.gz: gzip"):
            pyarrow.table(leadscan.read(self.cut))

    def test_several(self):
        with self.assertRaisesRegex(leadscan.InputError, "none: No such file.*and 1 more"):
            leadscan.read([self.path("none"), self.cut]).to_arrow()

    def test_kept(self):
        table = leadscan.read(self.cut, on_error="keep")
        rows = table.to_arrow()
        self.assertGreater(rows.num_rows, 100)
        (file, member, reason), = table.errors
        self.assertEqual((file, member), (self.cut, None))
        self.assertIn("gzip", reason)
        self.assertEqual(pyarrow.table(table), rows)
        with duckdb.connect() as connection:
            table.to_duckdb(connection, "t")
            self.assertEqual(connection.execute("SELECT count(*) FROM t").fetchall(), [(rows.num_rows,)])

    def test_member(self):
        self.sh("mkdir t; cp log t/a; cp cut.gz t; tar cf t.tar t")
        with self.assertRaises(leadscan.InputError) as raised:
            leadscan.read(self.path("t.tar")).to_arrow()
        self.assertEqual((raised.exception.file, raised.exception.member), (self.path("t.tar"), "t/cut.gz"))


class Ends(Case):
    @classmethod
    def setUpClass(cls):
        # More than what waits: a reader of it has not come to the end when it has given a batch.
        cls.file = tempfile.NamedTemporaryFile(dir=os.environ.get("TEST_TMPDIR"))
        cls.addClassCleanup(cls.file.close)
        subprocess.run([LEADSCAN, "gen", "-n%d" % BIG], stdout=cls.file, check=True)
        cls.big = cls.file.name

    def test_stream_that_is_dropped(self):
        before = threads()
        for _ in range(5):
            reader = pyarrow.RecordBatchReader.from_stream(leadscan.read(self.big))
            self.assertGreater(reader.read_next_batch().num_rows, 10000)
            self.assertGreater(threads(), before)
            start = time.monotonic()
            del reader
            gc.collect()
            self.assertLess(time.monotonic() - start, 2)
            self.assertEqual(threads(), before)

    def test_batches_that_nobody_wants_more_of(self):
        before = threads()
        for _ in leadscan.read(self.big).batches():
            break
        gc.collect()
        self.assertEqual(threads(), before)

    def test_memory_is_bounded(self):
        """Whoever takes nothing keeps nobody reading on."""
        reader = pyarrow.RecordBatchReader.from_stream(leadscan.read(self.big, threads=1))
        first = reader.read_next_batch().num_rows
        time.sleep(1)
        with open("/proc/self/io") as file:
            before = file.read()
        time.sleep(0.5)
        with open("/proc/self/io") as file:
            self.assertEqual(before.splitlines()[0].split()[0], "rchar:")
            after = file.read()
        read = [int(line.splitlines()[0].split()[1]) for line in (before, after)]
        self.assertLess(read[1] - read[0], 1 << 20)
        self.assertEqual(first + sum(batch.num_rows for batch in reader), BIG)

    def test_process_that_ends(self):
        script = ("import leadscan, pyarrow, sys\n"
                  "r = pyarrow.RecordBatchReader.from_stream(leadscan.read(sys.argv[1]))\n"
                  "r.read_next_batch()")
        subprocess.run([sys.executable, "-c", script, self.big], check=True, timeout=20)

    def test_threads_that_nobody_waits_for(self):
        """They come back when the interpreter has gone."""
        for read in ["leadscan.read('pipe').to_arrow()", "leadscan.audit('pipe')",
                     "list(leadscan.read(sys.argv[1]).batches())", "leadscan.parse(b'{}')"]:
            with self.subTest(read):
                done = subprocess.run([sys.executable, "-c", DAEMON % read, self.big], cwd=self.folder,
                                      stderr=subprocess.PIPE, text=True, timeout=20)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                os.remove(self.path("pipe"))

    def test_others_run_meanwhile(self):
        longest, stop = 0.0, False

        def look():
            nonlocal longest
            last = time.monotonic()
            while not stop:
                time.sleep(0.001)
                longest, last = max(longest, time.monotonic() - last), time.monotonic()

        start = time.monotonic()
        looker = threading.Thread(target=look)
        looker.start()
        leadscan.read(self.big, threads=1).to_arrow()
        stop = True
        looker.join()
        self.assertLess(longest, max(0.5, (time.monotonic() - start) / 2))

    def test_long_texts_are_batches_of_their_own(self):
        line = '{"message":"%s"}' % ("x" * 10_000_000)
        log = self.write("log", text([line] * 12))
        table = leadscan.read(log, ["message"]).to_arrow()
        self.assertEqual(table.num_rows, 12)
        self.assertGreater(table["message"].num_chunks, 1)
        self.assertEqual(set(map(len, table["message"].to_pylist())), {10_000_000})

    def test_short_of_memory(self):
        """Never a batch whose columns are not of one length: takers would read what is not theirs."""
        line = '{"message":"%s","info":{"traceId":"%s"},"action":"%s"}' % ("x" * 6000, "y" * 5000, "z" * 3000)
        log = self.write("log", text([line] * 3000))
        said = []
        for kib in range(40000, 130000, 4000):
            done = subprocess.run([sys.executable, "-c", LIMITED, log, str(kib)], capture_output=True,
                                  text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            said.append(done.stdout.strip())
        self.assertEqual(set(said), {"short", "3000"})

    def interrupted(self, statement):
        process = subprocess.Popen([sys.executable, "-c", INTERRUPTED % statement], cwd=self.folder,
                                   stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)  # one that does not hear of it would stay for ever
        self.assertEqual(process.stdout.readline(), "ready\n")
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        start = time.monotonic()
        out, _ = process.communicate(timeout=30)
        self.assertLess(time.monotonic() - start, 5)
        self.assertEqual((process.returncode, out), (0, "interrupted\n"))

    def test_interrupt(self):
        for statement in ["table.to_arrow()", "table.to_pandas()", "table.to_polars()",
                          "list(table.batches())", "table.head()", "leadscan.audit('pipe')",
                          "table.to_duckdb(duckdb.connect(), 't')"]:
            with self.subTest(statement):
                self.interrupted(statement)
                os.remove(self.path("pipe"))

    def test_interrupt_before_anybody_writes(self):
        os.mkfifo(self.path("other"))
        self.interrupted("leadscan.read('other').to_arrow()")


if __name__ == "__main__":
    unittest.main()
