"""Memory, threads and disks that do not suffice; and how much memory is taken where enough is there."""

import io
import json
import os
import re
import resource
import signal
import sqlite3
import subprocess
import tarfile
import time
import unittest

from support import BAD, BIG, GOOD, LEADSCAN, SANITIZED, Case, peak_memory, run, text, without_run

REPORT = ["audit", "--json", "--now=2026-01-01"]
# One record that needs far more memory than its neighbours.
LARGE = GOOD[0].replace('"error":null', '"error":null,"x":[%s1]' % ("1," * 1000000))


def with_limit(kib, *args, **kw):
    """The command with so much address space."""
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (kib << 10, kib << 10))
    return subprocess.run([LEADSCAN, *args], capture_output=True, preexec_fn=limit, timeout=120, **kw)


def with_disk(bytes_, *args):
    """The command with files that cannot grow further, as on a full disk."""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, bytes_))
    return subprocess.run([LEADSCAN, *args], capture_output=True, preexec_fn=limit,
                          restore_signals=False, timeout=120)


@unittest.skipIf(SANITIZED, "sanitizers need address space for themselves")
class ShortOfMemory(Case):
    """Never a verdict: either all is read, or what is not is named, and the exit code is 3."""

    def setUp(self):
        super().setUp()
        # All good, so that a bad record is one too many.
        self.write("d/0", text(GOOD * 10))
        self.write("d/1", text([GOOD[0], LARGE, GOOD[1]]))
        self.write("d/2", text(GOOD * 10))
        self.sh("cd d; tar cf 3.tar 0 1 2; gzip -k 2; xz -k 0; zstd -q -k 1; bzip2 -k 0; "
                "tar cf - 1 0 | gzip > 4.tgz; zip -q 5.zip 0 1; lz4 -q 2 2.lz4")

    def outputs(self):
        """Of the runs, by name; and they are gone."""
        found = {}
        for name in sorted(os.listdir(self.folder)):
            if name == "d":
                continue
            if name == "q":
                with open(self.path(name), "rb") as file:
                    found[name] = file.read()
            os.remove(self.path(name))
        return found

    def sweep(self, *args, jobs=("1", "2")):
        for number in jobs:
            full = run(*args, "-j", number)
            full_outputs = self.outputs()
            self.assertEqual((full[0], full[2]), (0, b""))
            counts = {"whole": 0, "not": 0, "report": 0}
            step = 1000 if BIG else 9000
            # From where the loader has room for the libraries, which is not this program's to say.
            for kib in [*range(44000, 120000, step), *range(120000, 400000, 5 * step)]:
                with self.subTest(args=args, jobs=number, kib=kib):
                    done = with_limit(kib, *args, "-j", number)
                    outputs = self.outputs()
                    if done.returncode == 127 and b"shared" in done.stderr:
                        continue
                    if done.returncode == 0:
                        counts["whole"] += 1
                        self.assertEqual((without_run(done.stdout), done.stderr), full[1:])
                        self.assertEqual(outputs, full_outputs)
                        continue
                    counts["not"] += 1
                    self.assertEqual(done.returncode, 3, done.stderr)
                    self.assertRegex(done.stderr.decode(), "(?i)memory")
                    for verdict in [b"malformed", b"violation\"", b"truncated", b"too_large"]:
                        if args[0] in ("check", "extract", "find"):
                            self.assertNotIn(b'"verdict":"' + verdict, done.stdout)
                    if args[:2] == ("audit", "--json") and done.stdout:
                        counts["report"] += 1
                        result = json.loads(done.stdout)
                        self.assertEqual(result["bad"], 0)
                        self.accounts(result)
                        self.assertTrue(result["errors"] or result["duplicates_unknown"])
            self.assertGreater(counts["whole"], 0)
            self.assertGreater(counts["not"], 0)
            if args[:2] == ("audit", "--json") and "--sqlite" not in args:
                self.assertGreater(counts["report"], 0)

    def test_report(self):
        self.sweep(*REPORT, "--fail-on=bad", self.path("d"))

    def test_check(self):
        self.sweep("check", "--quarantine", self.path("q"), self.path("d"))

    def test_sqlite_and_html(self):
        self.sweep(*REPORT, "--fail-on=bad", "--sqlite", self.path("o.db"), "--html",
                   self.path("o.html"), self.path("d/0"), self.path("d/1"), self.path("d/4.tgz"))

    def test_checkpoint(self):
        self.sweep(*REPORT, "--fail-on=bad", "--checkpoint", self.path("c"),
                   "--checkpoint-interval=1", self.path("d"))

    def test_find_extract_and_spill(self):
        self.sweep("find", "--code=201", self.path("d/1"), self.path("d/3.tar"), jobs="2")
        self.sweep("extract", self.path("d/1"), self.path("d/2.gz"), jobs="2")
        self.sweep(*REPORT, "--fail-on=bad", "--memory=100K", self.path("d"), jobs="2")

    def test_only_what_is_too_large_is_lost(self):
        """What is in front and behind in other members counts, whatever could not be read."""
        lost = 0
        for kib in range(50000, 80000, 2500):
            done = with_limit(kib, *REPORT, "--fail-on=bad", "-j1", self.path("d/3.tar"))
            if done.returncode != 3 or not done.stdout:
                continue
            result = json.loads(done.stdout)
            members = [error["member"] for error in result["errors"]]
            if members == ["1"]:
                why = result["errors"][0]["error"]
                self.assertRegex(why, "not enough memory.*give it more")
                # A chunk that is lost may have the next member in it, whose bytes are told then.
                bytes_ = re.search(r"(\d+) bytes", why)
                if bytes_ and int(bytes_[1]) > os.path.getsize(self.path("d/1")):
                    continue
                lost += 1
                self.assertGreaterEqual(result["records"], 20 * len(GOOD))
        self.assertGreater(lost, 0)

    def test_resumed_with_enough(self):
        """What was not read for want of memory is not what a checkpoint goes on from."""
        args = [*REPORT, "--fail-on=bad", "-j1", "--checkpoint", self.path("c"),
                "--checkpoint-interval=0", self.path("d")]
        whole = run(*REPORT, "--fail-on=bad", self.path("d"))
        not_whole = 0
        for kib in range(50000, 80000, 5000):
            not_whole += with_limit(kib, *args).returncode == 3
            self.assertEqual(run(*args), whole)
            self.outputs()
        self.assertGreater(not_whole, 0)


@unittest.skipIf(SANITIZED, "sanitizers need address space for themselves")
class ShortOfThreads(Case):
    def test_it_goes_on_with_those_there_are(self):
        path = self.write("a", text((GOOD + BAD) * 40))
        whole = run(*REPORT, path)
        self.assertEqual(whole[0], 1)
        # Each thread's stack takes 8 MiB of it.
        for kib in [120000, 200000, 400000]:
            done = with_limit(kib, *REPORT, "-j1000", path)
            self.assertEqual((done.returncode, without_run(done.stdout), done.stderr), whole)


class SlowReader(Case):
    """Results wait for whoever reads the output, but not for all of the input."""

    MOST = 64 + 80  # MiB: what waits (docs/audit.md), and the rest of it

    def setUp(self):
        super().setUp()
        # Four hundred MB of text, which makes as much of output.
        lines = text(GOOD[i % 400].replace("OPPY-", "OPPY-%d" % i) for i in range(4000))
        self.write("block", lines)
        self.sh("gzip -1 block; mkdir few many; for i in $(seq 175); do cat block.gz; done > few/a; "
                "cp few/a few/b; for i in $(seq 350); do cp block.gz many/$i; done; "
                "gzip -dc few/a > plain")

    @unittest.skipIf(SANITIZED, "sanitizers take memory for themselves")
    def test_memory(self):
        for args in [["check", "-j2"], ["check", "-j4"], ["extract", "-j2"], ["find", "--code=201", "-j2"],
                     ["check", "-j1"]]:
            for inputs in ["few", "many", "plain"]:
                with self.subTest(args=args, inputs=inputs):
                    process = subprocess.Popen([LEADSCAN, *args, self.path(inputs)],
                                               stdout=subprocess.PIPE)
                    try:
                        # It stops once its output is full and nothing more may wait.
                        before = -1
                        while self.cpu(process) != before:
                            before = self.cpu(process)
                            time.sleep(0.5)
                        self.assertIsNone(process.poll())
                        self.assertLess(peak_memory(process), self.MOST)
                    finally:
                        process.kill()
                        process.stdout.close()
                        process.wait()

    @staticmethod
    def cpu(process):
        """Ticks of the clock that it has computed for."""
        with open("/proc/%d/stat" % process.pid) as stat:
            return sum(map(int, stat.read().rpartition(")")[2].split()[11:13]))

    @unittest.skipIf(SANITIZED, "sanitizers take memory for themselves")
    def test_short_lines(self):
        """What is written of them is a hundred times as long, and more if names are."""
        with open(self.path("numbers"), "wb") as file:
            file.write(b"1\n" * (4 << 20))
        with tarfile.open(self.path("names.tar"), "w", format=tarfile.PAX_FORMAT) as archive:
            for number in range(40):
                info = tarfile.TarInfo("n" * 20000 + str(number))
                info.size = 2000
                archive.addfile(info, io.BytesIO(b"1\n" * 1000))
        with open(self.path("array"), "wb") as file:
            file.write(b"[" + b"1," * (4 << 20) + b"1]")
        # Names of members are cut, so those come to less.
        for path, records, least in [("numbers", "ndjson", 500), ("array", "json", 500),
                                     ("names.tar", "ndjson", 40)]:
            for jobs in ["1", "3"]:
                with self.subTest(path=path, jobs=jobs):
                    count = subprocess.Popen(["wc", "-c"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                    process = subprocess.Popen([LEADSCAN, "check", "-j", jobs, "--records", records,
                                                self.path(path)], stdout=count.stdin)
                    count.stdin.close()
                    _, status, usage = os.wait4(process.pid, 0)
                    process.returncode = os.waitstatus_to_exitcode(status)
                    self.assertEqual(process.returncode, 1)
                    self.assertGreater(int(count.stdout.read()), least << 20)
                    count.stdout.close()
                    count.wait()
                    self.assertLess(usage.ru_maxrss >> 10, self.MOST + 32 * int(jobs))

    def test_output_is_the_same(self):
        slow = subprocess.Popen([LEADSCAN, "check", "-j3", self.path("few")], stdout=subprocess.PIPE)
        fast = subprocess.Popen([LEADSCAN, "check", "-j1", self.path("few")], stdout=subprocess.PIPE)
        time.sleep(1)
        while True:
            one = slow.stdout.read(1 << 20)
            self.assertEqual(one, fast.stdout.read(1 << 20))
            if not one:
                break
        for process in [slow, fast]:
            process.stdout.close()
            self.assertEqual(process.wait(), 0)


class FullDisk(Case):
    IDS = text(GOOD[0].replace("%032x" % 0, "%032x" % (i // 2)).replace("AAAAA-000000", "A-%d" % i)
               .replace("OPPY-0", "OPPY-%d" % i)
               for i in range(30000))

    def test_told_at_once(self):
        """As soon as ids are lost, and no later than that; from then on none is kept."""
        process = subprocess.Popen([LEADSCAN, *REPORT, "--memory=1M", "-"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=dict(os.environ, TMPDIR="/no/such/folder"))
        process.stdin.write(self.IDS)
        process.stdin.flush()
        self.assertRegex(process.stderr.readline().decode(),
                         "duplicate ids are not looked for any more: /no/such/folder/.*: No such file")
        before = peak_memory(process)
        for _ in range(8):
            process.stdin.write(self.IDS)
        process.stdin.flush()
        after = peak_memory(process)
        out, err = process.communicate()
        self.assertEqual(process.returncode, 3)
        if not SANITIZED:
            self.assertLess(after, before + 24)
        result = json.loads(out)
        self.assertEqual(result["records"], 9 * 30000)
        self.assertIn("No such file", result["duplicates_unknown"])
        self.assertEqual(result["findings"], [])
        self.assertEqual(err, b"")  # said already

    def test_every_report_says_so(self):
        path = self.write("a", self.IDS)
        env = dict(os.environ, TMPDIR="/no/such/folder")
        code, out, err = run("audit", "--memory=100K", "--sqlite", self.path("o.db"), "--html",
                             self.path("o.html"), path, env=env)
        self.assertEqual(code, 3)
        self.assertRegex(out.decode(), r"duplicate ids: unknown\n+ *.*No such file")
        self.assertNotIn(b"clean", out.lower())
        with open(self.path("o.html")) as page:
            page = page.read()
        self.assertRegex(page, "Duplicate ids are unknown.*No such file")
        self.assertNotIn("no id that came twice", page)
        with sqlite3.connect(self.path("o.db")) as database:
            why, = database.execute("SELECT value FROM meta WHERE key='duplicates_unknown'").fetchone()
        self.assertIn("No such file", why)
        self.assertEqual(run("audit", "--memory=100K", path)[0], 1)
        with_room = json.loads(run(*REPORT, path)[1])
        self.assertIsNone(with_room["duplicates_unknown"])
        self.assertEqual(with_room["findings"][0]["kind"], "trace_id_reused")

    def test_full_when_ids_are_written_or_sorted(self):
        path = self.write("a", self.IDS)
        whole = run(*REPORT, "--memory=100K", path)
        found = {"whole": 0, "unknown": 0}
        # Up to what the ids take, and on to where what sorts them has room too.
        for size in [10000, 100000, *range(300000, 8000000, 700000), 40000000]:
            with self.subTest(size=size):
                done = with_disk(size, *REPORT, "--memory=100K", path)
                if done.returncode == 1:
                    found["whole"] += 1
                    self.assertEqual((done.returncode, without_run(done.stdout), done.stderr), whole)
                    continue
                found["unknown"] += 1
                self.assertEqual(done.returncode, 3)
                result = json.loads(done.stdout)
                self.assertEqual(result["records"], 30000)
                self.assertTrue(result["duplicates_unknown"])
                self.assertEqual(result["findings"], [])
                self.assertEqual(done.stderr.count(b"duplicate ids"), 1)
        self.assertGreater(found["whole"], 0)
        self.assertGreater(found["unknown"], 3)

    def test_full_for_the_checkpoint(self):
        for number in range(20):
            self.write("d/%02d" % number, self.IDS[number * 200000:][:200000].partition(b"\n")[2]
                       .rpartition(b"\n")[0] + b"\n")
        whole = json.loads(run(*REPORT, self.path("d"))[1])  # without `run`
        args = [*REPORT, "--checkpoint", self.path("c"), "--checkpoint-interval=0", self.path("d")]
        for size in [70000, 200000, 1000000]:
            with self.subTest(size=size):
                done = with_disk(size, *args)
                self.assertEqual(done.returncode, 3, done.stderr)
                self.assertRegex(done.stderr.decode(), "checkpoint: .*it is not noted any more")
                result = json.loads(done.stdout)
                if result["duplicates_unknown"] is None:
                    del result["run"]
                    self.assertEqual(result, whole)
                self.assertEqual(result["records"], whole["records"])
                # What it has stays good.
                code, out, err = run(*args)
                self.assertEqual((code, err), (1, b""))
                self.assertEqual(json.loads(out), whole)
                for name in ["c", "c-wal", "c-shm"]:
                    if os.path.exists(self.path(name)):
                        os.remove(self.path(name))


if __name__ == "__main__":
    unittest.main()
