#!/usr/bin/env python3
"""Instructions and simulated mispredictions a document, counted by callgrind: unlike times they do not drift.

    bench/instructions.py [--update]

On the AVX2 path, as valgrind knows no AVX-512. Compared with bench/results/instructions.tsv, from which
instructions may grow by 5 %, mispredictions by that and a tenth of one. An audit's tables have secret factors: of three runs
the one with the fewest mispredictions counts. learned, tokens and on_demand: a call a
document; stream and batch: Lines::next() for one line and for 32; check and audit: the command, with -j1.
"""

import argparse
import concurrent.futures
import os
import subprocess
import sys
import tempfile

from costs import sums

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BAZEL = os.path.join(ROOT, "tools", "bazel")
TABLE = os.path.join(ROOT, "bench", "results", "instructions.tsv")
CORPORA = ("uniform", "mixed", "adversarial")
PATHS = ("learned", "tokens", "on_demand", "copied", "stream", "batch")
COMMANDS = {"check": ["-q", "-j1"], "audit": ["-j1"]}
# What the larger number takes more than the smaller one: learning is over by then.
PASSES = (10, 15)
DOCUMENTS = 1000  # a pass, as bench/instructions.cc has it
RECORDS = (10000, 30000)
# How often a command is run.
RUNS = {"check": 1, "audit": 3}
HEAD = "# corpus\tpath\tinstructions per document\tmispredictions per document\tgcc\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--update", action="store_true", help="write the table anew")
    options = parser.parse_args()
    flags = ["-c", "opt"]
    subprocess.run([BAZEL, "build", *flags, "//bench:instructions", "//audit:leadscan"], cwd=ROOT, check=True)
    bin_folder = subprocess.run([BAZEL, "info", *flags, "bazel-bin"], cwd=ROOT, check=True, capture_output=True,
                                text=True).stdout.strip()
    compiler = subprocess.run(["g++", "-dumpfullversion"], check=True, capture_output=True, text=True).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(bin_folder, folder)
    if options.update:
        with open(TABLE, "w", encoding="utf-8") as file:
            file.write(HEAD)
            for (corpus, path), (instructions, missed) in rows.items():
                file.write(f"{corpus}\t{path}\t{instructions:.0f}\t{missed:.2f}\t{compiler}\n")
    return compare(rows, read_table(), compiler)


def measure(bin_folder, folder):
    """By corpus and path: instructions and mispredictions a document."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        rows = {}
        for corpus in CORPORA:
            for path in PATHS:
                command = [os.path.join(bin_folder, "bench", "instructions"), corpus, path]
                rows[corpus, path] = [(passes * DOCUMENTS, [pool.submit(count, [*command, str(passes)], (0,))])
                                      for passes in PASSES]
            program = os.path.join(bin_folder, "audit", "leadscan")
            for path, flags in COMMANDS.items():
                # Corpora have bad records, which commands tell by 1.
                rows[corpus, path] = [(records, [pool.submit(count, [program, path, *flags,
                                                                     log(program, folder, corpus, records)], (0, 1))
                                                 for _ in range(RUNS[path])])
                                      for records in RECORDS]
        return {key: a_document(*fewer_and_more) for key, fewer_and_more in rows.items()}


def log(program, folder, corpus, records):
    path = os.path.join(folder, f"{corpus}-{records}.ndjson")
    if not os.path.exists(path):
        subprocess.run([program, "gen", "--kind", corpus, "-n", str(records), "-o", path], check=True)
    return path


def a_document(fewer, more):
    documents = more[0] - fewer[0]
    return [(much - little) / documents for little, much in zip(least(fewer[1]), least(more[1]))]


def least(runs):
    """Of runs of the same, the one with the fewest mispredictions."""
    return min((run.result() for run in runs), key=lambda counts: counts[1])


def count(command, statuses):
    run = subprocess.run(["valgrind", "--tool=callgrind", "--branch-sim=yes", "--callgrind-out-file=/dev/null",
                          *command], capture_output=True, text=True)
    if run.returncode not in statuses:
        raise SystemExit(f"{' '.join(command)}: exit {run.returncode}\n{run.stderr}")
    return tuple(sums(run.stderr).values())


def read_table():
    rows = {}
    with open(TABLE, encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                corpus, path, instructions, missed, compiler = line.split()
                rows[corpus, path] = (float(instructions), float(missed), compiler)
    return rows


def compare(rows, table, compiler):
    status = 0
    for key, (instructions, missed) in rows.items():
        if key not in table:
            raise SystemExit(f"{' '.join(key)}: not in {os.path.relpath(TABLE, ROOT)} (--update)")
        was, missed_then, with_compiler = table[key]
        verdict = "ok"
        if with_compiler != compiler:
            verdict = f"not compared: gcc {with_compiler} then, {compiler} now"
        elif instructions > 1.05 * was or missed > 1.05 * missed_then + 0.1:
            verdict = "GREW by more than 5 %"
            status = 1
        print(f"{key[0]:12}{key[1]:10}{instructions:8.0f} instructions a document, {was:.0f} recorded; "
              f"{missed:6.2f} mispredictions, {missed_then:.2f} recorded: {verdict}")
    return status


if __name__ == "__main__":
    sys.exit(main())
