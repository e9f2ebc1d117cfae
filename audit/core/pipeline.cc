#include "audit/core/pipeline.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "audit/core/checkpoint.h"
#include "audit/core/key_store.h"
#include "audit/core/serialize.h"

namespace leadscan::audit {
namespace {

// How far threads may run ahead of the file that is reported next: output that waits for its turn,
// and files that are done.
constexpr std::size_t kMostWaitingBytes = std::size_t{64} << 20;
constexpr std::size_t kMostFilesAhead = 256;

// What one chunk came to.
struct Result {
  Totals totals;
  std::unique_ptr<Aggregate> aggregate;  // null if totals are all
  KeyBatch keys;
  std::vector<std::string> sink_memory;

  // Since the chunk before.
  std::uint64_t bytes_in = 0;
  std::vector<std::uint64_t> modes;
  std::vector<InputError> errors;
  std::uint64_t members = 0;     // of the file, up to here
  bool between_members = false;  // a place to go on from
  bool cut = false;              // the file broke off in this chunk: nothing behind it counts
};

struct FileTask {
  std::unique_ptr<ChunkReader> reader;
  bool busy = false;       // a thread reads
  bool exhausted = false;  // there is no more to read
  bool merging = false;    // a thread merges
  bool cut = false;        // by a chunk that is merged
  std::uint64_t read = 0;  // chunks
  std::uint64_t merged = 0;
  std::map<std::uint64_t, Result> pending;  // by chunk
  std::vector<std::string> waiting;         // by sink: output whose turn has not come
  std::size_t waiting_bytes = 0;

  // Deltas of Result are against these.
  std::uint64_t bytes_told = 0;
  std::vector<std::uint64_t> modes_told;
  std::size_t errors_told = 0;

  Aggregate total;
  FileSummary summary;
  std::vector<InputError> errors;

  template <typename Archive>
  void archive(Archive& a) {
    a(total, summary, errors);
  }
};

// Judges and counts chunks; one for each thread.
class Worker {
 public:
  Worker(const PipelineOptions& options, Progress& progress)
      : options_(options),
        progress_(progress),
        judge_(options.judge),
        counter_(options.aggregate) {}

  void process(const Chunk& chunk, Result& result) {
    result.sink_memory.resize(options_.sinks.size());
    if (!options_.totals_only) {
      result.aggregate = std::make_unique<Aggregate>();
      counter_.start(*result.aggregate, result.keys);
      result.keys.bytes.reserve(keys_size_);
    }
    for (const Segment& segment : chunk.segments) {
      const std::uint64_t keys = result.keys.events;
      if (segment.kind == Segment::Kind::oversize) {
        process_part(chunk, segment, result);
      } else if (segment.kind == Segment::Kind::lines && judge_.judges_lines() &&
                 !options_.prefilter) {
        process_lines(chunk, segment, result);
      } else {
        process_records(chunk, segment, result);
      }
      if (result.keys.events != keys) append_member(result.keys, *segment.member);
    }
    if (result.aggregate != nullptr) {
      counter_.finish();
      result.aggregate->totals = result.totals;
    }
    keys_size_ = result.keys.bytes.size() + result.keys.bytes.size() / 8;
    progress_.records.fetch_add(result.totals.records, std::memory_order_relaxed);
    progress_.bad.fetch_add(result.totals.bad(), std::memory_order_relaxed);
  }

 private:
  void process_records(const Chunk& chunk, const Segment& segment, Result& result) {
    Totals& totals = result.totals;
    totals.separator_bytes +=
        for_each_record(chunk, segment, options_.judge.max_record, [&](const Record& record) {
          // In an HTTP archive a body may be base64, in which nothing can be looked for.
          if (options_.prefilter && segment.member->mode != RecordMode::har &&
              !options_.prefilter(record.bytes())) {
            totals.separator_bytes += record.size;
            return;
          }
          if (!judge_.judge(record, *segment.member, judged_)) {
            totals.separator_bytes += record.size;
            ++totals.passed_over;
            return;
          }
          take_record(record.size, result);
        });
  }

  // What process_records() does, for plain lines: the parser finds where they end.
  void process_lines(const Chunk& chunk, const Segment& segment, Result& result) {
    const char* const begin = chunk.data() + segment.begin;
    const char* const end = begin + segment.size;
    std::uint64_t in_records = 0;
    Record record;
    record.line = segment.line;
    judged_.http_status.reset();
    for (const char* at = begin; at < end; ++record.line) {
      std::size_t size = 0;
      const std::string_view text(at, static_cast<std::size_t>(end - at));
      if (judge_.judge_line(text, *segment.member, record, judged_, size)) {
        record.offset = segment.offset + static_cast<std::uint64_t>(at - begin);
        in_records += record.size;
        take_record(record.size, result);
      }
      at += size + 1;
    }
    result.totals.separator_bytes += segment.size - in_records + segment.separators;
  }

  void process_part(const Chunk& chunk, const Segment& segment, Result& result) {
    result.totals.separator_bytes += segment.separators;
    result.totals.record_bytes += segment.size;
    for (std::size_t i = 0; i < options_.sinks.size(); ++i)
      options_.sinks[i]->see_part(segment, {chunk.data() + segment.begin, segment.size},
                                  result.sink_memory[i]);
    if (!segment.last_part) return;
    Record record;
    record.size = segment.record_size;
    record.offset = segment.record_offset;
    record.line = segment.record_line;
    record.too_large = true;
    Judge::too_large(record, *segment.member, options_.judge.max_record, judged_);
    take_record(0, result);
  }

  void take_record(std::size_t bytes, Result& result) {
    ++result.totals.records;
    ++result.totals.verdicts[index_of(judged_.verdict)];
    result.totals.record_bytes += bytes;
    if (result.aggregate != nullptr) counter_.add(judged_);
    for (std::size_t i = 0; i < options_.sinks.size(); ++i)
      options_.sinks[i]->see(judged_, result.sink_memory[i]);
  }

  const PipelineOptions& options_;
  Progress& progress_;
  Judge judge_;
  Counter counter_;
  Judged judged_;
  std::size_t keys_size_ = 0;  // of the chunk before, and a little more
};

class Pipeline {
 public:
  Pipeline(const Tree& tree, const PipelineOptions& options, Progress& progress)
      : tree_(tree),
        options_(options),
        progress_(progress),
        keys_(options.memory, options.aggregate.limit_findings),
        tasks_(tree.files.size()) {
    options_.aggregate.hash_key = random_hash_key();
  }

  Outcome run() {
    outcome_.errors = tree_.errors;
    try {
      if (!options_.checkpoint.empty() && !resume()) return std::move(outcome_);
    } catch (const std::runtime_error& error) {
      outcome_.failure = "checkpoint: " + options_.checkpoint + ": " + error.what();
      return std::move(outcome_);
    }
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < options_.jobs; ++i) threads.emplace_back([this] { work(); });
    work();
    for (std::thread& thread : threads) thread.join();
    finish();
    return std::move(outcome_);
  }

 private:
  using Lock = std::unique_lock<std::mutex>;

  bool stopped() const {
    return failed_ || (options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed));
  }

  void fail(std::string why) {
    if (outcome_.failure.empty()) outcome_.failure = std::move(why);
    failed_ = true;
    changed_.notify_all();
  }

  // What was read and is to be judged.
  struct Work {
    std::size_t file = 0;
    FileTask* task = nullptr;
    std::uint64_t number = 0;
    std::unique_ptr<Chunk> chunk;
    Result result;
  };

  void work() {
    try {
      Worker worker(options_, progress_);
      Lock lock(mutex_);
      for (;;) {
        Work work;
        if (!take_ready(work) && (stopped() || !read_one(lock, work))) {
          // Who stops leaves nothing behind that was read.
          if (!take_ready(work)) break;
        }
        lock.unlock();
        load(work);
        worker.process(*work.chunk, work.result);
        lock.lock();
        free_chunks_.push_back(std::move(work.chunk));
        work.task->pending.emplace(work.number, std::move(work.result));
        merge(lock, work.file);
      }
    } catch (const std::exception& error) {
      const Lock lock(mutex_);
      fail(error.what());
    }
    changed_.notify_all();
  }

  bool take_ready(Work& work) {
    if (ready_.empty()) return false;
    work = std::move(ready_.front());
    ready_.pop_front();
    return true;
  }

  // Something to judge for the thread that calls; false at the end of all files. It is the other
  // threads that get what was read, until there is a chunk for each of them: who decompresses a
  // file stays at it, without pauses in which the next thread would have to wake up.
  bool read_one(Lock& lock, Work& work) {
    for (; !stopped(); work = Work()) {
      work.file = choose(work.task);
      if (work.task == nullptr) {
        if (take_ready(work)) return true;
        if (frontier_ == tasks_.size()) return false;
        // The time limit is for the stop flag, which a signal handler sets without a lock.
        changed_.wait_for(lock, std::chrono::milliseconds(50));
        if (take_ready(work)) return true;
        continue;
      }
      FileTask& task = *work.task;
      work.number = task.read++;
      task.busy = true;
      work.chunk = take_chunk();
      lock.unlock();
      const bool more = read(task, *work.chunk, work.result);
      lock.lock();
      task.busy = false;
      task.exhausted = !more;
      if (ready_.size() + 1 >= options_.jobs) return true;
      ready_.push_back(std::move(work));
      changed_.notify_one();
    }
    return false;
  }

  // What the reader has left in the file.
  void load(Work& work) const {
    std::string error;
    const std::size_t missing = work.chunk->load(error);
    if (missing == 0) return;
    work.result.bytes_in -= missing;
    work.result.cut = true;
    if (!error.empty())
      work.result.errors.push_back({tree_.files[work.file], std::nullopt, std::move(error)});
  }

  std::unique_ptr<Chunk> take_chunk() {
    if (free_chunks_.empty()) return std::make_unique<Chunk>();
    std::unique_ptr<Chunk> chunk = std::move(free_chunks_.back());
    free_chunks_.pop_back();
    return chunk;
  }

  // The earliest file that can be read from; `task` stays null if there is none.
  std::size_t choose(FileTask*& task) {
    unsigned open = 0;
    const std::size_t end = std::min(tasks_.size(), frontier_ + kMostFilesAhead);
    for (std::size_t file = frontier_; file < end; ++file) {
      if (file != frontier_ && waiting_bytes_ > kMostWaitingBytes) break;
      if (tasks_[file] == nullptr) {
        if (open >= options_.jobs) break;
        tasks_[file] = std::make_unique<FileTask>();
      }
      FileTask& candidate = *tasks_[file];
      if (candidate.exhausted) continue;
      ++open;
      if (candidate.busy) continue;
      if (candidate.reader == nullptr) open_file(candidate, file, 0);
      task = &candidate;
      return file;
    }
    return 0;
  }

  void open_file(FileTask& task, std::size_t file, std::uint64_t skip) {
    task.reader =
        std::make_unique<ChunkReader>(file, tree_.files[file], options_.read,
                                      Watch{&progress_.bytes, options_.stop, &input_stopped_});
    task.reader->skip_members(skip);
    task.summary.path = tree_.files[file];
    task.waiting.resize(options_.sinks.size());
  }

  // Without the lock; `busy` keeps others away.
  static bool read(FileTask& task, Chunk& chunk, Result& result) {
    ChunkReader& reader = *task.reader;
    const bool more = reader.next(chunk);
    result.bytes_in = reader.bytes() - task.bytes_told;
    task.bytes_told = reader.bytes();
    result.modes = reader.modes();
    task.modes_told.resize(result.modes.size());
    for (std::size_t i = 0; i < result.modes.size(); ++i)
      result.modes[i] -= std::exchange(task.modes_told[i], reader.modes()[i]);
    result.errors.assign(reader.errors().begin() + static_cast<std::ptrdiff_t>(std::min(
                                                       task.errors_told, reader.errors().size())),
                         reader.errors().end());
    task.errors_told = reader.errors().size();
    result.members = reader.members();
    result.between_members = reader.between_members();
    return more;
  }

  // Merges what is complete of `file`, and of the files behind it if it is the next to report.
  void merge(Lock& lock, std::size_t file) {
    while (file < tasks_.size() && tasks_[file] != nullptr && !tasks_[file]->merging) {
      FileTask& task = *tasks_[file];
      task.merging = true;
      while (merge_step(lock, file, task)) {
      }
      task.merging = false;
      const bool complete = task.exhausted && task.merged == task.read;
      if (file != frontier_ || !complete) break;
      complete_file(task);
      file = frontier_;
    }
    changed_.notify_all();
  }

  bool merge_step(Lock& lock, std::size_t file, FileTask& task) {
    const bool is_next = file == frontier_;
    if (is_next && task.waiting_bytes > 0) {
      waiting_bytes_ -= std::exchange(task.waiting_bytes, 0);
      std::vector<std::string> waiting(options_.sinks.size());
      waiting.swap(task.waiting);
      lock.unlock();
      give(waiting);
      lock.lock();
      return true;
    }
    const auto found = task.pending.find(task.merged);
    if (found == task.pending.end()) return false;
    Result result = std::move(found->second);
    task.pending.erase(found);
    if (std::exchange(task.cut, task.cut || result.cut)) {
      ++task.merged;
      return true;
    }
    lock.unlock();
    merge_result(task, result);
    std::size_t waits = 0;
    if (is_next) {
      give(result.sink_memory);
    } else {
      for (std::size_t i = 0; i < result.sink_memory.size(); ++i) {
        waits += result.sink_memory[i].size();
        task.waiting[i] += result.sink_memory[i];
      }
    }
    lock.lock();
    task.waiting_bytes += waits;
    waiting_bytes_ += waits;
    ++task.merged;
    if (is_next && result.between_members) save(file, result.members, &task, false);
    return true;
  }

  void give(const std::vector<std::string>& memory) {
    for (std::size_t i = 0; i < memory.size(); ++i) {
      if (memory[i].empty()) continue;
      options_.sinks[i]->take(memory[i]);
      const std::string error = options_.sinks[i]->error();
      if (error.empty()) continue;
      const Lock lock(mutex_);
      fail(error);
    }
  }

  void merge_result(FileTask& task, Result& result) {
    if (result.aggregate != nullptr) {
      task.total.merge(*result.aggregate, options_.aggregate.limit_findings);
    } else {
      task.total.totals.merge(result.totals);
    }
    keys_.add(std::move(result.keys));
    FileSummary& summary = task.summary;
    summary.members = result.members;
    summary.bytes_in += result.bytes_in;
    summary.records += result.totals.records;
    summary.bad += result.totals.bad();
    summary.bytes_accounted += result.totals.record_bytes + result.totals.separator_bytes;
    summary.modes.resize(result.modes.size());
    for (std::size_t i = 0; i < result.modes.size(); ++i) summary.modes[i] += result.modes[i];
    task.errors.insert(task.errors.end(), result.errors.begin(), result.errors.end());
  }

  void take_file(FileTask& task) {
    outcome_.total.merge(task.total, options_.aggregate.limit_findings);
    outcome_.errors.insert(outcome_.errors.end(), task.errors.begin(), task.errors.end());
    outcome_.files.push_back(std::move(task.summary));
  }

  void complete_file(FileTask& task) {
    task.summary.done = true;
    take_file(task);
    tasks_[frontier_].reset();
    ++frontier_;
    save(frontier_, 0, nullptr, frontier_ == tasks_.size());
  }

  // A checkpoint in front of `member` of `file`; `task`: of that file, if it has begun.
  void save(std::size_t file, std::uint64_t member, FileTask* task, bool at_once) {
    if (checkpoint_.database() == nullptr) return;
    const auto now = std::chrono::steady_clock::now();
    if (!at_once && now - saved_ < std::chrono::milliseconds(options_.checkpoint_interval)) return;
    std::vector<std::string> marks;
    for (RecordSink* sink : options_.sinks) marks.push_back(sink->mark());
    Writer writer;
    writer(options_.aggregate.now, options_.aggregate.hash_key, outcome_.total, outcome_.files,
           outcome_.errors, marks, task != nullptr);
    if (task != nullptr) task->archive(writer);
    if (!checkpoint_.save({file, member, std::move(writer.bytes)}, keys_))
      fail(checkpoint_.error());
    saved_ = std::chrono::steady_clock::now();
  }

  bool resume() {
    if (!checkpoint_.open(options_.checkpoint, options_.signature)) {
      outcome_.failure = checkpoint_.error();
      return false;
    }
    keys_.use_database(checkpoint_.database());
    Checkpoint::State state;
    std::vector<std::string> marks(options_.sinks.size());
    const bool has_begun = checkpoint_.load(state, keys_);
    if (!checkpoint_.error().empty()) {
      outcome_.failure = checkpoint_.error();
      return false;
    }
    if (has_begun) {
      Reader reader(state.state);
      bool begun = false;
      // "Now" is when the audit began, or the report would depend on when it was resumed.
      reader(options_.aggregate.now, options_.aggregate.hash_key, outcome_.total, outcome_.files,
             outcome_.errors, marks, begun);
      if (state.file > tasks_.size() || (begun && state.file == tasks_.size()) ||
          marks.size() != options_.sinks.size())
        throw std::runtime_error("the checkpoint is damaged");
      frontier_ = state.file;
      if (begun) {
        tasks_[frontier_] = std::make_unique<FileTask>();
        tasks_[frontier_]->archive(reader);
        open_file(*tasks_[frontier_], frontier_, state.member);
      }
      outcome_.resumed = true;
    }
    for (std::size_t i = 0; i < options_.sinks.size() && outcome_.failure.empty(); ++i) {
      options_.sinks[i]->resume(marks[i]);
      outcome_.failure = options_.sinks[i]->error();
    }
    saved_ = std::chrono::steady_clock::now();
    return outcome_.failure.empty();
  }

  void finish() {
    outcome_.interrupted = !failed_ && (frontier_ != tasks_.size() || input_stopped_);
    if (outcome_.interrupted) {
      // What the later files have come to counts too, in their order.
      for (std::size_t file = frontier_; file < tasks_.size(); ++file) {
        if (tasks_[file] == nullptr || tasks_[file]->reader == nullptr) continue;
        give(tasks_[file]->waiting);
        take_file(*tasks_[file]);
      }
    }
    if (!failed_ && !options_.totals_only && options_.aggregate.unique_keys) {
      if (!keys_.finish(outcome_.total)) outcome_.failure = keys_.error();
      outcome_.keys_spilled = keys_.spilled();
      outcome_.keys = keys_.count();
    }
  }

  const Tree& tree_;
  PipelineOptions options_;
  Progress& progress_;
  KeyStore keys_;
  Checkpoint checkpoint_;
  std::chrono::steady_clock::time_point saved_;

  std::mutex mutex_;
  std::condition_variable changed_;
  // Under mutex_:
  std::deque<Work> ready_;  // one for each other thread at most
  std::vector<std::unique_ptr<Chunk>> free_chunks_;
  std::vector<std::unique_ptr<FileTask>> tasks_;
  std::size_t frontier_ = 0;  // the file that is reported next
  std::size_t waiting_bytes_ = 0;
  std::atomic<bool> failed_ = false;
  std::atomic<bool> input_stopped_ = false;
  Outcome outcome_;
};

}  // namespace

Outcome run_pipeline(const Tree& tree, const PipelineOptions& options, Progress& progress) {
  return Pipeline(tree, options, progress).run();
}

}  // namespace leadscan::audit
