"""Shared by the tests of packages. They run in the repository's root, or in runfiles that look so."""

import glob
import os
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = os.getcwd()
TESTS = os.path.join(ROOT, "packages/tests")
STRICT = ["-std=c++20", "-fno-exceptions", "-fno-rtti", "-Wall", "-Wextra", "-Werror"]


def compilers():
    """g++, and the newest clang++ that is installed, each with its C compiler."""
    found = [("gcc", "g++")]
    newest = max((int(re.search(r"-(\d+)$", path)[1]) for path in glob.glob("/usr/bin/clang++-*")
                  if re.search(r"-\d+$", path)), default=None)
    if newest:
        found.append(("clang-%d" % newest, "clang++-%d" % newest))
    return found


def version():
    with open(os.path.join(ROOT, "lib/leadscan/version.h")) as file:
        return ".".join(re.findall(r"#define LEADSCAN_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)",
                                   file.read()))


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def run_it(self, *command, **kw):
        """What it printed. It must succeed, and be silent on standard error unless told."""
        done = subprocess.run(command, capture_output=True, text=True, **{"cwd": self.folder, **kw})
        self.assertEqual(done.returncode, 0, "%s\n%s%s" % (command, done.stdout[-3000:],
                                                          done.stderr[-3000:]))
        return done.stdout

    def assert_consumer(self, *command, **kw):
        self.assertEqual(self.run_it(*command, **kw), version() + "\n")

    def copy_consumers(self, *names):
        for name in names or ["consumer.cc", "consumer.c", "CMakeLists.txt"]:
            shutil.copy(os.path.join(TESTS, name), self.path(name))
