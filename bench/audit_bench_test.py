"""The audit's benchmark on a tiny corpus: its rows are there, and what it compares is compared."""

import glob
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from unittest import mock

from bench import audit
from bench import audit_measure
from bench import audit_tools
from bench.audit_measure import Contestant, Failed

LEADSCAN = os.path.abspath(sys.argv.pop(1))


def arguments(*more, mode="opt"):
    return ["--leadscan=" + LEADSCAN, "--compilation-mode=" + mode, *more]


def main(*more):
    out = io.StringIO()
    return audit.main(arguments(*more), out), out.getvalue()


class AuditBench(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(self.folder.cleanup)
        for patch in (mock.patch.dict(os.environ, TMPDIR=self.folder.name),
                      mock.patch.object(tempfile, "tempdir", self.folder.name)):
            patch.start()
            self.addCleanup(patch.stop)
        self.json = os.path.join(self.folder.name, "results.json")

    def left(self):
        return glob.glob(os.path.join(self.folder.name, "leadscan-*"))

    def test_rows(self):
        # As under `bazel run`.
        with mock.patch.dict(os.environ, BUILD_WORKING_DIRECTORY=self.folder.name):
            code, table = main("--quick", "--bytes=320K", "--rounds=1", "--json=results.json")
        self.assertEqual(code, 0)
        with open(self.json) as file:
            results = json.load(file)
        names = {}
        for row in results["results"]:
            names.setdefault((row["section"], row["title"].split(" (")[0]), []).append(row["name"])
            self.assertEqual(len(row["runs"]), 1)
            self.assertGreater(row["wall"], 0)
            self.assertIn(row["name"], table)
        for kind in ("uniform", "mixed"):
            self.assertEqual(names["raw", kind + ", raw"],
                             ["wc -l", "check -q -j1", "check -q -j2",
                              "check -q -j1, two processes"])
            self.assertEqual(names["raw", kind + ", raw, all tables and findings"],
                             ["audit -j1", "audit -j2"])
        for suffix in ("zst", "gz", "xz", "lz4"):
            self.assertEqual(names["compressed", "mixed." + suffix][1:], ["check -q", "check -q -j1"])
        rivals = names["rivals", "mixed, the same answers: by action and statusCode, bad lines"]
        self.assertEqual(rivals[:3], ["audit -j1", "jq", "Python, json"])
        for kind in ("ndjson", "concatenated", "prefixed", "docker", "string", "har"):
            self.assertEqual(names["kinds", "uniform as %s, the same answers" % kind][:4],
                             ["wc -l", "check -q -j1", "audit -j1", "jq"])
        # --quick installs nothing: what is missing is told.
        counts = "whole tools, uniform: counts by action and statusCode"
        schema = "whole tools, uniform: responses that break the schema"
        missing = {title: [] for title in (counts, schema)}
        for one in results["unavailable"]:
            self.assertRegex(one["why"], "^unavailable: (pip|npm)? ?install ")
            missing[one["title"]].append(one["name"])
        self.assertEqual(len(names["tools", counts]) + len(missing[counts]), 3 + len(audit_tools.PYTHON))
        self.assertEqual(names["tools", counts][0], "audit -j1")
        self.assertIn("Python, json", names["tools", counts])
        self.assertIn("DuckDB, one thread", missing[counts])
        self.assertEqual(names["tools", schema], ["audit -j1"])
        self.assertEqual(missing[schema], ["sourcemeta-jsonschema, --fast", "redocly drift, of an HTTP archive"])
        for jobs in ("-j1", "-j2"):
            self.assertEqual(names["outputs", "mixed, outputs beside the report, " + jobs],
                             ["audit " + jobs + more for more in (
                                 "", " --html", " --sqlite", " --sqlite --sqlite-indexes")])
        kinds = [row for row in results["memory"] if "kind" in row]
        self.assertEqual(len(results["memory"]) - len(kinds), 3 * 2 * 3 + 2 * 2)
        self.assertGreater(len(kinds), 15)
        for peak in results["memory"]:
            self.assertGreater(peak["peak"], 1 << 20)
        self.assertEqual(self.left(), [])

    def test_answers_must_agree(self):
        rival = os.path.join(self.folder.name, "audit_rival.jq")
        with open(rival, "w") as file:
            file.write("{actions: {}, status_codes: {}, bad: 0}")
        with mock.patch.object(audit, "HERE", self.folder.name), \
                mock.patch("sys.stderr", io.StringIO()) as err:
            code, _ = main("--only=rivals", "--bytes=1M")
        self.assertEqual(code, 1)
        self.assertIn("jq answers otherwise than leadscan", err.getvalue())
        self.assertEqual(self.left(), [])

    def test_another_build(self):
        code, table = main("--only=raw", "--bytes=320K", "--rounds=1", "--before=" + LEADSCAN,
                           "--json=" + self.json)
        self.assertEqual(code, 0)
        self.assertEqual(table.count("check -j1 of the other build's, by CPU time: "), 2)
        with open(self.json) as file:
            rows = [row for row in json.load(file)["results"] if row["section"] == "before"]
        self.assertEqual([(row["title"], row["name"]) for row in rows], [
            (kind + ", raw, two builds", name) for kind in ("uniform", "mixed")
            for name in ("check -q -j1, the other build", "check -q -j1")])

    def test_another_build_must_say_the_same(self):
        with mock.patch("sys.stderr", io.StringIO()) as err:
            code, table = main("--only=raw", "--bytes=320K", "--rounds=1", "--before=/bin/echo")
        self.assertEqual(code, 1)
        self.assertIn("/bin/echo: the two builds do not say the same of uniform-327680.ndjson", err.getvalue())
        self.assertNotIn("two builds", table)

    def test_answers_about_the_schema_must_agree(self):
        def validating(_, name, archive, folder):
            return [Contestant("liar", ["echo", '{"valid": false}{"valid": false}', name])]

        with mock.patch.object(audit_tools.Tools, "validating", validating), \
                mock.patch("sys.stderr", io.StringIO()) as err:
            code, _ = main("--only=tools", "--quick", "--bytes=1M", "--rounds=1")
        self.assertEqual(code, 1)
        self.assertIn("not all answer how many responses break the schema alike", err.getvalue())
        self.assertIn("'liar': 2", err.getvalue())

    def test_what_is_no_answer_is_told(self):
        for out in ("", "null", "[", "{}", '{"records": 1}'):
            with self.subTest(out), self.assertRaisesRegex(Failed, "odd prints what is no answer"):
                audit_tools.breaking(Contestant("odd", ["echo", out]), None)
        with mock.patch.object(audit_tools.Tools, "counting",
                               lambda _, name, jq: [Contestant("odd", ["sh", "-c", "echo", name])]), \
                mock.patch("sys.stderr", io.StringIO()) as err:
            code, _ = main("--only=tools", "--quick", "--bytes=1M", "--rounds=1")
        self.assertEqual(code, 1)
        self.assertIn("odd prints what is no answer", err.getvalue())

    def test_tools_start_on_a_line(self):
        code, table = main("--only=tools", "--quick", "--bytes=4M", "--rounds=1", "--json=" + self.json)
        self.assertEqual(code, 0)
        self.assertIn("1 line s", table)
        with open(self.json) as file:
            rows = json.load(file)["results"]
        self.assertGreaterEqual(len(rows), 3)
        for row in rows:
            self.assertEqual(len(row["start"]["runs"]), 1)
            self.assertGreater(row["start"]["wall"], 0)
            # Each response has about 240 bytes.
            part = 4 if "counts" in row["title"] else 8
            self.assertAlmostEqual(row["bytes"] * part / (4 << 20), 1, delta=0.15)

    def test_tools_answer_what_is_no_response(self):
        def counting(_, name, jq):
            return [Contestant("lax", ["sh", "-c", "%s audit --json \"$0\" | sed 's/\"bad\": *[0-9]*/\"bad\":0/'"
                                       % LEADSCAN, name])]

        with mock.patch.object(audit_tools.Tools, "counting", counting), \
                mock.patch("sys.stderr", io.StringIO()) as err:
            code, _ = main("--only=tools", "--quick", "--bytes=1M", "--rounds=1")
        self.assertEqual(code, 1)
        self.assertIn("lax answers otherwise than leadscan", err.getvalue())

    def test_refuses(self):
        for wrong in (arguments(mode="fastbuild"), arguments("--bytes=x"), arguments("--only=x")):
            with self.subTest(wrong), mock.patch("sys.stderr", io.StringIO()), \
                    self.assertRaises(SystemExit) as end:
                audit.main(wrong)
            self.assertEqual(end.exception.code, 2)

    def test_interrupted(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = subprocess.Popen([sys.executable, "-m", "bench.audit",
                                        *arguments("--bytes=4M", "--rounds=100000")],
                                       env=dict(os.environ, PYTHONPATH=":".join(sys.path)),
                                       stdout=subprocess.DEVNULL)
            for _ in range(600):
                if self.left():
                    break
                time.sleep(0.05)
            self.assertTrue(self.left())
            time.sleep(0.5)
            process.send_signal(number)
            self.assertEqual(process.wait(60), 128 + number)
            self.assertEqual(self.left(), [])

    def test_peak_memory_is_the_programs_own(self):
        ballast = bytearray(200 << 20)
        peak = audit_measure.peak_memory(["sleep", "0.2"], None)
        self.assertTrue(0 < peak < 50 << 20 < len(ballast), peak)
        # Which often ends before it is looked at.
        for _ in range(20):
            self.assertGreater(audit_measure.peak_memory(["true"], None), 0)

    def test_failing_commands_are_named(self):
        with self.assertRaisesRegex(audit_measure.Failed, "no-such-program"):
            audit_measure.run(["no-such-program"], None)
        with self.assertRaisesRegex(audit_measure.Failed, "exit code 3"):
            audit_measure.run(["sh", "-c", "exit 3"], None)

    def test_what_pip_and_npm_said_is_told(self):
        """Of tools that could not be installed, in one line; and of DuckDB."""
        python = os.path.join(self.folder.name, "tools/venv/bin/python")
        os.makedirs(os.path.dirname(python))
        for path, words in ((python, "SSLError: pip's words"), (os.path.join(self.folder.name, "npm"),
                                                                 "SELF_SIGNED_CERT_IN_CHAIN: npm's words")):
            with open(path, "w") as file:
                file.write('#!/bin/sh\n[ "$1" != -c ] || exit 1\n>&2 echo "%s"\nexit 1\n' % words)
            os.chmod(path, 0o755)
        tools = audit_tools.Tools(os.path.join(self.folder.name, "tools"), True, lambda _: None)
        with mock.patch.dict(os.environ, PATH=self.folder.name + ":" + os.environ["PATH"]):
            tools.counting("none", ["jq"])
            tools.validating("none", "none", self.folder.name)
        for title, words in (("polars, one thread", ["pip install polars", "pip's words", "PIP_CERT=FILE"]),
                             ("sourcemeta-jsonschema, --fast", ["pip's words", "PIP_CERT=FILE"]),
                             ("redocly drift, of an HTTP archive", ["npm's words", "NODE_EXTRA_CA_CERTS=FILE"])):
            why = tools.unavailable[title]
            self.assertRegex(why, "^unavailable: (pip|npm) install ")
            self.assertNotIn("\n", why)
            for word in words:
                self.assertIn(word, why)
        bench = audit.Bench(audit.parse_options(arguments()), self.folder.name, io.StringIO())
        with mock.patch.object(sys, "executable", python):
            self.assertFalse(bench.has_duckdb())
        self.assertIn("DuckDB could not be installed: ", bench.out.getvalue())
        self.assertIn("pip's words", bench.out.getvalue())


if __name__ == "__main__":
    unittest.main()
