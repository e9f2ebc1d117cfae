"""Compression and archives, made by the real tools."""

import io
import os
import random
import tarfile
import unittest
import zipfile
import zlib

from support import BAD, BIG, GOOD, SANITIZED, Case, check, measured_report, report, run, text


class Formats(Case):
    PLAIN = {
        "gz": "gzip -c a > x; gzip -c b >> x",
        "gz at level 1": "cat a b | gzip -1 > x",
        "zst": "zstd -qc a > x; zstd -qc b >> x",
        "zst with a skippable frame": "zstd -qc a > x; printf '\\x50\\x2a\\x4d\\x18\\2\\0\\0\\0hi' >> x; zstd -qc b >> x",
        "zst -19 --check": "cat a b | zstd -19 --check -qc > x",
        "xz": "xz -c a > x; xz -c b >> x",
        "bz2": "bzip2 -c a > x; bzip2 -c b >> x",
        "lz4": "lz4 -qc a > x; lz4 -qc b >> x",
        "gz of zst": "cat a b | zstd -qc | gzip -c > x",
        "line ends between": "gzip -c a > x; echo >> x; gzip -c b >> x; printf '\\r\\n' >> x",
        "zeros behind": "cat a b | gzip -c > x; head -c 1000 /dev/zero >> x",
    }
    ARCHIVES = {
        "tar": "tar cf x a b",
        "tar ustar": "tar --format=ustar -cf x a b",
        "tar v7": "tar --format=v7 -cf x a b",
        "tar pax": "tar --format=pax -cf x a b",
        "tar.gz": "tar czf x a b",
        "tar.zst": "tar cf - a b | zstd -qc > x",
        "tar.xz": "tar cJf x a b",
        "tar.bz2": "tar cjf x a b",
        "tar.lz4": "tar cf - a b | lz4 -qc > x",
        "two tars": "tar cf x a; tar cf y b; cat y >> x",
        "tar of gz": "gzip -k a b; tar cf x a.gz b.gz",
        "tar of all": "gzip -k a; zstd -qk b; tar cf x a.gz b.zst",
        "zip": "zip -q x.zip a b; mv x.zip x",
        "zip -0": "zip -q -0 x.zip a b; mv x.zip x",
        "zip of gz": "gzip -k a b; zip -q x.zip a.gz b.gz; mv x.zip x",
        "zip by pipe": "cat a | zip -q x.zip -; zip -q y.zip b; tar cf x x.zip y.zip",
        "tar in tar": "tar cf y a b; tar cf x y",
        "zip in tar.gz": "zip -q y a b; tar czf x y.zip",
        "tar.gz in zip": "tar czf y a b; zip -q x.zip y; mv x.zip x",
    }

    def records_of(self, command):
        self.sh(command)
        code, records, err = check(self.path("x"))
        result = report(self.path("x"))[1]
        self.accounts(result)
        self.assertEqual(err, "")
        self.assertEqual(code, 1)
        return [(r["line"], r["length"], r["verdict"]) for r in records], result

    def test_formats(self):
        lines = GOOD[:200] + BAD + GOOD[200:]
        half = 150
        plain = self.write("plain", text(lines))
        expected = [(r["line"], r["length"], r["verdict"]) for r in check(plain)[1]]
        self.assertEqual(len(expected), len(lines))
        for name, command in {**self.PLAIN, **self.ARCHIVES}.items():
            with self.subTest(name):
                self.clear()
                self.write("a", text(lines[:half]))
                self.write("b", text(lines[half:]))
                records, result = self.records_of(command)
                if name in self.PLAIN:
                    self.assertEqual(records, expected)
                    self.assertEqual(result["bytes"]["read"], len(text(lines)))
                else:
                    self.assertEqual([r[1:] for r in records], [r[1:] for r in expected])
                    self.assertEqual(result["members"], 2)

    def test_member_names(self):
        self.write("dir/a", text(GOOD[:1]))
        self.sh("cd dir && zip -q ../inner.zip a && cd .. && tar czf x inner.zip dir")
        members = [r["member"] for r in check(self.path("x"))[1]]
        self.assertEqual(members, ["inner.zip!a", "dir/a"])
        self.assertEqual(check(self.path("dir/a"))[1][0]["member"], None)

    def test_encrypted(self):
        self.write("a", text(GOOD[:1]))
        self.sh("zip -q -P secret x.zip a")
        code, records, err = check(self.path("x.zip"))
        self.assertEqual((code, records), (3, []))
        self.assertIn("a: zip: ", err)

    def test_deeper_nesting_is_an_error(self):
        self.write("a", text(GOOD[:1]))
        self.sh("tar cf t1 a; tar cf t2 t1; tar cf x t2 a")
        code, records, err = check(self.path("x"))
        self.assertEqual((code, len(records)), (3, 1))
        self.assertIn("nest", err)

    def test_unsupported(self):
        path = self.write("x", b"7z\xbc\xaf\x27\x1c" + bytes(100))
        code, records, err = check(path)
        self.assertEqual((code, records), (3, []))
        self.assertIn("7z", err)

    def test_empty(self):
        for name, data in [("empty", b""), ("blank", b"\n\n \n"), ("mark", b"\xef\xbb\xbf")]:
            code, result, err = report(self.write(name, data))
            self.assertEqual((code, result["records"], err), (0, 0, ""))
            self.accounts(result)
        self.sh("gzip -k empty; tar cf x.tar -T /dev/null; gzip -c x.tar > y.tgz; cp x.tar z")
        for name in ["empty.gz", "x.tar", "y.tgz"]:
            self.assertEqual(report(self.path(name))[0], 0)
        # Without a name that says so it is a text whose bytes were lost.
        self.assertEqual(report(self.path("z"))[0], 1)

    def test_what_is_no_text(self):
        data = text(GOOD[:5])
        sqlite = b"SQLite format 3\0\x10\0\1\1\0@  " + bytes(3000)
        for why, content in [
                ("zlib", zlib.compress(data)),
                ("avro", b"Obj\1\4\x14avro.codec\x08null" + data),
                ("sqlite", sqlite),
                ("pgp", b"-----BEGIN PGP MESSAGE-----\n\nhQEMA1\n-----END PGP MESSAGE-----\n"),
                ("no text (binary)", random.Random(1).randbytes(1000))]:
            with self.subTest(why):
                path = self.write("x", content)
                for name in [path, self.tar_of("y.tar.gz", {"a": content})]:
                    code, result, err = report(name)
                    self.assertEqual((code, result["records"], result["bytes"]["read"]), (3, 0, 0))
                    self.assertIn(why, err.lower())
        # The others of an archive are read.
        code, records, err = check(self.tar_of("z.tar", {"a": sqlite, "b": data}))
        self.assertEqual((code, len(records)), (3, 5))

    def test_what_is_text_with_faults(self):
        good = text(GOOD[:5])
        for front in ["\u00e9\n".encode("latin-1"), b'{"a":"\x01"}\n', b"\xff\n", b"\x1b[0m\n",
                      bytes(4096), b"070701 \n", b"LZIP\n"]:
            with self.subTest(front[:10]):
                code, result, err = report("--records=ndjson", self.write("x", front + good))
                self.assertGreaterEqual(result["verdicts"]["created"], 4)
                self.assertEqual(err, "")
                self.accounts(result)

    def test_utf16(self):
        utf8 = text(GOOD[:5] + ['{"a":"\u00e9\U0001f600"}'])
        expected = check(self.write("x", utf8))[1]
        for mark in ["", "\ufeff"]:
            for order in ["utf-16-le", "utf-16-be"]:
                data = (mark + utf8.decode()).encode(order)
                path = self.write("x", data)
                for name in [path, self.tar_of("y.tar.gz", {"a": data})]:
                    code, result, err = report(name)
                    self.assertEqual((err, result["records"]), ("", 6))
                    self.assertEqual(result["bytes"]["read"], len((mark + utf8.decode()).encode()))
                    self.accounts(result)
                shift = len(mark.encode())
                self.assertEqual([(r["offset"], r["length"], r["verdict"]) for r in check(path)[1]],
                                 [(r["offset"] + shift, r["length"], r["verdict"])
                                  for r in expected])
        broken = text(GOOD[:2]).decode().encode("utf-16-le") + b"\0\xd8"
        code, records, err = check(self.write("x", broken))
        self.assertEqual((code, [r["verdict"] for r in records][:2]), (3, ["created"] * 2))
        self.assertIn("surrogate", err)
        # A character that is cut by a buffer, and one by the end of the file.
        long = "\ufeff" + "\U0001f600" * 40000
        self.assertEqual(report(self.write("x", long.encode("utf-16-le")))[1]["bytes"]["read"],
                         len(long.encode()))
        self.assertEqual(report(self.write("x", long.encode("utf-16-be")[:-1]))[0], 3)

    def test_utf8_behind_utf16_and_the_reverse(self):
        """PowerShell's > and >> write UTF-16, its Add-Content and other programs UTF-8."""
        lines = [text(GOOD[i:i + 5] + ['{"a":"\u00e9"}']).decode().replace("\n", "\r\n") for i in (0, 5, 10)]
        for mark in ["", "\ufeff"]:
            for order in ["utf-16-le", "utf-16-be"]:
                for first in [0, 1]:
                    data = b"".join((mark + part).encode(order) if i % 2 == first else part.encode()
                                    for i, part in enumerate(lines))
                    with self.subTest(mark=mark, order=order, first=first):
                        code, result, err = report(self.write("x", data))
                        self.assertEqual((code, err), (1, ""))
                        self.assertEqual(result["verdicts"], report(self.write("x", "".join(lines).encode()))[1][
                            "verdicts"])
                        self.assertEqual(result["verdicts"]["created"], 15)
                        self.assertEqual(result["passed_over"], 0)
                        self.accounts(result)
                        code, found, _ = run("find", "--partner-id=OPPY-7", self.path("x"))
                        self.assertEqual((code, len(found.splitlines())), (0, 1))

    def test_frames_to_be_skipped(self):
        self.write("a", text(GOOD[:5]))
        frame = r"'\x5a\x2a\x4d\x18\4\0\0\0abcd'"
        for codec in ["zstd", "lz4"]:
            self.sh("(printf %s; printf %s; %s -qc a; printf %s) > x" % (frame, frame, codec, frame))
            code, records, err = check(self.path("x"))
            self.assertEqual((code, len(records), err), (0, 5, ""))
        self.sh("(printf %s; cat a) > x" % frame)
        code, records, err = check(self.path("x"))
        self.assertEqual((code, records), (3, []))
        self.assertIn("skipped", err)

    def test_zstd_windows(self):
        # One stored block behind a header that asks for 2 GiB.
        data = text(GOOD[:5])
        frame = (b"\x28\xb5\x2f\xfd\0" + bytes([31 - 10 << 3]) +
                 (len(data) << 3 | 1).to_bytes(3, "little") + data)
        path = self.write("x", frame)
        code, records, err = check(path)
        self.assertEqual((code, records), (3, []))
        for word in ["window", "--long=31", "--memory=2G"]:
            self.assertIn(word, err)
        if not SANITIZED:
            code, records, err = check("--memory=2G", path)
            self.assertEqual((code, len(records), err), (0, 5, ""))

    def test_companions(self):
        good = text(GOOD[:5])
        double = b"\0\5\x16\7\0\2\0\0Mac OS X        " + bytes(100)
        self.tar_of("d/a.tar.gz", {"a": good, "._a": double, "__MACOSX/b/a": double})
        self.write("d/b/.DS_Store", b"\0\0\0\1Bud1" + bytes(100))
        self.write("d/.b.json.crc", b"crc\0\0\0\2\0\x12\x34\x56\x78")
        self.write("d/__MACOSX/._b", double)
        code, result, err = report("--fail-on=bad", self.path("d"))
        self.assertEqual((code, result["records"], result["passed_over_files"], err), (0, 5, 5, ""))
        for option in ["--html=" + self.path("x.html"), "--fail-on=bad"]:
            self.assertIn(b"5 files passed over", run("audit", option, self.path("d"))[1])
        with open(self.path("x.html")) as page:
            self.assertIn("5 files passed over", page.read())
        # What is named is read.
        self.assertEqual(report(self.path("d/b/.DS_Store"))[0], 3)

    def test_glob_picks_members(self):
        good = text(GOOD[:5])
        inner = self.tar_of("inner.tar", {"c.log": good, "c.txt": good})
        with open(inner, "rb") as file:
            inner = file.read()
        x = self.tar_of("d/x.tar.gz", {"dir/a.log": good, "b.txt": good, "inner.tar": inner,
                                       "z.bin": b"\1\2\0\3" * 100})
        self.write("d/e.txt", good)

        def members(glob, path):
            code, records, err = check("--glob", glob, path)
            return code, list(dict.fromkeys(r["member"] for r in records)), err

        for path in [x, self.path("d")]:
            self.assertEqual(members("*.log", path), (0, ["dir/a.log", "inner.tar!c.log"], ""))
            self.assertEqual(members("dir/*", path), (0, ["dir/a.log"], ""))
            self.assertEqual(members("inner*", path)[1], ["inner.tar!c.log", "inner.tar!c.txt"])
            code, found, err = members("*.lgo", path)
            self.assertEqual((code, found), (3, []))
            self.assertIn(path + ": no", err)
            # Read whole, with what is no text in it.
            code, found, err = members("x.*", path)
            self.assertEqual((code, len(found)), (3, 4))
            self.assertIn("z.bin: no text", err)
        self.assertEqual(members("e.*", self.path("d")), (0, [None], ""))

    def tar_of(self, name, members):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with tarfile.open(self.path(name), "w:gz" if name.endswith("gz") else "w") as tar:
            for member, data in members.items():
                info = tarfile.TarInfo(member)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
        return self.path(name)


class Hostile(Case):
    """What is made to do harm: nothing is written, and memory stays bounded."""

    MOST_MIB = 2000 if SANITIZED else 200

    def test_nothing_is_written(self):
        good = text(GOOD[:1])
        with tarfile.open(self.path("x"), "w") as tar:
            for name in ["../escape", "/tmp/leadscan-escape", "a/../../b", "\x1b[31mred", "C:\\x"]:
                info = tarfile.TarInfo(name)
                info.size = len(good)
                tar.addfile(info, io.BytesIO(good))
            for name, kind in [("link", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE),
                               ("fifo", tarfile.FIFOTYPE), ("device", tarfile.CHRTYPE),
                               ("disk", tarfile.BLKTYPE), ("folder", tarfile.DIRTYPE)]:
                info = tarfile.TarInfo(name)
                info.type = kind
                info.linkname = "/etc/passwd"
                tar.addfile(info)
        with zipfile.ZipFile(self.path("y"), "w") as archive:
            archive.writestr("../../escape", good)
            link = zipfile.ZipInfo("link")
            link.external_attr = 0o120777 << 16
            archive.writestr(link, "/etc/passwd")
        os.mkdir(self.path("here"))
        before = sorted(os.listdir(self.folder))
        code, records, err = check(self.path("x"), self.path("y"), cwd=self.path("here"))
        self.assertEqual((code, len(records), err), (0, 6, ""))
        self.assertEqual(sorted(os.listdir(self.folder)), before)
        self.assertEqual(os.listdir(self.path("here")), [])
        self.assertFalse(os.path.exists("/tmp/leadscan-escape"))

    def test_names_do_not_reach_the_terminal_as_they_are(self):
        with tarfile.open(self.path("x"), "w") as tar:
            info = tarfile.TarInfo("\x1b[31mred")
            info.size = len(BAD[3])
            tar.addfile(info, io.BytesIO(BAD[3].encode()))
        self.sh("head -c 1200 x > y")
        code, out, err = run("audit", self.path("x"), self.path("y"))
        self.assertEqual(code, 3)
        self.assertIn("\u27e8U+001B\u27e9[31mred".encode(), out)
        self.assertIn(b"y", err)
        self.assertNotIn(b"\x1b", out + err)

    def bomb(self, name, size):
        with zipfile.ZipFile(self.path(name), "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            with archive.open("zeros", "w", force_zip64=True) as member:
                for _ in range(size >> 20):
                    member.write(bytes(1 << 20))

    def test_a_zip_of_zeros(self):
        size = 11 << 30 if BIG else 256 << 20
        self.bomb("x", size)
        self.assertLess(os.path.getsize(self.path("x")), size // 900)
        code, result, memory, seconds = measured_report(self.path("x"))
        self.assertEqual((code, result["verdicts"]["malformed"]), (1, 1))
        self.assertEqual(result["bytes"]["read"], size)
        self.accounts(result)
        self.assertLess(memory, self.MOST_MIB)
        print("zip of %d MB of zeros: %d MiB, %.1f s" % (size / 1e6, memory, seconds))

    def test_bombs_in_bombs(self):
        self.bomb("a", 32 << 20)
        # Each names the same few bytes again and again.
        self.sh("for i in $(seq 20); do ln a a$i; done; zip -q -0 b a?*; zip -q -0 c b.zip; "
                "cat a | gzip | gzip | gzip | gzip > d")
        code, result, memory, _ = measured_report(self.path("b.zip"))
        self.assertEqual((code, result["verdicts"]["malformed"]), (1, 20))
        self.accounts(result)
        self.assertLess(memory, self.MOST_MIB)
        for name, why in [("c.zip", "nest deeper"), ("d", "three times")]:
            code, records, err = check(self.path(name))
            self.assertEqual((code, records), (3, []))
            self.assertIn(why, err)

    def test_a_zip_that_names_one_member_often(self):
        with zipfile.ZipFile(self.path("x"), "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a", text(GOOD[:200]))
            archive.filelist *= 500
        code, result, memory, _ = measured_report("--fail-on=none", self.path("x"))
        self.assertIn(code, [0, 3])
        self.assertGreaterEqual(result["records"], 200)
        self.accounts(result)
        self.assertLess(memory, self.MOST_MIB + 100)

    def test_a_hole_of_years(self):
        self.sh("printf x > a; truncate -s 1M a; printf y >> a; echo > b; "
                "tar -S --format=oldgnu -cf x a b")
        with open(self.path("x"), "rb") as file:
            tar = bytearray(file.read())
        # Where the second part begins, and how long all of it is.
        number = lambda value: b"\x80" + value.to_bytes(11, "big")
        tar[410:422] = number((1 << 62) - 512)
        tar[483:495] = number((1 << 62) - 512 + 1)
        tar[148:156] = b" " * 8
        tar[148:156] = b"%06o\0 " % sum(tar[:512])
        code, records, err = check(self.write("x", tar))
        self.assertEqual(code, 3)
        self.assertIn("a hole of", err)

    def test_an_end_record_in_a_comment_hides_nothing(self):
        none = b"PK\5\6" + bytes(18)
        for comment in [none, none + bytes(18)]:
            with zipfile.ZipFile(self.path("x"), "w") as archive:
                archive.writestr("a", text(GOOD[:5]))
                archive.comment = comment
            code, records, err = check(self.path("x"))
            self.assertEqual((code, len(records), err), (0, 5, ""))
        # Nor does one that says that there are no members.
        with open(self.path("x"), "rb") as file:
            data = file.read()
        code, records, err = check(self.write("x", data[:data.index(b"PK\5\6")] + none))
        self.assertEqual((code, len(records), err), (0, 5, ""))

    def test_a_sparse_tar(self):
        self.sh("printf x > a; truncate -s 1G a; printf y >> a; tar -S -cf x a")
        self.assertLess(os.path.getsize(self.path("x")), 100 << 10)
        code, result, memory, _ = measured_report(self.path("x"))
        self.assertEqual((code, result["bytes"]["read"]), (1, (1 << 30) + 1))
        self.accounts(result)
        self.assertLess(memory, self.MOST_MIB)

    def test_tiny_members(self):
        thousands = 1000 if BIG else 10 if SANITIZED else 50
        header = tarfile.TarInfo("m")
        header.size = len(text(GOOD[:1]))
        block = header.tobuf() + text(GOOD[:1]).ljust(512, b"\0")
        with open(self.path("x"), "wb") as file:
            for _ in range(thousands):
                file.write(block * 1000)
            file.write(bytes(1024))
        code, result, memory, seconds = measured_report("--fail-on=bad", self.path("x"))
        self.assertEqual((code, result["records"], result["members"]),
                         (0, 1000 * thousands, 1000 * thousands))
        self.accounts(result)
        # What duplicates are looked for in takes most of it: about 300 bytes a record.
        self.assertLess(memory, self.MOST_MIB + thousands)
        print("%d thousand members: %d MiB, %.1f s" % (thousands, memory, seconds))


if __name__ == "__main__":
    unittest.main()
