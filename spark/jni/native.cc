// The native methods of leadscan.spark.Native, which says what each of them is.
#include <jni.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/base/utf8.h"
#include "python/arrow/columns.h"
#include "python/arrow/source.h"
#include "spark/jni/convert.h"
#include "spark/jni/part_scan.h"

namespace leadscan::spark {
namespace {

using arrow::Column;
using arrow::ColumnType;
using arrow::Scan;

using Texts = std::vector<std::optional<std::string_view>>;

// As Native.java has them.
constexpr jint kEnd = -1;
constexpr jint kWaiting = -2;
constexpr int kAddresses = 5;

PartScans& scans() {
  // For ever: threads of the JVM may go on while the process ends.
  static PartScans& all = *new PartScans;
  return all;
}

std::string_view type_of(ColumnType type) {
  switch (type) {
    case ColumnType::text:
    case ColumnType::word:
      return "string";
    case ColumnType::integer:
      return "bigint";
    case ColumnType::boolean:
      return "boolean";
    case ColumnType::texts:
      return "array<string>";
  }
  return "";
}

std::shared_ptr<PartScan> find_open(jlong number) {
  std::shared_ptr<PartScan> scan = scans().find(number);
  if (scan == nullptr) throw std::runtime_error("this scan is closed");
  return scan;
}

jlong address(const void* pointer) { return reinterpret_cast<jlong>(pointer); }

void append_addresses(ColumnType type, const ArrowArray& array, std::vector<jlong>& out) {
  out.push_back(array.null_count);
  out.push_back(address(array.buffers[0]));
  out.push_back(address(array.buffers[1]));
  switch (type) {
    case ColumnType::text:
    case ColumnType::word:
      out.push_back(0);
      out.push_back(address(array.buffers[2]));
      break;
    case ColumnType::texts:
      out.push_back(address(array.children[0]->buffers[1]));
      out.push_back(address(array.children[0]->buffers[2]));
      break;
    case ColumnType::integer:
    case ColumnType::boolean:
      out.insert(out.end(), 2, 0);
      break;
  }
}

jlongArray to_array(JNIEnv* env, const std::vector<jlong>& numbers) {
  const auto size = static_cast<jsize>(numbers.size());
  const jlongArray array = env->NewLongArray(size);
  if (array == nullptr) throw ThrownInJava();
  env->SetLongArrayRegion(array, 0, size, numbers.data());
  return array;
}

}  // namespace
}  // namespace leadscan::spark

using namespace leadscan;
using namespace leadscan::spark;

extern "C" {

JNIEXPORT jobjectArray JNICALL Java_leadscan_spark_Native_columns(JNIEnv* env, jclass) {
  return guarded<jobjectArray>(env, nullptr, [&] {
    Texts texts;
    for (const Column& column : arrow::columns()) {
      texts.emplace_back(column.name);
      texts.emplace_back(type_of(column.type));
    }
    return to_arrays(env, texts);
  });
}

JNIEXPORT jboolean JNICALL Java_leadscan_spark_Native_check(JNIEnv* env, jclass,
                                                            jobjectArray options,
                                                            jobjectArray paths) {
  return guarded<jboolean>(env, JNI_FALSE, [&]() -> jboolean {
    const arrow::Source source = to_source(to_strings(env, options), to_strings(env, paths));
    if (const std::string why = source.settings.conflict(); !why.empty())
      throw std::runtime_error(why);
    return source.accounts ? JNI_TRUE : JNI_FALSE;
  });
}

JNIEXPORT jobjectArray JNICALL Java_leadscan_spark_Native_plan(JNIEnv* env, jclass,
                                                               jobjectArray options,
                                                               jobjectArray paths,
                                                               jobjectArray columns,
                                                               jobjectArray numbers) {
  return guarded<jobjectArray>(env, nullptr, [&] {
    const arrow::Source source = to_source(to_strings(env, options), to_strings(env, paths));
    const std::vector<arrow::SourcePart> parts =
        source.plan(to_projection(to_strings(env, columns)));
    Texts names;
    std::vector<jlong> all;
    for (const arrow::SourcePart& part : parts) {
      names.emplace_back(part.path);
      append_numbers(part, all);
    }
    if (numbers == nullptr || env->GetArrayLength(numbers) != 1)
      throw std::runtime_error("no place for the numbers of parts");
    env->SetObjectArrayElement(numbers, 0, to_array(env, all));
    if (env->ExceptionCheck() == JNI_TRUE) throw ThrownInJava();
    return to_arrays(env, names);
  });
}

JNIEXPORT jlong JNICALL Java_leadscan_spark_Native_open(JNIEnv* env, jclass, jobjectArray options,
                                                        jobjectArray columns, jbyteArray path,
                                                        jlongArray numbers) {
  return guarded<jlong>(env, 0, [&] {
    const arrow::Source source = to_source(to_strings(env, options), {});
    arrow::SourcePart part = to_part(env, to_string(env, path), numbers);
    return scans().add(std::make_shared<PartScan>(source, std::move(part),
                                                  to_projection(to_strings(env, columns))));
  });
}

JNIEXPORT jint JNICALL Java_leadscan_spark_Native_next(JNIEnv* env, jclass, jlong number,
                                                       jint milliseconds, jlongArray addresses) {
  return guarded<jint>(env, kEnd, [&] {
    const std::shared_ptr<PartScan> scan = find_open(number);
    const std::lock_guard lock(scan->mutex());
    const arrow::Projection& projection = scan->projection();
    const auto size = static_cast<jsize>(kAddresses * projection.size());
    if (addresses == nullptr || env->GetArrayLength(addresses) != size)
      throw std::runtime_error("no place for the addresses of columns");
    switch (scan->next(static_cast<unsigned>(milliseconds))) {
      case Scan::Next::end:
        return kEnd;
      case Scan::Next::waiting:
        return kWaiting;
      case Scan::Next::batch:
        break;
    }
    const ArrowArray& batch = scan->batch();
    std::vector<jlong> all;
    for (std::size_t i = 0; i < projection.size(); ++i)
      append_addresses(arrow::columns()[projection[i].column].type, *batch.children[i], all);
    env->SetLongArrayRegion(addresses, 0, size, all.data());
    return static_cast<jint>(batch.length);
  });
}

JNIEXPORT jobjectArray JNICALL Java_leadscan_spark_Native_errors(JNIEnv* env, jclass,
                                                                 jlong number) {
  return guarded<jobjectArray>(env, nullptr, [&] {
    const std::shared_ptr<PartScan> scan = find_open(number);
    const std::lock_guard lock(scan->mutex());
    std::vector<std::optional<std::string>> kept;
    for (const audit::InputError& error : scan->errors()) {
      kept.emplace_back(audit::to_utf8(error.file));
      kept.emplace_back(error.member ? std::optional(audit::to_utf8(*error.member)) : std::nullopt);
      kept.emplace_back(audit::to_utf8(error.why));
    }
    return to_arrays(env, Texts(kept.begin(), kept.end()));
  });
}

JNIEXPORT jlongArray JNICALL Java_leadscan_spark_Native_account(JNIEnv* env, jclass, jlong number) {
  return guarded<jlongArray>(env, nullptr, [&] {
    const std::shared_ptr<PartScan> scan = find_open(number);
    const std::lock_guard lock(scan->mutex());
    const arrow::Account account = scan->account();
    return to_array(env,
                    {static_cast<jlong>(account.records), static_cast<jlong>(account.bytes),
                     static_cast<jlong>(account.bytes_between), static_cast<jlong>(scan->begin())});
  });
}

JNIEXPORT jbyteArray JNICALL Java_leadscan_spark_Native_file(JNIEnv* env, jclass, jlong number) {
  return guarded<jbyteArray>(env, nullptr, [&] {
    const std::shared_ptr<PartScan> scan = find_open(number);
    const std::lock_guard lock(scan->mutex());
    return to_array(env, scan->file());
  });
}

JNIEXPORT void JNICALL Java_leadscan_spark_Native_close(JNIEnv* env, jclass, jlong number) {
  guarded<int>(env, 0, [&] {
    scans().remove(number);
    return 0;
  });
}

}  // extern "C"
