"""Results of //bench:compare for people: one page, a table to paste, the table of README.md.

  tools/bazel run //bench:report -- FILE... [--out=report.html]
  tools/bazel run //bench:report -- --markdown FILE...
  tools/bazel run //bench:report -- --readme [FILE...]
  tools/bazel run //bench:report -- --readme-audit [FILE]

FILE is what compare's --json wrote, or, for the page's table of whole tools, the audit benchmark's. Of several of one machine the newest is shown, and all are its history;
machines are side by side. --readme writes between the marks in README.md, of the files that are named
there, or, if FILEs are given, of these, which it names from then on; they are paths from README.md on.
--readme-audit does so for the audit's table, of one FILE of //bench:audit.
"""

import argparse
import os
import sys

from bench import report_audit
from bench import report_html
from bench import report_tables as tables
from bench.report_results import Unusable, load, user_path


def replace(path, text):
    """Whole, or not at all."""
    temporary = path + ".new"
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(temporary, path)


def run(options, out):
    if options.readme:
        replace(user_path("README.md"), tables.readme_with_table(user_path("README.md"), options.files))
        return
    if options.readme_audit:
        if len(options.files) > 1:
            raise Unusable("the audit's table is of one file")
        replace(user_path("README.md"),
                report_audit.readme_with_audit(user_path("README.md"), *options.files))
        return
    audits = {path: audit for path in options.files if (audit := report_audit.load_audit(path))}
    results = [load(path) for path in options.files if path not in audits]
    if options.markdown:
        out.write(tables.markdown(results))
        return
    replace(user_path(options.out), report_html.Page(results, list(audits.values())).write())
    print(user_path(options.out), file=out)


def main(argv, out=sys.stdout):
    parser = argparse.ArgumentParser(prog="report", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", metavar="FILE")
    parser.add_argument("--out", default="report.html", metavar="FILE", help="the page (default %(default)s)")
    parser.add_argument("--markdown", action="store_true", help="Markdown on standard output instead")
    parser.add_argument("--readme", action="store_true", help="write the table of README.md anew instead")
    parser.add_argument("--readme-audit", action="store_true", help="write the audit's table of README.md anew instead")
    options = parser.parse_args(argv)
    if not options.files and not options.readme and not options.readme_audit:
        parser.error("which results? //bench:compare -- --json=FILE writes one")
    try:
        run(options, out)
    except (Unusable, OSError) as error:
        print("report: %s" % error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
