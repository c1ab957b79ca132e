// The image data of PNG files whose samples are stored as they are delivered: 8 or 16 bits, no palette, no transparent colour,
// not interlaced. ISA-L inflates them well faster than libpng's way through zlib, a row a call. libpng reads all that stands
// before them, and remains the reader for every other kind and where ISA-L is not built in.
//
// Whatever a file holds, both give the same pixels or both refuse it, but for two kinds of damage that cost no pixel: this reader finds a
// wrong Adler-32 also in chunks behind the one where the pixels end, and takes incomplete sets of deflate codes whose missing codes
// are not used.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "reader.h"

typedef struct imgconv_png_data imgconv_png_data;

// Takes over behind the header of the first IDAT chunk, of `length` bytes. NULL where memory runs out or ISA-L is not built in.
imgconv_png_data *imgconv_png_data_create(imgconv_reader *reader, size_t row_bytes, size_t pixel_bytes, uint32_t length,
                                          int level);
void imgconv_png_data_free(imgconv_png_data *data);

// The steps of imgconv_reader.
uint32_t imgconv_png_data_decode(imgconv_png_data *data, uint8_t *rows, uint32_t count);
void imgconv_png_data_finish(imgconv_png_data *data);
