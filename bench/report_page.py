"""Pieces of the page: tables, sections, and what the audit's report looks like."""

import base64
import hashlib
import html
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
ASSETS = os.path.join(HERE, os.pardir, "audit", "report", "html_assets.h")
esc = html.escape


def house():
    """The audit report's style and script, of which there is one copy."""
    with open(ASSETS, encoding="utf-8") as file:
        text = file.read()
    return tuple(re.search(r'R"%s\((.*?)\)%s"' % (kind, kind), text, re.S)[1] for kind in ("css", "js"))


def source_hash(text):
    return "'sha256-%s'" % base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


class Cell(str):
    """HTML, as it is."""
    style = ""


def cell(text, style=""):
    made = Cell(text)
    made.style = style
    return made


def number(text):
    return cell(esc(str(text)), "n")


def table(heads, rows, label, styles=(), style=""):
    """`heads` that begin with "#" are of numbers. `styles` are of rows."""
    out = ['<div class="scroll" tabindex="0" role="region" aria-label="%s"><table%s>\n<thead><tr>'
           % (esc(label), ' class="%s"' % style if style else "")]
    for head in heads:
        out.append('<th scope="col"%s>%s</th>' % (' class="n"' if head.startswith("#") else "",
                                                  esc(head.lstrip("#"))))
    out.append("</tr></thead>\n<tbody>\n")
    for i, row in enumerate(rows):
        style = styles[i] if i < len(styles) else ""
        out.append("<tr%s>" % (' class="%s"' % style if style else ""))
        for column, value in enumerate(row):
            is_html = isinstance(value, Cell)
            out.append("<%s%s>%s</%s>" % ('td' if column else 'th scope="row"',
                                          ' class="%s"' % value.style if is_html and value.style else "",
                                          value if is_html else esc(str(value)), "td" if column else "th"))
        out.append("</tr>\n")
    return "".join(out) + "</tbody></table></div>\n"


def section(name, title, about, body, small=""):
    return ('<section id="%s" aria-labelledby="%s-title"><h2 id="%s-title">%s%s</h2>\n%s%s</section>\n'
            % (name, name, name, esc(title), " <small>%s</small>" % esc(small) if small else "",
               '<p class="about">%s</p>\n' % about if about else "", body))
