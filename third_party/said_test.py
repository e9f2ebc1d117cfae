"""What is told of clients that fail: of fake ones, in the words of real ones.

said_test.py: in the repository's root.
"""

import os
import re
import sys
import tempfile
import unittest
from unittest import mock

from third_party import said

# What each says behind a proxy that inspects TLS.
WORDS = {
    "pip": "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "
           "self-signed certificate in certificate chain (_ssl.c:992)'))",
    "npm": "npm error code SELF_SIGNED_CERT_IN_CHAIN",
    "cargo": "[60] SSL peer certificate or SSH remote key was not OK (SSL certificate problem: unable to get "
             "local issuer certificate)",
    "go": "tls: failed to verify certificate: x509: certificate signed by unknown authority",
    "mvn": "PKIX path building failed: unable to find valid certification path to requested target",
    "apt": "Certificate verification failed: The certificate is NOT trusted.",
}
NAMES = {"apt": "apt-get"}


def starlark(path, **loaded):
    """What a .bzl file defines, which is Python, too; `loaded`: what it takes of others, and of Bazel."""
    found = {"load": lambda *_: None, **loaded}
    with open(path) as file:
        exec(file.read(), found)
    return found


class Clients(unittest.TestCase):
    def setUp(self):
        made = tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(made.cleanup)
        self.folder = made.name

    def fake(self, name, script):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write("#!/bin/sh\n" + script)
        os.chmod(path, 0o755)
        return path

    def failure(self, *command, **options):
        with self.assertRaises(said.Failed) as caught:
            said.run(command, **options)
        return caught.exception

    def test_one_that_succeeds(self):
        self.assertIsNone(said.run([self.fake("npm", "echo 'certificate expired' >&2\n")]))

    def test_words_of_both_streams(self):
        text = str(self.failure(self.fake("npm", "echo to one; echo to the other >&2; exit 7\n"), "install", "x"))
        self.assertRegex(text, "npm install x: exit status 7\n +to one\n +to the other$")

    def test_certificates(self):
        self.assertEqual(list(WORDS), list(said.ADVICE))
        for client, words in WORDS.items():
            words_file = os.path.join(self.folder, "words")
            with open(words_file, "w") as file:
                file.write(words)
            program = self.fake(NAMES.get(client, client), 'cat "%s" >&2; exit 1\n' % words_file)
            text = str(self.failure(program, "get"))
            self.assertIn(words, text)
            self.assertIn(said.ADVICE[client], text)
            for other in set(said.ADVICE) - {client}:
                self.assertNotIn(said.ADVICE[other], text)
        # pip is a module, and a script is told whose it is.
        self.assertIn("PIP_CERT", str(self.failure(self.fake("python", "echo SSLError; exit 1"), "-m", "pip", "x")))
        script = self.fake("install.sh", "echo 'certificate expired'; exit 1")
        self.assertNotIn("PIP_CERT", str(self.failure(script, client="apt")))
        self.assertEqual([name for name in said.ADVICE if said.ADVICE[name] in str(self.failure(script))],
                         list(said.ADVICE))

    def test_no_advice_for_other_reasons(self):
        text = str(self.failure(self.fake("cargo", "echo 'no space left; have you certifi 1.0?'; exit 1\n")))
        self.assertRegex(text, "exit status 1\n +no space left; have you certifi 1.0[?]$")

    def test_the_last_words_are_kept_and_retries_are_not(self):
        script = "".join("echo line %d\necho WARNING: Retrying %d\n" % (i, i) for i in range(100))
        text = str(self.failure(self.fake("npm", script + "exit 1\n")))
        self.assertEqual(re.findall(r"line (\d+)", text), [str(i) for i in [0, *range(92, 100)]])
        self.assertNotIn("Retrying 99", text)

    def test_one_that_says_nothing_or_is_missing(self):
        self.assertRegex(str(self.failure(self.fake("go", "exit 2\n"))), "exit status 2\n +it said nothing$")
        self.assertRegex(str(self.failure(os.path.join(self.folder, "none"))), "none: .*No such file")

    def test_a_line(self):
        error = self.failure(self.fake("go", "echo a; echo b; exit 2\n"), "get")
        self.assertRegex(error.line, "go get: exit status 2; a; b$")

    def test_pip_install(self):
        with self.assertRaisesRegex(said.Failed, "-m pip install .* orjson"):
            said.pip_install(self.fake("python", "exit 1\n"), "orjson")


class OtherPlaces(unittest.TestCase):
    """The advice is the same where there is no Python, and what it names gets to the clients."""

    def test_shell_and_cmake(self):
        for path, advice in [("tools/bazel", said.ADVICE["apt"]),
                             ("packages/simdjson.cmake", said.ADVICE["pip"].split(",")[0])]:
            with open(path) as file:
                self.assertIn(advice, file.read())

    def test_starlark(self):
        bzl = starlark("third_party/said.bzl")
        text = bzl["certificate_advice"]("certificate verify failed")
        for client in ["pip", "apt"]:
            self.assertIn(said.ADVICE[client], text)
        self.assertTrue(said.ADVICE["mvn"].startswith(bzl["TRUST_STORE"].split(";")[0] + ";"))

    def test_starlark_keeps_the_same_lines(self):
        script = "\n".join("line %d\nWARNING: Retrying %d" % (i, i) for i in range(100))
        result = mock.Mock(stdout=script, stderr="", return_code=3)
        lines = starlark("third_party/said.bzl")["said"](result, "apt-get").split("\n      ")
        self.assertEqual(lines, ["apt-get: exit code 3", *said.told(script)])

    def test_apt_that_does_not_know_its_archives(self):
        """What apt said is not lost: of a library's source by Debian's source package."""
        found = starlark("third_party/source_repo.bzl", attr=mock.Mock(), repository_rule=mock.Mock(),
                         **{name: starlark("third_party/said.bzl")[name]
                            for name in ["TRUST_STORE", "certificate_advice", "said"]})
        repository = mock.Mock()
        repository.execute.return_value = mock.Mock(return_code=100, stdout="", stderr="E: a list cannot be read\n")
        self.assertRegex(found["_from_debsrc"](repository), "indextargets: exit code 100\n +E: a list cannot be")
        repository.execute.return_value = mock.Mock(return_code=0, stdout="", stderr="")
        self.assertIn("apt knows no Debian archive", found["_from_debsrc"](repository))

    def test_variables_reach_tests(self):
        inherited = starlark("gateway/network.bzl")["NETWORK_ENVIRONMENT"]
        for client, how in said.ADVICE.items():
            for name in re.findall(r"\b([A-Z_]{6,})=", how):
                self.assertIn(name, inherited, client)


if __name__ == "__main__":
    sys.exit(unittest.main())
