"""Every command of docs/logs.md, run on a log of its kind: each finds the four responses in it."""

import json
import os
import re
import shlex
import subprocess
import unittest
import zipfile

from support import GOOD, LEADSCAN, WORKSPACE, Case
from logs_test import API, LOGS, base64_of, lines

FOUR = GOOD[:4]
PRETTY = [json.dumps(json.loads(x), indent=2) for x in FOUR]
TEXT = "".join(x + "\n" for x in FOUR)
REQUEST = '{"partner": 1}'


def exchange(body):
    return {"request": {"url": API, "body": REQUEST}, "response": {"status": 201, "body": body}}


def buffer(body):
    return {"response": {"code": 201, "stream": {"type": "Buffer", "data": list(body.encode())}}}


# By a word of the row in which the recipe is. None: follow_test.py has it.
FIXTURES = {
    "NDJSON": ["".join(FOUR[:2]) + "\n\x1e" + FOUR[2] + "\n[" + PRETTY[3] + "]\n"],
    "application logs": ["".join("\x1b[32mINFO\x1b[0m response: %s took=3\n" % x for x in FOUR)],
    "syslog with octet": ["".join("%d %s" % (len(x) + 5, "<14> " + x) for x in FOUR)],
    "only some lines": ["".join("request body: %s\nresponse body: %s\n" % (REQUEST, x) for x in FOUR)],
    "lines of JSON loggers": [LOGS["logger"]],
    "of those whose text is": ["".join(
        LOGS["pino"].splitlines(True)[:2] + LOGS["structlog"].splitlines(True)[2:])],
    "as an object": [lines(*({"level": "INFO", "requestId": "r", "message": json.loads(x)} for x in FOUR[:2]),
                          *({"log": json.dumps({"level": 30, "msg": json.loads(x)}) + "\n", "stream": "stdout"}
                            for x in FOUR[2:]))],
    "in another member": [lines(*({"level": "info", "message": "response", "body": x} for x in FOUR))],
    "Docker's": [LOGS["docker"]],
    "Kubernetes (CRI)": [LOGS["cri"]],
    "being written": None,
    "Filebeat": [LOGS["beats"]],
    "journalctl": [LOGS["journald"]],
    "CloudWatch": [LOGS["cloudwatch"]],
    "filter-log-events": [json.dumps({"events": [{"message": x} for x in FOUR]}, indent=4)],
    "API Gateway, exported": ["".join(
        "(id) Method request body before transformations: %s\n(id) Method response body after "
        "transformations: %s\n" % (REQUEST, x) for x in FOUR)],
    "CloudTrail": [LOGS["cloudtrail"]],
    "Firehose": ["".join(json.dumps({"attemptsMade": 1, "rawData": base64_of(x), "EventId": "1"})
                         for x in FOUR)],
    "Lambda": [LOGS["lambda"]],
    "Azure": [LOGS["azure"]],
    "Application Insights": [lines(*({"message": [{"raw": "got " + x}], "internal": {}} for x in FOUR))],
    "Google": [LOGS["gcp"], LOGS["pubsub"]],
    "Elasticsearch": [LOGS["elasticsearch"]],
    "bulk": ["".join('{"index":{"_index":"i"}}\n%s\n' % x for x in FOUR)],
    "Splunk": [LOGS["splunk"], lines(*({"labels": {}, "line": "INFO " + x, "timestamp": "t"} for x in FOUR)),
               LOGS["gelf"]],
    "Kong": [LOGS["kong"], LOGS["apisix"], LOGS["tyk"], "".join(json.dumps(
        {"http_buffered_trace": {"response": {"headers": [], "body": {"truncated": False,
                                                                      "as_bytes": base64_of(x)}}}},
        indent=1) + "\n" for x in FOUR)],
    "nginx, escape": [LOGS["nginx"]],
    "nginx, in a JSON": ["".join('{"status":201,"body":"%s"}\n' % x.replace('"', "\\x22") for x in FOUR)],
    "Envoy, in a JSON": [lines(*({"response_code": 201, "response_body": x} for x in FOUR))],
    "CSV": [LOGS["csv"]],
    "several columns": ["request,body\n" + "".join(
        '"{""a"":1}","%s"\n' % x.replace('"', '""') for x in FOUR)],
    "dumps": ["INSERT INTO `log` VALUES %s;\n" % ",".join(
        "(1,'%s')" % x.replace('"', '\\"') for x in FOUR)],
    "JMeter": ["<Events>\n%s</Events>\n" % "".join(
        "<Message>%s</Message>\n" % x.replace('"', "&quot;") for x in FOUR)],
    "HAR": [LOGS["har"]],
    "Fiddler": [[("raw/%d_%s.txt" % (i, kind), "HTTP/1.1 201 Created\r\n\r\n" + body)
                 for i, x in enumerate(FOUR) for kind, body in [("c", REQUEST), ("s", x)]]],
    "curl -v": ["".join("{ [5 bytes data]\n< HTTP/2 201\n<\n%s\n} [5 bytes data]\n" % x for x in FOUR)],
    "WireMock": [json.dumps({"requests": [exchange(x) for x in FOUR], "meta": {"total": 4}}, indent=2)],
    "newman": [json.dumps({"run": {"executions": [buffer(x) for x in FOUR]}}), json.dumps(
        {"info": {}, "item": [{"response": [{"code": 201, "body": x}]} for x in PRETTY]})],
    "any other": [lines(*({"path": [{"to": {"body": x}}, {"to": {}}]} for x in FOUR))],
}


def recipes():
    """The rows of the page: what log it is, and its commands; of short ones only --log is given."""
    with open(os.path.join(WORKSPACE, "docs/logs.md")) as file:
        rows = re.findall(r"^\| (.+?) \| (`.+`) \|$", file.read(), re.M)
    for log, commands in rows:
        yield log, [command if command.startswith("leadscan") else "leadscan audit %s FILE" % command
                    for command in re.findall(r"`([^`]+)`", commands)]


class Recipes(Case):
    def test_each_finds_all(self):
        tried = set()
        for log, commands in recipes():
            names = [name for name in FIXTURES if name in log]
            # The longest name is the row's own: others have a word of it.
            name = max(names, key=len, default=None)
            self.assertIsNotNone(name, log)
            tried.add(name)
            fixtures = FIXTURES[name]
            if fixtures is None:
                continue
            self.assertEqual(len(commands), len(fixtures), log)
            for command, fixture in zip(commands, fixtures):
                with self.subTest(command, log=log):
                    path = self.path("log")
                    if isinstance(fixture, list):
                        with zipfile.ZipFile(path, "w") as archive:
                            for member, text in fixture:
                                archive.writestr(member, text)
                    else:
                        self.write("log", fixture.encode())
                    words = [path if word == "FILE" else word for word in shlex.split(command)]
                    done = subprocess.run([LEADSCAN, *words[1:], "--json", "--fail-on=bad,unjudged"],
                                          stdout=subprocess.PIPE, check=False)
                    report = json.loads(done.stdout)
                    self.assertEqual((done.returncode, report["verdicts"]["created"], report["bad"],
                                      report["advice"]), (0, 4, 0, []))
        self.assertEqual(tried, set(FIXTURES))


if __name__ == "__main__":
    unittest.main()
