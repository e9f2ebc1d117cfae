"""Every #include against the rooms of HACKING.md's map, and the map against the sources.

includes_test.py: in the repository's root.
"""

import fnmatch
import os
import re
import unittest

# <leadscan/text.h> finds a file as "leadscan/text.h" does.
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.M)


def expanded(pattern):
    """One pattern for each alternative of its braces."""
    match = re.fullmatch(r"(.*)\{(.*)\}(.*)", pattern)
    return [match[1] + word + match[3] for word in match[2].split(",")] if match else [pattern]


def is_in(path, pattern):
    """Whether a pattern names the file. A folder is the files in it, not those of its folders."""
    if pattern.endswith("/"):
        return path.rpartition("/")[0] + "/" == pattern
    return fnmatch.fnmatchcase(path, pattern)


def rooms_of(text):
    """Of each room of the map its patterns and what it may include, in the order of the map."""
    rows = re.findall(r"^\| (\w+) \| `(.*?)` \| ([\w ]*)\|", text, re.M)
    return {room: (expanded(where), includes.split()) for room, where, includes in rows}


def problems(rooms, files):
    """What is wrong with the texts of `files`, by path, or with the map."""
    wrong = []
    order = list(rooms)
    for room, (_, includes) in rooms.items():
        wrong += ["the map: %s includes %s, which is not above it" % (room, other)
                  for other in includes if other not in order[:order.index(room)]]

    def room_of(path):
        found = [room for room, (patterns, _) in rooms.items()
                 if any(is_in(path, pattern) for pattern in patterns)]
        if len(found) > 1:
            wrong.append("%s is in %s" % (path, " and in ".join(found)))
        return found[0] if found else None

    places = {path: room_of(path) for path in files}
    wrong += [path + " is in no room" for path, room in places.items() if room is None]
    used = {room: set() for room in rooms}
    for path, text in files.items():
        room = places[path]
        if room is None:
            continue
        used[room].add(room)
        for quote, name in INCLUDE.findall(text):
            target = "lib/" + name if name.startswith("leadscan/") else name
            other = places.get(target)
            if target not in places:
                if quote == '"':
                    wrong.append("%s includes %s, which is not there" % (path, name))
            elif other is not None and other != room:
                used[room].add(other)
                if other not in rooms[room][1]:
                    wrong.append("%s, of %s, includes %s, of %s" % (path, room, name, other))
    for room, (_, includes) in rooms.items():
        if room not in used[room]:
            wrong.append("the map: nothing is in %s" % room)
        wrong += ["the map: %s does not include %s" % (room, other)
                  for other in includes if other not in used[room]]
    return wrong


def sources(root):
    """All of the tree, but what others than Bazel built in it."""
    found = set()
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders
                      if not name.startswith((".", "bazel-")) and name not in ("external", "target") and
                      not os.path.exists(os.path.join(folder, name, "CMakeCache.txt"))]
        found |= {os.path.relpath(os.path.join(folder, name), root) for name in names
                  if name.endswith((".c", ".cc", ".h"))}
    return found


class Sources(unittest.TestCase):
    def test_are_as_the_map_says(self):
        with open("HACKING.md") as file:
            rooms = rooms_of(file.read())
        files = {}
        for path in sources("."):
            with open(path) as file:
                files[path] = file.read()
        self.assertGreater(len(files), 560)
        self.assertGreater(len(rooms), 27)
        self.assertEqual(problems(rooms, files), [])
        # Bazel brings links to the checkout: what is there beside them was not given to this test.
        checkout = os.path.dirname(os.path.realpath("HACKING.md"))
        self.assertEqual(sources(checkout) - set(files), set(),
                         "no //...:sources in tests/BUILD has them, or they are of a new package")


class Mistakes(unittest.TestCase):
    """Each kind of mistake is noticed."""

    MAP = """
| room | where | includes | what |
|---|---|---|---|
| common | `lib/leadscan/{isa,text}.h` | | files |
| json | `lib/leadscan/json/` | common | a folder |
| simd | `lib/leadscan/simd/` | common | beside it |
| base | `audit/base/` | common json | `code` in words is no room |
"""
    FILES = {
        "lib/leadscan/isa.h": "#include <string>\n",
        "lib/leadscan/text.h": '#include "leadscan/isa.h"\n',
        "lib/leadscan/json/a.h": '#include "leadscan/text.h"\n',
        "lib/leadscan/simd/b.h": '#include "leadscan/isa.h"\n',
        "audit/base/c.cc": '#include "leadscan/json/a.h"\n#include "leadscan/text.h"\n',
    }

    def problem(self, changes=None, text=MAP):
        found = problems(rooms_of(text), {**self.FILES, **(changes or {})})
        self.assertEqual(len(found), 1, found)
        return found[0]

    def test_none(self):
        self.assertEqual(problems(rooms_of(self.MAP), self.FILES), [])

    def test_includes_up_and_across(self):
        for path, line in [("lib/leadscan/isa.h", '#include "leadscan/json/a.h"'),
                           ("lib/leadscan/isa.h", '#  include <leadscan/json/a.h>'),
                           ("lib/leadscan/isa.h", '  #include "audit/base/c.cc"'),
                           ("lib/leadscan/json/a.h",
                            '#include "leadscan/text.h"\n#include "leadscan/simd/b.h"')]:
            self.assertRegex(self.problem({path: line + "\n"}), r"of \w+, includes .*, of \w+$")

    def test_no_room(self):
        self.assertIn("is in no room", self.problem({"audit/new/d.h": ""}))
        self.assertIn("is in no room", self.problem({"audit/base/deeper/d.h": ""}))
        self.assertIn("is in no room", self.problem({"lib/leadscan/parser.h": ""}))

    def test_no_such_file(self):
        include = '#include "leadscan/isa.h"\n#include "leadscan/gone.h"\n'
        self.assertIn("is not there", self.problem({"lib/leadscan/simd/b.h": include}))

    def test_a_map_that_is_wrong(self):
        self.assertIn("nothing is in empty",
                      self.problem(text=self.MAP + "| empty | `corpus/` | | |\n"))
        unused = self.MAP.replace("simd/` | common |", "simd/` | common json |")
        self.assertIn("simd does not include json", self.problem(text=unused))
        twice = problems(rooms_of(self.MAP + "| again | `audit/base/c.*` | | |\n"), self.FILES)
        self.assertIn("audit/base/c.cc is in base and in again", twice)
        self.assertIn("json includes base, which is not above it", "".join(problems(
            rooms_of(self.MAP.replace("json/` | common |", "json/` | common base |")), self.FILES)))


if __name__ == "__main__":
    unittest.main()
