"""Lines of JSON loggers look like a gateway's messages: the responses in them are judged, and no line
without one is taken for one."""

import json
import unittest

from logs_test import API, LOGS, call, har, lines
from support import BAD, GOOD, Case, check, report

FOUR = GOOD[:4]
NO_ACTION = GOOD[4].replace('"action":"create",', "")
CUT = GOOD[5][:90]
# What the logger of a language or framework writes beside a message.
LOGGERS = {
    "winston": {"level": "info", "timestamp": "2025-06-01T00:00:00Z"},
    "log4j2": {"instant": {"epochSecond": 1}, "thread": "main", "loggerName": "x", "endOfBatch": False},
    "logback": {"@timestamp": "x", "@version": "1", "logger_name": "x", "level_value": 20000},
    "python": {"asctime": "x", "levelname": "INFO", "name": "x"},
    "monolog": {"context": {}, "level": 200, "level_name": "INFO", "channel": "app"},
    "zap": {"severity": "INFO", "caller": "x"},
    "ecs": {"log.level": "INFO", "ecs.version": "1.2.0"},
}
# What gateways and frameworks answer.
MESSAGES = [
    {"message": "Too many requests, please try again later"},
    {"message": "No API key found in request", "request_id": "8d2c"},
    {"statusCode": 429, "message": "Rate limit is exceeded. Try again in 5 seconds."},
    {"timestamp": "2025-06-01T00:00:00Z", "status": 403, "error": "Forbidden", "message": "", "path": "/"},
    {"message": "Unexpected token } in {\"a\":1}} at position 7"},
    {"message": "dsLeadOpportunityId is missing, and so is {info}"},
    {"message": "The data was invalid.", "errors": {"partnerLeadOpportunityId": ["is required"]}},
    {"message": "Internal error", "error": {"statusCode": 500}},
]


class Loggers(Case):
    def read(self, data, *args):
        """Verdicts, what was passed over, the exit code and the report."""
        path = self.write("log", data.encode())
        code, result, err = report(*args, path)
        self.assertEqual(err, "")
        self.accounts(result)
        records = check(*args, path)[1]
        for jobs in ["-j1", "-j3"]:
            self.assertEqual(check(jobs, *args, path)[1], records)
        return [r["verdict"] for r in records], result["passed_over_reasons"], code, result

    def test_responses_in_their_text(self):
        for name, members in LOGGERS.items():
            with self.subTest(name):
                data = lines(*({**members, "message": text} for text in [
                    *FOUR[:2], "response " + FOUR[2], FOUR[3] + " took 3 ms", "started", "GET {id} {}",
                    "response " + NO_ACTION, CUT]))
                verdicts, passed_over, code, result = self.read(data)
                self.assertEqual(verdicts, ["created"] * 4 + ["violation", "truncated"])
                self.assertEqual((passed_over, code), ({"no_object": 2}, 1))
                self.assertEqual(result["formats"], {"beats" if name == "logback" else "logger": 6})

    def test_messages_of_gateways_stay_what_they_are(self):
        data = lines(*MESSAGES)
        self.assertEqual(self.read(data)[:3], (["message"] * len(MESSAGES), {}, 0))
        for wrapped in [lines(*({"log": json.dumps(x) + "\n", "stream": "stdout"} for x in MESSAGES)),
                        "".join("INFO %s\n" % json.dumps(x) for x in MESSAGES)]:
            self.assertEqual(self.read(wrapped)[:3], (["message"] * len(MESSAGES), {}, 0))

    def test_start_up_lines_are_no_records(self):
        data = lines(*[{"level": "INFO", "logger": "x", "message": "Started in 3 s"}] * 20)
        verdicts, passed_over, code, result = self.read(data)
        self.assertEqual((verdicts, passed_over, code), ([], {"no_object": 20}, 1))
        self.assertEqual(result["advice"][1], "Of the first 20 looked at none holds a response.")
        self.assertEqual(self.read(data + FOUR[0] + "\n")[:3], (["created"], {"no_object": 20}, 0))

    def test_in_envelopes(self):
        """Of containers, shippers and searches, and of other loggers."""
        def line(text):
            return json.dumps({"level": "info", "message": text})

        wrong = [line("r " + NO_ACTION), line("r " + CUT), line("started"), line(line("r " + FOUR[0])),
                 json.dumps({"message": "r " + FOUR[1]})]
        docker = lines(*({"log": x + "\n", "stream": "stdout"} for x in wrong))
        cloudwatch = json.dumps({"messageType": "DATA_MESSAGE", "logGroup": "g", "logEvents": [
            {"id": "1", "message": x} for x in wrong]})
        for data, args in [
                (docker, []), (cloudwatch, []), ("".join(x + "\n" for x in wrong), []),
                ("".join(x + "\n" for x in wrong), ["--records=ndjson"]),
                ("".join("2025-06-01 INFO %s\n" % x for x in wrong), []),
                ("1,x\n" + "".join('1,"%s"\n' % x.replace('"', '""') for x in wrong), []),
                (lines(*({"__CURSOR": "x", "__REALTIME_TIMESTAMP": "1", "MESSAGE": x} for x in wrong)), []),
                (lines(*({"@timestamp": "x", "message": x} for x in wrong)), []),
                (lines(*({"_index": "i", "_source": json.loads(x)} for x in wrong)), ["--log=elasticsearch"]),
                (lines(*({"jsonPayload": json.loads(x)} for x in wrong)), ["--log=gcp"]),
                (lines(*({"result": {"_raw": x}} for x in wrong)), ["--log=splunk"]),
                (lines(*({"line": x} for x in wrong)), ["--log=loki"]),
                (lines(*({"a": [x]} for x in wrong)), ["--at=/a/0"])]:
            with self.subTest(data[:60]):
                verdicts, passed_over, code, _ = self.read(data, *args)
                self.assertEqual(verdicts, ["violation", "truncated", "created", "created"])
                self.assertEqual((passed_over["no_object"], code), (2 if data.startswith("1,x") else 1, 1))

    def test_of_every_logger_in_envelopes(self):
        """What a logger was given may be an object, as in Lambda's logs, and is no response otherwise."""
        for name in ["message", "msg", "event"]:
            def line(value, **more):
                return json.dumps({"level": 30, "time": 1, name: value, **more})

            texts = ["r " + FOUR[0], FOUR[1], json.loads(FOUR[2]), json.loads(NO_ACTION), "r " + CUT, line(FOUR[3]),
                     "started", {"port": 80}, None]
            data = [*map(line, texts), line({"request": 1, "response": json.loads(FOUR[0])}),
                    line("sent", body=json.loads(FOUR[0]))]
            for log in ["".join(x + "\n" for x in data), "".join("12:00 INFO %s\n" % x for x in data),
                        lines(*({"log": x + "\n", "stream": "stdout"} for x in data)),
                        lines(*({"a": x} for x in data)), lines(*({"a": json.loads(x)} for x in data))]:
                with self.subTest(log[:70]):
                    args = ["--at=/a"] if log.startswith('{"a":') else []
                    verdicts, passed_over, code, _ = self.read(log, *args)
                    self.assertEqual(verdicts, ["created"] * 3 + ["violation", "truncated", "created"])
                    self.assertEqual(passed_over["response_elsewhere"], 2)
                    self.assertEqual((sum(passed_over.values()), code), (5, 1))

    def test_objects_that_are_no_loggers(self):
        """Whatever was opened in front of them in the same record; nor is every record the platform's."""
        line, other = {"level": "info", "message": "got " + FOUR[0]}, {"a": 1}
        for items, expected in [([line, other], ["created", "violation"]), ([other, line], ["violation", "created"])]:
            self.assertEqual(self.read(json.dumps({"items": items}), "--at=/items/*")[0], expected)
        self.assertEqual(self.read(lines({"time": "t", "type": "lead", "record": {"id": 5}}))[:3],
                         (["violation"], {}, 1))
        # Of a line in a line the object is opened, too.
        self.assertEqual(self.read(lines({"level": 30, "msg": {"level": 30, "msg": "r " + FOUR[0]}}))[0], ["created"])
        # A request has ids, too.
        data = lines(*({"properties": {"requestBody": x, "backendResponseBody": y}} for x, y in [
            (FOUR[0], None), (FOUR[0], FOUR[1])]))
        self.assertEqual(self.read(data, "--log=azure")[:3], (["created"], {"no_response": 1}, 0))
        data += lines({"properties": {"requests": [{"response": {"body": FOUR[2]}}]}})
        self.assertEqual(self.read(data, "--log=azure")[1:3], ({"no_response": 1, "response_elsewhere": 1}, 1))

    def test_responses_beside_the_message(self):
        """They are not judged, and that is said."""
        for members in [{"level": "error"}, {}, {"@timestamp": "x"}]:
            for body in [NO_ACTION, CUT, json.loads(NO_ACTION), [{"x": "got " + FOUR[0]}]]:
                rest = lines(*[{"message": "response", "http": {"body": body}, **members}] * 3)
                verdicts, passed_over, code, result = self.read("".join(x + "\n" for x in FOUR) + rest)
                self.assertEqual((verdicts, passed_over, code),
                                 (["created"] * 4, {"response_elsewhere": 3}, 1))
                at = "/http/body" + ("/*/x" if isinstance(body, list) else "")
                self.assertIn("%s holds a response in 100.00 %% of the first 3 with" % at, result["advice"][1])
                self.assertEqual(self.read(rest)[:3], ([], {"response_elsewhere": 3}, 1))
        # It is known where a log has it: others in it are none.
        self.assertEqual(self.read(rest + LOGS["docker"], "--fail-on=bad,findings")[2], 0)
        out = lines({"_type": "export", "__export_format": 4, "resources": [{"body": {"text": GOOD[0]}}]})
        self.assertEqual(self.read(FOUR[0] + "\n" + out)[:3], (["created"], {"no_response": 1}, 0))

    def test_another_pointer_of_a_log(self):
        """Each element is looked at where others have nothing that is judged."""
        def events(first, second):
            pairs = [(FOUR[0], None), ("", FOUR[1]), ("sent", "got " + NO_ACTION), ("sent", "to"), (None, None)]
            return [{first: a, second: b} for a, b in pairs]

        expected = ["created", "created", "violation"]
        self.assertEqual(self.read(lines(*events("short_message", "full_message")), "--log=gelf")[:3],
                         (expected, {"no_object": 1, "no_response": 1}, 1))
        azure = [{"properties": x} for x in events("backendResponseBody", "responseBody")]
        for data in [lines(*azure), json.dumps({"records": azure})]:
            self.assertEqual(self.read(data, "--log=azure")[:3],
                             (expected, {"no_object": 1, "no_response": 1}, 1))
        # Several in a string are at one place.
        data = json.dumps({"results": json.dumps([{"_raw": x} for x in FOUR])})
        self.assertEqual(self.read(data, "--log=splunk")[:3], (["created"] * 4, {}, 0))
        # The whole record is one place, whatever is found in its parts.
        both = json.dumps({"records": azure, "properties": {"responseBody": FOUR[3]}})
        verdicts, _, _, _ = self.read(both, "--log=azure")
        self.assertEqual(sorted(verdicts), ["created"] * 3 + ["violation"])

    def test_previews_of_searches(self):
        rows = [{"preview": True, "result": {"_raw": FOUR[0]}}, {"preview": False, "result": {"_raw": FOUR[0]}},
                {"result": {"_raw": FOUR[1]}}]
        self.assertEqual(self.read(lines(*rows), "--log=splunk")[:3],
                         (["created"] * 2, {"no_response": 1}, 0))

    def test_calls_of_other_addresses(self):
        """A proxy's address, or a page's that shows what the API has."""
        bodies = [FOUR[0], NO_ACTION, CUT, GOOD[6].replace(":", " ", 1), '{"message":"of others"}', '{"a":1}',
                  '{"info":{"title":"x"}}', '{"partnerLeadOpportunityId":"a","lead":{}}', '{"a":']
        expected = ["created", "violation", "truncated", "malformed"]
        for url in ["https://gateway.corp/crm/v2/leads", API]:
            for mime in ["application/json", "text/plain"]:
                method = "POST" if url != API else "GET"
                data = har(*(call(x, method=method, url=url, mime=mime) for x in bodies))
                verdicts, passed_over, code, result = self.read(data)
                message = ["message"] * (mime != "text/plain")
                self.assertEqual((verdicts, passed_over, code),
                                 (expected + message, {"other_call": 5 - len(message)}, 1))
        self.assertIn("HTTP archives", result["advice"][0])
        page = '<script>x={"dsLeadOpportunityId":1</script>'
        data = har(call(page, method="GET", mime="text/html"), call("x={}", method="GET", mime="text/javascript"),
                   call("\ufeff" + FOUR[0]), call(FOUR[1], method="PATCH"), call(page))
        self.assertEqual(self.read(data)[:2], (["created"] * 2 + ["malformed"], {"other_call": 2}))
        encoded = "https://proxy/?u=https%3A%2F%2Fapi%2Fleads%2Dopportunities"
        self.assertEqual(self.read(har(call("{}", url=encoded)))[0], ["violation"])

    def test_an_option_is_advised_once(self):
        rows = [{"response": {"text": x}} for x in FOUR] + [{"response": {"text": BAD[0]}}]
        _, _, _, result = self.read(lines(*rows))
        self.assertEqual(len(result["advice"]), 2)


if __name__ == "__main__":
    unittest.main()
