"""--sarif: bad records and findings for dashboards. opened_test has it validated by its schema."""

import json
import os
import unittest

from support import BAD, GOOD, Case, run, text

NOW = "--now=2026-01-01"


class Sarif(Case):
    def audit(self, *args, **kw):
        code, out, err = run("audit", "--json", NOW, "--sarif", self.path("x.sarif"), *args, **kw)
        with open(self.path("x.sarif"), encoding="utf-8") as file:
            sarif = json.load(file)
        self.assertEqual((sarif["version"], len(sarif["runs"])), ("2.1.0", 1))
        return code, json.loads(out), sarif["runs"][0]

    def test_it_is_what_the_report_says(self):
        self.write("d/a", text(GOOD[:40] + BAD + [GOOD[3], GOOD[4].replace("OPPY-4", "OPPY-5")]))
        self.write("d/b c\u00e9:#%", text(BAD[:2] + ['{"message":"","x":1,"x":2}']))
        self.sh("cd d && tar cf t.tar a")
        code, result, sarif = self.audit("d", cwd=self.folder)
        self.assertEqual(code, 1)
        rules = {rule["id"]: rule for rule in sarif["tool"]["driver"]["rules"]}
        counts = {**{verdict: result["verdicts"][verdict]
                     for verdict in ["violation", "malformed", "truncated", "too_large"]},
                  **{group["kind"]: group["count"] for group in result["findings"]}}
        self.assertEqual({name: rule["properties"]["count"] for name, rule in rules.items()
                          if rule["properties"]["count"] or name in counts}, counts)
        self.assertEqual(len(rules), 13)

        def place(location):
            physical = location["physicalLocation"]
            region = physical["region"]
            member = [one["fullyQualifiedName"] for one in location.get("logicalLocations", [])]
            return (physical["artifactLocation"]["uri"], *member, region["startLine"],
                    region["byteOffset"], region["byteLength"])

        def wanted(record):
            name = {"d/b c\u00e9:#%": "d/b%20c%C3%A9%3A%23%25"}.get(record["file"], record["file"])
            member = [record["member"]] if record["member"] is not None else []
            return (name, *member, record["line"], record["offset"], record["length"])
        expected = [(record["verdict"], "error", wanted(record)) for record in result["bad_records"]]
        expected += [(group["kind"], "warning", wanted(record))
                     for group in result["findings"] for record in group["records"]]
        found = []
        for one in sarif["results"]:
            self.assertEqual(list(rules)[one["ruleIndex"]], one["ruleId"])
            location, = one["locations"]
            found.append((one["ruleId"], one["level"], place(location)))
        self.assertEqual(found, expected)
        self.assertGreater(len({rule for rule, _, _ in found}), 5)
        texts = [one["message"]["text"] for one in sarif["results"]]
        for record, said in zip(result["bad_records"], texts):
            self.assertIn(record["detail"], said)
        self.assertEqual([one.get("properties", {}).get("excerpt") for one in sarif["results"]],
                         [record["excerpt"] for record in result["bad_records"]] +
                         [None] * (len(sarif["results"]) - len(result["bad_records"])))
        self.assertTrue(all(record["excerpt"] for record in result["bad_records"]))
        others = [place(one["relatedLocations"][0]) for one in sarif["results"]
                  if "relatedLocations" in one]
        self.assertEqual(others, [(*wanted({**record["other"], "length": 0})[:-1], other[-1])
                                  for record, other in zip([
                                      record for group in result["findings"]
                                      for record in group["records"] if "other" in record], others)])
        prints = [one["partialFingerprints"]["leadscanRecord/v1"] for one in sarif["results"]]
        self.assertEqual(len(set(prints)), len(prints))
        self.assertEqual(sarif["properties"], {
            "records": result["records"], "bad": result["bad"],
            "findings": result["finding_count"], "partial": False})
        invocation, = sarif["invocations"]
        self.assertEqual(invocation, {"executionSuccessful": True, "toolExecutionNotifications": []})

    def test_limit(self):
        path = self.write("a", text(BAD * 50))
        _, result, sarif = self.audit("--limit-findings=7", path)
        self.assertEqual(len(sarif["results"]), 7)
        rules = {rule["id"]: rule["properties"]["count"] for rule in sarif["tool"]["driver"]["rules"]}
        self.assertEqual(rules["violation"], result["verdicts"]["violation"])

    def test_inputs_that_could_not_be_read(self):
        path = self.write("a", text(GOOD[:3]))
        self.write("cut.gz", b"\x1f\x8b\x08rubbish")
        code, result, sarif = self.audit(path, self.path("cut.gz"), self.path("none"))
        self.assertEqual(code, 3)
        invocation, = sarif["invocations"]
        self.assertFalse(invocation["executionSuccessful"])
        notes = invocation["toolExecutionNotifications"]
        self.assertEqual([note["message"]["text"] for note in notes],
                         [error["error"] for error in result["errors"]])
        uris = [note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for note in notes]
        self.assertEqual(uris, ["file://" + self.path("cut.gz"), "file://" + self.path("none")])
        self.assertEqual(sarif["results"], [])

    def test_hostile_names_and_jobs(self):
        os.mkdir(self.path("e"))
        with open(os.fsencode(self.path("e/")) + b"\xff\x1b[31m\n", "wb") as file:
            file.write(text(BAD * 900 + GOOD))
        whole = []
        for jobs in ["-j1", "-j5"]:
            self.audit(jobs, self.path("e"))
            with open(self.path("x.sarif"), "rb") as file:
                whole.append(file.read())
        self.assertEqual(*whole)
        self.assertIn(b"/%FF%1B%5B31m%0A", whole[0])
        self.assertNotIn(b"\x1b", whole[0])


if __name__ == "__main__":
    unittest.main()
