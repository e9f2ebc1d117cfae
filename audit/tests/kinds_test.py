"""More kinds of logs, made here as their writers make them: read rightly, or named and not judged."""

import base64
import gzip
import html
import json
import struct
import unittest
import zlib

from support import BAD, GOOD, Case, check, report, run

FOUR = GOOD[:4]
PRETTY = [json.dumps(json.loads(x), indent=2) for x in FOUR]
CUT = GOOD[5][:80]
API = "https://gateway/v1/leads-opportunities"


def lines(*values):
    return "".join(json.dumps(value) + "\n" for value in values)


def base64_of(body):
    return base64.b64encode(body).decode()


def http_archive(*bodies, **content):
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "mitmproxy"}, "entries": [
        {"request": {"method": "POST", "url": API},
         "response": {"status": 201, "content": {"mimeType": "application/json", **content, **body}}}
        for body in bodies]}})


class Kinds(Case):
    def read(self, data, *args):
        """The records of a log, and its report."""
        path = self.write("log", data if isinstance(data, bytes) else data.encode())
        code, result, _ = report("--fail-on=bad,unjudged", *args, path)
        self.accounts(result)
        _, records, _ = check(*args, path)
        self.assertEqual(len(records), result["records"])
        for jobs in ["-j1", "-j3"]:
            self.assertEqual(check(jobs, *args, path)[1], records)
        return code, result, records

    def assert_four(self, data, *args, passed_over=0, more=()):
        """Four good ones, and then those of these verdicts."""
        code, result, records = self.read(data, *args)
        self.assertEqual([r["verdict"] for r in records], ["created"] * 4 + list(more))
        self.assertEqual((code, result["passed_over"]), (1 if more else 0, passed_over))
        return result, records

    def assert_bytes(self, data, records, bodies):
        """Each record is in the log where it is said to be."""
        data = data if isinstance(data, bytes) else data.encode()
        self.assertEqual([data[r["offset"]:r["offset"] + r["length"]].decode() for r in records], bodies)
        for record in records:
            self.assertEqual(record["line"], data.count(b"\n", 0, record["offset"]) + 1)

    def test_databases_with_backslashes(self):
        """COPY of PostgreSQL, mysql --batch, and E'...'."""
        bodies = [x.replace('"create"', json.dumps('"it\'s"\n\t\\')) for x in FOUR]
        escaped = [x.replace("\\", "\\\\") for x in bodies]
        rows = "".join("%d\t%s\t2\n" % (i, x) for i, x in enumerate(escaped))
        for data in ["COPY log (id, body, n) FROM stdin;\n%s\\.\n" % rows, "id\tbody\tn\n" + rows]:
            _, records = self.assert_four(data, passed_over=2 if "COPY" in data else 1)
            self.assert_bytes(data, records, escaped)
        quoted = [x.replace("'", "''") for x in escaped]
        data = "".join("INSERT INTO log VALUES (1, E'%s');\n" % x for x in quoted)
        _, records = self.assert_four(data)
        self.assert_bytes(data, records, quoted)
        _, out, _ = run("extract", "--format=ndjson", "--fields=action", self.write("log", data.encode()))
        self.assertEqual([json.loads(x)["action"] for x in out.splitlines()],
                         [json.loads(x)["action"] for x in bodies])
        # One that no table has is what it was.
        _, result, _ = self.read(escaped[0] + "\n")
        self.assertEqual(result["verdicts"]["malformed"], 1)

    def test_text_with_braces(self):
        for front in ["{traceId=abc, spanId=def} INFO resp ", "{ Status = 201, Body = ", '{app="x"} ',
                      'directive "location" has no opening "{" in x ', "$2 = '{\"a\",\"b c\"}' "]:
            data = "".join(front + x + "\n" for x in FOUR) + front[front.index(" "):] + "x\n"
            with self.subTest(front):
                _, records = self.assert_four(data, passed_over=1)
                self.assert_bytes(data, records, FOUR)

    def test_elements_that_are_no_objects(self):
        data = '[%s,null,%s,"",%s,\n1,\n%s]\n' % tuple(FOUR)
        self.assert_four(data, passed_over=3)

    def test_text_with_names_of_members(self):
        """Perhaps responses in a form that is not read: told, whatever else there is."""
        line = "INFO body={\\u0022dsLeadOpportunityId\\u0022:1}\n"
        data = "".join(x + "\n" for x in FOUR) + line + "INFO statusCode: 1\nINFO x\nstatusCode\n" + line[:-1]
        result, _ = self.assert_four(data, passed_over=5)
        self.assertEqual(result["passed_over_reasons"], {"api_member": 4, "no_object": 1})
        path = self.path("log")
        for words, code in [("bad,unjudged", 0), ("api_member", 1)]:
            self.assertEqual(run("audit", "--fail-on=" + words, path)[0], code)
        _, out, _ = run("audit", path)
        self.assertIn(b"No bad records among 4 records; passed over: 4 lines without an object that name "
                      b"members of the API.", b" ".join(out.split()))
        # Those that a document has on its line, or cut, are none.
        result, _ = self.assert_four("".join(x + "\n" for x in FOUR) + "statusCod\ne=\n", passed_over=2)
        self.assertEqual(result["passed_over_reasons"], {"no_object": 2})

    def test_terminal_colours(self):
        data = "".join("\x1b[32mINFO\x1b[0m [\x1b[36mapi\x1b[0m] response \x1b[1m%s\x1b[0m\n" % x for x in FOUR)
        data += "\x1b[31mERROR\x1b[0m down\n\x1b[32mINFO\x1b[0m \x1b[1m" + CUT + "\n"
        _, records = self.assert_four(data, passed_over=1, more=["truncated"])
        self.assert_bytes(data, records[:4], FOUR)
        data = "".join("\x1b[2m12:00\x1b[0m response {\x1b[0m\n".replace("{", x) for x in PRETTY)
        _, records = self.assert_four(data)
        self.assert_bytes(data, records, PRETTY)

    def test_syslog_with_octet_counts(self):
        """RFC 6587, 3.4.1: lengths in front of messages, which need no line ends."""
        frames = ["<14>1 2025-06-01T00:00:00Z host api 12 - - " + x for x in FOUR + [CUT, "started", BAD[0]]]
        for end in ["", "\n"]:
            data = "".join("%d %s" % (len(x + end), x + end) for x in frames)
            code, result, records = self.read(data)
            self.assertEqual([r["verdict"] for r in records],
                             ["created"] * 4 + ["truncated", "violation"])
            self.assert_bytes(data, records[:4], FOUR)
            self.assertEqual(result["passed_over"], 1 if end else 0)

    def test_chunks_of_gelf_datagrams_are_named(self):
        body = json.dumps({"version": "1.1", "short_message": FOUR[0]}).encode()
        for message in [body, zlib.compress(body), gzip.compress(body)]:
            half = len(message) // 2
            data = b"".join(b"\x1e\x0f" + b"12345678" + bytes([n, 2]) + part
                            for n, part in enumerate([message[:half], message[half:]]))
            code, result, records = self.read(data)
            self.assertEqual((code, records), (3, []))
            self.assertIn("GELF chunk", result["errors"][0]["error"])
        code, result, _ = self.read(zlib.compress(body))
        self.assertEqual(code, 3)
        self.assertIn("zlib", result["errors"][0]["error"])

    def test_splunk(self):
        rows = [{"preview": False, "offset": i, "result": {"_time": "2025-06-01", "_raw": x}}
                for i, x in enumerate(FOUR[:2] + ["INFO body=" + FOUR[2], "x " + PRETTY[3], "started"])]
        data = lines(*rows, {"preview": False, "lastrow": True})
        result, _ = self.assert_four(data, "--log=splunk", passed_over=2)
        self.assertEqual(result["passed_over_reasons"], {"no_response": 1, "no_object": 1})
        data = json.dumps({"preview": False, "results": [r["result"] for r in rows]})
        self.assert_four(data, "--log=splunk", passed_over=1)

    def test_kubectl_logs(self):
        data = "".join("[pod/api-5997d9c5cf-4vwl8/api] 2025-06-01T00:00:00.123456789Z %s\n" % x
                       for x in FOUR + ["started", CUT])
        _, records = self.assert_four(data, passed_over=1, more=["truncated"])
        self.assert_bytes(data, records, FOUR + [CUT])
        self.assert_four("".join("2025-06-01T00:00:00.123456789Z %s\n" % x for x in FOUR))

    def test_journal_exports(self):
        """Fields with line ends or control characters have a length of 64 bits in front."""
        def field(value):
            value = value.encode()
            return b"MESSAGE\n" + struct.pack("<Q", len(value)) + value + b"\n"

        def entry(message):
            return b"__CURSOR=s=1;i=1\n__REALTIME_TIMESTAMP=1751287006556789\n_PID=1\n" + message + b"\n"

        text = b"".join(entry(b"MESSAGE=" + x.encode() + b"\n") for x in FOUR)
        result, records = self.assert_four(text, passed_over=12)
        self.assert_bytes(text, records, FOUR)
        binary = b"".join(entry(field(x)) for x in PRETTY)
        _, records = self.assert_four(binary, passed_over=16)
        self.assert_bytes(binary, records, PRETTY)
        # Lengths whose first byte means something elsewhere.
        for first in b"\n{\x00[\" \r}\t":
            for more in [256, 512]:
                size = more + first
                bodies = [x + " " * (size - len(x)) for x in FOUR]
                data = b"".join(entry(field(x)) for x in bodies)
                self.assert_four(data, passed_over=16)
        # A hole is none of that.
        hole = FOUR[0].encode() + b"\nX\0\0\0\0\0\0\0" + FOUR[1].encode() + b"\n"
        _, _, records = self.read(hole)
        self.assertEqual([r["error"]["code"] for r in records if "error" in r], ["nul_bytes"])

    def test_heroku(self):
        rows = ["<190>1 2025-06-01T00:00:00.123456+00:00 host app web.1 - " + x for x in FOUR + [CUT]]
        data = "".join("%d %s\n" % (len(x) + 1, x) for x in rows)
        _, records = self.assert_four(data, "--log=heroku", more=["truncated"])
        self.assert_bytes(data, records, FOUR + [CUT])
        data = "".join("2025-06-01T00:00:00.123456+00:00 app[web.1]: %s\n" % x for x in FOUR)
        self.assert_four(data + "2025-06-01T00:00:01+00:00 heroku[web.1]: State changed\n", passed_over=1)

    def test_loki(self):
        values = [["1748736000000000000", "INFO " + x] for x in FOUR] + [["1748736000000000001", "started"]]
        data = json.dumps({"status": "success", "data": {"resultType": "streams", "result": [
            {"stream": {"app": "api"}, "values": values[:1]}, {"stream": {}, "values": values[1:]}]}})
        self.assert_four(data, "--log=loki", passed_over=1)
        data = lines(*({"labels": {"app": "api"}, "line": x, "timestamp": "2025-06-01T00:00:00Z"}
                       for _, x in values))
        self.assert_four(data, "--log=loki", passed_over=1)

    def test_application_insights(self):
        data = lines(*({"message": [{"raw": x, "loggerType": "ILogger", "severityLevel": "Information"}],
                        "internal": {"data": {"id": "1"}}, "context": {}} for x in FOUR + [BAD[0]]),
                     {"request": [{"id": "1"}], "internal": {}})
        self.assert_four(data, "--log=appinsights", more=["violation"], passed_over=1)
        data = json.dumps({"records": [{"time": "t", "Message": "Response: " + x, "Type": "AppTraces"}
                                       for x in FOUR]})
        self.assert_four(data, "--log=appinsights")

    def test_google(self):
        entry = {"insertId": "1", "logName": "projects/p/logs/stdout", "resource": {}, "severity": "INFO"}
        data = lines(*({**entry, "jsonPayload": json.loads(x)} for x in FOUR[:2]),
                     *({**entry, "textPayload": "response " + x} for x in FOUR[2:]),
                     {**entry, "protoPayload": {}}, {**entry, "textPayload": "started"})
        self.assert_four(data, "--log=gcp", passed_over=2)

    def test_execution_logs_of_api_gateways(self):
        """CloudWatch exports: what was asked, and each body twice."""
        def call(body):
            return ["Method request body before transformations: " + BAD[0],
                    "Endpoint response body before transformations: " + body,
                    "Method response body after transformations: " + body,
                    "Method completed with status: 201"]

        data = "".join("2025-06-01T00:00:00.123Z (8c0d7ac2-ea2b-4a1b-9f0b-1b7d3f8a2b1c) %s\n" % x
                       for body in FOUR for x in call(body))
        _, records = self.assert_four(data, "--match=Method response body", passed_over=12)
        self.assert_bytes(data, records, FOUR)
        cut = "2025-06-01T00:00:00.123Z (1) Method response body after transformations: %s [TRUNCATED]\n" % CUT
        self.assert_four(data + cut, "--match=Method response body", passed_over=12, more=["truncated"])

    def test_envoy(self):
        """Taps, with bodies as bytes or strings, and access logs that have the body."""
        def tap(**body):
            return json.dumps({"http_buffered_trace": {
                "request": {"headers": [{"key": ":path", "value": "/"}], "body": {"as_bytes": base64_of(b"{}")}},
                "response": {"headers": [{"key": ":status", "value": "201"}], "body": body}}}, indent=1) + "\n"

        data = "".join([tap(as_bytes=base64_of(x.encode()), truncated=False) for x in FOUR[:2]] +
                       [tap(as_string=x) for x in FOUR[2:]])
        self.assert_four(data + tap(), "--log=envoy", passed_over=1)
        data = lines(*({"response_code": 201, "path": "/", "response_body": x} for x in FOUR),
                     {"response_code": 204, "response_body": None})
        self.assert_four(data, "--at=/response_body", passed_over=1)
        data = "".join('[2025-06-01T00:00:00.000Z] "POST / HTTP/2" 201 - "%s"\n' % x.replace('"', '\\"')
                       for x in FOUR)
        self.assert_four(data)

    def test_http_archives(self):
        """Of mitmproxy and others: text, base64, and what is compressed."""
        raw = FOUR[3].encode()
        data = http_archive({"text": FOUR[0]}, {"text": base64_of(FOUR[1].encode()), "encoding": "base64"},
                            {"text": base64_of(gzip.compress(FOUR[2].encode())), "encoding": "base64"},
                            {"text": FOUR[3], "compression": 12})
        result, _ = self.assert_four(data)
        self.assertEqual(result["formats"], {"har": 4})
        # brotli is none that is undone: the entry is bad, and nothing is guessed.
        _, _, records = self.read(http_archive({"text": base64_of(b"\x8b\x2c\x80" + raw), "encoding": "base64"}))
        self.assertEqual([r["verdict"] for r in records], ["malformed"])

    def test_postman(self):
        def example(body):
            return {"name": "201", "code": 201, "_postman_previewlanguage": "json", "body": body}

        info = {"name": "c", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}
        data = json.dumps({"info": info, "item": [
            {"name": "create", "request": {"body": {"raw": "{}"}}, "response": [example(x) for x in FOUR]}]})
        self.assert_four(data, "--log=postman")
        data = json.dumps({"info": info, "item": [{"name": "folder", "item": [
            {"name": "create", "request": {}, "response": [example(x) for x in FOUR]}]}]})
        self.assert_four(data, "--log=postman")
        data = json.dumps({"collection": {}, "run": {"executions": [
            {"response": {"code": 201, "stream": {"type": "Buffer", "data": list(x.encode())}}} for x in FOUR]}})
        self.assert_four(data, "--log=newman")

    def test_insomnia(self):
        """Its exports have requests, not what came back: nothing is blamed on the API."""
        data = json.dumps({"_type": "export", "__export_format": 4, "__export_source": "insomnia.desktop.app",
                           "resources": [{"_type": "request", "_id": "req_1", "body": {"text": BAD[0]}},
                                         {"_type": "workspace", "_id": "wrk_1"}]})
        code, result, _ = self.read(data)
        self.assertEqual((code, result["records"], result["passed_over"]), (1, 0, 2))

    def test_elasticsearch(self):
        """Searches, dumps of a hit a line, and what the bulk API takes."""
        hits = [{"_index": "api", "_id": str(i), "_score": 1, "_source": json.loads(x)}
                for i, x in enumerate(FOUR)]
        self.assert_four(lines(*hits), "--log=elasticsearch")
        self.assert_four(json.dumps({"took": 1, "hits": {"total": 4, "hits": hits}}), "--log=elasticsearch")
        data = "".join(json.dumps({"index": {"_index": "api", "_id": str(i)}}) + "\n" + x + "\n"
                       for i, x in enumerate(FOUR))
        data += lines({"delete": {"_index": "api", "_id": "9"}}, {"create": {"_index": "api"}}) + CUT + "\n"
        for args in [[], ["--log=bulk"]]:
            _, records = self.assert_four(data, *args, passed_over=6, more=["truncated"])
            self.assert_bytes(data, records, FOUR + [CUT])


    def test_braces_of_curl(self):
        data = "".join("* Connected\n} [5 bytes data]\n{ [5 bytes data]\n< HTTP/2 201\n%s\n* Closing\n" % x
                       for x in FOUR)
        _, records = self.assert_four(data, passed_over=20)
        self.assert_bytes(data, records, FOUR)

    def test_archives_among_other_documents(self):
        archive = http_archive({"text": FOUR[1]}, {"text": FOUR[2]})
        for front in [FOUR[0] + "\n", "export of today\n" + FOUR[0], "INFO " + FOUR[0] + " har="]:
            for har in [archive, json.dumps(json.loads(archive), indent=2)]:
                data = front + har + "\n" + FOUR[3] + "\n"
                result, records = self.assert_four(data, passed_over=front.count("export"))
                self.assertEqual(result["formats"], {"har": 2})
                entry = data[records[1]["offset"]:][:records[1]["length"]]
                self.assertEqual(json.loads(entry)["response"]["content"]["text"], FOUR[1])
                self.assertEqual(records[1]["line"], data.count("\n", 0, records[1]["offset"]) + 1)
        code, result, _ = self.read(FOUR[0] + "\n" + http_archive())
        self.assertEqual((code, result["passed_over_reasons"]), (0, {"no_response": 1}))
        _, result, records = self.read(FOUR[0] + "\n" + archive[:-1] + "\n")
        self.assertEqual([r["verdict"] for r in records], ["created", "truncated"])

    def test_xml(self):
        """JMeter's results, log4j2's XMLLayout."""
        for pretty in [False, True]:
            bodies = [html.escape(x) for x in (PRETTY if pretty else FOUR)]
            for line_end in ["\n", "&#xd;\n", "&#10;"]:
                data = "<testResults>\n" + "".join(
                    '<httpSample rc="201"><responseData class="x">%s</responseData></httpSample>\n' %
                    x.replace("\n", line_end) for x in bodies) + "</testResults>\n"
                _, records = self.assert_four(data, passed_over=2)
                self.assertEqual(records[0]["offset"], data.index("{"))
        cut = html.escape(CUT) + "</m>\n"
        _, _, records = self.read("<m>" + cut + "<m>" + html.escape(BAD[0]) + "</m>")
        self.assertEqual([r["verdict"] for r in records], ["truncated", "violation"])

    def test_strings_of_databases_and_languages(self):
        rows = ["(%d,'%s')" % (i, x.replace('"', '\\"')) for i, x in enumerate(FOUR)]
        data = "INSERT INTO `log` VALUES %s;\n" % ",".join(rows)
        _, records = self.assert_four(data)
        self.assert_bytes(data, records, [x.replace('"', '\\"') for x in FOUR])
        # With characters that Python's strings have by their numbers: \xa0, \u2028, \U000e0001.
        quoted = FOUR[:3] + [FOUR[3].replace("OPPY", "caf\u00e9 it's \\\"{\\n 10\xa0\u20ac\u2028\U000e0001")]
        pretty = [json.dumps(json.loads(x), indent=2, ensure_ascii=False) for x in quoted]
        for bodies in [quoted, pretty]:
            self.assert_four("".join("body=%s took=1\n" % json.dumps(x) for x in bodies))
        for bodies in [FOUR, quoted, pretty]:
            for text in ["DEBUG body=%r\n", "('x', %r, 3)\n"]:
                self.assert_four("".join(text % x.encode() for x in bodies))
                self.assert_four("".join(text % (x,) for x in bodies))
        # What is JSON as it is needs nothing undone; what is cut costs no other.
        self.assert_four("".join("curl -d '%s' x\n" % x.replace("it's", "") for x in quoted))
        cut = "'%s' '%s'\n" % (quoted[3][:130].replace("\\", "\\\\").replace("'", "\\'"), FOUR[0])
        _, _, records = self.read(cut + "\n".join(FOUR) + "\n")
        self.assertEqual([r["verdict"] for r in records][-5:], ["created"] * 5)

    def test_documents_over_several_lines_in_containers(self):
        stamp = "2025-06-01T00:00:00.123456789Z"
        other = "INFO started"

        def docker(line, stream="stdout"):
            return json.dumps({"log": line + "\n", "stream": stream, "time": stamp}) + "\n"

        def cri(line, stream="stdout"):
            return "%s %s F %s\n" % (stamp, stream, line)

        for write in [docker, cri]:
            for front in ["", "INFO response: "]:
                data = write(other)
                for pretty in PRETTY:
                    for line in (front + pretty).split("\n"):
                        data += write(line) + write(other, "stderr")
                _, records = self.assert_four(data, passed_over=1 + 4 * PRETTY[0].count("\n") + 4)
                self.assertEqual([r["parts"] for r in records], [p.count("\n") + 1 for p in PRETTY])
            # What is cut ends with its line, and nothing else is lost.
            for cut in [CUT, CUT[:CUT.rindex(",") + 1]]:
                data = write(cut) + write(other) + write(FOUR[0]) + write(cut) + write(FOUR[1])
                _, _, records = self.read(data)
                self.assertEqual([r["verdict"] for r in records],
                                 ["truncated", "created", "truncated", "created"])

    def test_events_of_shippers(self):
        """They have a message, as a gateway's answer has."""
        events = [{"@timestamp": "x", "agent": {"type": "filebeat"}, "message": "INFO body=" + x}
                  for x in FOUR[:3] + [PRETTY[3]] + ["started", BAD[0]]]
        result, _ = self.assert_four(lines(*events), passed_over=1, more=["violation"])
        self.assertEqual(result["formats"], {"beats": 5})
        _, result, _ = self.read(lines(*[{"message": "Forbidden"}] * 4))
        self.assertEqual(result["advice"], [])

    def test_lines_of_azure(self):
        """In storage accounts each record is a line."""
        for body, code in [("backendResponseBody", "backendResponseCode"), ("responseBody", "responseCode")]:
            events = [{"category": "GatewayLogs", "properties": {code: 400, body: x}} for x in FOUR]
            for data in [lines(*events), json.dumps({"records": events})]:
                _, result, records = self.read(data, "--log=azure")
                self.assertEqual([r["verdict"] for r in records], ["created"] * 4)
                self.assertEqual(result["findings"][0]["kind"], "http_status_differs")
        self.assert_four(lines(*({"Type": "AppTraces", "Message": "got " + x} for x in FOUR)),
                         "--log=appinsights")

    def test_folders_of_postman(self):
        def example(body):
            return {"name": "x", "response": [{"code": 201, "body": body}]}
        items = [example(FOUR[0]), {"name": "folder", "item": [
            example(FOUR[1]), {"name": "folder", "item": [example(FOUR[2]), {"item": [example(FOUR[3])]}]}]}]
        self.assert_four(json.dumps({"info": {"name": "c"}, "item": items}, indent=1), "--log=postman")

    def test_utf16_behind_a_hole(self):
        data = "".join(x + "\r\n" for x in FOUR)
        for encoding in ["utf-16-le", "utf-16-be"]:
            for mark in ["", "\ufeff"]:
                for hole in [64, 512, 4097, 60000]:
                    _, _, records = self.read(("\0" * hole + mark + data).encode(encoding))
                    self.assertEqual([r["verdict"] for r in records], ["malformed"] + ["created"] * 4)
                    self.assertEqual((records[0]["error"]["code"], records[0]["length"]),
                                     ("nul_bytes", hole))


if __name__ == "__main__":
    unittest.main()
