#include "python/arrow/part.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <stdexcept>
#include <utility>

#include "audit/base/serialize.h"
#include "audit/count/key_store.h"
#include "python/arrow/range_text.h"

namespace leadscan::arrow {

using audit::KeyBatch;
using audit::KeyEvent;
using audit::KeyEventHead;
using audit::KeyKind;

Part::Part(const Settings& settings, const audit::PipelineOptions& options,
           audit::Progress& progress)
    : settings_(settings), options_(options), worker_(options, progress) {
  task_.summary.path = settings.paths.front();
  work_.task = &task_;
  work_.chunk = std::make_unique<audit::Chunk>();
  work_.chunk->reserve(options.read.chunk_bytes);
}

audit::Result* Part::next() {
  if (ended_) return nullptr;
  work_.result = {};
  if (!read()) {
    ended_ = true;
    merge();
    return nullptr;
  }
  worker_.process(work_);
  if (work_.result.lost) throw std::bad_alloc();
  ended_ = work_.result.cut;
  merge();
  return &work_.result;
}

bool Part::open() {
  audit::FileSummary& summary = task_.summary;
  audit::Watch watch;
  watch.stop = options_.stop;
  watch.passed_over = &task_.companions;
  watch.member_globs = settings_.globs.empty() ? nullptr : &settings_.globs;
  watch.memory = options_.memory;
  watch.facts = &summary.facts;
  const auto file = static_cast<std::size_t>(settings_.file);
  if (settings_.end == 0) {
    task_.reader = std::make_unique<audit::ChunkReader>(file, summary.path, options_.read, watch);
    return true;
  }
  audit::Section section;
  section.begin = settings_.begin;
  section.end = settings_.end;
  section.line = settings_.line;
  std::string error;
  if (!open_section(summary.path, options_.memory, &summary.facts, section, error)) {
    task_.errors.push_back({summary.path, std::nullopt, std::move(error)});
    return false;
  }
  task_.reader = std::make_unique<audit::ChunkReader>(file, summary.path, options_.read,
                                                      std::move(section), watch);
  return true;
}

bool Part::read() {
  if (!std::exchange(begun_, true) && !open()) return false;
  audit::Result& result = work_.result;
  audit::ChunkReader& reader = *task_.reader;
  const bool more = reader.next(*work_.chunk);
  result.errors.assign(reader.errors().begin() + static_cast<std::ptrdiff_t>(task_.errors_told),
                       reader.errors().end());
  task_.errors_told = reader.errors().size();
  result.bytes_in = reader.bytes() - std::exchange(task_.bytes_told, reader.bytes());
  task_.summary.modes = reader.modes();
  task_.summary.members = reader.members();
  // The file is one member, however many ranges it has.
  if (settings_.begin != 0) {
    task_.summary.modes.assign(task_.summary.modes.size(), 0);
    task_.summary.members = 0;
  }
  task_.summary.passed_over = task_.companions;
  return more;
}

void Part::merge() {
  const audit::Result& result = work_.result;
  audit::FileSummary& summary = task_.summary;
  summary.bytes_in += result.bytes_in;
  summary.records += result.totals.records;
  summary.bad += result.totals.bad();
  summary.bytes_accounted += result.totals.record_bytes + result.totals.separator_bytes;
  summary.done = ended_;
  if (result.aggregate == nullptr) {
    task_.total.totals.merge(result.totals);
  } else {
    task_.total.merge(*result.aggregate, options_.aggregate.limit_findings);
  }
  task_.errors.insert(task_.errors.end(), result.errors.begin(), result.errors.end());
}

PartAudit::PartAudit(Settings settings, std::size_t buckets, std::size_t most_ids)
    : Run(std::move(settings)), most_ids_(most_ids), ids_(buckets) {
  start();
}

PartAudit::~PartAudit() { stop(); }

bool PartAudit::wait(unsigned milliseconds) {
  Lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(milliseconds),
                    [this] { return ended_ || id_bytes_ >= most_ids_; });
  return ended_;
}

void PartAudit::add_ids(const KeyBatch& batch, std::string& members) {
  id_count_ += batch.ids();
  Lock lock(mutex_);
  changed_.wait(lock, [this] { return id_bytes_ < most_ids_ || stop_; });
  audit::for_each_key(batch, [&](const KeyEvent& event) {
    if (event.kind == KeyKind::member) return append_event(members, event);
    std::string& ids = ids_[event.hash % ids_.size()];
    const std::size_t size = ids.size();
    append_event(ids, event);
    id_bytes_ += ids.size() - size;
  });
  changed_.notify_all();
}

std::vector<PartAudit::Ids> PartAudit::take_ids() {
  std::vector<Ids> taken;
  const Lock lock(mutex_);
  if (!ended_ && id_bytes_ < most_ids_) return taken;
  for (std::size_t bucket = 0; bucket < ids_.size(); ++bucket)
    if (!ids_[bucket].empty()) taken.push_back({bucket, std::exchange(ids_[bucket], {})});
  id_bytes_ = 0;
  changed_.notify_all();
  return taken;
}

void PartAudit::work() {
  audit::PipelineOptions options = settings_.pipeline();
  options.stop = &stop_;
  options.aggregate.hash_key = settings_.hash_key;
  Part part(settings_, options, progress_);
  std::string members;  // events of their names
  while (const audit::Result* const result = part.next()) {
    if (stop_) return;
    add_ids(result->keys, members);
  }
  audit::Writer writer;
  part.task().archive(writer);
  writer(settings_.file, members, id_count_);
  const Lock lock(mutex_);
  tables_ = std::move(writer.bytes);
}

std::string find_repeated(const std::vector<std::string_view>& ids) {
  std::vector<std::uint64_t> hashes;
  for (const std::string_view events : ids) {
    if (!audit::are_events(events)) throw std::runtime_error("these are no ids");
    audit::for_each_event(
        events, [&](const KeyEventHead& head, const char*) { hashes.push_back(head.hash); });
  }
  std::sort(hashes.begin(), hashes.end());
  // Those that are there more than once, once each.
  std::size_t kept = 0;
  for (std::size_t i = 1; i < hashes.size(); ++i)
    if (hashes[i] == hashes[i - 1] && (kept == 0 || hashes[kept - 1] != hashes[i]))
      hashes[kept++] = hashes[i];
  hashes.resize(kept);
  std::string out;
  if (hashes.empty()) return out;
  for (const std::string_view events : ids)
    audit::for_each_event(events, [&](const KeyEventHead& head, const char* at) {
      if (std::binary_search(hashes.begin(), hashes.end(), head.hash)) out.append(at, head.size);
    });
  return out;
}

WrittenReport merge_parts(const Settings& settings, const std::vector<std::string_view>& tables,
                          const std::vector<std::string_view>& repeated) {
  const std::int64_t started = std::time(nullptr);
  const audit::PipelineOptions options = settings.pipeline();
  const std::size_t limit = options.aggregate.limit_findings;
  const audit::Tree tree = audit::list_files(settings.paths, settings.globs);
  audit::Outcome outcome;
  outcome.errors = tree.errors;
  audit::KeyStore keys(options.memory, limit);
  const auto add_keys = [&](std::string_view bytes) {
    if (!audit::are_events(bytes)) throw std::runtime_error("these are no ids");
    KeyBatch batch;
    batch.hash_key = settings.hash_key;
    audit::for_each_event(bytes, [&](const KeyEventHead&, const char* at) {
      append_event(batch, audit::read_event(at));
    });
    keys.add(std::move(batch));
  };
  std::vector<audit::FileTask> files(tree.files.size());
  for (const std::string_view bytes : tables) {
    audit::Reader reader(bytes);
    audit::FileTask part;
    std::uint64_t file = 0;
    std::uint64_t ids = 0;
    std::string_view members;
    part.archive(reader);
    reader(file, members, ids);
    if (!reader.empty() || file >= files.size()) throw std::runtime_error("this is no part");
    audit::FileSummary& summary = files[file].summary;
    if (!summary.done) {
      files[file].total = std::move(part.total);
      summary = std::move(part.summary);
      summary.path = tree.files[file];  // as it was named
    } else {
      files[file].total.merge(part.total, limit);
      summary.bytes_in += part.summary.bytes_in;
      summary.records += part.summary.records;
      summary.bad += part.summary.bad;
      summary.bytes_accounted += part.summary.bytes_accounted;
    }
    for (audit::InputError& error : part.errors) error.file = tree.files[file];
    outcome.errors.insert(outcome.errors.end(), part.errors.begin(), part.errors.end());
    outcome.keys += ids;
    add_keys(members);
  }
  for (const std::string_view bytes : repeated) add_keys(bytes);
  for (audit::FileTask& file : files) {
    outcome.total.merge(file.total, limit);
    outcome.files.push_back(std::move(file.summary));
  }
  for (const std::string& path : find_unmatched(tree))
    outcome.errors.push_back({path, std::nullopt, kNothingMatches});
  keys.finish(outcome.total);
  outcome.keys_lost = keys.lost();
  return write_report(settings, tree, std::move(outcome), started);
}

std::vector<std::string> find_unmatched(const audit::Tree& tree) {
  std::vector<std::string> paths;
  audit::Watch watch;
  watch.member_globs = &tree.globs;
  for (const audit::Tree::Search& search : tree.searches) {
    const auto begin = tree.files.begin() + static_cast<std::ptrdiff_t>(search.begin);
    const auto end = tree.files.begin() + static_cast<std::ptrdiff_t>(search.end);
    // Of one that cannot be read it is known why there is nothing.
    if (std::none_of(begin, end, [&](const std::string& file) {
          audit::Members members(file, watch);
          return members.next() || !members.errors().empty();
        }))
      paths.push_back(search.path);
  }
  return paths;
}

}  // namespace leadscan::arrow
