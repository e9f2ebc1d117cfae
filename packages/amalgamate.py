#!/usr/bin/env python3
"""Writes the library as two files to drop into a program: leadscan.h and leadscan.cc.

amalgamate.py [--out=DIR] [--simdjson=DIR]: in the repository's root. The files go into DIR (default:
dropin), and beside them simdjson.h and simdjson.cpp if their folder is given. The program compiles
leadscan.cc and simdjson.cpp with -std=c++20 -O3, and needs no other flag.

A header of the sources is one part of the result, in front of those that include it. The templates
over a kernel (NAME-inl.h) come once for each instruction set, with a name of their own, for a
compiler gives a template the instruction sets in force where it is written.
"""

import argparse
import glob
import os
import re
import shutil
import sys

LIBRARY = "lib/"
UMBRELLA = "leadscan/leadscan.h"
# Another library over this one.
NOT_IN_IT = ["leadscan/c/"]
INCLUDE = re.compile(r'^#include (?:"(leadscan/[^"]+)"|<([^>]+)>).*\n', re.M)
# On x86-64 only.
X86_HEADER = "immintrin.h"
NAME_OF_TEMPLATE = re.compile(r"^class (\w+Over) \{", re.M)

BANNER = """\
// leadscan %s, made by packages/amalgamate.py from the sources: change those.
// SPDX-License-Identifier: Apache-2.0
"""

# With -O2 alone it would take up to 40 % more instructions.
OPTIMIZE = """\
#if defined(__OPTIMIZE__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

"""


def read(name):
    with open(LIBRARY + name) as file:
        return file.read()


def version():
    text = read("leadscan/version.h")
    return ".".join(re.search(r"#define LEADSCAN_VERSION_%s (\d+)" % part, text)[1]
                    for part in ["MAJOR", "MINOR", "PATCH"])


def body(name, included=""):
    """A file without its guard, and with `included`, or what that makes of each, in place of
    its includes."""
    text = INCLUDE.sub(included, read(name)).replace("#pragma once\n", "")
    return "\n// %s\n%s" % (name, re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n")


class Headers:
    """Headers in an order in which each comes after what it includes."""

    def __init__(self):
        self.order = []
        self.system = set()

    def add(self, name):
        if name in self.order:
            return
        self.add_included(name)
        self.order.append(name)

    def add_included(self, name):
        for own, system in INCLUDE.findall(read(name)):
            if not own:
                self.system.add(system)
            elif own.endswith("-inl.h"):
                self.add_included(own)
            else:
                self.add(own)


def includes(names):
    return "".join("#include <%s>\n" % name for name in sorted(names))


def source_part(name, kernels):
    """A source file with the -inl.h files that it includes, and those that these do, in their
    places."""
    templates = []

    def expand(match):
        own = match[1]
        if not own or not own.endswith("-inl.h"):
            return ""
        found = NAME_OF_TEMPLATE.search(read(own))
        if found:
            templates.append(found[1])
        elif own in kernels:
            return ""
        kernels.add(own)
        return body(own, expand)

    text = re.sub(r"\n{3,}", "\n\n", INCLUDE.sub(expand, read(name))).strip("\n") + "\n"
    suffix = os.path.basename(name)[:-len(".cc")]
    return "\n// %s\n%s%s%s" % (
        name, "".join("#define %s %s_%s\n" % (t, t, suffix) for t in templates), text,
        "".join("#undef %s\n" % t for t in templates))


def amalgamate():
    """The texts of leadscan.h and leadscan.cc."""
    public = Headers()
    public.add(UMBRELLA)
    header = BANNER % version() + "#pragma once\n\n" + includes(public.system)
    header += "".join(body(name) for name in public.order)

    sources = sorted(name[len(LIBRARY):]
                     for name in glob.glob(LIBRARY + "leadscan/**/*.cc", recursive=True))
    sources = [name for name in sources if not name.startswith(tuple(NOT_IN_IT))]
    internal = Headers()
    internal.order = list(public.order)
    for name in sources:
        internal.add_included(name)
    system = internal.system - {X86_HEADER, "simdjson.h"}
    source = BANNER % version() + '#include "leadscan.h"\n\n' + OPTIMIZE + includes(system)
    source += "#if defined(__x86_64__)\n#include <%s>\n#endif\n" % X86_HEADER
    source += '\n#include "simdjson.h"\n'
    source += "".join(body(name) for name in internal.order[len(public.order):])
    kernels = set()
    source += "".join(source_part(name, kernels) for name in sources)
    return header, source


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", default="dropin", metavar="DIR")
    parser.add_argument("--simdjson", metavar="DIR", help="where simdjson.h and simdjson.cpp are")
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    header, source = amalgamate()
    for name, text in [("leadscan.h", header), ("leadscan.cc", source)]:
        with open(os.path.join(options.out, name), "w") as file:
            file.write(text)
    if options.simdjson:
        for name in ["simdjson.h", "simdjson.cpp"]:
            shutil.copyfile(os.path.join(options.simdjson, name), os.path.join(options.out, name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
