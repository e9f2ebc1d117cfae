"""The binary interface of libleadscan.so.0 is that of lib/leadscan/c/leadscan.abi, or more of it.

c_abi_test.py [--update]: in the repository's root. abidiff (Debian: abigail-tools) compares what gcc
12 compiles; --update writes the file anew, which is right for new functions and new members at the
end of leadscan_result, and for nothing else.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

C = "lib/leadscan/c"
ABI = C + "/leadscan.abi"
COMPILE = ["g++", "-std=c++20", "-g", "-O1", "-fPIC", "-shared", "-fno-exceptions", "-fno-rtti",
           "-ffile-prefix-map=%s=." % os.getcwd()]
# Exit status of abidiff.
CHANGED, INCOMPATIBLE = 4, 8


def read(path):
    with open(path) as file:
        return file.read()


def run(*command):
    return subprocess.run(command, capture_output=True, text=True)


def must(*command):
    done = run(*command)
    if done.returncode != 0:
        raise RuntimeError("%s\n%s%s" % (command, done.stdout, done.stderr))
    return done.stdout


def library(folder):
    """The C interface alone, with debugging information; what it calls is left undefined."""
    out = os.path.join(folder, "libleadscan.so.0")
    must(*COMPILE, "-Ilib", "-o", out, C + "/leadscan.cc", C + "/body.cc",
         "-Wl,-soname,libleadscan.so.0", "-Wl,--version-script=%s/leadscan.map" % C)
    return out


def stub(folder, name, header):
    """A library of functions that do nothing, as a header declares them."""
    place = os.path.join(folder, name)
    os.mkdir(place)
    with open(place + "/leadscan.h", "w") as file:
        file.write(header)
    declarations = re.findall(r"^LEADSCAN_C_API ([^;]*?\)) LEADSCAN_C_NOEXCEPT;", header, re.M)
    assert len(declarations) > 20
    with open(place + "/stub.cc", "w") as file:
        file.write('#include "leadscan.h"\n')
        for declaration in declarations:
            file.write("%s LEADSCAN_C_NOEXCEPT { return {}; }\n" % declaration)
    names = re.findall(r"\b(leadscan_\w+)\(", "\n".join(declarations))
    with open(place + "/map", "w") as file:
        file.write("LEADSCAN_0 { global: %s; local: *; };\n" % "; ".join(names))
    out = place + "/libleadscan.so.0"
    must(*COMPILE, "-o", out, place + "/stub.cc", "-Wl,-soname,libleadscan.so.0",
         "-Wl,--version-script=" + place + "/map")
    return out


def compare(path, suppress=True):
    """abidiff's status. Without debugging information it would find everything equal."""
    if ".debug_info" not in must("readelf", "-S", "-W", path):
        raise RuntimeError(path + " has no debugging information")
    plain = run("abidiff", "--no-added-syms", ABI, path)
    if not suppress or plain.returncode == 0:
        return plain.returncode, plain.stdout + plain.stderr
    done = run("abidiff", "--no-added-syms", "--suppressions", C + "/leadscan.supp", ABI, path)
    # Where nothing was inserted, the suppression hides any other change of the struct.
    if done.returncode == 0 and "data member change" in plain.stdout:
        return plain.returncode, plain.stdout
    return done.returncode, done.stdout + done.stderr


class Abi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
        cls.header = read(C + "/leadscan.h")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def test_is_that_of_the_baseline(self):
        self.assertEqual(compare(library(self.folder)), (0, ""))

    def status(self, name, old=None, new=None, **options):
        header = self.header
        if old is not None:
            self.assertEqual(header.count(old), 1, old)
            header = header.replace(old, new)
        return compare(stub(self.folder, name, header), **options)[0]

    # What abidiff is worth: doctored libraries.

    def test_nothing_changed(self):
        self.assertEqual(self.status("same"), 0)

    def test_member_at_the_end(self):
        old = "  uint8_t reserved1[3];\n"
        new = old + "  leadscan_text region;\n"
        self.assertEqual(self.status("end", old, new), 0)
        self.assertEqual(self.status("end_plain", old, new, suppress=False), CHANGED)

    def test_member_in_the_middle(self):
        old = "  leadscan_text ds_id;\n"
        self.assertEqual(self.status("middle", old, "  leadscan_text region;\n" + old), CHANGED)

    def test_member_of_another_type(self):
        old = "  int64_t status_code;"
        for kind in ["int32_t", "uint64_t"]:
            self.assertEqual(self.status(kind, old, "  %s status_code;" % kind), CHANGED)

    def test_member_of_another_type_and_one_at_the_end(self):
        header = self.header.replace("  int64_t status_code;", "  uint64_t status_code;")
        old = "  uint8_t reserved1[3];\n"
        header = header.replace(old, old + "  leadscan_text region;\n")
        self.assertEqual(compare(stub(self.folder, "both", header))[0], CHANGED)

    def test_member_of_a_struct_that_cannot_grow(self):
        self.assertEqual(self.status("body", "  uint64_t reserved1[4];",
                                     "  uint64_t reserved1[5];"), CHANGED)

    def test_parameter_of_another_type(self):
        old = "leadscan_body_add(leadscan_body* body, const char* piece, size_t size,"
        self.assertEqual(self.status("parameter", old, old.replace("size_t", "uint32_t")), CHANGED)

    def test_function_gone(self):
        old = "LEADSCAN_C_API int32_t leadscan_body_end(leadscan_body* body) LEADSCAN_C_NOEXCEPT;\n"
        self.assertEqual(self.status("gone", old, "") & INCOMPATIBLE, INCOMPATIBLE)

    def test_function_added(self):
        old = "LEADSCAN_C_API int32_t leadscan_body_end(leadscan_body* body) LEADSCAN_C_NOEXCEPT;\n"
        self.assertEqual(self.status("added", old, old + old.replace("_end", "_new")), 0)

    def test_without_debugging_information(self):
        stripped = stub(self.folder, "stripped", self.header)
        must("strip", stripped)
        with self.assertRaisesRegex(RuntimeError, "no debugging information"):
            compare(stripped)


def update():
    with tempfile.TemporaryDirectory() as folder:
        # Of this version of gcc, and nothing of this machine's.
        must("abidw", "--no-comp-dir-path", "--no-corpus-path", "--no-show-locs", "--out-file", ABI,
             library(folder))


if __name__ == "__main__":
    if shutil.which("abidiff") is None:
        sys.exit("c_abi_test.py: no abidiff (apt-get install abigail-tools)")
    if not must("g++", "-dumpversion").startswith("12"):
        sys.exit("c_abi_test.py: the baseline is gcc 12's, and this is another")
    if sys.argv[1:] == ["--update"]:
        update()
    else:
        unittest.main()
