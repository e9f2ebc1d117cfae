"""Pictures of the report: SVG that takes the width there is, as in the audit's. A table is beside each."""

import html
import math

HEIGHT = 200
TOP = 10  # the highest label is half above its line
LABELS = 26
COLOURS = 8  # of CSS's .s0 and on; what is behind them is dashed


def bar(share, style, title, mark=None):
    """A bar of a cell; something is seen of whatever is more than nothing. With a mark at that share."""
    marked = '<rect class="mark" x="%.3f%%" width="2" height="10"/>' % (100 * mark) if mark else ""
    return ('<svg width="100%%" height="10" role="img" aria-label="%s"><title>%s</title>'
            '<rect class="%s" width="%.3f%%" height="10" rx="2"/>%s</svg>'
            % (html.escape(title), html.escape(title), style, max(0.4, 100 * min(share, 1)), marked))


class LogScale:
    """From a bit below the least to a bit above the most of some positive values: 0 to 1."""

    def __init__(self, values):
        self.least, self.most = min(values), max(values)
        # At least a factor of two, lest noise fill the picture.
        middle = math.sqrt(self.least * self.most)
        self.low = math.log(min(self.least, middle / math.sqrt(2)) * 0.93)
        self.high = math.log(max(self.most, middle * math.sqrt(2)) * 1.07)

    def __call__(self, value):
        return (math.log(value) - self.low) / (self.high - self.low)

    def ticks(self):
        """1, 2 and 5 times powers of ten that are on it; of many the powers alone."""
        first, last = (math.floor(edge / math.log(10)) for edge in (self.low, self.high))
        for factors in ((1, 2, 5), (1, 3), (1,)):
            found = [factor * 10.0 ** power for power in range(first, last + 1) for factor in factors
                     if self.low <= math.log(factor * 10.0 ** power) <= self.high]
            if len(found) <= 6:
                break
        return found


def span(scale, values, style, title):
    """The distribution of a latency: from each percentile to the next, thinner and thinner."""
    parts = []
    for (low, high), height in zip(zip(values, values[1:]), (10, 6, 2)):
        x, width = 100 * scale(low), max(0.3, 100 * (scale(high) - scale(low)))
        parts.append('<rect class="%s" x="%.3f%%" y="%d" width="%.3f%%" height="%d"/>'
                     % (style, min(x, 99.7), (12 - height) / 2, min(width, 100 - min(x, 99.7)), height))
    return ('<svg width="100%%" height="12" role="img" aria-label="%s"><title>%s</title>%s</svg>'
            % (html.escape(title), html.escape(title), "".join(parts)))


def short(value):
    """A number of an axis: 20k, 1.5, 0.25."""
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= limit and value < 1e12:
            return "%g%s" % (round(value / limit, 2), unit)
    return "%g" % value


class Line:
    def __init__(self, name, points):
        self.name = name
        self.points = points  # (x, y), y positive


def style_of(number):
    return "s%d%s" % (number % COLOURS, "" if number < COLOURS else " dashed")


def lines(series, label, x_scale="log"):
    """Lines over x; y is on a logarithmic scale, since parsers are apart by factors. `series` are drawn in
    CSS's colours in their order."""
    xs = sorted({x for line in series for x, _ in line.points})
    y = LogScale([value for line in series for _, value in line.points])

    def y_of(value):
        return TOP + HEIGHT * (1 - y(value))

    if x_scale == "log" and xs[0] > 0 and len(xs) > 1:
        def x_of(value):
            return 4 + 92 * math.log(value / xs[0]) / math.log(xs[-1] / xs[0])
    elif x_scale == "log" or len(xs) == 1:  # with a zero, which has no logarithm: one beside the other
        def x_of(value):
            return 4 + 92 * (xs.index(value) + 0.5 * (len(xs) == 1)) / max(1, len(xs) - 1)
    else:
        def x_of(value):
            return 4 + 92 * (value - xs[0]) / (xs[-1] - xs[0])

    height = TOP + HEIGHT + LABELS
    ticks = y.ticks()
    width = 7 * max([len(short(tick)) for tick in ticks], default=1) + 10
    axis = "".join('<text x="%d" y="%.1f" text-anchor="end">%s</text>' % (width - 8, y_of(tick) + 4, short(tick))
                   for tick in ticks)
    drawn = ['<line x1="0" x2="100%%" y1="%.1f" y2="%.1f"/>' % (y_of(tick), y_of(tick)) for tick in ticks]
    drawn.append('<line class="zero" x1="0" x2="100%%" y1="%d" y2="%d"/>' % (TOP + HEIGHT, TOP + HEIGHT))
    # What is drawn last is on top: the first, which is what it is about. Paths are in shares of the width,
    # which only a picture in the picture can have.
    for number, line in reversed(list(enumerate(series))):
        steps = " ".join("%s%.3f %.1f" % ("L" if i else "M", x_of(at), y_of(value))
                         for i, (at, value) in enumerate(line.points))
        drawn.append('<svg width="100%%" height="%d" viewBox="0 0 100 %d" preserveAspectRatio="none">'
                     '<path class="%s" d="%s"/></svg>' % (height, height, style_of(number), steps))
        drawn += ['<circle class="%s" cx="%.3f%%" cy="%.1f" r="3"><title>%s: %s at %s</title></circle>'
                  % (style_of(number), x_of(at), y_of(value), html.escape(line.name), "%.3g" % value, short(at))
                  for at, value in line.points]
    return ('<div class="plot"><svg class="axis" width="%d" height="%d" aria-hidden="true">%s</svg>'
            '<svg class="columns-of" width="100%%" height="%d" role="img" aria-label="%s">%s%s</svg></div>\n'
            % (width, height, axis, height, html.escape(label), "".join(drawn), x_labels(xs, x_of)))


def x_labels(xs, x_of):
    """Of each x that is not too near to the one before; on small screens the first, a middle one, the last."""
    shown = [xs[0]]
    for x in xs[1:]:
        if x_of(x) - x_of(shown[-1]) >= 9:
            shown.append(x)
    if shown[-1] != xs[-1]:
        shown[-1] = xs[-1]
    texts = []
    for i, x in enumerate(shown):
        always = i in (0, len(shown) // 2, len(shown) - 1)
        texts.append('<text%s x="%.2f%%" y="%d" text-anchor="middle">%s</text>'
                     % ("" if always else ' class="optional"', x_of(x), TOP + HEIGHT + 18, short(x)))
    return "".join(texts)


def legend(names):
    """`names` with a style each."""
    items = "".join('<li><span class="swatch %s"></span>%s</li>' % (style, html.escape(name))
                    for name, style in names)
    return '<ul class="legend">%s</ul>\n' % items


def sparkline(values, title):
    """A figure over time, in a cell: on a logarithmic scale from its least to its most."""
    scale = LogScale(values)
    points = [(4 + 92 * i / max(1, len(values) - 1), 3 + 22 * (1 - scale(value)))
              for i, value in enumerate(values)]
    steps = " ".join("%s%.2f %.2f" % ("L" if i else "M", x, y) for i, (x, y) in enumerate(points))
    dots = "".join('<circle class="s0" cx="%.2f%%" cy="%.2f" r="2.5"/>' % point for point in points)
    return ('<svg class="spark" width="100%%" height="28" role="img" aria-label="%s"><title>%s</title>'
            '<svg width="100%%" height="28" viewBox="0 0 100 28" preserveAspectRatio="none">'
            '<path class="s0" d="%s"/></svg>%s</svg>'
            % (html.escape(title), html.escape(title), steps, dots))
