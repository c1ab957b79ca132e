// Every allocation of a whole decode and encode fails once: each ends with a clean error, or does without.
//
// malloc_failure PNG JPEG: for k = 1 … 200 the k-th allocation after the start of each step is refused. Built by Scripts/test-sanitized.
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "CCodecs.h"

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static atomic_int until_failure;  // 0: none fails

static int refused(void) {
  int left = atomic_load(&until_failure);
  while (left > 0 && !atomic_compare_exchange_weak(&until_failure, &left, left - 1)) {
  }
  return left == 1;
}

void *malloc(size_t size) { return refused() ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return refused() ? NULL : __libc_calloc(count, size); }
void *realloc(void *block, size_t size) { return refused() ? NULL : __libc_realloc(block, size); }

enum { ROWS = 16 };
static uint8_t rows[ROWS * 4096 * 8];
static const imgconv_limits limits = {65535, 1 << 28, 2u << 30, 100, 1000000};

// Both return 1 where all went well, 0 with an error that has a code; anything else is a defect.
static int outcome(const char *step, int k, int succeeded, const imgconv_error *error) {
  if (succeeded && !error->failed) return 1;
  if (!succeeded && error->failed && error->code[0] && error->message[0]) return 0;
  fprintf(stderr, "%s, allocation %d: %s without %s\n", step, k, succeeded ? "success" : "failure",
          succeeded ? "success" : "an error");
  exit(1);
}

static int decode(const char *path, int is_png, int zlib_only, int k) {
  int descriptor = open(path, O_RDONLY);
  imgconv_error error = {0};
  atomic_store(&until_failure, k);
  imgconv_reader *reader = NULL;
  imgconv_input *input = imgconv_input_open(descriptor, &error);
  if (input) {
    reader = is_png ? imgconv_png_open(input, &limits, IMGCONV_FAIL_ERROR, zlib_only, &error)
                    : imgconv_jpeg_open(input, &limits, IMGCONV_FAIL_ERROR, &error);
  }
  int64_t got = reader ? 1 : -1;
  while (got > 0) got = imgconv_reader_read(reader, rows, ROWS, &error);
  atomic_store(&until_failure, 0);
  imgconv_reader_close(reader);
  close(descriptor);
  return outcome(path, k, got == 0, &error);
}

static int encode(int is_png, int compression, int threads, int k) {
  int descriptor = open("/dev/null", O_WRONLY);
  imgconv_error error = {0};
  imgconv_output_info info = {.width = 600, .height = 400, .channels = 3, .depth = 8, .color.rendering_intent = -1};
  atomic_store(&until_failure, k);
  int done = 0;
  if (is_png) {
    imgconv_png_writer *writer = imgconv_png_create(descriptor, &info, NULL, compression, 0, threads, &error);
    done = writer != NULL;
    for (uint32_t row = 0; done && row < info.height; row += ROWS) done = imgconv_png_write(writer, rows, ROWS, &error);
    if (done) done = imgconv_png_finish(writer, &error);
    atomic_store(&until_failure, 0);
    imgconv_png_close(writer);
  } else {
    imgconv_jpeg_writer *writer = imgconv_jpeg_create(descriptor, &info, NULL, 90, &error);
    done = writer != NULL;
    for (uint32_t row = 0; done && row < info.height; row += ROWS) done = imgconv_jpeg_write(writer, rows, ROWS, &error);
    if (done) done = imgconv_jpeg_finish(writer, &error);
    atomic_store(&until_failure, 0);
    imgconv_jpeg_close(writer);
  }
  close(descriptor);
  return outcome(is_png ? "writing PNG" : "writing JPEG", k, done, &error);
}

int main(int count, char **arguments) {
  if (count != 3) return 64;
  int failed = 0, done = 0;
  for (int k = 0; k <= 200; k++) {
    int results[] = {
        decode(arguments[1], 1, 0, k), decode(arguments[1], 1, 1, k), decode(arguments[2], 0, 0, k),
        encode(1, IMGCONV_COMPRESS_DEFAULT, 1, k), encode(1, IMGCONV_COMPRESS_DEFAULT, 2, k),
        encode(1, IMGCONV_COMPRESS_SMALL, 1, k), encode(0, 0, 1, k),
    };
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
      if (k == 0 && !results[i]) return fprintf(stderr, "step %zu fails without a fault\n", i), 1;
      *(results[i] ? &done : &failed) += 1;
    }
  }
  printf("%d steps ended with a clean error, %d did without the allocation or made fewer\n", failed, done);
  return failed > 20 ? 0 : 1;
}
