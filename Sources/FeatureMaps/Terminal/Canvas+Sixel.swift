extension Canvas {
  /// The picture as sixels: six rows of pixels a band, one run of characters for each colour in it.
  ///
  /// Colours are 6 shades of red, 7 of green and 6 of blue; errors are handed on to the right and below (Floyd and Steinberg, 1976).
  /// The format is that of the VT330/VT340 Programmer Reference Manual, volume 2, chapter 14.
  public func sixels() -> [UInt8] {
    let indices = ditheredIndices()
    var bytes = Array("\u{1B}P0;1q\"1;1;\(width);\(height)".utf8)
    for index in Set(indices).sorted() {
      let shades = SixelPalette.shares(index).map { Int(($0 * 100).rounded()) }
      bytes += Array("#\(index);2;\(shades[0]);\(shades[1]);\(shades[2])".utf8)
    }
    for top in stride(from: 0, to: height, by: 6) {
      let rows = top..<min(top + 6, height)
      // For each colour of the band, six bits a column.
      var columns: [Int: [UInt8]] = [:]
      for y in rows {
        for x in 0..<width {
          columns[indices[y * width + x], default: Array(repeating: 0, count: width)][x] |= 1 << UInt8(y - top)
        }
      }
      for (index, bits) in columns.sorted(by: { $0.key < $1.key }) {
        bytes += Array("#\(index)".utf8)
        Self.appendRuns(of: bits, to: &bytes)
        bytes.append(UInt8(ascii: "$"))
      }
      bytes.append(UInt8(ascii: "-"))
    }
    return bytes + Array("\u{1B}\\".utf8)
  }

  /// Equal columns in a row as `!COUNT`, where that is shorter.
  private static func appendRuns(of bits: [UInt8], to bytes: inout [UInt8]) {
    var start = 0
    while start < bits.count {
      var end = start + 1
      while end < bits.count, bits[end] == bits[start] { end += 1 }
      let character = 63 + bits[start]
      if end - start > 3 {
        bytes += Array("!\(end - start)".utf8) + [character]
      } else {
        bytes += Array(repeating: character, count: end - start)
      }
      start = end
    }
  }

  /// The colours of the palette, pixel by pixel.
  private func ditheredIndices() -> [Int] {
    var indices = Array(repeating: 0, count: width * height)
    // Errors of this row and the next, three a pixel, with a pixel more on either side.
    var errors = (
      now: Array(repeating: 0.0, count: 3 * (width + 2)), below: Array(repeating: 0.0, count: 3 * (width + 2))
    )
    for y in 0..<height {
      for x in 0..<width {
        let color = self[x, y]
        let wanted = [color.red, color.green, color.blue].enumerated()
          .map { Double($1) / 255 + errors.now[3 * (x + 1) + $0] }
        let index = SixelPalette.index(wanted)
        indices[y * width + x] = index
        for (channel, share) in SixelPalette.shares(index).enumerated() {
          let error = wanted[channel] - share
          errors.now[3 * (x + 2) + channel] += error * 7 / 16
          errors.below[3 * x + channel] += error * 3 / 16
          errors.below[3 * (x + 1) + channel] += error * 5 / 16
          errors.below[3 * (x + 2) + channel] += error / 16
        }
      }
      errors = (errors.below, Array(repeating: 0, count: errors.now.count))
    }
    return indices
  }
}

/// 252 colours: 6 shades of red, 7 of green and 6 of blue.
private enum SixelPalette {
  private static let shades = [6, 7, 6]

  /// The index of the colour nearest to red, green and blue in 0…1; values beyond are as the end of the range.
  static func index(_ wanted: [Double]) -> Int {
    var index = 0
    for (value, count) in zip(wanted, shades) {
      index = index * count + Int((min(max(value, 0), 1) * Double(count - 1)).rounded())
    }
    return index
  }

  /// Red, green and blue of an index, in 0…1.
  static func shares(_ index: Int) -> [Double] {
    [Double(index / 42) / 5, Double(index / 6 % 7) / 6, Double(index % 6) / 5]
  }
}
