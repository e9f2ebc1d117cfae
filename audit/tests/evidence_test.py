"""What a report can be checked by: how it came to be, its inputs' hashes, the bytes that are wrong."""

import datetime
import hashlib
import json
import os
import re
import subprocess
import time
import unittest

from support import BAD, GOOD, LEADSCAN, Case, text, without_run


class Evidence(Case):
    def report(self, *args, **kw):
        """With the object `run`, which others leave out."""
        done = subprocess.run([LEADSCAN, "audit", "--json", *args], capture_output=True,
                              cwd=self.folder, **kw)
        return json.loads(done.stdout), done.stdout

    def hashed(self, *args, **kw):
        result, _ = self.report("--hash", *args, **kw)
        return {one["file"]: one["sha256"] for one in result["run"]["inputs"]}

    def sha256(self, name):
        with open(self.path(name), "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()


class Run(Evidence):
    def test_how_it_came_to_be(self):
        path = self.write("it's here", text(GOOD))
        os.utime(path, (1700000000, 1700000000.9))
        before = int(time.time())
        args = ["--now=2026-01-01", "--html", "x.html", "it's here"]
        result, _ = self.report(*args)
        run = result["run"]
        self.assertEqual(run["command"], ["leadscan", "audit", "--json", *args])
        self.assertEqual("leadscan " + run["version"], subprocess.run(
            [LEADSCAN, "--version"], capture_output=True).stdout.decode().splitlines()[0])
        started, ended = [datetime.datetime.fromisoformat(run[k].replace("Z", "+00:00")).timestamp()
                          for k in ["started", "ended"]]
        self.assertTrue(before <= started <= ended <= time.time())
        self.assertEqual(run["inputs"], [{"file": "it's here", "size": os.path.getsize(path),
                                          "modified": "2023-11-14T22:13:20Z", "sha256": None}])
        with open(self.path("x.html")) as file:
            page = file.read()
        shown = re.search('<section id="run">.*?</section>', page, re.S)[0]
        # As a shell takes it.
        self.assertIn("leadscan audit --json --now=2026-01-01 --html x.html "
                      "&#39;it&#39;\\&#39;&#39;s here&#39;", shown)
        for part in [run["started"], "2023-11-14T22:13:20Z", "{:,}".format(os.path.getsize(path))]:
            self.assertIn(part, shown)

    def test_all_else_is_the_same(self):
        self.write("a", text(GOOD + BAD))
        one = self.report("--now=2026-01-01", "a")[1]
        two = self.report("--now=2026-01-01", "--hash", "-j3", "a")[1]
        self.assertNotEqual(one, two)
        self.assertEqual(without_run(one), without_run(two))

    def test_hashes(self):
        self.write("d/plain", text(GOOD * 100))
        self.write("d/empty", b"")
        self.write("d/rubbish", b"\x1f\x8b\x08rubbish")
        # libarchive goes from a zip's end to its members, and reads no tar to its end.
        self.sh("cd d; for i in 1 2 3; do cp plain p$i; done; zip -q p.zip p1 p2 p3; tar cf p.tar p1 p2;"
                "head -c 300000 /dev/zero >> p.tar; gzip -k p1; zstd -q -k p2; xz -k p3;"
                "head -c 5000 p1.gz > cut.gz; tar czf p.tgz p1 p.zip; rm p1 p2 p3;"
                "printf 'SQLite format 3\\0' > other; head -c 100000 /dev/urandom >> other")
        names = sorted(os.listdir(self.path("d")))
        self.assertEqual(len(names), 11)
        expected = {"d/" + name: self.sha256("d/" + name) for name in names}
        for jobs in ["1", "4"]:
            self.assertEqual(self.hashed("-j", jobs, "d"), expected)
        self.assertEqual(self.hashed("d/plain", "none"), {
            "d/plain": expected["d/plain"], "none": None})

    def test_what_can_be_read_only_once(self):
        data = text(GOOD * 1000)
        result, _ = self.report("--hash", "-", input=data)
        self.assertEqual(result["run"]["inputs"], [
            {"file": "-", "size": len(data), "modified": None,
             "sha256": hashlib.sha256(data).hexdigest()}])

    def test_a_run_that_goes_on(self):
        """What an earlier run has read is not read again, and its hash is in the checkpoint."""
        self.write("a", text(GOOD))
        args = ["--hash", "--checkpoint", "c", "a"]
        first = self.hashed(*args[1:])
        self.assertEqual(first, {"a": self.sha256("a")})
        result, _ = self.report(*args)
        self.assertTrue(result["run"]["resumed"])
        self.assertEqual(result["run"]["inputs"][0]["sha256"], self.sha256("a"))


class Excerpts(Evidence):
    def excerpt(self, line, *args):
        result, _ = self.report(*args, self.write("a", line))
        self.assertEqual(len(result["bad_records"]), 1)
        return result["bad_records"][0]["excerpt"]

    def test_the_byte_is_marked(self):
        for line, before, fault, after in [
                (b'{"a":tru}\n', '{"a":tru', "}", ""),
                (b'{"a" 1}\n', '{"a" ', "1", "}"),
                (b'{"dsLeadOpportunityId":"X', '{"dsLeadOpportunityId":"X', "", ""),
                (b'{"action":12}\n', "", '{', '"action":12}'),
                (b'{"action":"\xff"}\n', '{"action":"', "\ufffd", '"}'),
                (b'{"action":"a\x01b"}\n', '{"action":"a', "\x01", 'b"}')]:
            with self.subTest(line):
                self.assertEqual(self.excerpt(line), {"offset": 0, "before": before, "fault": fault,
                                                      "after": after})
        bad = GOOD[3].replace('"action":"create"', '"action":{"x":"create"}')
        found = self.excerpt(text([bad]))
        self.assertEqual((found["fault"], found["after"][:11]), ("{", '"x":"create'))

    def test_of_long_records(self):
        for front, back in [(0, 1000), (1000, 0), (1000, 1000), (90, 1000), (1000, 90)]:
            line = '{"a":"%s",?"b":"%s"}\n' % ("x" * front, "y" * back)
            found = self.excerpt(line.encode())
            whole = found["before"] + found["fault"] + found["after"]
            self.assertEqual((found["fault"], len(whole)), ("?", min(200, len(line) - 1)))
            self.assertEqual(line[found["offset"]:][:len(whole)], whole)
        # Characters are not cut.
        for shift in range(3):
            found = self.excerpt(('{"%s":"%s",?"b":"%s"}\n' % ("a" * shift, "\u20ac" * 200,
                                                              "\u20ac" * 200)).encode())
            self.assertEqual(found["fault"], "?")
            self.assertNotIn("\ufffd", found["before"] + found["after"])

    def test_of_what_is_inside_of_others(self):
        """It is of the response as it was decoded: there the offset counts from."""
        line = json.dumps({"body": '{"a":tru}'}) + "\n"
        self.assertEqual(self.excerpt(line.encode(), "--at=/body"), {
            "offset": 0, "before": '{"a":tru', "fault": "}", "after": ""})

    def test_of_what_is_not_kept(self):
        line = text(['{"a":"%s"}' % ("x" * 5000)])
        self.assertIsNone(self.excerpt(line, "--max-record=1K"))

    def test_in_the_page(self):
        self.write("a", text(BAD * 5 + ['{"a":"<script>\u202e",?}']))
        result, _ = self.report("--html", "x", "a")
        with open(self.path("x")) as file:
            page = file.read()
        self.assertEqual(len(result["bad_records"]), 21)
        for number, bad in enumerate(result["bad_records"], 1):
            self.assertEqual(page.count('href="#bad-%d"' % number), 1)
            shown = re.search('<div class="excerpt" id="bad-%d">.*?</div>' % number, page, re.S)[0]
            self.assertIn("<mark>%s</mark>" % (bad["excerpt"]["fault"].replace('"', "&quot;") or "end"),
                          shown)
            self.assertIn("line %d," % bad["line"], shown)
        self.assertIn("&lt;script&gt;\u27e8U+202E\u27e9", shown)


if __name__ == "__main__":
    unittest.main()
