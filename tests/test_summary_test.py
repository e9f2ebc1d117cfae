"""tools/test_summary.py counts what ran, and what should have: on events as Bazel writes them.

test_summary_test.py SUMMARY
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest

SUMMARY = sys.argv.pop(1)


def configured(label, *tags):
    return {
        "id": {"targetConfigured": {"label": label}},
        "configured": {"targetKind": "cc_test rule", "testSize": "SMALL", "tag": list(tags)},
    }


class Counts(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def result(self, label, status, cases=None):
        outputs = []
        if cases is not None:
            path = os.path.join(self.folder, label.strip("/").replace(":", "_") + ".xml")
            with open(path, "w") as file:
                file.write(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")
            outputs.append({"name": "test.xml", "uri": "file://" + path})
        return {
            "id": {"testResult": {"label": label, "run": 1}},
            "testResult": {"status": status, "testActionOutput": outputs},
        }

    def summary(self, filters, *events):
        """What it prints, and the labels that it names."""
        options = {"id": {"optionsParsed": {}}, "optionsParsed": {"cmdLine": filters}}
        path = os.path.join(self.folder, "events")
        with open(path, "w") as file:
            file.writelines(json.dumps(event) + "\n" for event in (options, *events))
        ran = subprocess.run(
            [sys.executable, SUMMARY, path], capture_output=True, text=True, check=True
        )
        return ran.stdout.strip(), ran.stderr.split()

    def test_cases(self):
        cases = '<testcase/><testcase/><testcase><skipped message="this CPU has no avx512"/></testcase>'
        self.assertEqual(
            self.summary([], configured("//:a"), self.result("//:a", "PASSED", cases)),
            ("2 0 1 avx512", []),
        )

    def test_a_failure_is_counted_and_named(self):
        cases = "<testcase/><testcase><failure/></testcase>"
        self.assertEqual(
            self.summary([], configured("//:a"), self.result("//:a", "FAILED", cases)),
            ("1 1 0", ["//:a"]),
        )

    def test_a_crash_is_a_failure(self):
        self.assertEqual(
            self.summary([], configured("//:a"), self.result("//:a", "FAILED")), ("0 1 0", ["//:a"])
        )

    def test_what_did_not_build_is_a_failure(self):
        good = self.result("//:a", "PASSED", "<testcase/>")
        self.assertEqual(
            self.summary([], configured("//:a"), configured("//:b", "x"), good),
            ("1 1 0", ["//:b"]),
        )

    def test_what_is_left_out_is_none(self):
        good = self.result("//:a", "PASSED", "<testcase/>")
        events = configured("//:a"), configured("//:b", "integration"), good
        self.assertEqual(self.summary(["--test_tag_filters=-integration"], *events), ("1 0 0", []))
        good = self.result("//:b", "PASSED", "<testcase/>")
        events = configured("//:a"), configured("//:b", "integration"), good
        last = ["--test_tag_filters=-integration", "--test_tag_filters=integration"]
        self.assertEqual(self.summary(last, *events), ("1 0 0", []))

    def test_what_was_wanted_and_did_not_build_is_a_failure(self):
        events = configured("//:a"), configured("//:b", "integration")
        self.assertEqual(
            self.summary(["--test_tag_filters=integration"], *events), ("0 1 0", ["//:b"])
        )


if __name__ == "__main__":
    unittest.main()
