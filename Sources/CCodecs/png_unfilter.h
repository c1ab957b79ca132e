// PNG's row filters undone (ISO/IEC 15948, clause 9).
#pragma once

#include <stddef.h>
#include <stdint.h>

// Turns residuals into samples in place. `above` is the row above, zeros for the first. Returns 0 where there is no such filter.
int imgconv_unfilter_row(int filter, uint8_t *row, const uint8_t *above, size_t row_bytes, size_t pixel_bytes);
