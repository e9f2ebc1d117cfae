"""One page of results: it loads nothing, and forbids itself to."""

import os
import re
import statistics

from bench import report_audit
from bench import report_charts as charts
from bench import report_tables as tables
from bench.report_page import HERE, cell, esc, house, number, section, source_hash, table
from bench.report_results import SUBJECT, is_debug, is_subject
from bench.report_sections import sections_of


class Page:
    def __init__(self, results, audits=()):
        self.results = results
        self.audits = audits
        self.shown = tables.newest(results)
        self.found = tables.comparisons(self.shown)
        self.labels = tables.labels(self.shown)
        self.sections = []  # (id, title, of which of several results, html)

    def write(self):
        self.comparisons()
        self.machines()
        self.history()
        for number_of, result in enumerate(self.shown):
            several = len(self.shown) > 1
            order = list(dict.fromkeys(one.table.corpus for one in self.found if one.result is result))
            for name, title, about, body in sections_of(result, order):
                self.add(name + ("-%d" % (number_of + 1) if several else ""), title, about, body,
                         self.labels[result])
        self.tools()
        self.manifest()
        style, script = house()
        with open(os.path.join(HERE, "report.css"), encoding="utf-8") as file:
            style += file.read()
        policy = ("default-src 'none'; style-src %s; script-src %s; img-src data:; base-uri 'none'; "
                  "form-action 'none'" % (source_hash(style), source_hash(script)))
        return ('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
                '<meta http-equiv="Content-Security-Policy" content="%s">\n'
                '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
                '<meta name="referrer" content="no-referrer">\n<link rel="icon" href="data:,">\n'
                '<title>Benchmark: %s</title>\n<style>%s</style>\n</head>\n<body>\n<main>\n%s%s%s'
                '<footer>%s</footer>\n</main>\n<script>%s</script>\n</body>\n</html>\n'
                % (policy, esc(self.headline()), style, self.header(), self.nav(),
                   "".join(body for *_, body in self.sections), self.footer(), script))

    def add(self, name, title, about, body, small=""):
        self.sections.append((name, title, small, section(name, title, about, body, small)))

    def footer(self):
        return "Written by //bench:report from %s" % ", ".join(
            "<code>%s</code>" % esc(os.path.basename(result.path)) for result in [*self.results, *self.audits])

    # What comes first

    def lost(self):
        return [one for one in self.found if tables.is_loss(one.ratio)]

    def headline(self):
        parsers = {row.parser for result in self.shown for row in result.rows
                   if row.parser == SUBJECT or not is_subject(row.parser)}
        duels = [duel for result in self.shown for sweep in result.sweeps for duel in tables.duels(sweep)]
        lost_duels = [duel for duel in duels if tables.is_loss(duel.ratio)]
        lost = self.lost()
        if not self.found and not duels:
            return "Results without leadscan or without a rival"
        if lost:
            return "leadscan loses %d of %d comparisons, at worst with %s ns to %s of %s%s" % (
                len(lost), len(self.found), tables.nanoseconds(lost[0].subject.ns),
                tables.nanoseconds(lost[0].rival.ns), lost[0].rival.parser,
                ", and %d of %d points of sweeps" % (len(lost_duels), len(duels)) if duels else "")
        if lost_duels:
            return "leadscan loses %d of %d points of sweeps%s" % (
                len(lost_duels), len(duels),
                ", and none of %d comparisons" % len(self.found) if self.found else "")
        of = [text % len(them) for text, them in (("%d comparisons", self.found), ("%d points of sweeps", duels))
              if them]
        return "leadscan is the fastest of %d parsers in all of %s" % (len(parsers), " and ".join(of))

    def header(self):
        warnings = {}  # of which results
        for result in self.shown:
            for warning in result.warnings:
                warnings.setdefault(warning, []).append(self.labels[result])
        state = ("bad" if any(map(is_debug, self.shown)) else "warn" if "loses" in self.headline() or warnings else "ok")
        lines = "".join('<li class="warn">%s%s</li>' % (
            esc("; ".join(of) + ": ") if len(of) < len(self.shown) else "",
            re.sub(r"`(.*?)`", r"<code>\1</code>", esc(warning))) for warning, of in warnings.items())
        return ('<header>\n<p class="eyebrow"><b>Benchmark</b> · %s</p>\n<div class="status %s"><h1>%s</h1>%s</div>\n'
                '%s</header>\n'
                % ("; ".join(esc(tables.machine_line(result)) for result in self.shown[:3]) +
                   (" and others" if len(self.shown) > 3 else ""), state, esc(self.headline()),
                   '<ul class="story" aria-label="What to know first">%s</ul>' % lines if lines else "", self.tiles()))

    def tiles(self):
        tiles = []
        for setting, title in (("document", "Calls, cold predictor"), ("stream", "Streams")):
            ratios = [one.ratio for one in self.found if one.table.setting == setting]
            if ratios:
                text = " to ".join(dict.fromkeys(map(tables.fixed, (min(ratios), max(ratios)))))
                tiles.append((title, text + " ×", "as fast as the fastest rival",
                              "is-warn" if min(ratios) < 1 else "is-ok"))
        if self.found:
            best = min(self.found, key=lambda one: one.subject.ns)
            tiles.append(("Least time", tables.nanoseconds(best.subject.ns) + " ns", "a document, " + best.title, ""))
        spreads = [result.spread for result in self.shown if result.spread is not None]
        if spreads:
            tiles.append(("Spread", "±%.1f %%" % (100 * statistics.median(spreads)),
                          "of blocks of one row, in the median", "is-warn" if max(spreads) > 0.03 else ""))
        tiles.append(("Rows", "{:,}".format(sum(len(r.rows) for r in self.shown)),
                      "in %d result%s" % (len(self.shown), "s" * (len(self.shown) > 1)), ""))
        return '<dl class="tiles">\n%s</dl>\n' % "".join(
            '<div><dt>%s</dt><dd><span class="big %s">%s</span><br><span class="note">%s</span></dd></div>\n'
            % (esc(title), style, esc(big), esc(note)) for title, big, note, style in tiles)

    def nav(self):
        """In one line what all results have in common, and a line for each of several."""
        lines = {}
        for name, title, small, _ in self.sections:
            lines.setdefault(small or "On this page", []).append('<a href="#%s">%s</a>' % (name, esc(title)))
        return "".join('<nav aria-label="%s"><span>%s</span>%s</nav>\n' % (esc(of), esc(of), "".join(links))
                       for of, links in lines.items())

    def comparisons(self):
        if not self.found:
            return
        heads = ["corpus, setting and fastest rival", "", "#times as fast", "#leadscan, ns", "#rival, ns",
                 "#accepted"]
        most = max(max(one.ratio for one in self.found), 1)
        rows = []
        for one in self.found:
            title = "leadscan is %s times as fast as %s" % (tables.fixed(one.ratio), one.rival.parser)
            beside = one.rival.parser + "".join(", %s is faster, too" % row.parser for row in one.others)
            if len(self.shown) > 1:
                beside += "; " + self.labels[one.result]
            rows.append([cell('%s<span class="sub">%s</span>' % (esc(one.title), esc(beside))),
                         cell(charts.bar(one.ratio / most, "s2" if one.ratio < 1 else "s0", title, 1 / most), "bar"),
                         number(tables.fixed(one.ratio)), number(tables.nanoseconds(one.subject.ns)),
                         number(tables.nanoseconds(one.rival.ns)), number(one.accepted)])
        lost = self.lost()
        about = ("Where leadscan loses comes first: %d of %d." % (len(lost), len(self.found)) if lost else
                 "leadscan loses in none of these; where it is least ahead comes first.")
        about += " The mark in a bar is where both are equally fast."
        self.add("comparison", "Beside the fastest rival", about,
                 table(heads, rows, "leadscan beside the fastest rival",
                       ["lost" if one.ratio < 1 else "" for one in self.found]))

    # Several results

    def machines(self):
        machines = {}
        for result in self.shown:
            machines.setdefault(tables.machine_of(result), []).append(result)
        if len(machines) < 2:
            return
        # What is seen of a machine is what tells it from the others.
        differs = [len(set(column)) > 1 for column in zip(*machines)]
        names = {machine: ", ".join(part for part, tells in zip(machine, differs) if tells) for machine in machines}
        found = {}
        for one in self.found:
            key = (one.table.corpus, one.table.setting)
            found.setdefault(key, {}).setdefault(tables.machine_of(one.result), one)
        most = max(one.subject.gigabytes or 0 for one in self.found) or 1
        rows = []
        for (corpus, setting), by_machine in found.items():
            row = [corpus + ", " + tables.SETTINGS.get(setting, setting)]
            for machine in machines:
                one = by_machine.get(machine)
                if one is None:
                    row.append("-")
                    continue
                figures = "%s ns (%s ×)" % (tables.nanoseconds(one.subject.ns), tables.fixed(one.ratio))
                title = "%s, %s times as fast as %s" % (figures, tables.fixed(one.ratio), one.rival.parser)
                bar = charts.bar((one.subject.gigabytes or 0) / most, "s0", title)
                row.append(cell(figures + bar, "machine"))
            rows.append(row)
        self.add("machines", "Machines side by side",
                 "leadscan's time for a document, and how many times as fast as the fastest rival there that is. "
                 "Bars: bytes a second.",
                 table(["corpus, setting"] + [names[machine] for machine in machines], rows,
                       "Machines side by side"))

    def history(self):
        kinds = {}
        for result in self.results:
            kinds.setdefault(tables.kind_of(result), []).append(result)
        body = "".join(self.history_of(sorted(results, key=lambda result: result.context.get("date", "")))
                       for results in kinds.values() if len(results) > 1)
        if body:
            self.add("history", "History", "leadscan's time for a document, and how many times as fast it is as what "
                     "is its fastest rival now: the machine may be otherwise loaded each time, but is the same for "
                     "both. Curves are of these ratios, from the oldest result to the newest.", body)

    def history_of(self, results):
        rows = []
        for now in results[-1].tables:
            if now.ratio is None:
                continue
            cells, ratios = [], []
            for result in results:
                then = next((t for t in result.tables if (t.corpus, t.setting) == (now.corpus, now.setting)), None)
                rival = then and then.row(now.rival.parser)
                if not then or not then.subject:
                    cells.append(number("-"))
                    continue
                time = tables.nanoseconds(then.subject.ns) + " ns"
                cells.append(number("%s (%s ×)" % (time, tables.fixed(rival.ns / then.subject.ns)) if rival else time))
                if rival:
                    ratios.append(rival.ns / then.subject.ns)
            curve = charts.sparkline(ratios, "ratios: " + ", ".join(map(tables.fixed, ratios)))
            title = '%s<span class="sub">%s</span>' % (
                esc(now.corpus + ", " + tables.SETTINGS.get(now.setting, now.setting)), esc(now.rival.parser))
            rows.append([cell(title), cell(curve, "spark"), *cells])
        heads = ["corpus, setting and rival", ""] + [
            "#%s %s" % (result.date, result.commit if result.commit != "unknown" else os.path.basename(result.path))
            for result in results]
        title = ", ".join(filter(None, [*(part for part in tables.machine_of(results[-1]) if part != "unknown"),
                                        "" if results[-1].kind == "all" else results[-1].kind]))
        return "<h3>%s</h3>\n%s" % (esc(title), table(heads, rows, "History on " + title)) if rows else ""

    # What the figures are of

    def tools(self):
        body = report_audit.tools_section(self.audits)
        if body:
            self.add("tools", "Whole tools", "Programs of which each reads the same file from its first byte to its last, "
                     "its start included, and gives the same answer. Compared by //bench:audit.", body)

    def manifest(self):
        items = {}
        for i, result in enumerate(self.results):
            for name, value in manifest_items(result):
                items.setdefault(name, {})[i] = value
        heads = [""] + ["result" if len(self.results) == 1 else os.path.basename(result.path)
                        for result in self.results]
        rows = []
        for name, values in items.items():
            texts = [values.get(i, "-") for i in range(len(self.results))]
            rows.append([cell(esc(name) + (' <span class="is-warn">differs</span>' if len(set(texts)) > 1 else ""), "w"),
                         *(cell(esc(text), "t") for text in texts)])
        body = table(heads, rows, "Manifest")
        for result in self.shown:
            peers = result.manifest.get("peers")
            if peers:
                title = ", ".join(filter(None, ["Parsers", self.labels[result]]))
                body += "<h3>%s</h3>\n%s" % (esc(title), table(
                    ["parser", "library", "version", "flags"],
                    [[peer["parser"], peer["library"], peer["version"], cell("<code>%s</code>" % esc(peer["flags"]), "t")]
                     for peer in peers], title))
        self.add("manifest", "Manifest", "What the figures hold for.", body)


def manifest_items(result):
    manifest = result.manifest
    yield "file", os.path.basename(result.path)
    yield "date", result.context.get("date", "unknown")
    yield "commit", result.commit + (" (with changes that are not committed)" if manifest.get("dirty") else "")
    for name in ("version", "cpu", "cpus"):
        if name in manifest:
            yield name, str(manifest[name])
    caches = ["L%d %s %s%s" % (cache["level"], cache["type"].lower(), size_of(cache["bytes"]),
                               " for %d CPUs" % cache["shared_by"] if cache["shared_by"] > 1 else "")
              for cache in manifest.get("caches") or []]
    if caches:
        yield "caches", ", ".join(caches)
    for name in ("microcode", "governor", "kernel", "hypervisor", "isa", "compiler"):
        if name in manifest:
            yield name, str(manifest[name])
    if "load_average" in manifest:
        yield "load average", ", ".join("%.2f" % value for value in manifest["load_average"])
    if "shared" in manifest:
        yield "other programs ran", "it looks so" if manifest["shared"] else "it does not look so"
    if "timer_ns" in manifest:
        yield "reading the clock", "%.0f ns" % manifest["timer_ns"]
    yield "preset", result.preset
    yield "parsers beside each other", result.kind
    for name in ("seed", "statistic"):
        if name in result.context:
            yield name, str(result.context[name])


def size_of(count):
    for power, unit in ((20, "MiB"), (10, "KiB")):
        if count >= 1 << power:
            return "%g %s" % (count / (1 << power), unit)
    return "%d B" % count
