"""The audit's core question to DuckDB: responses by action and by statusCode, and bad ones. Only for
corpora whose bad records are no JSON, or have no info.

    audit_duckdb.py KIND FILE
"""

import json
import sys

import duckdb

from audit_kinds import RIVALS

KIND, PATH = sys.argv[1:]
QUERY = """
WITH found AS (
  SELECT CASE WHEN json_valid(response) THEN response END AS r FROM SOURCE),
parts AS (
  SELECT r->>'$.info.success' AS success, coalesce(r->>'$.action', r->>'$.data.action') AS action,
         r->>'$.info.statusCode' AS code FROM found)
SELECT success IS NULL AS bad, action, code, count(*) FROM parts GROUP BY ALL
""".replace("SOURCE", RIVALS[KIND][2].replace("FILE", PATH))


def main():
    actions, codes, bad = {}, {}, 0
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    for is_bad, action, code, count in connection.execute(QUERY).fetchall():
        if is_bad:
            bad += count
            continue
        if action is not None:
            actions[action] = actions.get(action, 0) + count
        if code is not None:
            codes[code] = codes.get(code, 0) + count
    print(json.dumps({"actions": actions, "status_codes": codes, "bad": bad}))


main()
