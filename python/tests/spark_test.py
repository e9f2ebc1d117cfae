"""The wheel as a data source of Spark, which PyPI's pyspark brings; Java 17 is the machine's.

spark_test.py LEADSCAN WHEEL: the command, and the folder with the wheel.
"""

import os
import subprocess
import unittest

from environments import FOLDER, WHEEL, environment, run_case

# pandas 3 is warned of by it.
PACKAGES = ["pyspark[connect]==4.3.0", "pyarrow", "pandas<3", "mypy"]
OLDEST = ["pyspark==4.1.4", "pyarrow", "pandas<3"]  # that pushes filters


class Spark(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.python = environment("spark", WHEEL, *PACKAGES)

    def test_batches(self):
        run_case(self, self.python, "spark_cases")

    def test_parts(self):
        run_case(self, self.python, "spark_parts_cases")

    def test_streams(self):
        run_case(self, self.python, "stream_cases")

    def test_kills(self):
        run_case(self, self.python, "cluster_cases")

    def test_connect(self):
        # By the second, the server's port is any that is free.
        run_case(self, self.python, "session_cases", SPARK_REMOTE="local[2]", SPARK_TESTING="1")

    def test_oldest_version(self):
        run_case(self, environment("spark-oldest", WHEEL, *OLDEST), "session_cases")

    def test_types(self):
        mypy = [self.python, "-m", "mypy", "--strict", "--cache-dir", os.path.join(FOLDER, "mypy")]
        done = subprocess.run([*mypy, "--ignore-missing-imports", "-m", "leadscan.spark"],
                              capture_output=True, text=True, cwd=FOLDER)
        self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main()
