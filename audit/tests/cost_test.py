"""What a text costs grows in proportion to it, whatever is in it: counted in instructions, which do
not drift. Of files of sizes n and 2 n, without what an empty one costs."""

import re
import shutil
import subprocess

from support import BIG, LEADSCAN, SANITIZED, Case, unittest

HAR = '{"log":{"version":"1.2","entries":['
# A text that is written again and again; or what is in front of that, it, and what is behind.
HOSTILE = {
    "unclosed objects": '{"a":',
    "unclosed objects on lines": '{"a":\n',
    "unclosed arrays in objects": '{"a":[\n',
    "unclosed brackets": "[",
    "unclosed braces": "{",
    "an array of openers": "[{",
    "stray closers": "]",
    "stray closers of objects": "}\n",
    "stray closers behind openers": ('{"a":[' * 4095, "]", ""),
    "stray braces behind arrays": ("[" * 4095, "}", ""),
    "open strings": '{"',
    "open strings on lines": '{"a":"b\n',
    "documents inside of open strings": '{"a":"b{"',
    "quotes": '"',
    "quotes and braces": '"{"',
    "backslashes": ('{"a":"', "\\", '"}'),
    "backslashes in text": ('x "{\\"a', "\\", '"'),
    "quotes that are doubled": '{""a',
    "quotes that nginx has escaped": "{\\x22",
    "quotes with backslashes": '{\\"',
    "lines that look like beginnings": ('{"a":[\n', '{"b":1},\n', ""),
    "lines that look like beginnings, broken": '{"a":[1,\n{"b":',
    "pretty-printed without an end": ('{\n', '  "a": {\n', ""),
    "white space behind braces": "{ ",
    "much white space behind braces": "{" + " " * 200,
    "white space on lines": " \n",
    "white space behind a broken one": ('{"a" 1\n', "   \n", ""),
    "commas": ("[", ",", "]"),
    "text without an end": "x",
    "text with braces": "x {k=v} ",
    "NULs and text": "\0x",
    "frames of archives": (HAR, '{"request":{"url":"x"}},', "]}}"),
    "archives in archives": HAR,
    "names of an archive": (HAR[:-12], '"a":{},', '"entries":[]}}'),
    "a word without an end": ('{"a":', "1", "}"),
    "names behind text": 'x {"a',
    "names with escapes behind text": 'x {"a\\"',
    "names without a colon": 'x {"a" {"b"{ "',
    "braces with text, on lines": "{x}\n",
    "braces with text": "{x} {y} ",
    "braces with text and documents": '{x}{"a":1}\n',
    "pretty-printed ones cut in front of a value": '{\n"a":\n',
    "lines that begin as arrays": '{"a":\n[1 x\n',
    "words on lines": ('{"a":[\n', "1,\n", ""),
    "words and white space on lines": ('{"a":[\n', "1" + " " * 200 + ",\n", ""),
    "strings in arrays": ("[\n{},", '"a{},', ""),
    "elements": ("[{},", 'null,"x",', ""),
    "cells with backslashes": '\t{"a":"\\\\"b',
    "cells with backslashes, broken": '\t{"a":"\\\\" x\n',
    "strings of SQL": "'{\"a\":\"\\\\\" x''",
    "names of members": "Id",
    "names of members, cut": "x statusCod{",
}
ENVELOPES = {
    "elements": ('{"a":[', "1,", "1]}"),
    "elements on lines": ('{"a":[', "{},\n", "1]}"),
    "strings": ('{"a":[', '"{}",\n', "1]}"),
    "strings with text": ('{"a":["', "{ x ", '"]}'),
    "members that come again": ('{"b":0', ',"a":[1]', "}"),
    "strings in strings": ('{"a":["', '{\\"a\\":', '"]}'),
}
# Where one of them takes so much less than others that its constant parts count.
SLACK = 1.05


@unittest.skipIf(SANITIZED or shutil.which("valgrind") is None, "valgrind counts, without sanitizers")
class Cost(Case):
    def instructions(self, text, args):
        path = self.write("log", text.encode())
        # An audit's other threads are idle.
        done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", LEADSCAN,
                               "check", "-q", "-j1", *args, path],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return int(re.search(rb"Collected : (\d+)", done.stderr)[1])

    def grows_in_proportion(self, shapes, args, size):
        empty = self.instructions("\n", args)
        for name, shape in shapes.items():
            front, piece, back = ("", shape, "") if isinstance(shape, str) else shape
            with self.subTest(name):
                once, twice = (self.instructions(front + piece * (n // len(piece)) + back, args) - empty
                               for n in (size, 2 * size))
                self.assertLess(twice, 2 * SLACK * once, twice / once)

    def test_hostile_text(self):
        names = HOSTILE if BIG else list(HOSTILE)[::6]
        self.grows_in_proportion({name: HOSTILE[name] for name in names}, [], 300_000)

    def test_envelopes(self):
        names = ENVELOPES if BIG else list(ENVELOPES)[1:2]
        self.grows_in_proportion({name: ENVELOPES[name] for name in names}, ["--at=/a/*"], 100_000)


if __name__ == "__main__":
    unittest.main()
