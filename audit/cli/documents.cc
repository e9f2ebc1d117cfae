#include "audit/cli/documents.h"

#include <fmt/format.h>

#include <iterator>

#include "audit/cli/flags.h"

namespace leadscan::audit {
namespace {

template <typename... Args>
void add(std::string& out, fmt::format_string<Args...> format, Args&&... args) {
  fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
}

// For roff: '-' is a minus, a backslash and a dot in front need escapes.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      if ((c == '.' || c == '\'') && out.empty()) out += "\\&";
      out += c;
    }
  }
  return out;
}

std::string spaced(std::string_view choices) {
  std::string text;
  for (const char c : choices) text += c == '|' ? ' ' : c;
  return text;
}

bool has(const Flag& flag, Command command) { return (flag.commands & bit(command)) != 0; }

std::string bash() {
  std::string out =
      "_leadscan() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=\n"
      "  COMPREPLY=()\n";
  out += "  if ((COMP_CWORD == 1)); then\n    words='";
  for (const CommandInfo& command : commands()) add(out, "{} ", command.name);
  out +=
      "--help --version --man --completions'\n"
      "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n    return\n  fi\n";
  out += "  case $prev in\n";
  for (const Flag& flag : flags()) {
    if (!flag.choices.empty())
      add(out, "    --{}) COMPREPLY=($(compgen -W '{}' -- \"$cur\")); return ;;\n", flag.name,
          spaced(flag.choices));
    if (flag.is_path)
      add(out, "    --{}) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n", flag.name);
  }
  out += "    --completions) COMPREPLY=($(compgen -W 'bash zsh fish' -- \"$cur\")); return ;;\n";
  out += "  esac\n  case ${COMP_WORDS[1]} in\n";
  for (const CommandInfo& command : commands()) {
    add(out, "    {}) words='--help", command.name);
    for (const Flag& flag : flags())
      if (has(flag, command.command)) add(out, " --{}", flag.name);
    out += "' ;;\n";
  }
  out +=
      "  esac\n"
      "  if [[ $cur == -* ]]; then\n"
      "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
      "  else\n"
      "    COMPREPLY=($(compgen -f -- \"$cur\"))\n"
      "  fi\n"
      "}\n"
      "complete -o filenames -F _leadscan leadscan\n";
  return out;
}

// Inside single quotes and brackets of an _arguments specification.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}

std::string zsh() {
  std::string out = "#compdef leadscan\n_leadscan() {\n  local -a commands=(\n";
  for (const CommandInfo& command : commands())
    add(out, "    '{}:{}'\n", command.name, zsh_text(command.help));
  out +=
      "  )\n"
      "  if ((CURRENT == 2)); then\n"
      "    _describe command commands\n"
      "    _arguments '--help' '--version' '--man' '--completions:shell:(bash zsh fish)'\n"
      "    return\n  fi\n"
      "  local command=$words[2]\n  shift words\n  ((CURRENT--))\n  case $command in\n";
  for (const CommandInfo& command : commands()) {
    add(out, "    {})\n      _arguments '--help'", command.name);
    for (const Flag& flag : flags()) {
      if (!has(flag, command.command)) continue;
      add(out, " \\\n        '{}--{}{}[{}]", flag.repeats ? "*" : "", flag.name,
          flag.value.empty() ? "" : "=", zsh_text(flag.help));
      if (!flag.value.empty()) {
        add(out, ":{}:", zsh_text(flag.value));
        if (!flag.choices.empty()) add(out, "({})", spaced(flag.choices));
        if (flag.is_path) out += "_files";
      }
      out += '\'';
    }
    out += " \\\n        '*:path:_files' ;;\n";
  }
  out += "  esac\n}\n_leadscan \"$@\"\n";
  return out;
}

std::string fish_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string fish() {
  std::string out;
  for (const CommandInfo& command : commands())
    add(out, "complete -c leadscan -n __fish_use_subcommand -f -a {} -d '{}'\n", command.name,
        fish_text(command.help));
  out +=
      "complete -c leadscan -n __fish_use_subcommand -l version -d 'Print the version'\n"
      "complete -c leadscan -n __fish_use_subcommand -l man -d 'Print the man page'\n"
      "complete -c leadscan -n __fish_use_subcommand -x -l completions -a 'bash zsh fish'\n";
  for (const Flag& flag : flags()) {
    std::string names;
    for (const CommandInfo& command : commands())
      if (has(flag, command.command)) add(names, " {}", command.name);
    add(out, "complete -c leadscan -n '__fish_seen_subcommand_from{}' -l {}", names, flag.name);
    if (flag.letter != '\0') add(out, " -s {}", flag.letter);
    if (!flag.value.empty()) out += flag.is_path ? " -r -F" : " -x";
    if (!flag.choices.empty()) add(out, " -a '{}'", spaced(flag.choices));
    add(out, " -d '{}'\n", fish_text(flag.help));
  }
  return out;
}

}  // namespace

std::string man_page() {
  std::string out;
  add(out, ".TH LEADSCAN 1 \"\" \"leadscan {}\" \"User Commands\"\n", kVersion);
  out += ".SH NAME\nleadscan \\- audit logs of responses of the partner API\n.SH SYNOPSIS\n";
  for (const CommandInfo& command : commands())
    add(out, ".B leadscan {}\n[\\fIOPTION\\fR...] \\fI{}\\fR\n.br\n", command.name,
        command.arguments);
  out +=
      ".SH DESCRIPTION\n"
      "Reads logs that hold responses of the operation POST leads\\-opportunities and of its "
      "siblings, plain or compressed (gzip, zstd, xz, bzip2, lz4) and in archives (tar, zip), "
      "told by their content. Directories are read through and through; \\- is standard "
      "input. Nothing is ever extracted to disk.\n.SH COMMANDS\n";
  for (const CommandInfo& command : commands())
    add(out, ".TP\n.B {}\n{}.\n", command.name, roff(command.help));
  out += ".SH OPTIONS\n";
  for (const Flag& flag : flags()) {
    add(out, ".TP\n\\fB\\-\\-{}\\fR", roff(flag.name));
    if (flag.letter != '\0') add(out, ", \\fB\\-{}\\fR", flag.letter);
    if (!flag.value.empty())
      add(out, " \\fI{}\\fR", roff(flag.choices.empty() ? flag.value : flag.choices));
    add(out, "\n{}.", roff(flag.help));
    out += flag.repeats ? " May be given several times." : "";
    std::string names;
    for (const CommandInfo& command : commands())
      if (has(flag, command.command)) add(names, "{}{}", names.empty() ? "" : ", ", command.name);
    add(out, " ({})\n", names);
  }
  out +=
      ".TP\n\\fB\\-\\-man\\fR, \\fB\\-\\-completions\\fR \\fIbash|zsh|fish\\fR\n"
      "Print this page, or completions for a shell.\n"
      ".SH EXIT STATUS\n.TP\n.B 0\nclean\n.TP\n.B 1\nfindings or bad records\n"
      ".TP\n.B 2\nusage\n.TP\n.B 3\nan input could not be read whole; it is named, and the rest "
      "was read\n"
      ".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nno colours\n.TP\n.B TMPDIR\nwhere the search for "
      "duplicates goes on beyond \\-\\-memory\n";
  return out;
}

std::string completions(std::string_view shell) {
  if (shell == "bash") return bash();
  return shell == "zsh" ? zsh() : fish();
}

}  // namespace leadscan::audit
