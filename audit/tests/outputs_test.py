"""Outputs for programs: quarantine, extract, find, gen."""

import json
import unittest

from support import BAD, GOOD, Case, report, run, text


class Quarantine(Case):
    def test_quarantine(self):
        big = '{"a":"%s"}' % ("x" * 3000000)
        lines = [GOOD[0], BAD[0], big, BAD[1], GOOD[1], BAD[2]]
        path = self.write("a", text(lines))
        run("check", "--max-record=1M", "--quarantine", self.path("q"), path)
        with open(self.path("q"), "rb") as file:
            data = file.read()
        found = []
        while data:
            head, _, data = data.partition(b"\n")
            position = json.loads(head)
            found.append((position["verdict"], data[:position["length"]].decode()))
            self.assertEqual(data[position["length"]:position["length"] + 1], b"\n")
            data = data[position["length"] + 1:]
        self.assertEqual(found, [("violation", BAD[0]), ("too_large", big), ("truncated", BAD[1]),
                                 ("malformed", BAD[2])])


class Extract(Case):
    def test_csv_and_ndjson(self):
        lines = [GOOD[0], '{"message":"say \\"no\\"\\u00e9"}',
                 '{"info":{"success":false,"statusCode":400,"timestamp":null},"error":{"code":"ERR801"},'
                 '"data":null}']
        path = self.write("a", text(lines))
        _, out, _ = run("extract", "--fields=line,verdict,timestamp,error.code,message,statusCode", path)
        self.assertEqual(out.decode(), "line,verdict,timestamp,error.code,message,statusCode\r\n"
                         '1,"created","2025-06-01T00:00:00.000Z",,,201\r\n'
                         '2,"message",,,"say ""no""é",\r\n'
                         '3,"failure",null,"ERR801",,400\r\n')
        _, out, _ = run("extract", "--format=ndjson", "--fields=timestamp,message,statusCode", path)
        self.assertEqual([json.loads(l) for l in out.splitlines()],
                         [{"timestamp": "2025-06-01T00:00:00.000Z", "statusCode": 201},
                          {"message": 'say "no"é'}, {"timestamp": None, "statusCode": 400}])


class Gen(Case):
    def test_gen(self):
        code, out, err = run("gen", "--kind=mixed", "-n", "2000", "--seed=3")
        self.assertEqual((code, out.count(b"\n"), err), (0, 2000, b""))
        self.assertEqual(run("gen", "--kind=mixed", "-n2000", "--seed=3", "-o", self.path("g"))[0], 0)
        with open(self.path("g"), "rb") as file:
            self.assertEqual(file.read(), out)
        code, result, _ = report(self.path("g"))
        self.assertEqual((code, result["records"]), (1, 2000))
        self.assertEqual(len(run("gen", "--bytes=10K")[1]) // 1000, 10)


class Find(Case):
    def test_find(self):
        lines = GOOD[:50] + [GOOD[7].replace("AAAAA-000007", "\\u0041AAAA-000007"),
                             GOOD[3].replace("201", "2.01e2"),
                             '{"info":{"success":false,"statusCode":400},"error":{"code":"ERR801"},"data":null}']
        path = self.write("a", text(lines))

        def found(*args):
            return [json.loads(l)["line"] for l in run("find", *args, path)[1].splitlines()]
        self.assertEqual(found("--ds-id=AAAAA-000007"), [8, 51])
        self.assertEqual(found("--partner-id=OPPY-3"), [4, 52])
        self.assertEqual(found("--trace-id=%032x" % 9), [10])
        self.assertEqual(found("--code=ERR801"), [53])
        self.assertEqual(len(found("--code=201")), 52)
        self.assertEqual(json.loads(run("find", "--code=400", path)[1])["record"], lines[52])

    def test_what_extract_shows_is_found(self):
        """Records that cannot match are skipped unparsed: none of those that do may be."""
        for kind in ["mixed", "adversarial"]:
            path = self.write(kind, run("gen", "--kind=" + kind, "-n2000", "--seed=9")[1])
            fields = ["line", "traceId", "dsLeadOpportunityId", "partnerLeadOpportunityId",
                      "statusCode", "error.code"]
            out = run("extract", "--format=ndjson", "--fields=" + ",".join(fields), path)[1]
            records = [json.loads(line) for line in out.splitlines()]
            for option, names in [("--trace-id", ["traceId"]), ("--ds-id", ["dsLeadOpportunityId"]),
                                  ("--partner-id", ["partnerLeadOpportunityId"]),
                                  ("--code", ["statusCode", "error.code"])]:
                lines = {}
                for record in records:
                    for name in names:
                        if record.get(name) is not None:
                            lines.setdefault(str(record[name]), []).append(record["line"])
                values = sorted(lines)
                for value in values[::max(1, len(values) // 15)]:
                    found = run("find", option + "=" + value, path)[1].splitlines()
                    self.assertEqual([json.loads(line)["line"] for line in found], lines[value],
                                     (kind, option, value))
                self.assertGreater(len(values), 3 if kind == "mixed" else 0)


if __name__ == "__main__":
    unittest.main()
