// The ancillary PNG chunks that are kept, read and written byte for byte instead of through libpng's colour management.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "reader.h"

// Takes one ancillary chunk in; what does not matter here, or comes twice, is passed over, what is malformed is reported
// as a warning. Returns 0 where the policy makes that fail.
int imgconv_png_take_chunk(imgconv_reader *reader, const char name[5], const uint8_t *data, size_t length);
