#include "deflate.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "CCodecs.h"

#ifdef IMGCONV_HAVE_ISAL
#include <isa-l/igzip_lib.h>
#endif

// One way to compress a piece.
typedef struct {
  int is_zlib;
  int level;
  int strategy;     // zlib's; for ISA-L the window's size in bits
  size_t divisor;   // it is tried where the ways before it left at most 1/divisor of the piece
} method;

// What is left of a filtered photograph is noise and runs. Matches far away cost such data more than they save, with a greedy search
// above all: with a window of 4 bytes, that is runs of one pixel, ISA-L makes them smaller by a tenth, and as small as zlib's level 6
// within 3 %. What was drawn shrinks further and has matches.
enum { RUNS_WINDOW = 2, WHOLE_WINDOW = 15 };
static const method isal_fast[] = {{0, 1, RUNS_WINDOW, 1}};
static const method isal_default[] = {{0, 1, RUNS_WINDOW, 1}, {0, 1, WHOLE_WINDOW, 8}};
static const method isal_small[] = {{0, 1, RUNS_WINDOW, 1}, {1, 9, Z_DEFAULT_STRATEGY, 1}};
static const method zlib_fast[] = {{1, 1, Z_RLE, 1}};
static const method zlib_default[] = {{1, 1, Z_RLE, 1}, {1, 6, Z_DEFAULT_STRATEGY, 3}};
static const method zlib_small[] = {{1, 1, Z_RLE, 1}, {1, 9, Z_DEFAULT_STRATEGY, 1}};

enum { MAXIMUM_METHODS = 2 };
#define METHODS(list) (*count = sizeof list / sizeof *list, list)

static const method *methods_of(int compression, int zlib_only, size_t *count) {
  switch (compression) {
    case IMGCONV_COMPRESS_FAST: return zlib_only ? METHODS(zlib_fast) : METHODS(isal_fast);
    case IMGCONV_COMPRESS_SMALL: return zlib_only ? METHODS(zlib_small) : METHODS(isal_small);
    default: return zlib_only ? METHODS(zlib_default) : METHODS(isal_default);
  }
}

struct imgconv_deflater {
  const method *methods;
  size_t method_count, capacity;
  uint8_t *spare;                 // for a second way's result
  z_stream zlib[MAXIMUM_METHODS]; // of the ways that are zlib's, once `state` is set
#ifdef IMGCONV_HAVE_ISAL
  struct isal_zstream isal;
  uint8_t *isal_buffer;
#endif
};

#ifdef IMGCONV_HAVE_ISAL
static size_t deflate_isal(imgconv_deflater *deflater, const method *method, const uint8_t *bytes, size_t count, int last,
                           uint8_t *packed) {
  struct isal_zstream *stream = &deflater->isal;
  isal_deflate_init(stream);
  stream->level = (uint32_t)method->level;
  stream->level_buf = deflater->isal_buffer;
  stream->level_buf_size = ISAL_DEF_LVL1_DEFAULT;
  stream->hist_bits = (uint32_t)method->strategy;
  stream->next_in = (uint8_t *)bytes;
  stream->avail_in = (uint32_t)count;
  stream->next_out = packed;
  stream->avail_out = (uint32_t)deflater->capacity;
  stream->end_of_stream = last != 0;
  stream->flush = last ? NO_FLUSH : FULL_FLUSH;
  if (isal_deflate(stream) != COMP_OK || stream->avail_in != 0 || stream->avail_out == 0) return 0;
  return deflater->capacity - stream->avail_out;
}
#endif

static size_t deflate_zlib(imgconv_deflater *deflater, z_stream *stream, const uint8_t *bytes, size_t count, int last,
                           uint8_t *packed) {
  if (deflateReset(stream) != Z_OK) return 0;
  stream->next_in = (Bytef *)bytes;
  stream->avail_in = (uInt)count;
  stream->next_out = packed;
  stream->avail_out = (uInt)deflater->capacity;
  int status = deflate(stream, last ? Z_FINISH : Z_FULL_FLUSH);
  if (status != (last ? Z_STREAM_END : Z_OK) || stream->avail_in != 0 || stream->avail_out == 0) return 0;
  return deflater->capacity - stream->avail_out;
}

imgconv_deflater *imgconv_deflater_create(int compression, int zlib_only, size_t maximum) {
  imgconv_deflater *deflater = calloc(1, sizeof *deflater);
  if (!deflater) return NULL;
#ifndef IMGCONV_HAVE_ISAL
  zlib_only = 1;
#endif
  deflater->methods = methods_of(compression, zlib_only, &deflater->method_count);
  deflater->capacity = imgconv_deflate_bound(maximum);
  int complete = 1;
  if (deflater->method_count > 1) complete = (deflater->spare = malloc(deflater->capacity)) != NULL;
  for (size_t i = 0; complete && i < deflater->method_count; i++) {
    const method *method = &deflater->methods[i];
    if (method->is_zlib) {
      complete = deflateInit2(&deflater->zlib[i], method->level, Z_DEFLATED, -15, 9, method->strategy) == Z_OK;
    }
#ifdef IMGCONV_HAVE_ISAL
    if (!method->is_zlib && !deflater->isal_buffer) {
      complete = (deflater->isal_buffer = malloc(ISAL_DEF_LVL1_DEFAULT)) != NULL;
    }
#endif
  }
  if (complete) return deflater;
  imgconv_deflater_free(deflater);
  return NULL;
}

void imgconv_deflater_free(imgconv_deflater *deflater) {
  if (!deflater) return;
  for (size_t i = 0; i < deflater->method_count; i++) {
    if (deflater->zlib[i].state) deflateEnd(&deflater->zlib[i]);
  }
#ifdef IMGCONV_HAVE_ISAL
  free(deflater->isal_buffer);
#endif
  free(deflater->spare);
  free(deflater);
}

// Stored blocks take 5 bytes for each 16 KiB at worst; a flush, the end and a partial byte take a few more.
size_t imgconv_deflate_bound(size_t count) { return count + count / 1024 + 512; }

size_t imgconv_deflate(imgconv_deflater *deflater, const uint8_t *bytes, size_t count, int last, uint8_t *packed) {
  size_t least = 0;
  for (size_t i = 0; i < deflater->method_count; i++) {
    const method *method = &deflater->methods[i];
    if (i > 0 && least > count / method->divisor) continue;
    uint8_t *target = i == 0 ? packed : deflater->spare;
    size_t size = 0;
    if (method->is_zlib) size = deflate_zlib(deflater, &deflater->zlib[i], bytes, count, last, target);
#ifdef IMGCONV_HAVE_ISAL
    if (!method->is_zlib) size = deflate_isal(deflater, method, bytes, count, last, target);
#endif
    if (size == 0) return 0;
    if (i > 0 && size < least) memcpy(packed, target, size);
    if (i == 0 || size < least) least = size;
  }
  return least;
}

uint32_t imgconv_adler32(const imgconv_deflater *deflater, const uint8_t *bytes, size_t count) {
#ifdef IMGCONV_HAVE_ISAL
  if (deflater->isal_buffer) return isal_adler32(1, bytes, count);
#endif
  (void)deflater;
  return (uint32_t)adler32(1, bytes, (uInt)count);
}
