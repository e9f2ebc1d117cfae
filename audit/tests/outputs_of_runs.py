"""Shared by the tests of what is written: a folder with a log in it, and what outputs there are."""

import json
import os
import signal
import sqlite3
import subprocess

from support import BAD, GOOD, LEADSCAN, Case, run, text, until_read

REPLACED = [["audit", "--html"], ["audit", "--sarif"], ["audit", "--sqlite"], ["extract", "--format=sqlite", "-o"]]
IN_PLACE = [["check", "--quarantine"], ["audit", "--quarantine"], ["extract", "-o"]]


def finished(path):
    """Whether a whole report is there."""
    with open(path, "rb") as file:
        data = file.read()
    if data.startswith(b"SQLite format 3\0"):
        with sqlite3.connect(path) as database:
            return database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    if data.startswith(b"{"):
        return json.loads(data)["properties"] == {"leadscan": "report", "state": "finished"}
    return data.startswith(b"<!-- leadscan: audit report -->\n<!DOCTYPE html>")


class Folder(Case):
    def setUp(self):
        super().setUp()
        self.input = self.write("in", text(GOOD[:50] + BAD))

    def leadscan(self, *args, **kw):
        return run(*args, cwd=self.folder, **kw)

    def files(self):
        return sorted(os.listdir(self.folder))

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def killed(self, *args):
        """What a run leaves that is killed while it waits for its standard input."""
        process = subprocess.Popen([LEADSCAN, *args, "-"], cwd=self.folder, stdin=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL)
        process.stdin.write(text(GOOD))
        process.stdin.flush()
        until_read(process)
        process.send_signal(signal.SIGKILL)
        process.communicate()

    def refused(self, args, why):
        """Exit code 2, and no file is changed or made."""
        before = {name: self.read(name) for name in self.files() if os.path.isfile(self.path(name))}
        names = self.files()
        code, out, err = self.leadscan(*args)
        self.assertEqual((code, out), (2, b""), (args, err))
        self.assertIn(why, err.decode(), args)
        self.assertEqual(self.files(), names, args)
        self.assertEqual({name: self.read(name) for name in before}, before, args)
