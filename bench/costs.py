#!/usr/bin/env python3
"""What parsers cost besides time, added to a result of //bench:compare, whose page then shows it.

    bench/costs.py compare.json

Instructions and simulated mispredictions a document, by callgrind, which has AVX2 at most: adapters are
compiled for that here (--define=simulated=1). Its predictor is a simple one, and the documents repeat: the
figures are for comparing, not what a CPU does. Then how long the compiler takes for an adapter, the best of
three, and how large its code is; what a library has in files of its own is in neither.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BAZEL = os.path.join(ROOT, "tools", "bazel")
CORPORA = ("uniform", "mixed", "adversarial")
DOCUMENTS = 500
PASSES = (3, 5)  # what is learned has been by then
SIMULATED = ["-c", "opt", "--define=simulated=1", "--platform_suffix=-simulated"]
COMPILATIONS = 3


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("result", help="what //bench:compare -- --json=FILE has written; is replaced")
    parser.add_argument("--parsers", help="only these, with commas between them")
    options = parser.parse_args()
    with open(options.result, encoding="utf-8") as file:
        result = json.load(file)
    program = build(SIMULATED)
    names = subprocess.run([program], check=True, capture_output=True, text=True).stdout.split()
    for name in names:
        if options.parsers and name not in options.parsers.split(","):
            continue
        print(name, file=sys.stderr)
        put(result, name, {corpus: counts(program, name, corpus) for corpus in CORPORA}, compiled(name))
    with open(options.result + ".new", "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
    os.replace(options.result + ".new", options.result)


def build(flags):
    subprocess.run([BAZEL, "build", *flags, "//bench:one_parser"], cwd=ROOT, check=True)
    return os.path.join(info(flags, "bazel-bin"), "bench", "one_parser")


def info(flags, what):
    return subprocess.run([BAZEL, "info", *flags, what], cwd=ROOT, check=True, capture_output=True,
                          text=True).stdout.strip()


def counts(program, name, corpus):
    """Instructions and mispredictions a document."""
    fewer, more = (collected(program, name, corpus, passes) for passes in PASSES)
    documents = DOCUMENTS * (PASSES[1] - PASSES[0])
    return {what: (more[what] - fewer[what]) / documents for what in fewer}


def collected(program, name, corpus, passes):
    run = subprocess.run(
        ["valgrind", "--tool=callgrind", "--branch-sim=yes", "--callgrind-out-file=/dev/null", program, name, corpus,
         str(DOCUMENTS), str(passes)], check=True, capture_output=True, text=True)
    return sums(run.stderr)


def sums(text):
    """Of what callgrind says: its events, and beside them how often each came."""
    events = re.search(r"Events\s*: (.*)", text).group(1).split()
    found = dict(zip(events, map(int, re.search(r"Collected : (.*)", text).group(1).split())))
    return {"instructions_per_document": found["Ir"],
            "mispredictions_per_document": found["Bcm"] + found["Bim"]}


def compiled(name):
    """Seconds, and bytes of code."""
    target = "//bench/parsers:" + name
    subprocess.run([BAZEL, "build", "-c", "opt", target], cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
    described = json.loads(subprocess.run(
        [BAZEL, "aquery", "-c", "opt", "--output=jsonproto", "mnemonic('CppCompile', %s)" % target], cwd=ROOT,
        check=True, capture_output=True, text=True).stdout)
    arguments = described["actions"][0]["arguments"]
    where = info(["-c", "opt"], "execution_root")
    out = os.path.join(where, arguments[arguments.index("-o") + 1])
    # Not to where Bazel keeps its own.
    for flag in ("-o", "-MF"):
        arguments[arguments.index(flag) + 1] = os.devnull
    seconds = []
    for _ in range(COMPILATIONS):
        start = time.monotonic()
        subprocess.run(arguments, cwd=where, check=True)
        seconds.append(time.monotonic() - start)
    return {"compile_seconds": min(seconds), "code_bytes": code_bytes(out)}


def code_bytes(path):
    sections = subprocess.run(["size", "-A", path], check=True, capture_output=True, text=True).stdout
    return sum(int(line.split()[1]) for line in sections.splitlines() if line.startswith(".text"))


def put(result, name, of_corpora, of_compiler):
    for entry in result["benchmarks"]:
        if entry.get("parser") == name and entry.get("run_type") == "aggregate" and \
                entry.get("setting") == "document" and entry.get("corpus") in of_corpora:
            entry.update(of_corpora[entry["corpus"]])
            entry.update(of_compiler)


if __name__ == "__main__":
    main()
