"""The wheel, fresh environments to install it into, and the cases that run in them.

The folder with the wheel is the second argument of a test, behind the command.
"""

import atexit
import glob
import os
import shutil
import subprocess
import sys
import tempfile
import venv

WHEEL_FOLDER = os.path.abspath(sys.argv.pop(2))

from third_party import said

import support

HERE = os.path.dirname(os.path.abspath(__file__))
WHEEL, = glob.glob(os.path.join(WHEEL_FOLDER, "*.whl"))
FOLDER = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
atexit.register(shutil.rmtree, FOLDER)


def environment(name, *packages):
    """A fresh one with these packages: its python."""
    folder = os.path.join(FOLDER, name)
    venv.create(folder, with_pip=True)
    python = os.path.join(folder, "bin/python")
    said.pip_install(python, *packages)
    return python


def run_case(test, python, name, *options, **variables):
    """A program beside this one; whatever it warns of is an error."""
    folders = [HERE, os.path.dirname(os.path.abspath(support.__file__))]
    done = subprocess.run([python, *options, os.path.join(HERE, name + ".py"), support.LEADSCAN],
                          env={**os.environ, "PYTHONPATH": os.pathsep.join(folders), **variables},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    test.assertEqual(done.returncode, 0, done.stdout)
