"""What stops a run from writing, or reading to the end: it is told, and the rest is whole."""

import json
import os
import resource
import signal
import subprocess
import time
import unittest

import beside
from outputs_of_runs import Folder, finished
from support import BAD, GOOD, LEADSCAN, text, until_read, without_run


class Streams(Folder):
    """Standard streams that are closed, full, or left by who read them."""

    def shell(self, command):
        done = subprocess.run(["bash", "-c", command.replace("L ", LEADSCAN + " ")],
                              cwd=self.folder, capture_output=True)
        return done.returncode, done.stdout, done.stderr.decode()

    def test_standard_error_changes_nothing(self):
        for args in ["check in none", "audit in none", "extract -f line in none", "audit --wrong", "",
                     "check in", "audit --html x --sqlite x in", "audit --quarantine none/q in"]:
            code, out, _ = self.shell("L " + args)
            for stream in ["2>&-", "2>/dev/full", "2> >(true)"]:
                self.assertEqual(self.shell("L %s %s" % (args, stream))[:2], (code, out),
                                 (args, stream))

    def test_standard_output_closed(self):
        for args in ["check in", "audit in", "extract in", "find --ds-id=AAAAA-000000 in", "gen",
                     "--help", "--version", "--man", "audit --json in"]:
            code, _, err = self.shell("L %s >&-" % args)
            self.assertEqual(code, 3, args)
            self.assertIn("standard output: ", err)
        self.assertEqual(self.shell("L check -q in >&-")[0], 1)
        self.assertEqual(self.shell("L extract -o x in >&-")[0], 0)

    def test_no_file_gets_the_number_of_a_stream(self):
        for streams in [">&-", "<&-", "2>&-", "<&- >&- 2>&-"]:
            expected = self.leadscan("check", "--quarantine", "q0", "in")
            code = self.shell("L check --quarantine q --jobs=1 in none %s" % streams)[0]
            self.assertEqual(code, 3, streams)
            self.assertEqual(self.read("q"), self.read("q0"))
            code = self.shell("L audit --html h --sqlite s --quarantine q in %s" % streams)[0]
            self.assertEqual(code, 3 if ">&- " in streams + " " and streams != "2>&-" else 1, streams)
            self.assertTrue(finished(self.path("h")) and finished(self.path("s")))
            self.assertEqual(self.read("q"), self.read("q0"))
        self.assertEqual(expected[0], 1)

    def test_standard_input_closed(self):
        code, _, err = self.shell("L check - <&-")
        self.assertEqual(code, 3)
        self.assertIn("leadscan: -: Bad file descriptor", err)

    def test_a_reader_that_goes_away(self):
        self.write("big", text(GOOD * 100))
        for args in ["check big", "extract big", "find --code=201 big", "gen -n 100000",
                     "audit --html h --sqlite s --quarantine q in big"]:
            code, _, err = self.shell("set -o pipefail; L %s | true" % args)
            self.assertEqual((code, err), (3, "leadscan: standard output: Broken pipe\n"), args)
        self.assertTrue(finished(self.path("h")) and finished(self.path("s")))
        self.assertEqual(self.read("q").count(b'"verdict"'), len(BAD))
        self.assertFalse([n for n in self.files() if "partial" in n])

    def test_a_reader_of_a_fifo_that_goes_away(self):
        self.write("big", text(GOOD * 100))
        os.mkfifo(self.path("fifo"))
        process = subprocess.Popen([LEADSCAN, "extract", "-o", "fifo", "big"], cwd=self.folder,
                                   stderr=subprocess.PIPE)
        with open(self.path("fifo"), "rb") as fifo:
            fifo.read(100)
        err = process.communicate(timeout=60)[1]
        self.assertEqual((process.returncode, err), (3, b"leadscan: fifo: Broken pipe\n"))

    def test_a_stream_that_does_not_wait(self):
        self.write("big", text(GOOD * 10))
        read, write = os.pipe()
        os.set_blocking(write, False)
        process = subprocess.Popen([LEADSCAN, "extract", "big"], cwd=self.folder, stdout=write)
        os.close(write)
        time.sleep(0.3)  # the pipe is full
        with open(read, "rb") as pipe:
            self.assertEqual(pipe.read(), self.leadscan("extract", "big")[1])
        self.assertEqual(process.wait(), 0)


class NoRoom(Folder):
    """Each output that cannot be written whole is named; the others are whole."""

    def limited(self, size, *args):
        # With what ulimit -f does by default: a signal.
        return subprocess.run([LEADSCAN, *args], cwd=self.folder, capture_output=True,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE,
                                                                    (size, size)))

    def test_a_limit(self):
        self.write("big", text(GOOD * 100 + BAD * 2000))
        expected = self.leadscan("audit", "--json", "--now=2026-01-01", "big")[1]
        for size in [0, 10, 4096, 30000]:
            for args in [["--html"], ["--sqlite"], ["--quarantine"]]:
                done = self.limited(size, "audit", "--json", "--now=2026-01-01", *args, "x", "big")
                self.assertEqual((done.returncode, without_run(done.stdout)), (3, expected), (size, args))
                self.assertRegex(done.stderr.decode(), r"leadscan: x: \w+")
                self.assertEqual(self.files(), ["big", "in"] + ["x"] * (args == ["--quarantine"]))
                if args == ["--quarantine"]:
                    os.remove(self.path("x"))
            for args in [["extract", "-o"], ["extract", "--format=sqlite", "-o"], ["gen", "-n5000", "-o"]]:
                done = self.limited(size, *args, "x", *(["big"] if args[0] != "gen" else []))
                self.assertEqual((done.returncode, done.stdout), (3, b""), (size, args))
                self.assertRegex(done.stderr.decode(), r"leadscan: x: \w+")
                self.assertFalse([n for n in self.files() if "partial" in n])
                if "x" in self.files():
                    os.remove(self.path("x"))

    def test_all_are_named(self):
        done = self.limited(2000, "audit", "--json", "--html", "h", "--sqlite", "s",
                            "--quarantine", "/dev/full", "in")
        self.assertEqual(done.returncode, 3)
        self.assertEqual(json.loads(done.stdout)["records"], 54)
        self.assertEqual([line.split(":")[1] for line in done.stderr.decode().splitlines()],
                         [" s", " h", " /dev/full"])
        self.assertEqual(self.files(), ["in"])

    def test_standard_output_full(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([LEADSCAN, "audit", "--html", "h", "--sqlite", "s", "--quarantine",
                                   "q", "in"], cwd=self.folder, stdout=full, stderr=subprocess.PIPE)
        self.assertEqual((done.returncode, done.stderr),
                         (3, b"leadscan: standard output: No space left on device\n"))
        self.assertTrue(finished(self.path("h")) and finished(self.path("s")))
        with open("/dev/full", "wb") as full:
            done = subprocess.run([LEADSCAN, "check", "--quarantine", "q2", "in"], cwd=self.folder,
                                  stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 3)
        self.assertEqual(self.read("q2"), self.read("q"))

    def test_nothing_is_read_for_nothing(self):
        """Once no output is left: the end of standard input is not waited for, not even by a
        thread that was already waiting when another one noticed."""
        for size in [50 * len(text(GOOD)), (1 << 20) + 1000, (2 << 20) + 1000]:
            with open("/dev/full", "wb") as full:
                process = subprocess.Popen([LEADSCAN, "extract", "-j2", "-"], stdin=subprocess.PIPE,
                                           stdout=full, stderr=subprocess.PIPE)
            try:
                process.stdin.write(text(GOOD * 50)[:size])
                process.stdin.flush()
            except BrokenPipeError:
                pass  # it has ended already
            try:
                self.assertEqual(process.wait(60), 3, size)
            finally:
                process.kill()
            self.assertEqual(process.stderr.read(),
                             b"leadscan: standard output: No space left on device\n")
            process.stderr.close()
            try:
                process.stdin.close()
            except BrokenPipeError:
                pass

    def test_a_quarantine_that_lacks_what_a_checkpoint_counts_on(self):
        args = ["audit", "--checkpoint", "c", "--quarantine", "q", "in"]
        self.assertEqual(self.leadscan(*args)[0], 1)
        self.write("q", b"")
        self.refused(args, "q is shorter than what it goes with; remove the checkpoint")


class Signals(Folder):
    def test_a_terminal_that_goes_away(self):
        for name, code in [("SIGHUP", 3), ("SIGTERM", 3), ("SIGINT", 3)]:
            process = subprocess.Popen([LEADSCAN, "audit", "--json", "--html", "h", "--sqlite", "s",
                                        "-"], cwd=self.folder, stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            process.stdin.write(text(GOOD[:10]))
            process.stdin.flush()
            until_read(process)
            process.send_signal(getattr(signal, name))
            out = process.stdout.read()  # and ends, with its standard input still open
            _, err = process.communicate(timeout=60)
            self.assertEqual(process.returncode, code, name)
            self.assertTrue(json.loads(out)["partial"])
            self.assertIn(b"interrupted", err)
            self.assertTrue(finished(self.path("h")) and finished(self.path("s")))
            self.assertEqual(self.files(), ["h", "in", "s"])

    def test_nohup(self):
        process = subprocess.Popen(["nohup", LEADSCAN, "audit", "--json", "-"], cwd=self.folder,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        process.stdin.write(text(GOOD[:10]))
        process.stdin.flush()
        until_read(process)
        process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        out, _ = process.communicate(text(GOOD[10:20]), timeout=60)
        self.assertEqual((process.returncode, json.loads(out)["records"]), (0, 20))


class Cut(Folder):
    """An input that becomes shorter while it is read."""

    def cut(self, args, size, keep):
        """Runs while standard output takes nothing, which is when the file is cut to `keep`."""
        data = (text(GOOD) * (size // len(text(GOOD)) + 1))[:size]
        data = data[:data.rfind(b"\n") + 1]
        path = self.write("log", data)
        process = subprocess.Popen([LEADSCAN, *args, path], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        time.sleep(0.5)  # it has filled the pipe, and waits
        line = data.rfind(b"\n", 0, keep) + 1
        os.truncate(path, line)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err.decode(), line

    def test_cut_at_a_lines_end(self):
        for args in [["check", "-j1"], ["extract", "-f", "offset,length", "-j1"],
                     ["check", "-j1", "--records=json"]]:
            code, out, err, _ = self.cut(args, 40 << 20, 39 << 20)
            self.assertEqual(code, 3, args)
            self.assertRegex(err, "^leadscan: .*/log: it was cut while it was read")
            self.assertNotIn(b"truncated", out)

    def test_cut_where_chunks_are_left_in_the_file(self):
        """check -q: who judges a chunk reads it, later than its place was found."""
        data = text(GOOD * 100)
        for keep in [len(data) * 19, len(data) * 19 + 50]:
            path = self.write("log", data * 20)
            for _ in range(50):
                process = subprocess.Popen([LEADSCAN, "check", "-q", "-j2", path],
                                           stderr=subprocess.PIPE)
                at = 0
                while process.poll() is None and at == 0:
                    at = self.position(process.pid, path)
                process.send_signal(signal.SIGSTOP)
                at = self.position(process.pid, path)
                reached = 0 < at < keep
                if reached:
                    os.truncate(path, keep)
                process.send_signal(signal.SIGCONT)
                err = process.communicate(timeout=60)[1].decode()
                if reached:
                    break
            self.assertTrue(reached)
            self.assertEqual(process.returncode, 3)
            self.assertRegex(err, "^leadscan: .*/log: it was cut while it was read.*\n$")

    def position(self, pid, path):
        """How far a process is in a file; 0 if it does not have it open."""
        try:
            for fd in os.listdir("/proc/%d/fd" % pid):
                if os.readlink("/proc/%d/fd/%s" % (pid, fd)) == path:
                    with open("/proc/%d/fdinfo/%s" % (pid, fd)) as info:
                        return int(info.readline().split()[1])
        except OSError:
            pass  # it has just ended, or closed the file
        return 0


if __name__ == "__main__":
    beside.main()
