"""gen --log=KIND: in logs of every kind the same responses are found."""

import re

from support import Case, report, run, unittest


def kinds():
    """What `gen --log` writes, and the options that it is read with, by the help."""
    help_ = " ".join(run("gen", "--help")[1].decode().split())
    listed = help_.split("in brackets what it is read with: ")[1].split(" --seed")[0]
    return {name: options.split() for name, options in re.findall(r"(\w+)(?: \(([^)]*)\))?(?:,|$)", listed)}


class Generated(Case):
    def verdicts(self, kind, options):
        path = self.write("log", run("gen", "--kind=mixed", "-n2000", "--seed=4", "--log=" + kind)[1])
        code, result, errors = report(*options, path)
        self.assertEqual((code, errors), (1, ""))
        self.accounts(result)
        self.assertEqual(result["passed_over"], 1 if kind == "csv" else 0)
        verdicts = result["verdicts"]
        # What is cut within a string is broken there, and what is between documents is none's.
        bad = ["violation", "malformed", "truncated"]
        return {**{v: n for v, n in verdicts.items() if v not in bad},
                "bad": sum(verdicts[v] for v in bad)}

    def test_every_kind(self):
        all_ = kinds()
        self.assertGreater(len(all_), 15)
        self.assertEqual(all_["kong"], ["--log", "kong"])
        expected = self.verdicts("ndjson", [])
        self.assertGreater(expected["created"], 1500)
        for kind, options in all_.items():
            with self.subTest(kind):
                self.assertEqual(self.verdicts(kind, options), expected)

    def test_heads_and_tails(self):
        self.assertEqual(run("gen", "-n0", "--log=array")[1], b"[\n\n]\n")
        har = run("gen", "-n0", "--log=har")[1]
        self.assertEqual((har.count(b"{"), har[-4:]), (har.count(b"}"), b"]}}\n"))
        self.assertEqual(run("gen", "-n2", "--log=array")[1].count(b",\n"), 1)
        self.assertEqual(run("gen", "-n2", "--log=nothing")[0], 2)


if __name__ == "__main__":
    unittest.main()
