"""Killed and resumed, interrupted."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import time
import unittest

from support import BIG, GOOD, LEADSCAN, Logs, killed_within, run, text, until_read


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
            self.assertEqual((done.returncode, done.stdout), plain[:2])
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
