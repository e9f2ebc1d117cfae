"""Rows against what `leadscan check` and `leadscan extract` print, one by one."""

import csv
import io
import json
import os
import unittest

import leadscan
from logs_test import LOGS
from support import BAD, GOOD, SAMPLES, WORKSPACE, Case, Logs, run, text

OF_RECORDS = ["file", "member", "line", "offset", "length", "verdict"]
FAILURE = ('{"info":{"success":false,"statusCode":400,"timestamp":null,"traceId":""},'
           '"error":{"code":"ERR801","message":"no"},"data":null}')


def arguments(paths, settings):
    flags = ["--%s=%s" % (name.replace("_", "-"), value) for name, value in settings.items()]
    return [*flags, "--", *paths]


def said_by_check(paths, settings, folder):
    out = run("check", *arguments(paths, settings), cwd=folder)[1]
    for line in map(json.loads, out.splitlines()):
        error = line.get("error", {"code": None, "offset": None})
        yield {**{name: line[name] for name in OF_RECORDS},
               "error_code": error["code"], "error_offset": error["offset"],
               "violations": ["{path}: {rule}: expected {expected}, found {found}".format(**violation)
                              for violation in line["violations"]]}


def said_by_extract(paths, settings, folder):
    out = run("extract", "--format=ndjson", *arguments(paths, settings), cwd=folder)[1]
    return [json.loads(line) for line in out.splitlines()]


def presence(line, name):
    return "absent" if name not in line else "is_null" if line[name] is None else "value"


def compare(case, *paths, **settings):
    """Compares each row with both; how many there were."""
    here = os.getcwd()
    os.chdir(case.folder)
    case.addCleanup(os.chdir, here)
    table = leadscan.read(paths, on_error="keep", **settings).to_arrow()
    table.validate(full=True)
    rows = table.to_pylist()
    checked = list(said_by_check(paths, settings, case.folder))
    extracted = said_by_extract(paths, settings, case.folder)
    case.assertEqual(len(rows), len(checked))
    case.assertEqual(len(rows), len(extracted))
    for row, check, line in zip(rows, checked, extracted):
        for name, value in check.items():
            case.assertEqual(row.pop(name), value, (name, check))
        for name in [name for name in row if name.endswith("_presence")]:
            label = name[:-len("_presence")]
            told = row.pop(name)
            if label in row:
                case.assertEqual(told, presence(line, label), (name, check))
            else:  # of an object, which has no value
                case.assertEqual(name, "error_presence")
                case.assertIn(told, ["value", "is_null", "absent"])
        # Nothing but the members is left, and extract has no other.
        case.assertEqual(row, {name: line.pop(name, None) for name in row}, check)
        case.assertLessEqual(set(line), set(OF_RECORDS))
    return len(checked)


class Compared(Case):
    def compare(self, *paths, **settings):
        return compare(self, *paths, **settings)

    def test_samples(self):
        self.assertGreater(self.compare(SAMPLES), 20)

    def test_fixtures(self):
        folder = os.path.join(WORKSPACE, "data/fixtures")
        names = sorted(name for name in os.listdir(folder) if os.path.isdir(os.path.join(folder, name)))
        self.assertGreater(len(names), 5)
        for name in names:
            for records in ["auto", "json", "ndjson"]:
                with self.subTest(name=name, records=records):
                    self.assertGreater(self.compare(os.path.join(folder, name), records=records), 0)

    def test_kinds_of_logs(self):
        for kind, log in LOGS.items():
            data = log if isinstance(log, bytes) else log.encode()
            path = self.write("log-" + kind, data)
            with self.subTest(kind=kind):
                self.assertGreater(self.compare(path, log=kind), 3)

    def test_envelopes(self):
        lines = [json.dumps({"body": line, "n": 200 + i}) for i, line in enumerate(GOOD[:5] + BAD)]
        path = self.write("envelopes", text(lines))
        self.assertEqual(self.compare(path, at="/body", status_at="/n"), 9)
        rows = leadscan.read(path, ["httpStatus"], at="/body", status_at="/n").to_arrow()
        self.assertEqual(rows["httpStatus"].to_pylist(), list(range(200, 209)))

    def test_tables(self):
        out = io.StringIO()
        csv.writer(out).writerows([["n", "response"], *enumerate(GOOD[:5] + BAD)])
        path = self.write("t.csv", out.getvalue().encode())
        self.assertEqual(self.compare(path, column="response"), 9)
        self.assertEqual(self.compare(path), 9)

    def test_lines_that_match(self):
        path = self.write("log", text(["x " + line for line in GOOD[:5]] + GOOD[5:7]))
        self.assertEqual(self.compare(path, match="x {"), 5)
        self.assertEqual(self.compare(path, records="prefixed"), 7)

    def test_hostile_names_and_texts(self):
        line = json.loads(GOOD[0])
        line["action"] = "\u202e\x00\x1b[1m\"\\ \U0001f600"
        bad = b'{"action":"\xff\xfe","info":{"traceId":"\xc3(' + b'"\n'
        names = [b"\xff\n", "\u4e2d \u202e".encode(), b"a\tb"]
        for name in names:
            with open(os.path.join(os.fsencode(self.folder), name), "wb") as file:
                file.write(text([json.dumps(line), json.dumps(line, ensure_ascii=False)]) + bad)
        self.sh("tar cf t.tar --exclude=t.tar .")
        self.assertEqual(self.compare("."), 2 * 3 * len(names))

    def test_too_large(self):
        path = self.write("log", text([GOOD[0], json.dumps({"message": "x" * 9000}), GOOD[1]]))
        self.assertEqual(self.compare(path, max_record=5000), 3)
        rows = leadscan.read(path, max_record=5000).to_arrow().to_pylist()
        self.assertEqual(rows[1]["verdict"], "too_large")

    def test_null_and_absent_differ(self):
        path = self.write("log", text([GOOD[0], FAILURE, '{"message":"null"}']))
        self.assertEqual(self.compare(path), 3)
        columns = ["timestamp", "timestamp_presence", "error_presence", "statusCode"]
        table = leadscan.read(path, columns).to_arrow()
        self.assertEqual(table.column_names, columns)
        self.assertEqual([tuple(row.values()) for row in table.to_pylist()], [
            ("2025-06-01T00:00:00.000Z", "value", "is_null", 201), (None, "is_null", "value", 400),
            (None, "absent", "absent", None)])

    def test_many_batches(self):
        big = self.write("big", run("gen", "--kind=mixed", "-n150000", "--seed=4")[1])
        names = ["line", "offset", "length", "verdict", "statusCode", "error.code"]
        whole = leadscan.read(big, names, threads=1).to_arrow()
        self.assertGreater(whole["line"].num_chunks, 2)
        self.assertEqual(whole, leadscan.read(big, names, threads=5).to_arrow())
        out = run("extract", "--format=ndjson", "--fields=" + ",".join(names), big)[1].splitlines()
        self.assertEqual(len(out), whole.num_rows)
        for row, line in zip(whole.to_pylist(), out):
            said = json.loads(line)
            self.assertEqual(row, {name: said.get(name) for name in names})


class Containers(Logs):
    """Of each kind, whole and damaged; what is in front of the damage counts."""

    def test_folder(self):
        self.assertGreater(compare(self, "d"), 10000)
        self.assertGreater(compare(self, "d", glob="*.gz"), 100)


class Documents(unittest.TestCase):
    """parse() against the verdicts of check, for each document of the fixtures."""

    def test_fixtures(self):
        folder = os.path.join(WORKSPACE, "data/fixtures")
        seen = set()
        for name in sorted(os.listdir(folder)):
            if not os.path.isdir(os.path.join(folder, name)):
                continue
            for file in sorted(os.listdir(os.path.join(folder, name))):
                path = os.path.join(folder, name, file)
                with open(path, "rb") as document:
                    response = leadscan.parse(document.read())
                # The folders are called as the verdicts.
                self.assertEqual(response.verdict, name, path)
                self.assertEqual(response.is_good, name in ("created", "update", "failure", "message"), path)
                self.assertEqual(bool(response.violations), name == "violation", path)
                self.assertEqual(response.error_code is None, name not in ("malformed", "truncated"), path)
                seen.add(response.verdict)
        self.assertEqual(len(seen), 7)

    def test_fields(self):
        response = leadscan.parse(GOOD[3])
        self.assertTrue(response.is_good)
        self.assertEqual(response["dsLeadOpportunityId"], "AAAAA-000003")
        self.assertEqual((response["success"], response["statusCode"]), (True, 201))
        self.assertEqual(response.presence["error"], "is_null")
        self.assertEqual(response.presence["error.code"], "absent")
        self.assertEqual(leadscan.parse(bytearray(GOOD[3].encode())), response)
        self.assertEqual(leadscan.parse(memoryview(GOOD[3].encode())), response)
        with self.assertRaises(TypeError):
            leadscan.parse(12)
        self.assertEqual(leadscan.parse(b"").verdict, "truncated")


if __name__ == "__main__":
    unittest.main()
