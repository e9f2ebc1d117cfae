/* leadscan: reads responses of the 3DS partner API operation "POST leads-opportunities". The C
 * interface: C99, C11, C++.
 *
 *   size_t size = leadscan_parser_size(65536);                   once a thread
 *   void* memory = aligned_alloc(leadscan_parser_alignment(), size);
 *   leadscan_parser* parser = leadscan_parser_init(memory, size, 65536);
 *
 *   leadscan_result result;                                      for each document
 *   result.size = sizeof result;
 *   if (leadscan_parse(parser, body, length, &result) == LEADSCAN_STATUS_OK)
 *     use(result.ds_id.data, result.ds_id.size);
 *
 *   free(memory);                                                nothing else is to be released
 *
 * Memory: a parser lives in memory that the caller gives, and no function here allocates. Texts of
 * a result point into the document, are not terminated by a zero, and live as long as its bytes.
 *
 * Threads: a parser is used by one thread at a time, and tied to none. Calls take no locks; what
 * they read beside their arguments is constant.
 *
 * Errors are values. Nothing here throws, prints, aborts or raises a signal.
 *
 * The binary interface is stable for one soname (libleadscan.so.0): numbers and places stay, new
 * constants get the next number, new members of leadscan_result are at its end (see its `size`).
 *
 * Blocks between "begin" and "end" come from the description that the C++ library has, too
 * (fields.h): tools/bazel run //tests:c_header_test -- --update
 */
#ifndef LEADSCAN_C_LEADSCAN_H_
#define LEADSCAN_C_LEADSCAN_H_

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define LEADSCAN_C_API __attribute__((visibility("default")))
#else
#define LEADSCAN_C_API
#endif
#ifdef __cplusplus
#define LEADSCAN_C_NOEXCEPT noexcept
extern "C" {
#else
#define LEADSCAN_C_NOEXCEPT
#endif

/* Of this header: major * 10000 + minor * 100 + patch. */
#define LEADSCAN_C_VERSION 100

/* ---- Numbers -------------------------------------------------------------------------------- */

/* What leadscan_parse says of a document. Negative ones are of the C interface alone. */
enum leadscan_status {
  LEADSCAN_STATUS_INCOMPLETE = -2,       /* leadscan_parse_body: the body has not come whole */
  LEADSCAN_STATUS_INVALID_ARGUMENT = -1, /* a null pointer, or a `size` that no version has */
  /* begin statuses */
  LEADSCAN_STATUS_OK = 0,
  LEADSCAN_STATUS_TOO_LARGE = 1,
  LEADSCAN_STATUS_TOO_DEEP = 2,
  LEADSCAN_STATUS_OUT_OF_MEMORY = 3,
  LEADSCAN_STATUS_TRUNCATED = 4,
  LEADSCAN_STATUS_BYTE_ORDER_MARK = 5,
  LEADSCAN_STATUS_INVALID_UTF8 = 6,
  LEADSCAN_STATUS_CONTROL_CHARACTER = 7,
  LEADSCAN_STATUS_INVALID_ESCAPE = 8,
  LEADSCAN_STATUS_LONE_SURROGATE = 9,
  LEADSCAN_STATUS_INVALID_NUMBER = 10,
  LEADSCAN_STATUS_INVALID_LITERAL = 11,
  LEADSCAN_STATUS_EXPECTED_VALUE = 12,
  LEADSCAN_STATUS_EXPECTED_NAME = 13,
  LEADSCAN_STATUS_EXPECTED_COLON = 14,
  LEADSCAN_STATUS_EXPECTED_COMMA = 15,
  LEADSCAN_STATUS_CONTENT_AFTER_DOCUMENT = 16,
  LEADSCAN_STATUS_UNEXPECTED_END = 17,
  LEADSCAN_STATUS_NOT_AN_OBJECT = 18,
  LEADSCAN_STATUS_MISSING_MEMBER = 19,
  LEADSCAN_STATUS_WRONG_TYPE = 20,
  LEADSCAN_STATUS_DUPLICATE_MEMBER = 21,
  LEADSCAN_STATUS_NUMBER_OUT_OF_RANGE = 22,
  LEADSCAN_STATUS_NUL_BYTES = 23,
  /* end statuses */
};

/* Which of the API's responses a document is; none where the status is not ok. */
enum leadscan_family {
  /* begin families */
  LEADSCAN_FAMILY_NONE = 0,
  LEADSCAN_FAMILY_CREATED = 1,
  LEADSCAN_FAMILY_UPDATE = 2,
  LEADSCAN_FAMILY_FAILURE = 3,
  LEADSCAN_FAMILY_MESSAGE = 4,
  /* end families */
};

/* The family, or the kind of what is wrong: what a log or a counter is told. None where nothing is
 * known of the document: it was not read, or is incomplete. */
enum leadscan_verdict {
  LEADSCAN_VERDICT_NONE = 0,
  /* begin verdicts */
  LEADSCAN_VERDICT_CREATED = 1,
  LEADSCAN_VERDICT_UPDATE = 2,
  LEADSCAN_VERDICT_FAILURE = 3,
  LEADSCAN_VERDICT_MESSAGE = 4,
  LEADSCAN_VERDICT_VIOLATION = 5,
  LEADSCAN_VERDICT_MALFORMED = 6,
  LEADSCAN_VERDICT_TRUNCATED = 7,
  LEADSCAN_VERDICT_TOO_LARGE = 8,
  /* end verdicts */
};

/* Whether a member is in the document, and with what; other: a value of a type that it should not
 * have, which only what no schema describes may be. */
enum leadscan_presence {
  /* begin presences */
  LEADSCAN_PRESENCE_ABSENT = 0,
  LEADSCAN_PRESENCE_NULL = 1,
  LEADSCAN_PRESENCE_VALUE = 2,
  LEADSCAN_PRESENCE_OTHER = 3,
  /* end presences */
};

/* JSON's types. An integer is a number, too, but is told apart. */
enum leadscan_type {
  /* begin types */
  LEADSCAN_TYPE_NOTHING = 0,
  LEADSCAN_TYPE_NULL = 1,
  LEADSCAN_TYPE_BOOLEAN = 2,
  LEADSCAN_TYPE_INTEGER = 4,
  LEADSCAN_TYPE_NUMBER = 8,
  LEADSCAN_TYPE_STRING = 16,
  LEADSCAN_TYPE_ARRAY = 32,
  LEADSCAN_TYPE_OBJECT = 64,
  /* end types */
};

/* The members that are read; `document` is the root itself. */
enum leadscan_field {
  /* begin fields */
  LEADSCAN_FIELD_PARTNER_LEAD_OPPORTUNITY_ID = 0,
  LEADSCAN_FIELD_DS_LEAD_OPPORTUNITY_ID = 1,
  LEADSCAN_FIELD_ACTION = 2,
  LEADSCAN_FIELD_INFO = 3,
  LEADSCAN_FIELD_INFO_SUCCESS = 4,
  LEADSCAN_FIELD_INFO_STATUS_CODE = 5,
  LEADSCAN_FIELD_INFO_TIMESTAMP = 6,
  LEADSCAN_FIELD_INFO_TRACE_ID = 7,
  LEADSCAN_FIELD_ERROR = 8,
  LEADSCAN_FIELD_ERROR_CODE = 9,
  LEADSCAN_FIELD_ERROR_MESSAGE = 10,
  LEADSCAN_FIELD_INFO_TIME_STAMP = 11,
  LEADSCAN_FIELD_DATA = 12,
  LEADSCAN_FIELD_DATA_PARTNER_LEAD_OPPORTUNITY_ID = 13,
  LEADSCAN_FIELD_DATA_DS_LEAD_OPPORTUNITY_ID = 14,
  LEADSCAN_FIELD_DATA_ACTION = 15,
  LEADSCAN_FIELD_ERRORS = 16,
  LEADSCAN_FIELD_ERRORS_CODE = 17,
  LEADSCAN_FIELD_ERRORS_MESSAGE = 18,
  LEADSCAN_FIELD_MESSAGE = 19,
  /* end fields */
  LEADSCAN_FIELD_DOCUMENT = 255
};

/* Names of these numbers, as the C++ library and the command have them: "truncated", "created".
 * Constant, terminated by a zero, never null; "?" for a number that this version does not know. */
LEADSCAN_C_API const char* leadscan_status_name(int32_t status) LEADSCAN_C_NOEXCEPT;
LEADSCAN_C_API const char* leadscan_family_name(int32_t family) LEADSCAN_C_NOEXCEPT;
LEADSCAN_C_API const char* leadscan_verdict_name(int32_t verdict) LEADSCAN_C_NOEXCEPT;
LEADSCAN_C_API const char* leadscan_presence_name(int32_t presence) LEADSCAN_C_NOEXCEPT;
LEADSCAN_C_API const char* leadscan_type_name(int32_t type) LEADSCAN_C_NOEXCEPT;
/* A sentence without full stop: "the document ends early". */
LEADSCAN_C_API const char* leadscan_status_description(int32_t status) LEADSCAN_C_NOEXCEPT;

/* Of a field: its name in JSON ("traceId"), its JSON Pointer (RFC 6901, "/info/traceId"), and the
 * member of leadscan_result that keeps its value ("trace_id"; "" if none does). All are "" for
 * the document, and "?" for a number that this version does not know. */
LEADSCAN_C_API const char* leadscan_field_name(int32_t field) LEADSCAN_C_NOEXCEPT;
LEADSCAN_C_API const char* leadscan_field_pointer(int32_t field) LEADSCAN_C_NOEXCEPT;
LEADSCAN_C_API const char* leadscan_field_member(int32_t field) LEADSCAN_C_NOEXCEPT;
/* How many fields there are, from 0 on, the document not counted. */
LEADSCAN_C_API int32_t leadscan_field_count(void) LEADSCAN_C_NOEXCEPT;

/* Of the library that runs: as LEADSCAN_C_VERSION, and as a text ("0.1.0"). */
LEADSCAN_C_API uint32_t leadscan_version_number(void) LEADSCAN_C_NOEXCEPT;
LEADSCAN_C_API const char* leadscan_version(void) LEADSCAN_C_NOEXCEPT;

/* ---- Parser --------------------------------------------------------------------------------- */

typedef struct leadscan_parser leadscan_parser;

/* What a parser of documents of up to `largest_document` bytes needs; 0 if there can be none: the
 * limit is 4 GiB - 1 KiB. It is about 290 KB, and 4.25 bytes for each byte of the document where
 * the CPU has AVX2. The same for each call in a process. */
LEADSCAN_C_API size_t leadscan_parser_size(size_t largest_document) LEADSCAN_C_NOEXCEPT;
/* A power of two, at most 64. */
LEADSCAN_C_API size_t leadscan_parser_alignment(void) LEADSCAN_C_NOEXCEPT;

/* Makes a parser in `memory`, which stays the caller's, and must stay where it is as long as the
 * parser is used. There is nothing to release: the memory may go, or be used anew, at any time.
 * Longer documents than `largest_document` are refused (LEADSCAN_STATUS_TOO_LARGE). Null if the
 * memory is null, not aligned, or smaller than leadscan_parser_size(largest_document). */
LEADSCAN_C_API leadscan_parser* leadscan_parser_init(void* memory, size_t size,
                                                     size_t largest_document) LEADSCAN_C_NOEXCEPT;

/* ---- Result --------------------------------------------------------------------------------- */

/* A text in the document: data - document is its offset. 16 bytes on 64-bit CPUs. */
typedef struct leadscan_text {
  const char* data;  /* its first byte; null unless presence is LEADSCAN_PRESENCE_VALUE */
  uint32_t size;     /* in bytes, escapes not decoded */
  uint8_t presence;  /* leadscan_presence */
  uint8_t escaped;   /* 1: it has escapes, which leadscan_decode resolves */
  uint8_t is_object; /* 1: an object as its JSON text, braces included (partner_id may be one) */
  uint8_t reserved;
} leadscan_text;

/* No version's result is larger. A `size` above it, below the first version's (168 on 64-bit CPUs)
 * or not a multiple of 8 was not set: an invalid argument. */
#define LEADSCAN_RESULT_SIZE_LIMIT 4096

typedef struct leadscan_result {
  size_t size;           /* set by the caller, once: sizeof(leadscan_result) */
  uint64_t error_offset; /* in bytes from the document's first; 0 if the status is ok */
  int32_t status;        /* leadscan_status, what leadscan_parse returned */
  uint16_t error_field;  /* leadscan_field: the innermost one around the offset */
  uint8_t verdict;       /* leadscan_verdict */
  uint8_t reserved0;
  /* has_...: 1 if there is a value, else the value is 0. error: a leadscan_presence. */
  /* begin members */
  leadscan_text partner_id;
  leadscan_text ds_id;
  leadscan_text action;
  leadscan_text timestamp;
  leadscan_text trace_id;
  leadscan_text error_code;
  leadscan_text error_message;
  leadscan_text message;
  int64_t status_code;
  uint8_t has_status_code;
  uint8_t has_success;
  uint8_t success;
  uint8_t error;
  uint8_t family;
  uint8_t reserved1[3];
  /* end members */
} leadscan_result;

/* Reads one document: a JSON text (RFC 8259) with optional white space around it. Nothing behind
 * its `size` bytes is read, no padding is needed. Returns the status.
 *
 * Fills `result` up to its size: a program that was compiled with an older header gets the members
 * it knows; members that this library is too old to know are zeroed. With another status than ok
 * the family is none, and the members hold what could be read. If an argument is invalid, `result`
 * is left as it is. */
LEADSCAN_C_API int32_t leadscan_parse(leadscan_parser* parser, const char* document, size_t size,
                                      leadscan_result* result) LEADSCAN_C_NOEXCEPT;

/* The text that keeps a field's value (of leadscan_field_member); null for other fields, and for
 * members that are beyond the result's size. */
LEADSCAN_C_API const leadscan_text* leadscan_result_text(const leadscan_result* result,
                                                         int32_t field) LEADSCAN_C_NOEXCEPT;

/* leadscan_decode: the memory is too small. */
#define LEADSCAN_NO_ROOM SIZE_MAX

/* Writes the characters of a text that leadscan_parse has filled, as UTF-8, and returns how many
 * bytes they are; 0 if it has no value. text->size bytes always suffice. An object is copied as it
 * is. No zero is written behind. LEADSCAN_NO_ROOM if there is not enough: the memory then holds
 * anything, and the call may be repeated with more. */
LEADSCAN_C_API size_t leadscan_decode(const leadscan_text* text, char* memory,
                                      size_t size) LEADSCAN_C_NOEXCEPT;

/* A rule of the 201 schema that a document breaks. */
typedef struct leadscan_violation {
  uint64_t offset; /* as error_offset */
  int32_t status;  /* LEADSCAN_STATUS_NOT_AN_OBJECT or one of those behind it */
  uint16_t field;  /* leadscan_field */
  uint8_t found;   /* leadscan_type; nothing where there is nothing */
  uint8_t reserved;
} leadscan_violation;

/* Each violation of the last document that the parser read, if its status was one; the first is
 * that of the result. *position is 0 at the beginning. Returns 1, or 0 behind the last one:
 *
 *   size_t position = 0;
 *   leadscan_violation violation;
 *   while (leadscan_next_violation(parser, &position, &violation)) ...
 */
LEADSCAN_C_API int leadscan_next_violation(const leadscan_parser* parser, size_t* position,
                                           leadscan_violation* violation) LEADSCAN_C_NOEXCEPT;

/* ---- Bodies that arrive in pieces ----------------------------------------------------------- */

enum leadscan_body_state {
  LEADSCAN_BODY_GATHERING = 0,    /* more is to come */
  LEADSCAN_BODY_COMPLETE = 1,     /* leadscan_parse_body may be called */
  LEADSCAN_BODY_NEEDS_MEMORY = 2, /* nothing was taken: give it `wanted` bytes, and add again */
  LEADSCAN_BODY_TOO_LARGE = 3,    /* longer than the limit: nothing more is taken */
  LEADSCAN_BODY_INCOMPLETE = 4    /* it ended before all had come */
};

/* leadscan_body_begin: it is not known how long the body is. */
#define LEADSCAN_BODY_UNKNOWN UINT64_MAX

/* A body. Its members may be read; functions write them, and return
 * LEADSCAN_STATUS_INVALID_ARGUMENT and leave them for a null pointer. 96 bytes on 64-bit CPUs, for
 * good. */
typedef struct leadscan_body {
  const char* data;  /* what there is of it: in `memory`, or, of one piece, the piece itself */
  size_t size;       /* of that */
  char* memory;      /* the caller's; null: none needed so far */
  size_t capacity;   /* of the memory */
  size_t limit;      /* longer bodies are too large */
  size_t wanted;     /* how much memory to give, if it needs some */
  uint64_t expected; /* the whole body's size, or LEADSCAN_BODY_UNKNOWN */
  int32_t state;     /* leadscan_body_state */
  uint32_t reserved0;
  uint64_t reserved1[4];
} leadscan_body;

/* Begins a body of at most `limit` bytes. `expected` is its Content-Length, if it has one. Returns
 * the state: LEADSCAN_BODY_TOO_LARGE at once if more is expected than the limit allows. */
LEADSCAN_C_API int32_t leadscan_body_begin(leadscan_body* body, size_t limit,
                                           uint64_t expected) LEADSCAN_C_NOEXCEPT;

/* The next piece; `last` is not 0 if none follows, which may be told with an empty one. Returns the
 * state. The body is complete with the last piece or, if its size is expected, with its last byte;
 * what comes then is no part of it, and ignored.
 *
 * A body that is complete with its first piece is not copied, and needs no memory: it is to be
 * parsed before the piece is gone. Others are copied to the memory that leadscan_body_give gave, so
 * a piece may go after the call. */
LEADSCAN_C_API int32_t leadscan_body_add(leadscan_body* body, const char* piece, size_t size,
                                         int last) LEADSCAN_C_NOEXCEPT;

/* Gives memory in answer to LEADSCAN_BODY_NEEDS_MEMORY, or beforehand. What was gathered is copied
 * to it, and the memory given before is the caller's again; but the body keeps what it has if this
 * is smaller. Returns the state. `wanted` is what is expected, or grows by doubling, and is never
 * beyond the limit. */
LEADSCAN_C_API int32_t leadscan_body_give(leadscan_body* body, char* memory,
                                          size_t size) LEADSCAN_C_NOEXCEPT;

/* No more comes: the connection is gone. LEADSCAN_BODY_INCOMPLETE, unless the body was complete or
 * too large before. */
LEADSCAN_C_API int32_t leadscan_body_end(leadscan_body* body) LEADSCAN_C_NOEXCEPT;

/* As leadscan_parse, for what was gathered. LEADSCAN_STATUS_TOO_LARGE (error_offset: the limit)
 * and LEADSCAN_STATUS_INCOMPLETE (error_offset: how much there is) without reading anything, if the
 * body is too large, or not complete. Parse an incomplete body with leadscan_parse, from its `data`
 * and `size`, to know what can be read of it. */
LEADSCAN_C_API int32_t leadscan_parse_body(leadscan_parser* parser, const leadscan_body* body,
                                           leadscan_result* result) LEADSCAN_C_NOEXCEPT;

LEADSCAN_C_API const char* leadscan_body_state_name(int32_t state) LEADSCAN_C_NOEXCEPT;

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* LEADSCAN_C_LEADSCAN_H_ */
