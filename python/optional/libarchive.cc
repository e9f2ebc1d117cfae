// libarchive, which reads tar and zip, and brings the ICU along: 34 MB. Where it is not installed,
// each archive is an input that cannot be read, with that for a reason.
#include <archive.h>
#include <archive_entry.h>

#include "python/optional/library.h"

namespace {

// What audit/input calls. A function that is missing here is linked, which a test notices.
#define LEADSCAN_ARCHIVE_CALLS(CALL)    \
  CALL(archive_entry_filetype)          \
  CALL(archive_entry_free)              \
  CALL(archive_entry_hardlink)          \
  CALL(archive_entry_new2)              \
  CALL(archive_entry_pathname)          \
  CALL(archive_entry_pathname_utf8)     \
  CALL(archive_errno)                   \
  CALL(archive_error_string)            \
  CALL(archive_read_data_block)         \
  CALL(archive_read_free)               \
  CALL(archive_read_new)                \
  CALL(archive_read_next_header2)       \
  CALL(archive_read_open1)              \
  CALL(archive_read_set_callback_data)  \
  CALL(archive_read_set_options)        \
  CALL(archive_read_set_read_callback)  \
  CALL(archive_read_set_seek_callback)  \
  CALL(archive_read_support_format_tar) \
  CALL(archive_read_support_format_zip) \
  CALL(archive_read_support_format_zip_streamable)

struct Calls {
  bool there = true;
#define LEADSCAN_MEMBER(name) decltype(&::name) name = nullptr;
  LEADSCAN_ARCHIVE_CALLS(LEADSCAN_MEMBER)

  Calls() {
    void* const library =
        leadscan::optional::open_library("LEADSCAN_LIBARCHIVE", "libarchive.so.13");
#define LEADSCAN_FIND(name) there &= leadscan::optional::find_function(library, #name, name);
    LEADSCAN_ARCHIVE_CALLS(LEADSCAN_FIND)
  }
};

const Calls& calls() {
  static const Calls kCalls;
  return kCalls;
}

// An archive and an entry that are none: opening it is what fails.
char nothing;
template <typename T>
T* none() {
  return reinterpret_cast<T*>(&nothing);
}

}  // namespace

extern "C" {

archive* archive_read_new() { return calls().there ? calls().archive_read_new() : none<archive>(); }
archive_entry* archive_entry_new2(archive* a) {
  return calls().there ? calls().archive_entry_new2(a) : none<archive_entry>();
}
void archive_entry_free(archive_entry* entry) {
  if (calls().there) calls().archive_entry_free(entry);
}
int archive_read_free(archive* a) {
  return calls().there ? calls().archive_read_free(a) : ARCHIVE_OK;
}
int archive_read_open1(archive* a) {
  return calls().there ? calls().archive_read_open1(a) : ARCHIVE_FATAL;
}
int archive_errno(archive* a) { return calls().there ? calls().archive_errno(a) : 0; }
const char* archive_error_string(archive* a) {
  return calls().there ? calls().archive_error_string(a)
                       : "libarchive (libarchive.so.13) is not installed";
}

// What is set before that.
int archive_read_set_callback_data(archive* a, void* data) {
  return calls().there ? calls().archive_read_set_callback_data(a, data) : ARCHIVE_OK;
}
int archive_read_set_options(archive* a, const char* options) {
  return calls().there ? calls().archive_read_set_options(a, options) : ARCHIVE_OK;
}
int archive_read_set_read_callback(archive* a, archive_read_callback* callback) {
  return calls().there ? calls().archive_read_set_read_callback(a, callback) : ARCHIVE_OK;
}
int archive_read_set_seek_callback(archive* a, archive_seek_callback* callback) {
  return calls().there ? calls().archive_read_set_seek_callback(a, callback) : ARCHIVE_OK;
}
int archive_read_support_format_tar(archive* a) {
  return calls().there ? calls().archive_read_support_format_tar(a) : ARCHIVE_OK;
}
int archive_read_support_format_zip(archive* a) {
  return calls().there ? calls().archive_read_support_format_zip(a) : ARCHIVE_OK;
}
int archive_read_support_format_zip_streamable(archive* a) {
  return calls().there ? calls().archive_read_support_format_zip_streamable(a) : ARCHIVE_OK;
}

// Of an archive that was opened: it is there.
__LA_MODE_T archive_entry_filetype(archive_entry* entry) {
  return calls().archive_entry_filetype(entry);
}
const char* archive_entry_hardlink(archive_entry* entry) {
  return calls().archive_entry_hardlink(entry);
}
const char* archive_entry_pathname(archive_entry* entry) {
  return calls().archive_entry_pathname(entry);
}
const char* archive_entry_pathname_utf8(archive_entry* entry) {
  return calls().archive_entry_pathname_utf8(entry);
}
int archive_read_data_block(archive* a, const void** block, size_t* size, la_int64_t* offset) {
  return calls().archive_read_data_block(a, block, size, offset);
}
int archive_read_next_header2(archive* a, archive_entry* entry) {
  return calls().archive_read_next_header2(a, entry);
}

}  // extern "C"
