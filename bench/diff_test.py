"""//bench:diff: its statistics against known answers, its verdicts on samples that are made up."""

import io
import json
import math
import os
import random
import tempfile
import unittest
from unittest import mock

from bench import diff
from bench import diff_ranks


class Ranks(unittest.TestCase):
    def test_mann_whitney(self):
        # As SciPy's documentation has it: ages at which diabetes was found in men and women.
        self.assertEqual(diff_ranks.mann_whitney([19, 22, 16, 29, 24], [20, 11, 17, 12]), (17, 1 / 9))
        # Hollander and Wolfe, table 4.1, of which R's wilcox.test gives W = 35, p = 0.1272 on one side.
        u, p = diff_ranks.mann_whitney(*CHORIOAMNION)
        self.assertEqual(u, 35)
        self.assertAlmostEqual(p, 2 * 0.1272, delta=0.0001)
        # All of one are larger: two of all choices are that far out.
        self.assertAlmostEqual(diff_ranks.mann_whitney([1, 2, 3], [4, 5, 6])[1], 2 / 20)
        self.assertEqual(diff_ranks.mann_whitney([7] * 5, [7] * 5)[1], 1)
        self.assertEqual(diff_ranks.mann_whitney([7] * 50, [7] * 50)[1], 1)

    def test_ties(self):
        # By SciPy's permutation_test over all choices.
        for a, b, p in [([5, 1, 3], [3, 2, 2, 6], 0.9714285714), ([4, 2, 0], [5, 5, 2, 5, 5], 0.125),
                        ([1, 0, 0, 5, 1], [4, 4, 4, 2, 2], 0.1746031746),
                        ([0, 1, 0, 5, 5], [4, 4, 5, 7, 4], 0.2380952381)]:
            self.assertAlmostEqual(diff_ranks.mann_whitney(a, b)[1], p)

    def test_large(self):
        # By SciPy's mannwhitneyu(method="asymptotic"), with ties and without.
        a, b = [i * i % 31 for i in range(41)], [3 + i * i % 29 for i in range(37)]
        u, p = diff_ranks.mann_whitney(a, b)
        self.assertEqual(u, 528)
        self.assertAlmostEqual(p, 0.021173578345822945)
        # Where both ways are possible they agree.
        rng = random.Random(1)
        a, b = [rng.gauss(0, 1) for _ in range(20)], [rng.gauss(0.6, 1) for _ in range(20)]
        exact = diff_ranks.mann_whitney(a, b)[1]
        with mock.patch.object(diff_ranks, "MOST_EXACT", 0):
            self.assertAlmostEqual(diff_ranks.mann_whitney(a, b)[1], exact, delta=0.002)

    def test_holm(self):
        self.assertEqual([round(p, 9) for p in diff_ranks.holm([0.01, 0.04, 0.03, 0.005])],
                         [0.03, 0.06, 0.06, 0.02])
        self.assertEqual(diff_ranks.holm([0.5, 0.9]), [1, 1])
        self.assertEqual(diff_ranks.holm([]), [])

    def test_ratio(self):
        # Hollander and Wolfe, example 4.3: the shift is 0.305, so of powers it is a factor.
        powers = [[math.exp(value) for value in sample] for sample in CHORIOAMNION]
        self.assertAlmostEqual(math.log(diff_ranks.ratio(*powers)[0]), 0.305, delta=0.001)
        # 95 % of the intervals hold the truth.
        rng = random.Random(5)
        held = 0
        for _ in range(400):
            a, b = ([middle * rng.lognormvariate(0, 0.02) for _ in range(15)] for middle in (110, 100))
            _, low, high = diff_ranks.ratio(a, b)
            held += low <= 1.1 <= high
        self.assertTrue(0.92 < held / 400 < 0.98, held)


CHORIOAMNION = ([0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46],
                [1.15, 0.88, 0.90, 0.74, 1.21])


def made_up(rows, **manifest):
    """A result as compare writes it: `rows` has samples by name, or a text, why there are none."""
    benchmarks = []
    for name, samples in rows.items():
        corpus, setting, parser = name.split("/")
        common = {"name": name, "run_name": name, "run_type": "iteration", "corpus": corpus,
                  "setting": setting, "parser": parser, "time_unit": "ns"}
        if isinstance(samples, str):
            benchmarks.append({**common, "error_occurred": True, "error_message": samples})
            continue
        benchmarks += [{**common, "repetitions": len(samples), "repetition_index": i, "cpu_time": sample,
                        "real_time": sample, "iterations": 1000} for i, sample in enumerate(samples)]
        benchmarks.append({**common, "name": name + "_median", "run_type": "aggregate",
                           "aggregate_name": "median", "cpu_time": sorted(samples)[len(samples) // 2],
                           "ns_per_document": sorted(samples)[len(samples) // 2],
                           "allocs_per_document": 0.0})
    manifest = {"cpu": "A CPU", "compiler": "gcc 12.2.0", "isa": "avx512", "commit": "f" * 40,
                "dirty": False, **manifest}
    return {"context": {"date": "2026-01-02T03:04:05+00:00", "seed": "1", "preset": "default",
                        "parsers": "all", "library_build_type": "release", "manifest": manifest},
            "benchmarks": benchmarks, "leadscan": {"format": 1}}


NAMES = ["%s/%s/%s" % (corpus, setting, parser) for corpus in ("uniform", "mixed", "adversarial")
         for setting in ("document", "trained", "stream") for parser in ("leadscan", "yyjson", "nlohmann")]


class Noise:
    """Blocks around 100 ns, a per cent more or less, some far above: something else ran."""

    def __init__(self, seed):
        self.rng = random.Random(seed)

    def samples(self, factor=1.0, blocks=21, level=1.0):
        return [100 * factor * level * self.rng.lognormvariate(0, 0.01) *
                (1.5 if self.rng.random() < 0.05 else 1) for _ in range(blocks)]

    def rows(self, factors=(), blocks=21):
        factors = dict(factors)
        return {name: self.samples(factors.get(name, 1), blocks) for name in NAMES}


class Verdicts(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(self.folder.cleanup)

    def write(self, name, data):
        path = os.path.join(self.folder.name, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            json.dump(data, file)
        return path

    def run_diff(self, *args):
        out = io.StringIO()
        with mock.patch("sys.stderr", io.StringIO()) as err:
            code = diff.main(list(args), out)
        return code, out.getvalue(), err.getvalue()

    def paths(self):
        return [os.path.join(self.folder.name, name) for name in ("old.json", "new.json")]

    def diff(self, old, new, *args):
        return self.run_diff(self.write("old.json", old), self.write("new.json", new), *args)

    def verdicts(self, table):
        """By row: what is behind its p."""
        found = {}
        for line in table.splitlines():
            name = line.split(" ")[0]
            if name.count("/") == 2:
                found[name] = next(v for v in diff.ORDER if v in line)
        return found

    def test_known_answers(self):
        noise = Noise(1)
        code, table, _ = self.diff(
            made_up(noise.rows(blocks=41)),
            made_up(noise.rows({"mixed/stream/leadscan": 1.08, "uniform/stream/leadscan": 0.9,
                                "mixed/trained/leadscan": 1.02, "uniform/document/yyjson": 1.2}, 41)))
        self.assertEqual(code, 1)
        self.assertIn("1 of 9 rows are worse.", table)
        verdicts = self.verdicts(table)
        self.assertEqual(len(verdicts), len(NAMES))
        self.assertEqual({name: v for name, v in verdicts.items() if v != diff.NONE},
                         {"mixed/stream/leadscan": diff.SLOWER, "uniform/stream/leadscan": diff.FASTER,
                          "mixed/trained/leadscan": diff.SMALL, "uniform/document/yyjson": diff.SLOWER})
        # What is worst comes first.
        self.assertTrue(table.splitlines()[2].startswith("uniform/document/yyjson"), table)
        self.assertIn("Controls: 1 of 18 rows of other parsers differ", table)
        self.assertEqual(self.verdicts(self.run_diff(*self.paths(), "--least=1")[1])["mixed/trained/leadscan"],
                         diff.SLOWER)

    def test_few_false_alarms(self):
        alarms = 0
        for seed in range(100):
            noise = Noise(seed)
            changes, _ = diff.compare([self.result(noise)], [self.result(noise)], 0.05, 0)
            family = [c for c in changes if c.parser == "leadscan"]
            self.assertEqual(len(family), 9)
            alarms += any(c.verdict in (diff.SLOWER, diff.FASTER) for c in family)
        # Of 100, at a level of 0.05: without regard to how many rows there are it would be 37.
        self.assertLess(alarms, 12)

    def test_power(self):
        found = 0
        for seed in range(50):
            noise = Noise(seed)
            changes, _ = diff.compare([self.result(noise)],
                                      [self.result(noise, {"mixed/stream/leadscan": 1.03})], 0.01, 0.02)
            found += next(c for c in changes if c.name == "mixed/stream/leadscan").verdict == diff.SLOWER
        self.assertGreater(found, 45)

    def result(self, noise, factors=()):
        return diff.results.load(self.write("made-up.json", made_up(noise.rows(factors))))

    def test_runs_in_folders(self):
        noise = Noise(2)
        # Each run is on a level of its own, which blocks of one run cannot know.
        for which, factor in (("old", 1), ("new", 1.1), ("same", 1)):
            for run in range(8):
                level = 1 + 0.03 * noise.rng.random()
                self.write("%s/%d.json" % (which, run), made_up(
                    {name: noise.samples(factor, level=level) for name in NAMES}))
        folders = [os.path.join(self.folder.name, which) for which in ("old", "new", "same")]
        code, table, _ = self.run_diff(*folders[:2])
        self.assertEqual((code, set(self.verdicts(table).values())), (1, {diff.SLOWER}))
        code, table, _ = self.run_diff(folders[0], folders[2])
        self.assertEqual((code, set(self.verdicts(table).values())), (0, {diff.NONE}))
        self.assertIn("None of 9 rows is worse.", table)
        # Two runs of one kind are a difference to the blocks of one.
        code, table, _ = self.run_diff(os.path.join(folders[0], "0.json"), os.path.join(folders[1], "0.json"))
        self.assertEqual(code, 1)

    def test_relative_to(self):
        noise = Noise(3)
        slower = {name: 1.2 for name in NAMES}
        old, new = made_up(noise.rows()), made_up(noise.rows({**slower, "mixed/stream/leadscan": 1.35}))
        code, table, _ = self.diff(old, new)
        self.assertEqual(code, 1)
        self.assertIn("9 of 9 rows are worse.", table)
        self.assertIn("it was the machine: --relative-to=PARSER", table)
        code, table, _ = self.diff(old, new, "--relative-to=yyjson")
        self.assertEqual(code, 1)
        self.assertIn("1 of 9 rows are worse.", table)
        self.assertEqual(self.verdicts(table)["mixed/stream/leadscan"], diff.SLOWER)
        self.assertNotIn("mixed/stream/yyjson", self.verdicts(table))
        code, _, err = self.diff(old, new, "--relative-to=nobody")
        self.assertEqual(code, 2)
        self.assertIn("no row is in both beside nobody", err)

    def test_other_regressions(self):
        noise = Noise(4)
        old, new = made_up(noise.rows()), made_up(noise.rows())
        for entry in new["benchmarks"]:
            if entry["name"] == "mixed/stream/leadscan_median":
                entry["allocs_per_document"] = 0.5
        code, table, _ = self.diff(old, new)
        self.assertEqual(code, 1)
        self.assertIn("ALLOCATES; 0.50 allocations a document, 0.00 before", table)
        code, table, _ = self.diff(old, made_up({**noise.rows(), "mixed/stream/leadscan": "it broke"}))
        self.assertEqual(code, 1)
        self.assertIn("FAILS; it broke", table)
        # As yyjson's trouble is not leadscan's; and what failed before is none.
        code, table, _ = self.diff(
            made_up({**noise.rows(), "mixed/stream/leadscan": "it was broken"}),
            made_up({**noise.rows(), "mixed/stream/yyjson": "it broke"}))
        self.assertEqual(code, 0)
        self.assertIn("failed before: it was broken", table)

    def test_cannot_be_compared(self):
        rows = Noise(5).rows()
        for what, other in [("another CPU: A CPU in", made_up(rows, cpu="Another")),
                            ("another compiler", made_up(rows, compiler="clang 19")),
                            ("another instruction set", made_up(rows, isa="avx2"))]:
            code, table, err = self.diff(made_up(rows), other)
            self.assertEqual((code, table), (2, ""))
            self.assertIn(what, err)
            self.assertIn("--anyway", err)
            code, table, _ = self.diff(made_up(rows), other, "--anyway")
            self.assertEqual(code, 0)
            self.assertEqual(set(self.verdicts(table).values()), {diff.NONE})
        debug = made_up(rows)
        debug["context"]["library_build_type"] = "debug"
        code, _, err = self.diff(made_up(rows), debug)
        self.assertEqual(code, 2)
        self.assertIn("new.json is of a build for debugging", err)
        code, _, err = self.diff(made_up(rows), made_up({"a/stream/leadscan": [1, 2, 3]}))
        self.assertEqual(code, 2)
        self.assertIn("no row is in both", err)
        # A kernel is said.
        code, table, _ = self.diff(made_up(rows, kernel="6.1"), made_up(rows, kernel="6.2"))
        self.assertEqual(code, 0)
        self.assertIn("another kernel: 6.1, then 6.2", table)
        loaded = [made_up(rows, warnings=["the load was %.1f" % load]) for load in (1.5, 2.5)]
        self.assertIn("\nold and new: the load was 1.5\n", self.diff(*loaded)[1])

    def test_too_few_samples(self):
        noise = Noise(6)
        code, table, err = self.diff(made_up(noise.rows(blocks=1)), made_up(noise.rows(blocks=1)))
        self.assertEqual(code, 2)
        self.assertEqual(set(self.verdicts(table).values()), {diff.UNKNOWN})
        # 9 tests at 0.01: 2 of the 3432 ways to choose 7 of 14 are the first that are rare enough.
        self.assertIn("run compare 7 times for each", err)

    def test_files(self):
        good = self.write("good.json", made_up(Noise(7).rows()))
        for text, what in [("", "is not JSON"), ("[]", "is no result"), ("{}", "is no result"),
                           ('{"context": {}, "benchmarks": []}', "has no rows"),
                           ('{"context": {}, "benchmarks": [{"run_type": "iteration"}]}', "is no whole result"),
                           ('{"context": {}, "benchmarks": [], "leadscan": {"format": 2}}', "has format 2")]:
            path = os.path.join(self.folder.name, "bad.json")
            with open(path, "w") as file:
                file.write(text)
            code, _, err = self.run_diff(good, path)
            self.assertEqual(code, 2)
            self.assertIn(what, err)
        code, _, err = self.run_diff(good, os.path.join(self.folder.name, "none.json"))
        self.assertEqual(code, 2)
        self.assertIn("No such file", err)
        empty = os.path.join(self.folder.name, "empty")
        os.mkdir(empty)
        code, _, err = self.run_diff(good, empty)
        self.assertEqual(code, 2)
        self.assertIn("no .json in", err)

    def test_google_benchmark(self):
        # One of somebody's own, without corpora and parsers: all its rows are meant.
        def result(time):
            return {"context": {"library_build_type": "release"}, "benchmarks": [
                {"name": "BM_copy", "run_type": "iteration", "cpu_time": time + i / 100, "time_unit": "us"}
                for i in range(10)]}
        self.assertEqual(self.diff(result(5), result(5))[0], 0)
        code, table, _ = self.diff(result(5), result(6))
        self.assertEqual(code, 1)
        self.assertRegex(table, r"BM_copy +5045\.0 +6045\.0 +\+19\.8 .* SLOWER")


if __name__ == "__main__":
    unittest.main()
