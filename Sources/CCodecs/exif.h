// The few EXIF entries that matter here: orientation and resolution.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct {
  int orientation;           // 1…8; 1 where nothing is said
  double x_per_metre, y_per_metre;  // 0 where nothing is said
} imgconv_exif;

// Reads a TIFF structure ("II*\0…" or "MM\0*…"). Whatever is malformed is taken as absent.
imgconv_exif imgconv_exif_parse(const uint8_t *tiff, size_t length);
