# The question of audit_tool.py, for jq -n. In front of this comes what `responses` are in a kind of log
# (audit_kinds.py); what is no JSON is null.
reduce responses as $it ({actions: {}, status_codes: {}, bad: 0};
  if $it.info.success == null then .bad += 1
  else
    ($it.action // $it.data.action) as $action | $it.info.statusCode as $code |
    if $action == null then . else .actions[$action] += 1 end |
    if $code == null then . else .status_codes[$code | tostring] += 1 end
  end)
