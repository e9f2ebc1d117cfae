"""Outputs for programs: quarantine, extract, find, gen."""

import csv
import io
import json
import os
import re
import sqlite3
import sys
import unicodedata
import unittest

from support import BAD, BIG, GOOD, Case, report, run, text

# What a terminal obeys, or does not show: of each kind one, and more of those that are known to be
# used for it.
DECEPTIVE = [chr(c) for c in range(sys.maxunicode + 1)
             if unicodedata.category(chr(c)) in ("Cc", "Cf", "Zl", "Zp")
             and not 0x600 <= c <= 0x6DD and c not in (0x890, 0x891, 0x8E2, 0x110BD, 0x110CD)]
ALLOWED = "\t\r\n"


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
                         '3,"failure",,"ERR801",,400\r\n')
        _, out, _ = run("extract", "--format=ndjson", "--fields=timestamp,message,statusCode", path)
        self.assertEqual([json.loads(l) for l in out.splitlines()],
                         [{"timestamp": "2025-06-01T00:00:00.000Z", "statusCode": 201},
                          {"message": 'say "no"é'}, {"timestamp": None, "statusCode": 400}])


class Deceptive(Case):
    """Values and names with what a terminal obeys, what turns text around, what is not seen."""

    def setUp(self):
        super().setUp()
        self.hostile = "".join(DECEPTIVE) + "=1+1\u2003e\u0301\U0001F600"
        line = json.loads(GOOD[0])
        for name in ["action", "dsLeadOpportunityId", "partnerLeadOpportunityId"]:
            line[name] = name[0] + self.hostile
        line["info"]["traceId"] = line["info"]["timestamp"] = self.hostile
        line["error"] = {"code": self.hostile, "message": self.hostile}
        line[self.hostile] = {self.hostile: 1}
        self.lines = [json.dumps(line, ensure_ascii=False), json.dumps(line),
                      json.dumps({"message": self.hostile}, ensure_ascii=False),
                      json.dumps({"action": self.hostile}), '{"a":"%s' % self.hostile[40:]]
        self.text = "\n".join(self.lines).encode() + b"\n" + b'{"\x9b\xff":\x1b}\n'
        self.name = os.path.join(os.fsencode(self.folder), b"d/\x9b\xff\xe2\x80\xae\x1b[31m\xc2\x9b.log")
        os.mkdir(self.path("d"))
        with open(self.name, "wb") as file:
            file.write(self.text)
        self.write("x", self.text)
        self.sh(r"""tar cf d/t.tar --transform=$'s/x/\xff\xe2\x80\xae\x1b[31m/' x""")
        self.d = self.path("d")

    def assert_shown(self, data, allowed=ALLOWED):
        shown = data.decode()  # and it is UTF-8
        found = {c for c in DECEPTIVE if c in shown} - set(allowed)
        self.assertFalse(found, sorted(map(ascii, found)))

    def test_json(self):
        for args in [["check"], ["extract", "--format=ndjson"], ["audit", "--json"]]:
            _, out, err = run(*args, self.d)
            self.assert_shown(out, "\n")
            self.assert_shown(err, "\n")
        rows = [json.loads(line) for line in run("extract", "--format=ndjson", self.d)[1].splitlines()]
        self.assertEqual(len(rows), 12)
        self.assertEqual([row["traceId"] for row in rows if "traceId" in row], [self.hostile] * 4)
        self.assertEqual([row["message"] for row in rows if "message" in row], [self.hostile] * 2)
        self.assertEqual(rows[6]["file"], self.d + "/\ufffd\ufffd\u202e\x1b[31m\x9b.log")
        self.assertEqual(rows[0]["member"], "\ufffd\u202e\x1b[31m")
        _, out, _ = run("audit", "--json", self.d)
        self.assertEqual(json.loads(out)["files"][1]["file"], rows[6]["file"])

    def test_find(self):
        path = self.write("y", text([self.lines[0].replace("\\u0000", "")]))
        _, out, _ = run("find", "--ds-id", json.loads(self.lines[0])["dsLeadOpportunityId"].replace(
            "\0", ""), path)
        self.assert_shown(out, "\n")
        with open(path, "rb") as file:
            self.assertEqual(json.loads(out)["record"].encode() + b"\n", file.read())

    def test_quarantine(self):
        run("check", "-q", "--quarantine", self.path("q"), self.d)
        with open(self.path("q"), "rb") as file:
            data = file.read()
        records = []
        while data:
            head, _, data = data.partition(b"\n")
            self.assert_shown(head, "")
            length = json.loads(head)["length"]
            records.append(data[:length])
            data = data[length + 1:]
        bad = self.text.splitlines()[3:]
        self.assertEqual([r for r in records if r in bad], records)
        self.assertGreater(len(records), 3)

    def test_csv(self):
        _, out, _ = run("extract", self.d)
        self.assert_shown(out)
        rows = list(csv.DictReader(io.StringIO(out.decode(), newline="")))
        self.assertEqual(len(rows), 12)

        def shown(value):
            return re.sub("\r(?!\n)|[%s]" % re.escape("".join(set(DECEPTIVE) - set(ALLOWED))),
                          lambda m: "\u27e8U+%04X\u27e9" % ord(m[0]), value)
        self.assertEqual(rows[0]["traceId"], shown(self.hostile))
        self.assertEqual(rows[0]["member"], shown("\ufffd\u202e\x1b[31m"))
        self.assertEqual(rows[6]["file"], shown(self.d + "/\ufffd\ufffd\u202e\x1b[31m\x9b.log"))
        # What texts of people have stays as it is.
        plain = "caf\u00e9 1\u00a0000 \u4e2d\u3000\U0001F600\tx\r\ny\nz \\u202e"
        path = self.write("plain", json.dumps({"message": plain}).encode())
        _, out, _ = run("extract", "--fields=message", path)
        self.assertEqual(out, b"message\r\n\"" + plain.encode() + b"\"\r\n")

    def test_for_people(self):
        for args in [["audit"], ["audit", "--color=always"]]:
            _, out, err = run(*args, self.d, self.path("n\x9b\u202e"))
            self.assert_shown(out.replace(b"\x1b[", b"["), "\n")
            self.assert_shown(err, "\n")
            self.assertIn("\u27e8U+202E\u27e9", err.decode())
        run("audit", "--html", self.path("h"), self.d)
        with open(self.path("h"), "rb") as file:
            self.assert_shown(file.read(), "\n")

    def test_messages_about_the_command_line(self):
        evil = "\x1b[31m\u009b\u202e"
        for args in [["audit", "--fail-on=" + evil, "x"], ["audit", "--max-record=" + evil, "x"],
                     [evil], ["audit", "--" + evil, "x"], ["audit", "--html=" + evil, "--sqlite=" + evil, "x"],
                     ["audit", "--html=none/" + evil, "x"], ["check", evil],
                     ["check", "--records=" + evil, "x"], ["extract", "-f", evil, "x"]]:
            _, _, err = run(*args, cwd=self.folder)
            self.assert_shown(err, "\n")
            self.assertIn("\u27e8U+202E\u27e9", err.decode(), args)

    def test_databases_have_what_was_there(self):
        run("audit", "--sqlite", self.path("s"), self.d)
        run("extract", "--format=sqlite", "-o", self.path("e"), self.d)
        for path, sql in [("s", "SELECT message FROM records WHERE message NOT NULL"),
                          ("e", "SELECT message FROM responses WHERE message NOT NULL")]:
            with sqlite3.connect(self.path(path)) as database:
                self.assertEqual(database.execute(sql).fetchall(), [(self.hostile,)] * 2)

    @unittest.skipUnless(BIG, "a record of a gigabyte")
    def test_longer_than_sqlite_takes(self):
        with open(self.path("long"), "wb") as file:
            file.write(text(GOOD[:1]) + b'{"message":"')
            for _ in range(1050):
                file.write(b"x" * 1000000)
            file.write(b'"}\n')
        for args in [["audit", "--json", "--sqlite"], ["extract", "--format=sqlite", "-o"]]:
            code, out, err = run(*args, self.path("x.db"), "--max-record=2G", self.path("long"))
            self.assertEqual(code, 3)
            self.assertRegex(err.decode(), r"^leadscan: .*/x\.db: the record at .*/long, line 2, "
                                           r"byte \d+: string or blob too big\n$")
            self.assertFalse(os.path.exists(self.path("x.db")))
            if args[0] == "audit":
                self.assertEqual(json.loads(out)["records"], 2)


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
                      "action", "timestamp", "statusCode", "error.code", "error.message", "message"]
            out = run("extract", "--format=ndjson", "--fields=" + ",".join(fields), path)[1]
            records = [json.loads(line) for line in out.splitlines()]
            for option, names in [("--trace-id", ["traceId"]), ("--ds-id", ["dsLeadOpportunityId"]),
                                  ("--partner-id", ["partnerLeadOpportunityId"]),
                                  ("--action", ["action"]), ("--timestamp", ["timestamp"]),
                                  ("--error-code", ["error.code"]),
                                  ("--error-message", ["error.message"]),
                                  ("--message", ["message"]),
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
                if kind == "mixed":
                    self.assertGreater(len(values), 1, option)


if __name__ == "__main__":
    unittest.main()
