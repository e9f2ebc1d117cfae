#include "audit/engine/worker.h"

#include <algorithm>
#include <new>
#include <utility>

#include "audit/judge/response_signs.h"
#include "audit/records/count_bytes.h"
#include "audit/records/member_names.h"

namespace leadscan::audit {
namespace {

std::uint64_t passed_over_in(const Totals& totals, PassedOver why) {
  return totals.passed_over[static_cast<std::size_t>(why)];
}

// Whether responses may be inside.
bool is_worth_a_look(Verdict verdict) { return is_bad(verdict) || verdict == Verdict::message; }

// Whether a pointer to a place goes to, or through, what another one names. The place's has a * for
// each index.
bool goes_through(std::string_view place, std::string_view at) {
  while (!at.empty()) {
    if (!place.starts_with('/')) return false;
    const std::size_t end = std::min(at.find('/', 1), at.size());
    const std::size_t end_of_place = std::min(place.find('/', 1), place.size());
    const std::string_view token = at.substr(1, end - 1);
    const std::string_view token_of_place = place.substr(1, end_of_place - 1);
    const bool is_index = token.find_first_not_of("0123456789") == token.npos;
    if (token != token_of_place && !(is_index && token_of_place == "*")) return false;
    at.remove_prefix(end);
    place.remove_prefix(end_of_place);
  }
  return true;
}

}  // namespace

Worker::Worker(const PipelineOptions& options, Progress& progress)
    : options_(options),
      progress_(progress),
      judge_(options.judge),
      text_({options.judge.max_record, !judge_.judges_lines()}),
      matching_(options.read.match, options.judge.max_record),
      parts_(options.read.joins_docker),
      counter_(options.aggregate) {}

void Worker::process(Work& work) noexcept {
  try {
    load(work);
    judge(*work.chunk, work.result);
  } catch (const std::bad_alloc&) {
    lose(*work.chunk, work.result);
  }
}

// What the reader has left in the file.
void Worker::load(Work& work) const {
  std::string error;
  const std::size_t missing = work.chunk->load(error);
  if (missing == 0) return;
  work.result.bytes_in -= missing;
  work.result.cut = true;
  work.result.errors.push_back({work.task->summary.path, std::nullopt, std::move(error)});
}

void Worker::lose(const Chunk& chunk, Result& result) noexcept {
  Lost lost;
  lost.bytes = result.bytes_in;
  if (!chunk.segments.empty()) {
    const Segment& first = chunk.segments.front();
    lost.line = first.line;
    lost.offset = first.offset;
    try {
      lost.member = first.member->member;
    } catch (const std::bad_alloc&) {
      // It goes without.
    }
  }
  // Parts of a long record would be missing in the middle of it.
  for (const Segment& segment : chunk.segments)
    result.cut |= segment.kind == Segment::Kind::oversize;
  result.totals = {};
  result.aggregate.reset();
  result.keys = {};
  result.sink_memory = {};
  result.bytes_in = 0;
  result.lost = std::move(lost);
}

void Worker::judge(const Chunk& chunk, Result& result) {
  result.sink_memory.resize(options_.sinks.size());
  sink_sizes_.resize(options_.sinks.size());
  // What grows is there twice while it does: at once as much as may be, of which only that takes
  // memory which is written.
  for (std::size_t i = 0; i < sink_sizes_.size(); ++i)
    result.sink_memory[i].reserve(std::max(sink_sizes_[i], chunk.output));
  if (!options_.totals_only) {
    result.aggregate = std::make_unique<Aggregate>();
    counter_.start(*result.aggregate, result.keys);
    result.keys.bytes.reserve(keys_size_);
    result.keys.hashes.reserve(keys_count_);
  }
  messages_looked_at_ = 0;
  for (const Segment& segment : chunk.segments) {
    unmatched_line_ = 0;
    const std::size_t keys = result.keys.ids();
    if (segment.kind == Segment::Kind::oversize) {
      judge_part(chunk, segment, result);
    } else if (segment.kind == Segment::Kind::text) {
      judge_text(chunk, segment, result);
    } else if (segment.kind == Segment::Kind::lines && judge_.judges_lines() &&
               !options_.prefilter) {
      judge_lines(chunk, segment, result);
    } else {
      judge_records(chunk, segment, result);
    }
    if (result.keys.ids() != keys) append_member(result.keys, *segment.member);
  }
  if (result.aggregate != nullptr) {
    counter_.finish();
    result.aggregate->totals = result.totals;
  }
  const auto and_some_more = [](std::size_t size) { return size + size / 8; };
  keys_size_ = and_some_more(result.keys.bytes.size());
  keys_count_ = and_some_more(result.keys.ids());
  std::transform(result.sink_memory.begin(), result.sink_memory.end(), sink_sizes_.begin(),
                 [&](const std::string& memory) { return and_some_more(memory.size()); });
  progress_.records.fetch_add(result.totals.records, std::memory_order_relaxed);
  progress_.bad.fetch_add(result.totals.bad(), std::memory_order_relaxed);
}

inline void Worker::take_record(std::size_t bytes, Result& result, std::uint32_t shape) {
  ++result.totals.records;
  ++result.totals.verdicts[index_of(judged_.verdict)];
  result.totals.record_bytes += bytes;
  show(result, shape);
}

// The judged record, to those who want each of them.
inline void Worker::show(Result& result, std::uint32_t shape) {
  if (result.aggregate != nullptr) counter_.add(judged_, shape);
  for (std::size_t i = 0; i < options_.sinks.size(); ++i)
    options_.sinks[i]->see(judged_, result.sink_memory[i]);
}

// For advice. Of few records: it takes longer than judging them. Where a known kind of log was
// recognised, it has been looked where its responses are; of an HTTP archive only calls are seen.
void Worker::look_inside(const Record& record, const MemberInfo& member, Look look,
                         Result& result) {
  if (result.aggregate == nullptr || record.too_large || member.mode == RecordMode::har) return;
  std::vector<std::vector<InsidePlace>>& insides =
      look == Look::elsewhere ? result.aggregate->elsewhere : result.aggregate->insides;
  if (insides.size() == Aggregate::kMostInsides) return;
  // A gateway's message has none: of those only what has counts.
  const bool is_message = look == Look::message;
  if (is_message && messages_looked_at_++ >= Aggregate::kMostInsides) return;
  std::vector<InsidePlace> places = inside_.find(record.bytes());
  if (is_message) {
    std::erase_if(
        places, [](const InsidePlace& place) { return place.what != InsidePlace::What::response; });
    if (places.empty()) return;
  }
  if (const LogPreset* const preset = judged_.preset; preset != nullptr) {
    // What is no response where one was looked for may have one further in.
    const bool was_there = look != Look::elsewhere && looks_like_response(judged_.body);
    const std::size_t there = std::erase_if(places, [&](const InsidePlace& place) {
      return place.what != InsidePlace::What::behind_text &&
             std::any_of(preset->at.begin(), preset->at.end(), [&](std::string_view at) {
               return !at.empty() && goes_through(place.pointer, at) &&
                      (was_there || goes_through(at, place.pointer));
             });
    });
    if (there > 0 && places.empty()) return;
  }
  insides.push_back(std::move(places));
}

// Whether the line on which a record begins has the text that is asked for; of the text that
// matching_ was given last.
bool Worker::is_on_matching_line(std::string_view all, const Record& record, Totals& totals) {
  const auto at = static_cast<std::size_t>(record.data - all.data());
  if (!matching_.is_asked() || matching_.matches(at, record.size)) return true;
  const bool is_first = std::exchange(unmatched_line_, record.line) != record.line;
  pass_over_line(is_first ? Matching::no : Matching::no_nor_before, record.size, totals);
  return false;
}

// Counted once a line.
void Worker::pass_over_line(Matching matching, std::size_t bytes, Totals& totals) {
  if (matching == Matching::no)
    ++totals.passed_over[static_cast<std::size_t>(PassedOver::no_match)];
  totals.separator_bytes += bytes;
}

// `place`: where a record is that is no bytes of the chunk's.
template <typename PlaceOf>
void Worker::judge_record(const Record& record, const MemberInfo& member, Result& result,
                          const PlaceOf& place) {
  Totals& totals = result.totals;
  std::size_t taken = 0;
  const auto without = [&totals] {
    return passed_over_in(totals, PassedOver::no_response) +
           passed_over_in(totals, PassedOver::no_object) + totals.bad();
  };
  const std::uint64_t before = without();
  const std::uint64_t messages = totals.verdicts[index_of(Verdict::message)];
  const std::uint64_t elsewhere = totals.elsewhere();
  judge_.judge(record, member, judged_, totals.passed_over, [&] {
    if (judged_.preset != nullptr)
      ++totals.formats[static_cast<std::size_t>(judged_.preset - log_presets().data())];
    const Record* const judged = judged_.record;
    const auto& placed = place(*judged);
    judged_.record = &placed;
    taken += placed.size - placed.elsewhere;
    take_record(placed.size - placed.elsewhere, result);
    judged_.record = judged;
  });
  totals.separator_bytes += record.size - record.elsewhere - taken;
  if (totals.elsewhere() != elsewhere)
    look_inside(record, member, Look::elsewhere, result);
  else if (without() != before)
    look_inside(record, member, Look::anything, result);
  else if (totals.verdicts[index_of(Verdict::message)] != messages)
    look_inside(record, member, Look::message, result);
}

void Worker::judge_record(const Record& record, const MemberInfo& member, Result& result) {
  judge_record(record, member, result, [](const Record& it) -> const Record& { return it; });
}

// Of records on lines of Kubernetes'.
std::size_t Worker::index_of_cri() {
  static const LogPreset* const cri = find_preset("cri");
  return static_cast<std::size_t>(cri - log_presets().data());
}

void Worker::count_cri(std::string_view line, Totals& totals, std::uint64_t records) {
  CriLine parts;
  if (parse_cri(line, parts)) totals.formats[index_of_cri()] += records;
}

// Lines without a document, `with_names` of which have the name of a member of the API.
void Worker::pass_over_lines(std::uint64_t lines, std::uint64_t with_names, Totals& totals) {
  totals.passed_over[static_cast<std::size_t>(PassedOver::no_object)] += lines - with_names;
  totals.passed_over[static_cast<std::size_t>(PassedOver::api_member)] += with_names;
}

void Worker::judge_records(const Chunk& chunk, const Segment& segment, Result& result) {
  Totals& totals = result.totals;
  const std::uint64_t records = totals.records;
  const std::string_view all(chunk.data() + segment.begin, segment.size);
  const bool is_told = segment.kind == Segment::Kind::spans;  // by the reader
  if (matching_.is_asked() && !is_told) matching_.start(all);
  pass_over_lines(segment.passed_over, segment.with_names, totals);
  totals.separator_bytes +=
      for_each_record(chunk, segment, options_.judge.max_record, [&](const Record& record) {
        // In an HTTP archive a body may be base64, in which nothing can be looked for.
        if (options_.prefilter && segment.member->mode != RecordMode::har &&
            !options_.prefilter(record.bytes())) {
          totals.separator_bytes += record.size;
          return;
        }
        if (record.matching != Matching::yes)
          pass_over_line(record.matching, record.size, totals);
        else if (is_told || is_on_matching_line(all, record, totals))
          judge_record(record, *segment.member, result);
      });
  if (segment.is_cri) totals.formats[index_of_cri()] += totals.records - records;
}

void Worker::judge_text(const Chunk& chunk, const Segment& segment, Result& result) {
  Totals& totals = result.totals;
  totals.separator_bytes += segment.separators;
  const std::string_view all(chunk.data() + segment.begin, segment.size);
  Place place{0, segment.line, all.size(), false};
  std::size_t event = 0;
  const std::vector<Range>& rests = segment.member->rests;
  // What is of other files is no line of this one.
  bool looks = segment.given_up != 0 || segment.elsewhere != 0 ||
               (!rests.empty() && rests.back().offset >= segment.offset);
  for (;; looks = true) {
    if (looks && !place.knows_parts) {
      parts_.scan(all, place.at, place.line, segment.given_up, *segment.member, segment.offset);
      place.knows_parts = true;
    }
    const std::vector<LogParts::Event>& events = parts_.events();
    if (place.knows_parts) place.limit = event < events.size() ? events[event].at : all.size();
    judge_lines_of_text(chunk, segment, place, result);
    if (place.at == all.size()) return;
    if (place.at < place.limit) continue;
    const std::size_t size = first_line(all.substr(place.at)).next;
    const LogParts::Event& here = events[event++];
    if (here.kind == LogParts::Event::Kind::given_up) totals.separator_bytes += size;
    if (here.kind == LogParts::Event::Kind::first)
      judge_parts(segment, parts_.joined()[here.joined], all, result);
    place.at += size;
    ++place.line;
  }
}

// Whether one of a text's lines may be a part of one, but for the first.
bool Worker::may_have_parts(std::string_view text) const {
  for (std::size_t at = first_line(text).next; at < text.size();) {
    const Line line = first_line(text.substr(at));
    if (parts_.may_begin(line.text)) return true;
    at += line.next;
  }
  return false;
}

// The first lines of `text`, as far as the parser has read them at once and nothing else must be
// looked at. How many bytes that was; the record is behind them.
std::size_t Worker::take_lines(std::string_view text, const MemberInfo& member, Record& record,
                               Result& result) {
  const std::span<const LineResult> lines = judge_.accept_lines(text);
  if (lines.empty()) return 0;
  Totals& totals = result.totals;
  const bool is_shown = result.aggregate != nullptr || !options_.sinks.empty();
  const std::uint64_t offset = record.offset - lines.front().offset;
  const char* const begin = text.data() - lines.front().offset;
  std::uint64_t in_records = 0;
  record.too_large = false;
  for (const LineResult& line : lines) {
    record.data = begin + line.offset;
    record.size = line.size;
    record.offset = offset + line.offset;
    in_records += line.size;
    ++totals.verdicts[index_of(Judge::verdict_on(line))];
    if (is_shown) {
      Judge::accept(line, record, member, judged_);
      show(result, line.shape);
    }
    ++record.line;
  }
  const char* const next =
      leadscan::internal::behind_line_end(record.data + record.size, text.data() + text.size());
  const auto size = static_cast<std::size_t>(next - text.data());
  totals.records += lines.size();
  totals.record_bytes += in_records;
  totals.separator_bytes += size - in_records;
  return size;
}

// Most lines of most logs are a document, or a document behind some text. These are tried first;
// whatever else there is, is read from there on to the next hard break. Ends at place.limit, or at
// the first line that may be a part of one.
void Worker::judge_lines_of_text(const Chunk& chunk, const Segment& segment, Place& place,
                                 Result& result) {
  Totals& totals = result.totals;
  const std::string_view all(chunk.data() + segment.begin, place.limit);
  const bool tries_lines = judge_.judges_lines() && !options_.prefilter && !matching_.is_asked();
  if (matching_.is_asked()) matching_.start(all);
  judge_.start_text();
  Record record;
  record.line = place.line;
  std::size_t at = place.at;
  const auto stop = [&] {
    judge_.end_text();
    place.at = at;
    place.line = record.line;
  };
  while (at < all.size()) {
    const std::string_view text = all.substr(at);
    if (tries_lines) {
      record.offset = segment.offset + at;
      if (const std::size_t taken = take_lines(text, *segment.member, record, result)) {
        at += taken;
        continue;
      }
      const PlainLine line = plain_line(text);
      std::size_t size = 0;
      const bool may_be_cri_line =
          line.begin != 0 && line.kind != PlainLine::Kind::other && may_be_cri(text);
      if (may_be_cri_line && !place.knows_parts) return stop();
      judged_.http_status.reset();
      if (line.kind == PlainLine::Kind::document &&
          judge_.accept_line(text.substr(line.begin), *segment.member, record, judged_, size)) {
        record.offset = segment.offset + at + line.begin;
        const std::size_t next = std::min(line.begin + size + 1, text.size());
        totals.separator_bytes += next - record.size;
        if (may_be_cri_line) count_cri(text, totals, 1);
        take_record(record.size, result, judge_.shape());
        if (is_worth_a_look(judged_.verdict)) {
          judged_.preset = nullptr;
          look_inside(record, *segment.member, look_for(judged_.verdict), result);
        }
        at += next;
        ++record.line;
        continue;
      }
      if (line.kind == PlainLine::Kind::text) {
        const std::size_t next = std::min(line.begin + 1, text.size());
        pass_over_lines(1, has_member_name(text.substr(0, line.begin)) ? 1 : 0, totals);
        totals.separator_bytes += next;
        at += next;
        ++record.line;
        continue;
      }
    }
    judge_.forget_ahead();
    const std::string_view first = first_line(text).text;
    if (!place.knows_parts && parts_.may_begin(first)) return stop();
    const std::size_t size = next_hard_break(text, 0);
    if (!place.knows_parts && may_have_parts(text.substr(0, size))) return stop();
    if (options_.prefilter && !options_.prefilter(text.substr(0, size))) {
      totals.separator_bytes += size;
      record.line += count_bytes(text.data(), size, '\n');
    } else {
      std::uint64_t passed_over = 0;
      const std::uint64_t records = totals.records;
      totals.separator_bytes += text_.for_each(chunk, segment, text.data(), size, record.line,
                                               passed_over, [&](const Record& found) {
                                                 if (is_on_matching_line(all, found, totals))
                                                   judge_record(found, *segment.member, result);
                                               });
      pass_over_lines(passed_over, text_.take_with_names(), totals);
      if (totals.records != records && may_be_cri(first))
        count_cri(first, totals, totals.records - records);
    }
    at += size;
  }
  stop();
}

// Whether it is, as a record: by its lines, as far apart as they are, and what they take. One that
// nothing follows is a line like others, whose records tell what is too large.
bool Worker::is_too_long(const JoinedLine& line, const Segment& segment) const {
  if (line.is_open && segment.gives_up != 0) return true;
  const JoinedLine::Part& last = line.parts.back();
  return line.parts.size() > 1 &&
         last.at + last.size - line.parts.front().at + line.parts.size() * LogParts::kCostOfPart >
             options_.judge.max_record;
}

// A line that the log's writer has cut, judged as the program wrote it; what is found in it is told
// where it is in the log.
void Worker::judge_parts(const Segment& segment, const JoinedLine& line, std::string_view all,
                         Result& result) {
  Totals& totals = result.totals;
  const JoinedLine::Part& first = line.parts.front();
  const std::size_t own_end = all.size() - segment.elsewhere;
  const std::size_t own_size = line.size_up_to(own_end);
  if (is_too_long(line, segment)) {
    if (matching_.is_asked()) {
      line.join(all, joined_);
      matching_.start(joined_);
      if (!matching_.matches(0, joined_.size()))
        return pass_over_line(Matching::no, own_size, totals);
    }
    Record record;
    record.size = line.joined_size();
    record = line.place(all, own_end, record, copy_);
    record.offset += segment.offset;
    record.too_large = true;
    totals.separator_bytes += own_size - (record.size - record.elsewhere);
    judge_record(record, *segment.member, result);
    return;
  }
  line.join(all, joined_);
  if (options_.prefilter && !options_.prefilter(joined_)) {
    totals.separator_bytes += own_size;
    return;
  }
  joined_chunk_.clear();
  joined_chunk_.shrink(options_.read.chunk_bytes);
  joined_chunk_.reserve(joined_.size());
  std::copy(joined_.begin(), joined_.end(), joined_chunk_.data());
  joined_chunk_.set_size(joined_.size());
  Segment whole;
  whole.size = joined_.size();
  if (matching_.is_asked()) matching_.start({joined_chunk_.data(), joined_.size()});
  const std::uint64_t in_records = totals.record_bytes;
  const std::uint64_t between = totals.separator_bytes;
  const std::uint64_t records = totals.records;
  std::uint64_t line_number = first.line;
  std::uint64_t passed_over = 0;
  text_.for_each(joined_chunk_, whole, joined_chunk_.data(), joined_.size(), line_number,
                 passed_over, [&](const Record& found) {
                   if (!is_on_matching_line({joined_chunk_.data(), joined_.size()}, found, totals))
                     return;
                   judge_record(found, *segment.member, result, [&](const Record& record) {
                     Record placed = line.place(all, own_end, record, copy_);
                     placed.offset += segment.offset;
                     return placed;
                   });
                 });
  pass_over_lines(passed_over, text_.take_with_names(), totals);
  // Each byte of the parts is in a record or between them, whatever was counted of the joined line.
  totals.separator_bytes = between + own_size - (totals.record_bytes - in_records);
  if (totals.records != records) count_cri(joined_, totals, totals.records - records);
}

// What judge_records() does, for plain lines: the parser finds where they end.
void Worker::judge_lines(const Chunk& chunk, const Segment& segment, Result& result) {
  const char* const begin = chunk.data() + segment.begin;
  const char* const end = begin + segment.size;
  std::uint64_t in_records = 0;
  Record record;
  record.line = segment.line;
  const char* const readable = chunk.data() + chunk.capacity() + Chunk::kSlack;
  judged_.http_status.reset();
  for (const char* at = begin; at < end; ++record.line) {
    std::size_t size = 0;
    const std::string_view text(at, static_cast<std::size_t>(end - at));
    if (judge_.judge_line(text, *segment.member, record, judged_, size)) {
      record.offset = segment.offset + static_cast<std::uint64_t>(at - begin);
      if (judged_.verdict == Verdict::message && judge_.is_log_line(record.bytes())) {
        record.capacity = static_cast<std::size_t>(readable - record.data);
        const std::uint64_t before = result.totals.record_bytes;
        const std::uint64_t between = result.totals.separator_bytes;
        judge_record(record, *segment.member, result);
        in_records += result.totals.record_bytes - before;
        result.totals.separator_bytes = between;
      } else {
        in_records += record.size;
        take_record(record.size, result);
        if (is_worth_a_look(judged_.verdict)) {
          judged_.preset = nullptr;
          look_inside(record, *segment.member, look_for(judged_.verdict), result);
        }
      }
      judged_.http_status.reset();
    }
    at += size + 1;
  }
  result.totals.separator_bytes += segment.size - in_records + segment.separators;
}

void Worker::judge_part(const Chunk& chunk, const Segment& segment, Result& result) {
  result.totals.separator_bytes += segment.separators;
  if (segment.matching != Matching::yes) {
    pass_over_line(segment.first_part ? segment.matching : Matching::no_nor_before, segment.size,
                   result.totals);
    return;
  }
  result.totals.record_bytes += segment.size;
  for (std::size_t i = 0; i < options_.sinks.size(); ++i)
    options_.sinks[i]->see_part(segment, {chunk.data() + segment.begin, segment.size},
                                result.sink_memory[i]);
  if (!segment.last_part) return;
  Record record;
  record.size = segment.record_size;
  record.offset = segment.record_offset;
  record.line = segment.record_line;
  record.syntax = segment.syntax;
  record.too_large = segment.syntax == ErrorCode::ok;
  judge_.judge(record, *segment.member, judged_);
  judged_.record = &record;
  take_record(0, result);
  if (segment.is_cri) ++result.totals.formats[index_of_cri()];
}

}  // namespace leadscan::audit
