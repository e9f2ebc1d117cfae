"""Whole reports, byte for byte. After a wanted change write them anew, and look at the difference:

    tools/bazel run //audit/tests:golden_test -- --update
"""

import os
import sys
import unittest

from support import WORKSPACE, run

UPDATE = "--update" in sys.argv
if UPDATE:
    sys.argv.remove("--update")

FOLDER = "audit/golden"
NOW = "--now=2026-01-01"
REPORTS = {
    "samples.txt": ["audit", NOW, "data/samples"],
    "samples.json": ["audit", NOW, "--json", "data/samples"],
    "samples.check": ["check", "data/samples"],
    "findings.txt": ["audit", NOW, "--at=/body", FOLDER + "/findings.ndjson"],
    "findings.json": ["audit", NOW, "--at=/body", "--json", FOLDER + "/findings.ndjson"],
    "advice.txt": ["audit", NOW, FOLDER + "/advice.ndjson"],
    "advice.json": ["audit", NOW, "--json", "--at=/response/bdy", FOLDER + "/advice.ndjson"],
    "findings.csv": ["extract", "--at=/body", FOLDER + "/findings.ndjson"],
}


class Golden(unittest.TestCase):
    maxDiff = None

    def test_readme_shows_the_beginning(self):
        with open(os.path.join(WORKSPACE, "README.md")) as file:
            shown = file.read().split("audit data/samples\n```\n\n```text\n")[1].split("```")[0]
        with open(os.path.join(WORKSPACE, FOLDER, "samples.txt")) as file:
            self.assertTrue(file.read().startswith(shown))

    def test_reports(self):
        env = {k: v for k, v in os.environ.items() if not k.startswith("BUILD_")}
        for name, args in REPORTS.items():
            with self.subTest(name):
                code, out, err = run(*args, cwd=WORKSPACE, env=env)
                self.assertEqual((code in (0, 1), err), (True, b""))
                if UPDATE:
                    path = os.path.join(os.environ["BUILD_WORKSPACE_DIRECTORY"], FOLDER, name)
                    with open(path, "wb") as file:
                        file.write(out)
                    continue
                with open(os.path.join(WORKSPACE, FOLDER, name), "rb") as file:
                    self.assertEqual(out.decode(), file.read().decode())


if __name__ == "__main__":
    unittest.main()
