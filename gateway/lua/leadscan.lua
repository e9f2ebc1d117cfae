-- What a response of the partner API says, for OpenResty, Kong and APISIX: LuaJIT's FFI over
-- libleadscan.so.0, without a module for nginx. docs/gateway-lua-envoy.md has it in use.
--
--   init_by_lua           leadscan.setup { limit = 65536 }   loads the library, or says what is wrong
--   header_filter_by_lua  leadscan.header_filter()           which bodies are looked at
--   body_filter_by_lua    leadscan.body_filter()             gathers one, and holds nothing back
--   log_by_lua            leadscan.log()                     a table: status, family, ds_id, ...
--
--   leadscan.parse(body)                                     the same of a text
--
-- The two filters call no library and raise no error, so they cannot fail a response. A parser is
-- one Lua VM's, as all that is in a module: one for each worker of nginx.
local ffi = require "ffi"

-- begin cdef (of leadscan.h: tools/bazel run //gateway/lua:cdef_test -- --update)
local CDEF = [[
enum leadscan_status {
  LEADSCAN_STATUS_INCOMPLETE = -2,
  LEADSCAN_STATUS_INVALID_ARGUMENT = -1,
  LEADSCAN_STATUS_OK = 0,
  LEADSCAN_STATUS_TOO_LARGE = 1,
  LEADSCAN_STATUS_TOO_DEEP = 2,
  LEADSCAN_STATUS_OUT_OF_MEMORY = 3,
  LEADSCAN_STATUS_TRUNCATED = 4,
  LEADSCAN_STATUS_BYTE_ORDER_MARK = 5,
  LEADSCAN_STATUS_INVALID_UTF8 = 6,
  LEADSCAN_STATUS_CONTROL_CHARACTER = 7,
  LEADSCAN_STATUS_INVALID_ESCAPE = 8,
  LEADSCAN_STATUS_LONE_SURROGATE = 9,
  LEADSCAN_STATUS_INVALID_NUMBER = 10,
  LEADSCAN_STATUS_INVALID_LITERAL = 11,
  LEADSCAN_STATUS_EXPECTED_VALUE = 12,
  LEADSCAN_STATUS_EXPECTED_NAME = 13,
  LEADSCAN_STATUS_EXPECTED_COLON = 14,
  LEADSCAN_STATUS_EXPECTED_COMMA = 15,
  LEADSCAN_STATUS_CONTENT_AFTER_DOCUMENT = 16,
  LEADSCAN_STATUS_UNEXPECTED_END = 17,
  LEADSCAN_STATUS_NOT_AN_OBJECT = 18,
  LEADSCAN_STATUS_MISSING_MEMBER = 19,
  LEADSCAN_STATUS_WRONG_TYPE = 20,
  LEADSCAN_STATUS_DUPLICATE_MEMBER = 21,
  LEADSCAN_STATUS_NUMBER_OUT_OF_RANGE = 22,
  LEADSCAN_STATUS_NUL_BYTES = 23,
};
enum leadscan_family {
  LEADSCAN_FAMILY_NONE = 0,
  LEADSCAN_FAMILY_CREATED = 1,
  LEADSCAN_FAMILY_UPDATE = 2,
  LEADSCAN_FAMILY_FAILURE = 3,
  LEADSCAN_FAMILY_MESSAGE = 4,
};
enum leadscan_verdict {
  LEADSCAN_VERDICT_NONE = 0,
  LEADSCAN_VERDICT_CREATED = 1,
  LEADSCAN_VERDICT_UPDATE = 2,
  LEADSCAN_VERDICT_FAILURE = 3,
  LEADSCAN_VERDICT_MESSAGE = 4,
  LEADSCAN_VERDICT_VIOLATION = 5,
  LEADSCAN_VERDICT_MALFORMED = 6,
  LEADSCAN_VERDICT_TRUNCATED = 7,
  LEADSCAN_VERDICT_TOO_LARGE = 8,
};
enum leadscan_presence {
  LEADSCAN_PRESENCE_ABSENT = 0,
  LEADSCAN_PRESENCE_NULL = 1,
  LEADSCAN_PRESENCE_VALUE = 2,
  LEADSCAN_PRESENCE_OTHER = 3,
};
enum leadscan_type {
  LEADSCAN_TYPE_NOTHING = 0,
  LEADSCAN_TYPE_NULL = 1,
  LEADSCAN_TYPE_BOOLEAN = 2,
  LEADSCAN_TYPE_INTEGER = 4,
  LEADSCAN_TYPE_NUMBER = 8,
  LEADSCAN_TYPE_STRING = 16,
  LEADSCAN_TYPE_ARRAY = 32,
  LEADSCAN_TYPE_OBJECT = 64,
};
enum leadscan_field {
  LEADSCAN_FIELD_PARTNER_LEAD_OPPORTUNITY_ID = 0,
  LEADSCAN_FIELD_DS_LEAD_OPPORTUNITY_ID = 1,
  LEADSCAN_FIELD_ACTION = 2,
  LEADSCAN_FIELD_INFO = 3,
  LEADSCAN_FIELD_INFO_SUCCESS = 4,
  LEADSCAN_FIELD_INFO_STATUS_CODE = 5,
  LEADSCAN_FIELD_INFO_TIMESTAMP = 6,
  LEADSCAN_FIELD_INFO_TRACE_ID = 7,
  LEADSCAN_FIELD_ERROR = 8,
  LEADSCAN_FIELD_ERROR_CODE = 9,
  LEADSCAN_FIELD_ERROR_MESSAGE = 10,
  LEADSCAN_FIELD_INFO_TIME_STAMP = 11,
  LEADSCAN_FIELD_DATA = 12,
  LEADSCAN_FIELD_DATA_PARTNER_LEAD_OPPORTUNITY_ID = 13,
  LEADSCAN_FIELD_DATA_DS_LEAD_OPPORTUNITY_ID = 14,
  LEADSCAN_FIELD_DATA_ACTION = 15,
  LEADSCAN_FIELD_ERRORS = 16,
  LEADSCAN_FIELD_ERRORS_CODE = 17,
  LEADSCAN_FIELD_ERRORS_MESSAGE = 18,
  LEADSCAN_FIELD_MESSAGE = 19,
  LEADSCAN_FIELD_DOCUMENT = 255
};
const char* leadscan_status_name(int32_t status);
const char* leadscan_family_name(int32_t family);
const char* leadscan_verdict_name(int32_t verdict);
const char* leadscan_presence_name(int32_t presence);
const char* leadscan_type_name(int32_t type);
const char* leadscan_status_description(int32_t status);
const char* leadscan_field_name(int32_t field);
const char* leadscan_field_pointer(int32_t field);
const char* leadscan_field_member(int32_t field);
int32_t leadscan_field_count(void);
uint32_t leadscan_version_number(void);
const char* leadscan_version(void);
typedef struct leadscan_parser leadscan_parser;
size_t leadscan_parser_size(size_t largest_document);
size_t leadscan_parser_alignment(void);
leadscan_parser* leadscan_parser_init(void* memory, size_t size, size_t largest_document);
typedef struct leadscan_text {
  const char* data;
  uint32_t size;
  uint8_t presence;
  uint8_t escaped;
  uint8_t is_object;
  uint8_t reserved;
} leadscan_text;
typedef struct leadscan_result {
  size_t size;
  uint64_t error_offset;
  int32_t status;
  uint16_t error_field;
  uint8_t verdict;
  uint8_t reserved0;
  leadscan_text partner_id;
  leadscan_text ds_id;
  leadscan_text action;
  leadscan_text timestamp;
  leadscan_text trace_id;
  leadscan_text error_code;
  leadscan_text error_message;
  leadscan_text message;
  int64_t status_code;
  uint8_t has_status_code;
  uint8_t has_success;
  uint8_t success;
  uint8_t error;
  uint8_t family;
  uint8_t reserved1[3];
} leadscan_result;
int32_t leadscan_parse(leadscan_parser* parser, const char* document, size_t size, leadscan_result* result);
const leadscan_text* leadscan_result_text(const leadscan_result* result, int32_t field);
size_t leadscan_decode(const leadscan_text* text, char* memory, size_t size);
typedef struct leadscan_violation {
  uint64_t offset;
  int32_t status;
  uint16_t field;
  uint8_t found;
  uint8_t reserved;
} leadscan_violation;
int leadscan_next_violation(const leadscan_parser* parser, size_t* position, leadscan_violation* violation);
enum leadscan_body_state {
  LEADSCAN_BODY_GATHERING = 0,
  LEADSCAN_BODY_COMPLETE = 1,
  LEADSCAN_BODY_NEEDS_MEMORY = 2,
  LEADSCAN_BODY_TOO_LARGE = 3,
  LEADSCAN_BODY_INCOMPLETE = 4
};
typedef struct leadscan_body {
  const char* data;
  size_t size;
  char* memory;
  size_t capacity;
  size_t limit;
  size_t wanted;
  uint64_t expected;
  int32_t state;
  uint32_t reserved0;
  uint64_t reserved1[4];
} leadscan_body;
int32_t leadscan_body_begin(leadscan_body* body, size_t limit, uint64_t expected);
int32_t leadscan_body_add(leadscan_body* body, const char* piece, size_t size, int last);
int32_t leadscan_body_give(leadscan_body* body, char* memory, size_t size);
int32_t leadscan_body_end(leadscan_body* body);
int32_t leadscan_parse_body(leadscan_parser* parser, const leadscan_body* body, leadscan_result* result);
const char* leadscan_body_state_name(int32_t state);
]]
-- end cdef

local M = {
  _VERSION = "0.1.0",
  -- Longer bodies are too_large. setup() changes it.
  limit = 65536,
  library = "libleadscan.so.0",
}

local C, parser, result
local memory -- the parser is in it
local readers -- a function for each member of the result, by its name
local last_document -- nothing may collect it while the result's texts point into it

-- What the library calls a document that it has read, in the words of $leadscan_status.
local READ = { violation = true, malformed = true, truncated = true, too_large = true }

local function text_reader(text)
  return function()
    if text.presence ~= C.LEADSCAN_PRESENCE_VALUE then
      return nil
    end
    if text.escaped == 0 then
      return ffi.string(text.data, text.size)
    end
    local decoded = ffi.new("char[?]", text.size)
    return ffi.string(decoded, C.leadscan_decode(text, decoded, text.size))
  end
end

local function value_reader(member)
  local has = "has_" .. member
  local is_number = type(result[member]) == "cdata" -- int64_t
  return function()
    if result[has] == 0 then
      return nil
    end
    if is_number then
      return tonumber(result[member])
    end
    return result[member] ~= 0
  end
end

local function is_member(name)
  return (pcall(function() return result[name] end))
end

-- From the library's own description: what it has and this file's result has not is left out.
local function make_readers()
  readers = {}
  for field = 0, C.leadscan_field_count() - 1 do
    local member = ffi.string(C.leadscan_field_member(field))
    if member ~= "" then
      local text = C.leadscan_result_text(result, field)
      if text ~= nil then
        readers[member] = text_reader(text)
      elseif is_member("has_" .. member) then
        readers[member] = value_reader(member)
      end
    end
  end
end

-- options.limit: of a body, in bytes. options.library: the file, if the loader does not find it by
-- its name. An error says what is wrong; in init_by_lua it keeps nginx from starting.
function M.setup(options)
  options = options or {}
  M.limit = options.limit or M.limit
  M.library = options.library or M.library
  if not pcall(ffi.typeof, "leadscan_result") then -- another copy of this file may have been here
    ffi.cdef(CDEF)
  end
  local found, library = pcall(ffi.load, M.library)
  if not found then
    error("leadscan: " .. library .. ": install libleadscan0, or name the file in setup { library = ... }", 2)
  end
  C = library
  local size = tonumber(C.leadscan_parser_size(M.limit))
  if size == 0 then
    error("leadscan: limit = " .. M.limit .. ": a parser reads at most 4 GiB - 1 KiB", 2)
  end
  local alignment = tonumber(C.leadscan_parser_alignment())
  memory = ffi.new("uint8_t[?]", size + alignment)
  local beyond = tonumber(ffi.cast("uintptr_t", memory) % alignment)
  parser = C.leadscan_parser_init(memory + (alignment - beyond), size, M.limit)
  assert(parser ~= nil)
  result = ffi.new("leadscan_result")
  result.size = ffi.sizeof(result)
  make_readers()
end

-- A table of what a document says:
--   status     ok, violation, malformed, truncated or too_large
--   family     created, update, failure or message, if the status is ok
--   violation  what is wrong, if it is not: "wrong_type:142:/info/success"
-- and of the members of leadscan_result (partner_id, ds_id, action, timestamp, trace_id, error_code,
-- error_message, message, status_code, success) those that have a value, as strings, a number and a
-- boolean. With another status than ok they are what could be read, and no promise. `fields`, a list
-- of their names, reads no other: each costs a string.
function M.parse(body, fields)
  if not parser then
    M.setup()
  end
  last_document = body
  local status = C.leadscan_parse(parser, body, #body, result)
  local found = {}
  if status == C.LEADSCAN_STATUS_OK then
    found.status = "ok"
    found.family = ffi.string(C.leadscan_family_name(result.family))
  else
    local verdict = ffi.string(C.leadscan_verdict_name(result.verdict))
    found.status = READ[verdict] and verdict or "skipped" -- no memory
    found.violation = ffi.string(C.leadscan_status_name(status)) .. ":" ..
      string.format("%d", tonumber(result.error_offset)) .. ":" ..
      ffi.string(C.leadscan_field_pointer(result.error_field))
  end
  if fields then
    for i = 1, #fields do
      local reader = readers[fields[i]]
      if not reader then
        error("leadscan: no member is called " .. tostring(fields[i]), 2)
      end
      found[fields[i]] = reader()
    end
  else
    for member, reader in pairs(readers) do
      found[member] = reader()
    end
  end
  return found
end

local BODILESS = { [204] = true, [206] = true, [304] = true }

local function is_json(content_type)
  if type(content_type) ~= "string" or content_type:sub(1, 16):lower() ~= "application/json" then
    return false
  end
  local behind = content_type:sub(17, 17)
  return behind == "" or behind == ";" or behind == " "
end

-- What the headers say of a body before it comes: a status, or nil if it is to be read.
local function status_of_headers(expected)
  local header = ngx.header
  if expected == 0 or BODILESS[ngx.status] or ngx.status < 200 or
      ngx.req.get_method() == "HEAD" or not is_json(header.content_type) then
    return "skipped"
  end
  local encoding = header.content_encoding
  if encoding and encoding ~= "" then
    return "encoded"
  end
  if expected and expected > M.limit then
    return "too_large"
  end
end

-- header_filter_by_lua.
function M.header_filter()
  if ngx.is_subrequest then
    return
  end
  local expected = tonumber(ngx.header.content_length)
  ngx.ctx.leadscan = { size = 0, status = status_of_headers(expected), expected = expected }
end

-- body_filter_by_lua.
function M.body_filter()
  local state = ngx.ctx.leadscan -- subrequests have none
  if not state or state.status or state.complete then
    return
  end
  if ngx.status == 206 then -- nginx has cut it out behind the header filter
    state.status = "skipped"
    return
  end
  local piece = ngx.arg[1]
  local size = state.size + #piece
  if size > M.limit then
    ngx.ctx.leadscan = { status = "too_large" } -- the pieces may go
    return
  end
  if piece ~= "" then
    state[#state + 1] = piece
    state.size = size
  end
  state.complete = ngx.arg[2]
end

-- log_by_lua: as parse(), with three more words for its status: incomplete (the connection ended
-- before the body did), encoded (compressed) and skipped (no body, another type, a part).
function M.log(fields)
  local state = ngx.ctx.leadscan
  if not state then
    return { status = "skipped" }
  end
  if state.status then
    return { status = state.status }
  end
  if not state.complete and not (state.expected and state.size >= state.expected) then
    return { status = "incomplete" }
  end
  if state.size == 0 then
    return { status = "skipped" }
  end
  return M.parse(state[2] and table.concat(state) or state[1], fields)
end

return M
