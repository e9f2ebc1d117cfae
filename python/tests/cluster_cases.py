"""A cluster of two executors, with speculation, in which workers and executors are killed while they read."""

import json
import os
import signal
import sys
import threading
import time
import unittest

import sessions
from sessions import load

import leadscan
import leadscan.spark
from pyspark.sql import functions as F

from support import Case, run

SCHEMA = "file string, offset bigint, length bigint, verdict string, statusCode bigint, dsLeadOpportunityId string"
DOCUMENTS = 400000  # some of which are cut, and one record with the next
SPLIT = 8 << 20


def setUpModule():
    sessions.begin("local-cluster[2,1,1024]", **{
        "spark.speculation": "true", "spark.speculation.interval": "50ms", "spark.speculation.multiplier": "1.1",
        "spark.speculation.quantile": "0.1", "spark.executorEnv.PYSPARK_PYTHON": sys.executable})


def processes():
    """(process, its parent, its command) of all there are."""
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/stat" % name) as file:
                parent = int(file.read().rsplit(")", 1)[1].split()[1])
            with open("/proc/%s/cmdline" % name, "rb") as file:
                yield int(name), parent, file.read()
        except OSError:
            pass


def has_open(process, path):
    folder = "/proc/%d/fd" % process
    try:
        return any(os.readlink(os.path.join(folder, name)) == path for name in os.listdir(folder))
    except OSError:
        return False


class Killer:
    """Kills so many workers of this session's executors, or executors, each while it has the file open."""

    def __init__(self, path, kills, executors):
        self.path, self.kills, self.executors = os.path.realpath(path), kills, executors
        self.killed = []
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.work)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()

    def work(self):
        while not self.done.is_set() and len(self.killed) < self.kills:
            parents = {process: (parent, command) for process, parent, command in processes()}
            for process, (parent, command) in parents.items():
                if b"pyspark.daemon" not in command or not has_open(process, self.path):
                    continue
                # The driver has workers, too, which plan; they are not tried again.
                executor = self.executor_of(process, parents)
                if executor is None or not self.is_ours(process, parents):
                    continue
                victim = executor if self.executors else process
                if victim in self.killed:
                    continue
                os.kill(victim, signal.SIGKILL)
                self.killed.append(victim)
                self.done.wait(0.5)  # another task's next
                break
            time.sleep(0.002)

    @staticmethod
    def is_ours(process, parents):
        while process in parents:
            if process == os.getpid():
                return True
            process = parents[process][0]
        return False

    @staticmethod
    def executor_of(process, parents):
        while process in parents and b"CoarseGrainedExecutorBackend" not in parents[process][1]:
            process = parents[process][0]
        return process if process in parents else None


class Kills(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.log = os.path.join(os.environ.get("TEST_TMPDIR", "/tmp"), "kills.%d" % os.getpid())
        cls.addClassCleanup(os.remove, cls.log)
        with open(cls.log, "wb") as file:
            file.write(run("gen", "--kind=mixed", "-n%d" % DOCUMENTS, "--seed=5")[1])
        cls.wanted = cls.sums()

    @classmethod
    def sums(cls):
        frame = load(cls.log, schema=SCHEMA, splitBytes=SPLIT)
        everything = F.xxhash64(*frame.columns).cast("decimal(38,0)")
        row, = frame.select(F.count(F.lit(1)), F.sum("length"), F.count_distinct("offset"), F.sum(everything)).collect()
        return tuple(row)

    def test_undisturbed_is_the_single_machines(self):
        read = leadscan.read(self.log, ["length"]).to_arrow()
        self.assertGreater(read.num_rows, DOCUMENTS - 10)
        self.assertEqual(self.wanted[:3], (read.num_rows, sum(read.column("length").to_pylist()), read.num_rows))

    def test_killed_workers_change_nothing(self):
        with Killer(self.log, 3, executors=False) as killer:
            self.assertEqual(self.sums(), self.wanted)
        self.assertEqual(len(killer.killed), 3)

    def test_killed_executor_changes_nothing(self):
        with Killer(self.log, 1, executors=True) as killer:
            self.assertEqual(self.sums(), self.wanted)
        self.assertEqual(len(killer.killed), 1)

    def test_report_of_killed_workers(self):
        options = {"now": "2026-11-29"}
        wanted = json.loads(run("audit", "--json", "--now=2026-11-29", self.log)[1])
        with Killer(self.log, 2, executors=False) as killer:
            found = leadscan.spark.report(self.log, split_bytes=SPLIT, **options).data
        self.assertEqual(len(killer.killed), 2)
        self.assertEqual({**found, "run": None}, {**wanted, "run": None})

    def test_accounts_of_killed_workers(self):
        frame = load(self.log, splitBytes=SPLIT, accounts="true")
        with Killer(self.log, 2, executors=False) as killer:
            row, = leadscan.spark.verify(frame).collect()
        self.assertGreater(len(killer.killed), 0)
        self.assertEqual((row["records"], row["problems"]), (self.wanted[0], []))


if __name__ == "__main__":
    unittest.main()
