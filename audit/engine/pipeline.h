// The pipeline: files in, judged and counted records out, on several threads.
//
// Scheduler says which thread reads which file, and who judges the chunk that comes of it; a Worker
// judges it, and counts; Merger puts the results together, those of a file in the order of its
// chunks, files in the order of the input, so that nothing depends on the number of threads.
//
// Each of them has a lock of its own at most, held for moments, and says what it guards. What may
// take long (reading, judging, merging, output, checkpoints) is done without any, by the thread
// that owns the file, the chunk or the turn.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "audit/count/aggregate.h"
#include "audit/input/byte_source.h"
#include "audit/input/tree.h"
#include "audit/judge/judge.h"
#include "audit/judge/sink.h"
#include "audit/records/chunk_reader.h"

namespace leadscan::audit {

struct PipelineOptions {
  ReadOptions read;
  JudgeOptions judge;
  AggregateOptions aggregate;
  // Every file's SHA-256 is wanted.
  bool hash = false;
  // Totals only: no tables, no findings.
  bool totals_only = false;
  unsigned jobs = 1;
  std::size_t memory = std::size_t{512} << 20;  // for KeyStore
  std::vector<RecordSink*> sinks;
  // Skips records before they are judged; for find. Gets the record's bytes.
  std::function<bool(std::string_view)> prefilter;
  std::string checkpoint;              // a file; empty: none
  unsigned checkpoint_interval = 500;  // milliseconds
  std::string signature;               // what a checkpoint must agree on besides the files
  // Inputs are read on as they grow, until `stop`, which is no interruption then; each by a thread
  // that waits for it, so that there must be `jobs` enough. What they come to is given as it comes,
  // not in the order of the inputs.
  bool follow = false;
  // Told what a chunk came to, with follow; by one thread at a time. Not with totals_only.
  std::function<void(const Aggregate&)> live;
  // Set by a signal: stop soon. Looked at between chunks.
  const std::atomic<bool>* stop = nullptr;
  // Told at once what goes wrong while the audit goes on. By one thread or another.
  std::function<void(const std::string&)> warn;
};

struct Progress {
  std::atomic<std::uint64_t> bytes{0};    // read from files
  std::atomic<std::uint64_t> records{0};  // judged
  std::atomic<std::uint64_t> bad{0};
  std::atomic<unsigned> indexes_left{0};  // of a database, when all is read
};

struct FileSummary {
  std::string path;
  std::uint64_t members = 0;
  std::uint64_t bytes_in = 0;  // decompressed bytes read
  std::uint64_t records = 0;
  std::uint64_t bad = 0;
  std::uint64_t bytes_accounted = 0;  // in records and between them
  std::vector<std::uint64_t> modes;   // members by RecordMode
  std::uint64_t passed_over = 0;      // companions among the members
  FileFacts facts;
  bool done = false;

  template <typename Archive>
  void archive(Archive& a) {
    a(path, members, bytes_in, records, bad, bytes_accounted, modes, passed_over, facts, done);
  }
};

struct Outcome {
  Aggregate total;
  std::vector<FileSummary> files;
  std::vector<InputError> errors;  // in the order of the input
  bool interrupted = false;
  bool resumed = false;
  bool keys_spilled = false;
  std::uint64_t keys = 0;
  std::string keys_lost;              // why nothing is known of duplicates
  std::vector<std::string> problems;  // what else is not as it should be; warned of already
  std::string failure;  // the audit itself could not go on: a full disk, a foreign checkpoint
};

Outcome run_pipeline(const Tree& tree, const PipelineOptions& options, Progress& progress);

}  // namespace leadscan::audit
