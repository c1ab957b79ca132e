// Bytes out to a descriptor.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Writes all bytes, whatever signals interrupt it. Returns 0, or the errno of the failure.
int imgconv_write_all(int descriptor, const uint8_t *bytes, size_t count);
