"""What is written where: nothing of anybody else's, nothing twice."""

import fcntl
import os
import re
import sqlite3
import stat
import subprocess
import time
import unittest

import beside
from outputs_of_runs import IN_PLACE, REPLACED, Folder, finished
from support import BAD, GOOD, LEADSCAN, run, text, until_read, without_run


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
            self.assertEqual((done.returncode, without_run(done.stdout)), plain[:2], done.stderr)

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


class Existing(Folder):
    """An output that exists: leadscan's own is replaced, somebody else's with --force only."""

    def replaced(self, *args):
        code, _, err = self.leadscan(*args)
        self.assertIn(code, (0, 1), (args, err))
        self.assertEqual(err, b"", args)

    def test_somebody_elses(self):
        for args in [*REPLACED, *IN_PLACE, ["extract", "--format=ndjson", "-o"]]:
            for content in [b"my notes\n", text(GOOD), b"<!DOCTYPE html>", b"{}", b"{\"file\":\"a\"}\n",
                            b"SQLite format 3\0" + b"\0" * 4080, b"a,b\r\n1,2\r\n", b"\n"]:
                self.write("x", content)
                self.refused([*args, "x", "in"], "x: there is something that is not known to be leadscan's")
                self.refused([*args, "x", "in"], "--force")
            self.replaced(*args, "x", "in", "--force")
            self.assertNotIn(b"my notes", self.read("x"))
            os.remove(self.path("x"))

    def test_its_own(self):
        """The same command again, as cron has it, and other inputs."""
        other = self.write("other", text(GOOD[50:60] + BAD))
        for args in [*REPLACED, *IN_PLACE, ["extract", "--presence", "--fields=line,traceId", "-o"]]:
            self.replaced(*args, "x", "in")
            self.replaced(*args, "x", "in")
            before = self.read("x")
            self.replaced(*args, "x", other)
            self.assertNotEqual(self.read("x"), before, args)
            self.write("x", b"")
            self.replaced(*args, "x", "in")
            os.remove(self.path("x"))

    def test_all_are_tested(self):
        """What the help says is written."""
        told = re.findall(r"^ +(--[a-z]+) FILE", run("audit", "--help")[1].decode(), re.M)
        self.assertEqual(sorted(told), sorted([args[1] for args in [*REPLACED, *IN_PLACE] if args[0] == "audit"] +
                                              ["--checkpoint"]))

    def test_of_another_kind(self):
        outputs = [*[args for args in REPLACED if args[0] == "audit"], ["check", "--quarantine"], ["extract", "-o"]]
        for first in outputs:
            self.replaced(*first, "x", "in")
            for second in outputs:
                if second != first:
                    self.refused([*second, "x", "in"], "x: there is something")
            os.remove(self.path("x"))
        # Other columns are another table.
        self.replaced("extract", "-o", "x", "in")
        self.refused(["extract", "--fields=line", "-o", "x", "in"], "x: there is something")
        self.refused(["extract", "--presence", "-o", "x", "in"], "x: there is something")

    def test_what_has_no_mark(self):
        for args in [["gen", "-n2"], ["extract", "--format=ndjson", "in"]]:
            self.replaced(*args, "-o", "x")
            self.refused([*args, "-o", "x"], "x: there is something")
            self.replaced(*args, "-o", "x", "--force")
            self.write("x", b"")
            self.replaced(*args, "-o", "x")
            os.remove(self.path("x"))

    def test_what_force_does_not_do(self):
        self.write("x.partial", b"my notes\n")
        self.refused(["audit", "--force", "--html", "x", "in"], "x.partial: not left behind by leadscan")
        self.refused(["audit", "--force", "--html", "in", "in"], "read and written at once")
        self.write("c", b"no database" * 100)
        self.refused(["audit", "--force", "--checkpoint", "c", "in"], "checkpoint: ")

    def test_nothing_else_is_written(self):
        """Neither what is free nor what is beside it, if one output is somebody's."""
        self.write("x", b"my notes\n")
        for args in [["audit", "--html", "new", "--sarif", "x"], ["audit", "--sarif", "x", "--sqlite", "new"],
                     ["audit", "--quarantine", "x", "--html", "new"]]:
            self.refused([*args, "in"], "x: there is something")

    def test_links_and_devices(self):
        self.write("x", b"my notes\n")
        os.symlink("x", self.path("link"))
        self.refused(["extract", "-o", "link", "in"], "link: there is something")
        self.replaced("extract", "-o", "/dev/null", "in")

    def test_messages_name_the_output(self):
        """Not what it is called while it is written."""
        os.mkdir(self.path("d"))
        for args in REPLACED:
            self.write("x", b"")
            with open(self.path("x"), "rb") as locked:
                fcntl.flock(locked, fcntl.LOCK_EX)
                err = self.leadscan(*args, "x", "in")[2].decode()
            self.assertIn("x: another run of leadscan is writing it", err)
            self.assertNotIn(".partial", err)
            os.remove(self.path("x"))
            self.write("x.partial", b"")
            with open(self.path("x.partial"), "rb") as locked:
                fcntl.flock(locked, fcntl.LOCK_EX)
                err = self.leadscan(*args, "x", "in")[2].decode()
            self.assertIn("leadscan: x: another run of leadscan is writing it", err)
            os.remove(self.path("x.partial"))
            err = self.leadscan(*args, "none/x", "in")[2].decode()
            self.assertIn("none/x: No such file", err)
            self.assertNotIn(".partial", err)
            done = subprocess.run(["bash", "-c", 'ulimit -f 0; "$@"', "-", LEADSCAN, *args, "x", "in"],
                                  cwd=self.folder, capture_output=True, text=True)
            self.assertEqual(done.returncode, 3, (args, done.stderr))
            self.assertRegex(done.stderr, "^leadscan: x: ")
            self.assertNotIn(".partial", done.stderr)
            self.assertEqual(self.files(), ["d", "in"])


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
            name = "x-" + "".join(first)
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

    def test_locked_for_a_moment(self):
        """As by a run that found FILE.partial just before it was put in its place."""
        for args in [["audit", "--sqlite"], ["audit", "--html"]]:
            self.write("x", b"")
            os.mkfifo(self.path("slow"))
            process = subprocess.Popen([LEADSCAN, *args, "x", "in", "slow"], cwd=self.folder,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            slow = open(self.path("slow"), "wb")  # it has looked at all its outputs now
            with open(self.path("x"), "rb") as old:
                fcntl.flock(old, fcntl.LOCK_EX)
                slow.close()
                time.sleep(0.5)
            self.assertEqual((process.wait(60), process.stderr.read()), (1, b""))
            process.stderr.close()
            self.assertTrue(finished(self.path("x")))
            for name in ["slow", "x"]:
                os.remove(self.path(name))

    def test_many_at_once(self):
        """However they race, what is there in the end is whole, and nothing else is left."""
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
            os.remove(self.path("x"))


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


if __name__ == "__main__":
    beside.main()
