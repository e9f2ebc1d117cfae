"""A second reader of logs, for tests: what docs/audit.md says of records, and nothing of how the
command does it. Slow, and simple: a document is tried whole with json.loads; only where that fails
its brackets are followed.

Bytes are handled as Latin-1, so that offsets are bytes.
"""

import json
import re

from log_escapes import ESCAPES, WRITTEN, undoubled, unescaped, unhexed, without_entities

BLANK = " \t\r"
WHITE = " \t\r\n"


def refuse(constant):
    raise ValueError(constant)


DECODER = json.JSONDecoder(parse_constant=refuse)


def whole_document(text, at):
    """Where the JSON document that begins at `at` ends; None if none does."""
    try:
        return DECODER.raw_decode(text, at)[1]
    except (ValueError, RecursionError):
        return None


STRING = re.compile(r'(?:[^"\\\n\0]|\\[^\n\0]|\\(?=[\n\0]|\Z))*')
# Of a string that may be broken; NULs end it if there are several.
INSIDE = re.compile(r'(?:[^"\\\n\0]|\\[^\n\0]|\\(?=[\n\0]|\Z)|\0(?!\0))*')


# Of the API's members; other names are in other texts, too.
NAMES = ["partnerLeadOpportunityId", "dsLeadOpportunityId", "statusCode"]
SCALAR = r"(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)"
# Of an array, what is no document.
ELEMENT = re.compile(r'("(?:[^"\\\n\0]|\\[^\n\0])*"|%s)[ \t\r]*(?:[,\]\n\0]|\Z)' % SCALAR)


UTF16 = re.compile(r'\{\0["} \t\r\n](?:\0|\Z)')
ASCII = re.compile(r'\{"[!-~]')


class Broken:
    """Where a document ends that is none: its brackets are followed from its beginning.

    `again` is where the next one began, if that was before it broke."""

    def __init__(self, text, begin, in_array, no_candidates_before):
        self.text, self.begin, self.in_array = text, begin, in_array
        self.open = []
        self.want = "value"
        self.last = ""  # the last token
        self.broke = None
        self.candidate = None
        self.in_braces = False
        # Python prints a quote in a string behind two backslashes, and what it prints behind a '; so do
        # databases in a cell behind a TAB.
        self.is_quoted = begin > 0 and text[begin - 1] in "'\t"
        # In front of it on its line, and whether all names that begin a line are further in, the first one, too.
        line = text[text.rfind("\n", 0, begin) + 1:begin].replace("\xef\xbb\xbf", "").replace("\x1e", "")
        self.indent = len(line) if not line.strip(" \t\r[],") else 0
        self.is_pretty = False
        self.quotes_in_strings = False
        self.is_printed = False
        self.no_candidates_before = no_candidates_before
        self.end = None
        self.next = None  # where reading goes on
        self.follow()

    def value_may_be(self):
        if self.broke is None:
            return self.want in ("value", "value or close")
        return self.last == ":" or self.open[-1:] == ["["] and self.last in (",", "[")

    def indent_at(self, at):
        """How many bytes are in front of `at` on its line, if they are blanks, and the line is not the first."""
        line = self.text.rfind("\n", self.begin, at) + 1
        return at - line if line and not self.text[line:at].strip(BLANK) else None

    def is_outdented(self, at):
        """Whether what begins there may be a document on its own, as the line is no further in than this one."""
        indent = self.indent_at(at)
        return indent is not None and indent <= self.indent and (
            self.text[at + 1:at + 2] == '"' or
            re.compile(r"[ \t\r]*\n").match(self.text, at + 1) is not None)

    def begins_alike(self, at):
        """With the same first name."""
        first = re.compile(r'[^"]*"[^"]*"[^":]*:').match(self.text, self.begin)
        return first is not None and self.text.startswith(first[0], at)

    def line_end(self, at):
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def breaks(self, at):
        """True if the document ends at a candidate because of that."""
        if self.broke is not None:
            return False
        self.is_printed = self.is_quoted and self.quotes_in_strings and \
            "\n" not in self.text[self.begin:at] and self.begin >= self.no_candidates_before
        self.broke = at
        # Text in braces, as far as that goes.
        self.in_braces = self.want == "name or close" and len(self.open) == 1 and \
            "\n" not in self.text[self.begin:at] and self.text[at:at + 1] not in ("", *"{\n\0\x1e")
        if self.is_printed:
            self.candidate = None
            self.stop(at, at)
            return True
        if self.candidate is not None:
            self.stop(self.candidate, self.candidate)
            return True
        return False

    def stop(self, at, goes_on):
        """It ends at the white space in front of `at`, or of the end of the line on which it broke."""
        end = at
        if self.candidate is None and self.broke is not None:
            # A line's "[" and words may be those of a text.
            line = self.text.rfind("\n", 0, self.broke) + 1
            in_front = self.text[line:self.broke]
            begins_line = line > self.begin and (
                not in_front.strip(BLANK) or
                in_front.startswith("[") and not set(in_front) & set(',:{"'))
            broke = len(self.text[:line].rstrip(WHITE)) if begins_line else self.line_end(
                self.broke)
            end = min(at, broke)
        piece = self.text[self.begin:end].rstrip(WHITE)
        if self.in_array and piece.endswith(","):
            piece = piece[:-1]
        self.end = self.begin + len(piece)
        self.next = goes_on

    def follow(self):
        text, at = self.text, self.begin
        while True:
            if at >= len(text):
                if not self.breaks(at):
                    self.stop(at, at)
                return
            c = text[at]
            if c in BLANK:
                at += 1
            elif c == "\n":
                if is_end_of_document(text, at):
                    if not self.breaks(at):
                        self.stop(at, at)
                    return
                at += 1
            elif c == '"':
                if not (self.want in ("name or close", "name") or self.value_may_be()) and \
                        self.breaks(at):
                    return
                if self.want == "name" and len(self.open) == 1 and self.candidate is not None and \
                        self.indent_at(self.candidate) is None:
                    self.candidate = None
                if self.want.startswith("name") and self.indent_at(at) is not None:
                    is_first = self.want == "name or close" and len(self.open) == 1
                    self.is_pretty = (is_first or self.is_pretty) and self.indent_at(at) > self.indent
                self.want = "colon" if self.want.startswith("name") else "comma"
                close = INSIDE.match(text, at + 1).end()
                if close >= len(text):
                    at = close
                    continue
                if text[close] == '"':
                    self.quotes_in_strings |= text[close - 1] == "\\"
                    follows = text[close + 1:close + 2]
                    before = text[at + 1:close]
                    if before.endswith("{") and follows and follows not in ',:}] \t\r\n"\\\0' and \
                            before[:-1].strip(WHITE) != ":":
                        # The next one began inside of a string that was cut.
                        self.broke = None
                        self.candidate = close - 1
                        self.stop(close - 1, close - 1)
                        return
                    self.last = "string"
                    at = close + 1
                elif text[close] == "\n":
                    before = text[at + 1:close].rstrip(WHITE)
                    if before.endswith("{") and before[:-1].strip(WHITE) != ":" and \
                            text[close:].lstrip(WHITE)[:1] == '"':
                        self.broke = None
                        self.candidate = at + len(before)
                        self.stop(self.candidate, self.candidate)
                        return
                    self.last = "string"
                    at = close
                    if self.breaks(at):
                        return
                else:  # NULs
                    if not self.breaks(close):
                        self.stop(close, close)
                    return
            elif c == "{":
                if not self.value_may_be():
                    if self.breaks(at):
                        return
                    behind = text[at + 1:].lstrip(WHITE)[:1]
                    if behind in ("", '"', "}"):
                        self.stop(at, at)
                        return
                elif self.is_outdented(at):
                    # The next one, if this one is broken, or is not written as if it had one inside.
                    is_element = self.open[-1:] == ["["]
                    if self.broke is not None and (self.last != ":" or self.begins_alike(at)) or \
                            is_element and self.is_pretty and text[at + 1] != '"' and \
                            self.indent_at(at) == self.indent and at < self.no_candidates_before:
                        self.stop(at, at)
                        return
                    if self.candidate is None and self.broke is None and at >= self.no_candidates_before:
                        self.candidate = at
                elif self.open == ["{"] and self.begins_alike(at) and self.indent_at(at) is None and \
                        self.candidate is None and self.broke is None and at >= self.no_candidates_before:
                    self.candidate = at
                self.open.append("{")
                self.want, self.last = "name or close", ""
                at += 1
            elif c == "[":
                if not self.value_may_be() and self.breaks(at):
                    return
                self.open.append("[")
                self.want, self.last = "value or close", "["
                at += 1
            elif c in "}]":
                opener = "{" if c == "}" else "["
                if opener not in self.open:
                    if self.in_array:
                        self.stop(at, at)
                        return
                    if self.breaks(at):
                        return
                    at += 1
                    continue
                fits = self.want == "comma" or self.want == (
                    "name or close" if c == "}" else "value or close")
                if (not fits or self.open[-1] != opener) and self.breaks(at):
                    return
                while self.open.pop() != opener:
                    pass
                self.want, self.last = "comma", ""
                at += 1
                if not self.open:
                    self.end = self.next = at
                    return
            elif c == ",":
                if self.want != "comma" and self.breaks(at):
                    return
                self.want = "name" if self.open[-1:] == ["{"] else "value"
                self.last = ","
                at += 1
            elif c == ":":
                if (self.want != "colon" or self.last != "string") and self.breaks(at):
                    return
                self.want = "value"
                self.last = ":" if self.last == "string" else ""
                at += 1
            elif c == "\0" and text[at + 1:at + 2] not in ("\0", "{"):
                if self.breaks(at):
                    return
                at += 1
            elif c in "\0\x1e":
                if not self.breaks(at):
                    self.stop(at, at)
                return
            else:
                word = re.compile(r'[^ \t\r\n{}\[\]:,"\0\x1e]+').match(text, at)[0]
                # At a line's beginning, a value of JSON's and what may follow one.
                fits = self.value_may_be() and (text[at - 1] != "\n" or re.compile(
                    SCALAR + r"[ \t\r]*(?:[,}\]\n\0\x1e]|\Z)").match(text, at) is not None)
                if not fits and self.breaks(at):
                    return
                at += len(word)
                self.want, self.last = "comma", ""


def is_end_of_document(text, at):
    """Whether no valid document goes on behind the line's end at `at`."""
    if at + 1 >= len(text):
        return True
    before = text[:at].rstrip(WHITE)[-1:]
    return before not in ("", ",", ":", "[", "{", "\0") and text[at + 1] not in ' \t\r\n}],:"\0'


class Reader:
    """`records` of (offset, length, line, what), `what` a JSON text or an error's code; and how many
    lines were `passed_over`."""

    def __init__(self, text, strings=False):
        self.text, self.strings = text, strings
        self.records, self.passed_over = [], 0
        self.with_names = 0  # of the lines that were passed over
        self.line_text = ""  # outside of documents
        self.arrays, self.before = 0, "["
        self.has_text = self.has_document = self.text_goes_on = False
        self.looked_at = 0  # no candidates in front of that
        self.held = None  # where text in braces is, the last record, if no document follows on the line
        # Where documents begin that nothing but spaces divides from another, on a line with text in front.
        self.behind_documents = set()
        self.is_behind = False  # of what comes next
        self.read()

    def add(self, begin, end, what):
        self.records.append((begin, end - begin, 1 + self.text.count("\n", 0, begin), what))

    def end_line(self):
        if self.has_text and not self.has_document:
            self.passed_over += 1
            self.with_names += any(name in self.line_text for name in NAMES)
        self.line_text = ""
        self.has_text = self.has_document = False
        self.held = None

    def end_arrays(self, at):
        if self.arrays and self.before != "?":
            self.add(at, at, "truncated")
        self.arrays = 0

    def read(self):
        text, at = self.text, 0
        while at < len(text):
            c = text[at]
            if c not in " {":
                self.is_behind = False
            if c == "\n":
                self.end_line()
                if at + 1 < len(text) and is_end_of_document(text, at):
                    self.end_arrays(at + 1)
                at += 1
            elif text.startswith("\0\0", at):
                self.held = None
                end = at + len(re.compile("\0+").match(text, at)[0])
                self.add(at, end, "nul_bytes")
                self.before = "?"
                at = end
            elif c == "{":
                at = self.brace(at)
            elif self.in_text(at):
                self.line_text += c
                at += 1
            elif c in " \t\r\x1e\0":
                if c in "\x1e\0":
                    self.held = None
                at += 1
            elif text.startswith("\xef\xbb\xbf", at):
                at += 3
            elif c == ",":
                if self.arrays:
                    if self.before in "[,":
                        self.add(at, at + 1, "expected_value")
                    else:
                        self.before = ","
                at += 1
            elif c == "]":
                if self.arrays:
                    if self.before == ",":
                        self.add(at, at, "expected_value")
                    self.arrays -= 1
                    self.before = "value"
                at += 1
            elif c == "[" and not self.has_text and (
                    text[at + 1:].lstrip(WHITE)[:1] in ("", "{", "[", "]", "\0") or
                    text[at + 1:].lstrip(WHITE).startswith("null,") or
                    self.strings and text[at + 1:].lstrip(WHITE)[:1] == '"'):
                self.arrays += 1
                self.before = "["
                at += 1
            elif c == '"' and self.strings and not self.has_text and (
                    self.arrays or self.is_alone(at)):
                at = self.string(at)
            elif self.arrays and self.before in "[," and self.element(at):
                self.passed_over += 1
                self.before = "value"
                at = self.element(at)
            else:
                # What was in front of it was no text.
                self.line_text += "\n" + c
                self.has_text = self.text_goes_on = True
                if c != "[":
                    self.before = "?"
                at += 1
        self.end_line()
        self.end_arrays(at)

    def is_alone(self, at):
        """Whether the string there is all of its line, or cut by its end."""
        close = INSIDE.match(self.text, at + 1).end()
        return self.text[close:close + 1] != '"' or \
            re.compile(r"[ \t\r]*,?[ \t\r]*(?:[\n\0\x1e]|\Z)").match(self.text, close + 1) is not None

    def element(self, at):
        """Where one of the array ends that is no document, nor has one in it; 0 if there is none."""
        found = ELEMENT.match(self.text, at)
        return found.end(1) if found and "{" not in found[1] else 0

    def is_name(self, quote):
        """Behind text: one that a colon follows, or that is cut."""
        text = self.text
        end = STRING.match(text, quote + 1).end()
        if text[end:end + 1] == '"':
            return re.compile(r"[ \t\r]*(?:[:\n\0]|\Z)").match(text, end + 1) is not None
        if end > quote + 1 and text[quote + 1] != "\r":
            first = text[quote + 1]
            return ord(first) >= 0x80 or first.isalnum() or first in "_@$\\"
        return text[text.rfind("{", 0, quote) - 1] != '"'

    def in_text(self, at):
        """Text goes on to the line's end, a brace or a NUL."""
        if self.text[at - 1:at] in ("", "\n") or not self.has_text or self.text[at] == "\0":
            self.text_goes_on = False
        return self.text_goes_on

    def took(self, begin, end, goes_on, what, whole):
        if self.held is not None and begin - self.held <= 4096:
            self.records.pop()
        self.held = None
        if self.arrays and self.before == "value":
            self.add(begin, begin, "expected_comma")
        self.add(begin, end, what)
        if self.is_behind and self.text[begin - 1] == " ":
            self.behind_documents.add(begin)
        self.is_behind = whole and self.has_text and "\n" not in self.text[end:goes_on]
        self.text_goes_on = False
        self.before = "value" if whole else "?"
        lines = self.text[end:goes_on].split("\n")
        if len(lines) == 1:
            self.has_document = True
        else:
            self.passed_over += sum(line.strip(BLANK) != "" for line in lines[1:-1])
            self.has_document = False
            self.line_text = ""
            self.has_text = lines[-1].strip(BLANK) != ""
        return goes_on

    def brace(self, at):
        text = self.text
        behind = text[at + 1:].lstrip(WHITE)
        first = not self.has_text and not self.has_document
        if UTF16.match(text, at) and (first or text[at + 2] != "}"):
            return self.utf16(at)
        for sign, decoded in ESCAPES:
            if behind.startswith(sign) and not (
                    sign == '""' and behind[2:].lstrip(BLANK).startswith(":")):
                return self.escaped(at, decoded)
        alone = re.match(r"\}[ \t\r,]*(?:[\n\0]|$)", behind)
        is_document = behind.startswith('"') and (
            not self.has_text or self.is_name(text.index('"', at))) or (
            behind.startswith("}") and (self.arrays or first and alone)) or (
                not behind.startswith(("}", "[")) and first)
        if not is_document:
            self.line_text += "\n"
            self.has_text = self.text_goes_on = True
            self.is_behind = False
            return at + 1
        end = whole_document(text, at)
        if end is not None:
            return self.took(at, end, end, text[at:end], True)
        broken = Broken(text, at, self.arrays > 0, self.looked_at)
        if broken.is_printed:
            self.looked_at = max(self.looked_at, broken.broke)
            return self.escaped(at, unescaped, text[at - 1])
        if broken.broke is not None and broken.candidate is not None:
            self.looked_at = max(self.looked_at, broken.broke)
        whole = broken.next == broken.end and text[broken.end - 1] == "}" and not broken.open
        what = text[at:broken.end]
        if text[at - 1:at] == "'" and whole_document(unescaped(what), 0) == len(unescaped(what)):
            what = unescaped(what)  # as Python prints it
        next_ = self.took(at, broken.end, broken.next, what, whole)
        if broken.in_braces and not self.arrays and "\n" not in text[at:next_]:
            self.held, self.has_text, self.is_behind = at, True, False
        if broken.candidate is not None and broken.candidate == next_ and broken.broke is not None:
            self.has_document = self.has_text = False
        return next_

    def string(self, at):
        end = re.compile(r'"(?:[^"\\\n]|\\[^\n]|\\(?=\n|\Z))*').match(self.text, at).end()
        whole = self.text[end:end + 1] == '"'
        end += whole
        stop = end if whole else len(self.text[:end].rstrip(WHITE))
        stop -= bool(not whole and self.arrays and self.text[stop - 1] == ",")
        return self.took(at, stop, end, self.text[at:end], whole)

    def utf16(self, begin):
        """Appended by PowerShell, low bytes first."""
        text = self.text
        at, brace, depth, in_string, skips, last = begin, 0, 0, False, False, ""
        while at < len(text):
            unit = text[at:at + 2]
            if unit[1:] not in ("", "\0"):
                # UTF-8 in truth: a document, or a line's end at which a text may be cut.
                ends = [i for i in range(2) if ASCII.match(text, at + i) or unit[i] == "\n" and (
                    is_end_of_document(text, at + i) or ASCII.match(text, at + i + 1))]
                if ends:
                    at += ends[0]
                    break
                at, skips, last = at + 2, False, ""
                continue
            if unit in ("\0\0", "\n") or unit[0] == "\n" and (
                    in_string or text.startswith("{\0", at + 2) and last not in ("[", ",")):
                break
            if unit[0] not in WHITE:
                last = unit[0]
            at += len(unit)
            if unit[0] == "}":
                brace = at
            if skips or unit[0] == "\\":
                skips = not skips and in_string
            elif unit[0] == '"':
                in_string = not in_string
            elif not in_string and unit[0] in "{}":
                depth += 1 if unit[0] == "{" else -1
                if depth == 0:
                    break
        end = brace or len(text[:at].rstrip(WHITE))
        units = (text[begin:end] + "\0" * ((end - begin) % 2)).encode("latin-1")
        what = units.decode("utf-16-le", "surrogatepass").encode("utf-8", "surrogatepass").decode("latin-1")
        return self.took(begin, end, at, what, True)

    def escaped(self, begin, decoded, behind=""):
        """Up to the brace that closes the first one; if none does, to what ends the text around."""
        text = self.text
        at, brace, depth, in_string = begin, 0, 0, False
        skips = False  # behind a backslash of the document
        bare = behind != "" or None  # whether its quotes are not escaped, for Python quotes with '
        is_sql = False
        over_lines = decoded in (undoubled, without_entities)
        while at < len(text) and text[at] != "\0":
            if text[at] == "\n":
                if not over_lines or is_end_of_document(text, at):
                    break
                in_string, skips, at = False, False, at + 1
                continue
            if behind == "'" and text[at] == "'":
                if text[at + 1:at + 2] != "'":
                    break
                is_sql, skips, at = True, False, at + 2
                continue
            if behind == "\t" and text[at] == "\t":
                break
            written = WRITTEN[decoded].match(text, at)
            piece = written[0] if written else text[at]
            character = {"\\n": "\n", "\\r": "\n"}.get(piece) if decoded is unescaped else None
            if character is None:
                character = decoded(piece) if written else piece
            if piece == '\\"' and decoded is unescaped and bare is None:
                bare = False
            if piece == '"' or piece == "<" and decoded is without_entities:
                if decoded is not unescaped or bare is False:
                    break
                bare = True
            at += len(piece)
            if character == "}":
                brace = at
            if skips:
                skips = False
            elif character == "\\" and (decoded not in (unescaped, unhexed) or written):
                skips = in_string
            elif character == '"':
                in_string = not in_string
            elif character == "\n":
                in_string = False
            elif not in_string and character in "{}":
                depth += 1 if character == "{" else -1
                if depth == 0:
                    break
        end = brace or len(text[:at].rstrip(WHITE))
        what = decoded(text[begin:end])
        if is_sql:
            what = unescaped(text[begin:end].replace("''", "'"))
        elif behind == "'" and whole_document(what, 0) != len(what):
            what = text[begin:end]
        return self.took(begin, end, at, what, True)
