#include "python/arrow/run.h"

#include <pthread.h>

#include <chrono>
#include <exception>
#include <new>
#include <utility>

#include "audit/base/early_exceptions.h"

namespace leadscan::arrow {

Run::Run(Settings settings) : settings_(std::move(settings)) {}

bool Run::wait(unsigned milliseconds) {
  Lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::milliseconds(milliseconds),
                           [this] { return ended_; });
}

ProgressNumbers Run::progress() const {
  return {progress_.bytes.load(std::memory_order_relaxed),
          total_bytes_.load(std::memory_order_relaxed),
          progress_.records.load(std::memory_order_relaxed),
          progress_.bad.load(std::memory_order_relaxed)};
}

std::vector<audit::InputError> Run::errors() const {
  const Lock lock(mutex_);
  return errors_;
}

std::string Run::failure() const {
  const Lock lock(mutex_);
  return failure_;
}

void Run::start() {
  thread_ = std::thread([this] {
    audit::allocate_for_exceptions();
    // Those that it begins are called so, too, and so told from those of Python, the JVM or Spark.
    pthread_setname_np(pthread_self(), "leadscan");
    std::string why;
    try {
      work();
    } catch (const std::bad_alloc&) {
      why = "not enough memory";
    } catch (const std::exception& error) {
      why = error.what();
    }
    const Lock lock(mutex_);
    if (failure_.empty()) failure_ = std::move(why);
    ended_ = true;
    changed_.notify_all();
  });
}

void Run::stop() {
  {
    const Lock lock(mutex_);
    stop_.store(true);
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

}  // namespace leadscan::arrow
