// Tiles by Fourier transforms on 64-bit ARM: NEON, vectors of 16 bytes.
#if defined(__aarch64__)
#include "levels.h"

#define FOURIER_TABLE imgconv_fourier_neon
#define VECTOR_BYTES 16
#include "fourier.h"
#endif
