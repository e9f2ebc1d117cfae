// From Java's objects to those of a scan, and back. Texts are bytes on both sides: JNI's own
// strings are not quite UTF-8, and names of files need be no UTF-8 at all.
#pragma once

#include <jni.h>

#include <exception>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "python/arrow/source.h"

namespace leadscan::spark {

// Thrown where a call of JNI's has left an exception of Java's, which goes on in Java.
struct ThrownInJava {};

// Calls what may throw; `bad`, with an exception of Java's, if it did. No exception of C++ passes.
template <typename Result, typename Call>
Result guarded(JNIEnv* env, Result bad, Call call) noexcept;

std::vector<std::string> to_strings(JNIEnv* env, jobjectArray arrays);
std::string to_string(JNIEnv* env, jbyteArray array);
jbyteArray to_array(JNIEnv* env, std::string_view text);
// A null where there is no text.
jobjectArray to_arrays(JNIEnv* env, const std::vector<std::optional<std::string_view>>& texts);

// Names and values by turns, and paths. Throws std::runtime_error for what cannot be.
arrow::Source to_source(const std::vector<std::string>& options, std::vector<std::string> paths);
arrow::Projection to_projection(const std::vector<std::string>& names);

// A part but for its path, as numbers that Java keeps and does not look at.
inline constexpr int kPartNumbers = 7;
void append_numbers(const arrow::SourcePart& part, std::vector<jlong>& numbers);
arrow::SourcePart to_part(JNIEnv* env, std::string path, jlongArray numbers);

// Throws leadscan.spark.LeadscanException, unless there is an exception already.
void throw_in_java(JNIEnv* env, std::string_view why) noexcept;
void throw_out_of_memory(JNIEnv* env) noexcept;

template <typename Result, typename Call>
Result guarded(JNIEnv* env, Result bad, Call call) noexcept {
  try {
    return call();
  } catch (const ThrownInJava&) {
  } catch (const std::bad_alloc&) {
    throw_out_of_memory(env);
  } catch (const std::exception& error) {
    throw_in_java(env, error.what());
  }
  return bad;
}

}  // namespace leadscan::spark
