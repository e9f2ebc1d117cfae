"""One version: whatever cannot read lib/leadscan/version.h says the same as it.

version_test.py LEADSCAN: the command.
"""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from support import ROOT, version

LEADSCAN = os.path.abspath(sys.argv.pop(1))


def read(path):
    with open(os.path.join(ROOT, path)) as file:
        return file.read()


class Version(unittest.TestCase):
    def test_is_semantic(self):
        self.assertRegex(version(), r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$")

    def test_bazel(self):
        self.assertEqual(re.search(r'module\(\n    name = "leadscan",\n    version = "(.*)"',
                                   read("MODULE.bazel"))[1], version())

    def test_change_log(self):
        released = re.findall(r"^## (\d\S*) - (\d{4}-\d\d-\d\d)$", read("CHANGELOG.md"), re.M)
        self.assertEqual(released[0][0], version())
        # The man page's date.
        self.assertIn('kReleaseDate = "%s"' % released[0][1], read("audit/cli/version.h"))

    def test_debian(self):
        self.assertEqual(re.match(r"leadscan \((\S+)-\d+\) ", read("packages/debian/changelog"))[1],
                         version())

    def test_c_header(self):
        major, minor, patch = map(int, version().split("."))
        self.assertEqual(int(re.search(r"#define LEADSCAN_C_VERSION (\d+)",
                                       read("lib/leadscan/c/leadscan.h"))[1]),
                         major * 10000 + minor * 100 + patch)
        self.assertIn("libleadscan.so.%d" % major, read("lib/leadscan/c/BUILD"))

    def test_vcpkg(self):
        port = json.loads(read("packages/vcpkg/vcpkg.json"))
        self.assertEqual((port["name"], port["version-semver"]), ("leadscan", version()))

    @unittest.skipUnless(shutil.which("cmake"), "without cmake")
    def test_vcpkg_portfile(self):
        """CMake runs it, with vcpkg's functions, which only say what they are given."""
        with tempfile.TemporaryDirectory() as folder:
            script = os.path.join(folder, "port.cmake")
            port = os.path.join(ROOT, "packages/vcpkg/portfile.cmake")
            with open(script, "w") as file:
                file.write('set(CURRENT_PACKAGES_DIR "%s")\n' % os.path.join(folder, "packages"))
                for name in ["cmake_configure", "cmake_install", "install_copyright"]:
                    file.write('function(vcpkg_%s)\n  message("%s ${ARGN}")\nendfunction()\n' % (name, name))
                file.write('include("%s")\n' % port)
            said = subprocess.run(["cmake", "-P", script], capture_output=True, text=True)
        root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(port))))
        self.assertEqual((said.returncode, said.stderr.splitlines()), (0, [
            "cmake_configure SOURCE_PATH;%s;OPTIONS;-DLEADSCAN_INSTALL=ON;-DCMAKE_INSTALL_LIBDIR=lib" % root,
            "cmake_install ", "install_copyright FILE_LIST;%s/LICENSE" % root]))

    def test_conan(self):
        recipe, = [node for node in ast.parse(read("packages/conan/conanfile.py")).body
                   if isinstance(node, ast.ClassDef)]
        methods = {node.name for node in recipe.body if isinstance(node, ast.FunctionDef)}
        self.assertLessEqual({"set_version", "export_sources", "build", "package", "package_info"},
                             methods)

    def test_command(self):
        said = subprocess.run([LEADSCAN, "--version"], capture_output=True, text=True)
        self.assertEqual((said.returncode, said.stderr), (0, ""))
        lines = said.stdout.splitlines()
        self.assertEqual(lines[0], "leadscan " + version())
        self.assertEqual([line.split(":")[0] for line in lines[1:]],
                         ["commit", "compiler", "instruction sets"])
        self.assertRegex(lines[1], r"^commit: (not told to the build|[0-9a-f]{7,}\+?)$")
        self.assertRegex(lines[2], r"^compiler: (gcc|clang) \d+")
        self.assertTrue(lines[3].startswith("instruction sets: portable"), lines[3])


if __name__ == "__main__":
    unittest.main()
