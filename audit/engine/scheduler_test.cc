// Scheduler: what was read is judged, and nothing is read that would only have to wait.
#include "audit/engine/scheduler.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>

#include "audit/records/count_bytes.h"

namespace leadscan::audit {
namespace {

constexpr std::string_view kLine = "{\"message\":\"m\"}\n";

struct Fixture {
  Tree tree;
  PipelineOptions options;
  Progress progress;
  Backlog backlog;
  std::atomic<bool> stop = false;

  void add_file(const std::string& name, std::size_t bytes) {
    const std::string path = testing::TempDir() + "/" + name;
    std::ofstream out(path, std::ios::binary);
    for (std::size_t i = 0; i < bytes; i += kLine.size()) out << kLine;
    tree.files.push_back(path);
  }
};

std::uint64_t lines_of(const Work& work) {
  return count_bytes(work.chunk->data(), work.chunk->size(), '\n');
}

// A thread was in the midst of reading when the audit was stopped: the chunk is judged, not left
// for others, who may have stopped before it was there.
TEST(Scheduler, WhoStopsLeavesNothingBehind) {
  Fixture fixture;
  const std::string path = testing::TempDir() + "/pipe";
  std::remove(path.c_str());
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const int writer = ::open(path.c_str(), O_RDWR);
  ASSERT_GE(writer, 0);
  std::string text;
  for (int i = 0; i < 10; ++i) text += kLine;
  ASSERT_EQ(::write(writer, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  fixture.tree.files = {path};
  fixture.options.stop = &fixture.stop;
  fixture.options.jobs = 2;
  Scheduler scheduler(fixture.tree, fixture.options, fixture.progress, fixture.backlog);
  scheduler.enter();
  scheduler.enter();
  // The pipe is open for writing, so that the reader waits for more until it is stopped.
  std::thread stopper([&] {
    while (fixture.progress.bytes == 0 && !fixture.stop) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      fixture.stop = true;
    }
  });
  std::uint64_t lines = 0;
  while (const std::unique_ptr<Work> work = scheduler.next()) lines += lines_of(*work);
  stopper.join();
  ::close(writer);
  EXPECT_EQ(lines, 10u);
  EXPECT_TRUE(scheduler.input_stopped());
}

// With one thread that asks and another that does not, all that is read is still given out.
TEST(Scheduler, GivesOutWhatWasReadForOthers) {
  Fixture fixture;
  fixture.add_file("large", 5 << 20);
  fixture.options.stop = &fixture.stop;
  fixture.options.jobs = 3;
  Scheduler scheduler(fixture.tree, fixture.options, fixture.progress, fixture.backlog);
  for (int i = 0; i < 3; ++i) scheduler.enter();
  std::unique_ptr<Work> last = scheduler.next();  // two more are ready
  ASSERT_NE(last, nullptr);
  EXPECT_EQ(last->number, 2u);
  fixture.stop = true;
  EXPECT_EQ(scheduler.next()->number, 0u);
  EXPECT_EQ(scheduler.next()->number, 1u);
  EXPECT_EQ(scheduler.next(), nullptr);
}

// With a full backlog only the front is read, one chunk at a time, so that it can empty.
TEST(Scheduler, ReadsNoFurtherThanTheBacklogAllows) {
  Fixture fixture;
  fixture.add_file("first", 3 << 20);
  fixture.add_file("second", 3 << 20);
  fixture.options.stop = &fixture.stop;
  fixture.options.jobs = 1;
  Scheduler scheduler(fixture.tree, fixture.options, fixture.progress, fixture.backlog);
  scheduler.enter();
  scheduler.enter();
  fixture.backlog.add(Backlog::kMost + 1);
  // Another thread waits for a second chunk, of whichever file.
  std::unique_ptr<Work> first;
  std::unique_ptr<Work> second;
  std::atomic<bool> has_second = false;
  std::thread waiter;
  {
    first = scheduler.next();
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(first->file, 0u);
    waiter = std::thread([&] {
      second = scheduler.next();
      has_second = true;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    EXPECT_FALSE(has_second);
  }
  scheduler.merged(*first->task);
  waiter.join();
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->file, 0u);
  EXPECT_EQ(second->number, 1u);
}

}  // namespace
}  // namespace leadscan::audit
