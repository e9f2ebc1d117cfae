"""audit() against what `leadscan audit --json` prints."""

import os
import unittest

import leadscan
import pandas

from support import Logs, SAMPLES, report


class Reports(Logs):
    def reported(self, *paths, **settings):
        here = os.getcwd()
        os.chdir(self.folder)
        self.addCleanup(os.chdir, here)
        found = leadscan.audit(paths, now="2026-01-01", on_error="keep", **settings)
        data = dict(found.data)
        run = data.pop("run")
        self.assertEqual(run["command"], ["leadscan", "audit", *paths])
        return found, data

    def test_is_the_commands(self):
        for paths in [["d"], [SAMPLES]]:
            found, data = self.reported(*paths)
            said = report(*paths, cwd=self.folder)[1]
            self.assertEqual(data, said)
            self.assertEqual((found.records, found.bad), (said["records"], said["bad"]))
        self.assertEqual(data["errors"], [])

    def test_settings(self):
        _, data = self.reported("d", limit_findings=2, since="2025-06-01", threads=3, glob="*.tgz")
        self.assertEqual(data, report("--limit-findings=2", "--since=2025-06-01", "--glob=*.tgz", "d",
                                      cwd=self.folder)[1])
        found, _ = self.reported("d/0", hash=True)
        self.assertEqual(len(found.data["run"]["inputs"][0]["sha256"]), 64)
        with self.assertRaisesRegex(ValueError, "since: not a date"):
            leadscan.audit("d", since="june")

    def test_tables(self):
        found, data = self.reported("d")
        tables = {name: found.table(name) for name in found.tables}
        for name, frame in tables.items():
            self.assertIsInstance(frame, pandas.DataFrame, name)
        counts = tables["verdicts"].set_index("verdict")["count"]
        self.assertEqual(counts.to_dict(), data["verdicts"])
        self.assertEqual(tables["actions"]["count"].sum() + data["actions"]["others"],
                         sum(row["count"] for row in data["actions"]["rows"]))
        self.assertEqual(len(tables["files"]), len(data["files"]))
        self.assertEqual(set(tables["errors"]["file"]), {row["file"] for row in data["errors"]})
        self.assertEqual(len(tables["findings"]), sum(len(group["records"]) for group in data["findings"]))
        self.assertIn("line", tables["bad_records"])
        self.assertEqual(tables["timeline"]["created"].sum(), sum(
            row["verdicts"]["created"] for row in data["timeline"]))
        self.assertEqual(str(tables["timeline"]["start"].dt.tz), "UTC")
        with self.assertRaises(KeyError):
            found.table("nothing")

    def test_page(self):
        found, _ = self.reported("d")
        page = found.to_html(self.path("page.html"))
        with open(self.path("page.html"), encoding="utf-8") as file:
            self.assertEqual(file.read(), page)
        self.assertIn("<title>", page)
        self.assertIn("srcdoc=", found._repr_html_())
        with self.assertRaises(OSError):
            found.to_html(self.path("no/such/folder"))

    def test_errors(self):
        with self.assertRaises(leadscan.InputError) as raised:
            leadscan.audit(self.path("d"))
        self.assertIn("cut.gz", " ".join(file for file, _, _ in raised.exception.errors))
        found, data = self.reported("d")
        self.assertEqual(len(found.errors), len(data["errors"]))


if __name__ == "__main__":
    unittest.main()
