"""Inputs that cannot be read whole: what was read is reported, and the exit code is 3."""

import gzip
import json
import os
import random
import subprocess
import unittest

from support import GOOD, LEADSCAN, Case, report, text


class Damage(Case):
    LINES = [GOOD[0].replace('%032x' % 0, '%032x' % random.Random(i).getrandbits(128))
             for i in range(8000)]

    def damaged(self, make, change, least):
        self.write("a", text(self.LINES))
        self.sh(make)
        with open(self.path("x"), "rb") as file:
            data = file.read()
        path = self.write("y", change(data))
        code, result, err = report("--fail-on=none", path)
        self.assertEqual(code, 3, make)
        self.assertIn(path, err)
        self.assertTrue(result["errors"])
        self.assertGreaterEqual(result["verdicts"]["created"], least)
        self.accounts(result)
        self.clear()
        return result

    def test_cut(self):
        for make, least in [("gzip -c a > x", 3900), ("zstd -qc a > x", 3000), ("xz -c a > x", 3900),
                            ("bzip2 -1 -c a > x", 0), ("lz4 -qc -B4 a > x", 3500),
                            ("tar cf x a", 3990), ("tar czf x a", 3900),
                            ("zip -q x.zip a; mv x.zip x", 3900)]:
            with self.subTest(make):
                self.damaged(make, lambda d: d[:len(d) // 2], least)
                self.damaged(make, lambda d: d[:len(d) - 9], least)

    def test_tar_without_its_end(self):
        self.damaged("tar cf x a", lambda d: d[:512 + (len(text(self.LINES)) + 511) // 512 * 512],
                     len(self.LINES))

    def test_wrong_checksum(self):
        def flip(at):
            return lambda d: d[:at] + bytes([d[at] ^ 0x55]) + d[at + 1:]
        for make, at in [("gzip -c a > x", -6), ("zstd --check -qc a > x", -2), ("lz4 -qc a > x", -2)]:
            with self.subTest(make):
                self.damaged(make, lambda d: flip(len(d) + at)(d), len(self.LINES))
        with self.subTest("zip"):
            self.damaged("zip -q x.zip a; mv x.zip x",
                         flip(14), len(self.LINES))

    def test_a_damaged_header_in_a_tar(self):
        """The member is lost, and that is told; what is behind it is read, however long it is."""
        self.write("a", text(GOOD))
        self.write("b", text(GOOD) * (600_000 // len(text(GOOD))))
        self.sh("cp a c; tar --format=ustar -cf x a b c")
        with open(self.path("x"), "rb") as file:
            whole = file.read()
        second = 512 + (len(text(GOOD)) + 511) // 512 * 512
        for at in [0, 100, 125, 150, 156, 257, 300, 511]:
            data = bytearray(whole)
            data[second + at] ^= 0x55
            for name, packed in [("x", bytes(data)), ("x.gz", gzip.compress(bytes(data), 1))]:
                with self.subTest(at=at, name=name):
                    code, result, err = report("--fail-on=none", self.write(name, packed))
                    self.assertEqual((code, result["records"]), (3, 2 * len(GOOD)))
                    self.assertIn("tar: ", err)

    def test_flipped_bits(self):
        rng = random.Random(1)
        for make in ["gzip -c a > x", "zstd --check -qc a > x", "xz -c a > x", "bzip2 -c a > x",
                     "lz4 -qc -BX a > x"]:
            for _ in range(5):
                with self.subTest(make):
                    def flip(data):
                        at = rng.randrange(100, len(data) - 20)
                        return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1:]
                    self.damaged(make, flip, 0)

    def test_rubbish_behind(self):
        self.damaged("gzip -c a > x", lambda d: d + b"rubbish", len(self.LINES))

    def test_the_rest_is_read(self):
        good = self.write("c", text(GOOD))
        self.write("a", text(GOOD))
        self.sh("gzip -c a | head -c 100 > b")
        code, result, err = report("--fail-on=none", self.path("a"), self.path("b"), self.path("none"), good)
        self.assertEqual(code, 3)
        self.assertGreaterEqual(result["records"], 2 * len(GOOD))
        self.assertEqual(len(result["errors"]), 2)
        self.assertIn("none", err)

    def test_unreadable(self):
        command = [LEADSCAN, "audit", "--json"]
        if os.geteuid() == 0:  # who can read everything, unless these are taken away
            command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
        for name in ["logs/a", "logs/b", "logs/c/d"]:
            self.write(name, text(GOOD[:2]))
        os.chmod(self.path("logs/a"), 0)
        os.chmod(self.path("logs/c"), 0)
        done = subprocess.run([*command, self.path("logs")], capture_output=True)
        os.chmod(self.path("logs/c"), 0o700)
        self.assertEqual(done.returncode, 3, done.stderr)
        result = json.loads(done.stdout)
        self.assertEqual(result["records"], 2)
        self.assertEqual(sorted(os.path.relpath(e["file"], self.folder) for e in result["errors"]),
                         ["logs/a", "logs/c"])
        for error in result["errors"]:
            self.assertIn("denied", error["error"])
            self.assertIn(error["file"].encode(), done.stderr)

    def test_what_is_no_file(self):
        os.mkfifo(self.path("pipe"))
        os.symlink("nowhere", self.path("link"))
        code, result, err = report("--fail-on=none", self.write("a", text(GOOD)), self.folder)
        self.assertEqual((code, result["records"]), (3, 2 * len(GOOD)))  # the pipe is not waited for
        self.assertIn("link", err)


if __name__ == "__main__":
    unittest.main()
