"""Runs a program's tests beside each other: for those that wait more than they compute."""

import concurrent.futures
import re
import subprocess
import sys
import unittest

from support import LEADSCAN

AT_ONCE = 5
MOST_SECONDS = 600


def names_of(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from names_of(test)
        else:
            yield test.id().removeprefix("__main__.")


def run(name):
    """Whether it was good; and what it printed."""
    try:
        done = subprocess.run([sys.executable, sys.argv[0], LEADSCAN, name], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=MOST_SECONDS)
        return done.returncode == 0, done.stdout
    except subprocess.TimeoutExpired as late:  # which has bytes
        return False, "%s\nno end after %d s" % (late.stdout, MOST_SECONDS)


def main():
    """Of the program that runs, each test in a process of its own; or those that are named."""
    if len(sys.argv) > 1:
        unittest.main()
    names = list(names_of(unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])))
    bad = []
    skipped = 0
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for name, (is_good, printed) in zip(names, pool.map(run, names)):
            is_skipped = is_good and re.search(r"^OK \(skipped=", printed, re.M) is not None
            print("%s: %s" % (name, "skipped" if is_skipped else "ok" if is_good else "BAD"), flush=True)
            if not is_good:
                print(printed, flush=True)
                bad.append(name)
            skipped += is_skipped
    print("%d passed, %d failed, %d skipped" % (len(names) - len(bad) - skipped, len(bad), skipped))
    sys.exit(1 if bad or not names else 0)
