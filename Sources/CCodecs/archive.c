// What a zip archive needs of zlib.
#include <zlib.h>

#include "CCodecs.h"

int imgconv_inflate(const uint8_t *packed, size_t packed_count, uint8_t *bytes, size_t count) {
  if (packed_count > UINT32_MAX || count > UINT32_MAX) return 0;
  z_stream stream = {.next_in = (Bytef *)packed, .avail_in = (uInt)packed_count};
  if (inflateInit2(&stream, -15) != Z_OK) return 0;
  stream.next_out = bytes;
  stream.avail_out = (uInt)count;
  int status = inflate(&stream, Z_FINISH);
  int exact = status == Z_STREAM_END && stream.avail_out == 0;
  inflateEnd(&stream);
  return exact;
}

uint32_t imgconv_crc32(uint32_t before, const uint8_t *bytes, size_t count) {
  return (uint32_t)crc32_z(before, bytes, count);
}
