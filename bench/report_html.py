"""One page of results: it loads nothing, and forbids itself to."""

import base64
import hashlib
import html
import os
import re
import statistics

from bench import report_charts as charts
from bench import report_tables as tables
from bench.report_results import SUBJECT, is_subject

HERE = os.path.dirname(os.path.abspath(__file__))
ASSETS = os.path.join(HERE, os.pardir, "audit", "report", "html_assets.h")
MOST_LINES = 8  # of a picture: more cannot be told apart
PERCENTILES = (("p50", "50 %"), ("p90", "90 %"), ("p99", "99 %"), ("p999", "99.9 %"))
FIGURES = {  # columns that are there if a row has them
    "allocs_per_document": ("allocations", "%.2f"),
    "bytes_allocated_per_document": ("bytes allocated", "%.0f"),
    "instructions_per_document": ("instructions", "%.0f"),
    "mispredictions_per_document": ("mispredictions", "%.2f"),
}
esc = html.escape


def house():
    """The audit report's style and script, of which there is one copy."""
    with open(ASSETS, encoding="utf-8") as file:
        text = file.read()
    return tuple(re.search(r'R"%s\((.*?)\)%s"' % (kind, kind), text, re.S)[1] for kind in ("css", "js"))


def source_hash(text):
    return "'sha256-%s'" % base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


class Cell(str):
    """HTML, as it is."""
    style = ""


def cell(text, style=""):
    made = Cell(text)
    made.style = style
    return made


def number(text):
    return cell(esc(str(text)), "n")


def table(heads, rows, label, styles=()):
    """`heads` that begin with "#" are of numbers. `styles` are of rows."""
    out = ['<div class="scroll" tabindex="0" role="region" aria-label="%s"><table>\n<thead><tr>' % esc(label)]
    for head in heads:
        out.append('<th scope="col"%s>%s</th>' % (' class="n"' if head.startswith("#") else "",
                                                  esc(head.lstrip("#"))))
    out.append("</tr></thead>\n<tbody>\n")
    for i, row in enumerate(rows):
        style = styles[i] if i < len(styles) else ""
        out.append("<tr%s>" % (' class="%s"' % style if style else ""))
        for value in row:
            is_html = isinstance(value, Cell)
            out.append("<td%s>%s</td>" % (' class="%s"' % value.style if is_html and value.style else "",
                                          value if is_html else esc(str(value))))
        out.append("</tr>\n")
    return "".join(out) + "</tbody></table></div>\n"


def section(name, title, about, body, small=""):
    return ('<section id="%s" aria-labelledby="%s-title"><h2 id="%s-title">%s%s</h2>\n%s%s</section>\n'
            % (name, name, name, esc(title), " <small>%s</small>" % esc(small) if small else "",
               '<p class="about">%s</p>\n' % about if about else "", body))


def style_of(parser):
    return "s0" if parser == SUBJECT else "s6" if is_subject(parser) else "s1"


def row_style(parser):
    return "own" if parser == SUBJECT else ""


def interval(row):
    low, high = row.figure("ns_low"), row.figure("ns_high")
    if low is None or high is None:
        return "-"
    return "%s to %s" % (tables.nanoseconds(low), tables.nanoseconds(high))


def setting_title(setting):
    return {
        "document": "a call for each document, never in the same order",
        "trained": "a call for each document, always the same ones in the same order",
        "stream": "the whole NDJSON stream",
    }.get(setting, setting)


class Page:
    def __init__(self, results, commit=""):
        self.results = results
        self.shown = tables.newest(results)
        self.found = tables.comparisons(self.shown)
        self.sections = []  # (id, title, html)
        self.commit = commit

    def write(self):
        for result in self.shown if len(self.shown) > 1 else ():
            assert result in self.results
        self.comparisons()
        self.machines()
        self.history()
        for number_of, result in enumerate(self.shown):
            self.of_result(result, "-%d" % (number_of + 1) if len(self.shown) > 1 else "")
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
                   "".join(body for _, _, body in self.sections), self.footer(), script))

    def add(self, name, title, about, body, small=""):
        self.sections.append((name, title + (" " + small if small else ""),
                              section(name, title, about, body, small)))

    def footer(self):
        return "Written by //bench:report from %s" % ", ".join(
            "<code>%s</code>" % esc(os.path.basename(result.path)) for result in self.results)

    # What comes first

    def lost(self):
        return [one for one in self.found if tables.is_loss(one.ratio)]

    def headline(self):
        if not self.found:
            return "Results without leadscan or without a rival"
        lost = self.lost()
        parsers = {row.parser for result in self.shown for t in result.tables for row in t.rows
                   if row.parser == SUBJECT or not is_subject(row.parser)}
        if not lost:
            return "leadscan is the fastest of %d parsers in all of %d comparisons" % (
                len(parsers), len(self.found))
        return "leadscan loses %d of %d comparisons, at worst with %s ns to %s of %s" % (
            len(lost), len(self.found), tables.nanoseconds(lost[0].subject.ns),
            tables.nanoseconds(lost[0].rival.ns), lost[0].rival.parser)

    def header(self):
        warnings = list(dict.fromkeys(
            (result.date + ", " + tables.machine_line(result) + ": " if len(self.shown) > 1 else "") + warning
            for result in self.shown for warning in result.warnings))
        bad = any("debugging" in warning for warning in warnings)
        state = "bad" if bad else "warn" if self.lost() or warnings else "ok"
        return ('<header>\n<p class="eyebrow"><b>Benchmark</b> · %s</p>\n<div class="status %s"><h1>%s</h1>%s</div>\n'
                '%s</header>\n'
                % ("; ".join(esc(tables.machine_line(result)) for result in self.shown[:3]) +
                   (" and others" if len(self.shown) > 3 else ""), state, esc(self.headline()),
                   "".join('<p class="lede">%s</p>' % esc(warning) for warning in warnings), self.tiles()))

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
        return '<nav aria-label="Sections"><span>On this page</span>%s</nav>\n' % "".join(
            '<a href="#%s">%s</a>' % (name, esc(title)) for name, title, _ in self.sections)

    def comparisons(self):
        if not self.found:
            return
        several = len(self.shown) > 1
        heads = ["corpus, setting", "fastest rival", "#leadscan, ns", "#rival, ns", "#times as fast", ""]
        if several:
            heads.insert(1, "result")
        most = max(max(one.ratio for one in self.found), 1)
        rows = []
        for one in self.found:
            title = "leadscan is %s times as fast as %s" % (tables.fixed(one.ratio), one.rival.parser)
            rows.append([one.title, one.rival.parser, number(tables.nanoseconds(one.subject.ns)),
                         number(tables.nanoseconds(one.rival.ns)), number(tables.fixed(one.ratio)),
                         cell(charts.bar(one.ratio / most, "s2" if one.ratio < 1 else "s0", title), "bar")])
            if several:
                rows[-1].insert(1, tables.machine_line(one.result))
        lost = self.lost()
        about = ("Where leadscan loses comes first: %d of %d." % (len(lost), len(self.found)) if lost else
                 "leadscan loses in none of these; where it is least ahead comes first.")
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
        names = {}  # by machine: what is seen of it, where others are equal
        for machine in machines:
            names[machine] = ", ".join(part for part in machine if part != "unknown")
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
                    row += [number("-"), cell("", "bar")]
                    continue
                title = "%s ns, %s times as fast as %s" % (
                    tables.nanoseconds(one.subject.ns), tables.fixed(one.ratio), one.rival.parser)
                row += [number("%s (%s ×)" % (tables.nanoseconds(one.subject.ns), tables.fixed(one.ratio))),
                        cell(charts.bar((one.subject.gigabytes or 0) / most, "s0", title), "bar")]
            rows.append(row)
        self.add("machines", "Machines side by side",
                 "leadscan's nanoseconds a document, and how many times as fast as the fastest rival there. "
                 "Bars: bytes a second.",
                 table(["corpus, setting"] + [h for machine in machines for h in ("#" + names[machine], "")],
                       rows, "Machines side by side"))

    def history(self):
        by_machine = {}
        for result in self.results:
            by_machine.setdefault((tables.machine_of(result), result.kind, result.preset), []).append(result)
        body = ""
        for (machine, kind, preset), results in by_machine.items():
            results = sorted(results, key=lambda result: result.context.get("date", ""))
            if len(results) > 1:
                body += self.history_of(machine, results)
        if body:
            self.add("history", "History", "Nanoseconds a document of leadscan, and how many times as fast as its "
                     "fastest rival of the same run: the machine may be otherwise loaded each time, but is the "
                     "same for both. Curves are of these ratios, from the oldest result to the newest.", body)

    def history_of(self, machine, results):
        keys = dict.fromkeys((t.corpus, t.setting) for result in results for t in result.tables
                             if t.ratio is not None)
        rows = []
        for corpus, setting in keys:
            cells, ratios = [], []
            for result in results:
                one = next((t for t in result.tables if (t.corpus, t.setting) == (corpus, setting) and
                            t.ratio is not None), None)
                cells.append(number("-" if one is None else "%s (%s ×)" % (
                    tables.nanoseconds(one.subject.ns), tables.fixed(one.ratio))))
                if one is not None:
                    ratios.append(one.ratio)
            if len(ratios) < 2:
                continue
            title = "ratios: " + ", ".join(map(tables.fixed, ratios))
            rows.append([corpus + ", " + tables.SETTINGS.get(setting, setting),
                         cell(charts.sparkline(ratios, title), "spark"), *cells])
        if not rows:
            return ""
        heads = ["corpus, setting", ""] + ["#%s %s" % (result.date, result.commit if result.commit != "unknown"
                                                       else os.path.basename(result.path)) for result in results]
        title = ", ".join(part for part in machine if part != "unknown")
        return "<h3>%s</h3>\n%s" % (esc(title), table(heads, rows, "History on " + title))

    # One result

    def of_result(self, result, suffix):
        small = tables.machine_line(result) if suffix else ""
        self.throughput(result, suffix, small)
        self.latency(result, suffix, small)
        self.sweeps(result, suffix, small)
        self.board(result, suffix, small)
        self.acceptance(result, suffix, small)

    def throughput(self, result, suffix, small):
        body = ""
        previous = None
        # As comparisons: where leadscan loses first, by corpus.
        order = {}
        for one in self.found:
            if one.result is result:
                order.setdefault(one.table.corpus, len(order))
        for shown in sorted(result.tables, key=lambda t: order.get(t.corpus, len(order))):
            if not shown.rows and not shown.failed:
                continue
            if shown.corpus != previous:
                body += "<h3>%s</h3>\n" % esc(shown.corpus)
                previous = shown.corpus
            body += self.throughput_of(result, shown)
        if body:
            self.add("throughput" + suffix, "Throughput",
                     "Bars: bytes a second (of the documents read), which is what is to be long. “×” is how many "
                     "times leadscan's time a parser takes; laxer and stricter count documents that it accepts and "
                     "leadscan refuses, and the reverse.", body, small)

    def throughput_of(self, result, shown):
        floors = [floor for floor in result.extra.get("floors") or []
                  if (floor["corpus"], floor["setting"]) == (shown.corpus, shown.setting)]
        speeds = [row.gigabytes or 0 for row in shown.rows] + [floor["gigabytes_per_second"] for floor in floors]
        most = max(speeds, default=1) or 1
        columns = {name: text for name, text in FIGURES.items()
                   if any(row.figure(name) is not None for row in shown.rows)}
        heads = ["parser", "", "#GB/s", "#ns/document", "#95 % interval", "#M/s", "#×",
                 *("#" + title for title, _ in columns.values()), "#laxer", "#stricter", "#±%"]
        if floors:
            heads.insert(3, "#of " + floors[0]["floor"])
        rows, styles = [], []
        for floor in floors:
            speed = floor["gigabytes_per_second"]
            rows.append([floor["floor"], cell(charts.bar(speed / most, "s6", "%s: %s GB/s" % (
                floor["floor"], tables.fixed(speed))), "bar"), number(tables.fixed(speed)),
                number("%.0f %%" % (100 * speed / floors[0]["gigabytes_per_second"]))] + [""] * (len(heads) - 4))
            styles.append("dim")
        subject = shown.subject
        for row in shown.rows:
            speed = row.gigabytes
            title = "%s: %s GB/s" % (row.parser, tables.fixed(speed))
            cells = [row.parser, cell(charts.bar(speed / most, style_of(row.parser), title) if speed else "", "bar"),
                     number(tables.fixed(speed)), number(tables.nanoseconds(row.ns)), number(interval(row)),
                     number("%.2f" % (1e3 / row.ns)), number(tables.fixed(row.ns / subject.ns) if subject else "-")]
            if floors:
                cells.insert(3, number("%.1f %%" % (100 * speed / floors[0]["gigabytes_per_second"])))
            cells += [number("-" if row.figure(name) is None else form % row.figure(name))
                      for name, (_, form) in columns.items()]
            cells += [number("-" if row.figure(name) is None else "%d" % row.figure(name))
                      for name in ("laxer", "stricter")]
            deviation = row.figure("relative_deviation")
            cells.append(number("-" if deviation is None else "%.1f" % (100 * deviation)))
            rows.append(cells)
            styles.append(row_style(row.parser))
        about = "".join("<p class=\"about\">%s: %s</p>\n" % (esc(row.parser), esc(row.note)) for row in shown.failed)
        size = next((row.bytes for row in shown.rows if row.bytes), None)
        return "<h4>%s%s</h4>\n%s%s" % (
            esc(setting_title(shown.setting)), " <small>documents of %.0f bytes</small>" % size if size else "",
            table(heads, rows, "%s, %s" % (shown.corpus, setting_title(shown.setting)), styles) if rows else "", about)

    def latency(self, result, suffix, small):
        body = ""
        kinds = {}
        for one in result.latency:
            kinds.setdefault((one["corpus"], one["setting"], one["kind"], one["calls"]), []).append(one)
        for (corpus, setting, kind, calls), rows_of in kinds.items():
            values = [one[name] for one in rows_of for name, _ in PERCENTILES if one.get(name)]
            if not values:
                continue
            scale = charts.LogScale(values)
            rows, styles = [], []
            for one in sorted(rows_of, key=lambda one: one["p50"]):
                have = [one[name] for name, _ in PERCENTILES if one.get(name)]
                title = "%s: %s" % (one["parser"], ", ".join(
                    "%s %s ns" % (text, tables.nanoseconds(one[name])) for name, text in PERCENTILES if one.get(name)))
                rows.append([one["parser"], cell(charts.span(scale, have, style_of(one["parser"]), title), "span"),
                             *(number(tables.nanoseconds(one[name]) if one.get(name) else "-")
                               for name, _ in PERCENTILES), number("{:,}".format(one["samples"]))])
                styles.append(row_style(one["parser"]))
            what = "single calls" if kind == "call" else "%d calls in a row, their mean" % calls
            body += "<h3>%s <small>%s; the scale is logarithmic, from %s to %s ns</small></h3>\n%s" % (
                esc(corpus), esc(what), tables.fixed(scale.least), tables.fixed(scale.most),
                table(["parser", ""] + ["#" + text for _, text in PERCENTILES] + ["#samples"], rows,
                      "Latencies, %s, %s" % (corpus, what), styles))
        if body:
            self.add("latency" + suffix, "Latency",
                     "Nanoseconds a document that so many of the calls stay below. The bar is thick from the median "
                     "to 90 %, thinner to 99 % and thinnest to 99.9 %.", body, small)

    def sweeps(self, result, suffix, small):
        body = ""
        for sweep in result.sweeps:
            points = [point for point in sweep["points"] if point["gigabytes_per_second"]]
            by_parser = {}
            for point in points:
                by_parser.setdefault(point["parser"], []).append((point["x"], point["gigabytes_per_second"]))
            if not by_parser:
                continue
            order = sorted(by_parser, key=lambda parser: (
                parser != SUBJECT, -statistics.median(speed for _, speed in by_parser[parser])))
            shown = order[:MOST_LINES]
            series = [charts.Line(parser, sorted(by_parser[parser])) for parser in shown]
            unit = " (%s)" % sweep["unit"] if sweep.get("unit") else ""
            body += "<h3>%s <small>%s</small></h3>\n" % (esc(sweep["title"]), esc(
                setting_title(sweep["setting"])))
            body += '<p class="axis-title">GB/s, on a logarithmic scale, by %s%s</p>\n' % (
                esc(sweep["title"][:1].lower() + sweep["title"][1:]), esc(unit))
            body += charts.lines(series, "%s: GB/s of %s; the table has the figures" % (
                sweep["title"], ", ".join(shown)), sweep.get("scale", "log"))
            body += charts.legend([(parser, charts.style_of(i)) for i, parser in enumerate(shown)])
            body += self.sweep_table(sweep, order, unit)
            notes = dict.fromkeys("%s at %s: %s" % (p["parser"], charts.short(p["x"]), p["note"])
                                  for p in sweep["points"] if p.get("note"))
            body += "".join('<p class="about">%s</p>\n' % esc(note) for note in list(notes)[:12])
        if body:
            self.add("sweeps" + suffix, "Sweeps", "One thing is changed, everything else stays.", body, small)

    def sweep_table(self, sweep, order, unit):
        figures = {(point["parser"], point["x"]): point for point in sweep["points"]}
        xs = sorted({point["x"] for point in sweep["points"]})

        def text(parser, x):
            point = figures.get((parser, x))
            ns = point and point["ns_per_document"]
            if not ns:
                return "-"
            accepted = point.get("accepted_share")
            return tables.nanoseconds(ns) + ("" if accepted in (None, 1) else " (%s %%)" % tables.share(accepted))

        rows = [[parser] + [number(text(parser, x)) for x in xs] for parser in order]
        return "<details><summary>All figures: ns a document</summary>\n%s</details>\n" % table(
            [sweep["title"].lower() + unit] + ["#" + charts.short(x) for x in xs], rows,
            sweep["title"] + ": ns a document, and in brackets the share accepted where that is not all",
            [row_style(parser) for parser in order])

    def board(self, result, suffix, small):
        board = result.board
        if not board:
            return
        parsers = board["parsers"]
        wanted = {"accept": "accepts", "refuse": "refuses"}
        cases = list(zip(board["cases"], board["answers"], board.get("details") or [[]] * len(board["cases"])))
        own = parsers.index(SUBJECT) if SUBJECT in parsers else None
        # Where leadscan is wrong comes first.
        cases.sort(key=lambda case: own is None or case[1][own] == wanted[case[0]["right"]])
        right = [sum(answers[i] == wanted[case["right"]] for case, answers, _ in cases) for i in range(len(parsers))]
        signs = {"accepts": "+", "refuses": "−", "differs": "≠", "crashes": "†", "unavailable": "·"}
        out = ['<div class="scroll" tabindex="0" role="region" aria-label="Correctness board"><table class="board">\n'
               '<thead><tr><th scope="col">document</th><th scope="col">right</th>']
        out += ['<th scope="col" class="parser"><span>%s</span></th>' % esc(parser) for parser in parsers]
        out.append("</tr></thead>\n<tbody>\n<tr class=\"own\"><td class=\"case\">right answers of %d</td><td></td>%s</tr>\n"
                   % (len(cases), "".join('<td class="answer">%d</td>' % count for count in right)))
        for case, answers, details in cases:
            out.append('<tr><td class="case">%s<span class="sub"><code>%s</code></span><span class="sub">%s</span></td>'
                       '<td class="w">%s</td>' % (esc(case["case"]), esc(case["text"]), esc(case.get("why", "")),
                                                  esc(case["right"])))
            for i, answer in enumerate(answers):
                good = answer == wanted[case["right"]]
                style = "dim" if answer == "unavailable" else "is-ok" if good else "is-bad"
                detail = details[i] if i < len(details) and details[i] else ""
                title = "%s %s%s%s" % (parsers[i], answer, "" if good or answer == "unavailable" else ", which is wrong",
                                       ": " + detail if detail else "")
                out.append('<td class="answer %s" title="%s"><span aria-hidden="true">%s</span>'
                           '<span class="unseen">%s</span></td>'
                           % (style, esc(title), "✓" if good else signs[answer], esc(answer)))
            out.append("</tr>\n")
        out.append("</tbody></table></div>\n")
        wrong = {answer for case, answers, _ in cases for answer in answers if answer != wanted[case["right"]]}
        meanings = {"accepts": "accepts what is to be refused", "refuses": "refuses what is to be accepted",
                    "differs": "accepts it, and reads something else", "crashes": "crashes",
                    "unavailable": "is not here"}
        legend = "✓ the right answer" + "".join("; %s %s" % (signs[answer], meanings[answer])
                                                 for answer in meanings if answer in wrong)
        self.add("board" + suffix, "Correctness board", legend + ".", "".join(out), small)

    def acceptance(self, result, suffix, small):
        rows, styles = [], []
        for corpus in result.corpora:
            for one in sorted(corpus["acceptance"], key=lambda one: (one["share"] is None, one["share"] or 0)):
                title = "%s accepts %s %%" % (one["parser"], tables.share(one["share"]))
                rows.append([corpus["corpus"], one["parser"],
                             cell(charts.bar(one["share"], style_of(one["parser"]), title)
                                  if one["share"] is not None else esc(one["note"]), "bar"),
                             number("-" if one["share"] is None else tables.share(one["share"]) + " %"),
                             number("-" if one["accepted"] is None else "{:,}".format(one["accepted"])),
                             number("{:,}".format(corpus["documents"])),
                             number(one["laxer"]), number(one["stricter"])])
                styles.append(row_style(one["parser"]))
        if rows:
            self.add("acceptance" + suffix, "What was accepted",
                     "A parser that refuses early has less to do: no speed without this share. Who accepts least "
                     "comes first.",
                     table(["corpus", "parser", "", "#accepted", "#documents", "#of", "#laxer", "#stricter"], rows,
                           "What was accepted", styles), small)

    # What the figures are of

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
                title = "Parsers" + (", " + tables.machine_line(result) if len(self.shown) > 1 else "")
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
