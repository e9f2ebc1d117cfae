"""audit --sqlite: records at one place, and Ctrl-C while indexes are made."""

import base64
import contextlib
import json
import random
import signal
import sqlite3
import subprocess
import time
import unittest

from support import GOOD, LEADSCAN, Case, run, text


def rows(path, sql):
    with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % path, uri=True)) as database:
        return database.execute(sql).fetchall()


class Database(Case):
    def test_records_at_one_place(self):
        """Of a text that was decoded, each has the position of what holds them."""
        batch = json.dumps({"logEvents": [{"message": line} for line in GOOD[:2] * 2]})
        held = json.dumps({"records": [{"data": base64.b64encode(batch.encode()).decode()}]})
        path = self.path("x.db")
        for _ in range(2):
            code, _, err = run("audit", "--sqlite", path, "--sqlite-indexes",
                               "--at=/records/*/data/logEvents/*/message",
                               self.write("held", text([held])))
            self.assertEqual((code, err), (1, b""))
            self.assertEqual(rows(path, "SELECT id, offset, partner_id FROM records"),
                             [(i + 1, 13, "OPPY-%d" % (i % 2)) for i in range(4)])
        self.assertNotEqual(rows(path, "SELECT record_id FROM findings"), [])
        self.assertEqual(rows(path, "SELECT record_id FROM findings WHERE record_id NOT IN "
                                    "(SELECT id FROM records)"), [])

    def test_stopped_while_indexes_are_made(self):
        """What takes long once all is read is left out; the rest is there."""
        lines = text(line.replace("OPPY-", "%d-" % n) for n in range(100) for line in GOOD)
        args = ["audit", "--json", "--now=2026-01-01", "--fail-on=bad"]
        expected = json.loads(run(*args, self.write("big", lines))[1])
        path = self.path("y.db")
        begin = time.monotonic()
        run(*args, "--sqlite", path, "--sqlite-indexes", self.path("big"))
        whole = time.monotonic() - begin
        rng = random.Random(1)
        for _ in range(40):
            process = subprocess.Popen([LEADSCAN, *args, "--sqlite", path, "--sqlite-indexes", "-"],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE)
            process.stdin.write(lines)
            process.stdin.close()
            process.stdin = None
            time.sleep(rng.uniform(0, whole))
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
            if b"without all of its indexes" not in err or json.loads(out)["partial"]:
                continue
            self.assertEqual(process.returncode, 3)
            have = {r[0] for r in rows(path, "SELECT name FROM sqlite_schema WHERE type='index'")}
            self.assertNotIn("records_partner_id", have)
            self.assertIn("violations_rule", have)
            self.assertEqual(rows(path, "SELECT count(*) FROM records"), [(len(GOOD) * 100,)])
            self.assertEqual(json.loads(out)["records"], expected["records"])
            return
        self.fail("never stopped in time")


if __name__ == "__main__":
    unittest.main()
