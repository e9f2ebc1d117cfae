"""The CMake build, and programs outside of the tree that take it in each of its ways.

cmake_test.py SIMDJSON_HEADER SIMDJSON_SOURCE
"""

import os
import re
import shutil
import subprocess
import sys
import unittest

from support import ROOT, STRICT, Case, compilers, version

SIMDJSON = [os.path.realpath(sys.argv.pop(1)) for _ in range(2)]

# A simdjson as another package installs it.
SIMDJSON_CONFIG = """
add_library(simdjson::simdjson STATIC IMPORTED)
set_target_properties(simdjson::simdjson PROPERTIES IMPORTED_LOCATION "%(folder)s/libsimdjson.a"
  INTERFACE_INCLUDE_DIRECTORIES "%(folder)s")
"""
SIMDJSON_VERSION = """
set(PACKAGE_VERSION "%s")
set(PACKAGE_VERSION_COMPATIBLE TRUE)
"""


class Cmake(Case):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path("simdjson"))
        for path in SIMDJSON:
            os.symlink(path, self.path("simdjson", os.path.basename(path)))
        os.mkdir(self.path("program"))
        for name in ["consumer.cc", "consumer.c", "CMakeLists.txt"]:
            shutil.copy(os.path.join(ROOT, "packages/tests", name), self.path("program", name))
        self.simdjson = "-DLEADSCAN_SIMDJSON_DIR=" + self.path("simdjson")

    def cmake(self, source, build, *options, compiler=("gcc", "g++")):
        self.run_it("cmake", "-S", source, "-B", build, "-DCMAKE_BUILD_TYPE=Debug",
                    "-DCMAKE_C_COMPILER=" + compiler[0], "-DCMAKE_CXX_COMPILER=" + compiler[1],
                    *options)
        self.run_it("cmake", "--build", build, "--parallel", "2")

    def assert_consumers(self, build):
        self.assert_consumer("./consumer", cwd=self.path(build))
        self.assert_consumer("./consumer_c", cwd=self.path(build))

    def test_installed(self):
        self.cmake(ROOT, "build", self.simdjson, "-DCMAKE_INSTALL_LIBDIR=lib/some-where")
        self.run_it("cmake", "--install", "build", "--prefix", self.path("first"))
        # The folder may be moved.
        os.rename(self.path("first"), self.path("second"))
        for number, compiler in enumerate(compilers()):
            with self.subTest(compiler=compiler[1]):
                build = "program_%d" % number
                self.cmake("program", build, "-DTAKE=installed",
                           "-DCMAKE_PREFIX_PATH=" + self.path("second"),
                           "-Dleadscan_DIR=" + self.path("second/lib/some-where/cmake/leadscan"),
                           compiler=compiler)
                self.assert_consumers(build)
        env = dict(os.environ, PKG_CONFIG_PATH=self.path("second/lib/some-where/pkgconfig"))
        flags = self.run_it("pkg-config", "--cflags", "--libs", "--static", "leadscan",
                            env=env).split()
        self.run_it("g++", *STRICT, "-o", "static", "program/consumer.cc",
                    *[flag.replace("-lleadscan", "-l:libleadscan.a") for flag in flags])
        self.assert_consumer("./static")
        self.assertEqual(self.run_it("pkg-config", "--modversion", "leadscan", env=env).strip(),
                         version())
        symbols = self.run_it("nm", "-C", "--defined-only",
                              "second/lib/some-where/libleadscan.a")
        self.assertIn(" leadscan::Parser::parse(", symbols)
        self.assertNotRegex(symbols, r"\bsimdjson(_fast_float)?::")
        # For gateways, as //:install has them.
        with open(self.path("second/share/leadscan/lua/leadscan.lua")) as file:
            self.assertIn('_VERSION = "%s"' % version(), file.read())
        with open(os.path.join(ROOT, "gateway/envoy/leadscan_envoy.c")) as file:
            hooks = re.findall(r"\b(envoy_dynamic_module_on_\w+)\(", file.read())
        shown = self.run_it("nm", "-D", "--defined-only",
                            "second/lib/some-where/leadscan/libleadscan_envoy.so")
        self.assertEqual({line.split()[-1] for line in shown.splitlines()}, set(hooks))

    def test_subdirectory_and_fetched(self):
        self.cmake("program", "subdirectory", "-DTAKE=subdirectory", "-DLEADSCAN_SOURCE=" + ROOT,
                   self.simdjson, compiler=compilers()[-1])
        self.assert_consumers("subdirectory")
        self.cmake("program", "fetched", "-DTAKE=fetched", "-DLEADSCAN_SOURCE=" + ROOT,
                   self.simdjson)
        self.assert_consumers("fetched")

    def test_a_simdjson_that_is_installed(self):
        self.run_it("g++", "-std=c++20", "-w", "-O0", "-fPIC", "-c", "simdjson/simdjson.cpp")
        self.run_it("ar", "rc", "simdjson/libsimdjson.a", "simdjson.o")
        for name, text in [("simdjson-config.cmake", SIMDJSON_CONFIG % {
                "folder": self.path("simdjson")}),
                           ("simdjson-config-version.cmake", SIMDJSON_VERSION % "5.0.2")]:
            with open(self.path("simdjson", name), "w") as file:
                file.write(text)
        there = "-Dsimdjson_DIR=" + self.path("simdjson")
        self.cmake(ROOT, "build", there)
        self.run_it("cmake", "--install", "build", "--prefix", self.path("there"))
        self.cmake("program", "program_build", "-DTAKE=installed", there,
                   "-DCMAKE_PREFIX_PATH=" + self.path("there"))
        self.assert_consumers("program_build")

    def test_no_simdjson_is_given(self):
        """The archive that is pinned is fetched."""
        self.run_it("cmake", "-S", ROOT, "-B", "pinned", "-DCMAKE_DISABLE_FIND_PACKAGE_simdjson=ON")
        with open(self.path("pinned/simdjson/simdjson.h"), "rb") as fetched:
            with open(SIMDJSON[0], "rb") as pinned:
                self.assertEqual(fetched.read(), pinned.read())

    def test_why_there_is_no_simdjson(self):
        """Whatever became of the client, it is told."""
        with open(self.path("python"), "w") as file:
            file.write("#!/bin/sh\necho '[SSL: CERTIFICATE_VERIFY_FAILED]'\nexit 7\n")
        os.chmod(self.path("python"), 0o755)
        nowhere = ["-DCMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF", "-DCMAKE_FIND_USE_SYSTEM_ENVIRONMENT_PATH=OFF"]
        for i, (options, words) in enumerate([
                (["-DLEADSCAN_PYTHON=" + self.path("python")], ["CERTIFICATE_VERIFY", "exit status: 7", "PIP_CERT"]),
                (["-DLEADSCAN_PYTHON=/bin/false"], ["exit status: 1"]),
                (nowhere + ["-DCMAKE_MAKE_PROGRAM=" + shutil.which("make")], ["there is no python3"])]):
            done = subprocess.run(["cmake", "-S", ROOT, "-B", self.path("why_%d" % i),
                                   "-DCMAKE_DISABLE_FIND_PACKAGE_simdjson=ON", "-DCMAKE_C_COMPILER=/usr/bin/gcc",
                                   "-DCMAKE_CXX_COMPILER=/usr/bin/g++", *options], capture_output=True, text=True)
            self.assertNotEqual(done.returncode, 0)
            for word in words:
                self.assertIn(word, " ".join(done.stderr.split()))
            self.assertEqual("PIP_CERT" in words, "PIP_CERT" in done.stderr)


class Version(Case):
    def test_which_versions_will_do(self):
        parts = version().split(".")
        with open(os.path.join(ROOT, "packages/leadscan-config-version.cmake.in")) as file:
            text = file.read().replace("@LEADSCAN_VERSION@", version())
        with open(self.path("version.cmake"), "w") as file:
            file.write(text)
        with open(self.path("ask.cmake"), "w") as file:
            file.write("include(version.cmake)\nmessage(\"${PACKAGE_VERSION_COMPATIBLE}\")\n")
        for wanted, answer in [("", True), (".".join(parts[:2]), True), (version(), True),
                               ("%s.%d" % (parts[0], int(parts[1]) + 1), False),
                               (".".join(parts[:2]) + ".99", False), ("1", False), ("7.0", False)]:
            done = subprocess.run(["cmake", "-DPACKAGE_FIND_VERSION=" + wanted, "-P", "ask.cmake"],
                                  cwd=self.folder, capture_output=True, text=True)
            self.assertEqual(done.stderr.strip(), str(answer).upper(), wanted)


if __name__ == "__main__":
    unittest.main()
