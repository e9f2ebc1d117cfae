"""leadscan's tables beside the JSON readers of DuckDB, pyarrow, polars and Spark: tables_contest.py, in
an environment of its own, with the wheel that was just built and these packages of PyPI."""

import argparse
import glob
import os
import shutil
import subprocess
import sys
import tempfile
import venv

from bench.audit import cpu_model, size
from third_party import said

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGES = ["duckdb==2.0.1", "pandas==2.3.3", "polars==2.1.0", "pyarrow==26.0.1"]
SPARK = ["pyspark==4.3.0"]


def main():
    parser = argparse.ArgumentParser(prog="tables", description=__doc__)
    parser.add_argument("--bytes", type=size, default=size("256M"), help="of the corpus (default 256M)")
    parser.add_argument("--rounds", type=int, default=7, help="timed runs of each (default %(default)s)")
    parser.add_argument("--spark", action="store_true", help="Spark, too (Java 17; 450 MB from PyPI)")
    parser.add_argument("--java", action="store_true", help="nothing but Spark's source in Java, beside Spark's own")
    parser.add_argument("--growth", metavar="LIST", default="", help="with Spark, of corpora of these sizes: 1G,2G,4G")
    parser.add_argument("--json", metavar="FILE", help="write every single run there")
    for name in ("leadscan", "wheel", "jar", "compilation-mode"):
        parser.add_argument("--" + name, required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.compilation_mode != "opt":
        parser.error("this is a build for debugging: use bazel run -c opt //bench:tables")
    wheel, = glob.glob(os.path.join(os.path.abspath(options.wheel), "*.whl"))
    leadscan, jar = os.path.abspath(options.leadscan), os.path.abspath(options.jar)
    # `bazel run` starts programs elsewhere than where the user is.
    user_folder = os.environ.pop("BUILD_WORKING_DIRECTORY", "")
    growth = [size(text) for text in options.growth.split(",") if text]
    with tempfile.TemporaryDirectory(prefix="leadscan-tables-") as folder:
        most = max([options.bytes, *growth])
        if shutil.disk_usage(folder).free < 3 * most + (2 << 30):
            parser.error("%s has not room for %d MB: set TMPDIR" % (os.path.dirname(folder), 3 * most >> 20))
        venv.create(os.path.join(folder, "venv"), with_pip=True)
        python = os.path.join(folder, "venv/bin/python")
        try:
            said.pip_install(python, wheel, *PACKAGES, *(SPARK if options.spark or options.java or growth else []))
        except said.Failed as error:
            sys.exit("tables: %s" % error)
        print("%s, %d CPUs; %s" % (cpu_model(), os.cpu_count(), ", ".join(PACKAGES + SPARK * (options.spark or options.java))))
        sys.stdout.flush()
        contest = [python, os.path.join(HERE, "tables_contest.py"), "--leadscan=" + leadscan, "--folder=" + folder,
                   "--bytes=%d" % options.bytes, "--rounds=%d" % options.rounds, "--jar=" + jar]
        contest += ["--spark"] * options.spark + ["--java"] * options.java + ["--growth=%d" % bytes_ for bytes_ in growth]
        if options.json:
            contest.append("--json=" + os.path.join(user_folder, options.json))
        return subprocess.run(contest, cwd=folder).returncode


if __name__ == "__main__":
    sys.exit(main())
