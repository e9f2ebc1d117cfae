"""The files that leadscan writes: SQLite databases and the HTML page."""

import base64
import hashlib
import json
import os
import random
import re
import resource
import signal
import sqlite3
import subprocess
import time
import unittest
from html.parser import HTMLParser

from support import BAD, GOOD, LEADSCAN, SAMPLES, Case, check, killed_within, report, run, text, until_read, without_run

NOW = "--now=2026-01-01"


def connect(path):
    return sqlite3.connect("file:%s?mode=ro" % path, uri=True)


def rows(path, sql, *values):
    with connect(path) as database:
        return database.execute(sql, values).fetchall()


def content(path):
    """Everything but when the run began."""
    with connect(path) as database:
        tables = [r[0] for r in database.execute(
            "SELECT name FROM sqlite_schema WHERE type='table' ORDER BY name")]
        tables = [t for t in tables if not t.startswith("sqlite_")]
        return {table: [row for row in database.execute("SELECT * FROM %s ORDER BY 1" % table)
                        if row[0] != "started"] for table in tables}


class Corpus(Case):
    """A folder of all that logs are made of."""

    def setUp(self):
        super().setUp()
        rng = random.Random(11)
        lines = [rng.choice(BAD) if rng.random() < 0.1 else rng.choice(GOOD) for _ in range(1500)]
        lines += [GOOD[5].replace("OPPY-5", "OPPY-6"), GOOD[6],
                  GOOD[7].replace('"statusCode":201', '"statusCode":500'),
                  GOOD[8].replace("2025-06-01T08", "2030-06-01T08"),
                  GOOD[9].replace("2025-06-01T09", "yesterday"),
                  GOOD[10].replace('"OPPY-10"', '{"crm":"a"}'),
                  GOOD[11].replace('"action"', '"action":1,"action"')]
        self.write("d/a", text(lines))
        self.write("d/b", text(GOOD[:100]))
        self.write("d/ c\u00e9", text(GOOD[300:]))
        self.sh("cd d; tar czf d.tgz a b; zip -q e.zip b ' c\u00e9'; gzip b")
        with open(self.path("d/mixed"), "wb") as file:
            file.write(run("gen", "--kind=mixed", "-n", "3000", "--seed=5")[1])
        self.write("d/f", b"\x1f\x8b\x08rubbish")


class Sqlite(Corpus):
    def audit(self, *args):
        path = self.path("x.db")
        code, out, err = run("audit", "--json", NOW, "--sqlite", path, self.path("d"), *args)
        self.assertEqual(code, 3, err)
        return path, json.loads(out)

    def test_records_are_those_of_check(self):
        path, result = self.audit()
        expected = check(self.path("d"))[1]
        self.assertGreater(len(expected), 6000)
        with connect(path) as database:
            broken = {}
            for record, *violation in database.execute(
                    "SELECT record_id, path, rule, expected, found FROM violations ORDER BY id"):
                broken.setdefault(record, []).append(
                    dict(zip(["path", "rule", "expected", "found"], violation)))
            got = []
            for row in database.execute(
                    "SELECT id, file, member, line, offset, length, verdict, json_error, "
                    "json_error_offset FROM responses ORDER BY id"):
                record = dict(zip(["file", "member", "line", "offset", "length", "verdict"], row[1:]))
                record["violations"] = broken.get(row[0], [])
                if row[7] is not None:
                    record["error"] = {"code": row[7], "offset": row[8]}
                got.append(record)
        self.assertEqual(got, expected)

    def test_fields_are_those_of_extract(self):
        path, _ = self.audit()
        names = {"partnerLeadOpportunityId": "partner_id", "dsLeadOpportunityId": "ds_id",
                 "action": "action", "success": "success", "statusCode": "status_code",
                 "timestamp": "timestamp", "traceId": "trace_id", "error.code": "error_code",
                 "error.message": "error_message", "message": "message"}
        expected = [json.loads(line) for line in run(
            "extract", "--format=ndjson", "--fields", ",".join(names), self.path("d"))[1].splitlines()]
        self.assertEqual(rows(path, "SELECT %s FROM records ORDER BY id" % ",".join(names.values())),
                         [tuple(line.get(name) for name in names) for line in expected])
        self.assertEqual(rows(path, "SELECT partner_id, typeof(time), datetime(time, 'unixepoch') "
                                    "FROM records WHERE partner_id_is_object LIMIT 1"),
                         [('{"crm":"a"}', "integer", "2025-06-01 10:00:00")])

    def test_totals_are_those_of_the_report(self):
        path, result = self.audit()
        meta = dict(rows(path, "SELECT key, value FROM meta"))
        self.assertEqual((meta["records"], meta["bad"], meta["bytes"], meta["bytes_accounted"],
                          meta["findings"], meta["success_true"], meta["partial"]),
                         (result["records"], result["bad"], result["bytes"]["read"],
                          result["bytes"]["accounted"], result["finding_count"],
                          result["success"]["true"], 0))
        self.assertRegex(meta["started"], r"^20\d\d-.*T.*Z$")
        verdicts = dict(rows(path, "SELECT * FROM verdict_counts"))
        self.assertEqual({v: n for v, n in result["verdicts"].items() if n}, verdicts)
        self.assertEqual(rows(path, "SELECT path, members, bytes, records, bad FROM files"),
                         [tuple(f[k] for k in ["file", "members", "bytes", "records", "bad"])
                          for f in result["files"]])
        self.assertEqual(rows(path, "SELECT file, member, error FROM input_errors"),
                         [(e["file"], e["member"], e["error"]) for e in result["errors"]])
        self.assertEqual(len(result["errors"]), 1)
        timeline = {}
        for hour, verdict, records in rows(path, "SELECT * FROM timeline"):
            timeline[hour] = timeline.get(hour, 0) + records
        self.assertEqual(timeline, {
            r["start"][:13].replace("T", " ") + ":00": sum(r["verdicts"].values())
            for r in report("--timeline=hour", self.path("d"))[1]["timeline"]})
        self.assertEqual(
            {tuple(r) for r in rows(path, "SELECT * FROM violation_counts")},
            {(v["path"], v["rule"], v["expected"], v["found"], v["count"])
             for v in result["violations"]})

    def test_findings(self):
        path, result = self.audit("--limit-findings=20")
        kinds = {f["kind"]: f["count"] for f in result["findings"]}
        self.assertGreater(len(kinds), 6)
        self.assertEqual(dict(rows(path, "SELECT kind, count FROM finding_kinds")), kinds)
        place = ["file", "member", "line", "offset"]
        expected = []
        for group in result["findings"]:
            self.assertLessEqual(len(group["records"]), 20)
            for f in group["records"]:
                other = f.get("other", {})
                expected.append((group["kind"], f["detail"], *[f[k] for k in place], f["length"],
                                 *[other.get(k) for k in place]))
        self.assertEqual(sorted(rows(path, "SELECT * FROM findings_with_positions"), key=repr),
                         sorted(expected, key=repr))
        # The views know those beyond the limit.
        for view, kind, count in [
                ("ds_ids_created_twice", "ds_id_created_twice", "sum(records - 1)"),
                ("trace_ids_reused", "trace_id_reused", "sum(records - 1)"),
                ("partner_ids_with_several_ds_ids", "partner_id_with_several_ds_ids",
                 "sum(ds_ids - 1)")]:
            self.assertEqual(rows(path, "SELECT %s FROM %s" % (count, view)), [(kinds[kind],)], view)

    def test_the_database_is_sound(self):
        path, _ = self.audit()
        self.assertEqual(rows(path, "PRAGMA integrity_check"), [("ok",)])
        self.assertEqual(rows(path, "PRAGMA foreign_key_check"), [])
        self.assertEqual(rows(path, "PRAGMA user_version"), [(2,)])
        views = [r[0] for r in rows(path, "SELECT name FROM sqlite_schema WHERE type='view'")]
        self.assertGreater(len(views), 8)
        for view in views:
            self.assertTrue(rows(path, "SELECT * FROM %s LIMIT 1" % view), view)
        self.assertEqual(rows(path, "SELECT count(*) FROM bad_records WHERE why IS NULL"), [(0,)])
        self.assertEqual(sorted(n for n in os.listdir(self.folder) if n.startswith("x.db")), ["x.db"])

    def test_queries_use_the_indexes(self):
        path, _ = self.audit()
        self.check_plans(path, [
                ("SELECT * FROM records WHERE error_code = 'ERR801'", "records_error_code"),
                ("SELECT * FROM violations WHERE record_id = 1", "violations_record"),
                ("SELECT * FROM violations WHERE path = '/action' AND rule = 'type'",
                 "violations_rule"),
                ("SELECT * FROM findings WHERE record_id = 1", "findings_record"),
                ("SELECT * FROM findings WHERE kind = 'x'", "findings_kind")])
        path, _ = self.audit("--sqlite-indexes")
        self.check_plans(path, [
                ("SELECT * FROM records WHERE trace_id = 'x'", "records_trace_id"),
                ("SELECT * FROM responses WHERE ds_id = 'x'", "records_ds_id"),
                ("SELECT * FROM responses WHERE partner_id = 'x'", "records_partner_id"),
                ("SELECT * FROM records WHERE verdict = 'truncated'", "records_verdict"),
                ("SELECT * FROM records WHERE time BETWEEN 1 AND 2", "records_time"),
                ("SELECT * FROM records WHERE member_id = 1 AND offset = 0", "records_position")])

    def check_plans(self, path, queries):
        for query, index in queries:
            plan = " ".join(row[3] for row in rows(path, "EXPLAIN QUERY PLAN " + query))
            self.assertIn("INDEX " + index, plan, query)
            self.assertNotRegex(plan, "SCAN (r|records)( |$)")

    def test_jobs(self):
        found = []
        for jobs in ["1", "2", "7"]:
            path, _ = self.audit("--jobs", jobs)
            found.append(content(path))
        self.assertEqual(found[0], found[1])
        self.assertEqual(found[0], found[2])

    def test_hostile_strings(self):
        message = '\\u0000\\u202e</script>\\"\'; DROP TABLE records; -- \\ud83d\\ude00'
        self.write("x/y", text(['{"message":"%s"}' % message]))
        self.write("x/z", text(GOOD[:1]))
        self.sh("cd x && tar cf t z --transform='s/z/a\\xff\\n\"b/' && mv z $'\\xff\\n.z' && rm -f z")
        code, _, err = run("audit", "--sqlite", self.path("x.db"), self.path("x"))
        self.assertEqual(code, 1, err)
        self.assertEqual(rows(self.path("x.db"), "SELECT message FROM records WHERE message NOT NULL"),
                         [(json.loads('"%s"' % message),)])
        self.assertTrue(any("\ufffd" in name for name, in rows(
            self.path("x.db"), "SELECT path FROM files")))


class Replacing(Corpus):
    """An existing file is replaced by a whole one, or not at all."""

    def setUp(self):
        super().setUp()
        self.old = self.write("x", b"old")

    def left(self):
        with open(self.old, "rb") as file:
            data = file.read()
        return data, sorted(n for n in os.listdir(self.folder) if n.startswith("x"))

    def test_it_is_replaced(self):
        for option in ["--sqlite", "--html"]:
            self.write("x", b"old")
            run("audit", "--force", option, self.old, self.path("d"))
            data, names = self.left()
            self.assertNotEqual(data, b"old")
            self.assertEqual(names, ["x"])

    def test_paths_that_cannot_be(self):
        for args in [["audit", "--sqlite"], ["audit", "--html"],
                     ["extract", "--format=sqlite", "--output"]]:
            for path, why in [(self.folder, "not a regular file"), ("/dev/null", "not a regular"),
                              (self.path("none/x"), "No such file")]:
                code, out, err = run(*args, path, self.path("d"))
                self.assertEqual((code, out), (2, b""), args)
                self.assertIn(path, err.decode())
                self.assertIn(why, err.decode())

    def test_a_full_disk(self):
        def little_space():
            resource.setrlimit(resource.RLIMIT_FSIZE, (60000, 60000))
        for args, code in [(["audit", "--json", "--sqlite", self.old], 3),
                           (["audit", "--json", "--html", self.old], 3),
                           (["audit", "--json", "--sarif", self.old, "--limit-findings=9999"], 3),
                           (["extract", "--format=sqlite", "--output", self.old], 3)]:
            # Python ignores SIGXFSZ; so does the child.
            done = subprocess.run([LEADSCAN, *args, "--force", "--jobs=2", self.path("d")], capture_output=True,
                                  preexec_fn=little_space, restore_signals=False)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn(self.old, done.stderr.decode())
            self.assertEqual(self.left(), (b"old", ["x"]))

    def test_killed(self):
        self.sh("for i in $(seq 200); do cat d/a; done > big")
        process = subprocess.Popen([LEADSCAN, "audit", "--force", "--sqlite", self.old, "--html",
                                    self.path("xh"), self.path("big")], stdout=subprocess.DEVNULL)
        while not os.path.exists(self.path("x.partial")):
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.assertEqual(self.left()[0], b"old")
        self.assertEqual(run("audit", "--force", "--sqlite", self.old, self.path("d/a"))[0], 1)
        self.assertEqual(rows(self.old, "SELECT count(*) FROM files"), [(1,)])
        self.assertNotIn("x.partial", self.left()[1])

    def test_interrupted(self):
        process = subprocess.Popen([LEADSCAN, "audit", "--json", "--force", "--sqlite", self.old, "--html",
                                    self.path("h"), "-"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(text(GOOD * 20))
        process.stdin.flush()
        until_read(process)
        process.send_signal(signal.SIGINT)
        out = process.stdout.read()  # and ends, with its standard input still open
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 3)
        records = json.loads(out)["records"]
        self.assertEqual(rows(self.old, "SELECT (SELECT value FROM meta WHERE key='partial'), "
                                        "count(*) FROM records"), [(1, records)])
        with open(self.path("h")) as file:
            self.assertIn("<h1>Partial, interrupted before the end: ", file.read())


class Resume(Corpus):
    def setUp(self):
        super().setUp()
        # Enough to be killed in the middle of it.
        self.sh("for i in $(seq 10 18); do cp d/a d/copy$i; done; tar cf d/all.tar d/copy*; rm d/copy1[2-8]")
        self.args = ["audit", "--json", NOW]
        self.plain = run(*self.args, "--sqlite", self.path("plain.db"), self.path("d"))
        self.full = [LEADSCAN, *self.args, "--checkpoint", self.path("c"), "--checkpoint-interval=1",
                     "--sqlite", self.path("x.db"), self.path("d")]

    def forget(self):
        for name in os.listdir(self.folder):
            if name.startswith(("c", "x.db")):
                os.remove(self.path(name))

    def test_killed_and_resumed(self):
        expected = content(self.path("plain.db"))
        rng = random.Random(3)
        killed = 0
        for _ in range(3):
            self.forget()
            for _ in range(3):
                killed += killed_within(self.full, rng.uniform(0.01, 0.3))
            # Once more when it is finished changes nothing either.
            for _ in range(2):
                done = subprocess.run(self.full, capture_output=True)
                self.assertEqual((done.returncode, without_run(done.stdout)), self.plain[:2], done.stderr)
                self.assertEqual(content(self.path("x.db")), expected)
                self.assertEqual(rows(self.path("x.db"), "PRAGMA integrity_check"), [("ok",)])
                self.assertFalse(os.path.exists(self.path("x.db.partial")))
        self.assertGreater(killed, 2)

    def test_a_checkpoint_without_its_database(self):
        subprocess.run(self.full, capture_output=True)
        other = self.path("plain.db")
        for change in [lambda: os.remove(self.path("x.db")),
                       lambda: os.rename(other, self.path("x.db"))]:
            change()
            done = subprocess.run(self.full, capture_output=True)
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            self.assertIn("remove the checkpoint", done.stderr.decode())
        self.assertEqual(rows(self.path("x.db"), "PRAGMA integrity_check"), [("ok",)])


class Extract(Corpus):
    def extract(self, *args):
        path = self.path("x.db")
        code, out, err = run("extract", "--format=sqlite", "-o", path, *args)
        self.assertIn(code, (0, 3), err)
        self.assertEqual(out, b"")
        return path

    def test_null_is_not_absent(self):
        path = self.extract("--fields=line,timestamp,error.code,message,success,statusCode", self.write(
            "n", text([GOOD[0], '{"message":"say \\"no\\"\\u00e9\\u0000"}',
                       '{"info":{"success":false,"statusCode":400,"timestamp":null},'
                       '"error":{"code":"ERR801"},"data":null}'])))
        with connect(path) as database:
            cursor = database.execute("SELECT * FROM responses ORDER BY line")
            self.assertEqual([c[0] for c in cursor.description], [
                "line", "timestamp", "timestamp_is_null", "error.code", "error.code_is_null",
                "message", "success", "statusCode"])
            self.assertEqual(cursor.fetchall(), [
                (1, "2025-06-01T00:00:00.000Z", 0, None, 0, None, 1, 201),
                (2, None, 0, None, 0, 'say "no"\u00e9\0', None, None),
                (3, None, 1, "ERR801", 0, None, 0, 400)])
        self.assertEqual(rows(path, "SELECT * FROM meta"), [("partial", 0), ("records", 3)])

    def test_it_is_what_ndjson_says(self):
        path = self.extract(self.path("d"))
        expected = [json.loads(line) for line in run("extract", "--format=ndjson",
                                                     self.path("d"))[1].splitlines()]
        got = []
        with connect(path) as database:
            cursor = database.execute("SELECT * FROM responses ORDER BY rowid")
            names = [c[0] for c in cursor.description]
            for row in cursor:
                values = dict(zip(names, row))
                line = {name: value for name, value in values.items()
                        if value is not None or values.get(name + "_is_null") or name == "member"}
                if "success" in line:
                    line["success"] = bool(line["success"])
                got.append({n: v for n, v in line.items() if not n.endswith("_is_null")})
        self.assertEqual(got, expected)
        self.assertEqual(content(path), content(self.extract("--jobs=7", self.path("d"))))

    def test_usage(self):
        for args in [["--format=sqlite"], ["--format=sqlite", "-o", self.path("x.db"),
                                           "--fields=line,line"]]:
            code, _, err = run("extract", *args, self.path("d"))
            self.assertEqual(code, 2)
            self.assertIn("--format=sqlite", err.decode())


class Page(HTMLParser):
    """An HTML page, checked: elements are closed, and there are only those that we write."""

    VOID = {"meta", "link", "br", "wbr"}
    KNOWN = VOID | set("html head title style body main header p b div h1 h2 h3 h4 pre mark small dl dt dd span nav a "
                       "section table thead tbody tr th td code svg rect path g line text tspan ul li details "
                       "summary footer script".split())

    def __init__(self, path):
        super().__init__()
        with open(path, "rb") as file:
            self.html = file.read().decode()
        self.open = []
        self.text = {}
        self.attributes = []
        self.feed(self.html)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        assert tag in self.KNOWN, tag
        self.attributes += [(tag, name, value) for name, value in attributes]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        assert tag in self.KNOWN, tag

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        if self.open:
            self.text.setdefault(self.open[-1], []).append(data)


class Html(Corpus):
    def page(self, *args):
        path = self.path("x.html")
        code, out, err = run("audit", "--json", NOW, "--html", path, *args)
        return Page(path), json.loads(out)

    def test_everything_is_in_it(self):
        page, result = self.page(self.path("d"))
        words = {word for texts in page.text.values() for part in texts for word in [part.strip()]}

        def grouped(number):
            return "{:,}".format(number)
        for number in [result["records"], result["bad"], result["finding_count"],
                       *result["verdicts"].values()]:
            self.assertIn(grouped(number), words)
        for table in ["actions", "status_codes", "error_codes", "messages", "json_errors"]:
            self.assertTrue(result[table]["rows"])
            for row in result[table]["rows"]:
                self.assertIn(row["value"], words)
        for item in result["schema_drift"]:
            self.assertIn(item["path"], words)
        for item in result["layouts"]:
            self.assertIn(item["layout"], words)
        for group in result["findings"]:
            for finding in group["records"]:
                self.assertIn(finding["detail"], words)
                self.assertIn(grouped(finding["offset"]), words)
        for record in result["bad_records"]:
            self.assertIn(record["detail"], words)
            self.assertIn(grouped(record["line"]), words)
        for error in result["errors"]:
            self.assertIn(error["error"], words)
        self.assertEqual(page.text["h1"], [
            "%s of %s records are bad, with %s findings; 1 input could not be read whole."
            % tuple(grouped(result[k]) for k in ["bad", "records", "finding_count"])])

    def test_sentences(self):
        clean = self.write("clean", text(GOOD))
        self.write("empty", b"")
        for name, sentence in [("clean", "Clean, 400 records and nothing to object to."),
                               ("empty", "There are no records."),
                               ("none", "There are no records; 1 input could not be read whole.")]:
            page, _ = self.page(self.path(name))
            self.assertEqual(page.text["h1"], [sentence])
            # What was not read is not accounted for.
            self.assertEqual("all accounted for" in page.html, name != "none")
        page, _ = self.page(clean, clean)
        self.assertEqual(page.text["h1"], ["No bad records among 800 records, but 800 findings."])

    def test_findings_by_what_to_do(self):
        page, result = self.page(self.path("d"))
        self.assertGreater(len(result["findings"]), 6)
        titles = ["Look for leads that are lost or there twice", "Ask whoever runs the API",
                  "Check clocks, and what belongs to this archive"]
        at = [page.html.index("<h3>%s</h3>" % title) for title in titles] + [len(page.html)]
        for group in result["findings"]:
            kind = group["kind"]
            where = page.html.index('<h4 id="%s">' % kind)
            todo = 2 if kind.startswith("timestamp") else 1 if kind in (
                "success_contradicts_code", "http_status_differs", "duplicate_member") else 0
            self.assertTrue(at[todo] < where < at[todo + 1], kind)

    def test_nothing_from_outside(self):
        """No network, and no script or style that is not ours."""
        page, _ = self.page(self.path("d"))
        policy = [v for t, n, v in page.attributes if n == "content" and v.startswith("default-src")]
        self.assertEqual(len(policy), 1)
        self.assertTrue(policy[0].startswith("default-src 'none'; "))
        for element in ["style", "script"]:
            found = re.findall("<%s>(.*?)</%s>" % (element, element), page.html, re.S)
            self.assertEqual(len(found), 1)
            digest = base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()
            # If this fails because you changed it: this is the hash for html_assets.h.
            self.assertIn("%s-src 'sha256-%s'" % (element, digest), policy[0])
            self.assertNotRegex(found[0], r"url\(|@import|fetch|XMLHttp|import\(|innerHTML")
        for tag, name, value in page.attributes:
            self.assertNotIn(name, ["src", "style", "srcset", "action"])
            self.assertFalse(name.startswith("on"), name)
            if name == "href":
                self.assertTrue(value.startswith("#") or value == "data:,", value)
        self.assertNotIn("://", page.html)

    def test_jobs(self):
        pages = []
        for jobs in ["1", "6"]:
            page = self.page("--jobs", jobs, self.path("d"))[0]
            pages.append(without_run(page.html.encode()))
        self.assertEqual(*pages)

    def test_hostile_input(self):
        evil = ["<script>hacked=1</script>", "\"><img src=x onerror=hacked=1>", "'-alert(1)-'",
                "</title></style></script><b>", "&lt;b&gt;", "a\u202eb\u2066c\u200bd", "e\u0085f\u007fg",
                "\u0001\u001b[31m\r\n\t", "<!--", "]]>", "{{7*7}}"]
        lines = []
        for i, name in enumerate(evil):
            line = json.loads(GOOD[i])
            line["action"] = line["info"]["traceId"] = name
            line["info"]["timestamp"] = name
            line[name] = {"x": 1}
            line["error"] = {"code": name, "message": name}
            lines += [json.dumps(line)] * 2 + [json.dumps({"message": name}, ensure_ascii=i % 2 == 0)]
        data = text(lines)
        folder = self.path("<b onclick=hacked=1>\u202e&\"'")
        os.mkdir(folder)
        with open(os.path.join(os.fsencode(folder), b"\xff\xfe\xc0\x80<i>\n"), "wb") as file:
            file.write(data)
        self.write("y", data)
        self.sh("mkdir t && cp y 't/<script>hacked=1<:script>' && tar cf y.tar -C t . && rm y")
        page, _ = self.page(folder, self.path("y.tar"))
        self.assertEqual(len(re.findall("<script", page.html)), 1)
        for character in "\u202e\u2066\u200b\u0085\u007f\u0001\u001b\r\t":
            self.assertNotIn(character, page.html)
        shown = "".join("".join(texts) for texts in page.text.values())
        for name in evil:
            escaped = re.sub("[\u0000-\u001f\u007f-\u009f\u200b\u202e\u2066]",
                             lambda m: "\u27e8U+%04X\u27e9" % ord(m[0]), name)
            self.assertIn(escaped, shown)
        self.assertIn("\ufffd\ufffd\ufffd\ufffd<i>\u27e8U+000A\u27e9", shown)

    def test_long_tables(self):
        lines = [GOOD[i % 400].replace('"action":"create"', '"action":"a%d"' % i) for i in range(2000)]
        page, _ = self.page("--limit-findings=100000", self.write("a", text(lines)))
        self.assertIn("1,500 more are in the report of --json.", page.text["p"])
        self.assertLess(len(page.html), 1 << 20)

    def test_samples(self):
        page, _ = self.page("--glob=*.ndjson", SAMPLES)
        self.assertIn("are bad", page.text["h1"][0])


if __name__ == "__main__":
    unittest.main()
