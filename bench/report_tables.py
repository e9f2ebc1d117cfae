"""What results come to: leadscan beside its rivals, as text; and the table of README.md."""

import glob
import os
import re

from bench.report_results import SUBJECT, Unusable, is_debug, is_subject, load

SETTINGS = {
    "document": "a call a document",
    "trained": "a call a document, trained",
    "stream": "NDJSON stream",
    "cached": "NDJSON stream in the cache",
}
MOST_PARTS = 3  # of a label
ISA = {"avx2": "AVX2 only", "portable": "no SIMD beyond the least"}

BEGIN = re.compile(r"<!-- tools/bazel run //bench:report -- --readme((?: \S+)+) -->\n")
END = "<!-- end of what //bench:report writes -->\n"


def is_loss(ratio):
    return ratio < 1


class Comparison:
    """leadscan and its fastest rival, in one table of one result."""

    def __init__(self, result, table):
        self.result = result
        self.table = table
        self.subject = table.subject
        self.rival = table.rival
        self.ratio = self.rival.ns / self.subject.ns
        # Those that are faster than leadscan, but not the fastest.
        self.others = [row for row in table.rows if row is not self.rival and not is_subject(row.parser) and
                       row.ns < self.subject.ns]

    @property
    def accepted(self):
        """By both: who refuses has less to do."""
        shares = [row.figure("accepted_share") for row in (self.subject, self.rival)]
        if None in shares:
            return "-"
        return "all" if shares == [1, 1] else ", ".join(share(one) + " %" for one in dict.fromkeys(shares))

    @property
    def title(self):
        return ", ".join(filter(None, [self.table.corpus, ISA.get(self.result.isa),
                                       SETTINGS.get(self.table.setting, self.table.setting)]))


def comparisons(results):
    """Of each corpus and setting with the fastest rival, the worst for leadscan first. What a pair that ran
    alone tells of a rival is not taken from a run of many: others cost the caches."""
    found = {}
    for result in sorted(results, key=lambda result: result.kind != "pair"):
        for table in result.tables:
            if table.ratio is not None:
                key = (result.cpu, result.isa, result.commit, table.corpus, table.setting)
                found.setdefault(key, {}).setdefault(table.rival.parser, Comparison(result, table))
    worst = [min(by_rival.values(), key=lambda one: one.ratio) for by_rival in found.values()]
    return sorted(worst, key=lambda one: one.ratio)


class Duel:
    """leadscan and its fastest rival at a point of a sweep."""

    def __init__(self, x, subject, rival):
        self.x = x
        self.subject = subject
        self.rival = rival
        self.ratio = rival["ns_per_document"] / subject["ns_per_document"]


def duels(sweep):
    """Of each point, the worst for leadscan first."""
    found = {}
    for point in sweep["points"]:
        if point["ns_per_document"]:
            found.setdefault(point["x"], []).append(point)
    duels_of = []
    for x, points in found.items():
        subject = next((point for point in points if point["parser"] == SUBJECT), None)
        rivals = [point for point in points if not is_subject(point["parser"])]
        if subject and rivals:
            duels_of.append(Duel(x, subject, min(rivals, key=lambda point: point["ns_per_document"])))
    return sorted(duels_of, key=lambda duel: duel.ratio)


def newest(results):
    """Without those of which there is a newer one of the same kind: these are history."""
    latest = {}
    for result in sorted(results, key=lambda result: result.context.get("date", "")):
        latest[kind_of(result)] = result
    return [result for result in results if result is latest[kind_of(result)]]


def kind_of(result):
    """What figures hold for, but the code."""
    parsers = tuple(sorted({row.parser for row in result.rows})) if result.kind != "all" else ()
    return (machine_of(result), result.kind, parsers, result.preset,
            tuple(sorted({(table.corpus, table.setting) for table in result.tables})))


def machine_of(result):
    return (result.cpu, result.manifest.get("compiler", "unknown"), result.isa)


def fixed(value):
    """Three digits that tell something."""
    if value is None:
        return "-"
    return "%.0f" % value if value >= 100 else "%.1f" % value if value >= 10 else "%.2f" % value


def nanoseconds(value):
    return "{:,.0f}".format(value) if value >= 100 else "%.1f" % value


def share(value):
    """Of something that is all of it only if nothing is missing."""
    if value is None:
        return "-"
    percent = "%.2f" % (100 * value)
    if percent == "100.00" and value < 1:
        return "99.99"
    return "0.01" if percent == "0.00" and value > 0 else percent


def machine_line(result):
    parts = [result.cpu, result.manifest.get("compiler"), result.isa if result.isa != "unknown" else None,
             result.date, None if result.commit == "unknown" else "commit " + result.commit]
    return ", ".join(filter(None, parts))


def labels(results):
    """What tells each from the others, by result; nothing if there is but one."""
    if len(results) < 2:
        return {result: "" for result in results}
    parts = {result: [result.cpu, result.manifest.get("compiler", ""), result.isa, result.date, result.commit,
                      "quick" if result.preset == "quick" else "", "pair" if result.kind == "pair" else ""]
             for result in results}
    differs = [len(set(column)) > 1 for column in zip(*parts.values())]
    told = [", ".join(part for part, tells in zip(parts[result], differs) if tells and part not in ("", "unknown"))
            for result in results]
    files = [os.path.splitext(os.path.basename(result.path))[0] for result in results]
    for names in (told if sum(differs) <= MOST_PARTS else [], files):
        if len(set(names)) == len(results) and all(names):
            return dict(zip(results, names))
    return {result: result.path for result in results}


def markdown_table(rows):
    """`rows` of texts, of which the first is the head."""
    lines = ["| %s |" % " | ".join(cell.replace("|", "\\|") for cell in row) for row in rows]
    lines.insert(1, "|%s" % ("---|" * len(rows[0])))
    return "\n".join(lines) + "\n"


def comparison_rows(found):
    rows = [("corpus, setting", SUBJECT, "fastest rival", "ratio", "accepted")]
    for one in found:
        size = " (%.0f bytes)" % one.subject.bytes if one.subject.bytes else ""
        speed = ", %s GB/s" % fixed(one.subject.gigabytes) if one.subject.bytes else ""
        rows.append((one.title + size, nanoseconds(one.subject.ns) + " ns" + speed,
                     ", ".join("%s %s ns" % (row.parser, nanoseconds(row.ns))
                               for row in [one.rival, *one.others]), fixed(one.ratio), one.accepted))
    return rows


def markdown(results):
    """All of it, to be pasted somewhere."""
    shown = newest(results)
    text = "".join("%s%s\n\n" % (machine_line(result), "".join(". " + w for w in result.warnings).rstrip("."))
                   for result in shown)
    found = comparisons(shown)
    if found:
        text += markdown_table(comparison_rows(found)) + "\n"
    for result in shown:
        parsers = list(dict.fromkeys(row.parser for table in result.tables for row in table.rows))
        rows = [("ns a document", *("%s, %s" % (table.corpus, table.setting) for table in result.tables))]
        rows += [(parser, *(nanoseconds(row.ns) if (row := table.row(parser)) else "-"
                            for table in result.tables)) for parser in parsers]
        text += markdown_table(rows) + "\n"
    return text.rstrip("\n") + "\n"


def readme_table(results):
    """Of calls as a gateway meets them, and of streams: what predictors have memorised is left out."""
    for result in results:
        for unfit, what in ((result.preset == "quick", "a quick run"), (is_debug(result), "a build for debugging"),
                            (result.manifest.get("dirty"), "a tree with changes that are not committed")):
            if unfit:
                raise Unusable("%s is of %s, which README does not cite" % (result.path, what))
    machines = list(dict.fromkeys(
        "%s, %s, %s" % (result.cpu, result.manifest.get("compiler", "unknown compiler"), result.date)
        for result in results))
    found = [one for one in comparisons(results) if one.table.setting != "trained"]
    if not found:
        raise Unusable("nothing to compare leadscan with in %s" % ", ".join(r.path for r in results))
    return "%s:\n\n%s" % ("; ".join(machines), markdown_table(comparison_rows(found)))


def expand(patterns, folder):
    """The files that are meant, which are named by patterns so that README's line is short."""
    paths = []
    for pattern in patterns:
        found = sorted(glob.glob(os.path.join(folder, pattern)))
        if not found:
            raise Unusable("no file is %s" % pattern)
        paths += found
    return paths


def replaced(path, begin, end, arguments, text_of):
    """The file with text_of(what `begin` has found) from there to `end`."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    found = begin.search(text)
    behind = text.find(end, found.end()) if found else -1
    if behind < 0:
        raise Unusable("%s has no place for the table: a line `<!-- tools/bazel run //bench:report -- %s -->` "
                       "and a line `%s`" % (path, arguments, end.strip()))
    return text[:found.start()] + text_of(found) + text[behind:]


def readme_with_table(path, patterns=()):
    """README.md with what its files say; `patterns`, if there are any, instead of those it names."""
    def text_of(begin):
        named = patterns or begin[1].split()
        folder = os.path.dirname(os.path.abspath(path))
        table = readme_table([load(file) for file in expand(named, folder)])
        return "<!-- tools/bazel run //bench:report -- --readme %s -->\n%s" % (" ".join(named), table)

    return replaced(path, BEGIN, END, "--readme FILE...", text_of)
