// Which commit is built. Bazel compiles this file while it links the command, and where it stamps
// (//:install does) puts what tools/workspace_status.sh prints in front of it; CMake defines the
// same name. For that the file includes nothing; version.h declares what is here.
namespace leadscan::audit {

extern const char* const kCommit;

#if defined(STABLE_LEADSCAN_COMMIT)
const char* const kCommit = STABLE_LEADSCAN_COMMIT;
#else
const char* const kCommit = "";
#endif

}  // namespace leadscan::audit
