#include "audit/engine/scheduler.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <utility>

namespace leadscan::audit {
namespace {

// How far threads may run ahead of the file that is reported next.
constexpr std::size_t kMostFilesAhead = 256;

}  // namespace

Scheduler::Scheduler(const Tree& tree, const PipelineOptions& options, Progress& progress,
                     const Backlog& backlog)
    : tree_(tree),
      options_(options),
      progress_(progress),
      backlog_(backlog),
      tasks_(tree.files.size()) {
  free_chunks_.reserve(2 * std::size_t{options.jobs});
  if (options.read.mode == RecordMode::automatic && !options.follow)
    rotated_ = RotatedFiles(tree.files);
}

FileTask& Scheduler::begin(std::size_t file) {
  auto task = std::make_unique<FileTask>();
  task->summary.path = tree_.files[file];
  tasks_[file] = std::move(task);
  return *tasks_[file];
}

FileTask& Scheduler::begin_inside(std::size_t file, std::uint64_t members) {
  front_ = file;
  FileTask& task = begin(file);
  task.skipped = members;
  return task;
}

std::unique_ptr<Work> Scheduler::next() {
  Lock lock(mutex_);
  if (std::unique_ptr<Work> work = ready_.pop()) return work;
  for (;;) {
    // Whoever stops leaves nothing behind that was read.
    if (stopped()) return ready_.pop();
    std::unique_ptr<Work> work;
    try {
      work = begin_work();
    } catch (const std::bad_alloc&) {
      if ((work = ready_.pop()) != nullptr) return work;
      throw;
    }
    if (work == nullptr) {
      if ((work = ready_.pop()) != nullptr) return work;
      if (front_ == tasks_.size()) return nullptr;
      // The time limit is for the stop flag, which a signal handler sets without a lock.
      changed_.wait_for(lock, std::chrono::milliseconds(options_.follow ? 1000 : 50));
      if ((work = ready_.pop()) != nullptr) return work;
      continue;
    }
    FileTask* const task = work->task;
    lock.unlock();
    read(*task, *work);
    lock.lock();
    task->busy = false;
    task->exhausted = work->result.last;
    // All others may be waiting for files to grow: nobody else would judge it.
    if (options_.follow) {
      changed_.notify_one();
      return work;
    }
    if (stopped() || ready_.size() + 1 >= threads_) return work;
    ready_.push_back(std::move(work));
    changed_.notify_one();
  }
}

// The earliest file that can be read from; null if there is none.
FileTask* Scheduler::choose(std::size_t& file) {
  unsigned open = 0;
  const bool full = backlog_.is_full();
  const std::size_t end = std::min(tasks_.size(), front_ + kMostFilesAhead);
  for (file = front_; file < end; ++file) {
    // What waits goes when the first file goes on. Its chunks that are on their way will see to
    // that, if there are any.
    if (full && (file != front_ || (tasks_[file] != nullptr && tasks_[file]->in_progress > 0)))
      break;
    if (tasks_[file] == nullptr) {
      if (open >= threads_) break;
      begin(file);
    }
    FileTask& task = *tasks_[file];
    if (task.exhausted) continue;
    ++open;
    if (!task.busy) return &task;
  }
  return nullptr;
}

// The next chunk there is to read, with all that it needs, so that nothing can go wrong later. Null
// if there is none now.
std::unique_ptr<Work> Scheduler::begin_work() {
  std::size_t file = 0;
  FileTask* const task = choose(file);
  if (task == nullptr) return nullptr;
  auto work = std::make_unique<Work>();
  if (free_chunks_.empty()) {
    work->chunk = std::make_unique<Chunk>();
  } else {
    work->chunk = std::move(free_chunks_.back());
    free_chunks_.pop_back();
  }
  work->chunk->reserve(options_.read.chunk_bytes);
  work->task = task;
  work->file = file;
  work->number = task->read++;
  ++task->in_progress;
  task->busy = true;
  return work;
}

void Scheduler::open(FileTask& task, std::size_t file) {
  Watch watch;
  watch.bytes = &progress_.bytes;
  watch.stop = options_.stop;
  watch.given_up = &stopped_;
  watch.stopped = &input_stopped_;
  watch.passed_over = &task.companions;
  watch.member_globs = tree_.is_by_member(file) ? &tree_.globs : nullptr;
  watch.memory = options_.memory;
  watch.facts = &task.facts;
  watch.hash = options_.hash;
  watch.follow = options_.follow;
  watch.tell = &options_.warn;
  auto reader = std::make_unique<ChunkReader>(file, tree_.files[file], options_.read, watch);
  reader->skip_members(task.skipped);
  reader->set_rotated(rotated_);
  task.reader = std::move(reader);
}

// Without the lock; `busy` keeps others away.
void Scheduler::read(FileTask& task, Work& work) noexcept {
  Result& result = work.result;
  try {
    if (task.reader == nullptr) open(task, work.file);
    ChunkReader& reader = *task.reader;
    const bool more = reader.next(*work.chunk);
    result.modes = reader.modes();
    task.modes_told.resize(result.modes.size());
    result.errors.assign(reader.errors().begin() + static_cast<std::ptrdiff_t>(std::min(
                                                       task.errors_told, reader.errors().size())),
                         reader.errors().end());
    // From here on nothing fails.
    result.last = !more;
    for (std::size_t i = 0; i < result.modes.size(); ++i)
      result.modes[i] -= std::exchange(task.modes_told[i], reader.modes()[i]);
    task.errors_told = reader.errors().size();
    result.bytes_in = reader.bytes() - task.bytes_told;
    task.bytes_told = reader.bytes();
    result.members = reader.members();
    result.companions = task.companions.load(std::memory_order_relaxed);
    result.between_members = reader.between_members();
  } catch (const std::bad_alloc&) {
    // What the reader has of the file now is of no use to anyone.
    work.chunk->clear();
    result = {};
    result.last = true;
    result.starved = true;
  }
  if (result.last) task.reader.reset();  // the file is closed now, not when its turn has come
  result.facts = task.facts;
}

void Scheduler::give_back(std::unique_ptr<Chunk> chunk) noexcept {
  const Lock lock(mutex_);
  if (free_chunks_.size() < free_chunks_.capacity()) free_chunks_.push_back(std::move(chunk));
}

void Scheduler::enter() noexcept {
  const Lock lock(mutex_);
  ++threads_;
}

void Scheduler::leave() noexcept {
  const Lock lock(mutex_);
  --threads_;
  changed_.notify_all();
}

void Scheduler::stop() noexcept {
  stopped_ = true;
  changed_.notify_all();
}

void Scheduler::merged(FileTask& task) noexcept {
  const Lock lock(mutex_);
  --task.in_progress;
  changed_.notify_all();
}

void Scheduler::complete(std::size_t file) noexcept {
  const Lock lock(mutex_);
  tasks_[file].reset();
  front_ = file + 1;
  changed_.notify_all();
}

FileTask* Scheduler::task(std::size_t file) noexcept {
  const Lock lock(mutex_);
  return file < tasks_.size() ? tasks_[file].get() : nullptr;
}

}  // namespace leadscan::audit
