// Which commit is built. Bazel compiles this file while it links the command, and where it stamps
// (//:install does) puts what tools/workspace_status.sh prints in front of it, under its own name
// for it; CMake defines the same name. For that the file includes nothing; version.h declares what
// is here.
namespace leadscan::audit {

extern const char* const kCommit;

#if defined(BUILD_SCM_REVISION)
const char* const kCommit = BUILD_SCM_REVISION;
#else
const char* const kCommit = "0";
#endif

}  // namespace leadscan::audit
