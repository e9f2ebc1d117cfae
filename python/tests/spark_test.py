"""The wheel as a data source of Spark, which PyPI's pyspark brings; Java 17 is the machine's.

spark_test.py LEADSCAN WHEEL: the command, and the folder with the wheel.
"""

import concurrent.futures
import os
import subprocess
import unittest

from environments import FOLDER, WHEEL, environment, ran

# pandas 3 is warned of by it.
PACKAGES = ["pyspark[connect]==4.3.0", "pyarrow", "pandas<3", "mypy"]
OLDEST = ["pyspark==4.1.4", "pyarrow", "pandas<3"]  # that pushes filters


# A program, and what its environment has. By the second of a session, Connect's port is any that is free.
CASES = {
    "cluster_cases": {},
    "stream_cases": {},
    "session_cases": {"SPARK_REMOTE": "local[2]", "SPARK_TESTING": "1"},
    "spark_cases": {},
    "spark_parts_cases": {},
}


def oldest():
    return ran(environment("spark-oldest", WHEEL, *OLDEST), "session_cases")


class Spark(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.python = environment("spark", WHEEL, *PACKAGES)
        # Two at a time: each waits, for a JVM, a batch, or executors that were killed. The longest first.
        pool = concurrent.futures.ThreadPoolExecutor(2)
        cls.addClassCleanup(pool.shutdown, cancel_futures=True)
        cls.runs = {name: pool.submit(ran, cls.python, name, **variables)
                    for name, variables in CASES.items()}
        cls.runs["oldest"] = pool.submit(oldest)

    def assert_good(self, run):
        done = self.runs[run].result()
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_batches(self):
        self.assert_good("spark_cases")

    def test_parts(self):
        self.assert_good("spark_parts_cases")

    def test_streams(self):
        self.assert_good("stream_cases")

    def test_kills(self):
        self.assert_good("cluster_cases")

    def test_connect(self):
        self.assert_good("session_cases")

    def test_oldest_version(self):
        self.assert_good("oldest")

    def test_types(self):
        mypy = [self.python, "-m", "mypy", "--strict", "--cache-dir", os.path.join(FOLDER, "mypy")]
        done = subprocess.run([*mypy, "--ignore-missing-imports", "-m", "leadscan.spark"],
                              capture_output=True, text=True, cwd=FOLDER)
        self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main()
