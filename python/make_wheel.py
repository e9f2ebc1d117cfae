"""Writes the wheel: a zip with the package, the module, and three files that say what it is.

Two builds of the same sources give the same bytes: files are in order, without times.
"""

import argparse
import base64
import hashlib
import os
import platform
import re
import subprocess
import tempfile
import zipfile

METADATA = """\
Metadata-Version: 2.1
Name: leadscan
Version: %s
Summary: Archives of the partner API's lead responses as tables: Arrow, pandas, polars, DuckDB
License: Apache-2.0
Requires-Python: >=3.11
Provides-Extra: arrow
Requires-Dist: pyarrow>=14; extra == 'arrow'
Provides-Extra: pandas
Requires-Dist: pandas>=2.2; extra == 'pandas'
Requires-Dist: pyarrow>=14; extra == 'pandas'
Provides-Extra: polars
Requires-Dist: polars>=1.3; extra == 'polars'
Provides-Extra: duckdb
Requires-Dist: duckdb>=1.1; extra == 'duckdb'
Requires-Dist: pyarrow>=14; extra == 'duckdb'
Provides-Extra: spark
Requires-Dist: pyspark>=4.0; extra == 'spark'
Requires-Dist: pyarrow>=15; extra == 'spark'
Description-Content-Type: text/markdown

"""
WHEEL = """\
Wheel-Version: 1.0
Generator: leadscan
Root-Is-Purelib: false
Tag: %s
"""


def read(path):
    with open(path, "rb") as file:
        return file.read()


def version_of(header):
    numbers = re.findall(r"^#define LEADSCAN_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)$", header, re.M)
    assert len(numbers) == 3, numbers
    return ".".join(numbers)


def stripped(module):
    """Without the names that only debuggers want: half of its size."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "module")
        subprocess.run(["strip", "--strip-unneeded", "-o", path, module], check=True)
        return read(path)


def record_of(name, data):
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return "%s,sha256=%s,%d\n" % (name, digest, len(data))


def main():
    parser = argparse.ArgumentParser()
    for name in ["out", "version-header", "readme", "license", "module"]:
        parser.add_argument("--" + name, required=True)
    parser.add_argument("sources", nargs="+")
    options = parser.parse_args()
    version = version_of(read(options.version_header).decode())
    tag = "cp311-abi3-linux_" + platform.machine()
    info = "leadscan-%s.dist-info/" % version

    # The last folder is the package.
    files = {"/".join(path.split("/")[-2:]): read(path) for path in options.sources}
    files["leadscan/_core.abi3.so"] = stripped(options.module)
    files[info + "METADATA"] = (METADATA % version).encode() + read(options.readme)
    files[info + "WHEEL"] = (WHEEL % tag).encode()
    files[info + "LICENSE"] = read(options.license)
    record = info + "RECORD"
    files[record] = ("".join(record_of(name, files[name]) for name in sorted(files)) +
                     record + ",,\n").encode()

    os.makedirs(options.out, exist_ok=True)
    path = os.path.join(options.out, "leadscan-%s-%s.whl" % (version, tag))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
        # What says what it is comes last, for those who append.
        for name in sorted(files, key=lambda name: (name.startswith(info), name)):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if name.endswith(".so") else 0o100644) << 16
            wheel.writestr(entry, files[name])


if __name__ == "__main__":
    main()
