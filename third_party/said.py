"""Runs clients that get something: pip, npm, cargo, go, Maven, apt. Where one fails, what it said is told,
and, if that is about a certificate, which variable or file tells it of another; said.bzl does so for what
Bazel gets."""

import os
import re
import subprocess

_MOST_LINES = 8
_ABOUT_CERTIFICATES = re.compile(r"certificate|\[ssl|sslerror|pkix|x509|_cert\b|_cert_", re.I)
_STORE = "keytool -importcert -storetype JKS -file CERTIFICATE -keystore STORE"
ADVICE = {
    "pip": "PIP_CERT=FILE in the environment, or 'pip config set global.cert FILE'",
    "npm": "NODE_EXTRA_CA_CERTS=FILE in the environment, or 'npm config set cafile FILE'",
    "cargo": "CARGO_HTTP_CAINFO=FILE in the environment",
    "go": "SSL_CERT_FILE=FILE in the environment",
    "mvn": _STORE + "; MAVEN_OPTS=-Djavax.net.ssl.trustStore=STORE in the environment "
           "(of what Bazel runs: bazel build --action_env=MAVEN_OPTS ...)",
    "apt": 'Acquire::https::CAInfo "FILE"; in /etc/apt/apt.conf.d/, or in a file that APT_CONFIG names',
}


class Failed(Exception):
    """Its text is what the client said, and the advice."""

    @property
    def line(self):
        """The same for a cell of a table."""
        return "; ".join(line.strip() for line in str(self).split("\n") if line.strip())


def client_of(command):
    """Its name in ADVICE, or None. A script may be about a client: `sh install.sh`."""
    if list(command[1:3]) == ["-m", "pip"]:
        return "pip"
    name = os.path.basename(command[0])
    name = {"apt-get": "apt", "pip3": "pip"}.get(name, name)
    return name if name in ADVICE else None


def advice(client, text):
    """What to add to `text`, which the client said, if it is about certificates."""
    if not _ABOUT_CERTIFICATES.search(text):
        return ""
    lines = ["\n  %-5s %s" % (name, how) for name, how in ADVICE.items() if client in (name, None)]
    return ("\nA certificate was not accepted. Behind a proxy that inspects TLS, give the client the bundle that "
            "has the proxy's certificate in it (FILE, in PEM):" + "".join(lines))


def told(text):
    """The lines of it that tell: the first, and the last ones. A retry repeats the one before it."""
    lines = []
    for line in map(str.strip, text.split("\n")):
        retries = [known for known in lines if known.startswith("WARNING: Retrying")]
        if line and line not in lines and not (retries and line.startswith("WARNING: Retrying")):
            lines.append(line)
    return lines[:1] + lines[max(1, len(lines) - _MOST_LINES):] or ["it said nothing"]


def run(command, client=None, **options):
    """Runs the client. Raises Failed; `client`: whose advice it is, if the command does not tell."""
    name = " ".join(command)
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", **options)
    except OSError as error:
        raise Failed("%s: %s" % (name, error)) from None
    if done.returncode != 0:
        raise Failed("%s: exit status %d" % (name, done.returncode) +
                     "".join("\n      " + line for line in told(done.stdout)) +
                     advice(client or client_of(command), done.stdout))


def pip_install(python, *packages):
    """Into the environment of this python."""
    run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages])
