"""Logs of known kinds, made here as their writers make them: every response in them is found."""

import base64
import gzip
import json
import os
import unittest

from support import BAD, GOOD, Case, check, report, run, text

API = "https://gateway/v1/leads-opportunities"


def lines(*values):
    return "".join(json.dumps(value) + "\n" for value in values)


def base64_of(body):
    return base64.b64encode(body.encode()).decode()


def http(body):
    return "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n\r\n" + body


def har(*entries):
    return json.dumps({"log": {"version": "1.2", "creator": {}, "entries": list(entries)}})


def call(body, status=201, method="POST", url=API, mime="application/json", **content):
    if body is not None:
        content["text"] = body
    return {"request": {"method": method, "url": url},
            "response": {"status": status, "content": {"mimeType": mime, **content}}}


FOUR = GOOD[:4]
# Of each kind: its log with four good responses.
LOGS = {
    "docker": lines(*({"log": "INFO " + x + "\n", "stream": "stdout", "time": "2025-06-01T00:00:00Z"}
                      for x in FOUR)),
    "journald": lines(*({"__CURSOR": "s=1", "__REALTIME_TIMESTAMP": "1", "MESSAGE": m} for m in
                        [FOUR[0], list((FOUR[1] + "\r").encode()), FOUR[2], FOUR[3]])),
    "cloudwatch": "".join(json.dumps({
        "messageType": "DATA_MESSAGE", "logGroup": "g", "logStream": "s", "logEvents": [
            {"id": "1", "message": x} for x in part]}) for part in (FOUR[:1], FOUR[1:])),
    "cloudtrail": json.dumps({"Records": [json.loads(x) for x in FOUR]}),
    "lambda": lines(*({"statusCode": 201, "body": base64_of(x), "isBase64Encoded": True} for x in FOUR)),
    "azure": json.dumps({"records": [{"properties": {"backendResponseBody": x}} for x in FOUR]}),
    "gcp": lines(*({"jsonPayload": json.loads(x)} for x in FOUR[:2]),
                 *({"textPayload": "response " + x} for x in FOUR[2:])),
    "pubsub": lines({"message": {"data": base64_of(FOUR[0])}}, [{"message": {"data": base64_of(FOUR[1])}}],
                    {"receivedMessages": [{"message": {"data": base64_of(x)}} for x in FOUR[2:]]}),
    "elasticsearch": json.dumps({"hits": {"hits": [{"_source": json.loads(x)} for x in FOUR]}}),
    "beats": lines(*({"@timestamp": "2025-06-01T00:00:00.000Z", "message": x} for x in FOUR)),
    "logger": lines(*({"level": "info", "message": "response " + x} for x in FOUR)),
    "pino": lines(*({"level": 30, "time": 1748736000000, "msg": "response " + x} for x in FOUR)),
    "structlog": lines(*({"event": "response " + x, "level": "info"} for x in FOUR)),
    "splunk": lines(*({"preview": False, "result": {"_raw": "INFO body=" + x}} for x in FOUR)),
    "gelf": "".join(json.dumps({"version": "1.1", "short_message": x}) + "\0" for x in FOUR),
    "kong": lines(*({"response": {"status": 201, "body": x}} for x in FOUR)),
    "apisix": lines(*({"response": {"status": 201, "body": x}, "route_id": "1"} for x in FOUR)),
    "tyk": lines(*({"raw_response": base64_of(http(x))} for x in FOUR)),
    "nginx": "".join('10.0.0.1 - "POST / HTTP/1.1" 201 "%s" 0.1\n' % x.replace('"', "\\x22")
                     for x in FOUR),
    "cri": "".join("2025-06-01T00:00:00Z stdout F %s\n" % x for x in FOUR),
    "heroku": "".join("2025-06-01T00:00:00+00:00 app[web.1]: %s\n" % x for x in FOUR),
    "csv": "time,body\n" + "".join('1,"%s"\n' % x.replace('"', '""') for x in FOUR),
    "har": har(*map(call, FOUR)),
}
RECOGNISED = ["beats", "logger", "pino", "structlog", "docker", "cri", "journald", "cloudwatch", "csv", "har"]
NEEDS_NOTHING = RECOGNISED + ["nginx", "heroku"]


class Logs(Case):
    def found(self, data, *args):
        path = self.write("log", data.encode())
        code, result, err = report("--fail-on=bad,unjudged", *args, path)
        self.assertEqual(err, "")
        self.accounts(result)
        _, records, _ = check(*args, path)
        self.assertEqual(len(records), result["records"])
        return code, result, records

    def test_each_kind(self):
        for name, data in LOGS.items():
            with self.subTest(name):
                code, result, _ = self.found(data, "--log=" + name)
                self.assertEqual((code, result["verdicts"]["created"], result["records"]), (0, 4, 4))

    def test_those_that_are_recognised(self):
        for name in NEEDS_NOTHING:
            with self.subTest(name):
                code, result, _ = self.found(LOGS[name])
                self.assertEqual((code, result["verdicts"]["created"], result["records"]), (0, 4, 4))
                if name in RECOGNISED:
                    self.assertEqual(result["formats"], {name: 4})

    def test_other_layouts_of_a_kind(self):
        event = {"messageType": "DATA_MESSAGE", "logGroup": "g", "logEvents": [{"message": x} for x in FOUR]}
        for args, data in [
                (["--log=cloudwatch"], json.dumps({"events": [{"message": x} for x in FOUR]})),
                (["--log=firehose"], json.dumps({"records": [{"data": base64_of(x)} for x in FOUR]})),
                (["--log=splunk"], lines(*({"time": 1, "event": json.loads(x)} for x in FOUR))),
                (["--log=loki"], json.dumps({"streams": [{"stream": {}, "values": [["1", x] for x in FOUR]}]})),
                (["--log=envoy"], lines(*({"http_streamed_trace_segment": {
                    "response_body_chunk": {"as_bytes": base64_of(x)}}} for x in FOUR))),
                # What is longer has all of it.
                (["--log=gelf"], lines(*({"short_message": x[:20], "full_message": x} for x in FOUR))),
                ([], "".join(json.dumps(x) + "\n" for x in [
                    {"time": "t", "type": "platform.start", "record": {"requestId": "r"}}, event,
                    {"time": "t", "type": "platform.report", "record": {"status": "success", "metrics": {}}}])),
                (["--at=/body"], "".join('"x","%s"\n' % json.dumps({"body": json.loads(x)}).replace('"', '""')
                                         for x in FOUR))]:
            with self.subTest(args=args, data=data[:50]):
                code, result, _ = self.found(data, *args)
                self.assertEqual((code, result["verdicts"]["created"], result["records"]), (0, 4, 4))

    def test_a_response_elsewhere_is_told_of_kinds_that_were_named(self):
        rest = json.dumps({"result": {"_raw": "sent", "body": json.loads(GOOD[5])}})
        code, result, _ = self.found(LOGS["splunk"] + rest, "--log=splunk")
        self.assertEqual((code, result["passed_over_reasons"]), (1, {"response_elsewhere": 1}))

    def test_advice_inside_of_a_known_kind(self):
        """Where what is there is no response, but has one."""
        data = lines(*({"log": json.dumps({"id": 1, "response_body": x}) + "\n", "stream": "stdout"} for x in FOUR))
        code, result, _ = self.found(data)
        self.assertEqual((code, result["verdicts"]["violation"]), (1, 4))
        self.assertIn("try --at=/log/response_body", result["advice"][1])
        self.assertEqual(self.found(data, "--at=/log/response_body")[1]["verdicts"]["created"], 4)

    def test_kinds_beside_each_other(self):
        data = LOGS["docker"] + LOGS["journald"] + text(GOOD[4:8]).decode() + LOGS["cri"]
        code, result, _ = self.found(data)
        self.assertEqual((code, result["verdicts"]["created"]), (0, 16))
        self.assertEqual(result["formats"], {"docker": 4, "journald": 4, "cri": 4})

    def test_all_are_in_the_help_and_have_a_test(self):
        help_ = run("audit", "--help")[1].decode()
        help_ = " ".join(help_.split())
        names = help_.split("where in each record the response is: ")[1].split(";")[0].replace(" ", "")
        untested = {"firehose", "appinsights", "loki", "envoy", "newman", "postman", "bulk", "insomnia",
                    "lambda-platform"}
        self.assertEqual(set(names.split(",")), set(LOGS) | untested)

    def test_elements_are_records(self):
        data = json.dumps({"a": [{"b": x} for x in FOUR]})
        _, _, records = self.found(data, "--at=/a/*/b")
        self.assertEqual([data[r["offset"]:r["offset"] + r["length"]] for r in records],
                         [json.dumps({"b": x}) for x in FOUR])

    def test_elements_of_a_string_have_one_place(self):
        data = lines({"a": json.dumps([{"b": x} for x in FOUR])}, {"a": []})
        _, result, records = self.found(data, "--at=/a/*/b")
        self.assertEqual([r["verdict"] for r in records], ["created"] * 4)
        self.assertEqual([bool(r["length"]) for r in records], [True, False, False, False])
        self.assertEqual(result["bytes"]["in_records"], records[0]["length"])

    def test_what_is_no_response_is_passed_over(self):
        data = lines({"a": FOUR[0]}, {"a": None}, {"b": 1}, {"a": "started"}, {"a": BAD[0]})
        code, result, records = self.found(data, "--at=/a")
        self.assertEqual((code, [r["verdict"] for r in records]), (1, ["created", "violation"]))
        self.assertEqual(result["passed_over_reasons"], {"no_response": 2, "no_object": 1})
        self.assertEqual(result["passed_over"], 3)

    def test_a_pointer_to_nothing_does_not_look_clean(self):
        path = self.write("log", LOGS["kong"].encode())
        self.assertEqual(run("audit", "--at=/response/bdy", path)[0], 1)
        self.assertEqual(run("check", "-q", "--at=/response/bdy", path)[0], 1)
        self.assertEqual(run("check", "-q", "--fail-on=bad", "--at=/response/bdy", path)[0], 0)
        _, out, _ = run("audit", "--at=/response/bdy", path)
        self.assertTrue(out.startswith(b"Nothing was judged: 4 records without a response"), out)

    def test_advice(self):
        def advice(data, *args):
            path = self.write("log", data.encode())
            result = report(*args, path)[1]
            text_, page = run("audit", *args, "--html=" + self.path("html"), path)[1], None
            with open(self.path("html")) as file:
                page = file.read()
            for line in result["advice"]:
                self.assertIn("\n" + line + "\n", text_.decode())
                self.assertIn("<p>%s</p>" % line.replace("'", "&#39;"), page)
            return result["advice"]

        self.assertEqual(advice(LOGS["docker"] + text(BAD[:1] * 4).decode()), [])
        # It has been looked there already.
        bad = LOGS["docker"].replace("created", "x").replace("action", "actoin") * 2
        for log in [bad, har(*[call(BAD[0])] * 4)]:
            self.assertNotIn("--at=", " ".join(advice(log)))
        wrong = "Each document was taken for an envelope with the response at --at=/x."
        everywhere = "%s holds a response in 100.00 %% of the first %d looked at: try --at=%s"
        self.assertEqual(advice(LOGS["kong"], "--at=/x"), [wrong, everywhere % (
            "/response/body", 4, "/response/body")])
        self.assertEqual(advice(LOGS["azure"])[1:], [everywhere % (
            "/records/*/properties/backendResponseBody", 1,
            "'/records/*/properties/backendResponseBody'")])
        for name, at in [("tyk", "/raw_response"), ("splunk", "/result/_raw")]:
            self.assertEqual(advice(LOGS[name])[1:], [everywhere % (at, 4, at)])
        inner = lines({"a/b": json.dumps({"c": FOUR[0]})})
        self.assertEqual(advice(inner)[1:], [everywhere % ("/a~1b/c", 1, "'/a~1b/c'")])
        # What is in few records, and what is no response.
        some = lines(*[{"a": BAD[0]}] * 3, {"a": FOUR[0]}, *[{"b": {"c": 1}}] * 16)
        self.assertEqual(advice(some)[1:], ["/a holds JSON in 15.00 % of the first 20 looked at: try --at=/a"])
        self.assertEqual(advice(lines({"b": 1}), "--at=/x"),
                         [wrong, "Of the first 1 looked at none holds a response."])
        good = text(FOUR).decode()
        self.assertIn("leave out --at", advice(good, "--at=/x")[1])
        self.assertIn("leave out --records", advice("INFO " + good.replace("\n", "\nINFO "),
                                                    "--records=ndjson")[1])
        self.assertIn("--match", advice(good, "--match=x")[1])
        self.assertIn("--log", advice("started\n" * 3)[1])
        # The same with any number of threads, and of chunks.
        many = lines(*({"x": {"response": {"body": x}}} for x in GOOD * 20))
        self.assertEqual(advice(many, "-j1"), advice(many, "-j3"))

    def test_match(self):
        data = "".join("request body: %s\nresponse body: %s\ndone\n" % (BAD[0], x) for x in FOUR)
        _, result, records = self.found(data, "--match=response body")
        self.assertEqual([r["verdict"] for r in records], ["created"] * 4)
        self.assertEqual(result["passed_over_reasons"], {"no_match": 4, "no_object": 4})

    def test_the_column_of_a_table(self):
        quoted = ['"%s"' % x.replace('"', '""') for x in GOOD[:300] + BAD[:1]]
        for separator in ",;\t":
            data = separator.join(["time", "request", "body"]) + "\r\n" + "".join(
                separator.join(['"1\n{2"', '"{""action"":12}"', x]) + "\r\n" for x in quoted)
            _, result, records = self.found(data, "--column=body")
            self.assertEqual((result["verdicts"]["created"], result["verdicts"]["violation"],
                              result["passed_over"], result["formats"]), (300, 1, 0, {"csv": 301}))
            self.assertEqual(records[1]["line"], 5)
            place = records[1]["offset"]
            self.assertEqual(data[place:place + records[1]["length"]], quoted[1][1:-1])
            _, result, _ = self.found(data, "--log=csv", "--column=request")
            self.assertEqual(result["verdicts"]["violation"], 301)
        # One that is not there does not look clean.
        path = self.write("log", data.encode())
        code, result, errors = report("--column=bdy", path)
        self.assertEqual((code, result["passed_over"]), (3, 301))
        self.assertIn('no header with a column "bdy": it begins with time', errors)
        self.assertIn("No row has a document in a column bdy.", result["advice"])
        # Nor does one of several tables.
        other = self.write("other", b"time,body\n1,%s\n" % quoted[0].encode())
        code, result, _ = report("--column=body", other, self.write("third", b"time,bdy\n1,{}\n"))
        self.assertEqual((code, result["records"], len(result["errors"])), (3, 1, 1))
        code, _, errors = report("--column=body", "--decode=base64", other)
        self.assertEqual(code, 2)
        self.assertIn("--decode does not go with --column", errors)
        long = "a,b\n1,{" + "x" * 3000000 + "\n2,%s\n" % quoted[0]
        _, _, records = self.found(long, "--column=b", "--max-record=1M")
        self.assertEqual([(r["verdict"], r["line"]) for r in records], [("too_large", 2), ("created", 3)])

    def test_calls_of_an_archive(self):
        data = har(call(FOUR[0]), call("", 204, "OPTIONS"), call(None, 0), call(None, 304),
                   call('{"ok":true}', 200, url="https://statistics/x"), call(None), call(BAD[0]),
                   call(base64_of(FOUR[1]), encoding="base64"),
                   call(base64.b64encode(gzip.compress(FOUR[2].encode())).decode(), encoding="base64"))
        _, result, records = self.found(data)
        self.assertEqual([r["verdict"] for r in records], ["created", "violation", "created", "created"])
        self.assertEqual(result["passed_over_reasons"], {"other_call": 2, "no_response": 3})
        other = json.loads(data)
        other["log"] = {"_meta": 1, **other["log"]}
        _, result, records = self.found(json.dumps({"$schema": "har", **other}))
        self.assertEqual((len(records), result["record_modes"]), (4, {"har": 1}))

    def test_layouts_change_within_a_file(self):
        pretty = [json.dumps(json.loads(x), indent=2) for x in FOUR]
        parts = ["started\n" * 100, text(GOOD[:150]).decode(),
                 "".join("12:00 INFO %s took=3\n" % x for x in GOOD[150:300]),
                 "".join("12:01 %s\n" % x for x in pretty), "[" + ",\n".join(FOUR) + "]\n", "".join(FOUR),
                 "\n", GOOD[0][:70] + FOUR[0] + "\n"]
        code, result, records = self.found("".join(parts))
        self.assertEqual((code, result["verdicts"]["created"], result["verdicts"]["truncated"],
                          result["records"], result["passed_over"]), (1, 313, 1, 314, 100))
        for jobs in ["1", "2"]:
            self.assertEqual(check("--jobs=" + jobs, self.path("log"))[1], records)

    def test_hostile_text_takes_linear_time(self):
        # More of it takes as much more: no place is looked at again and again.
        for piece in ['{"a":', "]", '{"a":[\n', '{"', "{ ", "[", "{", '"{"', "\0x", "{}\n", '{"a":"b{"',
                      '{"message":"{\\"message\\":\\"', '{"message":"","c":{"info":{"success":1}}}\n',
                      '{"a":[1,\n{"b":', '{""a', "{\\x22", '{\\"', "x\n", " \n", "[{", '{"a":{},{']:
            with self.subTest(piece):
                times = []
                for size in [1 << 20, 4 << 20]:
                    path = self.write("log", (piece * (size // len(piece))).encode())
                    before = os.times()
                    self.assertIn(run("check", "-q", "-j1", path)[0], (0, 1))
                    after = os.times()
                    times.append(after.children_user - before.children_user)
                self.assertLess(times[1], 8 * times[0] + 0.5)


if __name__ == "__main__":
    unittest.main()
