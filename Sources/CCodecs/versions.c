#include <png.h>
#include <stdio.h>
#include <zlib.h>

#include <jpeglib.h>

#include "CCodecs.h"

#ifdef IMGCONV_HAVE_ISAL
#include <isa-l.h>
#endif

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

const char *imgconv_version_libpng(void) { return png_get_libpng_ver(NULL); }

const char *imgconv_version_zlib(void) { return zlibVersion(); }

// The library has no function for it: the header it was built with says it.
const char *imgconv_version_libjpeg(void) {
#ifdef LIBJPEG_TURBO_VERSION
  return TEXT(LIBJPEG_TURBO_VERSION);
#else
  return TEXT(JPEG_LIB_VERSION);
#endif
}

const char *imgconv_version_isal(void) {
#ifdef IMGCONV_HAVE_ISAL
  return TEXT(ISAL_MAJOR_VERSION) "." TEXT(ISAL_MINOR_VERSION) "." TEXT(ISAL_PATCH_VERSION);
#else
  return NULL;
#endif
}
