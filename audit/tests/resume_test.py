"""Killed and resumed, interrupted."""

import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import time
import unittest

from support import BAD, BIG, GOOD, LEADSCAN, SANITIZED, Logs, killed_within, run, text, until_read, without_run


class Resume(Logs):
    def test_killed_and_resumed(self):
        args = ["audit", "--json", "--now=2026-01-01"]
        # Enough to be killed in the middle of it.
        self.sh("for i in $(seq 40); do cp d/0 d/copy$i; done; tar cf d/all.tar d/copy*")
        plain = run(*args, "--quarantine", self.path("q0"), self.path("d"))
        rng = random.Random(5)
        killed = 0
        for _ in range(50 if BIG else 4):
            for old in ["checkpoint", "checkpoint-wal", "checkpoint-shm", "q"]:
                if os.path.exists(self.path(old)):
                    os.remove(self.path(old))
            full = [LEADSCAN, *args, "--checkpoint", self.path("checkpoint"),
                    "--checkpoint-interval=1", "--quarantine",
                    self.path("q"), self.path("d")]
            for _ in range(3):
                killed += killed_within(full, rng.uniform(0.005, 0.12))
            done = subprocess.run(full, capture_output=True)
            self.assertEqual((done.returncode, without_run(done.stdout)), plain[:2])
            with open(self.path("q0"), "rb") as one, open(self.path("q"), "rb") as two:
                expected = one.read()
                self.assertEqual(two.read(), expected)
        self.assertGreater(killed, 3)

    def test_checkpoint_of_something_else(self):
        args = ["audit", "--checkpoint", self.path("checkpoint")]
        run(*args, self.path("d/0"))
        self.assertEqual(run(*args, self.path("d/5"))[0], 2)
        self.assertEqual(run("audit", "--checkpoint", self.path("c"), "-", stdin=b"")[0], 2)

    def test_damaged_checkpoint(self):
        args = ["audit", "--checkpoint", self.path("checkpoint"), self.write("a", text(GOOD))]
        run(*args)
        for change in ["UPDATE checkpoint SET state = substr(state, 1, 100)",
                       "UPDATE checkpoint SET state = zeroblob(10)",
                       "UPDATE checkpoint SET file = 7"]:
            with sqlite3.connect(self.path("checkpoint")) as database:
                old = database.execute("SELECT file, state FROM checkpoint").fetchall()[0]
                database.execute(change)
            code, out, err = run(*args)
            self.assertEqual((code, out), (2, b""))
            self.assertIn(b"damaged", err)
            with sqlite3.connect(self.path("checkpoint")) as database:
                database.execute("UPDATE checkpoint SET file = ?, state = ?", old)
        self.write("rubbish", b"no database" * 100)
        code, out, err = run("audit", "--checkpoint", self.path("rubbish"), self.path("a"))
        self.assertEqual((code, out), (2, b""))
        self.assertIn(b"checkpoint: ", err)

    def stopped_half_way(self):
        """A checkpoint of some of five files; the last is a pipe that nobody had written to yet.
        Its arguments, and the report that they should come to."""
        for number in range(4):
            self.write("e/%d" % number, text((GOOD + BAD * 9) * (number + 1)))
        os.mkfifo(self.path("pipe"))
        args = ["audit", "--json", "--now=2026-01-01", "--checkpoint", self.path("checkpoint"),
                "--checkpoint-interval=0", "--memory=100K", self.path("e"), self.path("pipe")]
        process = subprocess.Popen([LEADSCAN, *args], stdout=subprocess.DEVNULL)
        saved = 0
        until = time.monotonic() + 60
        while saved == 0 and time.monotonic() < until:
            time.sleep(0.02)
            try:
                with contextlib.closing(sqlite3.connect(self.path("checkpoint"))) as database:
                    saved, = database.execute("SELECT count(*) FROM checkpoint").fetchone()
            except (sqlite3.Error):
                pass
        self.assertEqual(saved, 1)
        process.kill()
        process.wait()
        return args, self.run_with_pipe(args[:3] + ["--memory=100K", *args[-2:]])

    def run_with_pipe(self, args):
        """Until the pipe's end, should it come so far."""
        process = subprocess.Popen([LEADSCAN, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while process.poll() is None:
            try:
                os.close(os.open(self.path("pipe"), os.O_WRONLY | os.O_NONBLOCK))
            except OSError:  # not open yet, or not any more
                pass
            try:
                out, err = process.communicate(timeout=0.01)
                break
            except subprocess.TimeoutExpired:
                pass
        else:
            out, err = process.communicate()
        return process.returncode, without_run(out), err

    def test_flipped_bits(self):
        """Anywhere in a checkpoint: it is refused, or nothing that counts was hit."""
        args, whole = self.stopped_half_way()
        self.assertEqual(whole[0], 1)
        names = [name for name in ["checkpoint", "checkpoint-wal"] if os.path.exists(self.path(name))]
        good = {}
        for name in names:
            with open(self.path(name), "rb") as file:
                good[name] = file.read()

        def run_with(changed):
            for name in ["checkpoint", "checkpoint-wal", "checkpoint-shm"]:
                if os.path.exists(self.path(name)):
                    os.remove(self.path(name))
            for name, data in {**good, **changed}.items():
                self.write(name, data)
            code, out, err = self.run_with_pipe(args)
            if code == 2:
                self.assertEqual(out, b"")
                self.assertRegex(err.decode(), "leadscan: checkpoint: .*(damaged|another|no checkpoint)")
                return 1
            self.assertEqual((code, out, err), whole)
            return 0

        self.assertEqual(run_with({}), 0)
        rng = random.Random(4)
        for name in names:
            for _ in range(2000 if BIG else 5 if SANITIZED else 40):
                data = bytearray(good[name])
                if data:
                    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
                run_with({name: bytes(data)})
            for _ in range(100 if BIG else 2 if SANITIZED else 5):
                run_with({name: good[name][:rng.randrange(len(good[name]) + 1)]})
        # All in one file, as it is when nobody has it open.
        for name, data in good.items():
            self.write(name, data)
        with contextlib.closing(sqlite3.connect(self.path("checkpoint"))) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with open(self.path("checkpoint"), "rb") as file:
            whole_file = file.read()
        good = {"checkpoint": whole_file}
        for _ in range(2000 if BIG else 5 if SANITIZED else 60):
            data = bytearray(whole_file)
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
            run_with({"checkpoint": bytes(data)})
        # What is read back counts wherever it is hit, even if SQLite's pages are as they should be.
        for column, table in [("state", "checkpoint"), ("signature", "run"), ("file", "files")]:
            for _ in range(500 if BIG else 2 if SANITIZED else 6):
                self.write("changed", whole_file)
                with contextlib.closing(sqlite3.connect(self.path("changed"))) as database, database:
                    rows = database.execute("SELECT id, %s FROM %s" % (column, table)).fetchall()
                    if not rows:  # it was stopped within the first file
                        self.assertEqual(table, "files")
                        continue
                    row, value = rng.choice(rows)
                    value = bytearray(value)
                    value[rng.randrange(len(value))] ^= 1 << rng.randrange(8)
                    database.execute("UPDATE %s SET %s = ? WHERE id = ?" % (table, column),
                                     (bytes(value), row))
                with open(self.path("changed"), "rb") as file:
                    self.assertEqual(run_with({"checkpoint": file.read()}), 1, (table, row))

    def test_used_by_another(self):
        self.write("a", text(GOOD))
        os.mkfifo(self.path("pipe"))
        args = ["audit", "--checkpoint", self.path("checkpoint"), "--checkpoint-interval=0",
                self.path("a"), self.path("pipe")]
        first = subprocess.Popen([LEADSCAN, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with open(self.path("pipe"), "wb"):  # it is open, so the first has begun
            code, out, err = run(*args)
            self.assertEqual((code, out), (2, b""))
            self.assertIn(b"another run of leadscan is writing it", err)
        first.communicate()
        self.assertEqual(first.returncode, 0)

    def test_no_checkpoint(self):
        """What is something else stays as it is."""
        self.write("a", text(GOOD))
        with contextlib.closing(sqlite3.connect(self.path("mine"))) as database:
            database.execute("CREATE TABLE precious(x)")
        for name in ["mine", "a"]:
            with open(self.path(name), "rb") as file:
                before = file.read()
            code, out, err = run("audit", "--checkpoint", self.path(name), self.write("b", text(GOOD)))
            self.assertEqual((code, out), (2, b""))
            self.assertRegex(err, b"it is something else|no checkpoint")
            with open(self.path(name), "rb") as file:
                self.assertEqual(file.read(), before)

    def test_cost(self):
        """A checkpoint after each file costs as much with many files as with few."""
        def written(files):
            folder = "f%d" % files
            for number in range(files):
                self.write("%s/%04d" % (folder, number), text(GOOD[number % 400:][:1]))
            # The shell's count has what its children wrote.
            command = '"$@" > /dev/null; grep wchar /proc/$$/io'
            done = subprocess.run(["bash", "-c", command, "sh", LEADSCAN, "audit", "--checkpoint",
                                   self.path(folder + ".c"), "--checkpoint-interval=0",
                                   self.path(folder)], capture_output=True)
            self.assertEqual(done.stderr, b"")
            with contextlib.closing(sqlite3.connect(self.path(folder + ".c"))) as database:
                self.assertEqual(database.execute("SELECT count(*) FROM files").fetchone(), (files,))
                size, = database.execute("SELECT length(state) FROM checkpoint").fetchone()
            return int(done.stdout.split()[1]), size
        few, few_size = written(200)
        many, many_size = written(800)
        self.assertLess(many_size, few_size + 2000)
        self.assertLess(many / few, 4 * 1.3)

    def test_now_is_when_the_audit_began(self):
        """What is in the future does not depend on when the audit is gone on with."""
        soon = time.time() + 302
        lines = [GOOD[0].replace("2025-06-01T00:00:00.000Z", stamp) for stamp in
                 [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(soon))]]
        args = ["audit", "--json", "--checkpoint", self.path("checkpoint"), self.write("x", text(lines))]
        first = run(*args)
        self.assertIn(b"timestamp_in_future", first[1])
        time.sleep(3.5)
        self.assertEqual(run(*args), first)

    def test_interrupted_archive(self):
        """What was left in the middle of it is not called damaged."""
        self.write("a", text(GOOD * 50))
        self.sh("tar cf - a a a | gzip > x")
        with open(self.path("x"), "rb") as file:
            data = file.read()
        process = subprocess.Popen([LEADSCAN, "audit", "--json", "-"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(data[:len(data) // 2])
        process.stdin.flush()
        until_read(process)
        process.send_signal(signal.SIGTERM)
        out = process.stdout.read()  # and ends, with its standard input still open
        process.communicate()
        self.assertEqual(process.returncode, 3)
        result = json.loads(out)
        self.assertEqual((result["partial"], result["errors"], result["bad"]), (True, [], 0))
        self.accounts(result)

    def test_interrupted(self):
        process = subprocess.Popen([LEADSCAN, "audit", "--json", "-"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(text(GOOD * 20) + GOOD[0][:60].encode())
        process.stdin.flush()
        until_read(process)
        process.send_signal(signal.SIGINT)
        out = process.stdout.read()  # and ends, with its standard input still open
        err = process.communicate()[1]
        self.assertEqual(process.returncode, 3)
        result = json.loads(out)
        self.assertTrue(result["partial"])
        # The line that was still being written is no bad record.
        self.assertEqual((result["records"], result["bad"]), (20 * len(GOOD), 0))
        self.assertEqual(result["errors"], [])
        self.accounts(result)
        self.assertIn(b"interrupted", err)


if __name__ == "__main__":
    unittest.main()
