"""Time and memory that input cannot choose: long values, long names, many names, many values."""

import gzip
import io
import json
import tarfile
import time
import unittest

from support import Case, SANITIZED, measured_report, report, run, text

LONG = 500000
MANY = 20 if SANITIZED else 120
# Of the whole command, in MiB; what it was when it kept texts twice was MANY * LONG * 2 and more.
MOST_MEMORY = 64
# A report that has nothing but long values.
MOST_REPORT = 4 << 20


def created(number, **members):
    document = {"dsLeadOpportunityId": "A-%d" % number, "partnerLeadOpportunityId": "P-%d" % number,
                "action": "create", "info": {"success": True, "statusCode": 201}}
    for name, value in members.items():
        if name in ("timestamp", "traceId"):
            document["info"][name] = value
        else:
            document[name] = value
    return json.dumps(document)


class Memory(Case):
    def zipped(self, lines):
        """Line by line: what a process takes counts for its child, until that is the command."""
        path = self.path("a.gz")
        with gzip.open(path, "wb", compresslevel=1) as file:
            for line in lines:
                file.write(line.encode() + b"\n")
        return path

    def measure(self, path, most=MOST_MEMORY, most_report=MOST_REPORT):
        _, result, memory, _ = measured_report("-j1", "--memory=16M", "--limit-findings=200", path)
        if not SANITIZED:
            self.assertLess(memory, most)
        self.assertLess(len(json.dumps(result)), most_report)
        return result

    def test_long_values(self):
        kinds = {
            "message": lambda i, long: json.dumps({"message": long}),
            "error": lambda i, long: created(i, error={"code": long, "message": long[::-1]}),
            "action": lambda i, long: created(i, action=long),
            "name": lambda i, long: created(i, **{long: 1}),
            "info": lambda i, long: created(i)[:-2] + ',"%s":1}}' % long,
            "names": lambda i, long: created(i)[:-1] + ',"%s":1,"%s":1}' % (long, long),
            "timestamp": lambda i, long: created(i, timestamp=long),
            "future": lambda i, long: created(i, timestamp="2030-01-01T00:00:00.%sZ" % ("0" * LONG)),
            "trace id": lambda i, long: created(i, traceId=long[i % 2:]),
            "ids": lambda i, long: created(i // 2, partnerLeadOpportunityId="p" * LONG + str(i // 2),
                                           dsLeadOpportunityId=long),
            "violation": lambda i, long: created(i, action=[long]),
            "malformed": lambda i, long: '{"%s":}' % long,
        }
        for name, line in kinds.items():
            with self.subTest(name):
                result = self.measure(self.zipped(
                    line(i, "%s%d" % ("v" * LONG, i)) for i in range(MANY)))
                self.assertEqual(result["records"], MANY)
                if name in ("message", "error"):
                    rows = result["messages"]["rows"]
                    self.assertEqual([row["count"] for row in rows], [1] * MANY)
                    self.assertEqual(len({row["value"] for row in rows}), MANY)
                    self.assertIn("… (5000", rows[0]["value"])
                if name in ("name", "info", "names"):
                    self.assertEqual(result["other_layouts"], MANY)
                if name == "names":
                    self.assertEqual([(f["kind"], f["count"]) for f in result["findings"]],
                                     [("duplicate_member", MANY)])
                if name == "ids":
                    self.assertEqual({f["kind"]: f["count"] for f in result["findings"]},
                                     {"partner_id_with_several_ds_ids": MANY // 2})

    def test_long_names_of_members(self):
        path = self.path("a.tgz")
        with gzip.open(path, "wb", compresslevel=1) as zipped:
            with tarfile.open(fileobj=zipped, mode="w|", format=tarfile.GNU_FORMAT) as archive:
                for i in range(MANY):
                    content = text(['{"message":"x","k%d":1}' % i, "{"])
                    entry = tarfile.TarInfo("n" * LONG + str(i))
                    entry.size = len(content)
                    archive.addfile(entry, io.BytesIO(content))
        result = self.measure(path)
        self.assertEqual((result["records"], result["bad"], result["members"]), (2 * MANY, MANY, MANY))
        names = {layout["first"]["member"] for layout in result["layouts"]}
        self.assertEqual(len(names), MANY)
        for name in names:
            self.assertLess(len(name.encode()), 1100)
            self.assertIn("… (5000", name)

    def test_many_different_values(self):
        """More than tables keep, and as long as they keep them."""
        values = ("%05d%s" % (i, "x" * 900) for i in range(30000))
        result = self.measure(self.zipped(
            json.dumps({"message": value, value[:200]: 1}) for value in values), 128, 32 << 20)
        self.assertGreater(len(result["messages"]["rows"]), 3000)
        self.assertLessEqual(len(result["messages"]["rows"]), 10000)
        for rows, others in [(result["messages"]["rows"], result["messages"]["others"]),
                             (result["layouts"], result["other_layouts"]),
                             (result["schema_drift"], result["other_schema_drift"] +
                              result["other_layouts"])]:
            self.assertEqual(sum(row["count"] for row in rows) + others, 30000)

    def test_neither_chunks_nor_threads_matter(self):
        lines = []
        for i in range(26000):
            n = i * 7919 % 13001
            lines.append('{"message":"m%d","k%d":1,"k%d":2}' % (n, n, n))
        path = self.write("a", text(lines))
        stream = gzip.compress(text(lines), 1)
        code, one, _ = report("-j1", path)
        self.assertEqual(one["finding_count"], 26000)
        self.assertEqual(report("-j2", path), (code, one, ""))
        _, other, _ = report("-j2", "-", stdin=stream)
        for name in ["messages", "layouts", "schema_drift", "other_layouts", "finding_count"]:
            self.assertEqual(json.dumps(other[name]).replace('"file": "-"', '"file": "%s"' % path),
                             json.dumps(one[name]), name)


class Time(Case):
    def seconds(self, *lines):
        """The least of three, as other programs run too."""
        path = self.write("a", text(lines))
        least = 1e9
        for _ in range(3):
            start = time.monotonic()
            code, out, err = run("audit", "--json", "-j1", path, timeout=120)
            least = min(least, time.monotonic() - start)
            self.assertIn(code, (0, 1), err)
        return max(least, 0.02), json.loads(out)

    def test_many_names(self):
        """Eight times the bytes take eight times as long, not sixty-four times."""
        def unknown(n, extra=""):
            return '{"message":"x",%s%s}' % (",".join('"k%07d":1' % i for i in range(n)), extra)
        kinds = {
            "unknown": unknown,
            "again": lambda n: unknown(n // 2)[:-1] + "," + unknown(n // 2)[15:],
            "escaped": lambda n: unknown(n).replace("k0", "\\u006b0"),
            "inside": lambda n: '{"message":"x","data":' + unknown(n) + "}",
            "long": lambda n: '{"message":"x",%s}' % ",".join(
                '"%s%d":1' % ("k" * 1000, i) for i in range(n // 80)),
        }
        for name, line in kinds.items():
            with self.subTest(name):
                few, result = self.seconds(line(20000))
                many, _ = self.seconds(line(160000))
                self.assertLess(many / few, 30)
                self.assertEqual(result["other_layouts"], 1)
                if name == "again":
                    self.assertEqual([(f["count"], f["record_count"]) for f in result["findings"]],
                                     [(10000, 1)])

    def test_many_layouts_of_many_names(self):
        def lines(n, names):
            return ['{"message":"x",%s}' % ",".join('"k%d_%d":1' % (i, k) for k in range(names))
                    for i in range(n)]
        few, _ = self.seconds(*lines(40, 1000))
        many, result = self.seconds(*lines(320, 1000))
        self.assertLess(many / few, 30)
        self.assertLessEqual(len(result["schema_drift"]), 10000)
        self.assertEqual(sum(d["count"] for d in result["schema_drift"]) + result["other_schema_drift"]
                         + 1000 * result["other_layouts"], 320000)

    def test_values_that_collide(self):
        """Without a key they come to lie in one row of a table: a number's hash was the number."""
        def lines(step):
            return ['{"info":{"success":true,"statusCode":%d},"data":null}' % (i * step)
                    for _ in range(4) for i in range(1, 9000)]
        plain, _ = self.seconds(*lines(1))
        collide, result = self.seconds(*lines(10273 * 5087))
        self.assertEqual(len(result["status_codes"]["rows"]), 8999)
        self.assertLess(collide / plain, 5)


if __name__ == "__main__":
    unittest.main()
