"""However it is run, the report is the same."""

import os
import unittest

from support import BAD, GOOD, Logs, run, text


class Same(Logs):
    def test_jobs(self):
        for args in [["audit", "--json", "--now=2026-01-01"], ["audit", "--now=2026-01-01"],
                     ["check"], ["extract"], ["find", "--ds-id=AAAAA-000007"]]:
            with self.subTest(args):
                one = run(*args, "--jobs=1", self.path("d"))
                for jobs in ["2", "4", "9"]:
                    self.assertEqual(run(*args, "--jobs=" + jobs, self.path("d")), one)

    # What has no records to show leaves the reading of large files to all threads.
    def test_totals_with_jobs(self):
        lines = (GOOD + BAD * 3) * 40
        self.write("large.ndjson", text(lines))
        bad = len(BAD) * 3 * 40
        for command in [["check", "-q"], ["check", "-q", "--records=ndjson"]]:
            for jobs in ["1", "2", "9"]:
                for budget, code in [(bad, 0), (bad - 1, 1)]:
                    done = run(*command, "--jobs=" + jobs, "--max-bad=%d" % budget,
                               self.path("large.ndjson"))
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
