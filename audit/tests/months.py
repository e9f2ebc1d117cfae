#!/usr/bin/env python3
"""Months of logs, made of what `leadscan gen` writes, to look at reports with:

    audit/tests/months.py LEADSCAN RECORDS [clean|month|terrible] > FILE

All have the rhythm of days and weeks. In a `month` there are six hours without a record (OUTAGE), six
hours of a deploy that writes codes as texts (DEPLOY), a member that more and more records have from
DRIFT on, and eight records of another year. In a `terrible` one a third is bad, too, in many ways, and
there are some thousand layouts.
"""

import bisect
import datetime
import math
import random
import re
import subprocess
import sys

FIRST = datetime.datetime(2025, 6, 1)
HOURS = 30 * 24
OUTAGE = range(11 * 24 + 2, 11 * 24 + 8)    # June 12, 02:00 to 08:00
DEPLOY = range(17 * 24 + 10, 17 * 24 + 16)  # June 18, 10:00 to 16:00
DRIFT = 20 * 24                             # June 21
STRAYS = 8
MEMBER = b"routingRegion"

TIMESTAMP = re.compile(rb'("time[sS]tamp"\s*:\s*)"[^"]*"')
CODE = re.compile(rb'("statusCode"\s*:\s*)(\d+)')


def weight(hour):
    """How much goes on in an hour: most after noon, little at night and on Sundays."""
    busy = 1.2 + math.sin((hour % 24 - 9) / 24 * 2 * math.pi)
    return busy * (0.4 if (FIRST + datetime.timedelta(hours=hour)).weekday() == 6 else 1)


def month(program, records, kind="month", seed=1):
    """Gives its lines, each with its LF."""
    rng = random.Random(seed)
    weights = [0 if kind != "clean" and hour in OUTAGE else weight(hour) for hour in range(HOURS)]
    ends = []
    for one in weights:
        ends.append((ends[-1] if ends else 0) + one)
    source = "adversarial" if kind == "terrible" else "mixed"
    generator = subprocess.Popen([program, "gen", "--kind=" + source, "-n", str(records),
                                  "--seed=%d" % seed], stdout=subprocess.PIPE)
    for number, line in enumerate(generator.stdout):
        at = ends[-1] * number / records
        hour = min(bisect.bisect_right(ends, at), HOURS - 1)
        second = (ends[hour] - at) / weights[hour] if weights[hour] else 0
        time = FIRST + datetime.timedelta(hours=hour + 1 - second)
        # Old ones, as they were then.
        stray = kind != "clean" and number % (records // STRAYS) == 99
        if stray:
            time = time.replace(year=2024, month=1 + number % 3)
        line = TIMESTAMP.sub(rb'\1"%s.%03dZ"' % (time.strftime("%Y-%m-%dT%H:%M:%S").encode(),
                                                 time.microsecond // 1000), line)
        if kind == "clean":
            if not line.rstrip().endswith(b"}"):
                continue
        else:
            if hour in DEPLOY and rng.random() < 0.12:
                line = CODE.sub(rb'\1"\2"', line)
            if hour >= DRIFT and not stray and rng.random() < (hour - DRIFT) / (HOURS - DRIFT):
                line = line.replace(b"{", b'{"%s":"EMEA",' % MEMBER, 1)
        if kind == "terrible" and rng.random() < 0.33:
            line = broken(line, rng)
        yield line
    generator.stdout.close()
    generator.wait()


def broken(line, rng):
    """In one of many ways."""
    how = rng.randrange(6)
    at = rng.randrange(len(line))
    if how == 0:
        return line[:at] + b"\n"
    if how == 1:
        return line[:at] + bytes([rng.randrange(1, 10)]) + line[at:]
    if how == 2:
        return CODE.sub(rb'\1{"code":\2}', line)
    if how == 3:
        return line.replace(b'"action"', b'"act\xffion"')
    if how == 4:
        return line.replace(b'"success"', b'"succes%d"' % rng.randrange(1000))
    return TIMESTAMP.sub(rb'\g<1>%d' % at, line)


if __name__ == "__main__":
    for one in month(sys.argv[1], int(sys.argv[2]), *sys.argv[3:4]):
        sys.stdout.buffer.write(one)
