"""What is written where: nothing of anybody else's, nothing twice, and what stops it is told."""

import fcntl
import json
import os
import resource
import signal
import sqlite3
import stat
import subprocess
import time
import unittest

from support import BAD, GOOD, LEADSCAN, Case, run, text, until_read

REPLACED = [["audit", "--html"], ["audit", "--sqlite"], ["extract", "--format=sqlite", "-o"]]
IN_PLACE = [["check", "--quarantine"], ["audit", "--quarantine"], ["extract", "-o"]]


def finished(path):
    """Whether a report that is whole stands there."""
    with open(path, "rb") as file:
        data = file.read()
    if data.startswith(b"SQLite format 3\0"):
        with sqlite3.connect(path) as database:
            return database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return data.startswith(b"<!-- leadscan: audit report -->\n<!DOCTYPE html>")


class Folder(Case):
    def setUp(self):
        super().setUp()
        self.input = self.write("in", text(GOOD[:50] + BAD))

    def leadscan(self, *args, **kw):
        return run(*args, cwd=self.folder, **kw)

    def files(self):
        return sorted(os.listdir(self.folder))

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def killed(self, *args):
        """What a run leaves that is killed while it waits for its standard input."""
        process = subprocess.Popen([LEADSCAN, *args, "-"], cwd=self.folder, stdin=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL)
        process.stdin.write(text(GOOD))
        process.stdin.flush()
        until_read(process)
        process.send_signal(signal.SIGKILL)
        process.communicate()

    def refused(self, args, why):
        """Exit code 2, and no file is changed or made."""
        before = {name: self.read(name) for name in self.files() if os.path.isfile(self.path(name))}
        names = self.files()
        code, out, err = self.leadscan(*args)
        self.assertEqual((code, out), (2, b""), (args, err))
        self.assertIn(why, err.decode(), args)
        self.assertEqual(self.files(), names, args)
        self.assertEqual({name: self.read(name) for name in before}, before, args)


class Partial(Folder):
    """FILE.partial: whose it is."""

    def test_an_input_of_that_name(self):
        self.write("x.partial", text(GOOD))
        for args in REPLACED:
            self.refused([*args, "x", "x.partial"], "read and written at once")
            self.refused([*args, "./x", self.path("x.partial")], "read and written at once")
        for name in ["x-journal", "x-wal", "x.partial-journal", "x.partial-wal", "x.partial-shm"]:
            self.write(name, text(GOOD))
            self.refused(["audit", "--sqlite", "x", name], "read and written at once")
        for name in ["c-wal", "c-shm", "c-journal"]:
            self.write(name, text(GOOD))
            self.refused(["audit", "--checkpoint", "c", name], "read and written at once")

    def test_somebody_elses(self):
        for args in REPLACED:
            for content in [b"my notes\n", b"<!DOCTYPE html>" + b" " * 100, b"SQLite format 3\0" + b"\0" * 4080]:
                self.write("x.partial", content)
                self.refused([*args, "x", "in"], "x.partial: not left behind by leadscan")
            os.remove(self.path("x.partial"))
            # A copy of what was finished is somebody's, too.
            self.leadscan(*args, "x", "in")
            os.rename(self.path("x"), self.path("x.partial"))
            self.refused([*args, "x", "in"], "x.partial: not left behind by leadscan")
            os.remove(self.path("x.partial"))

    def test_what_is_no_plain_file(self):
        victim = self.write("victim", b"precious")
        for args in REPLACED:
            for make in [lambda at: os.symlink(victim, at), lambda at: os.link(victim, at),
                         lambda at: os.symlink(self.path("none"), at), os.mkfifo, os.mkdir]:
                make(self.path("x.partial"))
                self.refused([*args, "x", "in"], "x.partial: ")
                if os.path.isdir(self.path("x.partial")):
                    os.rmdir(self.path("x.partial"))
                else:
                    os.remove(self.path("x.partial"))
        # An empty one passes for ours; a second name of somebody's file does not.
        self.write("victim", b"")
        os.link(victim, self.path("x.partial"))
        self.refused(["audit", "--html", "x", "in"], "not left behind by leadscan")

    def test_a_stale_one_is_replaced(self):
        for args in REPLACED:
            for make in [lambda: self.killed(*args, "x"), lambda: self.write("x.partial", b"")]:
                make()
                self.assertIn("x.partial", self.files())
                code, _, err = self.leadscan(*args, "x", "in")
                self.assertIn(code, (0, 1), err)
                self.assertNotIn("x.partial", self.files())
                self.assertTrue(finished(self.path("x")))
                os.remove(self.path("x"))

    def test_it_is_not_read(self):
        """In a folder that is read, nothing of the run is an input, of the run before neither."""
        os.mkdir(self.path("d"))
        self.write("d/a", text(GOOD))
        for args in [["audit", "--sqlite", "r.db"], ["audit", "--html", "r.html"],
                     ["check", "-q", "--quarantine", "q"],
                     ["audit", "--sqlite", "r.db", "--html", "r.html", "--quarantine", "q"],
                     ["extract", "--format=sqlite", "-o", "e.db"]]:
            self.killed(*args)
            for name in self.files():
                if os.path.isfile(self.path(name)) and name != "in":
                    os.rename(self.path(name), self.path("d/" + name))
            for _ in range(3):  # the first time over what was killed, then over what was finished
                code, _, err = run(*args, ".", cwd=self.path("d"))
                self.assertEqual(code, 0, err)
                self.assertFalse([n for n in os.listdir(self.path("d")) if "partial" in n])
            if "--sqlite" in args:
                with sqlite3.connect(self.path("d/r.db")) as database:
                    self.assertEqual(database.execute("SELECT path, records FROM files").fetchall(),
                                     [("./a", 400)])
            for name in os.listdir(self.path("d")):
                if name != "a":
                    os.remove(self.path("d/" + name))

    def test_a_log_in_the_folder_is_not_written(self):
        self.write("d/log", text(GOOD))
        for args in [*REPLACED, *IN_PLACE, ["audit", "--checkpoint"]]:
            code, out, err = self.leadscan(*args, "d/log", "d")
            self.assertEqual((code, out), (2, b""), args)
            self.assertIn(b"d/log: cannot be read and written at once", err)
            self.assertEqual((os.listdir(self.path("d")), self.read("d/log")),
                             (["log"], text(GOOD)))

    def test_checkpointed_runs_in_their_own_folder(self):
        for i in range(30):
            self.write("log%02d" % i, text(GOOD[:300] + BAD))
        args = [LEADSCAN, "audit", "--json", "--now=2026-01-01", "--checkpoint", "c",
                "--checkpoint-interval=0", "--sqlite", "r.db", "--quarantine", "q", "."]
        plain = run("audit", "--json", "--now=2026-01-01", ".", cwd=self.folder)
        for seconds in [0.01, 0.02, 0.05, 0.1, 0.2]:
            process = subprocess.Popen(args, cwd=self.folder, stdout=subprocess.DEVNULL)
            time.sleep(seconds)
            process.kill()
            process.wait()
        for _ in range(2):
            done = subprocess.run(args, cwd=self.folder, capture_output=True)
            self.assertEqual((done.returncode, done.stdout), plain[:2], done.stderr)

    def test_files_beside_the_database(self):
        """SQLite goes by their names: it would roll them back into the new one, or remove them."""
        for args in [["audit", "--sqlite"], ["extract", "--format=sqlite", "-o"]]:
            for name, why in [("x.partial-journal", "not left behind"), ("x.partial-wal", "spoil"),
                              ("x-wal", "spoil"), ("x-journal", "spoil")]:
                self.write(name, b"important" * 100)
                self.refused([*args, "x", "in"], name + ": ")
                self.refused([*args, "x", "in"], why)
                os.remove(self.path(name))
        for suffix in ["-wal", "-shm", "-journal"]:
            self.write("c" + suffix, text(GOOD))
            for path in ["in", "."]:
                self.refused(["audit", "--checkpoint", "c", path], "c%s: not left" % suffix)
            os.remove(self.path("c" + suffix))


class SameFile(Folder):
    """Two outputs that are one file, by whatever names."""

    def test_names(self):
        os.mkdir(self.path("sub"))
        os.symlink("sub", self.path("linked"))
        os.symlink("x", self.path("link"))  # to what is not there yet
        os.symlink("link", self.path("link2"))
        os.symlink("sub/y", self.path("far"))
        audit = [("--html", "--sqlite"), ("--html", "--quarantine"), ("--sqlite", "--quarantine"),
                 ("--checkpoint", "--html"), ("--checkpoint", "--quarantine"),
                 ("--sqlite", "--checkpoint")]
        for one, two in audit:
            for names in [("x", self.path("x")), ("x", "./x"), ("x", "sub/../x"), ("x", "link"),
                          ("link2", "x"), ("sub/y", "linked/y"), ("far", "linked/../sub/y")]:
                for a, b in [names, names[::-1]]:
                    self.refused(["audit", one, a, two, b, "in"], "two outputs would write it")
        for args in [["--html", "x", "--sqlite", "x.partial"], ["--html", "x.partial", "--sqlite", "x"],
                     ["--sqlite", "x", "--quarantine", "x.partial-journal"],
                     ["--sqlite", "x", "--quarantine", "x-journal"],
                     ["--sqlite", "x", "--quarantine", "x-wal"],
                     ["--checkpoint", "c", "--quarantine", "c-wal"],
                     ["--checkpoint", "c", "--sqlite", "c-shm"],
                     ["--checkpoint", "link", "--html", "x-journal"]]:
            self.refused(["audit", *args, "in"], "two outputs would write it")

    def test_hard_links(self):
        self.write("a", b"a")
        os.link(self.path("a"), self.path("b"))
        self.refused(["audit", "--html", "a", "--quarantine", "b", "in"], "two outputs would write it")

    def test_standard_streams(self):
        for args, stream in [
                (["check", "--quarantine", "x", "in"], "stdout"), (["audit", "--html", "x", "in"], "stdout"),
                (["audit", "--sqlite", "x", "in"], "stdout"), (["audit", "--checkpoint", "x", "in"], "stdout"),
                (["check", "-q", "--quarantine", "x", "in"], "stderr"),
                (["extract", "-o", "x", "in"], "stderr")]:
            with open(self.path("x"), "wb") as out:
                out.write(b"before\n")
                out.flush()
                done = subprocess.run([LEADSCAN, *args], cwd=self.folder, **{
                    "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: out})
            self.assertEqual(done.returncode, 2, args)
            if stream == "stdout":
                self.assertEqual(self.read("x"), b"before\n")
                self.assertIn(b"two outputs would write it", done.stderr)
        # By another name of it.
        with open(self.path("y"), "wb") as out:
            done = subprocess.run([LEADSCAN, "check", "--quarantine", "/dev/stdout", "in"],
                                  cwd=self.folder, stdout=out, stderr=subprocess.PIPE)
        self.assertEqual((done.returncode, self.read("y")), (2, b""))

    def test_what_may_be_shared(self):
        self.assertEqual(self.leadscan("audit", "--quarantine", "/dev/null", "in")[0], 1)
        with open("/dev/null", "wb") as null:
            done = subprocess.run([LEADSCAN, "check", "--quarantine", "/dev/null", self.input],
                                  stdout=null, stderr=null)
        self.assertEqual(done.returncode, 1)
        code, out, _ = self.leadscan("extract", "-o", "/dev/stdout", "in")
        self.assertEqual((code, out), (0, self.leadscan("extract", "in")[1]))
        with open(self.path("both"), "wb") as both:
            done = subprocess.run([LEADSCAN, "check", self.input, "none"], stdout=both, stderr=both)
        self.assertEqual(done.returncode, 3)


class TwoRuns(Folder):
    """The second one on an output is refused, and the first one is none the worse."""

    def test_two_runs(self):
        outputs = [*REPLACED, *IN_PLACE, ["audit", "--checkpoint"]]
        for first in outputs:
            name = "x-" + first[-1].strip("-") + first[0]
            os.mkfifo(self.path("slow"))
            # Standard input does not go with a checkpoint.
            # With one thread, all of `in` is done when the other is opened.
            process = subprocess.Popen([LEADSCAN, *first, name, "--jobs=1", "in", "slow"],
                                       cwd=self.folder, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.PIPE)
            with open(self.path("slow"), "wb") as slow:  # it has all its files now
                for second in outputs:
                    # Who replaces a file does not know of one who will write it in place.
                    if (first in REPLACED) != (second in REPLACED):
                        continue
                    before = {n: self.read(n) for n in self.files() if n != "slow"}
                    code, out, err = self.leadscan(*second, name, "in")
                    self.assertEqual((code, out), (2, b""), (first, second))
                    self.assertIn(b": another run of leadscan is writing it", err)
                    self.assertEqual({n: self.read(n) for n in self.files() if n != "slow"}, before)
                slow.write(text(GOOD[50:60]))
            err = process.communicate()[1]
            self.assertIn(process.returncode, (0, 1), (first, err))
            self.assertNotEqual(self.read(name), b"")
            os.remove(self.path("slow"))
            # And then it is free.
            again = name if first[-1] != "--checkpoint" else name + "2"
            self.assertIn(self.leadscan(*first, again, "in")[0], (0, 1))
            self.assertFalse([n for n in self.files() if "partial" in n])

    def test_nothing_is_written_before_all_is_free(self):
        self.write("q", b"old")
        with open(self.path("x"), "wb") as locked:
            fcntl.flock(locked, fcntl.LOCK_EX)
            self.refused(["audit", "--quarantine", "q", "--html", "x", "in"], "x: another run")
            self.refused(["audit", "--quarantine", "new", "--sqlite", "x", "in"], "x: another run")
            self.refused(["audit", "--sqlite", "y", "--html", "x", "in"], "x: another run")
            self.refused(["audit", "--checkpoint", "c", "--sqlite", "y", "--html", "x", "in"],
                         "x: another run")

    def test_many_at_once(self):
        """However they race, what stands there in the end is whole, and nothing else is left."""
        for args in [["audit", "--sqlite", "x", "in"], ["audit", "--html", "x", "in"]]:
            codes = []
            for _ in range(10):
                runs = [subprocess.Popen([LEADSCAN, *args], cwd=self.folder,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                        for _ in range(4)]
                codes += [process.wait() for process in runs]
            self.assertTrue(set(codes) <= {1, 2}, codes)
            self.assertGreaterEqual(codes.count(1), 10)
            self.assertTrue(finished(self.path("x")))
            self.assertEqual(self.files(), ["in", "x"])


class Rights(Folder):
    def mode(self, name):
        return stat.S_IMODE(os.stat(self.path(name)).st_mode)

    def test_rights_stay(self):
        os.umask(0o022)
        for args in [*REPLACED, *IN_PLACE]:
            for mode in [0o600, 0o640, 0o666, 0o400]:
                if mode == 0o400 and args in IN_PLACE:
                    continue
                self.write("x", b"")
                os.chmod(self.path("x"), mode)
                self.assertIn(self.leadscan(*args, "x", "in")[0], (0, 1))
                self.assertEqual(self.mode("x"), mode, args)
                os.remove(self.path("x"))
            self.leadscan(*args, "x", "in")
            self.assertEqual(self.mode("x"), 0o644, args)
            os.remove(self.path("x"))

    def test_rights_come_before_the_content(self):
        for args in REPLACED:
            self.write("x", b"")
            os.chmod(self.path("x"), 0o600)
            process = subprocess.Popen([LEADSCAN, *args, "x", "-"], cwd=self.folder,
                                       stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
            process.stdin.write(text(GOOD[:10]))
            process.stdin.flush()
            until_read(process)
            self.assertEqual(self.mode("x.partial"), 0o600)
            process.communicate()

    def test_owner_stays(self):
        for args in REPLACED:
            self.write("x", b"")
            try:
                os.chown(self.path("x"), 12345, 23456)
            except OSError as error:
                self.skipTest("files cannot be given away here: %s" % error)
            # Also over what a killed run left, which has them too.
            self.killed(*args, "x")
            self.leadscan(*args, "x", "in")
            status = os.stat(self.path("x"))
            self.assertFalse("x.partial" in self.files())
            self.assertEqual((status.st_uid, status.st_gid), (12345, 23456))
            os.remove(self.path("x"))


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
                self.assertEqual((done.returncode, done.stdout), (3, expected), (size, args))
                self.assertRegex(done.stderr.decode(), r"leadscan: x(\.partial)?: \w+")
                self.assertEqual(self.files(), ["big", "in"] + ["x"] * (args == ["--quarantine"]))
                if args == ["--quarantine"]:
                    os.remove(self.path("x"))
            for args in [["extract", "-o"], ["extract", "--format=sqlite", "-o"], ["gen", "-n5000", "-o"]]:
                done = self.limited(size, *args, "x", *(["big"] if args[0] != "gen" else []))
                self.assertEqual((done.returncode, done.stdout), (3, b""), (size, args))
                self.assertRegex(done.stderr.decode(), r"leadscan: x(\.partial)?: \w+")
                self.assertFalse([n for n in self.files() if "partial" in n])
                if "x" in self.files():
                    os.remove(self.path("x"))

    def test_all_are_named(self):
        done = self.limited(2000, "audit", "--json", "--html", "h", "--sqlite", "s",
                            "--quarantine", "/dev/full", "in")
        self.assertEqual(done.returncode, 3)
        self.assertEqual(json.loads(done.stdout)["records"], 54)
        self.assertEqual([line.split(":")[1] for line in done.stderr.decode().splitlines()],
                         [" s", " h.partial", " /dev/full"])
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
        """Once no output is left: the end of standard input is not waited for."""
        with open("/dev/full", "wb") as full:
            process = subprocess.Popen([LEADSCAN, "extract", "-"], stdin=subprocess.PIPE, stdout=full,
                                       stderr=subprocess.PIPE)
            try:
                process.stdin.write(text(GOOD * 50))
                process.stdin.flush()
            except BrokenPipeError:
                pass  # it has ended already
            err = process.stderr.read()
        self.assertEqual((process.wait(60), err),
                         (3, b"leadscan: standard output: No space left on device\n"))
        try:
            process.communicate()
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


class Checkpoint(Folder):
    def test_what_is_no_checkpoint(self):
        with sqlite3.connect(self.path("places")) as database:
            database.execute("CREATE TABLE bookmarks(x)")
        self.refused(["audit", "--checkpoint", "places", "in"], "places: it is something else")
        self.refused(["audit", "--checkpoint", ".", "in"], ".: it is something else")
        self.write("text", b"no database" * 100)
        self.refused(["audit", "--checkpoint", "text", "in"], "checkpoint: ")
        # SQLite would take these for something else than files.
        for name in [":memory:", "file:x?mode=memory"]:
            self.assertEqual(self.leadscan("audit", "--checkpoint", name, "in")[0], 1)
            self.assertIn(name, self.files())


class Folders(Folder):
    def test_an_inherited_variable(self):
        """BUILD_WORKING_DIRECTORY is for programs that `bazel run` started in their runfiles."""
        os.mkdir(self.path("other"))
        env = dict(os.environ, BUILD_WORKING_DIRECTORY=self.path("other"),
                   BUILD_WORKSPACE_DIRECTORY=self.path("other"))
        code, _, err = self.leadscan("extract", "-o", "x", "in", env=env)
        self.assertEqual((code, err, self.files()), (0, b"", ["in", "other", "x"]))
        # As bazel run has it.
        runfiles = LEADSCAN + ".runfiles/here"
        program = os.path.realpath(LEADSCAN)
        copy = self.path("leadscan")
        with open(program, "rb") as file:
            self.write("leadscan", file.read())
        os.chmod(copy, 0o755)
        runfiles = copy + ".runfiles/main"
        os.makedirs(runfiles)
        self.write("other/in", text(GOOD[:3]))
        done = subprocess.run([copy, "extract", "-o", "y", "in"], cwd=runfiles, env=env,
                              capture_output=True)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(sorted(os.listdir(self.path("other"))), ["in", "y"])
        done = subprocess.run([copy, "gen"], cwd=runfiles, capture_output=True,
                              env=dict(env, BUILD_WORKING_DIRECTORY=self.path("none")))
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(b"BUILD_WORKING_DIRECTORY: ", done.stderr)


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
    unittest.main()
