#include "orientation.h"

#include <string.h>

// Columns copied at a time: where rows become columns, the stored rows of one block stay in the cache for all rows asked for.
enum { BLOCK = 32 };

static inline __attribute__((always_inline)) void copy_block(
  const uint8_t *from, ptrdiff_t right, ptrdiff_t down, uint8_t *to, size_t row_bytes, uint32_t columns, uint32_t rows,
  size_t pixel_bytes) {
  for (uint32_t y = 0; y < rows; y++) {
    const uint8_t *source = from + down * (ptrdiff_t)y;
    uint8_t *target = to + row_bytes * y;
    for (uint32_t x = 0; x < columns; x++) {
      memcpy(target, source, pixel_bytes);
      source += right;
      target += pixel_bytes;
    }
  }
}

void imgconv_copy_oriented(const imgconv_oriented *image, uint32_t first, uint32_t count, uint8_t *rows) {
  ptrdiff_t pixel = (ptrdiff_t)image->pixel_bytes;
  ptrdiff_t row = pixel * image->width;
  ptrdiff_t last_column = pixel * (ptrdiff_t)(image->width - 1), last_row = row * (ptrdiff_t)(image->height - 1);
  // Where the seen image's top left pixel is stored, and the steps that one pixel right and one pixel down take.
  struct { ptrdiff_t start, right, down; } const steps[8] = {
    {0, pixel, row},
    {last_column, -pixel, row},
    {last_row + last_column, -pixel, -row},
    {last_row, pixel, -row},
    {0, row, pixel},
    {last_row, -row, pixel},
    {last_row + last_column, -row, -pixel},
    {last_column, row, -pixel},
  };
  ptrdiff_t start = steps[image->orientation - 1].start;
  ptrdiff_t right = steps[image->orientation - 1].right, down = steps[image->orientation - 1].down;
  uint32_t width = image->orientation >= 5 ? image->height : image->width;
  size_t row_bytes = (size_t)width * image->pixel_bytes;
  if (image->orientation == 1) {
    memcpy(rows, image->bytes + (size_t)first * row_bytes, (size_t)count * row_bytes);
    return;
  }
  for (uint32_t x = 0; x < width; x += BLOCK) {
    uint32_t columns = width - x < BLOCK ? width - x : BLOCK;
    const uint8_t *from = image->bytes + start + right * (ptrdiff_t)x + down * (ptrdiff_t)first;
    uint8_t *to = rows + (size_t)x * image->pixel_bytes;
    switch (image->pixel_bytes) {
      case 1: copy_block(from, right, down, to, row_bytes, columns, count, 1); break;
      case 2: copy_block(from, right, down, to, row_bytes, columns, count, 2); break;
      case 3: copy_block(from, right, down, to, row_bytes, columns, count, 3); break;
      case 4: copy_block(from, right, down, to, row_bytes, columns, count, 4); break;
      case 6: copy_block(from, right, down, to, row_bytes, columns, count, 6); break;
      case 8: copy_block(from, right, down, to, row_bytes, columns, count, 8); break;
    }
  }
}

void imgconv_mirror_rows(uint8_t *rows, uint32_t width, uint32_t count, size_t pixel_bytes) {
  for (uint32_t y = 0; y < count; y++) {
    uint8_t *left = rows + (size_t)y * width * pixel_bytes;
    uint8_t *right = left + (size_t)(width - 1) * pixel_bytes;
    for (; left < right; left += pixel_bytes, right -= pixel_bytes) {
      uint8_t pixel[8];
      memcpy(pixel, left, pixel_bytes);
      memcpy(left, right, pixel_bytes);
      memcpy(right, pixel, pixel_bytes);
    }
  }
}
