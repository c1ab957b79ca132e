#include "exif.h"

// Exif 2.32, section 4.6: tags of the 0th IFD.
enum { TAG_ORIENTATION = 0x0112, TAG_X_RESOLUTION = 0x011A, TAG_Y_RESOLUTION = 0x011B, TAG_RESOLUTION_UNIT = 0x0128 };
enum { TYPE_SHORT = 3, TYPE_RATIONAL = 5, UNIT_INCH = 2, UNIT_CENTIMETRE = 3 };

typedef struct {
  const uint8_t *bytes;
  size_t length;
  int big_endian;
} tiff_view;

static uint32_t number(tiff_view view, size_t offset, int size) {
  if (offset > view.length || view.length - offset < (size_t)size) return 0;
  uint32_t value = 0;
  for (int i = 0; i < size; i++) {
    value = value << 8 | view.bytes[offset + (size_t)(view.big_endian ? i : size - 1 - i)];
  }
  return value;
}

static double rational(tiff_view view, size_t offset) {
  uint32_t denominator = number(view, offset + 4, 4);
  return denominator ? (double)number(view, offset, 4) / denominator : 0;
}

imgconv_exif imgconv_exif_parse(const uint8_t *tiff, size_t length) {
  imgconv_exif result = {1, 0, 0};
  if (length < 8) return result;
  tiff_view view = {tiff, length, tiff[0] == 'M'};
  if (tiff[0] != tiff[1] || (tiff[0] != 'I' && tiff[0] != 'M') || number(view, 2, 2) != 42) return result;
  size_t directory = number(view, 4, 4);
  uint32_t entries = number(view, directory, 2);
  uint32_t unit = UNIT_INCH;
  double x = 0, y = 0;
  for (uint32_t i = 0; i < entries; i++) {
    size_t entry = directory + 2 + 12 * (size_t)i;
    if (entry > length || length - entry < 12) break;
    uint32_t type = number(view, entry + 2, 2);
    uint32_t small = number(view, entry + 8, 2);
    uint32_t offset = number(view, entry + 8, 4);
    switch (number(view, entry, 2)) {
      case TAG_ORIENTATION:
        if (type == TYPE_SHORT && small >= 1 && small <= 8) result.orientation = (int)small;
        break;
      case TAG_RESOLUTION_UNIT:
        if (type == TYPE_SHORT) unit = small;
        break;
      case TAG_X_RESOLUTION:
        if (type == TYPE_RATIONAL) x = rational(view, offset);
        break;
      case TAG_Y_RESOLUTION:
        if (type == TYPE_RATIONAL) y = rational(view, offset);
        break;
    }
  }
  double per_metre = unit == UNIT_INCH ? 1 / 0.0254 : unit == UNIT_CENTIMETRE ? 100 : 0;
  if (x > 0 && y > 0 && per_metre > 0) {
    result.x_per_metre = x * per_metre;
    result.y_per_metre = y * per_metre;
  }
  return result;
}
