"""What parsers cost besides time: the tool's own arithmetic, and callgrind on a parser."""

import os
import re
import shutil
import sys
import unittest

from bench import costs

PROGRAM = os.path.abspath(sys.argv.pop(1))
COMPILATION_MODE = sys.argv.pop(1)


def is_sanitized(path):
    with open(path, "rb") as file:
        return re.search(rb"__[at]san_init", file.read()) is not None


SAID = """
==7== Callgrind, a call-graph generating cache profiler
==7== Events    : Ir Bc Bcm Bi Bim
==7== Collected : 1000 90 8 70 6
==7==
==7== I   refs:      1,000
"""


class Costs(unittest.TestCase):
    def test_sums(self):
        self.assertEqual(costs.sums(SAID), {"instructions_per_document": 1000, "mispredictions_per_document": 14})

    def test_figures_are_put_to_calls_of_that_parser(self):
        entries = [{"parser": parser, "corpus": corpus, "setting": setting, "run_type": kind}
                   for parser in ("a", "b") for corpus in ("mixed", "file") for setting in ("document", "stream")
                   for kind in ("iteration", "aggregate")]
        result = {"benchmarks": entries}
        costs.put(result, "a", {"mixed": {"instructions_per_document": 5}}, {"code_bytes": 7})
        found = [entry for entry in entries if "code_bytes" in entry or "instructions_per_document" in entry]
        self.assertEqual(found, [{"parser": "a", "corpus": "mixed", "setting": "document", "run_type": "aggregate",
                                  "instructions_per_document": 5, "code_bytes": 7}])

    def test_code_is_what_is_in_text_sections(self):
        self.assertGreater(costs.code_bytes(PROGRAM), 10000)

    @unittest.skipUnless(shutil.which("valgrind"), "no valgrind")
    @unittest.skipIf(COMPILATION_MODE == "opt", "parsers are built for this CPU, which valgrind may not know")
    @unittest.skipIf(is_sanitized(PROGRAM), "valgrind runs no sanitizer's build")
    def test_counting_is_of_documents(self):
        # The least work that a parser can do with a document is to look at each of its bytes.
        once = costs.counts(PROGRAM, "yyjson", "uniform")
        again = costs.counts(PROGRAM, "yyjson", "uniform")
        self.assertGreater(once["instructions_per_document"], 237)
        self.assertLess(once["instructions_per_document"], 100000)
        self.assertLess(abs(once["instructions_per_document"] / again["instructions_per_document"] - 1), 0.01)
        self.assertLess(once["mispredictions_per_document"], once["instructions_per_document"] / 5)


if __name__ == "__main__":
    unittest.main()
