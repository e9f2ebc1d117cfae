"""The lists of third-party libraries name the same ones.

deps.bzl has them; Bazel 7 and later see only those that MODULE.bazel names too, which a build with an
older one does not tell.

third_party_test.py: in the repository's root.
"""

import re
import unittest


def read(path):
    with open(path) as file:
        return file.read()


class Lists(unittest.TestCase):
    def setUp(self):
        deps = read("third_party/deps.bzl")
        self.libraries = sorted(re.findall(r'(?:source|nginx|python|jdk)_repo\(\n +name = "(\w+)"', deps) +
                                re.findall(r'^    \("(\w+)", "', deps, re.M))
        self.assertGreater(len(self.libraries), 10)

    def test_module_bazel(self):
        uses = re.search(r"^use_repo\(\n    third_party,\n(.*?)^\)", read("MODULE.bazel"), re.M | re.S)
        self.assertEqual(re.findall(r'"(\w+)"', uses[1]), self.libraries)

    def test_readme(self):
        table = re.findall(r"^\| [^|]+ \| [^|]+ \| (`@.*?) \| .* \|$", read("third_party/README.md"), re.M)
        self.assertEqual(sorted(re.findall(r"@(\w+)", " ".join(table))), self.libraries)

    def test_packages_are_installed(self):
        deps = read("third_party/deps.bzl")
        packages = set(re.findall(r'system_package = "([^"]+)"', deps)) | set(
            re.findall(r'^    \("\w+", "([^"]+)"', deps, re.M))
        self.assertGreater(len(packages), 10)
        self.assertLessEqual(packages, set(re.findall(r"^ *want(?:_command)? (\S+) ", read("tools/bazel"), re.M)))


if __name__ == "__main__":
    unittest.main()
