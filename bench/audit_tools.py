"""Whole tools beside the audit command, over the same file and for the same answer: which there are, where
they come from, and how they are asked."""

import json
import os
import re
import shutil
import subprocess
import sys
import venv

from bench import audit_measure
from bench.audit_measure import Contestant
from third_party import said

HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMA = os.path.join(HERE, os.pardir, "data", "schema", "201_post_leads-opportunities.resolved.json")
JQ = "1.6"  # Debian 12's
# Of PyPI: the module, and what it is called.
PYTHON = {
    "jq": ("jq==1.13.0", "jq of PyPI"),
    "orjson": ("orjson==3.13.0", "Python, orjson"),
    "msgspec": ("msgspec==0.22.0", "Python, msgspec, Struct"),
    "duckdb": ("duckdb==2.0.1", "DuckDB, one thread"),
    "polars": ("polars==2.1.0", "polars, one thread"),
    "chdb": ("chdb==4.4.0", "chDB, one thread"),
}
# What audit_tool.py's question is hard for: neither is a response.
BAD = """{}
{"info":{"success":null,"statusCode":500},"data":{"action":"NONE"}}
"""
BLAZE = "sourcemeta-jsonschema==17.3.0"
REDOCLY = "@redocly/cli@2.77.0"


class Tools:
    """In a folder of its own, where they are installed unless they are there or `installs` is false."""

    def __init__(self, folder, installs, progress):
        self.folder = os.path.abspath(folder)
        self.installs = installs
        self.progress = progress
        self.python = os.path.join(self.folder, "venv", "bin", "python")
        self.unavailable = {}  # by name why
        self.failed = {}  # by package what its client said

    def _pip(self, package):
        """Whether the package is there, of this version."""
        name, version = package.split("==")
        if not os.path.exists(self.python):
            if not self.installs:
                return False
            venv.create(os.path.dirname(os.path.dirname(self.python)), with_pip=True)
        known = [self.python, "-c", "import importlib.metadata as m, sys; "
                 "sys.exit(m.version(%r) != %r)" % (name, version)]
        if subprocess.run(known, stderr=subprocess.DEVNULL).returncode == 0:
            return True
        if not self.installs:
            return False
        self.progress("installing " + package)
        try:
            said.pip_install(self.python, "--only-binary", ":all:", package)
        except said.Failed as error:
            self.failed[package] = error.line
        return subprocess.run(known, stderr=subprocess.DEVNULL).returncode == 0

    def _npm(self):
        """Redocly's command, or None."""
        program = os.path.join(self.folder, "node_modules", ".bin", "redocly")
        if not os.path.exists(program) and self.installs and shutil.which("npm"):
            self.progress("installing " + REDOCLY)
            try:
                said.run(["npm", "install", "--loglevel=error", "--no-audit", "--no-fund", "--prefix", self.folder,
                          REDOCLY])
            except said.Failed as error:
                self.failed[REDOCLY] = error.line
        return program if os.path.exists(program) else None

    def _missing(self, name, install, package=None):
        self.unavailable[name] = "unavailable: " + install
        if package in self.failed:
            self.unavailable[name] += ", which failed: " + self.failed[package]

    def counting(self, name, jq):
        """Those that count by action and statusCode, of a file of responses; `jq`: the command for it."""
        found = []
        script = os.path.join(HERE, "audit_tool.py")
        version = _output(["jq", "--version"])
        if version == "jq-" + JQ:
            found.append(Contestant("jq", jq, version=JQ))
        else:
            self._missing("jq", "install jq %s, which Debian 12 has%s" % (
                JQ, "" if version is None else ", not %s" % version[len("jq-"):]))
        found.append(Contestant("Python, json", [sys.executable, script, "json", name],
                                version="%d.%d.%d" % sys.version_info[:3]))
        for module, (package, title) in PYTHON.items():
            if not self._pip(package):
                self._missing(title, "pip install " + package, package)
                continue
            found.append(Contestant(title, ["env", "POLARS_MAX_THREADS=1", self.python, script, module, name],
                                    version=package.split("==")[1]))
        return found

    def validating(self, name, archive, folder):
        """Those that hold responses against the schema, of a file, whose ending must be .jsonl, and of the
        same as an HTTP archive."""
        found = []
        program = self._blaze()
        if program:
            found.append(Contestant(
                "sourcemeta-jsonschema, --fast",
                [program, "validate", "--fast", "--continue", "--json", SCHEMA, name],
                accept=(0, 2), version=BLAZE.split("==")[1]))
        else:
            self._missing("sourcemeta-jsonschema, --fast", "pip install " + BLAZE, BLAZE)
        program = self._npm()
        if program:
            with open(os.path.join(folder, "api.json"), "w") as file:
                json.dump(openapi(), file)
            found.append(Contestant(
                "redocly drift, of an HTTP archive",
                # It warns of its Node.js each time.
                ["sh", "-c", 'exec "$0" "$@" 2>/dev/null', program, "drift", archive, "--api", "api.json",
                 "--traffic-format", "har", "--format", "json"],
                version=REDOCLY.rpartition("@")[2]))
        else:
            self._missing("redocly drift, of an HTTP archive", "npm install " + REDOCLY, REDOCLY)
        return found

    def _blaze(self):
        """The program itself: what pip puts in front of it is Python, which only starts it."""
        if not self._pip(BLAZE):
            return None
        where = _output([self.python, "-c", "import sourcemeta_jsonschema as m; print(m.__path__[0])"])
        return where and shutil.which(os.path.join(where, "jsonschema-linux-x86_64"))


def _output(command):
    """None if there is no such program."""
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode().strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def openapi():
    """A description of the operation, with the schema of the 201."""
    with open(SCHEMA) as file:
        schema = json.load(file)
    for name in ("$schema", "$id"):
        schema.pop(name, None)
    created = {"description": "created", "content": {"application/json": {"schema": schema}}}
    return {"openapi": "3.1.0", "info": {"title": "leads", "version": "1"},
            "servers": [{"url": "https://api.example"}],
            "paths": {"/v1/leads-opportunities": {"post": {"responses": {"201": created}}}}}


def breaking(contestant, folder):
    """How many responses break the schema, by the output of a tool or of the audit."""
    def read(out):
        if '"valid":' in out:
            return len(re.findall(r'"valid": false', out))
        told = json.JSONDecoder().raw_decode(out[out.index("{"):])[0]
        if "problems" in told:
            # One of each kind of problem a response: of a corpus whose failures are all alike.
            return max([problem["occurrences"] for problem in told["problems"]], default=0)
        return told["records"] - told["verdicts"].get("created", 0)

    return audit_measure.answer_of(contestant.name, contestant.command, folder, read, contestant.accept)
