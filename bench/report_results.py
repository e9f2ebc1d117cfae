"""Results of //bench:compare, as //bench:report and //bench:diff see them: docs/benchmarks.md has the file.

Files of Google Benchmark are read, too, and those of compare from before its file had a manifest.
"""

import json
import os
import statistics

SUBJECT = "leadscan"


class Unusable(Exception):
    """A file that is not what it should be."""


class Row:
    """What one parser did on one corpus in one setting."""

    def __init__(self, name, entry):
        parts = name.rsplit("/", 2)
        corpus, setting, parser = parts if len(parts) == 3 else ("", "", name)
        self.name = name
        self.corpus = entry.get("corpus", corpus)
        self.setting = entry.get("setting", setting)
        self.parser = entry.get("parser", parser)
        self.note = ""
        self.samples = []  # nanoseconds a document, of each block
        self.figures = {}

    def add(self, entry):
        if entry.get("error_occurred"):
            self.note = entry.get("error_message") or "failed"
        elif entry.get("run_type") != "aggregate":
            self.samples.append(entry["cpu_time"] * SCALES[entry.get("time_unit", "ns")])
            # A file without aggregates has the figures here.
            self.figures = {**entry, **self.figures}
        elif entry.get("aggregate_name") == "median":
            self.figures.update(entry)

    @property
    def ns(self):
        if "ns_per_document" in self.figures:
            return self.figures["ns_per_document"]
        return statistics.median(self.samples)

    @property
    def bytes(self):
        """Of a document; None if nobody told."""
        return self.figures.get("bytes_per_document")

    @property
    def gigabytes(self):
        """A second."""
        return self.bytes / self.ns if self.bytes else None

    def figure(self, name):
        return self.figures.get(name)


SCALES = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}


class Table:
    """All parsers on one corpus in one setting, the fastest first, then those without figures."""

    def __init__(self, corpus, setting, rows):
        self.corpus = corpus
        self.setting = setting
        self.rows = sorted((row for row in rows if not row.note), key=lambda row: row.ns)
        self.failed = [row for row in rows if row.note]

    def row(self, parser):
        return next((row for row in self.rows if row.parser == parser), None)

    @property
    def subject(self):
        return self.row(SUBJECT)

    @property
    def rival(self):
        """The fastest of those that are not leadscan by another path."""
        return next((row for row in self.rows if not is_subject(row.parser)), None)

    @property
    def ratio(self):
        """How many times as fast as its fastest rival leadscan is; None if one of them is not here."""
        return self.rival.ns / self.subject.ns if self.rival and self.subject else None


def is_subject(parser):
    return parser == SUBJECT or parser.startswith(SUBJECT + "_")


class Result:
    def __init__(self, path, data):
        self.path = path
        self.context = data["context"]
        self.extra = data.get("leadscan") or {}
        self.manifest = self.context.get("manifest") or older_manifest(self.context)
        rows = {}
        for entry in data["benchmarks"]:
            name = entry.get("run_name") or entry["name"]
            rows.setdefault(name, Row(name, entry)).add(entry)
        self.rows = [row for row in rows.values() if row.samples or row.figures or row.note]
        # Which have places of their own.
        swept = self.swept = {point["corpus"] for sweep in self.sweeps for point in sweep["points"]}
        tables = {}
        for row in self.rows:
            if row.corpus not in swept:
                tables.setdefault((row.corpus, row.setting), []).append(row)
        self.tables = [Table(corpus, setting, rows) for (corpus, setting), rows in tables.items()]

    @property
    def date(self):
        return self.context.get("date", "")[:10] or "unknown date"

    @property
    def cpu(self):
        return self.manifest.get("cpu") or "unknown CPU"

    @property
    def isa(self):
        return self.manifest.get("isa", "unknown")

    @property
    def commit(self):
        commit = self.manifest.get("commit") or "unknown"
        return commit if commit == "unknown" else commit[:10] + ("+" if self.manifest.get("dirty") else "")

    @property
    def kind(self):
        """all, pair or some: the parsers that ran beside each other."""
        return self.context.get("parsers", "unknown")

    @property
    def preset(self):
        if self.context.get("quick") == "true":
            return "quick"
        return self.context.get("preset", "default" if "quick" in self.context else "unknown")

    @property
    def corpora(self):
        return [one for one in self.extra.get("corpora") or [] if one["corpus"] not in self.swept]

    @property
    def latency(self):
        return [one for one in self.extra.get("latency") or [] if one["corpus"] not in self.swept]

    @property
    def sweeps(self):
        return self.extra.get("sweeps") or []

    @property
    def board(self):
        return self.extra.get("board")

    @property
    def spread(self):
        """The median deviation of blocks, relative to their median."""
        if self.manifest.get("spread") is not None:
            return self.manifest["spread"]
        all_of_them = [row.figures["relative_deviation"] for row in self.rows
                       if "relative_deviation" in row.figures]
        return statistics.median(all_of_them) if all_of_them else None

    @property
    def warnings(self):
        warnings = list(self.manifest.get("warnings") or [])
        if is_debug(self):
            warnings.insert(0, "This is a build for debugging, whose figures mean nothing.")
        if self.preset == "quick":
            warnings.append("This is a quick run: small corpora, few blocks.")
        return warnings


def is_debug(result):
    return ("debug" in (result.context.get("library_build_type"), result.context.get("build_type")) or
            result.context.get("build_type", "opt") != "opt")


def older_manifest(context):
    """What files had before they had one."""
    manifest = {name: context[name] for name in ("cpu", "compiler") if name in context}
    manifest["caches"] = [{"level": cache["level"], "type": cache["type"], "bytes": cache["size"],
                           "shared_by": cache["num_sharing"]} for cache in context.get("caches", [])]
    if "num_cpus" in context:
        manifest["cpus"] = context["num_cpus"]
    if "load_avg" in context:
        manifest["load_average"] = context["load_avg"]
    return manifest


def user_path(path):
    """`bazel run` starts programs elsewhere than where the user is."""
    return os.path.join(os.environ.get("BUILD_WORKING_DIRECTORY", ""), path)


def load(path):
    try:
        with open(user_path(path), encoding="utf-8") as file:
            data = json.load(file)
    except OSError as error:
        raise Unusable("cannot read %s: %s" % (path, error.strerror)) from None
    except ValueError as error:
        raise Unusable("%s is not JSON: %s" % (path, error)) from None
    if not isinstance(data, dict) or not isinstance(data.get("benchmarks"), list) or "context" not in data:
        raise Unusable("%s is no result: //bench:compare -- --json=FILE writes one" % path)
    newest = (data.get("leadscan") or {}).get("format", 1)
    if newest != 1:
        raise Unusable("%s has format %s, and this program knows 1: take the one of its commit"
                       % (path, newest))
    try:
        result = Result(path, data)
    except (KeyError, TypeError, AttributeError) as error:
        raise Unusable("%s is no whole result: %s %s" % (path, type(error).__name__, error)) from None
    if not result.rows:
        raise Unusable("%s has no rows" % path)
    return result
