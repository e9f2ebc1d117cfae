"""leadscan.h and leadscan.cc, made by amalgamate.py, in a program outside of the tree.

dropin_test.py SIMDJSON_HEADER SIMDJSON_SOURCE
"""

import os
import sys
import unittest

from support import ROOT, STRICT, Case, compilers

SIMDJSON = [os.path.realpath(sys.argv.pop(1)) for _ in range(2)]


class DropIn(Case):
    def setUp(self):
        super().setUp()
        self.run_it(sys.executable, "packages/amalgamate.py", "--out=" + self.folder, cwd=ROOT)
        os.symlink(SIMDJSON[0], self.path("simdjson.h"))
        os.symlink(SIMDJSON[1], self.path("simdjson.cpp"))
        self.copy_consumers("consumer.cc")

    def test_a_program_of_two_files(self):
        self.assertEqual(sorted(os.listdir(self.folder)), [
            "consumer.cc", "leadscan.cc", "leadscan.h", "simdjson.cpp", "simdjson.h"])
        # Its own compiler makes no other code of simdjson: once is enough.
        self.run_it("g++", "-std=c++20", "-w", "-O0", "-c", "simdjson.cpp")
        for _, compiler in compilers():
            with self.subTest(compiler=compiler):
                self.run_it(compiler, *STRICT, "-O3", "-DLEADSCAN_DROPPED_IN", "-I.", "-o", "consumer",
                            "consumer.cc", "leadscan.cc", "simdjson.o", "-pthread")
                self.assert_consumer("./consumer")

    def test_the_header_stands_alone(self):
        for _, compiler in compilers():
            self.run_it(compiler, *STRICT, "-Wpedantic", "-fsyntax-only", "-x", "c++", "-include",
                        "leadscan.h", "/dev/null")

    def test_kernels_keep_to_their_instruction_sets(self):
        """What is compiled for AVX-512 or AVX2 says so in its name; nothing else uses them."""
        self.run_it("g++", *STRICT, "-O3", "-c", "leadscan.cc")
        function, outside, inside = "", set(), set()
        for line in self.run_it("objdump", "-d", "-C", "--no-show-raw-insn",
                                "leadscan.o").splitlines():
            if line.endswith(">:"):
                function = line
            elif "%ymm" in line or "%zmm" in line:
                known = "avx2" in function.lower() or "avx512" in function.lower()
                (inside if known else outside).add(function)
        self.assertEqual(outside, set())
        self.assertGreater(len(inside), 10)


if __name__ == "__main__":
    unittest.main()
