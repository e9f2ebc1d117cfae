"""What is counted and what is found: the same in every form of the report."""

import json
import re
import sqlite3
import unittest

from support import BAD, Case, GOOD, report, run, text


def response(partner, ds_id, trace_id=None, timestamp=None):
    return json.dumps({"partnerLeadOpportunityId": partner, "dsLeadOpportunityId": ds_id,
                       "action": "create", "info": {"success": True, "statusCode": 201,
                                                    "timestamp": timestamp, "traceId": trace_id}})


class Findings(Case):
    def audit(self, lines, *args):
        """The report as JSON, text, a page, and a query of the database."""
        path = self.write("a", text(lines))
        code, out, err = run("audit", "--json", "--now=2026-01-01", "--sqlite", self.path("a.db"),
                             "--html", self.path("a.html"), path, *args)
        self.assertIn(code, (0, 1), err)
        with open(self.path("a.html"), encoding="utf-8") as file:
            page = file.read()
        shown = run("audit", "--now=2026-01-01", "--top=1000", path, *args)[1].decode()

        def query(sql):
            database = sqlite3.connect(self.path("a.db"))
            try:
                return database.execute(sql).fetchall()
            finally:
                database.close()
        return json.loads(out), shown, page, query

    def test_names_that_come_again(self):
        lines = [
            '{"message":"","x":1,"x":2,"x":3,"y":1,"\\u0079":2}',
            '{"message":"","x":1}',
            '{"info":{"success":true,"statusCode":200,"zz":1,"zz":2},"data":null}',
            '{"inf\\u006f":{"success":true,"statusCode":200,"zz":1,"z\\u007a":2},"data":null}',
            '{"action":"a","action":"b"}',
            '{"message":"","deep":{"x":1,"x":2}}',
            '{"x":1,"x":2',
        ]
        result, shown, page, query = self.audit(lines)
        group, = [f for f in result["findings"] if f["kind"] == "duplicate_member"]
        self.assertEqual((group["count"], group["record_count"]), (5, 4))
        places = [(1, "/x"), (1, "/y"), (3, "/info/zz"), (4, "/info/zz"), (5, "/action")]
        self.assertEqual([(f["line"], f["detail"]) for f in group["records"]], places)
        self.assertEqual({d["path"]: d["count"] for d in result["schema_drift"]},
                         {"/x": 2, "/y": 1, "/info/zz": 2, "/deep": 1})
        # The two spellings are one layout.
        self.assertIn(2, [layout["count"] for layout in result["layouts"]])
        self.assertIn("a name that comes again in its object: 5 in 4 records\n", shown)
        self.assertIn("A name that comes again in its object<small>5 in 4 records</small>", page)
        self.assertEqual(query("SELECT count, records FROM finding_kinds"), [(5, 4)])
        self.assertEqual(query("SELECT line, detail FROM findings_with_positions ORDER BY 1, 2"),
                         places)

    def test_all_of_them_count(self):
        lines = ['{"message":"","k%05d":1,"k%05d":2}' % (i, i) for i in range(40000)]
        path = self.write("a", text(lines))
        for jobs in ("-j1", "-j2"):
            _, result, _ = report(jobs, path)
            group, = result["findings"]
            self.assertEqual((group["kind"], group["count"], group["record_count"]),
                             ("duplicate_member", 40000, 40000))

    def test_bad_records_are_no_findings(self):
        good = GOOD[:40]
        bad = []
        for time in ["nonsense", "2999-01-01T00:00:00Z", "1999-01-01T00:00:00Z"]:
            line = GOOD[0].replace("2025-06-01T00:00:00.000Z", time)
            bad += [line.replace('"create"', "12"), line.replace("null}", "nul}"), line[:-2]]
        clean, _, _, _ = self.audit(good)
        result, shown, page, query = self.audit(good + bad)
        self.assertEqual(result["bad"], 9)
        for name in ["findings", "timeline", "range_start"]:
            self.assertEqual(result[name], clean[name], name)
        self.assertEqual({v: n for v, n in result["without_timestamp"].items() if n},
                         {"violation": 3, "malformed": 3, "truncated": 3})
        # Violations are JSON, and their timestamps tell when they came.
        self.assertEqual([(row["start"], row["count"]) for row in result["violations_timeline"]],
                         [("1999-01-01T00:00:00Z", 1), ("2999-01-01T00:00:00Z", 1)])
        self.assertIn("9 records are not in it", shown)
        self.assertRegex(shown, r"violations by hour \(UTC\) +records +share\n"
                                r"  1999-01-01 00:00 +1 +100\.00 %  !+\n")
        self.assertIn("9 records are not in it", page)
        self.assertIn("Violations by time", page)
        self.assertEqual(query("SELECT sum(records) FROM timeline"), [(40,)])
        self.assertEqual(query("SELECT * FROM violations_timeline"),
                         [("1999-01-01 00:00", 1), ("2999-01-01 00:00", 1)])

    def test_every_record_is_in_the_timeline_or_beside_it(self):
        self.write("mixed", run("gen", "--kind=mixed", "-n", "5000")[1])
        self.write("bad", text(BAD * 5 + GOOD))
        _, result, _ = report(self.folder)
        counted = dict(result["without_timestamp"])
        for row in result["timeline"]:
            for verdict, count in row["verdicts"].items():
                counted[verdict] += count
        self.assertEqual(counted, result["verdicts"])

    def test_before_the_range_to_the_second(self):
        """From the rule as docs/audit.md has it."""
        def line(hour, minute, second, day=10):
            return response("p", "A", None, "2025-06-%02dT%02d:%02d:%02dZ" % (day, hour, minute, second))
        # 100 timestamps: ranks 25 and 74 are in the hours from 4:00 and 6:00.
        lines = [line(4 if i < 50 else 6, 30 + i % 30, i % 60) for i in range(96)]
        # 4:00 - 3 * 2 hours - 1 day.
        lines += [line(22, 0, 0, 8), line(21, 59, 59, 8), line(21, 0, 0, 8), line(21, 59, 59, 7)]
        _, result, _ = report(self.write("a", text(lines)))
        self.assertEqual(result["range_start"], "2025-06-08T22:00:00Z")
        group, = [f for f in result["findings"] if f["kind"] == "timestamp_before_range"]
        self.assertEqual((group["count"], [f["line"] for f in group["records"]]), (3, [98, 99, 100]))

    def test_many_different_hours(self):
        """Beyond 100,000 the timeline is by days, and the order does not matter."""
        def lines(hours):
            return ['{"info":{"success":true,"statusCode":200,"timestamp":"%04d-%02d-%02dT%02d:00:00Z"},'
                    '"data":null}' % (1000 + h // 8064, h // 672 % 12 + 1, h // 24 % 28 + 1, h % 24)
                    for h in hours]
        path = self.write("a", text(lines(range(100001))))
        _, result, _ = report("--timeline=hour", path)
        self.assertEqual(result["timeline_unit"], "day")
        self.assertEqual(sum(r["verdicts"]["update"] for r in result["timeline"]), 100001)
        back = self.write("a", text(lines(reversed(range(100001)))))
        _, other, _ = report("--timeline=hour", "-j2", back)
        for name in ["timeline", "range_start"]:
            self.assertEqual(other[name], result[name])
        path = self.write("a", text(lines(range(100000))))
        self.assertEqual(report("--timeline=hour", path)[1]["timeline_unit"], "hour")

    def test_ids_that_only_look_the_same(self):
        lines = [response('{"a": 1}', "A"), response({"a": 1}, "B"), response({"a": 1}, "B"),
                 response({"a": 1}, "C")]
        result, _, _, query = self.audit(lines)
        group, = [f for f in result["findings"] if f["kind"] == "partner_id_with_several_ds_ids"]
        self.assertEqual((group["count"], group["records"][0]["line"],
                          group["records"][0]["other"]["line"]), (1, 4, 2))
        self.assertEqual(query("SELECT partner_id_is_object, ds_ids, first_record_id "
                               "FROM partner_ids_with_several_ds_ids"), [(1, 2, 2)])

    def test_empty_texts_are_no_ids(self):
        lines = [response("", "A", ""), response("", "B", ""), response("p", "", ""),
                 response("p", "", ""), response("p", "C", "t")]
        result, _, _, query = self.audit(lines)
        self.assertEqual(result["findings"], [])
        self.assertEqual(result["partner_ids"], {"string": 3, "object": 0})
        for view in ["ds_ids_created_twice", "partner_ids_with_several_ds_ids", "trace_ids_reused"]:
            self.assertEqual(query("SELECT * FROM " + view), [], view)
        # On disk too.
        path = self.write("a", text(lines * 2))
        for memory in ("--memory=16M", "--memory=1"):
            _, result, _ = report(memory, path)
            self.assertEqual({f["kind"]: f["count"] for f in result["findings"]},
                             {"ds_id_created_twice": 3, "trace_id_reused": 1})

    def test_a_long_text_is_marked_the_same_in_every_run(self):
        line = json.dumps({"message": "m" * 5000})
        values = set()
        for _ in range(3):
            _, result, _ = report(self.write("a", text([line])))
            values.add(result["messages"]["rows"][0]["value"])
        value, = values
        self.assertTrue(re.fullmatch(r"m{1024}… \(5000 bytes, [0-9a-f]{32}\)", value), value)


if __name__ == "__main__":
    unittest.main()
