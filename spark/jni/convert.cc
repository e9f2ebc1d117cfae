#include "spark/jni/convert.h"

#include <optional>
#include <stdexcept>
#include <utility>

namespace leadscan::spark {
namespace {

// A reference to an object, given back at once: a native method has room for few of them.
template <typename T>
class Local {
 public:
  Local(JNIEnv* env, jobject object) : env_(env), object_(static_cast<T>(object)) {
    if (env->ExceptionCheck() == JNI_TRUE) throw ThrownInJava();
  }
  ~Local() { env_->DeleteLocalRef(object_); }
  Local(const Local&) = delete;
  Local& operator=(const Local&) = delete;

  T get() const { return object_; }
  T release() { return std::exchange(object_, nullptr); }

 private:
  JNIEnv* env_;
  T object_;
};

void check(JNIEnv* env) {
  if (env->ExceptionCheck() == JNI_TRUE) throw ThrownInJava();
}

}  // namespace

jbyteArray to_array(JNIEnv* env, std::string_view text) {
  const auto size = static_cast<jsize>(text.size());
  Local<jbyteArray> array(env, env->NewByteArray(size));
  env->SetByteArrayRegion(array.get(), 0, size, reinterpret_cast<const jbyte*>(text.data()));
  check(env);
  return array.release();
}

std::string to_string(JNIEnv* env, jbyteArray array) {
  if (array == nullptr) throw std::runtime_error("null in place of a text");
  const jsize size = env->GetArrayLength(array);
  std::string text(static_cast<std::size_t>(size), '\0');
  env->GetByteArrayRegion(array, 0, size, reinterpret_cast<jbyte*>(text.data()));
  check(env);
  return text;
}

std::vector<std::string> to_strings(JNIEnv* env, jobjectArray arrays) {
  if (arrays == nullptr) throw std::runtime_error("null in place of texts");
  std::vector<std::string> texts;
  const jsize count = env->GetArrayLength(arrays);
  for (jsize i = 0; i < count; ++i) {
    const Local<jbyteArray> array(env, env->GetObjectArrayElement(arrays, i));
    texts.push_back(to_string(env, array.get()));
  }
  return texts;
}

jobjectArray to_arrays(JNIEnv* env, const std::vector<std::optional<std::string_view>>& texts) {
  const Local<jclass> bytes(env, env->FindClass("[B"));
  Local<jobjectArray> arrays(
      env, env->NewObjectArray(static_cast<jsize>(texts.size()), bytes.get(), nullptr));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!texts[i]) continue;
    const Local<jbyteArray> array(env, to_array(env, *texts[i]));
    env->SetObjectArrayElement(arrays.get(), static_cast<jsize>(i), array.get());
    check(env);
  }
  return arrays.release();
}

arrow::Source to_source(const std::vector<std::string>& options, std::vector<std::string> paths) {
  arrow::Source source;
  for (std::size_t i = 0; i + 1 < options.size(); i += 2) {
    if (const std::string why = source.set_option(options[i], options[i + 1]); !why.empty())
      throw std::runtime_error(why);
  }
  source.settings.paths = std::move(paths);
  return source;
}

arrow::Projection to_projection(const std::vector<std::string>& names) {
  arrow::Projection projection;
  for (const std::string& name : names) {
    projection.push_back({.column = arrow::find_column(name)});
    if (projection.back().column == arrow::columns().size())
      throw std::runtime_error("no such column: " + name);
  }
  return projection;
}

void append_numbers(const arrow::SourcePart& part, std::vector<jlong>& numbers) {
  const auto add = [&](auto number) { numbers.push_back(static_cast<jlong>(number)); };
  add(part.file);
  add(part.by_member);
  add(part.is_part);
  add(part.size_of_file);
  add(part.modified);
  add(part.begin);
  add(part.end);
}

arrow::SourcePart to_part(JNIEnv* env, std::string path, jlongArray numbers) {
  jlong all[kPartNumbers] = {};
  if (numbers == nullptr || env->GetArrayLength(numbers) != kPartNumbers)
    throw std::runtime_error("this is no part");
  env->GetLongArrayRegion(numbers, 0, kPartNumbers, all);
  check(env);
  arrow::SourcePart part;
  const jlong* at = all;
  part.path = std::move(path);
  part.file = static_cast<std::uint64_t>(*at++);
  part.by_member = *at++ != 0;
  part.is_part = *at++ != 0;
  part.size_of_file = static_cast<std::uint64_t>(*at++);
  part.modified = *at++;
  part.begin = static_cast<std::uint64_t>(*at++);
  part.end = static_cast<std::uint64_t>(*at++);
  return part;
}

void throw_in_java(JNIEnv* env, std::string_view why) noexcept {
  if (env->ExceptionCheck() == JNI_TRUE) return;
  try {
    const Local<jclass> type(env, env->FindClass("leadscan/spark/LeadscanException"));
    const jmethodID make = env->GetMethodID(type.get(), "<init>", "([B)V");
    check(env);
    const Local<jbyteArray> text(env, to_array(env, why));
    const Local<jthrowable> thrown(env, env->NewObject(type.get(), make, text.get()));
    env->Throw(thrown.get());
  } catch (const ThrownInJava&) {
    // What was thrown instead, for want of memory, say.
  }
}

void throw_out_of_memory(JNIEnv* env) noexcept {
  if (env->ExceptionCheck() == JNI_TRUE) return;
  const jclass type = env->FindClass("java/lang/OutOfMemoryError");
  if (type != nullptr) env->ThrowNew(type, "leadscan: not enough memory");
}

}  // namespace leadscan::spark
