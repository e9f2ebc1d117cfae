"""Which differences between two results of //bench:compare are real.

  tools/bazel run -c opt //bench:diff -- OLD NEW

OLD and NEW are files of compare's --json, or folders with several of one build: then the median of each run
is a sample. That is to be preferred: it also knows how much runs differ that should not, as memory lies
otherwise in each of them. The blocks of one file do not know that: one binary took 4.5 % more for simdjson
On-Demand in the second of two runs (AMD EPYC, Zen 5, 2026-11-29). Hence --least.

A row is compared by Mann and Whitney's rank test, and all rows of leadscan together keep the chance of one
false alarm below --level (Holm). Rows of other parsers are shown as controls: the same code ran in both.

Exits with 1 if a row of leadscan is slower, or fails, or allocates more; with 2 if the results cannot be
compared.
"""

import argparse
import glob
import os
import re
import statistics
import sys

from bench import diff_ranks
from bench import report_results as results

# What must be equal, as the figure is of it. Of others, such as the kernel, it is said only.
SAME = {
    "CPU": lambda r: r.cpu,
    "compiler": lambda r: r.manifest.get("compiler", "unknown"),
    "instruction set": lambda r: r.isa,
    "preset": lambda r: r.preset,
    "parsers beside each other": lambda r: r.kind,
    "seed": lambda r: r.context.get("seed", "unknown"),
}
SAID = ("kernel", "microcode", "governor", "hypervisor", "cpus")

SLOWER, FASTER, SMALL, NONE, UNKNOWN = "SLOWER", "faster", "below --least", "no difference", "too few samples"
ORDER = ("FAILS", "ALLOCATES", SLOWER, FASTER, SMALL, UNKNOWN, NONE)


class Change:
    """One row, in both results."""

    def __init__(self, old, new):
        self.name = new[0].name
        self.parser = new[0].parser
        self.old, self.new = old, new  # the row in each run
        self.old_samples = self.new_samples = ()
        self.verdict = NONE
        self.p = self.adjusted = None
        self.change = self.low = self.high = None  # relative: 0.01 is one per cent more time
        self.note = ""

    def take(self, old_samples, new_samples):
        self.old_samples, self.new_samples = old_samples, new_samples
        self.p = diff_ranks.mann_whitney(new_samples, old_samples)[1]
        self.change, self.low, self.high = (
            value - 1 for value in diff_ranks.ratio(new_samples, old_samples))

    def judge(self, level, least, tests):
        if diff_ranks.least_p(len(self.old_samples), len(self.new_samples)) * tests > level:
            self.verdict = UNKNOWN
        elif self.adjusted > level:
            self.verdict = NONE
        elif abs(self.change) < least:
            self.verdict = SMALL
        else:
            self.verdict = SLOWER if self.change > 0 else FASTER


def runs_of(path):
    """The results at a path: of a file, or of a folder's."""
    folder = results.user_path(path)
    if not os.path.isdir(folder):
        return [results.load(path)]
    paths = sorted(glob.glob(os.path.join(glob.escape(folder), "*.json")))
    if not paths:
        raise results.Unusable("no .json in %s" % path)
    return [results.load(one) for one in paths]


def obstacles(old, new):
    """Why the runs cannot be compared."""
    found = []
    for run in old + new:
        if results.is_debug(run):
            found.append("%s is of a build for debugging" % run.path)
    for what, of in SAME.items():
        values = [of(run) for run in old + new]
        for run, value in zip(old + new, values):
            if value != values[0]:
                found.append("another %s: %s in %s, %s in %s"
                             % (what, values[0], old[0].path, value, run.path))
                break
    return found


def remarks(old, new):
    """What differs and may matter."""
    for what in SAID:
        a, b = (run.manifest.get(what, "unknown") for run in (old[0], new[0]))
        if a != b:
            yield "another %s: %s, then %s" % (what, a, b)
    warnings = {}  # which are told once, whatever numbers they have in other runs
    for which, runs in (("old", old), ("new", new)):
        for run in runs:
            for warning in run.warnings:
                first, of = warnings.setdefault(re.sub(r"[\d.]+", "", warning), (warning, []))
                of.append(which)
    for first, of in warnings.values():
        yield "%s%s: %s" % (" and ".join(dict.fromkeys(of)), ", %d runs" % len(of) if len(of) > 2 else "", first)


def samples_of(runs, name, rival):
    """The samples of a row, and the row in each run. Relative to those of `rival`, block by block where
    both ran beside each other."""
    rows = [next((row for row in run.rows if row.name == name), None) for run in runs]
    samples = []
    for run, row in zip(runs, rows):
        if row is None or row.note:
            continue
        own = row.samples if len(runs) == 1 else [row.ns]
        if rival:
            other = next((r for r in run.rows if not r.note and r.parser == rival and
                          (r.corpus, r.setting) == (row.corpus, row.setting)), None)
            if other is None:
                continue
            beside = other.samples if len(runs) == 1 and len(other.samples) == len(own) else [other.ns]
            own = [a / b for a, b in zip(own, beside if len(beside) == len(own) else beside * len(own))]
        samples += own
    return samples, [row for row in rows if row is not None]


def compare(old, new, level, least, rival=None):
    """A Change for each row that both have, and the names of those that one lacks."""
    names = {which: list(dict.fromkeys(row.name for run in runs for row in run.rows))
             for which, runs in (("old", old), ("new", new))}
    alone = sorted(set(names["old"]) ^ set(names["new"]))
    changes = []
    for name in names["old"]:
        if name in alone:
            continue
        before, old_rows = samples_of(old, name, rival)
        after, new_rows = samples_of(new, name, rival)
        change = Change(old_rows, new_rows)
        if rival and change.parser == rival:
            continue
        if before and after:
            change.take(before, after)
        elif rival and not any(row.note for row in old_rows + new_rows):
            alone.append(name)
            continue
        changes.append(change)
    any_subject = any(results.is_subject(change.parser) for change in changes)
    for is_family in (True, False):
        family = [change for change in changes
                  if (results.is_subject(change.parser) or not any_subject) == is_family]
        judge(family, level, least)
    return changes, alone


def judge(family, level, least):
    tested = [change for change in family if change.p is not None]
    for change, adjusted in zip(tested, diff_ranks.holm([change.p for change in tested])):
        change.adjusted = adjusted
        change.judge(level, least, len(tested))
    for change in family:
        failed = [[row.note for row in rows if row.note] for rows in (change.old, change.new)]
        if failed[1] and not failed[0]:
            change.verdict, change.note = "FAILS", failed[1][0]
            continue
        if failed[0]:
            change.note = "fails as before" if failed[1] else "failed before: " + failed[0][0]
            continue
        allocations = [[row.figure("allocs_per_document") for row in rows] for rows in (change.old, change.new)]
        if None not in sum(allocations, []):
            before, after = map(statistics.median, allocations)
            if after > before + 0.005:
                change.verdict = "ALLOCATES"
                change.note = "%.2f allocations a document, %.2f before" % (after, before)
        for what in ("accepted", "laxer", "stricter"):
            before, after = change.old[0].figure(what), change.new[0].figure(what)
            if before != after and None not in (before, after):
                change.note = "; ".join(filter(None, [change.note, "%s %d, %d before" % (what, after, before)]))


def percent(value):
    return "%+.1f" % (100 * value)


def print_changes(changes, out):
    width = max(len(change.name) for change in changes)
    print("%-*s %10s %10s %8s %18s %9s  " % (width, "ns a document", "old", "new", "%", "95 % between", "p"),
          file=out)
    for change in sorted(changes, key=lambda c: (ORDER.index(c.verdict), -abs(c.change or 0))):
        times = ["-" if any(row.note for row in rows)
                 else "%.1f" % statistics.median(row.ns for row in rows)
                 for rows in (change.old, change.new)]
        figures = ["", "", ""]
        if change.change is not None:
            p = "%.4f" % change.adjusted if change.adjusted >= 1e-4 else "<0.0001"
            figures = [percent(change.change), "", p]
            if diff_ranks.least_p(len(change.old_samples), len(change.new_samples)) <= 0.05:
                figures[1] = "%s and %s" % (percent(change.low), percent(change.high))
        print(("%-*s %10s %10s %8s %18s %9s  %s%s"
               % (width, change.name, *times, *figures, change.verdict,
                  "; " + change.note if change.note else "")).rstrip(), file=out)


def print_controls(changes, rival, out):
    """Whether the machine was another one, so to speak."""
    controls = [c for c in changes if not results.is_subject(c.parser) and c.change is not None]
    real = [c for c in controls if c.verdict in (SLOWER, FASTER)]
    if not controls or len(controls) == len(changes):
        return
    print("Controls: %d of %d rows of other parsers differ, all by %s %% in the median."
          % (len(real), len(controls), percent(statistics.median(c.change for c in controls))), file=out)
    if len(real) > len(controls) / 4 and not rival:
        print("If these are the same code, it was the machine: --relative-to=PARSER takes leadscan's rows "
              "by how a parser of the same run did, and several runs of each in folders tell more.", file=out)


def main(argv, out=sys.stdout):
    parser = argparse.ArgumentParser(prog="diff", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", metavar="OLD")
    parser.add_argument("new", metavar="NEW")
    parser.add_argument("--level", type=float, default=0.01, metavar="P",
                        help="chance of one false alarm among all rows (default %(default)s)")
    parser.add_argument("--least", type=float, metavar="PERCENT", help="what is less is no regression, however "
                        "sure (default 5 for files, 2 for folders)")
    parser.add_argument("--relative-to", metavar="PARSER", help="each time as a share of this parser's "
                        "in the same run: what the machine does to both cancels out")
    parser.add_argument("--anyway", action="store_true", help="compare what cannot be compared")
    options = parser.parse_args(argv)
    try:
        old, new = runs_of(options.old), runs_of(options.new)
    except results.Unusable as error:
        print("diff: %s" % error, file=sys.stderr)
        return 2
    reasons = obstacles(old, new)
    for reason in reasons:
        print("diff: %s" % reason, file=sys.stderr)
    if reasons and not options.anyway:
        print("diff: these cannot be compared; --anyway does it nevertheless", file=sys.stderr)
        return 2
    if options.least is None:
        options.least = 5 if len(old) == 1 or len(new) == 1 else 2
    changes, alone = compare(old, new, options.level, options.least / 100, options.relative_to)
    if not changes:
        print("diff: no row is in both%s" % (" beside " + options.relative_to if options.relative_to else ""),
              file=sys.stderr)
        return 2
    print("%s (%s) and %s (%s), %s" % (old[0].commit, old[0].date, new[0].commit, new[0].date, new[0].cpu),
          file=out)
    for remark in remarks(old, new):
        print(remark, file=out)
    print_changes(changes, out)
    if alone:
        print("In one of them only: %s" % ", ".join(alone), file=out)
    print_controls(changes, options.relative_to, out)
    return verdict_of(changes, options.level, out)


def verdict_of(changes, level, out):
    # A file without a row of leadscan is somebody's own benchmark: all its rows are meant.
    subjects = [c for c in changes if results.is_subject(c.parser)] or changes
    bad = [c for c in subjects if c.verdict in ("FAILS", "ALLOCATES", SLOWER)]
    if bad:
        print("%d of %d rows are worse." % (len(bad), len(subjects)), file=out)
        return 1
    if all(c.verdict == UNKNOWN or c.p is None for c in subjects):
        runs = next(n for n in range(2, 100) if diff_ranks.least_p(n, n) * len(subjects) <= level)
        print("diff: no row has enough samples to tell anything: run compare %d times for each, with --json "
              "into a folder, and give both folders" % runs, file=sys.stderr)
        return 2
    unknown = sum(c.verdict == UNKNOWN for c in subjects)
    print("None of %d rows is worse%s." % (len(subjects), ", of which %d have too few samples to tell" % unknown
                                          if unknown else ""), file=out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
