"""Whether a corpus made of a profile takes parsers as long as the original: //bench:profiles.

Of each corpus a file is made, of that a profile, and //bench:compare runs both beside each other.
"""

import argparse
import json
import os
import statistics
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
    parser.add_argument("--rounds", type=int, default=3, help="runs, of which the median counts")
    parser.add_argument("--corpora", default=",".join(CORPORA))
    parser.add_argument("--parsers", help="only these")
    return parser.parse_args()


def figures(path):
    """Nanoseconds a document by setting, parser and corpus."""
    with open(path) as file:
        rows = json.load(file)["benchmarks"]
    return {(row["setting"], row["parser"], row["corpus"]): row["ns_per_document"]
            for row in rows if row.get("aggregate_name") == "median"}


def ratios(runs):
    """Of several runs' figures: by setting and parser the original's and the copy's, and the median of
    their ratios."""
    found = {}
    for setting, parser, corpus in runs[0]:
        if corpus != "file":
            continue
        pairs = [(run[setting, parser, "file"], run[setting, parser, "profile"]) for run in runs]
        found[setting, parser] = (statistics.median(pair[0] for pair in pairs),
                                  statistics.median(pair[1] for pair in pairs),
                                  statistics.median(pair[1] / pair[0] for pair in pairs))
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
