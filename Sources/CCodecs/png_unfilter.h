// PNG's row filters undone (ISO/IEC 15948, clause 9).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "CCodecs.h"

// Turns residuals into samples in place. `above` is the row above, zeros for the first. Returns 0 where there is no such filter.
typedef int imgconv_unfilter_row(int filter, uint8_t *row, const uint8_t *above, size_t row_bytes, size_t pixel_bytes);

// The function of an IMGCONV_LEVEL_…, which runs here; all do the same.
imgconv_unfilter_row *imgconv_unfilter_row_at(int level);
