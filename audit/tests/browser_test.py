"""The HTML report in a headless Chromium: nothing is cut off or overlaps, charts are drawn, the
console stays silent, and nothing is asked of the network. LEADSCAN_SCREENSHOTS=DIR keeps pictures."""

import base64
import json
import os
import re
import shutil
import unittest

from browser import Browser
from months import month
from page_flaws import FLAWS, VIEWS
from support import BAD, GOOD, LEADSCAN, SAMPLES, Case, run, text


class BrowserTest(Case):
    @classmethod
    def setUpClass(cls):
        if shutil.which("chromium") is None:
            raise RuntimeError("chromium is not installed: apt-get install chromium")
        cls.browser = Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()

    def page(self, *args):
        path = self.path("report.html")
        code, out, err = run("audit", "--json", "--now=2026-01-01", "--html", path, *args)
        self.assertIn(code, (0, 1, 3), err)
        return path, json.loads(out)

    def views(self, path, name):
        """Opens the page in every view, and looks at what is the same in all of them."""
        grounds = set()
        for width, dark in VIEWS:
            with self.subTest(name, width=width, dark=dark):
                self.browser.open(path, width, dark)
                self.assertEqual(self.browser.value(FLAWS), [])
                self.assertEqual(self.browser.complaints, [])
                self.assertEqual([r for r in self.browser.requests if not r.startswith("data:")],
                                 ["file://" + path])
                grounds.add(self.browser.value("getComputedStyle(document.body).backgroundColor"))
                self.keep("%s-%d-%s.png" % (name, width, "dark" if dark else "light"))
                yield
        self.assertEqual(len(grounds), 2)

    def keep(self, name):
        if os.environ.get("LEADSCAN_SCREENSHOTS"):
            self.browser.screenshot(os.path.join(os.environ["LEADSCAN_SCREENSHOTS"], name))

    def count(self, selector):
        return self.browser.value("document.querySelectorAll(%s).length" % json.dumps(selector))

    def test_samples(self):
        path, result = self.page("--glob=*.ndjson", SAMPLES)
        for _ in self.views(path, "samples"):
            self.assertEqual(self.count("#verdicts .stack rect"),
                             sum(1 for n in result["verdicts"].values() if n))
            self.assertEqual(self.count("#members td .stack"), len(result["presence"]))

    def test_large(self):
        with open(self.path("mixed"), "wb") as file:
            file.write(run("gen", "--kind=mixed", "-n", "20000")[1])
        lines = text(BAD * 30 + [GOOD[7], GOOD[7], GOOD[8].replace("OPPY-8", "OPPY-9"), GOOD[9]])
        self.write("a/rather/long/path/that/has/to/be/broken/somewhere/in/a/narrow/column.log", lines)
        path, result = self.page("--timeline=hour", self.path("mixed"), self.path("a"),
                                 self.path("none"))
        # The few lines of the second file are strays.
        timeline = [row for row in result["timeline"] if row["start"] >= "2025-06-30"]
        self.assertGreater(len(timeline), 1)
        self.assertLess(len(timeline), len(result["timeline"]))
        for _ in self.views(path, "large"):
            self.assertEqual(self.count(".plot rect"), sum(
                1 for row in timeline for n in row["verdicts"].values() if n))
            # Heights are to scale.
            heights = self.browser.value(
                "[...document.querySelectorAll('.plot g.column')].map((g) => g.getBoundingClientRect().height)")
            records = [sum(row["verdicts"].values()) for row in timeline]
            for height, count in zip(heights, records):
                self.assertAlmostEqual(height / max(heights), count / max(records), delta=0.04)
            bars = self.browser.value(
                "[...document.querySelectorAll('#responses .columns > div:first-child td.bar rect')]"
                ".map((e) => e.getBoundingClientRect().width)")
            codes = [row["count"] for row in result["status_codes"]["rows"]]
            for width, count in zip(bars, codes):
                self.assertAlmostEqual(width / bars[0], count / codes[0], delta=0.01)
            self.assertEqual(len(bars), len(codes))

    def test_many_days(self):
        lines = []
        for day in range(1000):
            date = "20%02d-%02d-%02dT" % (23 + day // 336, day // 28 % 12 + 1, day % 28 + 1)
            lines.append(GOOD[day % 400].replace("2025-06-01T", date))
        path, result = self.page("--timeline=day", self.write("a", text(lines)))
        self.assertEqual(len(result["timeline"]), 1000)
        for _ in self.views(path, "days"):
            self.assertTrue(60 <= self.count(".plot g.column") <= 192)

    def test_empty_and_one(self):
        for name, lines in [("none", []), ("one", GOOD[:1]), ("bad", BAD[:1])]:
            path, _ = self.page(self.write("a", text(lines)))
            for _ in self.views(path, name):
                self.assertEqual(self.count("h1"), 1)

    def test_hostile(self):
        lines = []
        for evil in ["<script>hacked=1</script>", "<img src=x onerror=hacked=1>", "x" * 3000,
                     "\u202eabc", "\"onmouseover=hacked=1 '"]:
            line = json.loads(GOOD[0])
            line["action"] = line["info"]["traceId"] = line["info"]["timestamp"] = evil
            line[evil] = 1
            line["error"] = {"code": evil, "message": evil}
            lines += [json.dumps(line)] * 2
        path, _ = self.page(self.write("<img src=x onerror=hacked=1>.log", text(lines)))
        for _ in self.views(path, "hostile"):
            self.assertEqual(self.browser.value("typeof hacked"), "undefined")
            self.assertEqual(self.count("img, iframe, object, form"), 0)

    def test_sorting(self):
        path, result = self.page("--glob=*.ndjson", SAMPLES)
        self.browser.open(path, 1280)

        def column(number):
            return self.browser.value("[...document.querySelectorAll('#inputs tbody tr')]"
                                      ".map((r) => r.cells[%d].textContent)" % number)

        def click(number):
            self.browser.value("document.querySelectorAll('#inputs th button')[%d].click()" % number)
        sizes = [f["bytes"] for f in result["files"]]
        as_they_are = column(2)
        self.assertEqual(as_they_are, ["{:,}".format(n) for n in sizes])
        click(2)
        self.assertEqual(column(2), ["{:,}".format(n) for n in sorted(sizes, reverse=True)])
        click(2)
        self.assertEqual(column(2), ["{:,}".format(n) for n in sorted(sizes)])
        click(0)
        self.assertEqual(column(0), sorted(f["file"] for f in result["files"]))

    def test_without_script(self):
        path, _ = self.page("--glob=*.ndjson", SAMPLES)
        self.browser.call("Emulation.setScriptExecutionDisabled", value=True)
        self.addCleanup(self.browser.call, "Emulation.setScriptExecutionDisabled", value=False)
        self.browser.open(path, 1280)
        self.assertEqual(self.browser.value(FLAWS), [])
        self.assertEqual(self.count("th button"), 0)

    def as_printed(self):
        """The page as it is laid out on paper, which is as wide as A4 less its margins."""
        self.browser.call("Emulation.setDeviceMetricsOverride", width=704, height=1000,
                          deviceScaleFactor=1, mobile=False)
        self.browser.call("Emulation.setEmulatedMedia", media="print")
        self.addCleanup(self.browser.call, "Emulation.setEmulatedMedia", media="")

    def pages(self, name):
        """How many pages the printer gets."""
        pdf = base64.b64decode(self.browser.call("Page.printToPDF", paperWidth=8.27,
                                                 paperHeight=11.69)["data"])
        if os.environ.get("LEADSCAN_SCREENSHOTS"):
            with open(os.path.join(os.environ["LEADSCAN_SCREENSHOTS"], name + ".pdf"), "wb") as file:
                file.write(pdf)
        return len(re.findall(rb"/Type /Page\b", pdf))

    def test_printed(self):
        path, _ = self.page("--glob=*.ndjson", SAMPLES)
        self.browser.open(path, 1280, dark=True)
        self.assertGreater(self.pages("samples"), 2)
        self.as_printed()
        self.assertEqual(self.browser.value("getComputedStyle(document.body).backgroundColor"),
                         "rgb(255, 255, 255)")
        self.assertEqual(self.browser.value("getComputedStyle(document.querySelector('.scroll')).maxHeight"),
                         "none")

    def test_months_are_printed_on_few_pages(self):
        for kind, most in [("clean", 10), ("month", 10), ("terrible", 14)]:
            with self.subTest(kind):
                # However long the names of files are.
                name = "a-folder-with-a-name-of-some-length/" * 8 + kind
                path, result = self.page(self.write(name, b"".join(month(LEADSCAN, 20000, kind))))
                self.assertGreater(len(result["layouts"]), 80)
                # Whatever was opened on the screen.
                for opened in ["false", "true"]:
                    self.browser.open(path, 1280)
                    self.browser.value("for (const e of document.querySelectorAll('details')) "
                                       "e.open = e.open || (%s && e.matches('.rest'))" % opened)
                    pages = self.pages(kind)
                    self.assertTrue(2 < pages <= most, pages)
                self.as_printed()
                self.assertEqual(self.browser.value(FLAWS), [])
                # On every page a table has its head: what else is in it must have no box.
                self.assertEqual(self.browser.value(
                    "[...new Set([...document.querySelectorAll('thead')]"
                    ".map((e) => getComputedStyle(e).display))]"), ["table-header-group"])
                self.assertEqual(self.browser.value(
                    "[...new Set([...document.querySelectorAll('th button')]"
                    ".map((e) => getComputedStyle(e).display))]"), ["contents"])
                # The first rows of the layouts, and how many there are.
                self.assertEqual(self.browser.value(
                    "[...document.querySelectorAll('#layouts tr')].filter((e) => e.offsetHeight > 0)"
                    ".length"), 1 + 10)
                self.assertIn("The first 10 of {:,} rows".format(len(result["layouts"])),
                              self.browser.value("document.querySelector('#layouts').innerText"))

    def test_what_a_month_tells(self):
        path, result = self.page(self.write("m", b"".join(month(LEADSCAN, 20000))))
        for _ in self.views(path, "story"):
            story = self.browser.value("document.querySelector('#story').innerText")
            self.assertRegex(story, r"From 2025-06-18 1\d:00 to 1[456]:00, \d\d of [\d,]+ records broke "
                                    r"rules of the schema \(\d+\.\d\d %; at other times 0\.00 %\)\.")
            self.assertIn("From 2025-06-12 02:00 to 08:00, 6 hours, there is no record.", story)
            self.assertRegex(story, r"The member /routingRegion, .* first at 2025-06-2[12]T")
            self.assertRegex(story, r"\d records are far from all others, .*: 2024-01-")
            # Eight strays do not take the axis: the columns of the month fill it.
            self.assertGreater(self.count(".plot g.column"), 150)
            self.assertIn("2025-06-01", self.browser.value("document.querySelector('.plot text tspan').textContent"))
            strays = self.browser.value("document.querySelector('#timeline h3 ~ .scroll').innerText")
            self.assertIn("2024-01-", strays)
            # The outage is a band, in the columns and in both lines.
            self.assertEqual(self.count(".plot .outage"), 3)
            # The lines are broken there.
            for line in ["success", "violations"]:
                self.assertEqual(self.browser.value(
                    "document.querySelector('path.l-%s').getAttribute('d').split('M').length" % line), 3)
                self.assertGreater(self.browser.value(
                    "document.querySelector('path.l-%s').getBoundingClientRect().height" % line), 10)

    def test_few_bad_records_are_seen(self):
        lines = GOOD * 5
        for i in range(10):  # of 2000: half a percent
            lines[100 + i] = lines[100 + i].replace('"statusCode":201', '"statusCode":"201"')
        path, result = self.page(self.write("a", text(lines)))
        self.assertEqual((result["records"], result["verdicts"]["violation"]), (2000, 10))
        for _ in self.views(path, "few"):
            bar = self.browser.value("document.querySelector('#verdicts rect.c-violation')"
                                     ".getBoundingClientRect().width")
            self.assertGreater(bar, 1.5)
            self.assertGreater(self.browser.value(
                "document.querySelector('path.l-violations').getBoundingClientRect().height"), 20)

    def test_links_to_excerpts(self):
        path, result = self.page(self.write("a", text(BAD * 30)))
        self.assertEqual(len(result["bad_records"]), 100)
        self.browser.open(path, 1280)
        self.assertEqual(self.count("#bad-records td a"), 100)
        self.assertEqual(self.count(".excerpt mark"), 100)
        # One that is folded is opened, and is on the screen.
        self.browser.value("document.querySelectorAll('#bad-records td a')[50].click()")
        self.assertEqual(self.browser.value("location.hash"), "#bad-51")
        self.assertTrue(self.browser.value("document.querySelector('#bad-51').checkVisibility()"))
        self.assertTrue(self.browser.value(
            "(({top, bottom}) => top >= 0 && bottom <= innerHeight)"
            "(document.querySelector('#bad-51').getBoundingClientRect())"))
        self.assertIn("line 51,", self.browser.value("document.querySelector('#bad-51').innerText"))

    def test_folded_tables(self):
        lines = [GOOD[i % 400].replace('"action":"create"', '"action":"a%03d"' % i) for i in range(40)]
        path, _ = self.page(self.write("a", text(lines)))
        self.browser.open(path, 1280)
        table = "document.querySelectorAll('#responses .columns > div')[1]"
        shown = ("[...%s.querySelectorAll('tbody tr')].filter((e) => e.offsetHeight > 0)"
                 ".map((e) => e.cells[0].textContent)" % table)
        names = ["a%03d" % i for i in range(40)]
        self.assertEqual(self.browser.value(shown), names[:10])
        # Sorting is of all rows, not of those that are seen.
        for expected in [names, names[::-1]]:
            self.browser.value(table + ".querySelector('th button').click()")
            self.assertEqual(self.browser.value(shown), expected[:10])
        self.browser.value(table + ".querySelector('summary').click()")
        self.assertEqual(self.browser.value(shown), names[::-1])


if __name__ == "__main__":
    unittest.main()
