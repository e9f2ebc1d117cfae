# The audit's core question, for jq -R -n: responses by action and by statusCode, and bad lines.
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

reduce inputs as $line ({actions: {}, status_codes: {}, bad: 0};
  # jq reads raw control characters, and bytes that are not UTF-8 as U+FFFD; JSON has neither.
  (if $line | contains("\t") or contains("\ufffd") then null else $line | fromjson? // null end)
    as $r |
  if ($r | type) != "object" then .bad += 1
  elif $r | created then
    .actions[$r.action] += 1 | .status_codes[$r.info.statusCode | tostring] += 1
  elif $r | envelope then
    (if $r.data.action | type == "string" then .actions[$r.data.action] += 1 else . end) |
    (if $r.info.statusCode | type == "number"
     then .status_codes[$r.info.statusCode | tostring] += 1 else . end)
  elif $r | message then .
  else .bad += 1 end)
