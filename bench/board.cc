#include "bench/board.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "bench/compare_verify.h"

namespace leadscan::bench {
namespace {

constexpr std::string_view kNames[] = {"accepts", "refuses", "differs", "crashes", "unavailable"};
constexpr std::string_view kRights[] = {"accept", "refuse", "either"};
constexpr unsigned kSeconds = 20;  // for all cases; whoever takes longer hangs

// The document alone, with the bytes behind it that parsers may read.
class Placed {
 public:
  explicit Placed(std::string_view text) : memory_(text), size_(text.size()) {
    memory_.append(kPadding, ' ');
  }
  Document document() const { return {memory_.data(), size_, memory_.size()}; }

 private:
  std::string memory_;
  std::size_t size_;
};

// A stream of this one document: taken only where the parser sees one in it.
bool parse_stream(Adapter& adapter, const Document& document, std::string& seen,
                  const LeadResponse& expected) {
  std::size_t accepted = 0;
  const BlockResult block =
      adapter.visit_stream(document, [&](bool accepts, const LeadResponse& response) {
        if (!accepts) return;
        ++accepted;
        seen = difference(expected, response).value_or("");
      });
  return accepted == 1 && block.documents == 1 && !block.failed_at;
}

Board::Entry answer(Adapter& adapter, Adapter& reference, const BoardCase& tested) {
  const Placed placed(tested.text);
  LeadResponse expected;
  const bool comparable = reference.parse(placed.document(), expected);
  std::string seen;
  if (adapter.stream_only()) {
    if (!parse_stream(adapter, placed.document(), seen, expected)) return {Answer::refuses, {}};
  } else {
    LeadResponse response;
    if (!adapter.parse(placed.document(), response)) return {Answer::refuses, {}};
    seen = difference(expected, response).value_or("");
  }
  if (!comparable || seen.empty()) return {Answer::accepts, {}};
  return {Answer::differs, seen};
}

void send(int pipe, const Board::Entry& entry) {
  // One line each. What cannot be sent is missing, and so a crash.
  const std::string line =
      std::to_string(static_cast<int>(entry.answer)) + shown(entry.detail) + '\n';
  if (write(pipe, line.data(), line.size()) != static_cast<ssize_t>(line.size())) _exit(1);
}

// Appends the answers to the cases from `begin` on until the parser crashes.
void answer_in_child(Adapter& adapter, Adapter& reference, std::span<const BoardCase> cases,
                     std::vector<Board::Entry>& entries) {
  int ends[2];
  if (pipe(ends) != 0) return;
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    alarm(kSeconds);
    for (const BoardCase& tested : cases) send(ends[1], answer(adapter, reference, tested));
    _exit(0);
  }
  close(ends[1]);
  std::string text;
  char block[4096];
  for (ssize_t size = 0; (size = read(ends[0], block, sizeof block)) > 0;)
    text.append(block, static_cast<std::size_t>(size));
  close(ends[0]);
  if (child > 0) waitpid(child, nullptr, 0);
  for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != text.npos; at = end + 1)
    entries.push_back({static_cast<Answer>(text[at] - '0'), text.substr(at + 1, end - at - 1)});
}

}  // namespace

std::string_view name_of(Answer answer) { return kNames[static_cast<std::size_t>(answer)]; }

std::string_view name_of(Right right) { return kRights[static_cast<std::size_t>(right)]; }

bool Board::right(std::size_t at, std::size_t parser) const {
  const Answer answer = entries[at][parser].answer;
  const Right right = cases[at].right;
  return (answer == Answer::accepts && right != Right::refuse) ||
         (answer == Answer::refuses && right != Right::accept);
}

Board make_board(std::span<const std::unique_ptr<Adapter>> adapters, Adapter& reference,
                 std::vector<BoardCase> cases) {
  Board board;
  board.cases = std::move(cases);
  board.entries.resize(board.cases.size());
  for (const std::unique_ptr<Adapter>& adapter : adapters) {
    board.parsers.emplace_back(adapter->name());
    std::vector<Board::Entry> entries;
    while (adapter->unavailable().empty() && entries.size() < board.cases.size()) {
      answer_in_child(*adapter, reference,
                      std::span<const BoardCase>(board.cases).subspan(entries.size()), entries);
      if (entries.size() < board.cases.size()) entries.push_back({Answer::crashes, {}});
    }
    entries.resize(board.cases.size());
    for (std::size_t i = 0; i < entries.size(); ++i)
      board.entries[i].push_back(std::move(entries[i]));
  }
  return board;
}

std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 120;
  std::string result;
  for (const char c : text.substr(0, kMost)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F) {
      result += c;
      continue;
    }
    char escape[5];
    std::snprintf(escape, sizeof escape, "\\x%02X", byte);
    result += escape;
  }
  if (text.size() > kMost) result += "... (" + std::to_string(text.size()) + " bytes)";
  return result;
}

void print(const Board& board, bool colour) {
  constexpr char kSigns[] = {'+', '-', '~', '!', ' '};
  constexpr char kRightSigns[] = {'+', '-', ' '};
  std::printf(
      "\nThe board: + accepts, - refuses, ~ reads something else, ! crashes; what is wrong is in "
      "brackets.\n\n");
  for (std::size_t parser = 0; parser < board.parsers.size(); ++parser) {
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < board.cases.size(); ++i)
      wrong += board.entries[i][parser].answer != Answer::unavailable && !board.right(i, parser);
    std::printf("%3zu %-24s %2zu wrong of %zu\n", parser + 1, board.parsers[parser].c_str(), wrong,
                board.cases.size());
  }
  std::printf("\n%-40s right ", "");
  for (std::size_t parser = 0; parser < board.parsers.size(); ++parser)
    std::printf("%3zu ", parser + 1);
  for (std::size_t i = 0; i < board.cases.size(); ++i) {
    const BoardCase& tested = board.cases[i];
    std::printf("\n%-10s %-30s %c    ", tested.group.c_str(), shown(tested.name).c_str(),
                kRightSigns[static_cast<std::size_t>(tested.right)]);
    for (std::size_t parser = 0; parser < board.parsers.size(); ++parser) {
      const Answer answer = board.entries[i][parser].answer;
      const char sign = kSigns[static_cast<std::size_t>(answer)];
      const bool right = answer == Answer::unavailable || board.right(i, parser);
      std::printf(right ? "  %c " : colour ? "\033[1m [%c]\033[0m" : " [%c]", sign);
    }
  }
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace leadscan::bench
