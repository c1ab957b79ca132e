#include "input.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"

enum { BUFFER_BYTES = 64 * 1024 };

static imgconv_input *allocate(size_t capacity, imgconv_error *error) {
  imgconv_input *input = calloc(1, sizeof *input);
  uint8_t *buffer = malloc(capacity ? capacity : 1);
  if (!input || !buffer) {
    free(input);
    free(buffer);
    imgconv_fail_memory(error, capacity);
    return NULL;
  }
  input->buffer = buffer;
  input->capacity = capacity;
  return input;
}

imgconv_input *imgconv_input_open(int descriptor, imgconv_error *error) {
  imgconv_input *input = allocate(BUFFER_BYTES, error);
  if (!input) return NULL;
  input->descriptor = descriptor;
  input->size = -1;
  struct stat status;
  if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
    off_t position = lseek(descriptor, 0, SEEK_CUR);
    if (position >= 0 && position <= status.st_size) input->size = status.st_size - position;
  }
  return input;
}

imgconv_input *imgconv_input_copy(const uint8_t *bytes, size_t count, imgconv_error *error) {
  imgconv_input *input = allocate(count, error);
  if (!input) return NULL;
  if (count) memcpy(input->buffer, bytes, count);
  input->descriptor = -1;
  input->end = count;
  input->ended = 1;
  input->size = (int64_t)count;
  return input;
}

void imgconv_input_close(imgconv_input *input) {
  if (!input) return;
  free(input->buffer);
  free(input);
}

int64_t imgconv_input_size(const imgconv_input *input) { return input->size; }

// One read(2), repeated while signals interrupt it or a pipe that does not block has nothing yet. Returns 0 at the end and on failure.
static size_t read_some(imgconv_input *input, uint8_t *bytes, size_t count) {
  if (input->ended) return 0;
  for (;;) {
    ssize_t got = read(input->descriptor, bytes, count);
    if (got > 0) return (size_t)got;
    if (got < 0 && errno == EINTR) continue;
    struct pollfd wait = {.fd = input->descriptor, .events = POLLIN};
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) && (poll(&wait, 1, -1) > 0 || errno == EINTR)) continue;
    input->ended = 1;
    if (got < 0) input->failure = errno;
    return 0;
  }
}

size_t imgconv_input_fill(imgconv_input *input) {
  if (input->begin == input->end && !input->ended) {
    input->begin = 0;
    input->end = read_some(input, input->buffer, input->capacity);
  }
  return input->end - input->begin;
}

size_t imgconv_input_take(imgconv_input *input, uint8_t *bytes, size_t count) {
  size_t taken = 0;
  while (taken < count) {
    size_t wanted = count - taken;
    size_t ready = input->end - input->begin;
    if (ready == 0 && wanted >= input->capacity && !input->ended) {
      size_t got = read_some(input, bytes + taken, wanted);
      if (got == 0) break;
      taken += got;
      continue;
    }
    if (ready == 0 && (ready = imgconv_input_fill(input)) == 0) break;
    size_t part = ready < wanted ? ready : wanted;
    memcpy(bytes + taken, input->buffer + input->begin, part);
    input->begin += part;
    taken += part;
  }
  return taken;
}

static void report_failure(const imgconv_input *input, imgconv_error *error) {
  if (input->failure == EISDIR) {
    imgconv_fail(error, CODE_UNSUPPORTED, "it is a folder; expected a file");
  } else if (input->failure) {
    imgconv_fail(error, CODE_IO_READ, "reading failed: %s", strerror(input->failure));
  }
}

size_t imgconv_input_peek(imgconv_input *input, uint8_t *bytes, size_t count, imgconv_error *error) {
  // Pipes hand over what they have: read on until there is enough. The buffer begins at 0 before anything is consumed.
  while (input->end - input->begin < count && !input->ended && input->end < input->capacity) {
    input->end += read_some(input, input->buffer + input->end, input->capacity - input->end);
  }
  size_t ready = input->end - input->begin;
  if (ready > count) ready = count;
  memcpy(bytes, input->buffer + input->begin, ready);
  report_failure(input, error);
  return ready;
}

size_t imgconv_input_read(imgconv_input *input, uint8_t *bytes, size_t count, imgconv_error *error) {
  size_t taken = imgconv_input_take(input, bytes, count);
  if (taken < count) report_failure(input, error);
  return taken;
}
