"""libleadscan.so.0 as its users have it: what it exports and needs, and docs/embedding.md's program,
compiled by each compiler that is there as C99, C11 and C++, and run.

c_library_test.py LIBRARY: in the repository's root.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

LIBRARY = os.path.abspath(sys.argv.pop(1))
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wconversion", "-Wshadow"]
DIALECTS = {
    "gcc": ["-std=c99"], "gcc C11": ["-std=c11"], "gcc C17": ["-std=c17"],
    "g++": ["-std=c++11"], "g++ 20": ["-std=c++20", "-fno-exceptions"],
    "clang-19": ["-std=c99"], "clang-19 C11": ["-std=c11"],
    "clang++-19": ["-std=c++11"], "clang++-19 20": ["-std=c++20"],
}
CREATED = "data/fixtures/created/typical.json"


def read(path):
    with open(path) as file:
        return file.read()


def declared():
    return re.findall(r"^LEADSCAN_C_API [^;(]*?\b(leadscan_\w+)\(",
                      read("lib/leadscan/c/leadscan.h"), re.M)


def lines_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def compilers():
    """Dialects by compiler, of those that are there."""
    return {name: options for name, options in DIALECTS.items() if shutil.which(name.split()[0])}


class Library(unittest.TestCase):
    def test_exports_what_the_header_declares(self):
        symbols = [line.split()[1:] for line in lines_of("nm", "-D", "--defined-only", LIBRARY)]
        functions = {name.split("@")[0]: kind for kind, name in symbols}
        self.assertEqual(functions.pop("LEADSCAN_0"), "A")
        self.assertGreater(len(functions), 20)
        self.assertEqual(set(functions), set(declared()))
        self.assertEqual(set(functions.values()), {"T"})
        self.assertEqual([name for _, name in symbols if "simdjson" in name], [])

    def test_versions_its_symbols(self):
        symbols = lines_of("nm", "-D", "--defined-only", LIBRARY)
        for name in declared():
            self.assertTrue(any(line.endswith(" %s@@LEADSCAN_0" % name) for line in symbols), name)

    def test_needs_little(self):
        dynamic = "\n".join(lines_of("readelf", "-d", LIBRARY))
        self.assertRegex(dynamic, r"SONAME.*\[libleadscan\.so\.0\]")
        needed = set(re.findall(r"NEEDED.*\[(.*?)\]", dynamic))
        self.assertLessEqual(needed, {"libstdc++.so.6", "libgcc_s.so.1", "libc.so.6", "libm.so.6",
                                      "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"})
        self.assertIn("libstdc++.so.6", needed)
        self.assertNotIn("RPATH", dynamic.replace("RUNPATH", ""))

    def test_has_no_thread_locals_and_no_unique_symbols(self):
        kinds = {line.split()[-2] for line in lines_of("nm", "-D", LIBRARY)}
        self.assertNotIn("u", kinds)  # those forbid dlclose
        sections = "\n".join(lines_of("readelf", "-S", "-W", LIBRARY))
        self.assertIn(".text", sections)
        self.assertNotRegex(sections, r"\.t(bss|data)\b")


class Programs(unittest.TestCase):
    """Each dialect: compiles without a warning, links, runs."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
        code = re.search(r"```c\n(.*?)```", read("docs/embedding.md"), re.S)[1]
        for ending in ["c", "cc"]:
            with open(os.path.join(cls.folder, "filter." + ending), "w") as file:
                file.write(code)
        os.symlink(LIBRARY, os.path.join(cls.folder, "libleadscan.so.0"))
        os.symlink("libleadscan.so.0", os.path.join(cls.folder, "libleadscan.so"))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def built(self, name, options):
        out = os.path.join(self.folder, re.sub(r"\W", "_", name))
        source = os.path.join(self.folder, "filter.cc" if "++" in name else "filter.c")
        done = subprocess.run(
            [name.split()[0], *options, "-O1", *WARNINGS, "-Ilib", "-o", out, source,
             "-L" + self.folder, "-lleadscan", "-Wl,-rpath," + self.folder],
            capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""), name)
        return out

    def run_on(self, program, document):
        with open(document, "rb") as file:
            done = subprocess.run([program], stdin=file, capture_output=True, text=True)
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout.rstrip("\n")

    def test_every_dialect(self):
        there = compilers()
        self.assertIn("gcc", there)
        for name, options in there.items():
            with self.subTest(name):
                program = self.built(name, options)
                self.assertEqual(self.run_on(program, CREATED), (0, self.expected(CREATED)))
                with tempfile.NamedTemporaryFile("w", dir=self.folder) as bad:
                    bad.write('{"action":1,"info":{"success":true}}')
                    bad.flush()
                    code, line = self.run_on(program, bad.name)
                self.assertEqual(code, 1)
                self.assertRegex(line, "^violation at 0: a required member .*; missing_member "
                                       "/partnerLeadOpportunityId; .*; wrong_type /action")
                self.assertEqual(self.run_on(program, "data/fixtures/malformed/html.json"),
                                 (1, "malformed at 0: expected a value"))
                code, line = self.run_on(program, os.devnull)
                self.assertEqual((code, line), (1, "truncated at 0: the document ends early"))

    @staticmethod
    def expected(path):
        document = json.loads(read(path))
        return "created ds_id=%s trace_id=%s" % (document["dsLeadOpportunityId"],
                                                 document["info"]["traceId"])


if __name__ == "__main__":
    unittest.main()
