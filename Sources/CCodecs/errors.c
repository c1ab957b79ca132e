#include "errors.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void imgconv_fail(imgconv_error *error, const char *code, const char *format, ...) {
  if (error->failed) return;
  error->failed = 1;
  snprintf(error->code, sizeof error->code, "%s", code);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
}

void imgconv_fail_write(imgconv_error *error, int errno_value) {
  const char *code = errno_value == EPIPE ? CODE_IO_PIPE
                     : errno_value == ENOSPC || errno_value == EDQUOT || errno_value == EFBIG ? CODE_IO_FULL
                                                                                              : CODE_IO_WRITE;
  imgconv_fail(error, code, "writing failed: %s", strerror(errno_value));
}

void imgconv_fail_memory(imgconv_error *error, uint64_t bytes) {
  imgconv_fail(error, CODE_IO_MEMORY, "the system refused %llu bytes of memory", (unsigned long long)bytes);
}
