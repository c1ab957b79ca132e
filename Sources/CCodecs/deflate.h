// Deflate in pieces that do not know each other, by ISA-L where it is built in and zlib otherwise.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct imgconv_deflater imgconv_deflater;

// For pieces of at most `maximum` bytes. `compression` is one of IMGCONV_COMPRESS_…. NULL when memory runs out.
imgconv_deflater *imgconv_deflater_create(int compression, int zlib_only, size_t maximum);
void imgconv_deflater_free(imgconv_deflater *deflater);

// The most bytes that a piece of `count` bytes can take.
size_t imgconv_deflate_bound(size_t count);

// Compresses a piece without looking at those before it. It ends on a byte's border: by an empty block (a full flush), or,
// when it is the `last`, by the end of the stream. `packed` has room for imgconv_deflate_bound(maximum) bytes. Returns the bytes
// written, 0 on failure.
size_t imgconv_deflate(imgconv_deflater *deflater, const uint8_t *bytes, size_t count, int last, uint8_t *packed);

// The Adler-32 of a piece.
uint32_t imgconv_adler32(const imgconv_deflater *deflater, const uint8_t *bytes, size_t count);
