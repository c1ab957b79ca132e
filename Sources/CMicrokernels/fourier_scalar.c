// Tiles by Fourier transforms one number at a time: the twin that every machine runs.
#include "levels.h"

#define FOURIER_TABLE imgconv_fourier_scalar
#define VECTOR_BYTES 8
#include "fourier.h"
