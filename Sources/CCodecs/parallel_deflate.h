// Rows in, pieces of a zlib stream out: filtered and compressed on several threads, handed back in order.
//
// The rows are cut into pieces of about 256 KiB that are filtered and deflated each on its own, so the bytes do not depend on
// the number of threads, and what is held is a few pieces a thread whatever the height of the image.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "CCodecs.h"

typedef struct imgconv_compressor imgconv_compressor;

typedef struct {
  size_t row_bytes, pixel_bytes;
  uint32_t height;
  int swaps_bytes;  // 16-bit samples stand in the machine's order, which is not PNG's
  int compression, threads;
  imgconv_engines engines;
} imgconv_compressor_options;

// NULL when memory or threads run out.
imgconv_compressor *imgconv_compressor_create(const imgconv_compressor_options *options);
void imgconv_compressor_free(imgconv_compressor *compressor);

// Copies rows in. Returns how many were taken: fewer than `count` when a finished piece has to be collected first.
uint32_t imgconv_compressor_put(imgconv_compressor *compressor, const uint8_t *rows, uint32_t count);

// The next piece of the zlib stream, valid until the next call; waits for it. NULL where none is under way, or with `*failed`.
const uint8_t *imgconv_compressor_collect(imgconv_compressor *compressor, size_t *count, int *failed);
