"""Docstrings' examples, and the blocks of docs/python.md and python/README.md, run in order in a folder
with the files that they name."""

import doctest
import importlib
import inspect
import os
import re
import shutil
import unittest

import leadscan

from support import GOOD, SAMPLES, WORKSPACE, Case, text

MODULES = ["leadscan", "leadscan._report", "leadscan._response", "leadscan._settings", "leadscan._table"]


class Examples(Case):
    def setUp(self):
        super().setUp()
        here = os.getcwd()
        os.chdir(self.folder)
        self.addCleanup(os.chdir, here)
        self.write("responses.ndjson", text(GOOD[:2] + ['{"message":"Forbidden"}', '{"message":"Forb']))
        shutil.copytree(SAMPLES, "logs")
        self.write("docker.json", text(['{"log":"x %s\\n"}' % GOOD[0].replace('"', '\\"')]))

    def test_docstrings(self):
        examples = 0
        for name in MODULES:
            done = doctest.testmod(importlib.import_module(name))
            self.assertEqual(done.failed, 0, name)
            examples += done.attempted
        self.assertGreater(examples, 12)

    def test_all_is_described(self):
        for name in leadscan.__all__:
            member = getattr(leadscan, name)
            if name != "__version__":
                self.assertTrue(inspect.getdoc(member), name)
            if inspect.isclass(member):
                for inner, method in vars(member).items():
                    if not inner.startswith("_") and callable(method):
                        self.assertTrue(inspect.getdoc(method), (name, inner))

    def blocks(self, path):
        with open(os.path.join(WORKSPACE, path)) as file:
            found = re.findall(r"^```python\n(.*?)^```$", file.read(), re.M | re.S)
        self.assertTrue(found, path)
        names = {}
        for block in found:
            exec(compile(block, path, "exec"), names)

    def test_pages(self):
        self.blocks("docs/python.md")
        self.blocks("python/README.md")

    def test_page_names_each_column(self):
        with open(os.path.join(WORKSPACE, "docs/python.md")) as file:
            page = file.read()
        for column in leadscan.columns():
            self.assertIn("`%s`" % column.name, page)


if __name__ == "__main__":
    unittest.main()
