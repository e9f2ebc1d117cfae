#include "audit/report/advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "audit/report/format.h"

namespace leadscan::audit {
namespace {

using What = InsidePlace::What;

constexpr std::size_t kMostPlaces = 3;
// What is in fewer than one of so many records is not worth an option.
constexpr std::size_t kWorthwhile = 10;

struct Seen {
  InsidePlace place;
  std::size_t records = 0;
};

// Responses first, then what is in most records; else in the order of the records.
std::vector<Seen> places_of(const std::vector<std::vector<InsidePlace>>& records,
                            const std::string& at) {
  std::vector<Seen> all;
  for (const std::vector<InsidePlace>& places : records)
    for (const InsidePlace& place : places) {
      if (place.what != What::behind_text && place.pointer == at) continue;
      const auto seen =
          std::find_if(all.begin(), all.end(), [&](const Seen& it) { return it.place == place; });
      if (seen == all.end())
        all.push_back({place, 1});
      else
        ++seen->records;
    }
  std::erase_if(all, [&](const Seen& it) { return it.records * kWorthwhile < records.size(); });
  // A pointer that holds responses, and something else at times, is one piece of advice.
  std::vector<Seen> responses = all;
  std::erase_if(responses, [](const Seen& it) { return it.place.what != What::response; });
  std::erase_if(all, [&](const Seen& it) {
    return it.place.what == What::json &&
           std::any_of(responses.begin(), responses.end(), [&](const Seen& response) {
             return response.place.pointer == it.place.pointer;
           });
  });
  std::stable_sort(all.begin(), all.end(), [](const Seen& a, const Seen& b) {
    const bool json_a = a.place.what == What::json;
    const bool json_b = b.place.what == What::json;
    return json_a != json_b ? json_b : a.records > b.records;
  });
  return all;
}

// As a shell takes it.
std::string quoted(const std::string& pointer) {
  const bool is_plain = std::all_of(pointer.begin(), pointer.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '-' || c == '.';
  });
  if (is_plain) return pointer;
  std::string text = "'";
  for (const char c : pointer) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string describe(const Seen& seen, std::size_t looked_at, std::string_view of_which) {
  const std::string share =
      fmt::format("{} of the first {} {}", percent(seen.records, looked_at), looked_at, of_which);
  if (seen.place.what == What::behind_text)
    return fmt::format("A response follows other text in {}: leave out --records.", share);
  if (seen.place.pointer.empty())
    return fmt::format("{} are responses themselves: leave out --at and --log.", share);
  return fmt::format("{} holds {} in {}: try --at={}", seen.place.pointer,
                     seen.place.what == What::response ? "a response" : "JSON", share,
                     quoted(seen.place.pointer));
}

std::uint64_t passed_over(const Totals& totals, PassedOver why) {
  return totals.passed_over[static_cast<std::size_t>(why)];
}

}  // namespace

std::vector<std::string> advice_of(const Aggregate& total, const std::string& taken_for,
                                   const std::string& at, const std::string& column) {
  const Totals& totals = total.totals;
  // Events of shippers look like a gateway's messages.
  const bool are_messages =
      totals.verdicts[index_of(Verdict::message)] * 2 > totals.records && !total.insides.empty();
  if (!totals.unjudged() && totals.bad() * 2 <= totals.records && !are_messages) return {};
  std::vector<std::string> lines = {taken_for};
  static const auto har = static_cast<std::size_t>(find_preset("har") - log_presets().data());
  if (totals.formats[har] > 0 || passed_over(totals, PassedOver::other_call) > 0)
    lines.front() +=
        " Of HTTP archives so were calls with leads-opportunities in their address, and bodies "
        "with the members of a response.";
  const bool are_elsewhere = !total.elsewhere.empty();
  const auto& records = are_elsewhere ? total.elsewhere : total.insides;
  std::vector<Seen> places = places_of(records, at);
  places.resize(std::min(places.size(), kMostPlaces));
  for (const Seen& seen : places)
    lines.push_back(
        describe(seen, records.size(), are_elsewhere ? "with a response elsewhere" : "looked at"));
  if (!places.empty()) return lines;
  // Those that were judged where they are looked for are no advice.
  const bool has_none =
      std::none_of(total.insides.begin(), total.insides.end(), [](const auto& inside) {
        return std::any_of(inside.begin(), inside.end(),
                           [](const InsidePlace& place) { return place.what == What::response; });
      });
  if (!total.insides.empty()) {
    if (has_none)
      lines.push_back(
          fmt::format("Of the first {} looked at none holds a response.", total.insides.size()));
  } else if (passed_over(totals, PassedOver::no_match) > 0) {
    lines.emplace_back("Documents are on lines without the text of --match: try another, or none.");
  } else if (passed_over(totals, PassedOver::no_object) +
                     passed_over(totals, PassedOver::api_member) >
                 0 &&
             totals.records == 0) {
    if (!column.empty())
      lines.push_back("No row has a document in a column " + column + ".");
    else
      lines.emplace_back(
          "No line has a { with a name behind it. If documents are encoded there, "
          "--log has the kinds of logs that are known.");
  }
  return lines;
}

}  // namespace leadscan::audit
