"""extract: which records it writes, and CSV that spreadsheets and databases take as it is."""

import csv
import io
import json
import sqlite3
import unittest

from support import BAD, GOOD, Case, run, text

FAILURE = ('{"info":{"success":false,"statusCode":400,"timestamp":null,"traceId":""},'
           '"error":{"code":"ERR801","message":"no"},"data":null}')
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "\r\n=1", "'=1", "''@x", "=", "-x"]
PLAIN = ["'", "it's", "'x", "a=b", "1-2", " =1", "", "\u201c=1\u201d", "null"]


def rows_of(*args):
    code, out, err = run("extract", *args)
    assert (code, err) == (0, b""), (code, err)
    return list(csv.DictReader(io.StringIO(out.decode(), newline="")))


class Filters(Case):
    def setUp(self):
        super().setUp()
        self.log = self.write("log", text(GOOD[:6] + [FAILURE] + BAD + [
            GOOD[7].replace("2025-06-01T07:00:00.000Z", "2025-06-02T01:30:00.5+02:00"),
            GOOD[8].replace("2025-06-01T08:00:00.000Z", "yesterday"), '{"message":"hello"}']))

    def lines(self, *args):
        """The same records in every form."""
        found = [int(row["line"]) for row in rows_of("--fields=line", *args, self.log)]
        _, out, _ = run("extract", "--format=ndjson", "--fields=line", *args, self.log)
        self.assertEqual([json.loads(line)["line"] for line in out.splitlines()], found)
        run("extract", "--format=sqlite", "-o", self.path("db"), "--fields=line", *args, self.log)
        with sqlite3.connect(self.path("db")) as database:
            self.assertEqual(database.execute("SELECT line FROM responses ORDER BY rowid").fetchall(),
                             [(line,) for line in found])
        return found

    def test_verdict(self):
        self.assertEqual(len(self.lines()), 14)
        self.assertEqual(self.lines("--verdict=failure"), [7])
        self.assertEqual(self.lines("--verdict=failure,message"), [7, 14])
        self.assertEqual(self.lines("--verdict=bad"), [8, 9, 10, 11])
        self.assertEqual(self.lines("--verdict=truncated,malformed"), [9, 10, 11])
        self.assertEqual(self.lines("--verdict=too_large"), [])

    def test_times(self):
        self.assertEqual(self.lines("--since=2025-06-01T02:00:00Z"), [3, 4, 5, 6, 12])
        self.assertEqual(self.lines("--until=2025-06-01T02:00:00Z"), [1, 2])
        # An offset counts: the 2nd of June is the 1st in UTC.
        self.assertEqual(self.lines("--since=2025-06-01T05:00:00Z", "--until=2025-06-02"), [6, 12])
        self.assertEqual(self.lines("--since=2025-06-01T23:30:00Z"), [12])
        self.assertEqual(self.lines("--until=2025-06-01T23:30:00Z"), [1, 2, 3, 4, 5, 6])

    def test_where(self):
        self.assertEqual(self.lines("--where=dsLeadOpportunityId=AAAAA-000003"), [4])
        self.assertEqual(self.lines("--where=statusCode=400"), [7])
        self.assertEqual(self.lines("--where", "success=false"), [7])
        self.assertEqual(self.lines("--where=error.code=ERR801", "--where=message=x"), [])
        # Of one field any of them, of several each.
        self.assertEqual(self.lines("--where=line=2", "--where=line=7", "--where=line=14"), [2, 7, 14])
        self.assertEqual(self.lines("--where=line=2", "--where=line=7", "--where=success=true"), [2])
        # Nothing: null, absent and empty.
        self.assertEqual(self.lines("--where=timestamp=", "--verdict=failure,message"), [7, 14])
        self.assertEqual(self.lines("--where=traceId=", "--where=error.message=no"), [7])
        equals = self.write("equals", b'{"message":"a=b"}\n{"message":"a"}\n')
        self.assertEqual([row["line"] for row in rows_of("--where=message=a=b", equals)], ["1"])
        self.assertEqual(self.lines("--verdict=created", "--since=2025-06-01T01:00:00Z",
                                    "--until=2025-06-01T05:00:00Z", "--where=statusCode=201"),
                         [2, 3, 4, 5])

    def test_jobs(self):
        big = self.write("big", run("gen", "--kind=mixed", "-n9000", "--seed=4")[1])
        args = ["extract", "--verdict=failure,bad", "--presence", big]
        self.assertEqual(run(*args, "-j1")[1], run(*args, "-j5")[1])

    def test_mistakes(self):
        for args, why in [
                (["--where=code"], "not FIELD=VALUE: code"),
                (["--where=cod=1"], "no such field: cod (there are file, "),
                (["--where=line=two"], "not an integer: line=two"),
                (["--where=success=1"], "neither true nor false: success=1"),
                (["--verdict=evil"], "no such verdict: evil"),
                (["--until=june"], "not a date or time"),
                (["--since=2025-06-02", "--until=2025-06-01"], "--until is not behind --since"),
                (["--presence", "--format=ndjson"], "--presence goes with --format=csv"),
                (["--csv-raw", "--format=ndjson"], "--csv-raw goes with --format=csv")]:
            code, out, err = run("extract", *args, self.log)
            self.assertEqual((code, out), (2, b""), args)
            self.assertIn(why, err.decode())


class Csv(Case):
    def test_null_and_absent_are_empty(self):
        log = self.write("log", text([GOOD[0], FAILURE, '{"message":"null"}']))
        _, out, _ = run("extract", "--presence", "--fields=line,member,timestamp,traceId,statusCode,message",
                        log)
        self.assertEqual(out.decode(), (
            "line,member,timestamp,timestamp_presence,traceId,traceId_presence,statusCode,message\r\n"
            '1,,"2025-06-01T00:00:00.000Z",value,"%032x",value,201,\r\n'
            '2,,,is_null,"",value,400,\r\n'
            '3,,,absent,,absent,,"null"\r\n') % 0)
        plain = rows_of(log)
        told = rows_of("--presence", log)
        for name in plain[0]:
            self.assertEqual([row[name] for row in told], [row[name] for row in plain], name)
        self.assertNotIn("timestamp_presence", plain[0])
        # It says what NDJSON does.
        exact = [json.loads(line) for line in run("extract", "--format=ndjson", log)[1].splitlines()]
        for row, line in zip(told, exact):
            for name in [n[:-len("_presence")] for n in row if n.endswith("_presence")]:
                wanted = "absent" if name not in line else "is_null" if line[name] is None else "value"
                self.assertEqual(row[name + "_presence"], wanted, name)

    def test_no_text_is_a_formula(self):
        values = FORMULAS + PLAIN
        log = self.write("log", text([json.dumps({"message": value}) for value in values]))
        found = [row["message"] for row in rows_of("--fields=message", log)]
        self.assertEqual(found, ["'" + value for value in FORMULAS] + PLAIN)
        # An apostrophe in front of others, and then of a sign, is what was put there.
        raw = [row["message"] for row in rows_of("--csv-raw", "--fields=message", log)]
        self.assertEqual(raw, values)
        exact = [json.loads(line)["message"] for line in run(
            "extract", "--format=ndjson", "--fields=message", log)[1].splitlines()]
        self.assertEqual(exact, values)

    def test_every_text_column(self):
        line = json.loads(GOOD[0])
        evil = "=cmd|' /C calc'!A0"
        for name in ["action", "dsLeadOpportunityId", "partnerLeadOpportunityId"]:
            line[name] = evil
        line["info"]["traceId"] = line["info"]["timestamp"] = evil
        line["error"] = {"code": evil, "message": evil}
        lines = json.dumps(line) + "\n" + json.dumps({"message": evil}) + "\n"
        self.write("=f", lines.encode())
        self.sh("mkdir t && cp =f t/@member && tar cf ./-t.tar -C t ./@member && rm -r t")
        rows = list(csv.reader(io.StringIO(run(
            "extract", "--", "=f", "-t.tar", cwd=self.folder)[1].decode(), newline="")))
        self.assertEqual(len(rows), 5)
        cells = [cell for row in rows[1:] for cell in row]
        self.assertEqual(cells.count("'" + evil), 16)
        for value in ["'=f", "'-t.tar", "./@member"]:
            self.assertIn(value, cells)
        self.assertFalse([cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))])

    def test_numbers_stay_numbers(self):
        log = self.write("log", text([GOOD[0].replace('"statusCode":201', '"statusCode":-201')]))
        row, = rows_of("--fields=statusCode,line,offset", log)
        self.assertEqual(row, {"statusCode": "-201", "line": "1", "offset": "0"})

    def test_standard_input_keeps_its_name(self):
        self.assertIn(b'"-",,1,', run("extract", "-", stdin=text(GOOD[:1]))[1])


if __name__ == "__main__":
    unittest.main()
