#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"

// At the current position where `offset` is negative.
static int write_all(int descriptor, const uint8_t *bytes, size_t count, int64_t offset) {
  while (count > 0) {
    ssize_t written = offset < 0 ? write(descriptor, bytes, count) : pwrite(descriptor, bytes, count, (off_t)offset);
    if (written > 0) {
      bytes += written;
      offset += offset < 0 ? 0 : written;
      count -= (size_t)written;
    } else if (written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      struct pollfd wait = {.fd = descriptor, .events = POLLOUT};
      if (poll(&wait, 1, -1) < 0 && errno != EINTR) return errno;
    } else if (written < 0 && errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

int imgconv_write_all(int descriptor, const uint8_t *bytes, size_t count) {
  return write_all(descriptor, bytes, count, -1);
}

int imgconv_output_write(int descriptor, const uint8_t *bytes, size_t count, int64_t offset, imgconv_error *error) {
  int failure = write_all(descriptor, bytes, count, offset);
  if (failure) imgconv_fail_write(error, failure);
  return failure == 0;
}

int64_t imgconv_output_position(int descriptor) {
  struct stat status;
  int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0 || (flags & O_APPEND) || fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return -1;
  return lseek(descriptor, 0, SEEK_CUR);
}

int imgconv_output_seek(int descriptor, int64_t offset, imgconv_error *error) {
  if (lseek(descriptor, (off_t)offset, SEEK_SET) >= 0) return 1;
  imgconv_fail_write(error, errno);
  return 0;
}
