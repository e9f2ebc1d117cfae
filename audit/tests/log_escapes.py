"""How documents are written in texts that escape their quotes, for log_reader.py."""

import html
import json
import re


def unescaped(text):
    """As in a JSON string; what is no escape there stays as it is. What Python has as \\xHH is a byte, as
    in its bytes; a character, as in its strings, if not all is UTF-8 then."""
    def one(match, hex_is_byte):
        if match[0] == "\\'":
            return "'"
        if match[0].startswith("\\x") and len(match[0]) == 4:
            character = chr(int(match[0][2:], 16))
            return character if hex_is_byte else character.encode().decode("latin-1")
        try:
            character = json.loads('"%s"' % match[0])
            return character.encode().decode("latin-1")
        except ValueError:
            return match[0]
    pattern = r"\\x[0-9a-fA-F]{2}|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\[^u]"
    for hex_is_byte in True, False:
        result = re.sub(pattern, lambda match: one(match, hex_is_byte), text, flags=re.S)
        try:
            result.encode("latin-1").decode()
            break
        except UnicodeError:
            pass
    return result


def undoubled(text):
    return text.replace('""', '"')


def unhexed(text):
    return re.sub(r"\\x([0-9a-fA-F]{2})", lambda match: chr(int(match[1], 16)), text)


ENTITY = re.compile("&(?:quot|amp|lt|gt|apos|#34|#x22|#39|#x27|#92|#x[aAdD9]|#10|#13|#9);")


def without_entities(text):
    return ENTITY.sub(lambda match: html.unescape(match[0]), text)


ESCAPES = [('""', undoubled), ("\\x", unhexed), ('\\"', unescaped), ("\\n", unescaped),
           ("\\r", unescaped), ("\\t", unescaped), ("&quot;", without_entities),
           *((sign, without_entities) for sign in ["&#34;", "&#x22;", "&#10;", "&#13;", "&#9;", "&#xa;",
                                                   "&#xA;", "&#xd;", "&#xD;", "&#x9;"])]
# How a character is written that is not written as it is.
WRITTEN = {undoubled: re.compile('""'), unhexed: re.compile(r"\\x(?:22|5[cC])"),
           unescaped: re.compile(r"\\[^\n\0]"), without_entities: ENTITY}
