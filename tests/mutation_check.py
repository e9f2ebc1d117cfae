#!/usr/bin/env python3
"""Breaks one line of lib/ at a time and counts how often the library's tests notice.

usage: tests/mutation_check.py [--sample=200] [--seed=1] [--jobs=2] [--timeout=120] [--out=FILE]
                               [--again=FILE] [--file=PART]

A mutant is one operator, constant, condition or statement changed. The sample is drawn by the seed,
the same on every machine. Each mutant ends as one of:

  noticed       a test failed, crashed or hung
  uncompiled    the compiler, or a static_assert, refused it: noticed as well
  same code     the compiler made the same instructions of it: no mutant at all
  excused       every test passed, and tests/mutation_reasons.tsv says why none can fail
  SURVIVED      every test passed: it needs a test, or a reason

--again=FILE takes the rows of an earlier run, and runs those again that survived (found by their
text, so that lines may have moved). --file=PART takes only files whose name contains PART.

The tree is only read: everything happens on a copy, which is removed at the end. g++ is called
directly, since Bazel would take longer than the tests; `tools/bazel build //tests/...` must have
fetched the libraries before. Tests are compiled without optimisation, so that they take few steps;
the library with -O1.
"""

import argparse
import collections
import concurrent.futures
import dataclasses
import hashlib
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent

# In the order in which they are run: those first that are quick, and notice most.
TESTS = (
    "families fields presence errors grammar fixtures limits decode lines parser layouts stream "
    "zero_copy contract schema encoding threads allocations differential truncation guard_pages c_api "
    "c_body"
).split()
# What is inline in a public header is compiled into the tests themselves. All of them would take a
# minute to compile: these are about it.
ABOUT = {
    "text.h": ["contract", "decode", "presence", "fields", "zero_copy", "errors"],
    "line.h": ["lines", "stream"],
    "lines.h": ["lines", "stream", "allocations", "guard_pages"],
    "fields.h": ["schema", "errors", "fields", "families", "contract"],
    "error.h": ["errors", "families", "contract"],
    "response.h": ["fields", "contract", "parser", "stream"],
    "parser.h": ["parser", "stream", "contract", "limits", "layouts"],
}

SWAPS = [
    (r"(?<![=!<>])==(?!=)", "!="),
    (r"!=", "=="),
    (r"(?<=\s)<=(?=\s)", "<"),
    (r"(?<=\s)>=(?=\s)", ">"),
    (r"(?<=\s)<(?=\s)", "<="),
    (r"(?<=\s)>(?=\s)", ">="),
    (r"&&(?=\s)", "||"),
    (r"\|\|", "&&"),
    (r"\btrue\b", "false"),
    (r"\bfalse\b", "true"),
    (r"(?<=\s)\+(?=\s)", "-"),
    (r"(?<=\s)-(?=\s)", "+"),
    (r"\+\+", "--"),
    (r"(?<!-)--(?!-)", "++"),
    (r"\+=", "-="),
    (r"-=", "+="),
    (r"\|=", "&="),
    (r"(?<=\s)<<(?=\s)", ">>"),
    (r"(?<=\s)>>(?=\s)", "<<"),
    (r"(?<=\s)&(?=\s)", "|"),
    (r"(?<=\s)\|(?=\s)", "&"),
    (r"(?<=\s)\^(?=\s)", "|"),
    (r"~(?=[\w(])", ""),
    (r"(?<![\w)\]])!(?=[\w(])", ""),
    (r"\bstd::min\b", "std::max"),
    (r"\bstd::max\b", "std::min"),
]
CONSTANT = re.compile(r"(?<![\w.'])(0x[0-9A-Fa-f]+|\d+)(?![\w.'])")
CONDITION = re.compile(r"\b(if|while) \((?!constexpr)")
STATEMENT = re.compile(r"^\s+(?!return\b|using\b|case\b|default\b|break;|continue;|if\b|for\b|else\b)"
                       r"[\w:>.*\[\]()+-]+(\(.*\)|\s[|&^+*-]?=\s.*|\+\+|--);$")
JUMP = re.compile(r"^\s+(break|continue);$")
RETURN = re.compile(r"\breturn (?!true\b|false\b|\{\})([^;]+);$")


@dataclasses.dataclass(frozen=True)
class Mutant:
    path: str  # below the root
    line: int  # from 1
    before: str
    after: str

    def key(self):
        return self.path, self.before.strip(), self.after.strip()

    def text(self):
        return f"{self.path}:{self.line}\t{self.before.strip()}\t{self.after.strip()}"


def masked(line):
    """The line with comments, strings and characters blanked, so that columns stay."""
    blank = lambda match: match.group()[0] + " " * (len(match.group()) - 2) + match.group()[-1]
    line = re.sub(r"'(?:\\.|[^'\\])+'|\"(?:\\.|[^\"\\])*\"", blank, line)
    return re.sub(r"//.*", lambda match: " " * len(match.group()), line)


def mutants_of(path, text):
    in_assert = False
    for number, line in enumerate(text.split("\n"), 1):
        code = masked(line)
        in_assert = in_assert or "static_assert" in code
        if in_assert:
            in_assert = ";" not in code
            continue
        if not code.strip() or re.match(r"\s*(#|//|using\b|namespace\b|template\b|friend\b)", code):
            continue

        def changed(begin, end, by, line=line, number=number):
            after = line[:begin] + by + line[end:]
            return Mutant(path, number, line, after)

        for pattern, by in SWAPS:
            for match in re.finditer(pattern, code):
                yield changed(match.start(), match.end(), by)
        for match in CONSTANT.finditer(code):
            yield changed(match.start(), match.end(), str(int(match.group(), 0) + 1))
        for match in CONDITION.finditer(code):
            depth, end = 1, match.end()
            while end < len(code) and depth > 0:
                depth += {"(": 1, ")": -1}.get(code[end], 0)
                end += 1
            if depth == 0 and " = " not in code[match.end() : end]:
                yield changed(match.end(), end - 1, "false")
                if match.group(1) == "if":
                    yield changed(match.end(), end - 1, "true")
        if STATEMENT.match(code) or JUMP.match(code):
            yield changed(len(line) - len(line.lstrip()), len(line), ";")
        for match in RETURN.finditer(code):
            yield changed(match.start(1), match.end(1), "{}")


def stop_group(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


class Runner:
    """Runs programs of its own group, which die with this one."""

    def __init__(self):
        self.running = set()
        self.lock = threading.Lock()

    def __call__(self, arguments, cwd, timeout):
        """Status and output; the status is None after the timeout."""

        def limits():
            os.nice(10)
            resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        process = subprocess.Popen(
            arguments, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=limits, errors="replace")
        with self.lock:
            self.running.add(process)
        try:
            output, _ = process.communicate(timeout=timeout)
            return process.returncode, output
        except subprocess.TimeoutExpired:
            stop_group(process)
            process.communicate()
            return None, ""
        finally:
            with self.lock:
                self.running.discard(process)

    def stop(self):
        with self.lock:
            for process in self.running:
                stop_group(process)


class Check:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.run = Runner()
        self.copies = threading.local()
        self.copied = 0
        base = subprocess.run(["tools/bazel", "info", "output_base"], cwd=ROOT, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        external = pathlib.Path(base.stdout.strip()) / "external"
        includes = [f"-isystem{external}/{name}" for name in (
            "simdjson", "googletest/googletest/include", "nlohmann_json/include")]
        self.flags = ["g++", "-std=c++20", "-w", "-I.", "-Ilib"] + includes
        self.shared = folder / "shared"
        self.shared.mkdir()
        self.tree = folder / "tree"
        for name in subprocess.run(["git", "ls-files", "-z", "lib", "tests", "data"], cwd=ROOT,
                                   text=True, stdout=subprocess.PIPE,
                                   check=True).stdout.split("\0")[:-1]:
            target = self.tree / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)
        self.library = sorted(str(path.relative_to(self.tree))
                              for path in self.tree.glob("lib/leadscan/**/*.cc"))
        helpers = ["tests/support.cc", "tests/mutate.cc", "tests/reference_dom.cc",
                   "tests/grammar_cases.cc"]
        tests = [f"tests/{name}_test.cc" for name in TESTS]
        other = [f"{external}/simdjson/simdjson.cpp",
                 f"{external}/googletest/googletest/src/gtest_main.cc",
                 f"{external}/googletest/googletest/src/gtest-all.cc"]
        self.level = dict.fromkeys(self.library + helpers + other, "-O1")
        self.level.update(dict.fromkeys(tests, "-O0"))
        self.googletest = f"-I{external}/googletest/googletest"
        self.order = tests + helpers + self.library + other

    # What is compiled without change, and what includes what.

    def compile(self, source, tree, to):
        flags = list(self.flags) + [self.level[source], self.googletest]
        if source in self.library:
            flags += ["-fno-exceptions", "-fno-rtti"]
        # Clocks and folders do not come into an object, so that the same code is the same file.
        return self.run(flags + ["-MMD", "-c", source, "-o", str(to)], tree, 600)

    def object_of(self, source, folder):
        return folder / (hashlib.sha1(source.encode()).hexdigest()[:12] + ".o")

    def build_all(self, pool):
        def build(source):
            status, output = self.compile(source, self.tree, self.object_of(source, self.shared))
            if status != 0:
                sys.exit(f"the tree itself does not compile:\n{output}")

        list(pool.map(build, self.order))
        self.users = collections.defaultdict(list)
        for source in self.order:
            makefile = self.object_of(source, self.shared).with_suffix(".d").read_text()
            for name in makefile.replace("\\\n", " ").split():
                self.users[name].append(source)

    def link(self, objects, to):
        status, output = self.run(["g++", "-pthread", *map(str, objects), "-o", str(to)],
                                  self.tree, 300)
        if status != 0:
            raise RuntimeError(f"does not link:\n{output}")

    def test(self, program, timeout):
        return self.run([str(program), "--gtest_brief=1", "--gtest_fail_fast"], self.tree, timeout)

    def check_the_tree(self):
        program = self.folder / "unchanged"
        self.link([self.object_of(source, self.shared) for source in self.order], program)
        start = time.monotonic()
        status, output = self.test(program, 1800)
        if status != 0:
            sys.exit(f"the tests fail without a mutation:\n{output}")
        return time.monotonic() - start

    # One mutant.

    def copy(self):
        """This thread's own copy of the library's sources, beside the shared rest."""
        if not hasattr(self.copies, "tree"):
            with self.run.lock:
                self.copied += 1
                tree = self.folder / f"copy{self.copied}"
            shutil.copytree(self.tree, tree)
            self.copies.tree = tree
        return self.copies.tree

    def judge(self, mutant):
        tree = self.copy()
        path = tree / mutant.path
        text = (self.tree / mutant.path).read_text()
        lines = text.split("\n")
        assert lines[mutant.line - 1] == mutant.before
        lines[mutant.line - 1] = mutant.after
        path.write_text("\n".join(lines))
        try:
            return self.judge_copy(mutant, tree)
        finally:
            path.write_text(text)

    def judge_copy(self, mutant, tree):
        sources = self.order
        about = ABOUT.get(mutant.path.removeprefix("lib/leadscan/"))
        if about is not None:
            wanted = {f"tests/{name}_test.cc" for name in about}
            sources = [s for s in sources if s in wanted or not s.endswith("_test.cc")]
        mine = tree / "objects"
        shutil.rmtree(mine, ignore_errors=True)
        mine.mkdir()
        objects = []
        changed = False
        for source in sources:
            unchanged = self.object_of(source, self.shared)
            if source not in self.users[mutant.path] and source != mutant.path:
                objects.append(unchanged)
                continue
            own = self.object_of(source, mine)
            status, output = self.compile(source, tree, own)
            if status != 0:
                return "uncompiled", first_error(output)
            changed = changed or own.read_bytes() != unchanged.read_bytes()
            objects.append(own)
        if not changed:
            return "same code", ""
        program = mine / "test"
        self.link(objects, program)
        status, output = self.test(program, self.options.timeout)
        if status == 0:
            return "SURVIVED", ""
        if status is None:
            return "noticed", "hung"
        failed = re.search(r"\[  FAILED  \] (\S+?),? ", output)
        return "noticed", failed.group(1) if failed else f"ended with {status}"


def first_error(output):
    found = re.search(r"error: (.*)", output)
    return found.group(1) if found else ""


def rows_of(path):
    """Of a file that --out has written: verdict, the mutant's key, and the whole row."""
    for row in pathlib.Path(path).read_text().splitlines():
        if not row.startswith("#"):
            verdict, place, before, after = row.split("\t")[:4]
            path, line = place.rsplit(":", 1)
            yield verdict, (path, before, after), int(line), row


def reasons():
    """By a mutant's key, why it cannot be noticed."""
    rows = (ROOT / "tests/mutation_reasons.tsv").read_text().splitlines()
    return {tuple(row.split("\t")[:3]): row.split("\t")[3] for row in rows if row[:1] != "#"}


def chosen_mutants(check, options):
    mutants = []
    for path in sorted(check.tree.glob("lib/leadscan/**/*")):
        name = str(path.relative_to(check.tree))
        if path.suffix in (".h", ".cc") and (options.file or "") in name:
            found = mutants_of(name, path.read_text())
            mutants += [m for m in dict.fromkeys(found) if m.before != m.after]
    if options.again:
        # Of several lines with the same text, the nearest.
        return [min((m for m in mutants if m.key() == key), key=lambda m: abs(m.line - line))
                for verdict, key, line, _ in rows_of(options.again)
                if verdict in ("SURVIVED", "excused") and any(m.key() == key for m in mutants)]
    print(f"{len(mutants)} mutants are possible", file=sys.stderr)
    chosen = random.Random(options.seed).sample(mutants, min(options.sample, len(mutants)))
    return sorted(chosen, key=lambda m: (m.path, m.line, m.after))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, help="seconds for a run of the tests")
    parser.add_argument("--out", help="where the rows go; standard output otherwise")
    parser.add_argument("--again", help="a file that --out has written")
    parser.add_argument("--file", help="only files whose name contains this")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    with tempfile.TemporaryDirectory(prefix="mutation_check.") as folder:
        check = Check(options, pathlib.Path(folder))
        mutants = chosen_mutants(check, options)
        pool = concurrent.futures.ThreadPoolExecutor(options.jobs)
        try:
            check.build_all(pool)
            took = check.check_the_tree()
            print(f"the tests take {took:.0f} s", file=sys.stderr)
            options.timeout = options.timeout or max(60.0, 8 * took)
            rows = []
            why = reasons()
            for mutant, (verdict, detail) in zip(mutants, pool.map(check.judge, mutants)):
                if verdict == "SURVIVED" and mutant.key() in why:
                    verdict, detail = "excused", why[mutant.key()]
                rows.append((verdict, f"{verdict}\t{mutant.text()}\t{detail}".rstrip()))
                print(f"{len(rows)}/{len(mutants)} {rows[-1][1]}", file=sys.stderr, flush=True)
        finally:
            check.run.stop()
            pool.shutdown(wait=True, cancel_futures=True)

    if options.again:
        rows += [(verdict, row) for verdict, _, _, row in rows_of(options.again)
                 if verdict not in ("SURVIVED", "excused")]
        place = lambda row: row[1].split("\t")[1].rsplit(":", 1)
        rows.sort(key=lambda row: (place(row)[0], int(place(row)[1])))
    counts = collections.Counter(verdict for verdict, _ in rows)
    noticed = counts["noticed"] + counts["uncompiled"]
    real = noticed + counts["SURVIVED"]
    lines = [f"# {len(rows)} mutants: {noticed} of {real} noticed, {counts['uncompiled']} of them by "
             f"the compiler; {counts['SURVIVED']} survived; no mutants at all, {counts['excused']} "
             f"for the reason given, and {counts['same code']} that made the same code",
             "# verdict\tplace\tbefore\tafter\tnoticed by"]
    lines += [row for _, row in rows]
    text = "\n".join(lines) + "\n"
    if options.out:
        pathlib.Path(options.out).write_text(text)
        print(lines[0][2:])
    else:
        print(text, end="")
    return 1 if counts["SURVIVED"] else 0


if __name__ == "__main__":
    sys.exit(main())
