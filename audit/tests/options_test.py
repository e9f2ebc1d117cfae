"""Exit codes, and the findings that make them."""

import json
import os
import subprocess
import unittest

from outputs_of_runs import IN_PLACE, REPLACED
from support import BAD, GOOD, LEADSCAN, Case, report, run, text


class ExitCodes(Case):
    def test_codes(self):
        clean = self.write("clean", text(GOOD))
        bad = self.write("bad", text(GOOD + BAD))
        for args, expected in [
                (["audit", clean], 0), (["check", clean], 0), (["check", "-q", clean], 0),
                (["audit", bad], 1), (["check", "-q", bad], 1),
                (["check", "--fail-on=none", bad], 0), (["check", "--fail-on=too_large", bad], 0),
                (["check", "--fail-on=created", clean], 1),
                (["check", "--max-bad=4", bad], 0), (["check", "--max-bad=3", bad], 1),
                (["check", "--max-bad=1%", bad], 0), (["check", "--max-bad=0.9%", bad], 1),
                ([], 2), (["audit"], 2), (["nonsense"], 2), (["audit", "--nonsense", clean], 2),
                (["audit", "--fail-on=nonsense", clean], 2), (["check", "--at=x", clean], 2),
                (["audit", "--records=nonsense", clean], 2), (["find", clean], 2),
                (["audit", "--max-record=x", clean], 2), (["check", "--jobs=-1", clean], 2),
                (["audit", "--jobs=5000", clean], 2), (["check", "--checkpoint=x", clean], 2),
                (["audit", "--checkpoint=x", "-"], 2), (["audit", "--max-record=4G", clean], 2),
                (["audit", "--since=june", clean], 2),
                (["audit", "--max-bad=-1%", bad], 2), (["extract", "--fields=nonsense", clean], 2),
                (["extract", "-o", "/dev/full", clean], 3), (["gen", "-o", "/dev/full"], 3),
                (["extract", "-o", "/no/file", clean], 2),
                (["check", "--max-bad=1%", "--fail-on=malformed", bad], 0),
                (["check", "--max-bad=100%", bad], 0), (["check", "--max-bad=101%", bad], 2),
                (["check", "--max-bad=inf%", bad], 2), (["check", "--max-bad=nan%", bad], 2),
                (["audit", "--max-record=0", clean], 2),
                (["audit", self.path("none")], 3), (["--help"], 0), (["--version"], 0),
                (["audit", "--help"], 0), (["--man"], 0), (["--completions", "bash"], 0)]:
            with self.subTest(args):
                self.assertEqual(run(*args)[0], expected)

    def test_mistakes_are_told(self):
        path = self.write("a", text(GOOD))
        for args, why in [
                (["check", "--checkpoint=x", path], "--checkpoint is an option of audit, not of check"),
                (["audit", "--checkpoint=x", "-"], "--checkpoint does not go with standard input"),
                (["audit", "--max-record=lots", path], "not a size: lots"),
                (["audit", "--fail-on=evil", path], "neither a verdict nor a kind of finding: evil"),
                (["find", path], "one of these is needed: --partner-id, --ds-id"),
                (["extract", "--fields=line,wrong", path], "no such field: wrong (there are file, "),
                (["extract", "--fields=wrong", path], "Try leadscan extract --help."),
                (["find", path], "Try leadscan find --help."),
                (["audit", "--html=", path], "Try leadscan audit --help."),
                (["nonsense"], "Try leadscan --help."),
                (["audit", "--html=x", "--sqlite=./x", path], "two outputs"), (["audit", "--status-at=/s", path], "--at")]:
            with self.subTest(args):
                code, out, err = run(*args)
                self.assertEqual((code, out), (2, b""))
                self.assertIn(why, err.decode())

    def test_what_was_meant(self):
        path = self.write("a", text(GOOD[:1]))
        for args, meant in [
                (["audit", "--jsn", path], "--json"), (["audit", "--quarentine=q", path], "--quarantine"),
                (["check", "--fail_on=bad", path], "--fail-on"), (["audti", path], "audit"),
                (["Check", path], "check"), (["audit", "--records=ndjsn", path], "ndjson"),
                (["audit", "--timeline=days", path], "day"), (["audit", "--log=clodwatch", path], "cloudwatch"),
                (["extract", "--fields=line,trace_id", path], "traceId"),
                (["extract", "--fields=errorcode", path], "error.code"),
                (["extract", "--where=statuscode=4", path], "statusCode"),
                (["extract", "--verdict=sucess,trunc", path], "truncated"),
                (["check", "--fail-on=malformd", path], "malformed"),
                (["audit", "--fail-on=trace_reused", path], "trace_id_reused"),
                (["find", "--partnerid=x", path], "--partner-id")]:
            code, out, err = run(*args)
            self.assertEqual((code, out), (2, b""), args)
            self.assertIn("; did you mean %s?\n" % meant, err.decode())
        for args in [["audit", "--zzzzzz", path], ["audit", "--records=zzzzzz", path], ["zzzzzz", path],
                     ["extract", "--fields=zzzzzz", path], ["audit", "--" + "json" * 500, path]]:
            self.assertNotIn(b"did you mean", run(*args)[2])

    def test_arguments_are_told_in_their_order(self):
        err = run("audit", "--one", "--two=2", "x", "--three")[2].decode()
        self.assertEqual(err.splitlines()[0],
                         "leadscan: The following arguments were not expected: --one --two=2 --three")
        err = run("gen", "[b", "a", "[c]")[2].decode()
        self.assertIn("not expected: [b a [c]\n", err)

    def test_the_same_file_twice(self):
        self.write("d/a", text(GOOD[:2]))
        self.write("d/b", text(GOOD[2:4]))
        os.symlink("d/a", self.path("link"))
        for paths, told in [
                (["d/a", "d/b"], ""), (["d"], ""),
                (["d/a", "d/a"], "leadscan: d/a: given twice, and so its records count twice\n"),
                (["d", "./d/b"], "leadscan: ./d/b: the same file as d/b, and so its records count twice\n"),
                (["d/a", "link"], "leadscan: link: the same file as d/a, and so its records count twice\n")]:
            code, out, err = run("extract", *paths, cwd=self.folder)
            self.assertEqual((code, err.decode()), (0, told))
            self.assertEqual(out.count(b"\n"), 5 if paths in (["d/a", "d/b"], ["d"], ["d/a", "d/a"], ["d/a", "link"])
                             else 7)
        err = run("extract", *["d/a"] * 20, cwd=self.folder)[2].decode()
        self.assertEqual(len(err.splitlines()), 11)
        self.assertTrue(err.endswith("leadscan: 9 more files are read twice\n"), err)

    def test_find_that_finds_nothing(self):
        path = self.write("a", text(GOOD[:20]))
        self.assertEqual(run("find", "--ds-id=AAAAA-000003", path)[0], 0)
        self.assertEqual(run("find", "--ds-id=AAAAA-000399", path)[:2], (1, b""))
        # What was not read may have it.
        self.assertEqual(run("find", "--ds-id=AAAAA-000399", path, self.path("none"))[0], 3)
        self.assertEqual(run("find", "--ds-id=AAAAA-000003", path, self.path("none"))[0], 3)
        # Bad records are none of its business.
        bad = self.write("bad", text(GOOD[:2] + BAD))
        self.assertEqual(run("find", "--ds-id=AAAAA-000001", bad)[0], 0)

    def test_empty_values(self):
        """Of a variable that is not set, say: nothing is written over, nothing passes for good."""
        good, bad = self.write("good", text(GOOD)), self.write("bad", text(GOOD + BAD))
        for args in [*([*output, ""] for output in REPLACED + IN_PLACE), ["audit", "--html="],
                     ["audit", "--checkpoint="], ["extract", "--output="], ["find", "--code="],
                     ["extract", "--fields", ""], ["extract", "--fields=line,"],
                     ["extract", "--fields=,"], ["check", "--fail-on", ""],
                     ["check", "--fail-on=bad,"]]:
            with self.subTest(args):
                code, out, err = run(*args, good, bad)
                self.assertEqual((code, out), (2, b""))
                flag = [arg for arg in args if arg.startswith("-")][-1]
                self.assertIn(b"--" + flag.strip("-").split("=")[0].encode(), err)
        with open(good, "rb") as file:
            self.assertEqual(file.read(), text(GOOD))

    def test_standard_output_by_its_name(self):
        path = self.write("a", text(GOOD[:2]))
        for args in [["extract", path], ["gen", "-n2"]]:
            code, out, _ = run(*args, "-o", "-", cwd=self.folder)
            self.assertEqual((code, out), (0, run(*args)[1]))
        for args in [["audit", "--html"], ["audit", "--sqlite"], ["audit", "--quarantine"],
                     ["audit", "--checkpoint"], ["check", "--quarantine"],
                     ["extract", "--format=sqlite", "-o"]]:
            code, out, err = run(*args, "-", path, cwd=self.folder)
            self.assertEqual((code, out), (2, b""), args)
            self.assertIn(b"--", err)
        self.assertEqual(os.listdir(self.folder), ["a"])

    def test_help_that_cannot_be_written(self):
        for args in [["--help"], ["audit", "--help"], ["--version"], ["--man"],
                     ["--completions", "bash"]]:
            with open("/dev/full", "wb") as full:
                done = subprocess.run([LEADSCAN, *args], stdout=full, stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, 3, args)
            self.assertIn(b"standard output: No space left", done.stderr)

    def test_directories_with_nothing_to_read(self):
        self.write("full/a.log", text(GOOD[:1]))
        os.makedirs(self.path("empty/below"))
        for command in ["audit", "check", "extract"]:
            code, _, err = run(command, self.path("full"), self.path("empty"))
            self.assertEqual((code, err.decode()),
                             (0, "leadscan: %s: there are no files in it\n" % self.path("empty")))
            code, out, err = run(command, "--glob=*.lgo", self.path("full"), self.path("full/a.log"))
            self.assertEqual((code, err.decode()),
                             (3, "leadscan: %s: no file in it matches --glob\n" % self.path("full")))
            self.assertIn(b"a.log" if command != "audit" else b"1 record", out)

    def test_every_path_is_read(self):
        """CLI11 would take a path behind an option that repeats for its value, and [a,b] for two."""
        for name in ["one/a.log", "two/b.log", "[x]", "x", "[a,b]"]:
            self.write(name, text(GOOD[:1]))

        def read(*args):
            out = run("extract", "--fields=file", *args, cwd=self.folder)[1].decode()
            return [line.strip('"') for line in out.splitlines()[1:]]
        self.assertEqual(read("--glob", "*.log", "one", "two"), ["one/a.log", "two/b.log"])
        self.assertEqual(read("--glob", "a*", "--glob", "b*", "one", "two"),
                         ["one/a.log", "two/b.log"])
        self.assertEqual(read("[x]", "[a,b]"), ["[x]", "[a,b]"])
        self.assertEqual(read("--glob", "[x]", "."), ["./x"])
        found = run("find", "--ds-id", "AAAAA-000000", "one", "two", cwd=self.folder)[1]
        self.assertEqual(len(found.splitlines()), 2)

    def test_no_output_is_an_input(self):
        path = self.write("d/a", text(GOOD + BAD))
        before = text(GOOD + BAD)
        for args in [["check", "--quarantine"], ["audit", "--checkpoint"], ["extract", "-o"]]:
            code, out, err = run(*args, path, self.path("d"))
            self.assertEqual((code, out), (2, b""))
            self.assertIn(b"read and written at once", err)
        with open(path, "ab") as out:
            done = subprocess.run([LEADSCAN, "check", self.path("d")], stdout=out,
                                  stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 2)
        with open(path, "rb") as file:
            self.assertEqual(file.read(), before)

    def test_limits_of_lists(self):
        lines = [json.dumps({"message": "m%d" % (i % 7)}) for i in range(70)]
        lines += [GOOD[0]] * 30 + BAD * 10
        path = self.write("a", text(lines))
        _, result, _ = report("--limit-findings=5", path)
        self.assertEqual(len(result["bad_records"]), 5)
        self.assertEqual({f["kind"]: (f["count"], len(f["records"])) for f in result["findings"]},
                         {"ds_id_created_twice": (29, 5), "trace_id_reused": (29, 5)})
        _, result, _ = report("--limit-findings=0", path)
        self.assertEqual((result["bad_records"], result["bad"]), ([], 40))
        self.assertEqual({f["kind"]: (f["count"], len(f["records"])) for f in result["findings"]},
                         {"ds_id_created_twice": (29, 0), "trace_id_reused": (29, 0)})
        self.assertEqual(result["messages"]["rows"],
                         [{"value": "m%d" % i, "count": 10} for i in range(7)])
        out = run("audit", "--top=3", path)[1].decode()
        self.assertIn("m2\n", out)
        self.assertNotIn("m3\n", out)
        self.assertIn("40  other values", out)

    def test_timeline_and_drift(self):
        lines = [line.replace('"error"', '"extra":1,"error"') if i in (5, 9, 13) else line
                 for i, line in enumerate(GOOD[:48])] + [BAD[0]]
        path = self.write("a", text(lines))
        _, hours, _ = report("--timeline=hour", path)
        self.assertEqual([(r["start"], r["verdicts"]["created"]) for r in hours["timeline"]],
                         [("2025-06-01T%02d:00:00Z" % hour, 2) for hour in range(24)])
        self.assertEqual(hours["without_timestamp"]["violation"], 1)
        _, days, _ = report("--timeline=day", path)
        self.assertEqual([(r["start"], r["verdicts"]["created"]) for r in days["timeline"]],
                         [("2025-06-01T00:00:00Z", 48)])
        drift, = [d for d in hours["schema_drift"] if d["path"] == "/extra"]
        self.assertEqual((drift["count"], drift["first"]["line"], drift["last"]["line"],
                          drift["first_timestamp"], drift["last_timestamp"]),
                         (3, 6, 14, "2025-06-01T05:00:00Z", "2025-06-01T13:00:00Z"))

    def test_findings(self):
        twice = self.write("twice", text([GOOD[0], GOOD[0]]))
        code, result, _ = report(twice)
        self.assertEqual(code, 1)
        self.assertEqual({f["kind"] for f in result["findings"]},
                         {"ds_id_created_twice", "trace_id_reused"})
        self.assertEqual(report("--fail-on=bad", twice)[0], 0)
        self.assertEqual(report("--fail-on=trace_id_reused", twice)[0], 1)

    def test_kinds_of_findings(self):
        def variant(number, **info):
            copy = json.loads(GOOD[number])
            copy["info"].update(info)
            return json.dumps(copy)
        lines = [variant(1, statusCode=500), variant(2, timestamp="yesterday"),
                 variant(3, timestamp="2030-01-01T00:00:00Z"), GOOD[4].replace('"action"', '"x":1,"x":2,"action"'),
                 GOOD[5].replace("OPPY-5", "OPPY-6"), GOOD[6]] + GOOD[7:60] + [
                 variant(60, timestamp="1999-01-01T00:00:00Z")]
        _, result, _ = report(self.write("a", text(lines)))
        self.assertEqual({f["kind"]: f["count"] for f in result["findings"]}, {
            "success_contradicts_code": 1, "timestamp_not_rfc3339": 1, "timestamp_in_future": 1,
            "duplicate_member": 1, "partner_id_with_several_ds_ids": 1, "timestamp_before_range": 1})
        self.assertEqual([d["path"] for d in result["schema_drift"]], ["/x"])


if __name__ == "__main__":
    unittest.main()
