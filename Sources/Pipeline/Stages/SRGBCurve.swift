#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The transfer curve of sRGB, piecewise and exact (IEC 61966-2-1:1999).
///
/// Both directions work on 0…1 and go on beyond it: values above 1 follow the same power, values below 0 mirror those above.
enum SRGBCurve {
  /// Linear light from a stored value.
  static func decode(_ value: Double) -> Double {
    let magnitude = abs(value)
    let linear = magnitude <= 0.04045 ? magnitude / 12.92 : pow((magnitude + 0.055) / 1.055, 2.4)
    return value < 0 ? -linear : linear
  }

  /// The stored value from linear light; the inverse of `decode`.
  static func encode(_ value: Double) -> Double {
    let magnitude = abs(value)
    let stored = magnitude <= 0.0031308 ? magnitude * 12.92 : 1.055 * pow(magnitude, 1 / 2.4) - 0.055
    return value < 0 ? -stored : stored
  }
}
