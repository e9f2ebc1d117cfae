"""The jar as a data source of Spark, beside the wheel, whose rows it must have; both from PyPI's pyspark.

jvm_test.py LEADSCAN WHEEL JAR: the command, the folder with the wheel, and the jar.
"""

import os
import subprocess
import sys
import unittest

os.environ["LEADSCAN_JAR"] = os.path.abspath(sys.argv.pop(3))

from environments import WHEEL, environment, run_case

CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "jvm_")
PACKAGES = [WHEEL, "pyspark==4.3.0", "pyarrow", "pandas<3"]


class Jvm(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.python = environment("jvm", *PACKAGES)

    def test_cases(self):
        run_case(self, self.python, CASES + "cases")

    def test_cluster(self):
        run_case(self, self.python, CASES + "cluster_cases")

    def test_library_exports_what_the_jvm_calls(self):
        jar = os.environ["LEADSCAN_JAR"]
        name = "leadscan/spark/linux-amd64/libleadscan_spark.so"
        folder = os.environ["TEST_TMPDIR"]
        subprocess.run([sys.executable, "-m", "zipfile", "-e", jar, folder], check=True)
        done = subprocess.run(["nm", "--dynamic", "--defined-only", os.path.join(folder, name)],
                              capture_output=True, text=True, check=True)
        names = [line.split()[-1] for line in done.stdout.splitlines()]
        self.assertEqual(sorted(names), ["Java_leadscan_spark_Native_" + name for name in (
            "account", "check", "close", "columns", "errors", "file", "next", "open", "plan")])


if __name__ == "__main__":
    unittest.main()
