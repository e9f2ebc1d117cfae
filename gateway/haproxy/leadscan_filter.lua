-- A filter for HAProxy, by which a log has what the responses of the partner API say: haproxy.cfg beside
-- this file uses it. It collects a body as it passes, and holds nothing back.
--
-- Variables: txn.lead_status (ok, violation, malformed, truncated, incomplete, too_large, encoded,
-- skipped), txn.lead_family, txn.lead_ds_id, txn.lead_trace_id, txn.lead_violation.
local leadscan = require "leadscan"

local Filter = {}
Filter.id = "leadscan"
Filter.flags = filter.FLT_CFG_FL_HTX
Filter.__index = Filter

local BODILESS = { [204] = true, [206] = true, [304] = true }

local function first(headers, name)
  return headers[name] and headers[name][0] or ""
end

local function is_json(kind)
  kind = kind:lower()
  return kind:match("^application/json$") or kind:match("^application/json[; ]")
end

function Filter:new()
  return setmetatable({ pieces = {}, size = 0 }, Filter)
end

function Filter:start_analyze(txn, channel)
  if channel:is_resp() then
    filter.register_data_filter(self, channel)
  end
end

-- A body that is not to be read has its status now. All others have incomplete until they end: of one
-- that is cut no more is heard.
function Filter:http_headers(txn, message)
  if not message.channel:is_resp() then
    return
  end
  local headers = message:get_headers()
  local status = "incomplete"
  if txn.f:method() == "HEAD" or BODILESS[tonumber(message:get_stline().code)] or
    not is_json(first(headers, "content-type")) then
    status = "skipped"
  elseif first(headers, "content-encoding") ~= "" then
    status = "encoded"
  elseif (tonumber(first(headers, "content-length")) or 0) > leadscan.limit then
    status = "too_large"
  end
  self.is_read = status == "incomplete"
  txn:set_var("txn.lead_status", status)
end

function Filter:http_payload(txn, message)
  if not message.channel:is_resp() or not self.is_read then
    return
  end
  local piece = message:body()
  if not piece or piece == "" then
    return
  end
  self.size = self.size + #piece
  if self.size > leadscan.limit then
    self.is_read, self.pieces = false, {}
    txn:set_var("txn.lead_status", "too_large")
    return
  end
  self.pieces[#self.pieces + 1] = piece
end

function Filter:http_end(txn, message)
  if not message.channel:is_resp() or not self.is_read then
    return
  end
  self.is_read = false
  if self.size == 0 then
    txn:set_var("txn.lead_status", "skipped")
    return
  end
  local lead = leadscan.parse(table.concat(self.pieces))
  for _, name in ipairs { "status", "family", "ds_id", "trace_id", "violation" } do
    if lead[name] then
      txn:set_var("txn.lead_" .. name, lead[name])
    end
  end
end

core.register_filter("leadscan", Filter, function(self)
  return self
end)
