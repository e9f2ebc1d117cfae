"""Where records are in a text, and what check says of them."""

import base64
import json
import os
import unittest

from support import BAD, GOOD, SAMPLES, SANITIZED, Case, check, measured_report, report, run, text


class Records(Case):
    def test_positions(self):
        lines = [GOOD[0], "", BAD[1], GOOD[1], BAD[2]]
        data = ("\r\n".join(lines)).encode()
        code, records, _ = check(self.write("a", data))
        self.assertEqual(code, 1)
        for record in records:
            at = record["offset"]
            self.assertEqual(data[at:at + record["length"]].decode(), lines[record["line"] - 1])
        self.assertEqual([r["verdict"] for r in records],
                         ["created", "truncated", "created", "malformed"])

    def test_check_lines(self):
        path = self.write("a", b'{"action":12,"info":{}}\n')
        _, out, _ = run("check", path)
        expected = ('{"file":%s,"member":null,"line":1,"offset":0,"length":23,"verdict":"violation",'
                    '"violations":[' % json.dumps(path))
        self.assertTrue(out.decode().startswith(expected), out)
        rules = [(v["path"], v["rule"], v["expected"], v["found"])
                 for v in json.loads(out)["violations"]]
        self.assertEqual(rules, [
            ("/partnerLeadOpportunityId", "missing", "string or object", "nothing"),
            ("/dsLeadOpportunityId", "missing", "string", "nothing"),
            ("/action", "type", "string", "integer"),
            ("/info/success", "missing", "boolean", "nothing"),
            ("/info/statusCode", "missing", "integer", "nothing")])

    def test_samples(self):
        with open(SAMPLES + ".tsv") as file:
            expected = [tuple(l.rstrip("\n").split("\t")) for l in file if not l.startswith("#")]
        names = sorted({name for name, _, _ in expected})
        got = [(os.path.basename(r["file"]), str(r["line"]), r["verdict"])
               for r in check("--records=ndjson", SAMPLES)[1]]
        self.assertEqual(sorted(got), sorted(expected))
        self.assertGreater(len(names), 2)

    def test_envelopes(self):
        inside = GOOD[0]
        lines = ['{"time":1,"response":{"status":201,"body":%s}}' % inside,
                 '{"time":2,"response":{"status":201,"body":%s}}' % json.dumps(inside),
                 '{"time":3,"response":{"status":503,"body":%s}}' % json.dumps(inside[:100]),
                 '{"time":4,"response":{"body":null}}',
                 '{"time":5}',
                 '{"time":6,"response":{"status":400,"body":%s}}' % inside,
                 '{"time":7,"resp']
        path = self.write("a", text(lines))
        _, records, _ = check("--at", "/response/body", path)
        self.assertEqual([r["verdict"] for r in records],
                         ["created", "created", "truncated", "created", "truncated"])
        self.assertEqual([r["length"] for r in records],
                         [len(line) for i, line in enumerate(lines) if i not in (3, 4)])
        _, result, _ = report("--at", "/response/body", path)
        kinds = {f["kind"]: f["count"] for f in result["findings"]}
        self.assertEqual(kinds["http_status_differs"], 1)
        pairs = {row["value"]: row["count"] for row in result["http_and_body"]["rows"]}
        self.assertEqual(pairs, {"201 201": 2, "400 201": 1})

    def test_documents_in_any_white_space(self):
        documents = [json.dumps(json.loads(line), indent=2) for line in GOOD[:20]]
        for name, data in [("pretty", "\n".join(documents)), ("crlf", "\r\n".join(documents)),
                           ("concatenated", "".join(GOOD[:20])), ("array", "[%s]" % ",\n".join(documents)),
                           ("array on a line", "[%s]\n" % ",".join(GOOD[:20])),
                           ("mark", "\ufeff" + "\n\n".join(documents))]:
            with self.subTest(name):
                path = self.write("a", data.replace("\n", "\r\n" if name == "crlf" else "\n").encode())
                code, result, _ = report("--fail-on=bad", path)
                self.assertEqual((code, result["verdicts"]["created"], result["records"]), (0, 20, 20))
                self.assertEqual(result["record_modes"], {"auto": 1})
                self.accounts(result)

    def test_arrays_that_are_not_json(self):
        good = (len(GOOD[0]), "created")
        for data, expected in [
                ("[%s %s]", [good, (0, "malformed"), good]),
                ("[%s,,%s]", [good, (1, "malformed"), good]),
                ("[%s,%s,]", [good, good, (0, "malformed")]),
                ("[%s,%s", [good, good, (0, "truncated")])]:
            with self.subTest(data):
                data %= (GOOD[0], GOOD[1])
                path = self.write("a", data.encode())
                code, records, _ = check(path)
                self.assertEqual(code, 1)
                self.assertEqual([(r["length"], r["verdict"]) for r in records],
                                 expected)
                for record in records:
                    if record["length"] == len(GOOD[0]):
                        at = record["offset"]
                        self.assertIn(data[at:at + record["length"]], GOOD)
                self.accounts(report(path)[1])

    def test_prefixed_lines(self):
        lines = ["2025-06-01 12:00:%02d {worker-%d} POST /leads 201 %s" % (i % 60, i, line)
                 for i, line in enumerate(GOOD[:50])]
        data = "starting\n" + "\r\n".join(lines)
        path = self.write("a", data.encode())
        _, records, _ = check(path)
        self.assertEqual([r["verdict"] for r in records], ["created"] * 50)
        for record, line in zip(records, GOOD):
            at = record["offset"]
            self.assertEqual(data[at:at + record["length"]], line)
        result = report(path)[1]
        self.assertEqual(result["passed_over_reasons"], {"no_object": 1})
        self.accounts(result)

    def test_har(self):
        def entry(url, mime, content, **more):
            return {"request": {"url": url}, "response": {
                "status": 201, "content": {"mimeType": mime, "text": content, **more}}}
        har = {"log": {"version": "1.2", "entries": [
            entry("https://x/leads-opportunities", "application/json", GOOD[0]),
            entry("https://x/logo", "image/png", "iVBORw0=", encoding="base64"),
            entry("https://x/leads-opportunities", "application/json",
                  base64.b64encode(GOOD[1].encode()).decode(), encoding="base64"),
            entry("https://x/leads-opportunities", "text/html", "<html>")]}}
        path = self.write("a.har", json.dumps(har, indent=1).encode())
        _, records, _ = check(path)
        self.assertEqual([r["verdict"] for r in records], ["created", "created", "malformed"])
        result = report(path)[1]
        self.assertEqual((result["passed_over"], result["record_modes"]), (1, {"har": 1}))
        self.accounts(result)
        # Base64 holds no text that could be looked for.
        for number in [0, 1]:
            _, out, _ = run("find", "--ds-id=AAAAA-%06d" % number, path)
            self.assertEqual(len(out.splitlines()), 1)
        self.write("a.har", json.dumps(har).encode()[:-30])
        self.assertEqual([r["verdict"] for r in check(path)[1]], ["created", "created", "truncated"])

    def test_har_hides_nothing_behind_it(self):
        def har(number):
            return json.dumps({"log": {"version": "1.2", "entries": [
                {"request": {"url": "https://x/leads-opportunities"},
                 "response": {"status": 201, "content": {"text": GOOD[number]}}}]}})
        for data, mode, expected in [
                (har(0) + "\n" + "\n".join(GOOD[1:4] + BAD[3:]), "auto",
                 ["created"] * 4 + ["malformed"]),
                (har(0) + "\n" + har(1) + har(2), "auto", ["created"] * 3),
                (har(0)[:-1] + ',"x":}', "auto", ["created", "malformed"]),
                (har(0)[:-1] + "\n" + GOOD[1], "auto", ["created", "truncated", "created"]),
                ('{"log":{"version":"1.2"}}', "auto", ["violation"]),
                ("some text\nand more\n", "har", ["malformed"] * 2),
                (GOOD[0] + "\n" + GOOD[1], "har", ["created"] * 2)]:
            with self.subTest(data[-40:]):
                path = self.write("a", data.encode())
                code, records, _ = check("--records", mode, path)
                self.assertEqual([r["verdict"] for r in records], expected)
                self.assertEqual(code, int(set(expected) != {"created"}))
                _, result, _ = report("--records", mode, path)
                self.assertEqual((result["record_modes"], result["passed_over"]), ({"har": 1}, 0))
                self.accounts(result)

    def test_standard_input_and_directories(self):
        self.assertEqual(len(check("-", stdin=text(GOOD))[1]), len(GOOD))
        self.write("d/b.log", text(GOOD[:2]))
        self.write("d/a.log", text(GOOD[:1]))
        self.write("d/c/z.txt", text(GOOD[:3]))
        files = [os.path.relpath(r["file"], self.folder) for r in check(self.path("d"))[1]]
        self.assertEqual(files, ["d/a.log"] + ["d/b.log"] * 2 + ["d/c/z.txt"] * 3)
        self.assertEqual(len(check("--glob=*.log", self.path("d"))[1]), 3)
        self.assertEqual(len(check("--glob=c/*", self.path("d"))[1]), 3)

    def test_a_line_of_2_gb(self):
        path = self.path("x")
        with open(path, "wb") as file:
            file.write(text(GOOD[:1]))
            file.seek(2 << 30, os.SEEK_CUR)
            file.write(b"\n" + text(GOOD[1:2]))
        code, result, memory, _ = measured_report(path)
        # As a disk leaves it, and not kept.
        self.assertEqual((code, result["verdicts"]["malformed"], result["verdicts"]["created"]),
                         (1, 1, 2))
        self.assertEqual(result["json_errors"]["rows"], [{"value": "nul_bytes", "count": 1}])
        self.accounts(result)
        self.assertEqual(result["bad_records"][0]["length"], 2 << 30)
        self.assertLess(memory, 2000 if SANITIZED else 200)


if __name__ == "__main__":
    unittest.main()
