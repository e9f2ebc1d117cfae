"""Which third-party libraries, which versions, and where each can be had from.

README.md beside this file says why these and not others.
"""

load(":jdk_repo.bzl", "jdk_repo")
load(":nginx_repo.bzl", "nginx_repo")
load(":offline_shims.bzl", "debian_bazel_4_shims")
load(":python_repo.bzl", "python_repo")
load(":source_repo.bzl", "source_repo")

def third_party():
    """Defines every library; WORKSPACE and MODULE.bazel both come here."""
    source_repo(
        name = "simdjson",
        build_file = Label("//third_party:simdjson.BUILD"),
        # A Python binding whose source distribution carries simdjson 5.0.2 as released.
        pip = "fastsimdjson==0.8.0",
        pip_sha256 = "df415e19cec497fc495ead9ee82b9527ff0335dde2fa54eeb6f6a7a60a7b11f6",
        pip_strip_prefix = "fastsimdjson-0.8.0/vendor",
    )
    source_repo(
        name = "simdjson_3",
        build_file = Label("//third_party:simdjson.BUILD"),
        # A Python binding whose source distribution carries simdjson 3.12.3 as released.
        pip = "pysimdjson==7.0.2",
        pip_sha256 = "44cf276e48912a3b9c7ca362c14da8420a7ac15a9f1a16ec95becff86db3904a",
        pip_strip_prefix = "pysimdjson-7.0.2/simdjson",
    )
    source_repo(
        name = "googletest",
        build_file = Label("//third_party:googletest.BUILD"),
        urls = ["https://github.com/google/googletest/archive/refs/tags/release-1.12.1.tar.gz"],
        sha256 = "81964fe578e9bd7c94dfdb09c8e4d6e6759e19967e397dbea48d1c10e45d0df2",
        strip_prefix = "googletest-release-1.12.1",
        system_package = "googletest",
        system_paths = {
            "/usr/src/googletest/googlemock": "googlemock",
            "/usr/src/googletest/googletest": "googletest",
        },
        system_version = {"/usr/src/googletest/CMakeLists.txt": "GOOGLETEST_VERSION 1.12.1"},
        debsrc = "googletest",
    )
    source_repo(
        name = "google_benchmark",
        build_file = Label("//third_party:google_benchmark.BUILD"),
        urls = ["https://github.com/google/benchmark/archive/refs/tags/v1.7.1.tar.gz"],
        sha256 = "6430e4092653380d9dc4ccb45a1e2dc9259d581f4866dc0759713126056bc1d7",
        strip_prefix = "benchmark-1.7.1",
        debsrc = "benchmark",
    )
    source_repo(
        name = "rapidjson",
        build_file = Label("//third_party:rapidjson.BUILD"),
        urls = ["https://github.com/Tencent/rapidjson/archive/refs/tags/v1.1.0.tar.gz"],
        sha256 = "bf7ced29704a1e696fbccf2a2b4ea068e7774fa37f6d7dd4039d0787f8bed98e",
        strip_prefix = "rapidjson-1.1.0",
        debsrc = "rapidjson",
        debsrc_sha256 = "92aa6402743012e5f2c3db17def1ff5273df4f3ca7a8f8ed9f1041d392c14ce7",
        # Assigns to const members: nothing can call it, yet since gcc 14 it does not
        # compile. Upstream's fix, which no release has.
        edit_file = "include/rapidjson/document.h",
        edit_from = "operator=(const GenericStringRef& rhs) { s = rhs.s; length = rhs.length; }",
        edit_to = "operator=(const GenericStringRef& rhs) = delete;",
    )
    source_repo(
        name = "nlohmann_json",
        build_file = Label("//third_party:nlohmann_json.BUILD"),
        urls = ["https://github.com/nlohmann/json/archive/refs/tags/v3.11.2.tar.gz"],
        sha256 = "d69f9deb6a75e2580465c6c4c5111b89c4dc2fa94e3a85fcd2ffcd9a143d9273",
        strip_prefix = "json-3.11.2",
        system_package = "nlohmann-json3-dev",
        system_paths = {"/usr/include/nlohmann": "include/nlohmann"},
        system_version = {"/usr/include/nlohmann/json.hpp": "version 3.11.2"},
        debsrc = "nlohmann-json3",
    )
    source_repo(
        name = "boost_json",
        build_file = Label("//third_party:boost_json.BUILD"),
        # Upstream's archive is all of Boost, 120 MB; the headers a Debian package
        # has already put on the machine are the same and come first.
        order = ["system", "http"],
        urls = ["https://archives.boost.io/release/1.81.0/source/boost_1_81_0.tar.bz2"],
        sha256 = "71feeed900fbccca04a3b4f2f84a7c217186f28a940ed8b7ed4725986baf99fa",
        strip_prefix = "boost_1_81_0",
        system_package = "libboost1.81-dev",
        system_paths = {"/usr/include/boost": "boost"},
        system_version = {"/usr/include/boost/version.hpp": "#define BOOST_LIB_VERSION \"1_81\""},
    )
    source_repo(
        name = "jsoncpp",
        build_file = Label("//third_party:jsoncpp.BUILD"),
        urls = ["https://github.com/open-source-parsers/jsoncpp/archive/refs/tags/1.9.5.tar.gz"],
        sha256 = "f409856e5920c18d0c2fb85276e24ee607d2a09b5e7d5f0a371368903c275da2",
        strip_prefix = "jsoncpp-1.9.5",
        debsrc = "libjsoncpp",
    )
    source_repo(
        name = "yyjson",
        build_file = Label("//third_party:yyjson.BUILD"),
        target = "yyjson",
        optional = True,
        urls = ["https://github.com/ibireme/yyjson/archive/refs/tags/0.10.0.tar.gz"],
        sha256 = "0d901cb2c45c5586e3f3a4245e58c2252d6b24bf4b402723f6179523d389b165",
        strip_prefix = "yyjson-0.10.0/src",
        # A Python binding whose source distribution carries yyjson 0.10.0 as it is.
        pip = "yyjson==4.0.6",
        pip_sha256 = "fcd4dc15c1e39a30bf9fa85d56903029111506860fc3080ab0d81c6c6dacaa8c",
        pip_strip_prefix = "yyjson-4.0.6/yyjson",
    )

    # The C parsers, as Debian installs them.
    source_repo(
        name = "cjson",
        target = "cjson",
        link = ["-lcjson"],
        optional = True,
        system_package = "libcjson-dev",
        system_paths = {"/usr/include/cjson": "include/cjson"},
    )
    source_repo(
        name = "jansson",
        target = "jansson",
        link = ["-ljansson"],
        optional = True,
        system_package = "libjansson-dev",
        system_paths = {
            "/usr/include/jansson.h": "include/jansson.h",
            "/usr/include/jansson_config.h": "include/jansson_config.h",
        },
    )
    source_repo(
        name = "json_c",
        target = "json_c",
        link = ["-ljson-c"],
        optional = True,
        system_package = "libjson-c-dev",
        system_paths = {"/usr/include/json-c": "include/json-c"},
    )

    jdk_repo(
        name = "jdk",
    )
    nginx_repo(
        name = "nginx",
    )
    python_repo(
        name = "python",
    )

    for library in INSTALLED:
        _installed(*library)

# What the audit command is linked with: C libraries whose interfaces have been stable for
# years (and two header collections), as Debian installs them, whatever the version. Nothing
# below //audit needs one. Each: name, package, paths below /usr/include, linker flags.
# tools/bazel installs the same packages.
INSTALLED = [
    ("archive", "libarchive-dev", ["archive.h", "archive_entry.h"], ["-larchive"]),
    ("bz2", "libbz2-dev", ["bzlib.h"], ["-lbz2"]),
    ("cli11", "libcli11-dev", ["CLI"], []),
    ("fmt", "libfmt-dev", ["fmt"], ["-lfmt"]),
    ("isal", "libisal-dev", ["isa-l"], ["-lisal"]),
    ("lz4", "liblz4-dev", ["lz4frame.h", "lz4.h"], ["-llz4"]),
    ("lzma", "liblzma-dev", ["lzma.h", "lzma"], ["-llzma"]),
    ("magic", "libmagic-dev", ["magic.h"], ["-lmagic"]),
    ("nettle", "nettle-dev", ["nettle"], ["-lnettle"]),
    ("sqlite3", "libsqlite3-dev", ["sqlite3.h"], ["-lsqlite3"]),
    ("zstd", "libzstd-dev", ["zstd.h", "zstd_errors.h"], ["-lzstd"]),
]

def _installed(name, package, headers, link):
    source_repo(
        name = name,
        target = name,
        link = link,
        system_package = package,
        system_paths = {"/usr/include/" + path: "include/" + path for path in headers},
    )

def workspace_dependencies():
    """What WORKSPACE needs: third_party(), and stand-ins where Bazel is Debian 12's."""
    if not native.bazel_version:  # only a Bazel built by Debian leaves it empty
        debian_bazel_4_shims()
    third_party()
