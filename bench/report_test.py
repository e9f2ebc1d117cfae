"""//bench:report on results that compare wrote: what is on the page is what is in the file."""

import base64
import glob
import hashlib
import html.parser
import io
import json
import os
import re
import tempfile
import unittest
from unittest import mock

from bench import report
from bench import report_audit
from bench import report_charts as charts
from bench import report_html
from bench import report_tables as tables
from bench.report_results import Result, load

HERE = os.path.dirname(os.path.abspath(__file__))
OLD = os.path.join(HERE, "results", "2026-11-24-epyc-zen4", "compare.json")  # without a manifest
NEW = os.path.join(HERE, "testdata", "compare.json")
SWEEP = os.path.join(HERE, "testdata", "sweep.json")
AUDIT = os.path.join(HERE, "testdata", "audit.json")  # of whole tools
OLD_AUDIT = os.path.join(HERE, "results", "2026-11-24-epyc-zen4", "audit.json")


class Seen(html.parser.HTMLParser):
    """Elements, and the texts of tables."""

    def __init__(self, text):
        super().__init__()
        self.tags = []  # (tag, attributes)
        self.rows = {}  # by section: cells of each row
        self.open = []
        self.section = ""
        self.texts = {}  # by tag
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append((tag, attributes))
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)
        if tag == "section":
            self.section = attributes["id"]
        elif tag == "tr":
            self.rows.setdefault(self.section, []).append([])
        elif tag in ("td", "th"):
            self.rows[self.section][-1].append("")

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()

    def handle_data(self, data):
        if not self.open:
            return
        self.texts.setdefault(self.open[-1], []).append(data)
        if "td" in self.open or "th" in self.open:
            if "title" not in self.open:
                self.rows[self.section][-1][-1] += data


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def read(path):
    return json.loads(text_of(path))


def page(*results):
    text = report_html.Page(list(results)).write()
    return text, Seen(text)


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def run_report(self, *args):
        out = io.StringIO()
        # As under `bazel run`.
        with mock.patch("sys.stderr", io.StringIO()) as err, \
                mock.patch.dict(os.environ, BUILD_WORKING_DIRECTORY=self.folder):
            code = report.main(list(args), out)
        return code, out.getvalue(), err.getvalue()


class Pages(Case):
    def check(self, text, seen):
        """What holds for each page."""
        self.assertEqual(seen.open, [])
        ids = [attributes["id"] for _, attributes in seen.tags if "id" in attributes]
        self.assertEqual(len(ids), len(set(ids)))
        for tag, attributes in seen.tags:
            if attributes.get("href", "").startswith("#"):
                self.assertIn(attributes["href"][1:], ids)
            else:
                self.assertIn(attributes.get("href", "data:,"), "data:,")
            self.assertNotIn("src", attributes)
            self.assertNotIn("style", attributes)
            if tag == "svg" and attributes.get("role") == "img":
                self.assertTrue(attributes["aria-label"])
        self.assertNotIn("http://", text)
        self.assertNotIn("https://", text)
        # The page forbids whatever is not its own style and script.
        policy = next(a["content"] for t, a in seen.tags if a.get("http-equiv") == "Content-Security-Policy")
        self.assertIn("default-src 'none'", policy)
        for tag in ("style", "script"):
            source = re.search(r"<%s>(.*?)</%s>" % (tag, tag), text, re.S)[1]
            digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
            self.assertIn("%s-src 'sha256-%s'" % (tag, digest), policy)

    def check_rows(self, seen, data):
        """Every figure of the file is on the page."""
        shown = {}
        for row in seen.rows["throughput"]:
            shown.setdefault(row[0], set()).add(row[2])
        for entry in data["benchmarks"]:
            if "ns_per_document" in entry:
                parser = entry.get("run_name", entry["name"]).split("/")[2]
                self.assertIn(tables.nanoseconds(entry["ns_per_document"]), shown[parser])

    def test_old(self):
        text, seen = page(load(OLD))
        self.check(text, seen)
        self.check_rows(seen, read(OLD))
        self.assertEqual(seen.texts["h1"],
                         ["leadscan loses 1 of 6 comparisons, at worst with 572 ns to 535 of simdjson_iterate_many"])
        first = seen.rows["comparison"][1]
        self.assertEqual(first[0], "adversarial, NDJSON streamsimdjson_iterate_many")
        self.assertEqual(first[2:], ["0.94", "572", "535", "-"])
        self.assertIn(("tr", {"class": "lost"}), seen.tags)
        # A parser that fails is there, without figures.
        self.assertIn("simdjson_iterate_many: fails at document 1", text)
        self.assertIn(["cpu", "AMD EPYC"], seen.rows["manifest"])
        for absent in ("latency", "sweeps", "board", "acceptance", "history", "machines"):
            self.assertNotIn('id="%s' % absent, text)

    def test_new(self):
        data = read(NEW)
        result = load(NEW)
        text, seen = page(result)
        self.check(text, seen)
        self.check_rows(seen, data)
        for one in data["leadscan"]["latency"]:
            row = [one["parser"], ""] + [tables.nanoseconds(one[p]) if one[p] else "-"
                                         for p in ("p50", "p90", "p99", "p999")] + ["{:,}".format(one["samples"])]
            self.assertIn(row, seen.rows["latency"])
        for corpus in data["leadscan"]["corpora"]:
            for one in corpus["acceptance"]:
                row = next(row for row in seen.rows["acceptance"] if row[0] == one["parser"])
                self.assertTrue(any(cell.startswith(tables.share(one["share"]) + " %") or cell == one["note"]
                                    for cell in row), row)
        manifest = data["context"]["manifest"]
        self.assertIn(["kernel", manifest["kernel"]], seen.rows["manifest"])
        for peer in manifest["peers"]:
            self.assertIn([peer[key] for key in ("parser", "library", "version", "flags")], seen.rows["manifest"])
        for warning in manifest["warnings"]:
            self.assertIn(warning.split("`")[0], "".join(seen.texts["li"]))
        # Where leadscan loses comes first, and who is faster is named.
        lost = [one for one in tables.comparisons([result]) if one.ratio < 1]
        self.assertTrue(lost)
        for one, row in zip(lost, seen.rows["comparison"][1:]):
            self.assertTrue(row[0].startswith(one.title + one.rival.parser), row)
            self.assertLess(float(row[2]), 1)
        losing = {(entry["corpus"], entry["setting"]): set(entry["loses"]) for entry in data["benchmarks"]
                  if entry.get("loses")}
        self.assertEqual({(one.table.corpus, one.table.setting):
                          {one.rival.parser} | {row.parser for row in one.others} for one in lost}, losing)

    def test_sweeps(self):
        data = read(SWEEP)
        text, seen = page(load(SWEEP))
        self.check(text, seen)
        for sweep in data["leadscan"]["sweeps"]:
            self.assertIn(sweep["title"] + " ", seen.texts["h3"])
            for point in sweep["points"]:
                ns = tables.nanoseconds(point["ns_per_document"])
                self.assertTrue(any(row[0] == point["parser"] and any(cell.split(" ")[0] == ns for cell in row)
                                    for row in seen.rows["sweeps"]), point)
                if point["accepted_share"] < 1:
                    self.assertIn("%s (%s %%)" % (ns, tables.share(point["accepted_share"])), text)
        self.assertEqual(text.count('<path class="s'), 2)
        # Its corpora are in no other section.
        for absent in ("throughput", "latency", "acceptance", "comparison"):
            self.assertNotIn('id="%s' % absent, text)
        # Where leadscan loses is said, and comes first.
        lost = {entry["corpus"].split("=")[1] for entry in data["benchmarks"] if entry.get("loses")}
        self.assertTrue(lost)
        self.assertEqual(seen.texts["h1"], ["leadscan loses %d of %d points of sweeps" % (
            len(lost), len(data["leadscan"]["sweeps"][0]["points"]) / 2)])
        self.assertEqual({li.split(" ")[1] for li in seen.texts["li"] if li.startswith("At ")}, lost)

    def test_sweeps_in_order(self):
        data = read(SWEEP)
        good = json.loads(json.dumps(data["leadscan"]["sweeps"][0]))
        good["title"] = "Something that is no trouble"
        for point in good["points"]:
            if point["parser"] == "leadscan":
                point.update(ns_per_document=1.0, gigabytes_per_second=point["bytes_per_document"])
        bad = good["points"][-1]
        bad.update(note="fails at document 1", **{key: None for key in bad if key not in (
            "x", "corpus", "parser", "note")})
        data["leadscan"]["sweeps"].insert(0, good)
        text, seen = page(Result("sweeps.json", data))
        self.check(text, seen)
        titles = [title.strip() for title in seen.texts["h3"] if title.endswith(" ")]
        self.assertEqual(titles[:2], [data["leadscan"]["sweeps"][1]["title"], good["title"]])
        self.assertIn("%s at %d: fails at document 1" % (bad["parser"], bad["x"]), text)

    def test_board(self):
        board = read(NEW)["leadscan"]["board"]
        _, seen = page(load(NEW))
        rows = {row[0]: row[1:] for row in seen.rows["board"]}
        right = {"accept": ["accepts"], "refuse": ["refuses"], "either": ["accepts", "refuses"]}
        for case, answers in zip(board["cases"], board["answers"]):
            row = rows["%(group)s: %(case)s%(text)s%(why)s" % case]
            self.assertEqual([cell[1:] for cell in row[1:]], answers)
            self.assertEqual([cell[0] == "✓" for cell in row[1:]],
                             [answer in right[case["right"]] for answer in answers])
        sums = [str(sum(answers[i] in right[case["right"]] for case, answers in zip(board["cases"], board["answers"])))
                for i in range(len(board["parsers"]))]
        self.assertEqual(rows["right answers, of %d" % len(board["cases"])][1:], sums)

    def test_floors(self):
        data = read(NEW)
        data["leadscan"]["floors"] = [{"corpus": "mixed", "setting": "stream", "floor": "memory read",
                                       "gigabytes_per_second": 50.0}]
        text, seen = page(Result("floors.json", data))
        self.check(text, seen)
        self.assertIn("of memory read", "".join(seen.texts["th"]))
        row = next(row for row in seen.rows["throughput"] if row[0] == "memory read")
        self.assertEqual(row[1:5], ["", "-", "50.0", "100.0 %"])
        ours = next(entry for entry in data["benchmarks"] if entry["name"] == "mixed/stream/leadscan_median")
        self.assertIn("%.1f %%" % (100 * ours["bytes_per_second"] / 50e9),
                      [row[4] for row in seen.rows["throughput"] if row[0] == "leadscan"])

    def test_threads(self):
        data = read(NEW)
        data["leadscan"]["threads"] = [
            {"corpus": "mixed", "parser": parser,
             "points": [{"threads": n, "documents_per_second": rate * n * share, "efficiency": share}
                        for n, share in ((1, 1), (2, 0.75))]}
            for parser, rate in (("yyjson", 2e6), ("leadscan", 8e6))]
        text, seen = page(Result("threads.json", data))
        self.check(text, seen)
        self.assertEqual(seen.rows["threads"][0], ["parser", "1", "M/s", "of 1×", "2", "M/s", "of 2×"])
        self.assertEqual(seen.rows["threads"][1:], [
            ["leadscan", "", "8.00", "100 %", "", "12.0", "75 %"], ["yyjson", "", "2.00", "100 %", "", "3.00", "75 %"]])

    def test_history(self):
        older, newer = read(NEW), read(NEW)
        older["context"]["date"] = "2026-01-02T00:00:00+00:00"
        for data, commit in ((older, "a" * 40), (newer, "b" * 40)):
            data["context"]["manifest"].update(commit=commit, dirty=False)
        for entry in older["benchmarks"]:
            if entry["name"] == "mixed/stream/leadscan_median":
                entry["ns_per_document"] = 61.5
        text, seen = page(Result("newer.json", newer), Result("older.json", older))
        self.check(text, seen)
        self.assertEqual(seen.rows["history"][0][2:],
                         ["2026-01-02 aaaaaaaaaa", newer["context"]["date"][:10] + " bbbbbbbbbb"])
        row = next(row for row in seen.rows["history"] if row[0].startswith("mixed, NDJSON stream"))
        self.assertTrue(row[2].startswith("61.5 ns ("), row)
        # Ratios are to one rival, even if another one was faster then.
        rival = row[0][len("mixed, NDJSON stream"):]
        then = next(entry["ns_per_document"] for entry in older["benchmarks"]
                    if entry["name"] == "mixed/stream/%s_median" % rival)
        self.assertEqual(row[2], "61.5 ns (%s ×)" % tables.fixed(then / 61.5))
        # The older one is history only.
        self.assertNotIn("61.5", [row[2] for row in seen.rows["throughput"]])
        self.assertTrue(any("differs" in row[0] and "aaaaaaaaaa" in "".join(row) for row in seen.rows["manifest"]))

    def test_machines(self):
        here, there = read(NEW), read(NEW)
        there["context"]["manifest"]["cpu"] = "Another CPU"
        text, seen = page(Result("here.json", here), Result("there.json", there))
        self.check(text, seen)
        heads = seen.rows["machines"][0]
        self.assertEqual(heads, ["corpus, setting", here["context"]["manifest"]["cpu"], "Another CPU"])
        for row in seen.rows["machines"][1:]:
            self.assertEqual(row[1], row[2])
            self.assertRegex(row[1], r"^[\d.,]+ ns \([\d.]+ ×\)$")
        self.assertEqual(seen.rows["throughput-1"], seen.rows["throughput-2"])

    def test_hostile(self):
        evil = "<script>hacked=1</script>\"'"
        text = text_of(NEW)
        for word in ("mixed", "yyjson", "simdjson_ondemand", "GNU", "gcc"):
            text = text.replace(word, json.dumps(evil)[1:-1] + word)
        page_text, seen = page(Result(evil, json.loads(text)))
        self.check(page_text, seen)
        self.assertEqual(page_text.count("<script>"), 1)
        self.assertGreater(page_text.count("&lt;script&gt;hacked"), 10)

    def test_little(self):
        # One row, without a rival; and Google Benchmark's.
        for benchmarks in [[{"name": "mixed/stream/leadscan", "cpu_time": 10.0}], [{"name": "BM_x", "cpu_time": 1.0}]]:
            text, seen = page(Result("x.json", {"context": {}, "benchmarks": benchmarks}))
            self.check(text, seen)
            self.assertEqual(seen.texts["h1"], ["Results without leadscan or without a rival"])
        debug = {"context": {"library_build_type": "debug"}, "benchmarks": benchmarks}
        self.assertIn("build for debugging", page(Result("x.json", debug))[0])


class Charts(unittest.TestCase):
    def test_log_scale(self):
        scale = charts.LogScale([1, 100])
        self.assertTrue(0 < scale(1) < 0.1 < scale(10) < 0.9 < scale(100) < 1)
        self.assertEqual(scale.ticks(), [1, 3, 10, 30, 100])
        # Noise is not drawn as if it were something.
        scale = charts.LogScale([100, 101])
        self.assertLess(scale(101) - scale(100), 0.02)
        self.assertEqual(charts.LogScale([5])(5), charts.LogScale([7])(7))

    def test_lines(self):
        text = charts.lines([charts.Line("a", [(0, 1), (0.5, 2), (1, 4)]), charts.Line("b", [(0, 3), (1, 3)])],
                            "label", "linear")
        self.assertEqual(text.count("<path"), 2)
        # The first is drawn last, on top.
        self.assertGreater(text.index('path class="s0"'), text.index('path class="s1"'))
        xs = [float(x) for x in re.findall(r"[ML]([\d.]+) ", text.split('path class="s0"')[1].split("/>")[0])]
        self.assertEqual(xs, [4, 50, 96])
        # A zero has no logarithm.
        charts.lines([charts.Line("a", [(0, 1), (10, 2)])], "label", "log")
        charts.lines([charts.Line("a", [(10, 2)])], "label", "log")

    def test_numbers(self):
        self.assertEqual([charts.short(x) for x in (0, 0.25, 100, 1500, 1e6)], ["0", "0.25", "100", "1.5k", "1M"])
        self.assertEqual([tables.fixed(x) for x in (0.912, 9.96, 123.4, None)], ["0.91", "9.96", "123", "-"])
        self.assertEqual([tables.nanoseconds(x) for x in (9.44, 572.1, 5200)], ["9.4", "572", "5,200"])
        self.assertEqual([tables.share(x) for x in (1, 0.999999, 0.00001, 0, None)],
                         ["100.00", "99.99", "0.01", "0.00", "-"])


class Tables(Case):
    def test_labels(self):
        def result(path, **manifest):
            data = read(NEW)
            data["context"]["manifest"].update(manifest)
            return Result(path, data)
        for results, names in [([result("a.json")], [""]),
                               ([result("a.json", cpu="A"), result("a.json", cpu="B")], ["A", "B"]),
                               ([result("x/a.json"), result("x/b.json")], ["a", "b"]),
                               ([result("x/a.json"), result("y/a.json")], ["x/a.json", "y/a.json"])]:
            self.assertEqual(list(tables.labels(results).values()), names)

    def test_worst_first(self):
        ratios = [one.ratio for one in tables.comparisons([load(OLD), load(NEW)])]
        self.assertEqual(ratios, sorted(ratios))
        self.assertGreater(len(ratios), 10)

    def test_pairs_before_crowds(self):
        crowd, pair = read(NEW), read(NEW)
        pair["context"]["parsers"] = "pair"
        pair["benchmarks"] = [entry for entry in pair["benchmarks"]
                              if entry["parser"] in ("leadscan", "simdjson_ondemand")]
        # Alone, simdjson is twice as fast.
        for entry in pair["benchmarks"]:
            if entry["parser"] == "simdjson_ondemand" and "ns_per_document" in entry:
                entry["ns_per_document"] /= 2
        for one in tables.comparisons([Result("crowd", crowd), Result("pair", pair)]):
            self.assertEqual((one.result.path, one.rival.parser), ("pair", "simdjson_ondemand"))
        # Where it is slow alone, another one of the crowd is the fastest; itself is not asked there again.
        for entry in pair["benchmarks"]:
            if entry["parser"] == "simdjson_ondemand" and "ns_per_document" in entry:
                entry["ns_per_document"] *= 20
        found = tables.comparisons([Result("crowd", crowd), Result("pair", pair)])
        self.assertEqual({one.result.path == "pair" for one in found if one.rival.parser == "simdjson_ondemand"},
                         {True})
        self.assertIn("simdjson_iterate_many", {one.rival.parser for one in found})

    def test_markdown(self):
        code, text, _ = self.run_report("--markdown", OLD, NEW)
        self.assertEqual(code, 0)
        blocks = re.findall(r"(?:^\|.*\|\n)+", text, re.M)
        self.assertEqual(len(blocks), 3)
        for block in blocks:
            columns = {line.count("|") for line in block.splitlines()}
            self.assertEqual(len(columns), 1, block)
        self.assertIn("| adversarial, NDJSON stream (485 bytes) | 572 ns, 0.85 GB/s | "
                      "simdjson_iterate_many 535 ns | 0.94 | - |", blocks[0])
        self.assertIn("| leadscan | 14.1 |", blocks[1])

    def test_out(self):
        code, out, _ = self.run_report(OLD, "--out=" + self.path("a.html"))
        self.assertEqual((code, out), (0, self.path("a.html") + "\n"))
        self.assertEqual(text_of(self.path("a.html")), page(load(OLD))[0])
        self.assertEqual(glob.glob(self.path("*.new")), [])

    def test_refuses(self):
        self.write("README.md", "nothing")
        for args, what in [([self.path("none.json")], "No such file"), ([self.write("x", "{")], "is not JSON"),
                           (["--readme", OLD], "has no place for the table")]:
            code, out, err = self.run_report(*args)
            self.assertEqual((code, out), (1, ""))
            self.assertIn(what, err)
        with self.assertRaises(SystemExit) as end:
            self.run_report()
        self.assertEqual(end.exception.code, 2)


README = """Before

<!-- tools/bazel run //bench:report -- --readme a.json -->
stale
<!-- end of what //bench:report writes -->

After
"""


class Readme(Case):
    def result(self, name, change=None):
        data = read(NEW)
        data["context"]["preset"] = "default"
        data["context"]["manifest"]["dirty"] = False
        if change:
            change(data)
        self.write(name, json.dumps(data))
        return data

    def test_writes(self):
        self.result("a.json")
        path = self.write("README.md", README)
        self.assertEqual(self.run_report("--readme")[0], 0)
        text = text_of(path)
        self.assertTrue(text.startswith("Before\n\n<!-- tools/bazel run //bench:report -- --readme a.json -->\n"))
        self.assertTrue(text.endswith("|\n<!-- end of what //bench:report writes -->\n\nAfter\n"))
        self.assertNotIn("stale", text)
        expected = tables.comparisons([load(self.path("a.json"))])
        rows = [line for line in text.splitlines() if line.startswith("| ")][1:]
        self.assertEqual(len(rows), len([one for one in expected if one.table.setting != "trained"]))
        self.assertIn("AVX2 only", rows[0])
        self.assertTrue(rows[0].endswith("| %s | all |" % tables.fixed(expected[0].ratio)), rows[0])
        self.assertRegex(next(row for row in rows if "mixed" in row), r"\| \d\d\.\d\d %, \d\d\.\d\d % \|$")
        # Once more changes nothing; other files are named from then on.
        self.run_report("--readme")
        self.assertEqual(text_of(path), text)
        self.result("b-1.json", lambda data: data["context"]["manifest"].update(isa="avx512"))
        self.assertEqual(self.run_report("--readme", "b-*.json")[0], 0)
        text = text_of(path)
        self.assertIn("--readme b-*.json -->", text)
        self.assertNotIn("AVX2", text)

    def test_refuses(self):
        path = self.write("README.md", README)
        self.assertIn("no file is a.json", self.run_report("--readme")[2])
        for what, change in [("a quick run", lambda data: data["context"].update(preset="quick")),
                             ("debugging", lambda data: data["context"].update(library_build_type="debug")),
                             ("not committed", lambda data: data["context"]["manifest"].update(dirty=True))]:
            self.result("a.json", change)
            code, _, err = self.run_report("--readme")
            self.assertEqual(code, 1)
            self.assertIn(what, err)
        self.assertIn("stale", text_of(path))

    def test_of_this_project(self):
        path = os.path.join(HERE, os.pardir, "README.md")
        self.assertEqual(tables.readme_with_table(path), text_of(path),
                         "run: tools/bazel run //bench:report -- --readme")


class Audits(Case):
    """Results of //bench:audit."""

    def test_whole_tools_are_on_the_page(self):
        out = self.path("page.html")
        data = read(AUDIT)
        # Of older results nothing tells what starting takes.
        data["results"][1]["start"] = {"cpu": 7.25}
        code, _, err = self.run_report(NEW, self.write("audit.json", json.dumps(data)), "--out=" + out)
        self.assertEqual(code, 0, err)
        seen = Seen(text_of(out))
        rows = seen.rows["tools"]
        for row in data["results"]:
            self.assertIn([row["name"], row["version"], "%.2f" % row["wall"], "%.2f" % row["cpu"],
                           "7.25" if "start" in row else "-"], [shown[:5] for shown in rows])
        for one in data["unavailable"]:
            self.assertIn([one["name"], one["why"]], [shown[:2] for shown in rows])
        # Beside the audit's own time, the fastest first.
        own = [row for row in rows if row[0] == "audit -j1"]
        self.assertTrue(own and all(row[-1] == "1.00" for row in own))
        self.assertIn("audit.json", text_of(out))
        self.assertEqual(seen.open, [])

    def test_without_tools_there_is_no_section(self):
        out = self.path("page.html")
        audit = read(AUDIT)
        audit["results"] = []
        self.assertEqual(self.run_report(NEW, self.write("empty.json", json.dumps(audit)), "--out=" + out)[0], 0)
        self.assertNotIn("Whole tools", text_of(out))

    def test_readme(self):
        path = os.path.join(HERE, os.pardir, "README.md")
        self.assertEqual(report_audit.readme_with_audit(path), text_of(path),
                         "run: tools/bazel run //bench:report -- --readme-audit FILE")

    def test_readme_of_another_file(self):
        text = "Before\n<!-- tools/bazel run //bench:report -- --readme-audit x.json -->\nold\n%safter\n" % tables.END
        self.write("README.md", text)
        self.write("y.json", text_of(OLD_AUDIT))
        self.assertIn("x.json is no result of //bench:audit", self.run_report("--readme-audit")[2])
        self.assertEqual(self.run_report("--readme-audit", "y.json"), (0, "", ""))
        written = text_of(self.path("README.md"))
        self.assertTrue(written.startswith("Before\n<!-- tools/bazel run //bench:report -- --readme-audit y.json -->\n"))
        self.assertTrue(written.endswith(tables.END + "after\n"))
        self.assertIn("| `check -q`, mixed.gz | 1.05 | `igzip -d -c` 1.09 | 0.96 |", written)
        self.assertIn("`audit` 18, 76, 484.", written)
        # A file with only some of it.
        self.write("y.json", text_of(AUDIT))
        self.assertIn("has no row of uniform, raw: check -q -j1", self.run_report("--readme-audit", "y.json")[2])


if __name__ == "__main__":
    unittest.main()
