#include "audit/engine/pipeline.h"

#include <latch>
#include <memory>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

#include "audit/base/early_exceptions.h"
#include "audit/base/keyed_hash.h"
#include "audit/engine/merger.h"
#include "audit/engine/scheduler.h"
#include "audit/engine/worker.h"

namespace leadscan::audit {
namespace {

// What threads must leave free when they are started: for the work, and for each of them.
constexpr std::size_t kKeptFree = std::size_t{32} << 20;
constexpr std::size_t kKeptFreeOfThread = std::size_t{8} << 20;

class Pipeline {
 public:
  Pipeline(const Tree& tree, const PipelineOptions& options, Progress& progress)
      : options_(options),
        files_(tree.files.size()),
        progress_(progress),
        backlog_(options.memory),
        scheduler_(tree, options_, progress, backlog_),
        merger_(tree, options_, scheduler_, backlog_) {
    options_.aggregate.hash_key = random_hash_key();
  }

  Outcome run() {
    if (!merger_.begin()) return merger_.finish();
    scheduler_.enter();
    std::vector<std::thread> threads = start_threads();
    if (options_.follow && threads.size() + 1 < files_)
      merger_.fail("not enough threads to follow all inputs: name fewer, or give it more memory");
    work();
    for (std::thread& thread : threads) thread.join();
    return merger_.finish();
  }

 private:
  // Beside the one that is here. With fewer than were asked for it takes longer, that is all.
  std::vector<std::thread> start_threads() {
    std::vector<std::thread> threads;
    threads.reserve(options_.jobs);
    // Address space: nothing is written to it. Threads take theirs for their work only when all of
    // them have been started and it is free again; their stacks must not have taken it.
    std::vector<std::unique_ptr<char[]>> kept_free;
    kept_free.reserve(options_.jobs);  // nothing may throw once there are threads
    const auto keep_free = [&kept_free](std::size_t size) {
      kept_free.emplace_back(new (std::nothrow) char[size]);
      return kept_free.back() != nullptr;
    };
    if (!keep_free(kKeptFree)) return threads;
    for (unsigned i = 1; i < options_.jobs && keep_free(kKeptFreeOfThread); ++i) {
      scheduler_.enter();
      try {
        threads.emplace_back([this] {
          allocate_for_exceptions();
          all_started_.wait();
          work();
        });
      } catch (const std::exception&) {  // of the system's, or of memory
        scheduler_.leave();
        break;
      }
    }
    kept_free.clear();
    all_started_.count_down();
    return threads;
  }

  void work() noexcept {
    try {
      Worker worker(options_, progress_);
      while (std::unique_ptr<Work> work = scheduler_.next()) {
        worker.process(*work);
        scheduler_.give_back(std::move(work->chunk));
        merger_.take(std::move(work));
      }
    } catch (const std::bad_alloc&) {
      // The others may do with what this one had.
      merger_.starve();
    }
    scheduler_.leave();
  }

  PipelineOptions options_;
  const std::size_t files_;
  Progress& progress_;
  Backlog backlog_;
  Scheduler scheduler_;
  Merger merger_;
  std::latch all_started_{1};
};

}  // namespace

Outcome run_pipeline(const Tree& tree, const PipelineOptions& options, Progress& progress) {
  return Pipeline(tree, options, progress).run();
}

}  // namespace leadscan::audit
