"""A cluster of two executors, of which one is killed while it reads: the jar comes to both, and its rows stay."""

import os
import signal
import threading
import time
import unittest

import sessions
from cluster_cases import Killer, has_open, processes
from sessions import load
from support import Case, run

SCHEMA = "file string, offset bigint, length bigint, verdict string, statusCode bigint, dsLeadOpportunityId string"
RECORDS = 400000
SPLIT = 8 << 20


def setUpModule():
    sessions.begin("local-cluster[2,1,1024]", **{"spark.jars": os.environ["LEADSCAN_JAR"]})


class Executors(Case):
    def sums(self, form):
        frame = load(self.log, form=form, schema=SCHEMA, splitBytes=SPLIT)
        row, = frame.selectExpr("count(*)", "sum(length)", "count(DISTINCT offset)",
                                "bit_xor(xxhash64(file, offset, length, verdict, statusCode, dsLeadOpportunityId))"
                                ).collect()
        return tuple(row)

    def kill(self):
        """The first executor of this session's that has the file open."""
        path = os.path.realpath(self.log)
        while not self.done.is_set() and not self.killed:
            parents = {process: (parent, command) for process, parent, command in processes()}
            for process, (_, command) in parents.items():
                if (b"CoarseGrainedExecutorBackend" in command and has_open(process, path)
                        and Killer.is_ours(process, parents)):
                    os.kill(process, signal.SIGKILL)
                    self.killed.append(process)
                    break
            time.sleep(0.001)

    def test_killed_executor_changes_nothing(self):
        self.log = self.write("log", run("gen", "--kind=mixed", "-n%d" % RECORDS, "--seed=5")[1])
        wanted = self.sums("leadscan")
        self.assertGreater(wanted[0], RECORDS - 10)
        self.killed, self.done = [], threading.Event()
        thread = threading.Thread(target=self.kill)
        thread.start()
        try:
            self.assertEqual(self.sums("leadscan-jvm"), wanted)
        finally:
            self.done.set()
            thread.join()
        self.assertEqual(len(self.killed), 1)


if __name__ == "__main__":
    unittest.main()
