// The flag table: each flag of each command, once. Parser, help, man page and shell completions
// are made from it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "audit/cli/options.h"
#include "leadscan/fields.h"

namespace leadscan::audit {

constexpr unsigned bit(Command command) { return 1u << static_cast<unsigned>(command); }

struct Flag {
  std::string_view name = {};     // without dashes
  char letter = '\0';             // short form, or '\0'
  std::string_view value = {};    // its value as the help calls it; empty: a switch
  unsigned commands = 0;          // bits of those that have it
  std::string_view help = {};     // a sentence without full stop
  std::string_view choices = {};  // of the value, separated by '|', if they are few
  std::string_view words = {};    // the same, of which a value has some, with commas between
  bool is_path = false;           // the value is a file's name
  bool repeats = false;
  // Stores the value; what it returns is why not, empty if all is well.
  std::string (*set)(Options& options, const std::string& value) = nullptr;
};

struct CommandInfo {
  Command command;
  std::string_view name;
  std::string_view help;
  std::string_view arguments;  // "PATH..."
};

std::span<const Flag> flags();
// The name of the flag by which find looks for a member.
std::string flag_of(Field field);
std::span<const CommandInfo> commands();

}  // namespace leadscan::audit
