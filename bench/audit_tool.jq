# The question of audit_tool.py, for jq -n. In front of this comes what `responses` are in a kind of log
# (audit_kinds.py); what is no JSON is null. One count for each, and tables of what was counted, as each
# change of an object takes time.
reduce (responses | [.info.success == null, .action // .data.action, .info.statusCode] | tojson) as $key
  ({}; .[$key] += 1) |
reduce to_entries[] as {$key, $value} ({actions: {}, status_codes: {}, bad: 0};
  ($key | fromjson) as [$bad, $action, $code] |
  if $bad then .bad += $value
  else
    if $action == null then . else .actions[$action] += $value end |
    if $code == null then . else .status_codes[$code | tostring] += $value end
  end)
