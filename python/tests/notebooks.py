"""The notebooks of examples/, executed; each with plots, and none with an error.

notebooks.py LEADSCAN [FOLDER]: the command. With FOLDER, executed notebooks are written there, to be looked at.
"""

import base64
import glob
import os
import sys
import unittest

FOLDER = sys.argv.pop(2) if len(sys.argv) > 2 and os.path.isdir(sys.argv[2]) else None

import nbclient
import nbformat

from support import LEADSCAN, WORKSPACE


class Notebooks(unittest.TestCase):
    def test_all(self):
        paths = glob.glob(os.path.join(WORKSPACE, "examples/*.ipynb"))
        self.assertGreater(len(paths), 2)
        for path in paths:
            with self.subTest(path):
                self.execute(path)

    def execute(self, path):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            self.assertFalse(cell.get("outputs"), "outputs are not kept in the tree")
        os.environ["LEADSCAN"] = os.path.abspath(LEADSCAN)
        nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
        plots = [output.data["image/png"] for cell in notebook.cells if cell.cell_type == "code"
                 for output in cell.outputs if "image/png" in output.get("data", {})]
        self.assertGreater(len(plots), 0)
        for plot in plots:
            self.assertGreater(len(base64.b64decode(plot)), 5000)
        if FOLDER:
            name = os.path.basename(path)
            nbformat.write(notebook, os.path.join(FOLDER, name))
            for number, plot in enumerate(plots):
                with open(os.path.join(FOLDER, "%s.%d.png" % (name, number)), "wb") as file:
                    file.write(base64.b64decode(plot))


if __name__ == "__main__":
    unittest.main()
