#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "audit/cli/documents.h"
#include "audit/cli/flags.h"
#include "audit/cli/version.h"
#include "audit/judge/kept_fields.h"
#include "audit/report/member_words.h"

namespace leadscan::audit {
namespace {

// For roff: a minus is no hyphen, and a backslash is an escape.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

class Page {
 public:
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }
  void section(std::string_view name) { add(".SH {}\n", name); }
  // `tag`: roff.
  void item(std::string_view tag, std::string_view text) {
    add(".TP\n{}\n", tag);
    paragraph(text);
  }
  // A paragraph of plain text. Lines are short, and none begins as a request does.
  void paragraph(std::string_view text) {
    constexpr std::size_t kColumns = 76;
    std::string line;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      const std::string word = roff(text.substr(at, end - at));
      if (!line.empty() && line.size() + word.size() >= kColumns) put(line);
      line += line.empty() ? "" : " ";
      line += word;
      // Sentences begin on lines of their own, so that the formatter can space them.
      if (word.ends_with('.')) put(line);
      at = end + 1;
    }
    if (!line.empty()) put(line);
  }
  void example(std::string_view what, std::string_view command) {
    if (!text_.ends_with(".SH EXAMPLES\n")) add(".PP\n");
    paragraph(what);
    add(".PP\n.in +4n\n.nf\n{}\n.fi\n.in\n", roff(command));
  }
  std::string take() { return std::move(text_); }

 private:
  void put(std::string& line) {
    if (line[0] == '.' || line[0] == '\'') text_ += "\\&";
    text_ += line;
    text_ += '\n';
    line.clear();
  }
  std::string text_;
};

void add_flags(Page& page) {
  for (const Flag& flag : flags()) {
    std::string tag = fmt::format("\\fB\\-\\-{}\\fR", roff(flag.name));
    if (flag.letter != '\0') tag += fmt::format(", \\fB\\-{}\\fR", flag.letter);
    // More choices than a line holds are in its help.
    const bool are_few = !flag.choices.empty() && flag.choices.size() <= 60;
    if (!flag.value.empty())
      tag += fmt::format(" \\fI{}\\fR", roff(are_few ? flag.choices : flag.value));
    std::string names;
    for (const CommandInfo& command : commands())
      if ((flag.commands & bit(command.command)) != 0)
        names += (names.empty() ? "" : ", ") + std::string(command.name);
    page.item(tag, fmt::format("{}.{} ({})", flag.help,
                               flag.repeats ? " May be given several times." : "", names));
  }
}

}  // namespace

std::string man_page() {
  Page page;
  // Not justified: a line of one long word could not be.
  page.add(".TH LEADSCAN 1 {} \"leadscan {}\" \"User Commands\"\n.ad l\n", kReleaseDate, kVersion);
  page.section("NAME");
  page.add("leadscan \\- audit logs of responses of the partner API\n");
  page.section("SYNOPSIS");
  for (const CommandInfo& command : commands()) {
    if (command.command != commands().front().command) page.add(".br\n");
    page.add(".B leadscan {}\n[\\fIOPTION\\fR]...", command.name);
    if (!command.arguments.empty()) page.add(" \\fI{}\\fR", command.arguments);
    page.add("\n");
  }
  page.section("DESCRIPTION");
  page.paragraph(
      "Reads logs that hold responses of the operation POST leads-opportunities and of its "
      "siblings, and gives each record a verdict: created, update, failure or message; or "
      "violation "
      "(JSON, but neither), malformed (no JSON), truncated (the beginning of a JSON object) or "
      "too_large. Every byte of the input is in one record, or counted as being between them.");
  page.add(".PP\n");
  page.paragraph(
      "A PATH is a file, a directory, which is read recursively, or - for standard input. "
      "Files may be compressed (gzip, zstd, xz, bzip2, lz4) and archives (tar, zip), which may "
      "hold "
      "archives once more; their content tells, not their names. Nothing is ever extracted to "
      "disk.");
  page.section("COMMANDS");
  for (const CommandInfo& command : commands())
    page.item(fmt::format(".B {}", command.name), fmt::format("{}.", command.help));
  page.section("OPTIONS");
  add_flags(page);
  page.item("\\fB\\-\\-help\\fR, \\fB\\-h\\fR", "Print the options; of a command, after its name.");
  page.item("\\fB\\-\\-version\\fR",
            "Print the version, the commit, the compiler and the instruction sets.");
  page.item("\\fB\\-\\-man\\fR", "Print this page.");
  page.item("\\fB\\-\\-completions\\fR \\fIbash|zsh|fish\\fR", "Print completions for a shell.");
  page.section("EXIT STATUS");
  page.item(".B 0", "Clean.");
  page.item(
      ".B 1",
      "Findings or bad records, according to --fail-on and --max-bad; or find found nothing.");
  page.item(".B 2",
            "Usage, or an output that cannot be opened, or is not to be replaced without --force.");
  page.item(
      ".B 3",
      "An input could not be read whole (it is named, and the rest was read), an output could "
      "not be written whole (it is named, and the others are whole), for example because the "
      "reader of a pipe is gone; duplicates or the checkpoint had to be given up (no memory, a "
      "full disk), or "
      "reading was interrupted.");
  page.section("SIGNALS");
  page.paragraph(
      "SIGINT, SIGTERM and SIGHUP end reading: the report is on what was read. The second one "
      "kills. SIGPIPE and SIGXFSZ are ignored: the write fails.");
  page.section("ENVIRONMENT");
  page.item(".B NO_COLOR", "Not empty: no colours.");
  page.item(".B TMPDIR", "Where the search for duplicate ids continues beyond --memory.");
  page.section("FILES");
  page.item("\\fITMPDIR\\fR/leadscan\\-XXXXXX",
            "That search. Nothing stays behind: it loses its name as soon as it is open.");
  page.item("\\fIFILE\\fR, \\fIFILE\\fR\\-wal, \\fIFILE\\fR\\-shm",
            "What --checkpoint FILE notes, an SQLite database. Remove it to start over.");
  page.item("\\fIFILE\\fR.partial, \\fIFILE\\fR.partial\\-journal",
            "A report until it is whole and takes its place. A run replaces what a killed "
            "one left, "
            "and nothing else.");
  page.section("EXAMPLES");
  page.example("A report on a month of logs:", "leadscan audit /var/log/gateway/2025-06");
  page.example("The response is a member of each line, as an object or as JSON in a string:",
               "leadscan audit --at /response/body logs.tar.zst");
  page.example("In a pipeline, which fails if more than one record in a thousand is bad:",
               "leadscan audit --json --fail-on=bad --max-bad=0.1% logs/ > report.json");
  page.example(fmt::format("Where is this {}?", label_of(Field::info_trace_id)),
               fmt::format("leadscan find --{}=0af7651916cd43dd8448eb211c80319c logs/",
                           flag_of(Field::info_trace_id)));
  page.example(fmt::format("All {}s, as a table:", words_of(Field::error_code)),
               fmt::format("leadscan extract --fields=file,line,{},{} logs/ > errors.csv",
                           label_of(Field::info_timestamp), label_of(Field::error_code)));
  page.section("SEE ALSO");
  page.add(".BR jq (1),\n.BR zstd (1)\n");
  return page.take();
}

}  // namespace leadscan::audit
