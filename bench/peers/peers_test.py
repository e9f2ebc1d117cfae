"""The plug-ins in Rust and Go: that they are built, show nothing but the four functions, and read what
leadscan reads; and what is said where a tool is missing.

peers_test.py CHECK: the program that reads with them.
"""

import os
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import build_peers

CHECK = os.path.abspath(sys.argv.pop(1))
FUNCTIONS = {"leadscan_peer_" + name for name in ("describe", "open", "run", "close")}


class Peers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.made = tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR"))
        cls.folder = cls.made.name
        cls.found = build_peers.build(cls.folder)

    @classmethod
    def tearDownClass(cls):
        cls.made.cleanup()

    def test_all_are_built(self):
        self.assertEqual(self.found, dict.fromkeys(build_peers.RUST + list(build_peers.GO)))

    def test_they_show_the_four_functions_only(self):
        for name in self.found:
            symbols = subprocess.run(
                ["nm", "-D", "--defined-only", "--format=just-symbols",
                 build_peers.plugin(self.folder, name)], stdout=subprocess.PIPE, check=True)
            self.assertEqual(set(symbols.stdout.decode().split()), FUNCTIONS, name)

    def test_they_read_what_leadscan_reads(self):
        subprocess.run([CHECK], env=dict(os.environ, LEADSCAN_PEERS=self.folder), check=True)


class WithoutTools(unittest.TestCase):
    def test_what_to_install_is_told(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, PATH=folder):
            found = build_peers.build(folder)
            self.assertEqual(len(found), 5)
            for name, why in found.items():
                with open(os.path.join(folder, name + ".unavailable")) as file:
                    self.assertEqual(file.read(), why + "\n")
            self.assertIn("cargo-web", found["sonic_rs"])
            self.assertIn("Go 1.19", found["go_sonic"])

    def test_a_tool_that_fails_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            for tool in ("cargo", "go"):
                path = os.path.join(folder, tool)
                with open(path, "w") as file:
                    file.write("#!/bin/sh\necho '%s: x509: unknown authority' >&2\nexit 3\n" % tool)
                os.chmod(path, 0o755)
            with mock.patch.dict(os.environ, PATH=folder + ":/bin"):
                found = build_peers.build(os.path.join(folder, "out"))
            self.assertRegex(found["serde_json"], "^cargo failed: .*status 3")
            self.assertRegex(found["go_sonic"], "^go failed: .*status 3")
            # In the one line that tables have of it, with what the client said, and what to do.
            self.assertRegex(found["serde_json"], "cargo: x509: unknown authority; .*CARGO_HTTP_CAINFO=FILE")
            self.assertRegex(found["go_sonic"], "go: x509: unknown authority; .*SSL_CERT_FILE=FILE")


if __name__ == "__main__":
    unittest.main()
