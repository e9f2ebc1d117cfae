"""The notebooks of examples/, with the wheel, in an environment of their own.

notebooks_test.py LEADSCAN WHEEL: the command, and the folder with the wheel.
"""

import unittest

from environments import WHEEL, environment, run_case

PACKAGES = ["pyspark==4.3.0", "pyarrow", "pandas<3", "duckdb", "ipykernel", "matplotlib", "nbclient"]


class Examples(unittest.TestCase):
    def test_notebooks(self):
        run_case(self, environment("notebooks", WHEEL, *PACKAGES), "notebooks")


if __name__ == "__main__":
    unittest.main()
