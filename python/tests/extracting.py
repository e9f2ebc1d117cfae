"""python -m leadscan extract: what is in the files it writes, and what it says where it cannot."""

import io
import os
import subprocess
import sys
import unittest

import leadscan
import pyarrow
import pyarrow.parquet

from support import BAD, GOOD, SAMPLES, Case, text


def extract(*arguments, **variables):
    command = [sys.executable, "-m", "leadscan", "extract", *arguments]
    return subprocess.run(command, capture_output=True, env={**os.environ, **variables})


class Extract(Case):
    def test_parquet(self):
        path = self.path("out.parquet")
        done = extract("--parquet", path, SAMPLES)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))
        self.assertEqual(pyarrow.parquet.read_table(path).to_pylist(), leadscan.read(SAMPLES).to_arrow().to_pylist())

    def test_arrow(self):
        log = self.write("log", text(['{"log":%s}' % line for line in GOOD[:9]]))
        done = extract("--arrow=-", "--at=/log", "-f", "line,verdict,statusCode", log)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        table = pyarrow.ipc.open_stream(io.BytesIO(done.stdout)).read_all()
        wanted = leadscan.read(log, ["line", "verdict", "statusCode"], at="/log").to_arrow()
        self.assertEqual(table.num_rows, 9)
        self.assertTrue(table.equals(wanted))

    def test_many_rows_and_none(self):
        log = self.write("log", 30000 * text(GOOD[:9]))
        path = self.path("out")
        self.assertEqual(extract("--parquet", path, "-f", "offset", log).returncode, 0)
        file = pyarrow.parquet.ParquetFile(path)
        self.assertEqual((file.metadata.num_rows, file.metadata.num_row_groups), (270000, 1))
        for option, read in [("--parquet", pyarrow.parquet.read_table),
                             ("--arrow", lambda path: pyarrow.ipc.open_stream(path).read_all())]:
            self.assertEqual(extract(option, path, "--force", self.write("empty", b"")).returncode, 0)
            table = read(path)
            self.assertEqual((table.num_rows, table.column_names), (0, [c.name for c in leadscan.columns()]))

    def test_damage(self):
        """What can be read is written; the rest is named, and the exit code is the command's."""
        log = self.write("log", text(GOOD[:5] + BAD))
        path = self.path("out")
        done = extract("--parquet", path, log, self.path("none"))
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stderr.decode(), "leadscan: %s: No such file or directory\n" % self.path("none"))
        self.assertEqual(pyarrow.parquet.read_table(path).num_rows, 5 + len(BAD))

    def test_mistakes(self):
        log = self.write("log", text(GOOD[:5]))
        there = self.write("there", b"x")
        for arguments, said in [
                ([log, "--parquet", there], "%s is there already: --force replaces it" % there),
                ([log, "--parquet", "-"], "cannot be written to standard output"),
                ([log, "--parquet", self.path("no/out")], "No such file or directory"),
                ([log, "--arrow=-", "-f", "lines"], "no such column: lines"),
                ([log, "--arrow=-", "--log=dacker"], "no such kind of log: dacker"),
                ([log, "--arrow=-", "-j0"], "threads: not from 1 to 1024"),
                ([log], "one of the arguments --parquet --arrow is required")]:
            with self.subTest(said):
                done = extract(*arguments)
                self.assertEqual((done.returncode, done.stdout), (2, b""))
                self.assertIn(said, done.stderr.decode())
        with open(there, "rb") as file:
            self.assertEqual(file.read(), b"x")
        self.assertEqual(sorted(os.listdir(self.folder)), ["log", "there"])

    def test_without_pyarrow(self):
        os.mkdir(self.path("pyarrow"))
        self.write("pyarrow/__init__.py", b"raise ImportError")
        done = extract("--arrow=-", SAMPLES, PYTHONPATH=self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr.decode(), "leadscan: Parquet and Arrow files are written by pyarrow, which is not "
                                               "installed: pip install pyarrow\n")


if __name__ == "__main__":
    unittest.main()
