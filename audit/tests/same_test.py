"""However it is run, the report is the same."""

import os
import unittest

from support import BAD, GOOD, Logs, run, text


class Same(Logs):
    def setUp(self):
        super().setUp()
        self.sh("cat d/0 d/0 d/3 d/3 > d/chunks; gzip -c d/chunks > d/chunks.gz")
        self.assertGreater(os.path.getsize(self.path("d/chunks")), 3 << 20)

    def test_jobs(self):
        for args in [["audit", "--json", "--now=2026-01-01"], ["audit", "--now=2026-01-01"],
                     ["check"], ["extract"], ["find", "--ds-id=AAAAA-000007"]]:
            with self.subTest(args):
                one = run(*args, "--jobs=1", self.path("d"))
                for jobs in ["2", "4", "9"]:
                    self.assertEqual(run(*args, "--jobs=" + jobs, self.path("d")), one)

    # What has no records to show leaves the reading of large files to all threads.
    def test_totals_with_jobs(self):
        lines = (GOOD + BAD * 3) * 400
        large = self.write("large.ndjson", text(lines))
        self.assertGreater(os.path.getsize(large), 3 << 20)
        bad = len(BAD) * 3 * 400
        for command in [["check", "-q"], ["check", "-q", "--records=ndjson"]]:
            for jobs in ["1", "2", "9"]:
                for budget, code in [(bad, 0), (bad - 1, 1)]:
                    done = run(*command, "--jobs=" + jobs, "--max-bad=%d" % budget,
                               large)
                    self.assertEqual(done, (code, b"", b""))

    def test_quarantine_with_jobs(self):
        found = []
        for jobs in ["1", "4"]:
            run("check", "-q", "--quarantine", self.path("q"), "--jobs", jobs, self.path("d"))
            with open(self.path("q"), "rb") as file:
                found.append(file.read())
        self.assertEqual(found[0], found[1])

    def test_memory(self):
        args = ["audit", "--json", "--now=2026-01-01", self.path("d")]
        env = dict(os.environ, TMPDIR=self.folder)
        before = sorted(os.listdir(self.folder))
        self.assertEqual(run(*args), run(*args, "--memory=100K", env=env))
        self.assertEqual(before, sorted(os.listdir(self.folder)))


if __name__ == "__main__":
    unittest.main()
