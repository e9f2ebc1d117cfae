"""Streams that are made to be hard to learn from: leadscan with learned layouts beside itself without
(Path::tokens), in one run, alternating. Learning may never cost more than it brings.

  tools/bazel run -c opt //bench:hostile

Exits with 1 if one of them is slower by more than 5 per cent, in a stream or in calls.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile

LEAST = 0.95  # of the speed of the tokens alone
ROUNDS = 3    # the median of so many runs of each
SETTINGS = ("stream", "document", "trained")


def text(rng, size):
    return "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789-") for _ in range(size))


def members(rng, id_size=12):
    """Of a response, in the order of the API's description; values as JSON."""
    return [
        ("partnerLeadOpportunityId", '"%s"' % text(rng, id_size)),
        ("dsLeadOpportunityId", '"%s"' % text(rng, 6)),
        ("action", '"create"'),
        ("info", '{"success":true,"statusCode":201,"timestamp":"2025-06-%02dT%02d:%02d:%02d.%03dZ",'
                 '"traceId":"%032x"}' % (rng.randint(1, 30), rng.randint(0, 23), rng.randint(0, 59),
                                         rng.randint(0, 59), rng.randint(0, 999),
                                         rng.getrandbits(128))),
        ("error", "null"),
    ]


def document(them):
    return "{%s}" % ",".join('"%s":%s' % one for one in them)


def numbers(rng, _):
    return document(members(rng) + [("score", rng.randint(0, 10 ** rng.randint(1, 7))),
                                    ("elapsedMs", rng.randint(0, 9999)),
                                    ("owner", '{"id":%d}' % rng.getrandbits(rng.randint(1, 40)))])


def many_layouts(rng, _, most=10_000):
    return document(members(rng) + [("x%d" % rng.randrange(most), '"v"')])


def new_layouts(rng, number):
    return document(members(rng) + [("member%d" % number, "[]")])


def shuffled(rng, _):
    them = members(rng)
    rng.shuffle(them)
    return document(them)


def ids_of_every_length(rng, _):
    return document(members(rng, rng.randint(1, 60)))


def all_sizes(rng, _):
    # From 100 bytes to 64 KiB, as many of each power of two.
    return document(members(rng) + [("notes", '"%s"' % ("n" * int(2 ** rng.uniform(0, 16))))])


def alternating(rng, number):
    them = members(rng)
    return document(them if number % 2 else them[::-1])


def three_producers(rng, number):
    them = members(rng)
    return document([them, them[::-1], them[:3] + [("source", '"crm"')] + them[3:]][number % 3])


def near_misses(rng, _):
    # Same lengths, same quotes: one byte of a name differs, anywhere.
    name = list("aSomewhatLongNameOfAMember")
    name[rng.randrange(len(name))] = rng.choice("xyz")
    return document(members(rng) + [("".join(name), "0")])


def collisions(rng, _):
    # Same size, same beginning, same places of quotes: the short key cannot tell them apart.
    return document(members(rng) + [(text(rng, 8), '"v"'), (text(rng, 8), '"v"')])


def late_misses(rng, _):
    # All alike up to the last member's value.
    return document(members(rng) + [("last", rng.choice(["true", "null", "1234", '"ab"', "[{}]"]))])


STREAMS = {
    "numbers that vary": numbers,
    "10,000 layouts": many_layouts,
    "a new layout in each document": new_layouts,
    "members shuffled": shuffled,
    "ids of every length": ids_of_every_length,
    "100 B to 64 KiB": all_sizes,
    "two producers, alternating": alternating,
    "three producers, in turn": three_producers,
    "near misses": near_misses,
    "collisions of the short key": collisions,
    "misses in the last value": late_misses,
}


def write(path, make, most_bytes):
    rng = random.Random(1)
    size = number = 0
    with open(path, "w") as file:
        while size < most_bytes:
            size += file.write(make(rng, number) + "\n")
            number += 1


def run(options, path, setting):
    """How many times as fast as the tokens alone."""
    out = path + ".json"
    command = [options.compare, "--file=" + path, "--setting=" + setting, "--json=" + out,
               "--pair=leadscan,leadscan_tokens"]
    if options.quick:
        command.append("--quick")
    if options.isa:
        command.append("--isa=" + options.isa)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with open(out) as file:
        rows = json.load(file)["benchmarks"]
    by_parser = {row["parser"]: row["ns_per_document"] for row in rows
                 if row.get("aggregate_name") == "median"}
    return by_parser["leadscan_tokens"] / by_parser["leadscan"], by_parser["leadscan"]


def main(argv, out=sys.stdout):
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compare", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--compilation-mode", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="smaller streams, one run of each")
    parser.add_argument("--isa", help="portable, avx2 or avx512: at most this one")
    parser.add_argument("--only", help="part of a stream's name")
    options = parser.parse_args(argv)
    if options.compilation_mode != "opt":
        parser.error("measure what is compiled with -c opt")
    slow = 0
    print("%-32s %s   ns a document" % ("times the tokens alone",
                                        " ".join("%9s" % setting for setting in SETTINGS)), file=out)
    with tempfile.TemporaryDirectory(prefix="leadscan-") as folder:
        for name, make in STREAMS.items():
            if options.only and options.only not in name:
                continue
            path = os.path.join(folder, "stream")
            write(path, make, 2_000_000 if options.quick else 40_000_000)
            ratios, times = [], []
            for setting in SETTINGS:
                runs = sorted(run(options, path, setting)
                              for _ in range(1 if options.quick else ROUNDS))
                ratio, time = runs[len(runs) // 2]
                ratios.append(ratio)
                times.append(time)
            slow += sum(ratio < LEAST for ratio in ratios)
            print("%-32s %s   %s%s" % (name, " ".join("%9.2f" % ratio for ratio in ratios),
                                       " ".join("%.0f" % time for time in times),
                                       "   SLOWER" if min(ratios) < LEAST else ""), file=out, flush=True)
    print("%d of them slower than %.2f" % (slow, LEAST), file=out)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
