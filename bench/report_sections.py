"""What one result tells: a section each, as (id, title, about, HTML); of what it has nothing of, none."""

import math
import statistics

from bench import report_charts as charts
from bench import report_tables as tables
from bench.report_page import cell, esc, number, table
from bench.report_results import SUBJECT, is_subject

MOST_LINES = charts.COLOURS  # of a picture: more cannot be told apart
MOST_NOTES = 12
PERCENTILES = (("p50", "50 %"), ("p90", "90 %"), ("p99", "99 %"), ("p999", "99.9 %"))
FIGURES = {  # columns that are there if a row has them
    "accepted_share": ("accepted", None),
    "allocs_per_document": ("allocations", "%.2f"),
    "bytes_allocated_per_document": ("bytes allocated", "%.0f"),
    "instructions_per_document": ("instructions", "%.0f"),
    "mispredictions_per_document": ("mispredictions", "%.2f"),
    "compile_seconds": ("s to compile", "%.1f"),
    "code_bytes": ("bytes of code", "%d"),
    "laxer": ("laxer", "%d"),
    "stricter": ("stricter", "%d"),
}
TITLES = {
    "document": "a call for each document, never in the same order",
    "trained": "a call for each document, always the same ones in the same order",
    "stream": "the whole NDJSON stream",
    "cached": "an NDJSON stream that caches hold",
}
RIGHT = {"accept": ("accepts",), "refuse": ("refuses",), "either": ("accepts", "refuses")}
SIGNS = {  # of a wrong answer, and what it means
    "accepts": ("+", "accepts what is to be refused"),
    "refuses": ("−", "refuses what is to be accepted"),
    "differs": ("≠", "accepts it, and reads something else"),
    "crashes": ("†", "crashes"),
    "unavailable": ("·", "is not here"),
}


def sections_of(result, corpora):
    """`corpora`: in which order they are shown."""
    for name, title, about, body in [
            ("throughput", "Throughput",
             "Bars: bytes of documents a second, so long is good. × is how many times leadscan's time a parser "
             "takes; laxer and stricter count documents that it accepts and leadscan refuses, and the reverse.",
             throughput(result, corpora)),
            ("threads", "Threads",
             "The stream by several threads at once, each with a part of it: millions of documents a second, and how "
             "much of so many times one thread's speed that is.", threads(result)),
            ("latency", "Latency",
             "Nanoseconds a document below which so many of the calls are. A bar is thick from the median to 90 %, "
             "thinner to 99 % and thinnest to 99.9 %.", latency(result)),
            ("sweeps", "Sweeps", "One thing is changed, everything else stays. Where leadscan loses, or is least "
             "ahead, comes first.", sweeps(result)),
            ("board", "Correctness board", "", board(result)),
            ("acceptance", "What was accepted",
             "Of the documents of each corpus. Who refuses early has less to do: no speed without this share. Who "
             "accepts least comes first.", acceptance(result))]:
        if body:
            yield name, title, about, body


def colour_of(parser):
    return "s0" if parser == SUBJECT else "s6" if is_subject(parser) else "s1"


def row_style(parser):
    return "own" if parser == SUBJECT else ""


def interval(row):
    low, high = row.figure("ns_low"), row.figure("ns_high")
    if low is None or high is None:
        return "-"
    return "%s to %s" % (tables.nanoseconds(low), tables.nanoseconds(high))


def throughput(result, corpora):
    body = ""
    found = {}
    for shown in result.tables:
        found.setdefault(shown.corpus, []).append(shown)
    for corpus in sorted(found, key=lambda corpus: corpora.index(corpus) if corpus in corpora else len(corpora)):
        body += "<h3>%s</h3>\n" % esc(corpus) + "".join(throughput_of(result, shown) for shown in found[corpus])
    return body


def throughput_of(result, shown):
    floors = [floor for floor in result.extra.get("floors") or []
              if (floor["corpus"], floor["setting"]) == (shown.corpus, shown.setting)]
    floor = floors[0] if floors else None
    most = max([row.gigabytes or 0 for row in shown.rows] + [one["gigabytes_per_second"] for one in floors],
               default=0) or 1
    figures = {name: text for name, text in FIGURES.items()
               if any(row.figure(name) is not None for row in shown.rows)}
    heads = ["parser", "", "#ns/document", "#GB/s", *(["#of " + floor["floor"]] if floor else []), "#×",
             "#95 % interval", "#M/s", *("#" + title for title, _ in figures.values()), "#±%"]
    rows, styles = [], []
    for one in floors:
        speed = one["gigabytes_per_second"]
        title = "%s: %s GB/s" % (one["floor"], tables.fixed(speed))
        rows.append([one["floor"], cell(charts.bar(speed / most, "s6", title), "bar"),
                     number(tables.nanoseconds(one["ns_per_document"]) if one.get("ns_per_document") else "-"),
                     number(tables.fixed(speed)), number(share_of(speed, floor))] + [""] * (len(heads) - 5))
        styles.append("dim")
    for row in shown.rows:
        speed = row.gigabytes
        title = "%s: %s GB/s" % (row.parser, tables.fixed(speed))
        cells = [row.parser,
                 cell(charts.bar(speed / most, colour_of(row.parser), title) if speed else "", "bar"),
                 number(tables.nanoseconds(row.ns)), number(tables.fixed(speed))]
        if floor:
            cells.append(number(share_of(speed, floor)))
        cells += [number(tables.fixed(row.ns / shown.subject.ns) if shown.subject else "-"),
                  number(interval(row)), number("%.2f" % (1e3 / row.ns))]
        cells += [number("-" if row.figure(name) is None else form % row.figure(name) if form else
                         tables.share(row.figure(name)) + " %") for name, (_, form) in figures.items()]
        deviation = row.figure("relative_deviation")
        cells.append(number("-" if deviation is None else "%.1f" % (100 * deviation)))
        rows.append(cells)
        styles.append(row_style(row.parser))
    title = TITLES.get(shown.setting, shown.setting)
    size = next((" <small>documents of %.0f bytes</small>" % row.bytes for row in shown.rows if row.bytes), "")
    failed = "".join('<p class="about">%s: %s</p>\n' % (esc(row.parser), esc(row.note)) for row in shown.failed)
    return "<h4>%s%s</h4>\n%s%s" % (
        esc(title), size, table(heads, rows, shown.corpus + ", " + title, styles, "dense") if rows else "", failed)


def share_of(speed, floor):
    return "%.1f %%" % (100 * speed / floor["gigabytes_per_second"]) if speed else "-"


def threads(result):
    found = {}
    for curve in result.extra.get("threads") or []:
        found.setdefault(curve["corpus"], []).append(curve)
    return "".join(map(threads_of, found, found.values()))


def threads_of(corpus, curves):
    curves = sorted(curves, key=lambda curve: (curve["parser"] != SUBJECT, -curve["points"][-1]["documents_per_second"]))
    counts = [point["threads"] for point in curves[0]["points"]]
    most = max(point["documents_per_second"] for curve in curves for point in curve["points"])
    rows = []
    for curve in curves:
        row = [curve["parser"]]
        for point in curve["points"]:
            rate = point["documents_per_second"]
            title = "%s, %d: %s M/s" % (curve["parser"], point["threads"], tables.fixed(1e-6 * rate))
            row += [cell(charts.bar(rate / most, colour_of(curve["parser"]), title), "bar"),
                    number(tables.fixed(1e-6 * rate)), number("%.0f %%" % (100 * point["efficiency"]))]
        rows.append(row)
    heads = ["parser"]
    for count in counts:
        heads += ["%d" % count, "#M/s", "#of %d×" % count]
    return "<h3>%s</h3>\n%s" % (esc(corpus), table(
        heads, rows, corpus + ", by several threads", [row_style(curve["parser"]) for curve in curves], "dense"))


def latency(result):
    body = ""
    kinds = {}
    for one in result.latency:
        kinds.setdefault((one["corpus"], one["kind"], one["calls"]), []).append(one)
    for (corpus, kind, calls), rows_of in kinds.items():
        values = [one[name] for one in rows_of for name, _ in PERCENTILES if one.get(name)]
        if not values:
            continue
        scale = charts.LogScale(values)
        rows, styles = [], []
        for one in sorted(rows_of, key=lambda one: one["p50"]):
            have = [one[name] for name, _ in PERCENTILES if one.get(name)]
            title = "%s: %s" % (one["parser"], ", ".join(
                "%s %s ns" % (text, tables.nanoseconds(one[name])) for name, text in PERCENTILES if one.get(name)))
            rows.append([one["parser"], cell(charts.span(scale, have, colour_of(one["parser"]), title), "span"),
                         *(number(tables.nanoseconds(one[name]) if one.get(name) else "-")
                           for name, _ in PERCENTILES), number("{:,}".format(one["samples"]))])
            styles.append(row_style(one["parser"]))
        what = "single calls" if kind == "call" else "%d calls in a row, their mean" % calls
        body += "<h3>%s <small>%s; the scale is logarithmic, from %s to %s ns</small></h3>\n%s" % (
            esc(corpus), esc(what), tables.nanoseconds(scale.least), tables.nanoseconds(scale.most),
            table(["parser", ""] + ["#" + text for _, text in PERCENTILES] + ["#samples"], rows,
                  "Latencies, %s, %s" % (corpus, what), styles))
    return body


def sweeps(result):
    def worst(sweep):
        return min((duel.ratio for duel in tables.duels(sweep)), default=math.inf)

    return "".join(map(sweep_of, sorted(result.sweeps, key=worst)))


def sweep_of(sweep):
    by_parser = {}
    for point in sweep["points"]:
        if point["gigabytes_per_second"]:
            by_parser.setdefault(point["parser"], []).append((point["x"], point["gigabytes_per_second"]))
    if not by_parser:
        return ""
    order = sorted(by_parser, key=lambda parser: (
        parser != SUBJECT, -statistics.median(speed for _, speed in by_parser[parser])))
    shown = order[:MOST_LINES]
    title, setting = sweep["title"], TITLES.get(sweep["setting"], sweep["setting"])
    axis = title[:1].lower() + title[1:] + (" (%s)" % sweep["unit"] if sweep.get("unit") else "")
    label = "%s: GB/s of %s; the table below has the figures" % (title, ", ".join(shown))
    notes = dict.fromkeys("%s at %s: %s" % (point["parser"], charts.short(point["x"]), point["note"])
                          for point in sweep["points"] if point.get("note"))
    series = [charts.Line(parser, sorted(by_parser[parser])) for parser in shown]
    return "".join([
        "<h3>%s <small>%s</small></h3>\n" % (esc(title), esc(setting)), lost_at(sweep),
        '<p class="axis-title">GB/s, on a logarithmic scale, by %s%s</p>\n' % (
            esc(axis), "; the fastest %d of %d" % (len(shown), len(order)) if len(order) > len(shown) else ""),
        charts.lines(series, label, sweep.get("scale", "log")),
        charts.legend([(parser, charts.style_of(i)) for i, parser in enumerate(shown)]),
        sweep_table(sweep, order, axis),
        *('<p class="about">%s</p>\n' % esc(note) for note in list(notes)[:MOST_NOTES])])


def lost_at(sweep):
    lost = sorted((duel for duel in tables.duels(sweep) if tables.is_loss(duel.ratio)), key=lambda duel: duel.x)
    if not lost:
        return ""
    return '<ul class="story">%s</ul>\n' % "".join(
        '<li class="warn">At %s leadscan takes %s ns a document, %s %s.</li>' % (
            charts.short(duel.x), tables.nanoseconds(duel.subject["ns_per_document"]), esc(duel.rival["parser"]),
            tables.nanoseconds(duel.rival["ns_per_document"])) for duel in lost)


def sweep_table(sweep, order, axis):
    points = {(point["parser"], point["x"]): point for point in sweep["points"]}
    xs = sorted({point["x"] for point in sweep["points"]})

    def text(parser, x):
        point = points.get((parser, x))
        if not point or not point["ns_per_document"]:
            return "-"
        accepted = point.get("accepted_share")
        return tables.nanoseconds(point["ns_per_document"]) + (
            "" if accepted in (None, 1) else " (%s %%)" % tables.share(accepted))

    return ("<details><summary>All figures: ns a document, and in brackets the share accepted where it is not all"
            "</summary>\n%s</details>\n" % table(
                [axis] + ["#" + charts.short(x) for x in xs],
                [[parser] + [number(text(parser, x)) for x in xs] for parser in order],
                sweep["title"] + ": ns a document", [row_style(parser) for parser in order], "dense"))


def board(result):
    if not result.board:
        return ""
    parsers = result.board["parsers"]
    cases = [(case, answers, details or [""] * len(parsers)) for case, answers, details in zip(
        result.board["cases"], result.board["answers"], result.board["details"])]
    if SUBJECT in parsers:  # where it is wrong comes first
        cases.sort(key=lambda case: case[1][parsers.index(SUBJECT)] in RIGHT[case[0]["right"]])
    right = [sum(answers[i] in RIGHT[case["right"]] for case, answers, _ in cases) for i in range(len(parsers))]
    heads = "".join('<th scope="col" class="parser"><span>%s</span></th>' % esc(parser) for parser in parsers)
    rows = ['<tr class="own"><th scope="row" class="case">right answers, of %d</th><td></td>%s</tr>\n'
            % (len(cases), "".join('<td class="answer">%d</td>' % count for count in right))]
    for case, answers, details in cases:
        rows.append('<tr><th scope="row" class="case">%s: %s<code class="sub">%s</code>'
                    '<span class="sub">%s</span></th><td class="w">%s</td>%s</tr>\n'
                    % (esc(case["group"]), esc(case["case"]), esc(case["text"]), esc(case["why"]), esc(case["right"]),
                       "".join(map(answer_of, parsers, answers, details, [RIGHT[case["right"]]] * len(parsers)))))
    seen = {answer for case, answers, _ in cases for answer in answers if answer not in RIGHT[case["right"]]}
    legend = "".join("; %s %s" % SIGNS[answer] for answer in SIGNS if answer in seen)
    return ('<p class="about">✓ is the right answer%s.</p>\n'
            '<div class="scroll" tabindex="0" role="region" aria-label="Correctness board"><table class="board">\n'
            '<thead><tr><th scope="col">document</th><th scope="col">to do</th>%s</tr></thead>\n<tbody>\n%s'
            '</tbody></table></div>\n' % (legend, heads, "".join(rows)))


def answer_of(parser, answer, detail, right):
    good = answer in right
    style = "is-ok" if good else "dim" if answer == "unavailable" else "is-bad"
    title = "%s %s%s" % (parser, answer, ": " + detail if detail else "")
    return ('<td class="answer %s" title="%s"><span aria-hidden="true">%s</span><span class="unseen">%s</span></td>'
            % (style, esc(title), "✓" if good else SIGNS[answer][0], esc(answer)))


def acceptance(result):
    corpora = [corpus["corpus"] for corpus in result.corpora]
    found = {}
    for corpus in result.corpora:
        for one in corpus["acceptance"]:
            found.setdefault(one["parser"], {})[corpus["corpus"]] = one
    if not found:
        return ""

    def least(parser):
        return min(-1 if one["share"] is None else one["share"] for one in found[parser].values())

    def text(one):
        if one is None:
            return number("-")
        if one["share"] is None:
            return cell('<span class="dim">%s</span>' % esc(one["note"]), "t")
        more = ", ".join("%s %s" % ("{:,}".format(one[what]), what) for what in ("laxer", "stricter") if one[what])
        return cell(esc(tables.share(one["share"]) + " %") +
                    ('<span class="sub">%s</span>' % more if more else ""), "n")

    order = sorted(found, key=least)
    heads = ["parser"] + ["#%s, %s documents" % (corpus["corpus"], "{:,}".format(corpus["documents"]))
                          for corpus in result.corpora]
    return table(heads, [[parser] + [text(found[parser].get(corpus)) for corpus in corpora] for parser in order],
                 "What was accepted", [row_style(parser) for parser in order])
