"""Results of //bench:audit: a section of the page for whole tools, and the table of README.md."""

import json
import os
import re

from bench.report_page import cell, esc, number, table
from bench.report_results import Unusable, user_path
from bench.report_tables import END, fixed, markdown_table, replaced

BEGIN = re.compile(r"<!-- tools/bazel run //bench:report -- --readme-audit (\S+) -->\n")
RIVALS = "mixed, the same answers: by action and statusCode, bad lines"
# README's rows: what is done, by which contestant of which table, beside which others.
ROWS = [("`check -q -j1`, " + kind, kind + ", raw", "check -q -j1", ["wc -l"]) for kind in ("uniform", "mixed")]
ROWS += [("`check -q`, two threads, " + kind, kind + ", raw", "check -q -j2", ["check -q -j1"])
         for kind in ("uniform", "mixed")]
ROWS += [("`check -q -j1`, two processes which share nothing, " + kind, kind + ", raw",
          "check -q -j1, two processes", ["check -q -j1"]) for kind in ("uniform", "mixed")]
ROWS += [("`check -q`, mixed." + suffix, "mixed." + suffix, "check -q", [rival])
         for suffix, rival in (("zst", "zstd -d -q -c"), ("gz", "igzip -d -c"), ("lz4", "lz4 -d -q -c"))]
ROWS += [("`audit`, two threads, mixed", "mixed, raw, all tables and findings", "audit -j2", ["audit -j1"]),
         ("`audit -j1`, counts by action and statusCode", RIVALS, "audit -j1", ["jq", "Python, json"])]


class AuditResult:
    def __init__(self, path, data):
        self.path = path
        self.context = data["context"]
        self.rows = data["results"]
        self.peaks = data.get("memory") or []
        self.unavailable = data.get("unavailable") or []

    @property
    def machine(self):
        return "%s, %s" % (self.context["cpu"], self.context["date"][:10])

    def row(self, title, name):
        for row in self.rows:
            # The size of a compressed file is in brackets behind.
            if row["title"].split(" (")[0] == title and row["name"] == name:
                return row
        raise Unusable("%s has no row of %s: %s" % (self.path, title, name))


def is_audit(data):
    return isinstance(data, dict) and "benchmarks" not in data and isinstance(data.get("results"), list) and \
        isinstance(data.get("context"), dict) and "wanted" in data["context"]


def load_audit(path):
    """None if the file is no result of //bench:audit."""
    try:
        with open(user_path(path), encoding="utf-8") as file:
            data = json.load(file)
    except (OSError, ValueError):
        return None  # who reads results of compare says why
    return AuditResult(path, data) if is_audit(data) else None


def speed(row):
    return row["bytes"] * row["copies"] / row["wall"] / 1e9


def gigabytes(row):
    return "%.3f" % speed(row) if speed(row) < 0.1 else fixed(speed(row))


def tools_section(results):
    """HTML of all tables of whole tools; empty if there are none."""
    body = ""
    for result in results:
        titles = dict.fromkeys(row["title"] for row in result.rows if row["section"] == "tools")
        for title in titles:
            rows = sorted((row for row in result.rows if row["title"] == title), key=lambda row: row["cpu"])
            own = [row for row in rows if row["name"].startswith("audit ")]
            lines = [[row["name"], row.get("version") or "", number("%.2f" % row["wall"]),
                      number("%.2f" % row["cpu"]), number("%.2f" % row["start"]["cpu"] if "start" in row else "-"),
                      number(fixed(row["bytes"] / row["cpu"] / 1e6)),
                      number(fixed(row["cpu"] / own[0]["cpu"]) if own else "-")] for row in rows]
            styles = ["own" if row in own else "" for row in rows]
            for missing in result.unavailable:
                if missing["title"] == title:
                    lines.append([missing["name"], cell('<span class="dim">%s</span>' % esc(missing["why"]), "t")]
                                 + [number("-")] * 5)
            disturbed = max(row["disturbed"] for row in rows)
            about = "%s; %.0f MB%s" % (result.machine, rows[0]["bytes"] / 1e6, "" if not disturbed else
                                       "; other programs took CPU time in %d of %d rounds" % (
                                           disturbed, result.context["rounds"]))
            body += '<h3>%s</h3>\n<p class="about">%s</p>\n%s' % (
                esc(title), esc(about),
                table(["tool", "version", "#wall s", "#CPU s", "#of one line", "#MB a CPU s",
                       "#× the audit's CPU time"],
                      lines, title, styles))
    return body


def readme_audit_table(result):
    lines = [("work", "leadscan, GB/s", "beside", "ratio")]
    for what, title, name, others in ROWS:
        own = result.row(title, name)
        rivals = [result.row(title, other) for other in others]
        lines.append((what, gigabytes(own), ", ".join("`%s` %s" % (row["name"], gigabytes(row))
                                                         for row in rivals),
                      ", ".join(fixed(speed(own) / speed(row)) for row in rivals)))
    return "%s, GB/s of plain data in the page cache:\n\n%s\n%s" % (
        result.machine, markdown_table(lines), memory_sentence(result))


def memory_sentence(result):
    """Peaks of plain files, by command."""
    peaks = {}
    for peak in result.peaks:
        if not peak["compressed"] and "kind" not in peak:
            peaks.setdefault(" ".join(peak["command"]), []).append(peak)
    if not peaks:
        raise Unusable("%s has no memory" % result.path)
    sizes = [peak["bytes"] for peak in next(iter(peaks.values()))]
    return "Peak memory, MB, for %s MB: %s.\n" % (
        ", ".join("%.0f" % (size / 1e6) for size in sizes),
        "; ".join("`%s` %s" % (command, ", ".join("%.0f" % (peak["peak"] / 1e6) for peak in of_command))
                  for command, of_command in peaks.items()))


def readme_with_audit(path, file=None):
    """README.md with what a file says, its own or, if it is given, another one."""
    def text_of(begin):
        name = file or begin[1]
        result = load_audit(os.path.join(os.path.dirname(os.path.abspath(path)), name))
        if result is None:
            raise Unusable("%s is no result of //bench:audit -- --json=FILE" % name)
        return ("<!-- tools/bazel run //bench:report -- --readme-audit %s -->\n" % name) + readme_audit_table(result)

    return replaced(path, BEGIN, END, "--readme-audit FILE", text_of)
