// PNG's byte order.
#pragma once

#include <stdint.h>

static inline uint32_t imgconv_big_endian(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static inline void imgconv_put_big_endian(uint8_t *bytes, uint32_t value) {
  for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(value >> (24 - 8 * i));
}

// Whether 16-bit samples in memory have to be swapped to be PNG's.
static inline int imgconv_swaps_samples(void) {
  const uint16_t one = 1;
  return *(const uint8_t *)&one == 1;
}
