"""Whole tools, really installed: that each answers what the audit answers, and that none is missing."""

import io
import json
import os
import sys
import tempfile
import unittest

from bench import audit

LEADSCAN = os.path.abspath(sys.argv.pop(1))


class Tools(unittest.TestCase):
    def test_all_answer_alike(self):
        with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as folder:
            result = os.path.join(folder, "audit.json")
            code = audit.main(["--leadscan=" + LEADSCAN, "--compilation-mode=opt", "--only=tools", "--bytes=32M",
                               "--rounds=1", "--tools=" + os.path.join(folder, "tools"), "--json=" + result],
                              io.StringIO())
            self.assertEqual(code, 0)
            with open(result) as file:
                found = json.load(file)
        self.assertEqual(found["unavailable"], [])
        self.assertEqual(len(found["results"]), 9 + 3)
        for row in found["results"]:
            self.assertTrue(row["version"] or row["name"] == "audit -j1", row["name"])


if __name__ == "__main__":
    unittest.main()
