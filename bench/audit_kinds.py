"""Kinds of logs that `gen --log` writes, and how others than leadscan find the responses in them."""

import re
import subprocess

# jq reads raw control characters, and bytes that are not UTF-8 as U+FFFD; JSON has neither.
JQ_LINES = """def responses: inputs as $line |
  if $line | contains("\\t") or contains("\\ufffd") then null else $line | fromjson? // null end;
"""

# Of some: jq's options, and its `responses`; and what DuckDB selects them from, as `response`.
DUCKDB_LINES = """(SELECT {} AS response FROM read_csv('FILE', header = false, delim = '\\x01',
    quote = '', escape = '', columns = {{'line': 'VARCHAR'}}))"""
RIVALS = {
    "ndjson": (["-R"], JQ_LINES, "(SELECT json AS response FROM read_ndjson_objects('FILE'))"),
    "concatenated": ([], "def responses: inputs;\n",
                     "(SELECT json AS response FROM read_json_objects('FILE', format = 'unstructured'))"),
    "prefixed": (["-R"], """def responses: inputs | .[index("{"):] | fromjson? // null;\n""",
                 DUCKDB_LINES.format("substr(line, instr(line, '{'))")),
    "docker": (["-R"], "def responses: inputs | fromjson | .log | fromjson? // null;\n",
               "(SELECT log AS response FROM read_ndjson('FILE', columns = {'log': 'VARCHAR'}))"),
    "string": (["-R"], "def responses: inputs | fromjson | .body | fromjson? // null;\n",
               "(SELECT body AS response FROM read_ndjson('FILE', columns = {'body': 'VARCHAR'}))"),
    "har": ([], "def responses: input | .log.entries[].response.content.text | fromjson? // null;\n",
            """(SELECT unnest(log.entries).response.content.text AS response FROM read_json('FILE',
    maximum_object_size = 2000000000, columns = {'log':
    'STRUCT(entries STRUCT(response STRUCT(content STRUCT("text" VARCHAR)))[])'}))"""),
}


def all_kinds(leadscan):
    """Every kind, and what leadscan reads it with, as the help says."""
    text = subprocess.run([leadscan, "gen", "--help"], stdout=subprocess.PIPE, check=True).stdout
    listed = " ".join(text.decode().split()).split("what it is read with: ")[1].split(" --seed")[0]
    return {name: options.split()
            for name, options in re.findall(r"(\w+)(?: \(([^)]*)\))?(?:,|$)", listed)}
