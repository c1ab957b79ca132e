// The eight EXIF orientations as views of one stored image.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct {
  const uint8_t *bytes;
  uint32_t width, height;  // as stored
  size_t pixel_bytes;      // 1, 2, 3, 4, 6 or 8
  int orientation;
} imgconv_oriented;

// Copies `count` rows, from row `first` on, of the image as it is to be seen.
void imgconv_copy_oriented(const imgconv_oriented *image, uint32_t first, uint32_t count, uint8_t *rows);

// Mirrors rows left to right in place.
void imgconv_mirror_rows(uint8_t *rows, uint32_t width, uint32_t count, size_t pixel_bytes);
