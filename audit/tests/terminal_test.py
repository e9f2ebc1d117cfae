"""What is for people: colours, width, the progress bar. None of it in a pipe."""

import fcntl
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
