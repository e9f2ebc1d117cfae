"""Has Maven make the jar, from a copy of the sources: what it needs besides comes from its repository, and
from the network if it is not there yet."""

import argparse
import glob
import os
import platform
import shutil
import sys
import tempfile

from python.make_wheel import read, stripped, version_of
from third_party import said


def folder_of(machine):
    """As Java calls it (os.arch), where Native.java looks."""
    return "linux-" + {"x86_64": "amd64"}.get(machine, machine)


def run_maven(folder, *arguments):
    said.run(["mvn", "--batch-mode", "--quiet", *arguments], cwd=folder)


def make(folder, goal):
    # Without the network first: where all is there it asks nobody, and takes half of the time.
    try:
        run_maven(folder, "--offline", *goal)
    except said.Failed:
        run_maven(folder, *goal)


def main():
    parser = argparse.ArgumentParser()
    for name in ["out", "pom", "version-header", "license", "native"]:
        parser.add_argument("--" + name, required=True)
    parser.add_argument("sources", nargs="+")
    options = parser.parse_args()
    root = os.path.dirname(options.pom)
    with tempfile.TemporaryDirectory() as folder:
        for path in [options.pom, *options.sources]:
            copy = os.path.join(folder, os.path.relpath(path, root))
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            shutil.copyfile(path, copy)
        shutil.copyfile(options.license, os.path.join(folder, "resources/META-INF/LICENSE"))
        native = os.path.join(folder, "native", folder_of(platform.machine()))
        os.makedirs(native)
        with open(os.path.join(native, "libleadscan_spark.so"), "wb") as file:
            file.write(stripped(options.native))
        version = version_of(read(options.version_header).decode())
        goal = ["package", "-Drevision=" + version, "-Dleadscan.native=" + os.path.dirname(native)]
        try:
            make(folder, goal)
        except said.Failed as error:
            sys.exit("Maven could not make the jar: %s" % error)
        built, = glob.glob(os.path.join(folder, "target/leadscan-spark-*.jar"))
        shutil.copyfile(built, options.out)


if __name__ == "__main__":
    main()
