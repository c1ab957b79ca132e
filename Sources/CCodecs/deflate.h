// Deflate in pieces that do not know each other, by ISA-L where it is built in and zlib otherwise.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct imgconv_deflater imgconv_deflater;

// `compression` is one of IMGCONV_COMPRESS_…. NULL when memory runs out.
imgconv_deflater *imgconv_deflater_create(int compression, int zlib_only);
void imgconv_deflater_free(imgconv_deflater *deflater);

// The most bytes that a piece of `count` bytes can take.
size_t imgconv_deflate_bound(size_t count);

// Compresses a piece without looking at those before it. It ends on a byte's border: by an empty block (a full flush), or,
// when it is the `last`, by the end of the stream. Returns the bytes written, 0 on failure.
size_t imgconv_deflate(imgconv_deflater *deflater, const uint8_t *bytes, size_t count, int last, uint8_t *packed,
                       size_t capacity);
