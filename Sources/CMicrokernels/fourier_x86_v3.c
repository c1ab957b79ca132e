// Tiles by Fourier transforms on x86-64-v3: AVX2 and FMA, vectors of 32 bytes.
#if defined(__x86_64__)
#include "levels.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define FOURIER_TABLE imgconv_fourier_x86_v3
#define VECTOR_BYTES 32
#include "fourier.h"

#pragma clang attribute pop
#endif
