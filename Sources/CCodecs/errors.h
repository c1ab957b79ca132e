// The stable words for what can go wrong, and how an error is filled in.
#pragma once

#include "CCodecs.h"

#define CODE_IO_READ "io.read"
#define CODE_IO_WRITE "io.write"
#define CODE_IO_FULL "io.full"
#define CODE_IO_MEMORY "io.memory"
#define CODE_IO_PIPE "io.pipe"
#define CODE_UNSUPPORTED "format.unsupported"
#define CODE_PNG_CRC "png.crc"
#define CODE_PNG_TRUNCATED "png.truncated"
#define CODE_PNG_CORRUPT "png.corrupt"
#define CODE_PNG_WARNING "png.warning"
#define CODE_JPEG_TRUNCATED "jpeg.truncated"
#define CODE_JPEG_CORRUPT "jpeg.corrupt"
#define CODE_JPEG_WARNING "jpeg.warning"
#define CODE_LIMIT_PIXELS "limit.pixels"
#define CODE_LIMIT_DIMENSION "limit.dimension"
#define CODE_LIMIT_MEMORY "limit.memory"
#define CODE_LIMIT_SCANS "limit.scans"
#define CODE_LIMIT_CHUNK "limit.chunk"
#define CODE_ENCODER "encode.failed"

// Sets `error` unless it is set already: the first failure is the cause of those that follow.
void imgconv_fail(imgconv_error *error, const char *code, const char *format, ...)
  __attribute__((format(printf, 3, 4)));

// The failure of a write, told apart by errno: a full disk, a closed pipe, or another.
void imgconv_fail_write(imgconv_error *error, int errno_value);

// The failure of malloc for `bytes` bytes.
void imgconv_fail_memory(imgconv_error *error, uint64_t bytes);
