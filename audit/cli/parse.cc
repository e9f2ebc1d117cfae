#include "audit/cli/parse.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "audit/base/utf8.h"
#include "audit/cli/commands.h"
#include "audit/cli/documents.h"
#include "audit/cli/flags.h"
#include "audit/cli/output_file.h"
#include "audit/cli/own_files.h"
#include "audit/cli/standard_streams.h"
#include "audit/cli/suggest.h"
#include "audit/cli/version.h"

namespace leadscan::audit {
namespace {

// For help beside a column of names, which CLI11 indents but does not break.
std::string broken_into_lines(std::string_view text) {
  constexpr std::size_t kColumns = 50;
  std::string out;
  std::size_t column = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (column > 0 && column + 1 + end - at > kColumns) {
      out += '\n';
      column = 0;
    } else if (column > 0) {
      out += ' ';
      ++column;
    }
    out += text.substr(at, end - at);
    column += end - at;
    at = end + 1;
  }
  return out;
}

// CLI11 takes [a,b] among positionals for a list; with this behind it, it is the name of a file.
constexpr char kMark = '\x1F';

std::vector<std::string> marked_words(int argc, const char* const* argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  for (std::string& word : words)
    if (word.starts_with('[') && word.ends_with(']')) word += kMark;
  return words;
}

std::string unmarked(std::string word) {
  if (word.starts_with('[') && word.ends_with(kMark)) word.pop_back();
  return word;
}

void add_flag(CLI::App& app, const Flag& flag, Options& options) {
  std::string names = "--" + std::string(flag.name);
  if (flag.letter != '\0') names += std::string(",-") + flag.letter;
  const std::string help = broken_into_lines(std::string(flag.help) +
                                             (flag.repeats ? "; may be given several times" : ""));
  const auto set = [&options, &flag](const std::string& word) {
    const std::string value = unmarked(word);
    const std::string why =
        flag.is_path && value.empty() ? "no name of a file" : flag.set(options, value);
    if (!why.empty()) throw CLI::ValidationError("--" + std::string(flag.name), why);
  };
  if (flag.value.empty()) {
    app.add_flag_callback(names, [set] { set({}); }, help);
    return;
  }
  CLI::Option* option = nullptr;
  if (flag.repeats) {
    option = app.add_option_function<std::vector<std::string>>(
        names,
        [set](const std::vector<std::string>& values) {
          for (const std::string& value : values) set(value);
        },
        help);
    // One value each time, or `--glob A old new` would take the folder old for a pattern.
    option->expected(1)->allow_extra_args(false);
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  } else {
    option = app.add_option_function<std::string>(names, set, help);
  }
  option->type_name(std::string(flag.value));
  if (flag.choices.empty()) return;
  const std::vector<std::string_view> choices = split_choices(flag.choices);
  const CLI::Validator is_member =
      CLI::IsMember(std::vector<std::string>(choices.begin(), choices.end()));
  CLI::Validator is_choice(
      [is_member, choices](std::string& word) {
        const std::string why = is_member(word);
        return why.empty() ? why : why + did_you_mean(word, choices);
      },
      is_member.get_description());
  // Too many for the line of the option: its help has them.
  constexpr std::size_t kShort = 60;
  if (flag.choices.size() > kShort) is_choice.description("");
  option->check(is_choice);
}

std::string criteria_of_find() {
  std::string names;
  for (const Flag& flag : flags())
    if (flag.commands == bit(Command::find))
      names += (names.empty() ? "--" : ", --") + std::string(flag.name);
  return names;
}

// What options of different flags have to agree on.
std::string conflict(const Options& options) {
  const bool reads_stdin =
      std::find(options.paths.begin(), options.paths.end(), "-") != options.paths.end();
  if (!options.checkpoint.empty() && reads_stdin)
    return "--checkpoint does not go with standard input, which cannot be read again";
  if (!options.column.empty() &&
      (options.records != RecordMode::automatic || options.looks_inside()))
    return "--column goes with neither --records nor --at, and of kinds of logs with csv only";
  if (!options.column.empty() && options.decoding != Decoding::automatic)
    return "--decode does not go with --column";
  if (options.status_at && !options.at) return "--status-at goes with --at";
  if (options.sqlite_indexes && options.sqlite.empty())
    return "--sqlite-indexes goes with --sqlite";
  if (options.every != 0 && !options.follow) return "--every goes with --follow";
  for (const auto& [given, name] :
       {std::pair{!options.checkpoint.empty(), "--checkpoint"},
        std::pair{!options.sqlite.empty(), "--sqlite"}, std::pair{options.hash, "--hash"},
        std::pair{!options.globs.empty(), "--glob"},
        std::pair{options.records == RecordMode::har, "har"}})
    if (given && options.follow)
      return std::string(name) + " does not go with --follow, which reads what has no end yet";
  if (const std::string why = OwnFiles(options).clash(); !why.empty()) return why;
  if (options.format == ExtractFormat::sqlite) {
    if (options.output.empty()) return "--format=sqlite needs --output FILE";
    for (auto field = options.fields.begin(); field != options.fields.end(); ++field)
      if (std::find(options.fields.begin(), field, *field) != field)
        return "--format=sqlite: a field appears twice: " + *field;
  }
  for (const auto& [given, name] :
       {std::pair{options.presence, "--presence"}, std::pair{options.csv_raw, "--csv-raw"}})
    if (given && options.format != ExtractFormat::csv)
      return std::string(name) + " goes with --format=csv";
  if (options.since && options.until && *options.until <= *options.since)
    return "--until is not behind --since: nothing can be between them";
  if (options.command == Command::find && options.values.empty() && options.codes.empty())
    return "find: one of these is needed: " + criteria_of_find();
  return {};
}

// An option that other commands have, but not this one: says so. Empty if it is none of those.
std::string option_of_others(int argc, const char* const* argv) {
  const CommandInfo* chosen = nullptr;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word(argv[i]);
    if (chosen == nullptr) {
      for (const CommandInfo& info : commands())
        if (word == info.name) chosen = &info;
      continue;
    }
    const std::string_view name = word.substr(0, word.find('='));
    std::string others;
    for (const Flag& flag : flags()) {
      if (name != "--" + std::string(flag.name)) continue;
      // Two commands may have options of one name that mean different things.
      if ((flag.commands & bit(chosen->command)) != 0) {
        others.clear();
        break;
      }
      for (const CommandInfo& info : commands())
        if ((flag.commands & bit(info.command)) != 0)
          others += (others.empty() ? "" : ", ") + std::string(info.name);
    }
    if (!others.empty())
      return std::string(name) + " is an option of " + others + ", not of " +
             std::string(chosen->name);
  }
  return {};
}

// The words that CLI11 did not expect, in the order given, and what may have been meant by each.
std::string not_expected(std::vector<std::string> words, int argc, const char* const* argv) {
  const CommandInfo* chosen = nullptr;
  std::vector<std::string_view> known;
  for (const CommandInfo& info : commands()) {
    known.push_back(info.name);
    if (argc > 1 && argv[1] == info.name) chosen = &info;
  }
  std::vector<std::string> options;
  for (const Flag& flag : flags())
    if (chosen != nullptr && (flag.commands & bit(chosen->command)) != 0)
      options.push_back("--" + std::string(flag.name));
  options.emplace_back("--help");
  if (chosen != nullptr) known.assign(options.begin(), options.end());
  std::string list;
  std::string meant;
  const std::size_t count = words.size();
  for (int i = 1; i < argc; ++i) {
    const auto found = std::find(words.begin(), words.end(), argv[i]);
    if (found == words.end()) continue;
    words.erase(found);
    const std::string_view word(argv[i]);
    list += (list.empty() ? "" : " ") + std::string(word);
    const bool is_command = chosen == nullptr && !word.starts_with('-');
    if (meant.empty() && (is_command || word.starts_with("--")))
      meant = did_you_mean(word.substr(0, word.find('=')), known);
  }
  return std::string("The following argument") + (count == 1 ? " was" : "s were") +
         " not expected: " + list + meant;
}

// `--html= a.log`: CLI11 takes the next word for the value, and a log would be written over. Empty
// if there is no such option.
std::string option_without_value(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word(argv[i]);
    if (word == "--") break;
    if (word.starts_with("--") && word.find('=') == word.size() - 1)
      return std::string(word.substr(0, word.size() - 1)) + ": nothing follows the =";
  }
  return {};
}

// The command that is meant, and a space; empty if there is none.
std::string command_word(int argc, const char* const* argv) {
  for (const CommandInfo& info : commands())
    if (argc > 1 && argv[1] == info.name) return std::string(info.name) + ' ';
  return {};
}

// On standard output. Returns the exit code.
int print(std::string_view text) {
  OutputFile out;
  out.write(text);
  if (out.error().empty()) return kClean;
  tell(out.error());
  return kNotReadWhole;
}

}  // namespace

Parsed parse_command_line(int argc, const char* const* argv) {
  Options options;
  CLI::App app("Reads logs of responses of the partner API's POST leads-opportunities.",
               "leadscan");
  app.require_subcommand(0, 1);
  bool man = false;
  std::string shell;
  app.set_version_flag("--version", version_text());
  app.add_flag("--man", man, "Print the man page (roff)");
  app.add_option("--completions", shell, "Print completions for a shell")
      ->type_name("SHELL")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  std::map<const CLI::App*, Command> by_app;
  for (const CommandInfo& info : commands()) {
    CLI::App* command = app.add_subcommand(std::string(info.name), std::string(info.help));
    by_app[command] = info.command;
    if (!info.arguments.empty())
      command->add_option("PATH", options.paths, "Files and directories; - is standard input")
          ->required();
    for (const Flag& flag : flags())
      if ((flag.commands & bit(info.command)) != 0) add_flag(*command, flag, options);
  }
  app.footer(
      "Exit codes: 0 clean; 1 findings or bad records, or find found nothing; 2 usage, or an\n"
      "output that cannot be opened or is not to be replaced; 3 an input was not read or an\n"
      "output not written whole, or reading was interrupted.");

  const auto fail = [&](const std::string& why) {
    tell(to_printable(why) + "\nTry leadscan " + command_word(argc, argv) + "--help.");
    return Parsed{std::nullopt, kUsage};
  };
  if (const std::string why = option_without_value(argc, argv); !why.empty()) return fail(why);
  try {
    std::vector<std::string> words = marked_words(argc, argv);
    std::reverse(words.begin(), words.end());  // as CLI11 takes them
    app.parse(words);
    for (std::string& path : options.paths) path = unmarked(std::move(path));
  } catch (const CLI::ParseError& error) {
    const bool is_mistake = error.get_exit_code() != 0;
    if (!is_mistake) {
      std::ostringstream text;
      app.exit(error, text, text);
      return {std::nullopt, print(text.str())};
    }
    const std::string other = option_of_others(argc, argv);
    if (!other.empty()) return fail(other);
    const bool is_extra = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
    std::vector<std::string> extra = app.remaining(true);
    for (std::string& word : extra) word = unmarked(std::move(word));
    return fail(is_extra && !extra.empty() ? not_expected(std::move(extra), argc, argv)
                                           : error.what());
  }
  if (man || !shell.empty())
    return {std::nullopt,
            print((man ? man_page() : "") + (shell.empty() ? "" : completions(shell)))};
  if (app.get_subcommands().empty()) {
    print_error(app.help());
    return {std::nullopt, kUsage};
  }
  options.words.assign(argv + 1, argv + argc);
  options.command = by_app.at(app.get_subcommands().front());
  if (const std::string why = conflict(options); !why.empty()) return fail(why);
  return {options, 0};
}

}  // namespace leadscan::audit
