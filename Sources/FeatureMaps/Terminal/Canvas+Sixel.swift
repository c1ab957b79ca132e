extension Canvas {
  /// The picture as sixels: six rows of pixels a band, one run of characters for each colour in it.
  ///
  /// Colours are 6 shades of red, 7 of green and 6 of blue, dithered.
  /// The format is that of the VT330/VT340 Programmer Reference Manual, volume 2, chapter 14.
  public func sixels() -> [UInt8] {
    let indices = dithered(nearest: SixelPalette.index, color: SixelPalette.color)
    var bytes = Array("\u{1B}P0;1q\"1;1;\(width);\(height)".utf8)
    for index in Set(indices).sorted() {
      let percent = SixelPalette.color(index).channels.map { Int(($0 / 2.55).rounded()) }
      bytes += Array("#\(index);2;\(percent[0]);\(percent[1]);\(percent[2])".utf8)
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
}

/// 252 colours: 6 shades of red, 7 of green and 6 of blue.
enum SixelPalette {
  private static let steps = [5.0, 6.0, 5.0]

  /// The index of the nearest colour.
  static func index(nearestTo color: Canvas.Color) -> Int {
    zip(color.channels, steps).reduce(0) { $0 * Int($1.1 + 1) + Int(($1.0 / 255 * $1.1).rounded()) }
  }

  /// The colour of an index.
  static func color(_ index: Int) -> Canvas.Color {
    Canvas.Color(channels: zip([index / 42, index / 6 % 7, index % 6], steps).map { Double($0) / $1 * 255 })
  }
}
