"""The declarations in leadscan.lua are those of the C header.

cdef_test.py [--update [FOLDER]]: in the repository's root. --update writes them anew.
"""

import os
import re
import sys
import unittest

HEADER = "lib/leadscan/c/leadscan.h"
MODULE = "gateway/lua/leadscan.lua"
COMMAND = "tools/bazel run //gateway/lua:cdef_test -- --update"
BLOCK = re.compile(r"(-- begin cdef [^\n]*\n)(.*?)(-- end cdef\n)", re.S)


def read(path):
    with open(path) as file:
        return file.read()


def declarations(header):
    """What LuaJIT takes of the header: no preprocessor, no comments."""
    text = re.sub(r"/\*.*?\*/", "", header, flags=re.S)
    # Behind the block of macros, up to the end of extern "C".
    text = text[text.index("enum leadscan_status"):text.rindex("#ifdef __cplusplus")]
    text = re.sub(r"^#.*\n", "", text, flags=re.M)
    text = re.sub(r"\bLEADSCAN_C_(API|NOEXCEPT)\b", "", text)
    # A declaration is broken for the width of a line.
    text = re.sub(r"\([^()]*\)", lambda match: " ".join(match[0].split()), text)
    lines = [" ".join(line.split()).replace(" ;", ";") for line in text.splitlines()]
    in_braces = re.compile(r"LEADSCAN_\w+ =|(const )?\w+\*? \w+(\[\d+\])?;")
    return "".join("  " * bool(in_braces.match(line)) + line + "\n" for line in lines if line)


def updated(module, header):
    block = "local CDEF = [[\n%s]]\n" % declarations(header)
    return BLOCK.sub(lambda match: match[1] + block + match[3], module)


def version(header):
    number = int(re.search(r"#define LEADSCAN_C_VERSION (\d+)", header)[1])
    return "%d.%d.%d" % (number // 10000, number // 100 % 100, number % 100)


class Declarations(unittest.TestCase):
    def test_are_the_headers(self):
        self.assertEqual(read(MODULE), updated(read(MODULE), read(HEADER)), COMMAND)

    def test_nothing_is_missing(self):
        header, text = read(HEADER), declarations(read(HEADER))
        functions = re.findall(r"^LEADSCAN_C_API [^;(]*?\b(leadscan_\w+)\(", header, re.M)
        self.assertGreater(len(functions), 20)
        self.assertEqual(re.findall(r"\b(leadscan_\w+)\(", text), functions)
        code = re.sub(r"/\*.*?\*/", "", header, flags=re.S)
        constants = re.findall(r"^ +(LEADSCAN_\w+) = (-?\d+)", code, re.M)
        self.assertGreater(len(constants), 70)
        self.assertEqual(re.findall(r"(LEADSCAN_\w+) = (-?\d+)", text), constants)
        for kind in ["text", "result", "violation", "body"]:
            self.assertIn("} leadscan_%s;\n" % kind, text)

    def test_nothing_is_left_of_the_preprocessor(self):
        text = declarations(read(HEADER))
        self.assertNotRegex(text, r"#|/\*|\*/|//|LEADSCAN_C_|__|\bextern\b|\]\]")
        self.assertEqual(text.count("{"), text.count("}"))

    def test_a_change_of_the_header_is_noticed(self):
        header = read(HEADER)
        for old, new in [("LEADSCAN_FAMILY_MESSAGE = 4", "LEADSCAN_FAMILY_MESSAGE = 5"),
                         ("  uint8_t family;", "  uint8_t family;\n  uint8_t region;"),
                         ("leadscan_parse(leadscan_parser* parser", "leadscan_parse(void* parser")]:
            self.assertIn(old, header)
            self.assertNotEqual(read(MODULE), updated(read(MODULE), header.replace(old, new)))

    def test_version(self):
        self.assertIn('_VERSION = "%s"' % version(read(HEADER)), read(MODULE))


def main():
    if sys.argv[1:2] != ["--update"]:
        unittest.main()
    folder = sys.argv[2] if len(sys.argv) > 2 else os.environ.get("BUILD_WORKSPACE_DIRECTORY", ".")
    os.chdir(folder)
    text = updated(read(MODULE), read(HEADER))
    with open(MODULE, "w") as file:
        file.write(text)


if __name__ == "__main__":
    main()
