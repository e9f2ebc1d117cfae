"""What pip asks for a wheel (PEP 517): the project's own build makes it.

There is no source distribution: the package is built from the repository.
"""

import glob
import os
import shutil
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BAZEL = os.path.join(ROOT, "tools/bazel")


def _environment():
    """Without the folder that pip puts in front of PATH, another one each time: Bazel would look for
    the compiler anew, and build everything again."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    kept = [folder for folder in folders if "pip-build-env-" not in folder]
    return {**os.environ, "PATH": os.pathsep.join(kept)}


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    del config_settings, metadata_directory
    subprocess.run([BAZEL, "build", "-c", "opt", "//python:wheel"], cwd=ROOT, env=_environment(), check=True)
    built, = glob.glob(os.path.join(ROOT, ".bazel/bin/python/wheel/*.whl"))
    name = os.path.basename(built)
    path = os.path.join(wheel_directory, name)
    shutil.copyfile(built, path)
    return name


def build_sdist(sdist_directory, config_settings=None):
    raise NotImplementedError("leadscan is built from its repository: pip wheel python/")
