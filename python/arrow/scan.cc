#include "python/arrow/scan.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "audit/base/utf8.h"
#include "python/arrow/exports.h"
#include "python/arrow/part.h"

namespace leadscan::arrow {
namespace {

bool has(const Projection& projection, std::string_view name) {
  for (const Chosen chosen : projection)
    if (columns()[chosen.column].name == name) return true;
  return false;
}

Account account_of(const audit::Totals& totals) {
  return {totals.records, 0, totals.record_bytes, totals.separator_bytes};
}

}  // namespace

Scan::Scan(Settings settings, Projection projection)
    : Run(std::move(settings)), projection_(std::move(projection)), batch_(projection_) {
  start();
}

Scan::~Scan() {
  stop();
  for (ArrowArray& batch : ready_) batch.release(&batch);
}

void Scan::work() {
  audit::Tree tree = audit::list_files(settings_.paths, settings_.globs);
  if (settings_.is_part) {
    tree.by_member.assign(tree.files.size(), true);
    tree.searches.clear();
  }
  total_bytes_ = tree.bytes;
  audit::PipelineOptions options = settings_.pipeline();
  options.totals_only = true;
  // It costs a pass over the bytes.
  options.read.count_lines = has(projection_, "line");
  options.sinks = {this};
  options.stop = &stop_;
  if (settings_.end != 0) return work_range(options);
  audit::Outcome outcome = audit::run_pipeline(tree, options, progress_);
  if (stop_) return;
  if (batch_.rows() > 0 && !broken_) give();
  Account account = account_of(outcome.total.totals);
  for (const audit::FileSummary& file : outcome.files) account.bytes += file.bytes_in;
  const Lock lock(mutex_);
  account_ = account;
  errors_ = std::move(outcome.errors);
  failure_ = std::move(outcome.failure);
}

void Scan::work_range(const audit::PipelineOptions& options) {
  Part part(settings_, options, progress_);
  while (const audit::Result* const result = part.next()) {
    take(result->sink_memory.front());
    if (stop_) return;
  }
  if (batch_.rows() > 0) give();
  Account account = account_of(part.task().total.totals);
  account.bytes = part.task().summary.bytes_in;
  const Lock lock(mutex_);
  account_ = account;
  errors_ = std::move(part.task().errors);
}

Account Scan::account() const {
  const Lock lock(mutex_);
  return account_;
}

std::string Scan::file() const { return audit::to_utf8(settings_.paths.front()); }

// Each row behind its length: a row without columns is one, too.
void Scan::see(const audit::Judged& judged, std::string& memory) const {
  // Else each use of it is a call, as the module is a shared object.
  thread_local Row row __attribute__((tls_model("initial-exec")));
  row.clear();
  row.put(std::uint32_t{0});
  const std::span<const Column> all = columns();
  for (const Chosen chosen : projection_) all[chosen.column].append(judged, row);
  const auto size = static_cast<std::uint32_t>(row.size() - sizeof(std::uint32_t));
  std::memcpy(row.begin(), &size, sizeof size);
  memory.append(row.data(), row.size());
}

void Scan::take(std::string_view memory) {
  try {
    while (!memory.empty() && !stop_) {
      memory.remove_prefix(batch_.add(memory));
      if (batch_.is_full()) give();
    }
  } catch (...) {
    broken_ = true;
    throw;
  }
}

// Waits until there is room in the queue, or nobody wants it any more.
void Scan::give() {
  ArrowArray batch;
  batch_.finish(&batch);
  Lock lock(mutex_);
  changed_.wait(lock, [this] { return ready_.size() < kMostWaiting || stop_; });
  ready_.push_back(batch);
  changed_.notify_all();
}

std::string Scan::error() const {
  if (broken_) return "not enough memory";
  return stop_ ? "nobody takes its batches any more" : "";
}

Scan::Next Scan::next(ArrowArray* out, unsigned milliseconds) {
  Lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(milliseconds),
                    [this] { return !ready_.empty() || ended_; });
  if (!ready_.empty()) {
    *out = ready_.front();
    ready_.pop_front();
    changed_.notify_all();
    return Next::batch;
  }
  return ended_ ? Next::end : Next::waiting;
}

std::string to_string(const audit::InputError& error) {
  std::string text = audit::to_visible(error.file) + ": ";
  if (error.member) text += audit::to_visible(*error.member) + ": ";
  return text + audit::to_visible(error.why);
}

std::string to_string(const std::vector<audit::InputError>& errors) {
  std::string text = to_string(errors.front());
  if (errors.size() > 1) text += " (and " + std::to_string(errors.size() - 1) + " more)";
  return text;
}

namespace {

struct Stream {
  std::shared_ptr<Scan> scan;
  std::deque<ArrowArray> first;
  bool keeps_errors = false;
  std::string error;

  ~Stream() {
    for (ArrowArray& batch : first) batch.release(&batch);
  }

  int next(ArrowArray* out) {
    *out = {};
    if (!first.empty()) {
      *out = first.front();
      first.pop_front();
      return 0;
    }
    constexpr unsigned kMilliseconds = 1000;
    for (;;) switch (scan->next(out, kMilliseconds)) {
        case Scan::Next::batch:
          return 0;
        case Scan::Next::end:
          return end();
        case Scan::Next::waiting:
          break;
      }
  }

  int end() {
    error = scan->failure();
    if (const std::vector<audit::InputError> errors = scan->errors();
        error.empty() && !errors.empty() && !keeps_errors)
      error = to_string(errors);
    return error.empty() ? 0 : EIO;
  }
};

Stream* stream_of(ArrowArrayStream* stream) { return static_cast<Stream*>(stream->private_data); }

// What may be called from C has no exceptions.
template <typename Call>
int without_exceptions(ArrowArrayStream* stream, Call call) {
  try {
    return call(*stream_of(stream));
  } catch (const std::bad_alloc&) {
    return ENOMEM;
  }
}

}  // namespace

void export_stream(std::shared_ptr<Scan> scan, std::deque<ArrowArray> first, bool keeps_errors,
                   ArrowArrayStream* out) {
  auto owned = std::make_unique<Stream>();
  owned->scan = std::move(scan);
  owned->first = std::move(first);
  owned->keeps_errors = keeps_errors;
  *out = {};
  out->get_schema = [](ArrowArrayStream* stream, ArrowSchema* schema) {
    return without_exceptions(stream, [&](Stream& self) {
      export_schema(self.scan->projection(), schema);
      return 0;
    });
  };
  out->get_next = [](ArrowArrayStream* stream, ArrowArray* batch) {
    return without_exceptions(stream, [&](Stream& self) { return self.next(batch); });
  };
  out->get_last_error = [](ArrowArrayStream* stream) -> const char* {
    const std::string& error = stream_of(stream)->error;
    return error.empty() ? nullptr : error.c_str();
  };
  out->release = [](ArrowArrayStream* stream) {
    delete stream_of(stream);
    stream->release = nullptr;
  };
  out->private_data = owned.release();
}

}  // namespace leadscan::arrow
