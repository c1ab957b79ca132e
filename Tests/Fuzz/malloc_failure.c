// Every allocation of a whole decode and encode fails once: each ends with a clean error, or does without, and keeps no memory.
//
// malloc_failure PNG JPEG: for k = 1 … 200 the k-th allocation after the start of each step is refused. Built by Scripts/test-sanitized.
#include <errno.h>
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
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static atomic_int until_failure;  // 0: none fails
static atomic_long blocks;        // what is allocated and not freed

static int refused(void) {
  int left = atomic_load(&until_failure);
  while (left > 0 && !atomic_compare_exchange_weak(&until_failure, &left, left - 1)) {
  }
  return left == 1;
}

static void *counted(void *block) {
  if (block) atomic_fetch_add(&blocks, 1);
  return block;
}

void *malloc(size_t size) { return refused() ? NULL : counted(__libc_malloc(size)); }
void *calloc(size_t count, size_t size) { return refused() ? NULL : counted(__libc_calloc(count, size)); }
void *memalign(size_t alignment, size_t size) { return refused() ? NULL : counted(__libc_memalign(alignment, size)); }
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **block, size_t alignment, size_t size) {
  *block = memalign(alignment, size);
  return *block ? 0 : ENOMEM;
}

void *realloc(void *block, size_t size) {
  if (!block) return malloc(size);
  return refused() ? NULL : __libc_realloc(block, size);
}

void free(void *block) {
  if (block) atomic_fetch_sub(&blocks, 1);
  __libc_free(block);
}

enum { ROWS = 16 };
static uint8_t rows[ROWS * 4096 * 8];
static const imgconv_engines isal = {0, IMGCONV_LEVEL_BASELINE}, zlib = {1, IMGCONV_LEVEL_BASELINE};
static const imgconv_limits limits = {65535, 1 << 28, 2u << 30, 100, 1000000};

// Both return 1 where all went well, 0 where the error says that memory was refused; anything else is a defect.
static int outcome(const char *step, int k, int succeeded, const imgconv_error *error) {
  if (succeeded && !error->failed) return 1;
  if (!succeeded && error->failed && strcmp(error->code, "io.memory") == 0 && error->message[0]) return 0;
  if (error->failed) fprintf(stderr, "%s [%s]\n", error->message, error->code);
  fprintf(stderr, "%s, allocation %d: %s without %s\n", step, k, succeeded ? "success" : "failure",
          succeeded ? "success" : "an error");
  exit(1);
}

static int decode(const char *path, int is_png, imgconv_engines engines, int k) {
  int descriptor = open(path, O_RDONLY);
  imgconv_error error = {0};
  atomic_store(&until_failure, k);
  imgconv_reader *reader = NULL;
  imgconv_input *input = imgconv_input_open(descriptor, &error);
  if (input) {
    reader = is_png ? imgconv_png_open(input, &limits, IMGCONV_FAIL_ERROR, engines, &error)
                    : imgconv_jpeg_open(input, &limits, IMGCONV_FAIL_ERROR, 0, &error);
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
    imgconv_png_writer *writer = imgconv_png_create(descriptor, &info, NULL, compression, isal, threads, &error);
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

// The step of a number: returns as `outcome`, or -1 where there is no such step.
static int step(int number, char **paths, int k) {
  switch (number) {
    case 0: return decode(paths[0], 1, isal, k);
    case 1: return decode(paths[0], 1, zlib, k);
    case 2: return decode(paths[1], 0, isal, k);
    case 3: return encode(1, IMGCONV_COMPRESS_DEFAULT, 1, k);
    case 4: return encode(1, IMGCONV_COMPRESS_DEFAULT, 2, k);
    case 5: return encode(1, IMGCONV_COMPRESS_SMALL, 1, k);
    case 6: return encode(0, 0, 1, k);
    default: return -1;
  }
}

int main(int count, char **arguments) {
  if (count != 3) return 64;
  int failed = 0, done = 0;
  for (int number = 0; number <= 6; number++) {
    // The first run may fill what the libraries keep for good.
    if (step(number, arguments + 1, 0) != 1) return fprintf(stderr, "step %d fails without a fault\n", number), 1;
    for (int k = 1; k <= 200; k++) {
      long before = atomic_load(&blocks);
      int result = step(number, arguments + 1, k);
      *(result == 1 ? &done : &failed) += 1;
      if (atomic_load(&blocks) == before) continue;
      return fprintf(stderr, "step %d, allocation %d: %ld blocks leak\n", number, k, atomic_load(&blocks) - before), 1;
    }
  }
  printf("%d steps ended with a clean error, %d did without the allocation or made fewer; none kept memory\n", failed, done);
  return failed > 20 ? 0 : 1;
}
