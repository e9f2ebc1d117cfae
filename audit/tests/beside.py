"""Runs a program's tests beside each other: for those that wait more than they compute."""

import concurrent.futures
import subprocess
import sys
import unittest

from support import LEADSCAN

AT_ONCE = 5


def names_of(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from names_of(test)
        else:
            yield test.id().removeprefix("__main__.")


def run(name):
    return subprocess.run([sys.executable, sys.argv[0], LEADSCAN, name], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)


def main():
    """Of the program that runs, each test in a process of its own; or those that are named."""
    if len(sys.argv) > 1:
        unittest.main()
    names = list(names_of(unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])))
    bad = []
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for name, done in zip(names, pool.map(run, names)):
            print("%s: %s" % (name, "ok" if done.returncode == 0 else "BAD"))
            if done.returncode != 0:
                print(done.stdout)
                bad.append(name)
    print("%d passed, %d failed" % (len(names) - len(bad), len(bad)))
    sys.exit(1 if bad or not names else 0)
