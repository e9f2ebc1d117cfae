"""HACKING.md's recipe for a new member, applied to a copy of the sources: what it promises is there.

add_member_test.py SIMDJSON_HEADER SIMDJSON_SOURCE: in the repository's root.
"""

import concurrent.futures
import csv
import glob
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

HEADER_TEST = "tests/c_header_test.py"
LUA_TEST = "gateway/lua/cdef_test.py"
DESCRIBE = "tests/c_header_main.cc"
SIMDJSON = [os.path.abspath(sys.argv.pop(1)) for _ in range(2)]
# Where each part of the recipe goes, by its heading: in front of this line.
PLACES = {
    "lib/leadscan/fields.h, enum Field": "  document = 255,\n",
    "lib/leadscan/fields.h, kFields": "  });\n}();\n",
    "lib/leadscan/response.h, LeadResponse": "\n  friend bool operator==",
}
ROOMS = ["lib", "audit", "corpus"]
# As in third_party/deps.bzl.
LIBRARIES = "archive bz2 fmt isal lz4 lzma magic nettle sqlite3 zstd".split()

LINES = [
    '{"dsLeadOpportunityId":"AAAAA-000001","partnerLeadOpportunityId":"OPPY-1","action":"create",'
    '"info":{"success":true,"statusCode":201%s},"error":null}' % member
    for member in ["", ',"region":"north"', ',"region":"\\u0073outh"', ',"region":null', ',"region":12']
]

PARSE = """
#include "leadscan/leadscan.h"
int main(int, char** arguments) {
  leadscan::Parser parser;
  leadscan::LeadResponse response;
  for (int i = 0; i < 3; ++i)  // the third is recognised by its layout
    if (parser.parse(std::string_view(arguments[1]), response)) return 2;
  return response.region.equals(arguments[2]) ? 0 : 1;
}
"""


# A program that is compiled with one header, and runs with the library of another.
C_PROGRAM = """
#include <stdlib.h>
#include <string.h>
#include "leadscan.h"
int main(int count, char** arguments) {
  (void)count;
  size_t size = leadscan_parser_size(4096);
  leadscan_parser* parser =
      leadscan_parser_init(aligned_alloc(leadscan_parser_alignment(), size), size, 4096);
  struct { leadscan_result result; char behind[64]; } room;
  memset(&room, 0x5A, sizeof room);
  room.result.size = sizeof room.result;
  for (int i = 0; i < 3; ++i)
    if (leadscan_parse(parser, arguments[1], strlen(arguments[1]), &room.result) != 0) return 2;
  for (size_t i = 0; i < sizeof room.behind; ++i)
    if (room.behind[i] != 0x5A) return 3;
  if (room.result.family != LEADSCAN_FAMILY_CREATED || room.result.status_code != 201) return 4;
  if (room.result.ds_id.size != 12 || memcmp(room.result.ds_id.data, "AAAAA-000001", 12)) return 5;
#ifdef REGION
  char region[16];
  size_t got = leadscan_decode(&room.result.region, region, sizeof region);
  if (got != strlen(arguments[2]) || memcmp(region, arguments[2], got)) return 6;
  if (leadscan_result_text(&room.result, LEADSCAN_FIELD_INFO_REGION) != &room.result.region)
    return 7;
  if (strcmp(leadscan_field_pointer(LEADSCAN_FIELD_INFO_REGION), "/info/region")) return 8;
#endif
  return 0;
}
"""


def recipe():
    with open("HACKING.md") as file:
        code = re.search(r"## To add a member\n.*?```cpp\n(.*?)```", file.read(), re.S)[1]
    parts = re.findall(r"// (.*):\n((?:  .*\n)+)", code)
    assert [heading for heading, _ in parts] == list(PLACES), parts
    return parts


def apply_recipe(folder):
    for heading, lines in recipe():
        path = os.path.join(folder, heading.split(",")[0])
        with open(path) as file:
            text = file.read()
        assert text.count(PLACES[heading]) == 1, heading
        with open(path, "w") as file:
            file.write(text.replace(PLACES[heading], lines + PLACES[heading]))


def compile_one(folder, source):
    out = os.path.join(folder, "objects", source.replace("/", "_") + ".o")
    # gcc sees what may be uninitialized only where it optimises; CI takes no warning.
    level = ["-O1"] if "/learn/" in source else ["-O0"]
    warnings = ["-w"] if source == "simdjson.cpp" else ["-Wall", "-Wextra", "-Werror"]
    command = ["c++", "-std=c++20", *level, "-c", *warnings, "-DSIMDJSON_THREADS_ENABLED=1",
               "-I" + folder, "-I" + os.path.join(folder, "lib"),
               "-isystem", os.path.dirname(SIMDJSON[0]), "-o", out, os.path.join(folder, source)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return out


class AddMember(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
        for room in ROOMS + ["gateway/lua"]:
            shutil.copytree(room, os.path.join(cls.folder, room))
        os.mkdir(os.path.join(cls.folder, "objects"))
        for root, _, _ in os.walk(cls.folder):
            os.chmod(root, 0o755)
        for path in glob.glob(cls.folder + "/lib/leadscan/*.h") + [cls.folder + "/gateway/lua/leadscan.lua"]:
            os.chmod(path, 0o644)
        cls.old_header = cls.header()
        apply_recipe(cls.folder)
        for done in [cls.describe(), cls.update_lua()]:
            assert done.returncode == 0, done.stderr
        with open(cls.folder + "/parse.cc", "w") as file:
            file.write(PARSE)
        shutil.copy(SIMDJSON[1], cls.folder + "/simdjson.cpp")
        library = ["simdjson.cpp"] + cls.sources("lib")
        command = [source for room in ROOMS[1:] for source in cls.sources(room)]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            made = dict(zip(library + command + ["parse.cc"], pool.map(
                lambda source: compile_one(cls.folder, source), library + command + ["parse.cc"])))
        cls.leadscan = cls.link("leadscan", [made[s] for s in library + command],
                                ["-l" + name for name in LIBRARIES])
        cls.library = [made[s] for s in library]
        cls.parse = cls.link("parse", [made[s] for s in library + ["parse.cc"]], [])
        cls.input = os.path.join(cls.folder, "in.ndjson")
        with open(cls.input, "w") as file:
            file.write("\n".join(LINES) + "\n")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    @classmethod
    def sources(cls, room):
        return [os.path.relpath(path, cls.folder)
                for path in glob.glob(os.path.join(cls.folder, room, "**/*.cc"), recursive=True)
                if not path.endswith(("_test.cc", "corpus/generate.cc"))]

    @classmethod
    def header(cls):
        with open(cls.folder + "/lib/leadscan/c/leadscan.h") as file:
            return file.read()

    @classmethod
    def update_lua(cls):
        """The recipe's last step: what LuaJIT is told of the header is written anew."""
        return subprocess.run([sys.executable, LUA_TEST, "--update", cls.folder], capture_output=True, text=True)

    @classmethod
    def describe(cls):
        """The recipe's step in front of it: the C header is written anew."""
        shutil.copy(DESCRIBE, cls.folder + "/describe.cc")
        parts = ["describe.cc", "lib/leadscan/error.cc", "lib/leadscan/text.cc",
                 "lib/leadscan/error_code.cc", "lib/leadscan/json/type.cc"]
        program = cls.link("describe", [compile_one(cls.folder, part) for part in parts], [])
        place = cls.folder + "/lib/leadscan/c"
        for name in os.listdir(place):
            os.chmod(os.path.join(place, name), 0o644)
        return subprocess.run([sys.executable, HEADER_TEST, program, "--update", place],
                              capture_output=True, text=True)

    @classmethod
    def link(cls, name, objects, libraries):
        out = os.path.join(cls.folder, name)
        done = subprocess.run(["c++", "-pthread", "-o", out, *objects, *libraries],
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return out

    def run_leadscan(self, *args):
        done = subprocess.run([self.leadscan, *args, self.input], capture_output=True, text=True)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return done.stdout

    def test_parse(self):
        for line, region in [(LINES[1], "north"), (LINES[2], "south")]:
            self.assertEqual(subprocess.run([self.parse, line, region]).returncode, 0, line)

    def compile_c(self, name, header, *flags):
        place = os.path.join(self.folder, name)
        os.mkdir(place)
        with open(place + "/leadscan.h", "w") as file:
            file.write(header)
        with open(place + "/program.c", "w") as file:
            file.write(C_PROGRAM)
        subprocess.run(["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", *flags, "-c", "-o",
                        place + "/program.o", place + "/program.c"], check=True)
        return self.link(name + "/program", [place + "/program.o", *self.library], [])

    def test_c(self):
        self.assertEqual(self.header().count("  leadscan_text region;\n"), 1)
        self.assertIn("  LEADSCAN_FIELD_INFO_REGION = 20,\n", self.header())
        # It was appended: without its lines the header is what it was.
        lines = self.header().splitlines()
        self.assertEqual([line for line in lines if "region" not in line.lower()],
                         self.old_header.splitlines())
        program = self.compile_c("new", self.header(), "-DREGION")
        for line, region in [(LINES[1], "north"), (LINES[2], "south")]:
            self.assertEqual(subprocess.run([program, line, region]).returncode, 0, line)

    def test_other_places(self):
        """Those that the recipe names besides are there."""
        with open("HACKING.md") as file:
            places = dict(re.findall(r"^- `(tests/\w+\.h)`: (.*)[;.]$", file.read(), re.M))
        self.assertEqual(list(places), ["tests/support.h", "tests/c_support.h"])
        for path, names in places.items():
            with open(path) as file:
                text = file.read()
            for name in re.findall(r"`(\w+)`", names):
                self.assertIn(" %s[] = {" % name, text, path)

    def test_lua(self):
        before, after = [], []
        for folder, lines in [(".", before), (self.folder, after)]:
            with open(folder + "/gateway/lua/leadscan.lua") as file:
                lines += file.read().splitlines()
        self.assertIn("  leadscan_text region;", after)
        self.assertIn("  LEADSCAN_FIELD_INFO_REGION = 20,", after)
        self.assertEqual([line for line in after if "region" not in line.lower()], before)

    def test_c_program_of_before(self):
        """Its result is shorter: it gets what it knows, and nothing is written behind."""
        program = self.compile_c("old", self.old_header)
        for line in LINES[:3]:
            self.assertEqual(subprocess.run([program, line]).returncode, 0, line)

    def test_c_header_only_grows(self):
        """A member elsewhere than at the end is refused, and would not compile either."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            shutil.copytree("lib", folder + "/lib")
            for root, _, names in os.walk(folder):
                for name in names + ["."]:
                    os.chmod(os.path.join(root, name), 0o755)
            path = folder + "/lib/leadscan/response.h"
            with open(path) as file:
                text = file.read()
            with open(path, "w") as file:
                file.write(text.replace("  Text action;\n", "  Text trace_id;\n  Text action;\n")
                           .replace("  Text timestamp;\n  Text trace_id;\n", "  Text timestamp;\n"))
            os.mkdir(folder + "/objects")
            with self.assertRaisesRegex(AssertionError, "static assertion failed"):
                compile_one(folder, "lib/leadscan/c/leadscan.cc")
            shutil.copy(DESCRIBE, folder + "/describe.cc")
            compiled = [compile_one(folder, part + ".cc") for part in ["describe"] + [
                "lib/leadscan/" + name for name in ["error", "text", "error_code", "json/type"]]]
            program = self.link(os.path.basename(folder) + "/describe", compiled, [])
            done = subprocess.run([sys.executable, HEADER_TEST, program, "--update",
                                   folder + "/lib/leadscan/c"], capture_output=True, text=True)
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr, "action of the C header is .*programs are compiled")

    def test_check(self):
        verdicts = [json.loads(line) for line in self.run_leadscan("check").splitlines()]
        self.assertEqual([v["verdict"] for v in verdicts], ["created"] * 4 + ["violation"])
        rule, = verdicts[4]["violations"]
        self.assertEqual((rule["path"], rule["rule"], rule["expected"]),
                         ("/info/region", "type", "string or null"))

    def test_extract(self):
        rows = list(csv.DictReader(self.run_leadscan("extract", "--presence").splitlines()))
        self.assertEqual([(row["region"], row["region_presence"]) for row in rows],
                         [("", "absent"), ("north", "value"), ("south", "value"), ("", "is_null"),
                          ("", "absent")])
        lines = self.run_leadscan("extract", "--where=region=north", "--fields=line").splitlines()
        self.assertEqual(lines, ["line", "2"])
        lines = self.run_leadscan("extract", "--format=ndjson", "--fields=region").splitlines()
        self.assertEqual([json.loads(line) for line in lines],
                         [{}, {"region": "north"}, {"region": "south"}, {"region": None}, {}])
        path = os.path.join(self.folder, "extract.db")
        self.run_leadscan("extract", "--format=sqlite", "--output=" + path)
        rows = sqlite3.connect(path).execute("SELECT region, region_is_null FROM responses")
        self.assertEqual(list(rows), [(None, 0), ("north", 0), ("south", 0), (None, 1), (None, 0)])

    def test_find(self):
        found = self.run_leadscan("find", "--region=south").splitlines()
        self.assertEqual([json.loads(line)["line"] for line in found], [3])

    def test_reports(self):
        path = os.path.join(self.folder, "audit.db")
        page = os.path.join(self.folder, "audit.html")
        report = json.loads(self.run_leadscan("audit", "--json", "--sqlite=" + path,
                                              "--html=" + page))
        row, = [row for row in report["presence"] if row["member"] == "region"]
        self.assertEqual((row["value"], row["null"], row["absent"]), (2, 1, 1))
        self.assertEqual(report["schema_drift"], [])
        rows = sqlite3.connect(path).execute("SELECT region FROM records ORDER BY id")
        self.assertEqual([region for region, in rows], [None, "north", "south", None, None])
        with open(page) as file:
            self.assertIn("<code>region</code>", file.read())
        self.assertRegex(self.run_leadscan("audit"), r"region +50\.00 % +25\.00 % +25\.00 %")


if __name__ == "__main__":
    unittest.main()
