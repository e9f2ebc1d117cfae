"""An independent reader agrees with the command on mixtures of everything that logs are made of."""

import html
import json
import os
import random
import re

from support import BIG, BAD, GOOD, Case, check, report, unittest
from log_verdicts import Audit

FAILURE = '{"info":{"success":false,"statusCode":400},"data":null,"errors":[{"code":"E","message":"} {"}]}'
OTHERS = [FAILURE, '{"message":"Forbidden"}', '{"a":{"b":[1,"x{y",true,null],"c":{}},"d":-1.5e3}', '{"a":{}}',
          '{"u":"caf\u00e9 \u20ac \\u00e9","e":"\\"q\\" \\\\ \\n {\\"x\\":1}"}', '{"x":[[],[{}],{"y":[]}]}']
# Lines of loggers, and messages that a gateway may have written.
MESSAGES = [json.dumps(x) for x in (
    {"level": "info", "message": "started"}, {"level": "info", "message": "response %s done" % GOOD[1]},
    {"severity": "INFO", "message": GOOD[2][:90]}, {"message": "got " + GOOD[3]},
    {"logger": "a", "message": "up", "body": json.loads(GOOD[4])},
    {"message": "got", "n": [{"b": GOOD[5][:100]}]}, {"@timestamp": "x", "message": "{} of " + GOOD[7] + GOOD[8]},
    {"level": "info", "message": json.dumps({"level": "info", "message": "%s and %s" % (GOOD[6], GOOD[9])})},
    {"message": 'no {braces} {"a":1}'}, {"message": "late", "timestamp": "x", "status": 403, "info": None},
    {"message": "late", "timestamp": "x", "status": 403},
    {"level": 30, "msg": "response %s done" % GOOD[1]}, {"level": 30, "msg": "up", "body": json.loads(GOOD[4])},
    {"level": "info", "message": json.loads(GOOD[2])}, {"level": "info", "message": {"a": 1}},
    {"logger": "a", "event": {"body": json.loads(GOOD[3])}}, {"level": 30, "msg": None},
    {"level": "info", "message": json.dumps({"level": 30, "msg": json.dumps({"level": 1, "event": json.loads(GOOD[7])})})},
    {"level": 30, "msg": {"dsLeadOpportunityId": "a", "info": {}}}, {"level": 30, "event": {"level": 1, "msg": GOOD[5][:80]}})]
TEXT = ["server started", 'directive "location" has no opening "{" in x:12', "$2 = '{\"a\",\"b c\"}'", "{a=b, c=d}",
        "body: dsLeadOpportunityId=%7B", "statusCode=201", "[2025-06-01 12:00:00] x", "12:00 x", "null",
        "server stopped", "12:00:00 INFO [main] ready", "{context} no object", "at com.example.F(F.java:12)",
        "<html><body>502</body></html>", "user {} logged in", "k=v, m={n}", "[2025-06-01] up", "\u00e9t\u00e9",
        "GET /a/{id} 200", "-----", '"quoted"', "a: b", "x,", "}", "  indented"]
PREFIXES = ["{traceId=abc} INFO ", "{ Status = 201, Body = ", 'a="\\"{" ', "[1] ", "1719748800 ", "12:00:00 INFO ", "[main] response: ", "2025-06-01T00:00:00Z stdout F ", "ts={a} body=", "\t> ",
            "\x1b[32mINFO\x1b[0m ", "<165>1 2025-06-01T00:00:00Z h app - - - ", "3:", "x {} ", "(a, b) "]
SUFFIXES = [" took=3ms", " {}", ";", " [ok]", "\x1b[0m", ",", " \t", " )"]


class Mixture:
    """A log, from a generator of random numbers."""

    def __init__(self, rng):
        self.rng = rng
        self.end = rng.choice(["\n", "\n", "\n", "\r\n"])
        pieces = [rng.choice(self.KINDS)(self) for _ in range(rng.randrange(1, 8))]
        text = "".join(pieces)
        if rng.random() < 0.2:
            text = text.rstrip("\r\n")
        if rng.random() < 0.05:
            text = "\ufeff" + text
        self.data = text.encode()
        if self.data and rng.random() < 0.15:
            self.data = self.damage(self.data)
        # What begins so is UTF-16 as a whole.
        if re.match(rb"\0*(?:(?:[^\0]\0){2}|(?:\0[^\0]){2})", self.data):
            self.data = b"log\n" + self.data

    def document(self):
        return self.rng.choice(self.rng.choice([GOOD[:20], GOOD[:20], OTHERS, OTHERS, MESSAGES]))

    def some(self, most=4):
        return [self.document() for _ in range(self.rng.randrange(1, most + 1))]

    def lines(self):
        return "".join(x + self.end for x in self.some())

    def concatenated(self):
        return self.rng.choice(["", " ", "  "]).join(self.some()) + self.end

    def array(self):
        comma = self.rng.choice([",", ", ", "," + self.end, self.end + ", "])
        inner = comma.join(self.some())
        return self.rng.choice(["[%s]", "[\n%s\n]", " [ %s ] "]) % inner + self.end

    def faulty_array(self):
        comma = self.rng.choice([",", ",\n"])
        return self.rng.choice(["[%s,]", "[%s", "[,%s]", "[%s,,%s]", "[%s %s]", "[[%s],[%s]]"]).replace(
            "%s", comma.join(self.some())) + self.end

    def sequence(self):
        return "".join("\x1e" + x + self.rng.choice(["\n", ""]) for x in self.some()) + self.end

    def prefixed(self):
        return "".join(self.rng.choice(PREFIXES) + x + self.end for x in self.some())

    def suffixed(self):
        return "".join(self.rng.choice(["", *PREFIXES]) + x + self.rng.choice(SUFFIXES) + self.end
                       for x in self.some())

    def several_on_a_line(self):
        return self.rng.choice([" and ", " | ", "", "; "]).join(
            self.rng.choice(["", *PREFIXES]) + x for x in self.some(3)) + self.end

    def indented(self):
        value = json.loads(self.document())
        text = json.dumps(value, indent=self.rng.choice([0, 1, 2, 4, "\t"]), ensure_ascii=False)
        return text.replace("\n", self.end)

    def pretty(self):
        return "".join(self.indented() + self.rng.choice([self.end, self.end, "", ","])
                       for _ in range(self.rng.randrange(1, 4)))

    def pretty_prefixed(self):
        return "".join(self.rng.choice(PREFIXES) + self.indented() +
                       self.rng.choice(["", "", *SUFFIXES]) + self.end
                       for _ in range(self.rng.randrange(1, 4)))

    def cut(self):
        x = self.document()
        x = x[:self.rng.randrange(1, len(x))]
        behind = self.rng.choice([self.end, self.end, "", self.end + "  at f()" + self.end])
        return self.rng.choice(["", "", *PREFIXES]) + x + behind

    def cut_pretty(self):
        x = self.indented()
        if self.rng.random() < 0.3 and ":" in x:
            at = self.rng.choice([i for i, c in enumerate(x) if c == ":"])
            return x[:at + 1] + self.end + self.rng.choice([self.indented() + self.end, "", ""])
        return self.rng.choice(["", *PREFIXES]) + x[:self.rng.randrange(1, len(x))] + self.end

    def cut_list(self):
        """One that is printed, of documents with arrays, without some of its lines."""
        values = [{**json.loads(x), "tags": [1, {"a": 1}, [{}], "x"]} for x in self.some(5)]
        text = json.dumps(values, indent=self.rng.choice([1, 2, 4, "\t"]), ensure_ascii=False).split("\n")
        at = self.rng.randrange(len(text))
        del text[at:at + self.rng.randrange(30)]
        return self.end.join(text) + self.end

    def cut_in_arrays(self):
        """With a comma behind each line, or none."""
        indent = self.rng.choice(["", "", " ", "\t"])
        comma = self.rng.choice([",", ",", ""])
        cut = ['{"tags":[1,2,', '{"tags":[', '{"a":[1 2', '{"a":["x"... (truncated)', '{"a":[[{},', '{"a":[\n  {}']
        return "".join(indent + self.rng.choice([x, x, self.rng.choice(cut)]) + comma + self.end
                       for x in self.some(6))

    def broken(self):
        x = self.rng.choice([self.document(), self.document(), self.indented(), self.rng.choice(BAD)])
        at = self.rng.randrange(len(x))
        x = x[:at] + self.rng.choice(['"', "}", "{", ",", ":", "]", "[", "x", "", " ", "\\"]) + \
            x[at + self.rng.randrange(2):]
        return self.rng.choice(["", "", *PREFIXES]) + x + self.end

    def nuls(self):
        return "\0" * self.rng.choice([1, 1, 2, 5, 50]) + self.rng.choice(["", self.end])

    def between_nuls(self):
        return "\0".join(self.some()) + "\0"

    def text(self):
        return "".join(self.rng.choice(TEXT) + self.end for _ in range(self.rng.randrange(1, 5)))

    def blank(self):
        return self.rng.choice(["\n", "\r\n", " \n", "\t\r\n", "\n\n\n", "{}\n", " {} \n", "\ufeff", ",\n"])

    def docker(self):
        text = self.rng.choice(["", *PREFIXES]) + self.rng.choice([*self.some(), *TEXT]) + "\n"
        return json.dumps({"log": text, "stream": "stdout", "time": "2025-06-01T00:00:00Z"}) + self.end

    def journald(self):
        message = self.rng.choice([self.document(), self.rng.choice(TEXT), None])
        return json.dumps({"__CURSOR": "s=1", "__REALTIME_TIMESTAMP": "1", "MESSAGE": message}) + self.end

    def cri(self):
        return "2025-06-01T00:00:00.0Z %s F %s%s" % (
            self.rng.choice(["stdout", "stderr"]), self.rng.choice([self.document(), *TEXT[:3]]), self.end)

    def nginx(self):
        return '10.0.0.1 - "POST / HTTP/1.1" 201 "%s" 0.1%s' % (
            self.document().replace("\\", "\\x5C").replace('"', "\\x22"), self.end)

    def logfmt(self):
        return 'level=info body=%s took=1%s' % (json.dumps(self.document(), ensure_ascii=False), self.end)

    def markup(self):
        """As in XML."""
        return "".join("<m n='1'>%s%s</m>%s" % (self.rng.choice(["", *PREFIXES[:2]]), html.escape(
            self.rng.choice([x, self.indented()])), self.end) for x in self.some(2))

    def dump(self):
        """As mysqldump has strings."""
        rows = ["(1,'%s')" % x.replace("\\", "\\\\").replace('"', '\\"').replace("'", "\\'")
                for x in self.some()]
        return "INSERT INTO `log` VALUES %s;%s" % (",".join(rows), self.end)

    def copied(self):
        """As PostgreSQL copies rows."""
        return "".join("%d\t%s%s%s" % (i, x.replace("\\", "\\\\"), self.rng.choice(["", "\tx"]), self.end)
                       for i, x in enumerate(self.some()))

    def postgres(self):
        return "".join("INSERT INTO log VALUES (1, E'%s');%s" % (
            x.replace("\\", "\\\\").replace("'", "''"), self.end) for x in self.some(2))

    def elements(self):
        """Not all of them documents."""
        comma = self.rng.choice([",", ", ", "," + self.end])
        return "[%s]%s" % (comma.join(self.rng.choice([x, x, "null", '""', "12", '"a, b"'])
                                      for x in self.some(6)), self.end)

    def python(self):
        return "".join("DEBUG %r%s" % (self.rng.choice([x, self.indented()]).encode(), self.end)
                       for x in self.some(2))

    def curl(self):
        return "".join("{ [5 bytes data]%s%s%s} [5 bytes data]%s" % (
            self.end, x, self.rng.choice(["", self.end]), self.end) for x in self.some(2))

    def monolog(self):
        extra = ['{"uid":"a1"}', '{"url":"/x","ip":"10.0.0.1"}', "[]", "{}", "[] []"]
        return "".join("[2025-06-01T00:00:00+00:00] app.INFO: got %s %s%s" % (
            x, self.rng.choice([*extra, self.document()]), self.end) for x in self.some(3))

    def appended(self):
        """By PowerShell, in UTF-16."""
        lines = "".join(self.rng.choice(["", "", *PREFIXES]) + json.dumps(
            json.loads(x), indent=self.rng.choice([None, None, 2])) + self.end for x in self.some(3))
        if self.rng.random() < 0.2:
            lines = lines[:self.rng.randrange(len(lines))]
        return "".join(c + "\0" for c in lines)

    def csv(self):
        return "".join('1,"%s",x%s' % (x.replace('"', '""'), self.end) for x in self.some(2))

    def envelopes(self):
        """For --at=/body; others are passed over then."""
        body = self.rng.choice([
            self.document(), json.loads(self.document()), None, self.rng.choice(TEXT), 7,
            self.rng.choice(PREFIXES) + self.document() + self.document(),
            self.document()[:self.rng.randrange(60)], self.indented()])
        text = json.dumps({"status": 201, "body": body, "z": [1]},
                          indent=self.rng.choice([None, None, 2]))
        return self.rng.choice(["", "", *PREFIXES]) + text + self.rng.choice([self.end, ""])

    def strings(self):
        return json.dumps(json.dumps({"body": self.document()})) + self.end

    def damage(self, data):
        """As disks and transports do it."""
        at = self.rng.randrange(len(data))
        if data.startswith(b"\xef\xbb\xbf"):  # a part of a mark is no text
            at = max(at, 3)
        end = at + self.rng.randrange(40)
        damaged = data[:at] + self.rng.choice(
            [b"", b"", b"\0" * (end - at), b"\n", b"{", b'"', b"}"]) + data[end:]
        # Nor is such a part with nothing but NULs.
        return damaged if damaged.strip(b"\0\xef\xbb\xbf") or not damaged.strip(b"\0") else data

    KINDS = [lines, concatenated, array, faulty_array, sequence, prefixed, suffixed, several_on_a_line, pretty,
             pretty_prefixed, cut, cut_pretty, cut_list, cut_in_arrays, broken, broken, nuls, between_nuls, text, blank, docker,
             journald, cri, nginx, logfmt, csv, envelopes, strings, markup, dump, python, curl,
             copied, postgres, elements, monolog, appended]


class Mixtures(Case):
    BATCH = 500

    def differences(self, paths, args, at):
        """Of a batch of files: what the command says otherwise than the reader does."""
        found = {path: [] for path in paths}
        for record in check(*args, self.folder)[1]:
            found[record["file"]].append(
                (record["offset"], record["length"], record["line"], record["verdict"]))
        _, result, errors = report(*args, self.folder)
        self.assertEqual(errors, "")
        self.accounts(result)
        none = {"no_object": 0, "no_response": 0, "response_elsewhere": 0, "api_member": 0}
        wrong, passed_over, in_records, size = [], dict(none), 0, 0
        for path in paths:
            with open(path, "rb") as file:
                data = file.read()
            expected = Audit(data, at)
            for reason in passed_over:
                passed_over[reason] += expected.passed_over[reason]
            in_records += sum(length for _, length, _, _ in expected.records)
            size += len(data)
            if found[path] != expected.records:
                wrong.append((data, expected.records, found[path]))
        if wrong:
            return wrong
        reasons = {**none, **result["passed_over_reasons"]}
        if (reasons, result["bytes"]["in_records"], result["bytes"]["read"]) == (
                passed_over, in_records, size):
            return []
        if len(paths) > 1:  # which one is it?
            logs = []
            for path in paths:
                with open(path, "rb") as file:
                    logs.append((path, file.read()))
            for path, data in logs:
                self.clear()
                self.write(os.path.basename(path), data)
                one = self.differences([path], args, at)
                if one:
                    return one
        with open(paths[0], "rb") as file:
            return [(file.read(), passed_over, reasons)]

    def agrees(self, seed, count, at):
        args = [] if at is None else ["--at=/" + at]
        rng = random.Random(seed)
        wrong = []
        for _ in range(0, count, self.BATCH):
            self.clear()
            paths = [self.write("%05d.log" % i, Mixture(rng).data) for i in range(self.BATCH)]
            wrong += self.differences(paths, args, at)
            if wrong:
                break
        wrong.sort(key=lambda one: len(one[0]))
        self.assertEqual(wrong, [], "\n%s\n-- reader\n%s\n-- command\n%s\n%d of them" % (
            *(wrong[0] if wrong else ("", "", "")), len(wrong)))

    def test_the_command_finds_the_same(self):
        self.agrees(20251125, 15000 if BIG else 500, None)

    def test_the_command_finds_the_same_in_envelopes(self):
        self.agrees(7, 5000 if BIG else 500, "body")


if __name__ == "__main__":
    unittest.main()
