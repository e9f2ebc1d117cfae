#include <fmt/format.h>

#include <iterator>
#include <string>
#include <string_view>

#include "audit/cli/documents.h"
#include "audit/cli/flags.h"

namespace leadscan::audit {
namespace {

template <typename... Args>
void add(std::string& out, fmt::format_string<Args...> format, Args&&... args) {
  fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
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
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words= list= front=\n"
      "  # Bash takes --option=value apart.\n"
      "  if [[ $cur == = ]]; then\n    cur=\n"
      "  elif [[ $prev == = ]]; then\n    prev=${COMP_WORDS[COMP_CWORD-2]}\n  fi\n"
      "  COMPREPLY=()\n"
      "  case ${COMP_WORDS[1]}:$prev in\n";
  for (const Flag& flag : flags()) {
    if (flag.value.empty()) continue;
    out += "    ";
    // Commands may have different flags of one name.
    for (const CommandInfo& command : commands())
      if (has(flag, command.command)) add(out, "{}:--{}|", command.name, flag.name);
    out.pop_back();
    if (flag.letter != '\0') add(out, "|*:-{}", flag.letter);
    if (flag.is_path) {
      out += ") _leadscan_files; return ;;\n";
    } else if (!flag.words.empty()) {
      add(out, ") list='{}' ;;\n", spaced(flag.words));
    } else if (flag.choices.empty()) {
      out += ") return ;;\n";
    } else {
      add(out, ") words='{}' ;;\n", spaced(flag.choices));
    }
  }
  out += "    *:--completions) words='bash zsh fish' ;;\n";
  out += "    *) if ((COMP_CWORD == 1)); then\n        words='";
  for (const CommandInfo& command : commands()) add(out, "{} ", command.name);
  out +=
      "--help --version --man --completions'\n"
      "      elif [[ $cur == -* ]]; then\n"
      "        case ${COMP_WORDS[1]} in\n";
  for (const CommandInfo& command : commands()) {
    add(out, "          {}) words='--help", command.name);
    for (const Flag& flag : flags())
      if (has(flag, command.command)) add(out, " --{}", flag.name);
    out += "' ;;\n";
  }
  out +=
      "        esac\n"
      "      else\n"
      "        _leadscan_files\n"
      "        return\n"
      "      fi ;;\n"
      "  esac\n"
      "  if [[ -n $list ]]; then\n"
      "    # The last one of those with commas between; more may follow.\n"
      "    if [[ $cur == *,* ]]; then front=${cur%,*},; fi\n"
      "    compopt -o nospace 2>/dev/null\n"
      "    mapfile -t COMPREPLY < <(compgen -P \"$front\" -W \"$list\" -- \"${cur##*,}\")\n"
      "    return\n"
      "  fi\n"
      "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
      "}\n"
      "_leadscan_files() {\n"
      "  compopt -o filenames 2>/dev/null\n"
      "  mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
      "}\n"
      "complete -F _leadscan leadscan\n";
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
      const std::string_view sign = flag.value.empty() ? "" : "=";
      out += " \\\n        ";
      if (flag.letter != '\0') {
        add(out, "'(-{0} --{1})'{{-{0}{2},--{1}{3}}}'[", flag.letter, flag.name,
            flag.value.empty() ? "" : "+", sign);
      } else {
        add(out, "'{}--{}{}[", flag.repeats ? "*" : "", flag.name, sign);
      }
      add(out, "{}]", zsh_text(flag.help));
      if (!flag.value.empty()) {
        add(out, ":{}:", zsh_text(flag.value));
        if (!flag.choices.empty()) add(out, "({})", spaced(flag.choices));
        if (!flag.words.empty()) add(out, "_sequence compadd - {}", spaced(flag.words));
        if (flag.is_path) out += "_files";
      }
      out += '\'';
    }
    out += command.arguments.empty() ? " ;;\n" : " \\\n        '*:path:_files' ;;\n";
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
      "complete -c leadscan -n __fish_use_subcommand -x -l completions -a 'bash zsh fish' -d "
      "'Print completions for a shell'\n"
      "complete -c leadscan -s h -l help -d 'Print help'\n";
  for (const Flag& flag : flags()) {
    std::string names;
    for (const CommandInfo& command : commands())
      if (has(flag, command.command)) add(names, " {}", command.name);
    add(out, "complete -c leadscan -n '__fish_seen_subcommand_from{}' -l {}", names, flag.name);
    if (flag.letter != '\0') add(out, " -s {}", flag.letter);
    if (!flag.value.empty()) out += flag.is_path ? " -r -F" : " -x";
    if (!flag.choices.empty()) add(out, " -a '{}'", spaced(flag.choices));
    if (!flag.words.empty()) add(out, " -a '(__fish_append , {})'", spaced(flag.words));
    add(out, " -d '{}'\n", fish_text(flag.help));
  }
  return out;
}

}  // namespace

std::string completions(std::string_view shell) {
  if (shell == "bash") return bash();
  return shell == "zsh" ? zsh() : fish();
}

}  // namespace leadscan::audit
