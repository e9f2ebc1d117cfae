"""Verdicts on records, for tests: what docs/families.md says, over json.loads; and what is in the
envelopes of logs. Texts are Latin-1, as in log_reader.py."""

import codecs
import json
import re

from log_reader import WHITE, Reader, refuse

STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
PART_OF_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*'
                            r'(?:\\(?:u[0-9a-fA-F]{0,3})?)?\Z')
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![0-9.eE+-])")
PART_OF_NUMBER = re.compile(r"-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:(?<=[0-9])[eE][-+]?[0-9]*)?)?\Z")


def is_cut_object(text):
    """Whether something could be written behind `text` that makes it a JSON object."""
    # Of the last character some bytes may be missing; it can only be in a string.
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(text.encode("latin-1"))
    except UnicodeDecodeError:
        return False
    missing = len(decoder.getstate()[0])
    if missing:
        rest = text[:-missing]
        return is_cut_object(rest + "x") and in_string(rest)
    at, open_, want = 0, [], "object"
    while True:
        while at < len(text) and text[at] in WHITE:
            at += 1
        if at == len(text):
            return bool(open_) or want == "object"
        c = text[at]
        if want == "object" and c != "{":
            return False
        if want in ("object", "value", "value or ]") and c in "{[":
            open_.append(c)
            want = "name or }" if c == "{" else "value or ]"
            at += 1
        elif c in "}]" and open_ and open_[-1] == {"}": "{", "]": "["}[c] and (
                want == "comma" or want == "name or }" and c == "}" or want == "value or ]" and c == "]"):
            open_.pop()
            at += 1
            if not open_:
                return False  # whole, or something is behind it
            want = "comma"
        elif c == "," and want == "comma":
            want = "name" if open_[-1] == "{" else "value"
            at += 1
        elif c == ":" and want == "colon":
            want = "value"
            at += 1
        elif c == '"' and want in ("name", "name or }", "value", "value or ]"):
            string = STRING.match(text, at)
            if string is None:
                return PART_OF_STRING.match(text, at) is not None
            at = string.end()
            want = "colon" if want.startswith("name") else "comma"
        elif want in ("value", "value or ]"):
            for word in ("true", "false", "null"):
                if text.startswith(word, at):
                    at += len(word)
                    break
                if word.startswith(text[at:]):
                    return True
            else:
                number = NUMBER.match(text, at)
                if number is None:
                    return PART_OF_NUMBER.match(text, at) is not None
                at = number.end()
            want = "comma"
        else:
            return False


def in_string(text):
    """Whether a string is open at the end of a text."""
    return re.sub(r"\\.", "", text, flags=re.S).count('"') % 2 == 1




class Repeated(dict):
    """An object with a name twice, first values first."""


def pairs(items):
    names = [name for name, _ in items]
    known = {}
    for name, value in items:
        known.setdefault(name, value)
    return Repeated(known, **{"\0": names}) if len(set(names)) < len(names) else known


KNOWN = {
    "": {"partnerLeadOpportunityId", "dsLeadOpportunityId", "action", "info", "error", "message", "data",
         "errors"},
    "info": {"success", "statusCode", "timestamp", "traceId", "timeStamp"},
    "error": {"code", "message"},
    "errors": {"code", "message"},
    "data": {"partnerLeadOpportunityId", "dsLeadOpportunityId", "action"},
}


def repeats(object_, level):
    if not isinstance(object_, Repeated):
        return False
    names = object_["\0"]
    return any(names.count(name) > 1 for name in KNOWN[level])


def loads(text):
    """The value, as if the text were UTF-8; ValueError if it is no JSON."""
    return json.loads(text.encode("latin-1").decode(), parse_constant=refuse, object_pairs_hook=pairs)


def is_integer(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == int(value)


def verdict(text):
    try:
        value = loads(text)
    except (ValueError, RecursionError):
        return "truncated" if is_cut_object(text) else "malformed"
    if not isinstance(value, dict):
        return "violation"
    if repeats(value, "") or any(repeats(value.get(level), level) for level in KNOWN if level):
        return "violation"
    info = value.get("info")
    optional_text = (str, type(None))
    error = value.get("error")
    if isinstance(value.get("partnerLeadOpportunityId"), (str, dict)) and \
            isinstance(value.get("dsLeadOpportunityId"), str) and \
            isinstance(value.get("action"), str) and isinstance(info, dict) and \
            isinstance(info.get("success"), bool) and is_integer(info.get("statusCode")) and \
            isinstance(info.get("timestamp"), optional_text) and \
            isinstance(info.get("traceId"), optional_text) and \
            (error is None or isinstance(error, dict) and all(
                isinstance(error.get(name, ""), str) for name in ("code", "message"))):
        return "created"
    if isinstance(info, dict) and isinstance(info.get("success"), bool) and \
            "data" in value and isinstance(value["data"], (dict, type(None))):
        return "update" if info["success"] else "failure"
    if isinstance(value.get("message"), str) and not KNOWN[""] & set(value) & {
            "partnerLeadOpportunityId", "dsLeadOpportunityId", "action", "info"}:
        return "message"
    return "violation"


def envelope_of(text):
    """Where the response is in the record of a log that is known by its own members."""
    try:
        value = loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("log"), str) and value.get("stream") in ("stdout", "stderr"):
        return "log"
    if "__CURSOR" in value and "__REALTIME_TIMESTAMP" in value:
        return "MESSAGE"
    return logged_in(value)


# Of what loggers write beside a message; those that the mixtures have.
OF_LOGGERS = {"level", "severity", "logger", "@timestamp"}


def logged_in(value):
    """The member of a logger's line, which is no response, that has what was logged."""
    if not isinstance(value, dict) or not OF_LOGGERS & set(value) or \
            {"partnerLeadOpportunityId", "dsLeadOpportunityId", "action", "info"} & set(value):
        return None
    return next((name for name in ("message", "msg", "event") if name in value), None)


def place_of(text, name):
    """Where the value of a member of an object begins and ends."""
    decoder = json.JSONDecoder()
    at = text.index("{") + 1
    while True:
        key, at = decoder.raw_decode(text, text.index('"', at))
        begin = re.compile(r"[ \t\r\n:]*").match(text, at).end()
        _, at = decoder.raw_decode(text, begin)
        if key == name:
            return begin, at


def is_of_api(value):
    """Whether an object is a response, good or bad."""
    if not isinstance(value, dict):
        return False
    info = value.get("info")
    return "dsLeadOpportunityId" in value or "partnerLeadOpportunityId" in value and "action" in value or \
        isinstance(info, dict) and ("success" in info or "statusCode" in info)


def is_other(text):
    """Whether a document behind another one is what loggers add there."""
    return verdict(text) == "violation" and not any(
        name in text for name in ("dsLeadOpportunityId", "partnerLeadOpportunityId")) and not (
            "info" in text and ("success" in text or "statusCode" in text))


def holds_response(value, is_top=False):
    """Whether a response is somewhere in a value, or in a text of it that may be cut."""
    if isinstance(value, (dict, list)):
        inside = value.values() if isinstance(value, dict) else value
        return not is_top and is_of_api(value) or any(holds_response(one) for one in inside)
    if not isinstance(value, str) or "{" not in value:
        return False
    begin = re.search(r'\{[ \t]*(?:["}]|$)', value) or re.search(r"\{", value)
    text = value[begin.start():]
    text = text[:text.rfind("}") + 1] or text
    try:
        return holds_response(json.loads(text, parse_constant=refuse))
    except ValueError:
        has = {name for name in ("dsLeadOpportunityId", "partnerLeadOpportunityId", "info", "success",
                                 "statusCode") if re.search(name + r'\\*"', text)}
        return bool(has & {"dsLeadOpportunityId", "partnerLeadOpportunityId"}) or \
            "info" in has and len(has) > 1


class Audit:
    """`records` of (offset, length, line, verdict), and what was `passed_over`, by reason."""

    def __init__(self, data, at=None):
        text = data.decode("latin-1")
        self.records = []
        reader = Reader(text, at is not None)
        self.passed_over = {"no_object": 0, "no_response": 0, "response_elsewhere": 0, "api_member": reader.with_names}
        self.passed_over["no_object"] += reader.passed_over - reader.with_names
        for offset, length, line, what in reader.records:
            where = (offset, length, line)
            if what in ("truncated", "expected_comma", "expected_value", "nul_bytes"):
                self.take(where, "truncated" if what == "truncated" else "malformed")
                continue
            if at is None and offset in reader.behind_documents and is_other(what):
                self.passed_over["no_response"] += 1
                continue
            is_plain = what == text[offset:offset + length]
            name = at or envelope_of(what)
            found = verdict(what)
            if not is_plain and at is None or name is None or at is None and found != "violation":
                self.take_or_open(where, what, found)
            else:
                self.open(where, what, name, at is None)

    def take(self, where, found):
        self.records.append((*where, found))

    def take_or_open(self, where, text, found):
        """Of a line of a logger's, which looks like a gateway's message, what is in its text. Where the
        next record in the same one is."""
        value = loads(text) if found in ("message", "violation") else {}
        name = logged_in(value)
        if found == "message" and holds_response(value, True):
            name = "message"
        if name is None:
            self.take(where, found)
            return (where[0], 0, where[2])
        if isinstance(value[name], dict):
            begin, end = place_of(text, name)
            inner = verdict(text[begin:end])
            if inner != "violation" or is_of_api(value[name]) or logged_in(value[name]):
                return self.take_or_open(where, text[begin:end], inner)
        logged = value[name] if isinstance(value[name], str) else ""
        inner = Reader(logged.encode("utf-8", "surrogatepass").decode("latin-1"))
        where = self.take_all(where, inner)
        if not inner.records:
            self.passed_over["response_elsewhere" if holds_response(value, True) else "no_object"] += 1
        return where

    def take_all(self, where, inner):
        for offset, _, _, what in inner.records:
            if offset in inner.behind_documents and is_other(what):
                self.passed_over["no_response"] += 1
            else:
                where = self.take_inner(where, what)
        return where

    def take_inner(self, where, what):
        if what in ("truncated", "expected_comma", "expected_value", "nul_bytes"):
            self.take(where, "truncated" if what == "truncated" else "malformed")
            return (where[0], 0, where[2])
        return self.take_or_open(where, what, verdict(what))

    def open(self, where, record, name, is_recognised):
        try:
            value = json.loads(record.encode("latin-1").decode(), parse_constant=refuse)
        except (ValueError, RecursionError):
            self.take(where, verdict(record))
            return
        while isinstance(value, str):  # the pointer goes on in strings
            try:
                value = json.loads(value, parse_constant=refuse)
            except ValueError:
                value = None
        rest = {key: one for key, one in value.items() if key != name} if isinstance(value, dict) else {}
        value = value.get(name) if isinstance(value, dict) else None
        known, before = len(self.records), dict(self.passed_over)
        if is_recognised and isinstance(value, dict) and logged_in(loads(record)) == name:
            begin, end = place_of(record, name)
            inner = verdict(record[begin:end])
            if inner != "violation" or is_of_api(value) or logged_in(value):
                self.take_or_open(where, record[begin:end], inner)
            else:
                self.passed_over["no_response"] += 1
                rest[name] = {"": value}
        else:
            self.open_value(where, value)
        # Where a log was only recognised, a response may be elsewhere.
        if is_recognised and len(self.records) == known and holds_response(rest, True):
            why = "no_object" if self.passed_over["no_object"] > before["no_object"] else "no_response"
            if self.passed_over[why] > before[why]:
                self.passed_over[why] -= 1
                self.passed_over["response_elsewhere"] += 1

    def open_value(self, where, value):
        if value is None:
            self.passed_over["no_response"] += 1
        elif isinstance(value, list) and value and all(type(x) is int and 0 <= x <= 255 for x in value):
            self.open_text(where, bytes(value).decode("latin-1"))
        elif not isinstance(value, str):
            text = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass").decode("latin-1")
            self.take_or_open(where, text, verdict(text))
        else:
            self.open_text(where, value.encode("utf-8", "surrogatepass").decode("latin-1"))

    def open_text(self, where, text):
        found = verdict(text)
        if found not in ("violation", "malformed", "truncated"):
            self.take_or_open(where, text, found)
            return
        inner = Reader(text)
        where = self.take_all(where, inner)
        if not inner.records:
            self.passed_over["no_object"] += 1
