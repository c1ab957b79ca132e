// Buffered bytes from a descriptor or from memory.
#pragma once

#include "CCodecs.h"

struct imgconv_input {
  int descriptor;      // -1: the buffer holds everything
  uint8_t *buffer;
  size_t capacity;
  size_t begin, end;   // the bytes of `buffer` not consumed yet
  int ended;           // no more bytes will come
  int failure;         // errno of a read that failed, or 0
  int64_t size;
};

// Makes at least one byte available in `begin..<end`. Returns how many there are; 0 at the end or on failure.
size_t imgconv_input_fill(imgconv_input *input);
// Copies and consumes up to `count` bytes; fewer only at the end or on failure.
size_t imgconv_input_take(imgconv_input *input, uint8_t *bytes, size_t count);
