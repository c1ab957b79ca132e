// PNG's row filters (ISO/IEC 15948, clause 9), chosen row by row.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "CCodecs.h"

// Rows to be filtered stand in slots of `imgconv_filter_stride(row_bytes)` bytes, each starting with FILTER_MARGIN zeros and
// ending with zeros after the row: so the pixel left of the first is 0, and vectors may reach over the end.
enum { FILTER_MARGIN = 32 };

static inline size_t imgconv_filter_stride(size_t row_bytes) {
  return FILTER_MARGIN + (row_bytes + FILTER_MARGIN - 1) / FILTER_MARGIN * FILTER_MARGIN;
}

// Filters the row in `slot`, with the one above it in `above`, by the filter whose residuals have the least sum of magnitudes.
// Writes the filter's number and the residuals: 1 + row_bytes bytes, and reaches up to 31 bytes beyond.
typedef void imgconv_filter_row(const uint8_t *slot, const uint8_t *above, size_t row_bytes, size_t pixel_bytes, uint8_t *filtered);

// The function of an IMGCONV_LEVEL_…, which runs here; all do the same.
imgconv_filter_row *imgconv_filter_row_at(int level);
