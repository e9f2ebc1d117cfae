"""What is for people: colours, width, the progress bar. None of it in a pipe."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import unittest

from support import BAD, GOOD, LEADSCAN, Case, run, text


class Terminal(Case):
    def start(self, *args, columns=100, out=None, err=None, **kw):
        """The command with a terminal as what is not given; its other end."""
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        env = dict(os.environ, TERM="xterm", NO_COLOR="")
        process = subprocess.Popen([LEADSCAN, *args], stdout=out or slave, stderr=err or slave,
                                   env={**env, **kw.pop("env", {})}, **kw)
        os.close(slave)
        return process, master

    def read(self, master, until=None, seconds=30):
        got = b""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not (until and until in got):
            if not select.select([master], [], [], 0.1)[0]:
                continue
            try:
                got += os.read(master, 65536)
            except OSError:  # the other end is closed
                break
        return got

    def test_progress_of_files(self):
        # A fifo behind them keeps it busy for as long as is needed.
        os.mkfifo(self.path("slow"))
        path = self.write("a", text(GOOD * 200))
        for columns, end in [(100, b"to go"), (40, b"MB")]:
            process, master = self.start("audit", "--fail-on=bad", path, self.path("slow"),
                                         out=subprocess.DEVNULL, columns=columns)
            with open(self.path("slow"), "wb"):
                bar = self.read(master, until=end)
            rest = self.read(master)
            self.assertEqual(process.wait(), 0)
            for shown in (bar + rest).replace(b"\r\x1b[K", b"\n").decode().split("\n"):
                self.assertLess(len(shown), columns)
            self.assertTrue(rest.endswith(b"\r\x1b[K"), rest)
            if columns == 100:
                self.assertRegex(bar.decode(), r"\[#+\.*\] +\d+ % \d+ MB at \d+ MB/s, "
                                 r"\d+ records, 0 bad, \d+:\d\d to go")

    def test_no_progress(self):
        read, write = os.pipe()
        process, master = self.start("check", "-q", "--no-progress", "-", stdin=read)
        time.sleep(0.6)
        os.close(write)
        self.assertEqual(self.read(master), b"")
        self.assertEqual(process.wait(), 0)
        os.close(read)

    def test_progress_of_standard_input_has_no_end(self):
        read, write = os.pipe()
        process, master = self.start("check", "-q", "-", stdin=read)
        os.write(write, text(GOOD[:9]))
        bar = self.read(master, until=b"MB/s")
        os.close(write)
        self.assertNotIn(b"to go", bar + self.read(master))
        self.assertEqual(process.wait(), 0)
        os.close(read)

    def test_colour(self):
        path = self.write("a", text(GOOD[:3] + BAD))
        colour = re.compile(r"\x1b\[\d+m")
        plain = run("audit", "--now=2026-01-01", path)[1].decode()
        self.assertNotRegex(plain, "\x1b")
        for env, wanted in [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]:
            process, master = self.start("audit", "--now=2026-01-01", path, columns=80, env=env)
            shown = self.read(master).decode().replace("\r\n", "\n")
            process.wait()
            self.assertEqual(bool(colour.search(shown)), wanted, env)
            self.assertEqual(colour.sub("", shown).replace("\r\x1b[K", ""), plain)
        always = run("audit", "--color=always", "--now=2026-01-01", path)[1].decode()
        self.assertEqual(colour.sub("", always), plain)

    def test_width(self):
        path = self.write("a", text([g.replace('"error"', '"%s":1,"error"' % ("m" * 150))
                                     for g in GOOD[:50]]))
        for columns in [72, 132]:
            process, master = self.start("audit", "--color=never", path, columns=columns)
            shown = self.read(master).decode().split("\r\n")
            process.wait()
            tables = [line for line in shown if path not in line]
            self.assertLessEqual(max(map(len, tables)), columns)
            self.assertGreater(max(map(len, tables)), columns - 12)

    def test_a_failure_is_no_success(self):
        failure = ('{"info":{"success":false,"statusCode":400},"error":{"code":"ERR801"},"data":null}')
        shown = run("audit", "--color=always", "--now=2026-01-01",
                    self.write("a", text(GOOD[:3] + [failure] + BAD[:1])))[1].decode()
        colours = {name: re.search(r"\x1b\[(\d+)m%s " % name, shown)[1]
                   for name in ["created", "failure", "violation"]}
        self.assertEqual(colours, {"created": "32", "failure": "33", "violation": "31"})

    def test_one_bad_record_of_many(self):
        lines = GOOD[:1] * 3000 + GOOD[24:25] + [GOOD[0].replace('"create"', "12")] + GOOD[1:2]
        shown = run("audit", "--now=2026-01-01", self.write("a", text(lines)))[1].decode()
        by_hour, violations = shown.split("violations by hour (UTC)")
        # A mark, not a cell.
        self.assertRegex(by_hour, r"\n  2025-06-01 00:00 +3,001  #{34}\n  2025-06-01 01:00 +1  \.\n")
        self.assertRegex(violations, r"^ +records +share\n  2025-06-01 00:00 +1 +0\.03 %  \.\n")
        # Half of an hour's.
        lines = GOOD[:5] + [GOOD[0].replace('"create"', "12")] + GOOD[24:48]
        shown = run("audit", "--now=2026-01-01", self.write("a", text(lines)))[1].decode()
        self.assertRegex(shown, r"share\n  2025-06-01 00:00 +1 +33\.33 %  !{8}\n")

    def test_shares_of_several_hours(self):
        """Rows stand for several hours; so do the shares of violations in them."""
        def at(hour, line):
            return line.replace("2025-06-01T00:00", "2025-06-%02dT%02d:00" % (hour // 24 + 1, hour % 24))
        bad = GOOD[0].replace('"create"', "12")
        lines = [at(hour, GOOD[0]) for hour in range(240) for _ in range(3)]
        lines += [at(hour, bad) for hour in range(240)]
        shown = run("audit", "--now=2026-01-01", "--timeline=hour", self.write("a", text(lines)))[1].decode()
        rows = re.findall(r"^  2025-06-\d\d \d\d:00 +(\d+) +(\S+) %  (\S+)$", shown, re.M)
        self.assertEqual(rows, [("5", "25.00", "!!!!!!")] * 48)

    def test_rows_can_be_told_apart(self):
        long = ["a%s" % ("b" * 90), "a%s" % ("b" * 89 + "c"), "a%s" % ("b" * 70), "z" * 200]
        members = ["first", "second", "third_%s" % ("m" * 80)]
        lines = [json.dumps({"message": m}) for m in long]
        for i in range(8):
            one = json.loads(GOOD[i])
            for bit, name in enumerate(members):
                if i >> bit & 1:
                    one["info"][name] = 1
            lines.append(json.dumps(one))
        path = self.write("a", text(lines))
        for columns in [80, 120]:
            process, master = self.start("audit", "--color=never", path, columns=columns)
            shown = self.read(master).decode().replace("\r\n", "\n")
            process.wait()
            for title, count in [("message", 4), ("layouts: 9", 9)]:
                table = shown.split("\n%s\n" % title)[1].split("\n\n")[0].strip("\n").split("\n")
                rows = [re.sub(r"^ +\d+  ", "", row) for row in table]
                self.assertEqual(len(set(rows)), count, rows)
                self.assertLessEqual(max(map(len, table)), columns)

    def test_one_is_no_plural(self):
        os.mkfifo(self.path("slow"))
        process, master = self.start("check", "-q", self.write("a", text(GOOD[:1])), self.path("slow"))
        with open(self.path("slow"), "wb"):
            bar = self.read(master, until=b" 1 record", seconds=10)
            bar += self.read(master, until=b" bad")
        self.read(master)
        process.wait()
        self.assertIn(b", 1 record, 0 bad", bar)

    def test_ctrl_c(self):
        read, write = os.pipe()
        process, master = self.start("audit", "-", stdin=read)
        os.write(write, text(GOOD[:50]))
        self.read(master, until=b"records")
        process.send_signal(signal.SIGINT)
        shown = self.read(master).decode()
        self.assertEqual(process.wait(), 3)
        self.assertIn("Partial, interrupted", shown)
        os.close(read)
        os.close(write)


if __name__ == "__main__":
    unittest.main()
