// Prints what of leadscan.h and abi_checks.h comes from the library's description, block by block,
// for c_header_test.py.
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadscan/leadscan.h"

namespace leadscan {
namespace {

void begin(const char* block) { std::printf("== %s\n", block); }

std::string constant(std::string_view prefix, std::string_view name) {
  std::string text = "LEADSCAN_" + std::string(prefix) + "_" + std::string(name);
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

// Of an enum whose enumerators have names: a line each, and that the numbers are the same in C.
struct Block {
  std::string numbers;
  std::string checks;

  void add(const std::string& name, int number, const std::string& check) {
    numbers += "  " + name + " = " + std::to_string(number) + ",\n";
    checks += "static_assert(" + check + ");\n";
  }
  void print(const char* block) const {
    begin(block);
    std::fputs(numbers.c_str(), stdout);
  }
};

// Up to the first number without a name.
template <typename Enum>
Block numbers_of(const char* cxx, const char* prefix, int shift = 0) {
  Block lines;
  for (int number = 0; name_of(static_cast<Enum>(number)) != "?"; ++number) {
    const std::string name(name_of(static_cast<Enum>(number)));
    const std::string in_c = constant(prefix, name);
    lines.add(in_c, number + shift,
              in_c + " == static_cast<int>(" + cxx + "::" + name + ")" +
                  (shift == 0 ? "" : " + " + std::to_string(shift)));
  }
  return lines;
}

// Sets are made of them, so they are powers of two.
Block types() {
  Block lines;
  for (int number = 0; number < 256; number = number == 0 ? 1 : 2 * number) {
    const std::string name(name_of(static_cast<JsonType>(number)));
    if (name == "?") break;
    const std::string in_c = constant("TYPE", name);
    lines.add(in_c, number,
              in_c + " == static_cast<int>(JsonType::" + (number == 0 ? "none" : name) + ")");
  }
  return lines;
}

// "/info/traceId" is INFO_TRACE_ID.
Block fields() {
  Block lines;
  for (const FieldInfo& info : kFields) {
    std::string name;
    for (const char c : info.pointer.substr(1)) {
      if (c == '/' || std::isupper(static_cast<unsigned char>(c))) name += '_';
      if (c != '/') name += c;
    }
    const std::string in_c = constant("FIELD", name);
    lines.add(
        in_c, static_cast<int>(info.field),
        "json_pointer(static_cast<Field>(" + in_c + ")) == \"" + std::string(info.pointer) + "\"");
  }
  return lines;
}

struct Member {
  std::size_t offset;
  std::size_t size;
  std::string type;
  std::string name;
  std::string place;  // its offset, from the description
};

std::vector<Member> members() {
  std::vector<Member> found;
  for (const FieldInfo& info : kFields) {
    const Slot& slot = info.slot;
    const std::string name(info.column);
    const std::string in_table =
        "kFields[" + std::to_string(static_cast<int>(info.field)) + "].slot.";
    const auto add = [&](std::size_t size, const char* type) {
      found.push_back({slot.offset, size, type, name, in_table + "offset"});
    };
    switch (slot.kind) {
      case Slot::Kind::none:
        continue;
      case Slot::Kind::text:
        add(sizeof(Text), "leadscan_text");
        continue;
      case Slot::Kind::presence:
        add(1, "uint8_t");
        continue;
      case Slot::Kind::integer:
        add(sizeof(std::int64_t), "int64_t");
        break;
      case Slot::Kind::boolean:
        add(1, "uint8_t");
        break;
    }
    found.push_back({slot.has_offset, 1, "uint8_t", "has_" + name, in_table + "has_offset"});
  }
  found.push_back(
      {offsetof(LeadResponse, family), 1, "uint8_t", "family", "offsetof(LeadResponse, family)"});
  std::sort(found.begin(), found.end(),
            [](const Member& a, const Member& b) { return a.offset < b.offset; });
  return found;
}

Block layout() {
  Block lines;
  std::size_t at = 0;
  int reserved = 0;
  const auto fill = [&](std::size_t until) {
    if (until == at) return;
    lines.numbers += "  uint8_t reserved" + std::to_string(++reserved) + "[" +
                     std::to_string(until - at) + "];\n";
  };
  for (const Member& member : members()) {
    fill(member.offset);
    lines.numbers += "  " + member.type + " " + member.name + ";\n";
    lines.checks += "static_assert(place_of(offsetof(leadscan_result, " + member.name +
                    ")) == " + member.place + ");\n";
    at = member.offset + member.size;
  }
  fill(sizeof(LeadResponse));
  return lines;
}

void print_all() {
  const std::pair<const char*, Block> blocks[] = {
      {"statuses", numbers_of<ErrorCode>("ErrorCode", "STATUS")},
      {"families", numbers_of<Family>("Family", "FAMILY")},
      {"verdicts", numbers_of<Verdict>("Verdict", "VERDICT", 1)},
      {"presences", numbers_of<Presence>("Presence", "PRESENCE")},
      {"types", types()},
      {"fields", fields()},
      {"members", layout()},
  };
  for (const auto& [name, lines] : blocks) lines.print(name);
  begin("checks");
  for (const auto& [name, lines] : blocks)
    std::printf("\n// The %s.\n%s", name, lines.checks.c_str());
}

}  // namespace
}  // namespace leadscan

int main() { leadscan::print_all(); }
