# The audit's core question, for jq -n: responses by action and by statusCode, and bad lines. In front
# of this comes what `responses` are in a kind of log (audit_kinds.py); what is no JSON is null.
# Not asked: members that appear twice, which jq cannot see.
def text_or_null: . == null or type == "string";
def created:
  (.partnerLeadOpportunityId | type == "string" or type == "object") and
  (.dsLeadOpportunityId | type == "string") and (.action | type == "string") and
  (.info | type == "object" and (.success | type == "boolean") and
    (.statusCode | type == "number" and . == floor) and
    (.timestamp | text_or_null) and (.traceId | text_or_null)) and
  (.error | . == null or (type == "object" and
    ((has("code") | not) or (.code | type == "string")) and
    ((has("message") | not) or (.message | type == "string"))));
def envelope: (.info | type == "object" and (.success | type == "boolean")) and
  (has("data") and (.data | . == null or type == "object"));
def message: (.message | type == "string") and
  (has("partnerLeadOpportunityId") or has("dsLeadOpportunityId") or has("action") or
    has("info") | not);

reduce responses as $r ({actions: {}, status_codes: {}, bad: 0};
  if ($r | type) != "object" then .bad += 1
  elif $r | created then
    .actions[$r.action] += 1 | .status_codes[$r.info.statusCode | tostring] += 1
  elif $r | envelope then
    (if $r.data.action | type == "string" then .actions[$r.data.action] += 1 else . end) |
    (if $r.info.statusCode | type == "number"
     then .status_codes[$r.info.statusCode | tostring] += 1 else . end)
  elif $r | message then .
  else .bad += 1 end)
