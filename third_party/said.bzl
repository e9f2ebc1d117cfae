"""What a client said that could not get something, and what to do about certificates."""

# What a client said, for the error message. A retry repeats the one before it.
_MOST_LINES = 8

def said(result, command):
    """The lines of it that tell: the first, and the last ones."""
    lines = []
    for line in (result.stdout + "\n" + result.stderr).split("\n"):
        line = line.strip()
        retries = [l for l in lines if l.startswith("WARNING: Retrying")]
        if line and line not in lines and not (retries and line.startswith("WARNING: Retrying")):
            lines.append(line)
    lines = lines[:1] + lines[max(1, len(lines) - _MOST_LINES):]
    return "%s: exit code %d" % (command, result.return_code) + "".join([
        "\n      " + line
        for line in lines or ["it said nothing"]
    ])

# A proxy that inspects TLS signs with a certificate of its own, which each client must be told of.
# Bazel reads Java's trust store.
TRUST_STORE = "keytool -importcert -storetype JKS -file CERTIFICATE -keystore STORE; bazel --host_jvm_args=-Djavax.net.ssl.trustStore=STORE build ..."

_CERTIFICATES = """
A certificate was not accepted. Behind a proxy that inspects TLS, give each client the bundle that
has the proxy's certificate in it (FILE, in PEM):
  pip     PIP_CERT=FILE in the environment, or 'pip config set global.cert FILE'
  apt     Acquire::https::CAInfo "FILE"; in /etc/apt/apt.conf.d/, or in a file that APT_CONFIG names
  http    """ + TRUST_STORE

def certificate_advice(text):
    """What to add to `text`, if it is about certificates."""
    about = any([word in text.lower() for word in ["certificate ver", "certificate bundle", "[ssl", "sslerror"]])
    return _CERTIFICATES if about else ""
