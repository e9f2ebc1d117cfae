"""The benchmark's page in a headless Chromium, as the audit's: nothing is cut off or overlaps, what is drawn is
to scale, and nothing is asked of the network. LEADSCAN_SCREENSHOTS=DIR keeps pictures."""

import base64
import json
import os
import re
import shutil
import tempfile
import unittest

from bench import report_html
from bench.report_results import Result
from bench.report_test import NEW, OLD, SWEEP, read
from browser import Browser
from page_flaws import FLAWS, VIEWS


def others():
    """Results beside NEW: an older commit, and another machine."""
    older, there = read(NEW), read(NEW)
    older["context"]["date"] = "2026-01-02T00:00:00+00:00"
    older["context"]["manifest"]["commit"] = "a" * 40
    there["context"]["manifest"]["cpu"] = "Another CPU with a name that is rather long @ 2.60GHz"
    return {"older.json": older, "there.json": there}


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if shutil.which("chromium") is None:
            raise RuntimeError("chromium is not installed: apt-get install chromium")
        cls.browser = Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()

    def setUp(self):
        folder = tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def page(self, **results):
        path = os.path.join(self.folder, "report.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write(report_html.Page([Result(name, data) for name, data in results.items()]).write())
        return path

    def keep(self, name, data=None):
        folder = os.environ.get("LEADSCAN_SCREENSHOTS")
        if folder and data is None:
            self.browser.screenshot(os.path.join(folder, name))
        elif folder:
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)

    def test_views(self):
        for name, results in [("old", {"old.json": read(OLD)}), ("new", {"new.json": read(NEW)}),
                              ("sweep", {"sweep.json": read(SWEEP)}),
                              ("several", {"new.json": read(NEW), **others()})]:
            path = self.page(**results)
            grounds = set()
            for width, dark in VIEWS:
                with self.subTest(name, width=width, dark=dark):
                    self.browser.open(path, width, dark)
                    self.assertEqual(self.browser.value(FLAWS), [])
                    # What is folded is looked at, too.
                    self.browser.value("for (const e of document.querySelectorAll('details')) e.open = true")
                    self.assertEqual(self.browser.value(FLAWS), [])
                    self.assertEqual(self.browser.complaints, [])
                    self.assertEqual([r for r in self.browser.requests if not r.startswith("data:")],
                                     ["file://" + path])
                    grounds.add(self.browser.value("getComputedStyle(document.body).backgroundColor"))
                    self.keep("bench-%s-%d-%s.png" % (name, width, "dark" if dark else "light"))
            self.assertEqual(len(grounds), 2)

    def test_bars_are_to_scale(self):
        self.browser.open(self.page(**{"new.json": read(NEW)}), 1280)
        for table in range(self.browser.value("document.querySelectorAll('#throughput table').length")):
            rows = json.loads(self.browser.value(
                "JSON.stringify([...document.querySelectorAll('#throughput table')[%d].tBodies[0].rows].map("
                "(r) => [r.querySelector('rect').getBoundingClientRect().width, r.cells[3].textContent]))" % table))
            longest = rows[0][0]
            for width, speed in rows:
                self.assertAlmostEqual(width / longest, float(speed) / float(rows[0][1]), delta=0.01)

    def test_sorts(self):
        self.browser.open(self.page(**{"new.json": read(NEW)}), 1280)
        column = "[...document.querySelector('#comparison table').tBodies[0].rows].map((r) => +r.cells[2].textContent)"
        ratios = self.browser.value(column)
        self.assertEqual(ratios, sorted(ratios))
        self.browser.value("document.querySelectorAll('#comparison th button')[1].click()")
        self.assertEqual(self.browser.value(column), sorted(ratios, reverse=True))

    def test_without_script(self):
        self.browser.call("Emulation.setScriptExecutionDisabled", value=True)
        self.addCleanup(self.browser.call, "Emulation.setScriptExecutionDisabled", value=False)
        self.browser.open(self.page(**{"new.json": read(NEW)}), 1280)
        self.assertEqual(self.browser.value(FLAWS), [])

    def test_printed(self):
        path = self.page(**{"new.json": read(NEW), "sweep.json": read(SWEEP)})
        self.browser.open(path, 1280, dark=True)
        pdf = base64.b64decode(self.browser.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)["data"])
        self.keep("bench.pdf", pdf)
        pages = len(re.findall(rb"/Type /Page\b", pdf))
        self.assertTrue(2 < pages < 15, pages)
        # As wide as A4 less its margins.
        self.browser.call("Emulation.setDeviceMetricsOverride", width=704, height=1000, deviceScaleFactor=1,
                          mobile=False)
        self.browser.call("Emulation.setEmulatedMedia", media="print")
        self.addCleanup(self.browser.call, "Emulation.setEmulatedMedia", media="")
        self.assertEqual(self.browser.value(FLAWS), [])
        self.assertEqual(self.browser.value("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)")
        # What is folded on the screen is on the paper, and no table is wider than that.
        self.assertEqual(self.browser.value(
            "[...document.querySelectorAll('details')].filter((e) => e.querySelector('td').offsetHeight === 0).length"),
            0)
        self.assertEqual(self.browser.value(
            "[...document.querySelectorAll('.scroll')].filter((e) => e.scrollWidth > e.clientWidth + 1)"
            ".map((e) => e.getAttribute('aria-label'))"), [])


if __name__ == "__main__":
    unittest.main()
