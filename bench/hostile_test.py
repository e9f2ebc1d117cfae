"""The benchmark of hostile streams: its streams are what they are called, and its verdict is the ratios'."""

import io
import json
import random
import sys
import unittest
from unittest import mock

from bench import hostile

COMPARE, MODE = sys.argv.pop(1), sys.argv.pop(1)


class Hostile(unittest.TestCase):
    def test_streams(self):
        rng = random.Random(7)
        for name, make in hostile.STREAMS.items():
            documents = [make(rng, number) for number in range(200)]
            self.assertGreater(len(set(documents)), 190, name)
            for document in documents:
                self.assertEqual(json.loads(document)["action"], "create", name)
        near = {tuple(json.loads(hostile.near_misses(rng, 0))) for _ in range(300)}
        self.assertEqual({len("".join(names)) for names in near},
                         {len("".join(next(iter(near))))})
        self.assertGreater(len(near), 30)

    def test_verdict(self):
        args = ["--compare=" + COMPARE, "--compilation-mode=opt", "--quick", "--only=two producers"]
        out = io.StringIO()
        ratios = iter([(1.0, 10), (0.96, 10), (2.0, 5)])
        with mock.patch.object(hostile, "run", lambda *_: next(ratios)):
            self.assertEqual(hostile.main(args, out), 0)
        self.assertNotIn("SLOWER", out.getvalue())
        ratios = iter([(1.0, 10), (0.94, 10), (2.0, 5)])
        with mock.patch.object(hostile, "run", lambda *_: next(ratios)):
            self.assertEqual(hostile.main(args, out), 1)
        self.assertIn("SLOWER", out.getvalue())

    @unittest.skipIf(MODE != "opt", "what is not compiled with -c opt is not measured")
    def test_runs(self):
        # That there are figures is what is tested, not what they are.
        out = io.StringIO()
        with mock.patch.object(hostile, "LEAST", 0):
            self.assertEqual(hostile.main(["--compare=" + COMPARE, "--compilation-mode=opt", "--quick",
                                           "--only=numbers"], out), 0)
        row = out.getvalue().splitlines()[1]
        self.assertRegex(row, r"^numbers that vary +\d+\.\d\d +\d+\.\d\d +\d+\.\d\d ")

    def test_refuses(self):
        with mock.patch("sys.stderr", io.StringIO()), self.assertRaises(SystemExit):
            hostile.main(["--compare=" + COMPARE, "--compilation-mode=fastbuild"])


if __name__ == "__main__":
    unittest.main()
