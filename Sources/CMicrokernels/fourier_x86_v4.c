// Tiles by Fourier transforms on x86-64-v4: AVX-512, vectors of 64 bytes.
#if defined(__x86_64__)
#include "levels.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)

#define FOURIER_TABLE imgconv_fourier_x86_v4
#define VECTOR_BYTES 64
#include "fourier.h"

#pragma clang attribute pop
#endif
