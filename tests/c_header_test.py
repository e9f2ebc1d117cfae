"""leadscan.h, abi_checks.h and leadscan.map say what the library's description says.

c_header_test.py DESCRIBE [--update [FOLDER]]: DESCRIBE is what c_header_main.cc makes. --update writes the
three files anew, in lib/leadscan/c of the repository or in FOLDER; it only ever appends, and refuses
to change a number or a place that programs were compiled with.
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest

FOLDER = "lib/leadscan/c"
COMMAND = "tools/bazel run //tests:c_header_test -- --update"
CHECKS = """\
// What leadscan.h promises to programs that are compiled already: its numbers and places, against
// those of C++. They never change; //tests:c_header_test writes this file, and only appends.
#pragma once

#include <cstddef>

#include "leadscan/c/layout.h"
#include "leadscan/c/leadscan.h"
#include "leadscan/error.h"
#include "leadscan/error_code.h"
#include "leadscan/fields.h"
#include "leadscan/json/type.h"
#include "leadscan/response.h"

namespace leadscan::c {

// If these fail, describe the new members in the header, too:
// %s
static_assert(kFieldCount == %d);
%s
}  // namespace leadscan::c
"""


class Refused(Exception):
    """The description has changed where it may only have grown."""


def read(name, folder=FOLDER):
    with open(os.path.join(folder, name)) as file:
        return file.read()


def describe(program):
    """The blocks that the program prints, by name."""
    text = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    parts = re.split(r"^== (\w+)\n", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def block_pattern(name):
    return re.compile(r"(  /\* begin %s \*/\n)(.*?)(  /\* end %s \*/\n)" % (name, name), re.S)


SIZES = {"leadscan_text": 16, "int64_t": 8, "uint8_t": 1}


def promises(name, block):
    """What of a block may not change: of each constant its number, of each member type and place."""
    if name != "members":
        return dict(re.findall(r"(\w+) = (\d+),", block))
    places, at = {}, 0
    for kind, member, count in re.findall(r"  (\w+) (\w+)(?:\[(\d+)\])?;", block):
        size = SIZES[kind] * int(count or 1)
        assert at % SIZES[kind] == 0, (member, at)
        # What is reserved may become something.
        if not member.startswith("reserved"):
            places[member] = (kind, at)
        at += size
    return places


def updated_header(header, blocks):
    for name, new in blocks.items():
        if name == "checks":
            continue
        pattern = block_pattern(name)
        old = pattern.search(header)[2]
        now = promises(name, new)
        for what, where in promises(name, old).items():
            if now.get(what) != where:
                raise Refused("%s of the C header is %s, and would be %s: programs are compiled with "
                              "it. What is new goes to the end, behind what there is."
                              % (what, where, now.get(what, "gone")))
        header = pattern.sub(lambda match, new=new: match[1] + new + match[3], header)
    return header


def checks(blocks):
    count = len(promises("fields", blocks["fields"]))
    return CHECKS % (COMMAND, count, wrapped(blocks["checks"]))


def wrapped(text):
    """As clang-format breaks lines of static_assert at 100 columns."""
    lines = []
    for line in text.splitlines():
        if len(line) > 100:
            left, right = line.split(" == ")
            line = left + " ==\n              " + right
        lines.append(line)
    return "\n".join(lines) + "\n"


def functions(header):
    """The names of all functions that the header declares, in its order."""
    return re.findall(r"^LEADSCAN_C_API [^;(]*?\b(leadscan_\w+)\(", header, re.M)


def version_script(header):
    names = "".join("    %s;\n" % name for name in functions(header))
    return ("# What libleadscan.so.0 exports: the functions of leadscan.h, from which\n"
            "# //tests:c_header_test writes this file.\n"
            "LEADSCAN_0 {\n  global:\n%s  local:\n    *;\n};\n" % names)


def files(folder, blocks):
    header = updated_header(read("leadscan.h", folder), blocks)
    return {"leadscan.h": header, "abi_checks.h": checks(blocks),
            "leadscan.map": version_script(header)}


def update(folder, blocks):
    for name, text in files(folder, blocks).items():
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)


class Header(unittest.TestCase):
    def test_is_as_described(self):
        for name, text in files(FOLDER, BLOCKS).items():
            self.assertEqual(read(name), text, "%s: %s" % (name, COMMAND))

    def test_has_every_block(self):
        header = read("leadscan.h")
        self.assertEqual(sorted(re.findall(r"/\* begin (\w+) \*/", header)),
                         sorted(set(BLOCKS) - {"checks"}))
        for name in set(BLOCKS) - {"checks"}:
            self.assertGreater(len(promises(name, block_pattern(name).search(header)[2])), 3, name)

    def test_declares_functions_once(self):
        names = functions(read("leadscan.h"))
        self.assertGreater(len(names), 20)
        self.assertEqual(len(set(names)), len(names))
        # All of them: none is declared in another way.
        code = re.sub(r"/\*.*?\*/", "", read("leadscan.h"), flags=re.S)
        self.assertEqual(set(re.findall(r"\b(leadscan_\w+)\(", code)), set(names))


class Update(unittest.TestCase):
    """It appends, and nothing else."""

    def updated(self, name, old, new, count=1):
        self.assertIn(old, BLOCKS[name])
        blocks = dict(BLOCKS, **{name: BLOCKS[name].replace(old, new, count)})
        return updated_header(read("leadscan.h"), blocks)

    def test_appends(self):
        last = "  LEADSCAN_STATUS_NUL_BYTES = 23,\n"
        more = "  LEADSCAN_STATUS_NEW = 24,\n"
        self.assertIn(last + more, self.updated("statuses", last, last + more))
        last = "  uint8_t reserved1[3];\n"
        more = "  leadscan_text region;\n"
        self.assertIn(last + more, self.updated("members", last, last + more))
        # In what was reserved, too.
        self.updated("members", last, "  uint8_t flag;\n  uint8_t reserved1[2];\n")

    def test_refuses_the_rest(self):
        for name, old, new in [
                ("statuses", "TRUNCATED = 4", "TRUNCATED = 5"),
                ("statuses", "  LEADSCAN_STATUS_TRUNCATED = 4,\n", ""),
                ("families", "UPDATE", "PATCHED"),
                ("verdicts", "CREATED = 1", "CREATED = 0"),
                ("fields", "INFO_SUCCESS = 4", "INFO_SUCCESS = 20"),
                ("members", "  leadscan_text ds_id;\n", ""),
                ("members", "  leadscan_text ds_id;\n",
                 "  leadscan_text region;\n  leadscan_text ds_id;\n"),
                ("members", "leadscan_text message", "int64_t message"),
                ("members", "  uint8_t has_success;\n  uint8_t success;\n",
                 "  uint8_t success;\n  uint8_t has_success;\n")]:
            with self.assertRaises(Refused, msg=(name, new)):
                self.updated(name, old, new)

    def test_writes_what_it_promises(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in files(FOLDER, BLOCKS):
                with open(os.path.join(folder, name), "w") as file:
                    file.write(read(name))
            update(folder, BLOCKS)
            for name, text in files(FOLDER, BLOCKS).items():
                self.assertEqual(read(name, folder), text)


if __name__ == "__main__":
    BLOCKS = describe(sys.argv.pop(1))
    if sys.argv[1:2] == ["--update"]:
        try:
            update(sys.argv[2] if len(sys.argv) > 2 else
                   os.path.join(os.environ["BUILD_WORKSPACE_DIRECTORY"], FOLDER), BLOCKS)
        except Refused as refused:
            sys.exit("c_header_test.py: %s" % refused)
    else:
        unittest.main()
