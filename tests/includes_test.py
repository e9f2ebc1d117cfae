"""Every #include of the sources against the rooms of HACKING.md's map, and the map against the sources.

includes_test.py: in the repository's root. Whatever is wrong is printed.
"""

import fnmatch
import glob
import os
import re
import sys


def expanded(pattern):
    """One pattern for each alternative of its braces; a folder is all that is in it."""
    match = re.fullmatch(r"(.*)\{(.*)\}(.*)", pattern)
    if match:
        return [match[1] + word + match[3] for word in match[2].split(",")]
    return [pattern + "*" if pattern.endswith("/") else pattern]


def read_map():
    """Of each room its patterns and what it may include, in the order of the map."""
    with open("HACKING.md") as file:
        rows = re.findall(r"^\| (\w+) \| `(.*?)` \| ([\w ]*)\|", file.read(), re.M)
    return {room: (expanded(where), includes.split()) for room, where, includes in rows}


def main():
    rooms = read_map()
    wrong = []

    def room_of(path):
        return next((room for room, (patterns, _) in rooms.items()
                     if any(fnmatch.fnmatch(path, pattern) for pattern in patterns)), None)

    order = list(rooms)
    for room, (_, includes) in rooms.items():
        wrong += ["HACKING.md: %s includes %s, which is not above it" % (room, other)
                  for other in includes if other not in order[:order.index(room)]]

    sources = [path for folder in ["lib", "corpus", "audit", "bench", "tests", "fuzz"]
               for ending in ["h", "cc"]
               for path in glob.glob("%s/**/*.%s" % (folder, ending), recursive=True)]
    used = {room: set() for room in rooms}
    includes = 0
    for path in sources:
        room = room_of(path)
        if room is None:
            wrong.append(path + " is in no room of HACKING.md's map")
            continue
        with open(path) as file:
            included = re.findall(r'^#include "(.*)"', file.read(), re.M)
        for name in included:
            other = room_of("lib/" + name if name.startswith("leadscan/") else name)
            includes += 1
            if other is None:
                wrong.append("%s includes %s, which is in no room" % (path, name))
            elif other != room:
                used[room].add(other)
                if other not in rooms[room][1]:
                    wrong.append("%s, of %s, includes %s, of %s" % (path, room, name, other))
        used[room].add(room)
    for room in rooms:
        if room not in used[room]:
            wrong.append("HACKING.md: nothing is in %s" % room)
        wrong += ["HACKING.md: %s does not include %s" % (room, other)
                  for other in rooms[room][1] if other not in used[room]]

    print("\n".join(wrong))
    print("%d includes of %d files in %d rooms" % (includes, len(sources), len(rooms)))
    return 1 if wrong or includes < 300 or len(rooms) < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
