/* leadscan.parse for HAProxy's Lua 5.3, as a C module: what leadscan.lua is for LuaJIT, which
 * HAProxy does not have.
 *
 *   cc -O2 -fPIC -shared -I/usr/include/lua5.3 leadscan_lua.c -o leadscan.so -lleadscan
 *
 *   local leadscan = require "leadscan"
 *   local lead = leadscan.parse(body)   a table: status, family, violation, ds_id, trace_id, ...
 *   leadscan.limit                      longer bodies are too_large
 *
 * A parser is one Lua state's: with lua-load-per-thread each thread has its own. */
#include <lauxlib.h>
#include <lua.h>
#include <string.h>

#include "leadscan/c/leadscan.h"

enum { LIMIT = 65536 };

static void set_value(lua_State* lua, const char* member, int32_t field,
                      const leadscan_result* result) {
  const leadscan_text* text = leadscan_result_text(result, field);
  if (text != NULL) {
    if (text->presence != LEADSCAN_PRESENCE_VALUE) return;
    if (text->escaped) {
      luaL_Buffer decoded;
      char* memory = luaL_buffinitsize(lua, &decoded, text->size);
      luaL_pushresultsize(&decoded, leadscan_decode(text, memory, text->size));
    } else {
      lua_pushlstring(lua, text->data, text->size);
    }
  } else if (field == LEADSCAN_FIELD_INFO_STATUS_CODE && result->has_status_code) {
    lua_pushinteger(lua, result->status_code);
  } else if (field == LEADSCAN_FIELD_INFO_SUCCESS && result->has_success) {
    lua_pushboolean(lua, result->success);
  } else {
    return;
  }
  lua_setfield(lua, -2, member);
}

static const char* status_of(const leadscan_result* result) {
  if (result->status == LEADSCAN_STATUS_OK) return "ok";
  if (result->verdict == LEADSCAN_VERDICT_NONE) return "skipped"; /* no memory */
  return leadscan_verdict_name(result->verdict);
}

static int parse(lua_State* lua) {
  size_t size;
  /* On the stack, so that nothing collects it as long as texts point into it. */
  const char* body = luaL_checklstring(lua, 1, &size);
  leadscan_parser* parser = lua_touserdata(lua, lua_upvalueindex(2));
  leadscan_result result;
  result.size = sizeof result;
  leadscan_parse(parser, body, size, &result);
  lua_newtable(lua);
  lua_pushstring(lua, status_of(&result));
  lua_setfield(lua, -2, "status");
  if (result.status == LEADSCAN_STATUS_OK) {
    lua_pushstring(lua, leadscan_family_name(result.family));
    lua_setfield(lua, -2, "family");
  } else {
    lua_pushfstring(lua, "%s:%I:%s", leadscan_status_name(result.status),
                    (LUAI_UACINT)result.error_offset, leadscan_field_pointer(result.error_field));
    lua_setfield(lua, -2, "violation");
  }
  for (int32_t field = 0; field < leadscan_field_count(); ++field) {
    const char* member = leadscan_field_member(field);
    if (*member != 0) set_value(lua, member, field, &result);
  }
  return 1;
}

int luaopen_leadscan(lua_State* lua);

int luaopen_leadscan(lua_State* lua) {
  const size_t size = leadscan_parser_size(LIMIT);
  const size_t alignment = leadscan_parser_alignment();
  lua_newtable(lua);
  lua_pushinteger(lua, LIMIT);
  lua_setfield(lua, -2, "limit");
  /* Two upvalues: the memory, which is collected with the function, and the parser in it. */
  char* memory = lua_newuserdata(lua, size + alignment);
  memory += (alignment - (uintptr_t)memory % alignment) % alignment;
  leadscan_parser* parser = leadscan_parser_init(memory, size, LIMIT);
  if (parser == NULL) return luaL_error(lua, "leadscan: no parser could be made");
  lua_pushlightuserdata(lua, parser);
  lua_pushcclosure(lua, parse, 2);
  lua_setfield(lua, -2, "parse");
  return 1;
}
