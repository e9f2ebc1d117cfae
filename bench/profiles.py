"""Whether a corpus made of a profile takes parsers as long as the original: //bench:profiles.

Of each corpus a file is made, of that a profile, and //bench:compare runs both. Other work of the machine
only ever adds to a block's time, so that of all runs the fastest block of each counts.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

CORPORA = ["uniform", "mixed", "adversarial"]
SETTINGS = ["document", "stream"]
ALLOWED = 0.10


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compare", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--generate", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--compilation-mode", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--documents", type=int, default=100_000, help="of each corpus")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each corpus")
    parser.add_argument("--corpora", default=",".join(CORPORA))
    parser.add_argument("--parsers", help="only these")
    return parser.parse_args()


def figures(path):
    """Nanoseconds a document of the fastest block, by setting, parser and corpus."""
    with open(path) as file:
        rows = json.load(file)["benchmarks"]
    found = {}
    for row in rows:
        if row.get("run_type") == "iteration" and not row.get("error_occurred"):
            found.setdefault((row["setting"], row["parser"], row["corpus"]), []).append(row["cpu_time"])
    return {key: min(times) for key, times in found.items()}


def ratios(runs):
    """Of several runs' figures: by setting and parser the original's and the copy's, and their ratio."""
    found = {}
    for setting, parser, corpus in runs[0]:
        if corpus != "file":
            continue
        original, made = (min(run[setting, parser, of] for run in runs) for of in ("file", "profile"))
        found[setting, parser] = (original, made, made / original)
    return found


def beyond(found):
    """Those whose ratio is not within what is allowed."""
    return [key for key, (_, _, ratio) in found.items() if abs(ratio - 1) > ALLOWED]


def run(options, name, folder):
    log = os.path.join(folder, name + ".ndjson")
    profile = os.path.join(folder, name + ".profile.json")
    subprocess.run([options.generate, "--kind=" + name, "--documents=%d" % options.documents,
                    "--seed=7", "--out=" + log], check=True)
    subprocess.run([options.compare, "--file=" + log, "--save-profile=" + profile], check=True)
    print("%s: %d bytes of profile for %d bytes" % (name, os.path.getsize(profile),
                                                    os.path.getsize(log)))
    runs = []
    for turn in range(options.rounds):
        result = os.path.join(folder, "result.json")
        # In turn, so that a machine that gets slower does not always hit the same one.
        order = ["file", "profile"][::1 if turn % 2 == 0 else -1]
        command = [options.compare, "--quick", "--file=" + log, "--from-profile=" + profile,
                   "--corpus=" + ",".join(order), "--setting=" + ",".join(SETTINGS),
                   "--json=" + result]
        if options.parsers:
            command.append("--parsers=" + options.parsers)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        runs.append(figures(result))
    return ratios(runs)


def main():
    options = arguments()
    if options.compilation_mode != "opt":
        sys.exit("profiles: figures of a build without -c opt mean nothing")
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in options.corpora.split(","):
            found = run(options, name, folder)
            print("%-46s %10s %10s %6s" % (name, "original", "made", "ratio"))
            for (setting, parser), (original, made, ratio) in sorted(found.items()):
                print("  %-10s %-33s %7.1f ns %7.1f ns %6.2f%s" % (
                    setting, parser, original, made, ratio,
                    "  beyond 10 %" if (setting, parser) in beyond(found) else ""))
            wrong += len(beyond(found))
    print("all within 10 %" if wrong == 0 else "%d beyond 10 %%" % wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
