"""The leadscan command beside wc, the decompressors, jq, DuckDB and Python, in one run.

Whole processes on files in the page cache. Answers are compared before anything is timed.
"""

import argparse
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile

from bench import audit_kinds
from bench import audit_measure
from bench import audit_tools
from bench.audit_measure import Contestant, Failed
from third_party import said

HERE = os.path.dirname(os.path.abspath(__file__))
SECTIONS = ("raw", "compressed", "rivals", "kinds", "tools", "outputs", "memory")
DUCKDB = "duckdb==2.0.1"  # of PyPI
# What is wanted, as a share of the baseline's rate for the same CPU time, or of -j1's rate.
WANTED = {"check of uniform": 0.70, "two threads": 1.8, "compressed": 0.85, "before": 0.98}
COMPRESS = {
    "zst": ["zstd", "-q", "-c"],
    "gz": ["gzip", "-c"],
    "lz4": ["lz4", "-q", "-c"],
    "xz": ["xz", "-1", "-T2", "-c"],
}
DECOMPRESS = {
    "zst": ["zstd", "-d", "-q", "-c"],
    "gz": ["igzip", "-d", "-c"],
    "lz4": ["lz4", "-d", "-q", "-c"],
    "xz": ["xz", "-d", "-c", "-T1"],
}


def size(text):
    units = {"K": 10, "M": 20, "G": 30}
    number = text[:-1] if text[-1:].upper() in units else text
    if not number.isdigit() or int(number) == 0:
        raise argparse.ArgumentTypeError("not a size: %s (for example 256M)" % text)
    return int(number) << units.get(text[-1].upper(), 0)


def parse_options(arguments):
    parser = argparse.ArgumentParser(prog="audit", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fiftieth of it all, two rounds")
    parser.add_argument("--bytes", type=size, metavar="N", help="of a corpus (default 1G)")
    parser.add_argument("--rounds", type=int, metavar="N", help="timed runs of each (default 5)")
    parser.add_argument("--only", default=",".join(SECTIONS), metavar="LIST",
                        help="of %(default)s")
    parser.add_argument("--json", metavar="FILE", help="write every single run there")
    parser.add_argument("--tools", metavar="FOLDER",
                        help="where the tools of PyPI and npm are, or are installed, for the next time, too "
                             "(default: for this time only; with --quick none)")
    parser.add_argument("--before", metavar="COMMAND",
                        help="another build of leadscan, which the raw files are read with, too, in turn")
    parser.add_argument("--leadscan", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--compilation-mode", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    options.sections = options.only.split(",")
    for section in options.sections:
        if section not in SECTIONS:
            parser.error("no section %s: there are %s" % (section, ", ".join(SECTIONS)))
    options.bytes = options.bytes or size("20M" if options.quick else "1G")
    options.rounds = options.rounds or (2 if options.quick else 5)
    options.leadscan = os.path.abspath(options.leadscan)
    # `bazel run` starts programs elsewhere than where the user is, and leadscan goes there.
    user_folder = os.environ.pop("BUILD_WORKING_DIRECTORY", "")
    if options.json:
        options.json = os.path.join(user_folder, options.json)
    if options.before:
        options.before = os.path.abspath(os.path.join(user_folder, options.before))
    if options.tools:
        options.tools = os.path.abspath(os.path.join(user_folder, options.tools))
    if options.compilation_mode != "opt":
        parser.error("this is a build for debugging: use bazel run -c opt //bench:audit")
    return options


class Bench:
    def __init__(self, options, folder, out):
        self.options = options
        self.folder = folder
        self.out = out
        self.rows = []
        self.peaks = []
        self.unavailable = []

    def progress(self, what):
        if sys.stderr.isatty():
            print("\r\033[K%s" % what, end="", file=sys.stderr, flush=True)

    def print(self, text=""):
        self.progress("")
        print(text, file=self.out, flush=True)

    # Files

    def corpus(self, kind, size):
        """A file of `size` bytes, in the page cache since it has just been written."""
        name = "%s-%d.ndjson" % (kind, size)
        self.make(name, [self.options.leadscan, "gen", "--kind=" + kind, "--bytes=%d" % size])
        return name

    def log(self, kind, size):
        """The uniform corpus as a log of a kind."""
        name = "%s-%d.log" % (kind, size)
        self.make(name, [self.options.leadscan, "gen", "--log=" + kind, "--bytes=%d" % size])
        return name

    def compressed(self, name, suffix):
        self.make(name + "." + suffix, [*COMPRESS[suffix], name])
        return name + "." + suffix

    def make(self, name, command):
        path = os.path.join(self.folder, name)
        if os.path.exists(path):
            return
        self.progress("making " + name)
        with open(path, "wb") as file:
            subprocess.run(command, stdout=file, cwd=self.folder, check=True)

    def length(self, name):
        return os.path.getsize(os.path.join(self.folder, name))

    # Measuring

    def leadscan(self, *arguments):
        # The findings depend on the clock otherwise.
        extra = ["--now=2026-01-01"] if arguments[0] == "audit" else []
        return [self.options.leadscan, *arguments, *extra]

    def contest(self, section, title, data_bytes, contestants, starts=()):
        """The first one is what the others are compared with. `starts`: the same on a single line, which
        is what it takes them to start."""
        disturbed = audit_measure.contest(contestants, self.options.rounds, self.folder,
                                          self.progress)
        if starts:
            audit_measure.contest(starts, self.options.rounds, self.folder, self.progress)
        self.print("\n%s: %.0f MB\n%-34s %8s %8s %8s %8s %8s %8s%s" % (
            title, data_bytes / 1e6, "", "wall s", "user s", "CPU s", "GB/s", "x wall", "x CPU",
            " %8s %8s" % ("1 line s", "CPU s") if starts else ""))
        base = contestants[0]
        for i, it in enumerate(contestants):
            self.print("%-34s %8.3f %8.3f %8.3f %8.2f %8.2f %8.2f%s" % (
                it.name, it.wall, it.user, it.cpu, it.copies * data_bytes / it.wall / 1e9,
                it.copies * base.wall / it.wall, it.copies * base.cpu / it.cpu,
                " %8.3f %8.3f" % (starts[i].wall, starts[i].cpu) if starts else ""))
            start = {of: getattr(starts[i], of) for of in ("wall", "user", "cpu", "runs")} if starts else None
            self.rows.append({
                "section": section, "title": title, "name": it.name, "version": it.version,
                "bytes": data_bytes,
                "copies": it.copies, "wall": it.wall, "user": it.user, "cpu": it.cpu,
                "ratio_wall": it.copies * base.wall / it.wall,
                "ratio_cpu": it.copies * base.cpu / it.cpu, "disturbed": disturbed,
                "runs": it.runs, **({"start": start} if starts else {})})
        if disturbed:
            self.print("other programs took CPU time in %d of %d rounds" % (
                disturbed, self.options.rounds))

    def verdict(self, what, ratio, wanted):
        self.print("%s: %.2f, wanted %.2f: %s" % (
            what, ratio, wanted, "reached" if ratio >= wanted else "MISSED"))

    def raw(self):
        for kind in ("uniform", "mixed"):
            name = self.corpus(kind, self.options.bytes)
            check = ["check", "-q", name]
            wc = Contestant("wc -l", ["wc", "-l", name])
            one = Contestant("check -q -j1", self.leadscan(*check, "-j1"))
            two = Contestant("check -q -j2", self.leadscan(*check, "-j2"))
            pair = Contestant("check -q -j1, two processes", one.command, copies=2)
            self.contest("raw", kind + ", raw", self.length(name), [wc, one, two, pair])
            if kind == "uniform":
                self.verdict("check -j1 of wc -l, by CPU time", wc.cpu / one.cpu,
                             WANTED["check of uniform"])
            allowed = 2 * one.wall / pair.wall
            self.print("two processes, which share nothing, of one: %.2f" % allowed)
            self.verdict("check -j2 of -j1, where the machine allows", one.wall / two.wall,
                         min(WANTED["two threads"], 0.9 * allowed))
            audits = [Contestant("audit -j%d" % jobs,
                                 self.leadscan("audit", name, "-j%d" % jobs)) for jobs in (1, 2)]
            self.contest("raw", kind + ", raw, all tables and findings", self.length(name), audits)
            if self.options.before:
                self.before(kind, name, one.command)

    def before(self, kind, name, check):
        """What clean lines cost beside another build, which may be older than what reads other logs."""
        some = self.corpus(kind, min(self.options.bytes, size("20M")))
        verdicts = {audit_measure.output_of([build, "check", some], self.folder)
                    for build in (self.options.before, self.options.leadscan)}
        if len(verdicts) != 1:
            raise Failed("%s: the two builds do not say the same of %s" % (self.options.before, some))
        other = Contestant("check -q -j1, the other build", [self.options.before, *check[1:]])
        this = Contestant("check -q -j1", check)
        self.contest("before", kind + ", raw, two builds", self.length(name), [other, this])
        self.verdict("check -j1 of the other build's, by CPU time", other.cpu / this.cpu, WANTED["before"])

    def compressed_section(self):
        for suffix, decompress in DECOMPRESS.items():
            plain = self.corpus("mixed", self.options.bytes // 4)
            name = self.compressed(plain, suffix)
            check = self.leadscan("check", "-q", name)
            rival = Contestant(" ".join(decompress), decompress + [name])
            ours = Contestant("check -q", check)
            self.contest("compressed", "mixed.%s (%.0f MB)" % (suffix, self.length(name) / 1e6),
                         self.length(plain),
                         [rival, ours, Contestant("check -q -j1", check + ["-j1"])])
            self.verdict("check of the decompressor alone", rival.wall / ours.wall,
                         WANTED["compressed"])

    def answer(self, contestant):
        """By action, by statusCode, bad."""
        def read(text):
            out = json.loads(text)
            if "verdicts" in out:
                out = {"bad": out["bad"], **{
                    table: {row["value"]: row["count"] for row in out[table]["rows"]}
                    for table in ("actions", "status_codes")}}
            return out

        return audit_measure.answer_of(contestant.name, contestant.command, self.folder, read)

    def compare_answers(self, contestants):
        """Of the first one, leadscan, with those of the others."""
        ours = self.answer(contestants[0])
        for contestant in contestants[1:]:
            self.progress("comparing answers: " + contestant.name)
            theirs = self.answer(contestant)
            if theirs != ours:
                raise Failed("%s answers otherwise than leadscan:\n%s\n%s" % (
                    contestant.name, theirs, ours))

    def jq(self, program, options, responses, name):
        with open(os.path.join(HERE, program)) as file:
            return ["jq", "-n", *options, responses + file.read(), name]

    def has_duckdb(self):
        """Where Python has none, pip brings it, for as long as this runs."""
        folder = os.path.join(self.folder, "python")
        os.environ["PYTHONPATH"] = folder + os.pathsep + os.environ.get("PYTHONPATH", "")
        imports = [sys.executable, "-c", "import duckdb"]
        if subprocess.run(imports, stderr=subprocess.DEVNULL).returncode == 0:
            return True
        if self.options.quick:
            return False
        self.progress("installing " + DUCKDB)
        try:
            said.pip_install(sys.executable, "--only-binary", ":all:", "--no-deps", "--target", folder, DUCKDB)
        except said.Failed as error:
            self.print("DuckDB could not be installed: %s" % error)
            return False
        return subprocess.run(imports, stderr=subprocess.DEVNULL).returncode == 0

    def kinds(self):
        has_duckdb = self.has_duckdb()
        options = audit_kinds.all_kinds(self.options.leadscan)
        for kind in audit_kinds.RIVALS:
            name = self.log(kind, self.options.bytes // 16)
            reads = [*options[kind], name]
            rivals = [Contestant("audit -j1", self.leadscan("audit", "--json", *reads, "-j1")),
                      Contestant("jq", self.jq("audit_tool.jq", *audit_kinds.RIVALS[kind][:2], name))]
            if has_duckdb:
                rivals.append(Contestant("DuckDB, one thread", [
                    sys.executable, os.path.join(HERE, "audit_duckdb.py"), kind, name]))
            self.compare_answers(rivals)
            wc = Contestant("wc -l", ["wc", "-l", name])
            check = Contestant("check -q -j1", self.leadscan("check", "-q", *reads, "-j1"))
            self.contest("kinds", "uniform as %s, the same answers" % kind, self.length(name),
                         [wc, check, *rivals])
        if not has_duckdb:
            self.print("DuckDB: not installed")

    def tools(self):
        """Whole tools in tables of their own: the same file, the same answer."""
        tools = audit_tools.Tools(self.options.tools or os.path.join(self.folder, "tools"),
                                  bool(self.options.tools) or not self.options.quick, self.progress)
        # Large enough that it is not starting that counts, which a column has anyway.
        name, line, odd = self.responses(self.options.bytes // 4), self.responses(1), "odd.jsonl"
        with open(os.path.join(self.folder, odd), "w") as file:
            with open(os.path.join(self.folder, line)) as good:
                file.write(good.read() + audit_tools.BAD)

        title = "whole tools, uniform: counts by action and statusCode"
        ours = Contestant("audit -j1", self.leadscan("audit", "--json", name, "-j1"))
        rivals = [ours, *tools.counting(name, self.jq("audit_tool.jq", *audit_kinds.RIVALS["ndjson"][:2], name))]
        starts = [it.on(name, line) for it in rivals]
        for them in (rivals, starts, [it.on(name, odd) for it in rivals]):
            self.compare_answers(them)
        self.contest("tools", title, self.length(name), rivals, starts)
        self.list_unavailable(title, tools)

        title = "whole tools, uniform: responses that break the schema"
        # The archive is twice as large, and Node.js has no text of more than half a gigabyte.
        name = self.responses(self.options.bytes // 8)
        archive, of_line = (self.responses(size, "har") for size in (self.options.bytes // 8, 1))
        ours = Contestant("audit -j1", self.leadscan("audit", "--json", name, "-j1"))
        rivals = [ours, *tools.validating(name, archive, self.folder)]
        starts = [it.on(archive, of_line) if archive in it.command else it.on(name, line) for it in rivals]
        for them in (rivals, starts):
            answers = {it.name: audit_tools.breaking(it, self.folder) for it in them}
            if len(set(answers.values())) != 1:
                raise Failed("not all answer how many responses break the schema alike: %s" % answers)
        self.contest("tools", title, self.length(name), rivals, starts)
        self.list_unavailable(title, tools)

    def responses(self, size, log=None):
        """A file of about as many bytes of uniform responses, a line at least; or these as a log of a kind."""
        documents = max(1, size // 256)
        name = "responses-%d.%s" % (documents, log or "jsonl")
        self.make(name, [self.options.leadscan, "gen", *(["--log=" + log] if log else []),
                         "--documents=%d" % documents])
        return name

    def list_unavailable(self, title, tools):
        for name, why in tools.unavailable.items():
            self.print("%-34s %s" % (name, why))
            self.unavailable.append({"section": "tools", "title": title, "name": name, "why": why})
        tools.unavailable.clear()

    def outputs(self):
        """What files of the audit's cost beside the report: time for each record, and memory."""
        name = self.corpus("mixed", self.options.bytes // 4)
        records = json.loads(audit_measure.output_of(
            self.leadscan("audit", "--json", name), self.folder))["records"]
        for jobs in ("-j1", "-j2"):
            audit = ["audit", "--force", jobs]
            them = [Contestant(" ".join(["audit", jobs, *options[::2]]),
                               self.leadscan(*audit, *options, name))
                    for options in ([], ["--html", "page.html"], ["--sqlite", "records.db"],
                                    ["--sqlite", "records.db", "--sqlite-indexes"])]
            self.contest("outputs", "mixed, outputs beside the report, " + jobs, self.length(name),
                         them)
            for it in them[1:]:
                self.print("%s: %.2f us a record more" % (
                    it.name, (it.wall - them[0].wall) / records * 1e6))
            self.verdict("--sqlite, times 1.5 us a record more",
                         1.5e-6 / max(1e-9, (them[2].wall - them[0].wall) / records), 1)
            for it in them[2:]:
                peak = audit_measure.peak_memory(it.command, self.folder)
                self.peaks.append({"command": it.command[1:-2], "bytes": self.length(name),
                                   "compressed": "", "peak": peak})
                self.print("%s: %.1f MB peak resident" % (it.name, peak / 1e6))

    def memory_of_kinds(self):
        self.print("\nmemory of audit, by kind of log: peak resident, MB, of %.0f MB" % (
            self.options.bytes / 1e6))
        for kind, options in audit_kinds.all_kinds(self.options.leadscan).items():
            name = self.log(kind, self.options.bytes)
            self.progress("memory of audit " + name)
            peak = audit_measure.peak_memory(self.leadscan("audit", *options, name), self.folder)
            self.peaks.append({"command": ["audit", *options], "kind": kind,
                               "bytes": self.length(name), "compressed": "", "peak": peak})
            self.print("%-34s %11.1f" % (kind, peak / 1e6))
            os.remove(os.path.join(self.folder, name))

    def rivals(self):
        name = self.corpus("mixed", self.options.bytes // 16)
        rival = os.path.join(HERE, "audit_rival.py")
        contestants = [
            Contestant("audit -j1", self.leadscan("audit", "--json", name, "-j1")),
            Contestant("jq", self.jq("audit_rival.jq", ["-R"], audit_kinds.JQ_ANY_LINES, name)),
            Contestant("Python, json", [sys.executable, rival, "json", name]),
        ]
        has_orjson = subprocess.run([sys.executable, "-c", "import orjson"],
                                    stderr=subprocess.DEVNULL).returncode == 0
        if has_orjson:
            contestants.append(Contestant("Python, orjson", [sys.executable, rival, "orjson", name]))
        self.compare_answers(contestants)
        self.contest("rivals", "mixed, the same answers: by action and statusCode, bad lines",
                     self.length(name), contestants)
        if not has_orjson:
            self.print("Python, orjson: not installed")

    def memory(self):
        sizes = [self.options.bytes // 100, self.options.bytes // 10, self.options.bytes]
        names = [self.corpus("mixed", size) for size in sizes]
        self.print("\nmemory: peak resident, MB\n%-34s %s" % ("", " ".join(
            "%11s" % ("of %.0f MB" % (self.length(name) / 1e6)) for name in names)))
        for what in (["check", "-q"], ["audit", "--memory=16M"], ["audit"]):
            for suffix in ("", "zst"):
                peaks = []
                for name in names:
                    path = self.compressed(name, suffix) if suffix else name
                    self.progress("memory of %s %s" % (what[0], path))
                    peaks.append(audit_measure.peak_memory(self.leadscan(*what, path),
                                                           self.folder))
                    self.peaks.append({"command": what, "bytes": self.length(name),
                                       "compressed": suffix, "peak": peaks[-1]})
                self.print("%-34s %s" % (" ".join(what) + (", ." + suffix if suffix else ""),
                                         " ".join("%11.1f" % (peak / 1e6) for peak in peaks)))

    def run(self):
        self.print("%s, %d CPUs, medians of %d alternating runs after a first one" % (
            cpu_model(), os.cpu_count(), self.options.rounds))
        self.print("GB/s: of plain data. x: the rate, by wall or CPU time, of the first row's.")
        os.environ["TMPDIR"] = self.folder  # for what an audit writes beyond --memory
        for section, measure in (("raw", self.raw), ("compressed", self.compressed_section),
                                 ("rivals", self.rivals), ("kinds", self.kinds),
                                 ("kinds", self.memory_of_kinds), ("tools", self.tools),
                                 ("outputs", self.outputs), ("memory", self.memory)):
            if section in self.options.sections:
                measure()

    def write_json(self, path):
        context = {
            "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            "cpu": cpu_model(), "num_cpus": os.cpu_count(), "load_avg": os.getloadavg(),
            "bytes": self.options.bytes, "rounds": self.options.rounds, "wanted": WANTED,
            "units": "seconds and bytes; a run is wall, user and system time, and CPU time of others meanwhile",
        }
        with open(path, "w") as file:
            json.dump({"context": context, "results": self.rows, "memory": self.peaks,
                       "unavailable": self.unavailable}, file, indent=1)
            file.write("\n")


def cpu_model():
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":")[1].strip()
    return "unknown"


def main(arguments, out=sys.stdout):
    options = parse_options(arguments)
    audit_measure.end_on_signals()
    try:
        with tempfile.TemporaryDirectory(prefix="leadscan-bench-") as folder:
            needed = 6 * options.bytes
            if shutil.disk_usage(folder).free < needed:
                raise Failed("%s has not the %d MB that this takes: set TMPDIR, or --bytes" % (
                    os.path.dirname(folder), needed // 1000000))
            bench = Bench(options, folder, out)
            bench.run()
            if options.json:
                bench.write_json(options.json)
    except (Failed, OSError, subprocess.CalledProcessError) as error:
        print("audit: %s" % error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
