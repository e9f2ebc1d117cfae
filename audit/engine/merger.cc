#include "audit/engine/merger.h"

#include <algorithm>
#include <new>
#include <stdexcept>
#include <string>
#include <unordered_set>
#include <utility>

#include "audit/base/serialize.h"

namespace leadscan::audit {
namespace {

using Clock = std::chrono::steady_clock;

// Of an audit's time so much goes into its checkpoints at most: one part in this many.
constexpr int kSavingShare = 5;

constexpr const char* kNoMemoryToReport = "not enough memory for the report: give it more";

std::size_t bytes_of(const Result& result) {
  std::size_t bytes = sizeof(Work) + result.keys.memory();
  for (const std::string& memory : result.sink_memory) bytes += memory.capacity();
  return bytes + (result.aggregate == nullptr ? 0 : result.aggregate->memory());
}

// Bytes and records are counted even where there is no memory for tables. False then.
bool merge_totals(Aggregate& into, const Aggregate& later, std::size_t limit) {
  Totals both = into.totals;
  both.merge(later.totals);
  try {
    into.merge(later, limit);
    return true;
  } catch (const std::bad_alloc&) {
    into.totals = both;
    return false;
  }
}

// Where outputs are written beside the report, results wait for them.
std::size_t memory_for_keys(const PipelineOptions& options, const Backlog& backlog) {
  if (options.sinks.empty()) return options.memory;
  return options.memory - std::min(options.memory / 2, backlog.most());
}

}  // namespace

Merger::Merger(const Tree& tree, PipelineOptions& options, Scheduler& scheduler, Backlog& backlog)
    : tree_(tree),
      options_(options),
      scheduler_(scheduler),
      backlog_(backlog),
      keys_(memory_for_keys(options, backlog), options.aggregate.limit_findings,
            [&options](const std::string& why) {
              if (options.warn)
                options.warn("duplicate ids are not looked for any more: " + why +
                             "; everything else is reported");
            }) {}

bool Merger::begin() {
  outcome_.errors = tree_.errors;
  // So that a file that is done cannot be lost.
  outcome_.files.reserve(tree_.files.size());
  if (options_.checkpoint.empty()) return true;
  try {
    return resume();
  } catch (const std::runtime_error& error) {
    outcome_.failure = "checkpoint: " + options_.checkpoint + ": the checkpoint is " +
                       error.what() + "; remove it to start anew";
    return false;
  }
}

void Merger::take(std::unique_ptr<Work> work) noexcept {
  work->waits = bytes_of(work->result);
  backlog_.add(work->waits);
  Lock lock(mutex_);
  std::size_t file = work->file;
  FileTask* task = work->task;
  task->pending.insert(std::move(work));
  while (task != nullptr && !task->merging) {
    task->merging = true;
    while (merge_next(lock, file, *task)) {
    }
    if (file != front_ || !task->complete) {
      task->merging = false;
      break;
    }
    lock.unlock();
    complete_file(file, *task);
    lock.lock();
    front_ = ++file;
    scheduler_.complete(file - 1);
    task = scheduler_.task(file);
  }
}

bool Merger::merge_next(Lock& lock, std::size_t file, FileTask& task) {
  const bool is_front = is_in_turn(file);
  if (is_front && task.waiting.size() > 0) {
    const std::unique_ptr<Work> work = task.waiting.pop();
    lock.unlock();
    give(*work);
    lock.lock();
    return true;
  }
  if (task.pending.first() == nullptr || task.pending.first()->number != task.merged) return false;
  std::unique_ptr<Work> work = task.pending.pop();
  const bool is_last = work->result.last;
  lock.unlock();
  task.summary.facts = work->result.facts;
  if (std::exchange(task.cut, task.cut || work->result.cut)) {
    work->result.sink_memory.clear();
    give(*work);
  } else {
    give_live(work->result);
    merge_result(task, work->result);
    is_front ? merge_in_turn(file, task, std::move(work)) : merge_ahead(task, std::move(work));
  }
  lock.lock();
  ++task.merged;
  task.complete |= is_last;
  scheduler_.merged(task);
  return true;
}

void Merger::merge_result(FileTask& task, Result& result) {
  FileSummary& summary = task.summary;
  if (!result.starved) {
    summary.members = result.members;
    summary.passed_over = result.companions;
  }
  summary.bytes_in += result.bytes_in;
  summary.records += result.totals.records;
  summary.bad += result.totals.bad();
  summary.bytes_accounted += result.totals.record_bytes + result.totals.separator_bytes;
  task.starved |= result.starved;
  task.may_have_more |= result.starved || result.lost;
  if (result.lost && task.first_lost) {
    task.first_lost->bytes += result.lost->bytes;
  } else if (result.lost) {
    task.first_lost = std::move(result.lost);
  }
  if (result.aggregate == nullptr) {
    task.total.totals.merge(result.totals);
  } else if (!merge_totals(task.total, *result.aggregate, options_.aggregate.limit_findings)) {
    task.uncounted = task.may_have_more = true;
  }
  result.aggregate.reset();
  keys_.add(std::exchange(result.keys, {}));
  try {
    summary.modes.resize(std::max(summary.modes.size(), result.modes.size()));
    for (std::size_t i = 0; i < result.modes.size(); ++i) summary.modes[i] += result.modes[i];
    task.errors.insert(task.errors.end(), result.errors.begin(), result.errors.end());
    for (const InputError& error : result.errors)
      task.may_have_more |= error.why.ends_with(kNoMemory);
  } catch (const std::bad_alloc&) {
    fail(kNoMemoryToReport);
  }
}

void Merger::merge_in_turn(std::size_t file, FileTask& task, std::unique_ptr<Work> work) {
  backlog_.remove(std::exchange(task.table_bytes, 0));
  give(*work);
  if (work->result.between_members) save(file, work->result.members, &task, false);
}

// Its output waits; what is merged of it is in the file's tables from now on.
void Merger::merge_ahead(FileTask& task, std::unique_ptr<Work> work) {
  const std::size_t waits = bytes_of(work->result);
  // What the tables grew by, at most. Once that may have come to much it is looked at more closely.
  std::size_t table_bytes = task.table_bytes + work->waits - std::min(work->waits, waits);
  if (table_bytes > 2 * task.known_table_bytes)
    table_bytes = task.known_table_bytes = sizeof task + task.total.memory();
  backlog_.add(waits + table_bytes);
  backlog_.remove(std::exchange(work->waits, waits) + std::exchange(task.table_bytes, table_bytes));
  task.waiting.push_back(std::move(work));
}

// One output that cannot be written does not keep the others from being whole. But when all that is
// wanted are records and no sink takes them any more, there is nothing left to do.
bool Merger::is_all_in_vain() const {
  return options_.totals_only && !options_.sinks.empty() &&
         std::none_of(options_.sinks.begin(), options_.sinks.end(),
                      [](auto* sink) { return sink->error().empty(); });
}

void Merger::give_live(const Result& result) {
  if (!options_.live || result.aggregate == nullptr) return;
  const Lock lock(live_mutex_);
  try {
    options_.live(*result.aggregate);
  } catch (const std::bad_alloc&) {
    fail("not enough memory to write what was found: give it more");
  }
}

// Lets go of what the work has for the sinks.
void Merger::give(Work& work) {
  Lock lock(live_mutex_, std::defer_lock);
  if (options_.follow) lock.lock();
  std::vector<std::string>& memory = work.result.sink_memory;
  try {
    for (std::size_t i = 0; i < memory.size(); ++i) {
      RecordSink& sink = *options_.sinks[i];
      if (!memory[i].empty() && sink.error().empty()) sink.take(memory[i]);
    }
    if (is_all_in_vain() && outcome_.failure.empty()) {
      outcome_.failure = options_.sinks.front()->error();
      scheduler_.stop();
    }
  } catch (const std::bad_alloc&) {
    fail("not enough memory to write what was found: give it more");
  }
  memory = {};
  backlog_.remove(std::exchange(work.waits, 0));
}

void Merger::fail(const char* why) noexcept {
  const Lock lock(mutex_);
  if (failure_ == nullptr) failure_ = why;
  scheduler_.stop();
}

void Merger::starve() noexcept {
  const Lock lock(mutex_);
  starved_ = true;
}

// What a file came to goes into the outcome.
void Merger::take_file(FileTask& task) {
  try {
    const auto add_error = [&](std::optional<std::string> member, std::string why) {
      task.errors.push_back({task.summary.path, std::move(member), std::move(why)});
    };
    if (task.first_lost)
      add_error(std::move(task.first_lost->member),
                "not enough memory for " + std::to_string(task.first_lost->bytes) +
                    " bytes, the first of them at line " + std::to_string(task.first_lost->line) +
                    " (byte " + std::to_string(task.first_lost->offset) +
                    "), which were not read: give it more, or fewer --jobs");
    if (task.starved) add_error(std::nullopt, kNoMemory);
    const bool counted =
        merge_totals(outcome_.total, task.total, options_.aggregate.limit_findings);
    if (!counted || task.uncounted)
      add_error(std::nullopt,
                "not enough memory to count all of it: tables lack some of its records");
    outcome_.errors.insert(outcome_.errors.end(), task.errors.begin(), task.errors.end());
    // A checkpoint is for what another run need not do again.
    if (task.may_have_more || !counted) saves_ = false;
    if (saves_) {
      Writer writer;
      writer(task.summary, task.errors);
      new_files_.push_back(std::move(writer.bytes));
    }
  } catch (const std::bad_alloc&) {
    fail(kNoMemoryToReport);
  }
  outcome_.files.push_back(std::move(task.summary));
}

void Merger::complete_file(std::size_t file, FileTask& task) {
  backlog_.remove(std::exchange(task.table_bytes, 0));
  task.summary.done = true;
  take_file(task);
  save(file + 1, 0, nullptr, file + 1 == tree_.files.size());
}

// A checkpoint in front of `member` of `file`; `task`: of that file, if it has begun.
void Merger::save(std::size_t file, std::uint64_t member, FileTask* task, bool at_once) noexcept {
  if (!saves_ || (task != nullptr && task->may_have_more)) return;
  const auto begin = Clock::now();
  if (!at_once && begin < save_next_) return;
  try {
    if (!write_checkpoint(file, member, task)) end_saving(checkpoint_.error());
  } catch (const std::bad_alloc&) {
    saves_ = false;
    fail(kNoMemoryToReport);
  }
  const auto end = Clock::now();
  const auto interval = std::chrono::milliseconds(options_.checkpoint_interval);
  save_next_ = end + std::max<Clock::duration>(interval, (kSavingShare - 1) * (end - begin));
}

bool Merger::write_checkpoint(std::size_t file, std::uint64_t member, FileTask* task) {
  if (!keys_.lost().empty()) {
    saves_ = false;  // the next run may find out about them
    return true;
  }
  std::vector<std::string> marks;
  for (RecordSink* sink : options_.sinks) {
    marks.push_back(sink->mark());
    // The next run goes on from where this output was whole.
    if (!sink->error().empty()) return true;
  }
  Writer writer;
  writer(options_.aggregate.now, options_.aggregate.hash_key, outcome_.total, marks,
         task != nullptr);
  if (task != nullptr) task->archive(writer);
  Checkpoint::State state = {file, member, std::move(writer.bytes), {}};
  std::swap(state.files, new_files_);
  return checkpoint_.save(state, keys_);
}

// The checkpoint's disk is full, say. What it has stays good to go on from.
void Merger::end_saving(const std::string& why) {
  saves_ = false;
  new_files_ = {};
  keys_.leave_database();
  outcome_.problems.push_back(why + "; it is not noted any more how far the audit has come");
  if (options_.warn) options_.warn(outcome_.problems.back());
}

bool Merger::resume() {
  Checkpoint::State state;
  if (!checkpoint_.open(options_.checkpoint, options_.signature, keys_) ||
      !checkpoint_.load(state, keys_)) {
    if (checkpoint_.is_starved()) throw std::bad_alloc();
    outcome_.failure = checkpoint_.error();
    return false;
  }
  std::vector<std::string> marks(options_.sinks.size());
  if (!state.totals.empty()) {
    Reader reader(state.totals);
    bool begun = false;
    // "Now" is when the audit began, or the report would depend on when it was resumed.
    reader(options_.aggregate.now, options_.aggregate.hash_key, outcome_.total, marks, begun);
    if (state.file > tree_.files.size() || (begun && state.file == tree_.files.size()) ||
        state.files.size() != state.file || marks.size() != options_.sinks.size())
      throw std::runtime_error("damaged");
    for (const std::string& bytes : state.files) {
      FileSummary summary;
      std::vector<InputError> errors;
      Reader row(bytes);
      row(summary, errors);
      outcome_.files.push_back(std::move(summary));
      outcome_.errors.insert(outcome_.errors.end(), errors.begin(), errors.end());
    }
    front_ = state.file;
    scheduler_.begin_at(front_);
    if (begun) scheduler_.begin_inside(front_, state.member).archive(reader);
    if (!reader.empty()) throw std::runtime_error("damaged");
    outcome_.resumed = true;
  }
  for (std::size_t i = 0; i < options_.sinks.size() && outcome_.failure.empty(); ++i) {
    options_.sinks[i]->resume(marks[i]);
    outcome_.failure = options_.sinks[i]->error();
  }
  saves_ = true;
  save_next_ = Clock::now() + std::chrono::milliseconds(options_.checkpoint_interval);
  return outcome_.failure.empty();
}

// What the later files have come to counts too, in their order.
void Merger::give_unfinished() {
  for (std::size_t file = front_; file < tree_.files.size(); ++file) {
    FileTask* const task = scheduler_.task(file);
    if (task != nullptr && task->read > 0) {
      while (const std::unique_ptr<Work> work = task->waiting.pop()) give(*work);
      take_file(*task);
    }
    if (starved_ && (task == nullptr || !task->complete))
      outcome_.errors.push_back({tree_.files[file], std::nullopt, kNoMemory});
  }
}

// A pattern that is mistyped must not pass for an audit without complaints.
void Merger::tell_of_searches() {
  std::unordered_set<std::string> told;  // of these it is known why there is nothing
  for (const InputError& error : outcome_.errors) told.insert(error.file);
  for (const Tree::Search& search : tree_.searches) {
    const auto begin = outcome_.files.begin() + static_cast<std::ptrdiff_t>(search.begin);
    const auto end = outcome_.files.begin() + static_cast<std::ptrdiff_t>(search.end);
    if (std::none_of(begin, end, [&](const FileSummary& file) {
          return file.members != 0 || told.count(file.path) != 0;
        }))
      outcome_.errors.push_back({search.path, std::nullopt, "nothing in it matches --glob"});
  }
}

Outcome Merger::finish() {
  saves_ = false;
  // Without threads nothing more is read; unless a signal was what ended it, that is all there is.
  const bool is_stopped = scheduler_.stopped();
  starved_ = starved_ && !is_stopped;
  if (failure_ == nullptr && outcome_.failure.empty()) {
    const bool is_whole = front_ == tree_.files.size();
    outcome_.interrupted = (!is_whole && !starved_) || scheduler_.input_stopped();
    try {
      if (!is_whole) give_unfinished();
      if (is_whole && !outcome_.interrupted && !tree_.searches.empty()) tell_of_searches();
    } catch (const std::bad_alloc&) {
      failure_ = kNoMemoryToReport;
    }
  }
  if (failure_ != nullptr && outcome_.failure.empty()) outcome_.failure = failure_;
  if (outcome_.failure.empty() && !options_.totals_only && options_.aggregate.unique_keys) {
    keys_.finish(outcome_.total);
    outcome_.keys_lost = keys_.lost();
    outcome_.keys_spilled = keys_.spilled();
    outcome_.keys = keys_.count();
  }
  return std::move(outcome_);
}

}  // namespace leadscan::audit
