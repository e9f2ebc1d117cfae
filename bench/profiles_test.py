"""What //bench:profiles makes of figures: which are alike."""

import json
import os
import tempfile
import unittest

import profiles


def result(path, rows):
    benchmarks = [{"setting": setting, "parser": parser, "corpus": corpus, "run_type": kind,
                   "cpu_time": time} for setting, parser, corpus, ns in rows
                  for kind, time in [("iteration", ns + 7), ("iteration", ns), ("aggregate", ns / 2)]]
    benchmarks += [{"run_type": "iteration", "setting": "stream", "parser": "c", "corpus": "file",
                    "cpu_time": 0, "error_occurred": True}]
    with open(path, "w") as file:
        json.dump({"benchmarks": benchmarks}, file)


class Profiles(unittest.TestCase):
    def test_the_fastest_blocks_decide(self):
        runs = []
        with tempfile.TemporaryDirectory() as folder:
            for slow, turn in [(109, 0), (150, 1), (108, 2)]:
                path = os.path.join(folder, str(turn))
                result(path, [("stream", "a", "file", 100), ("stream", "a", "profile", slow),
                              ("stream", "b", "file", 100), ("stream", "b", "profile", 89)])
                runs.append(profiles.figures(path))
        found = profiles.ratios(runs)
        self.assertEqual(found["stream", "a"], (100, 108, 1.08))
        self.assertEqual(profiles.beyond(found), [("stream", "b")])


if __name__ == "__main__":
    unittest.main()
