import Convolution
import Testing

/// Where windows lie, against the lecture's numbers and against counting.
@Suite struct ConvolutionGeometryTests {
  private func axis(
    _ input: Int, _ kernel: Int, stride: Int = 1, dilation: Int = 1, padding: Padding, anchor: Int? = nil
  ) throws -> AxisGeometry {
    try ConvolutionGeometry(
      input: Extent(height: 1, width: input), kernel: Extent(height: 1, width: kernel),
      stride: Extent(height: 1, width: stride), padding: padding, dilation: Extent(height: 1, width: dilation),
      anchor: anchor.map { Extent(height: 0, width: $0) }
    ).horizontal
  }

  @Test func `thirteen samples, a kernel of six and steps of five give two whole windows and drop two samples`() throws
  {
    let valid = try axis(13, 6, stride: 5, padding: .valid)
    #expect(valid.output == 2)
    #expect(valid.dropped == 2)
    #expect((valid.before, valid.after) == (0, 0))
  }

  @Test func `the same case padded gives three windows with one sample before and two after`() throws {
    let same = try axis(13, 6, stride: 5, padding: .same)
    #expect(same.output == 3)
    #expect((same.before, same.after) == (1, 2))
    let lower = try axis(13, 6, stride: 5, padding: .sameLower)
    #expect(lower.output == 3)
    #expect((lower.before, lower.after) == (2, 1))
  }

  @Test func `same padding is the least that gives an output a stride`() throws {
    for n in 1...40 {
      for k in 1...9 {
        for s in 1...6 {
          for d in 1...3 {
            let expected = leastPadding(n, k, s, d)
            for padding in [Padding.same, .sameLower] {
              let found = try axis(n, k, stride: s, dilation: d, padding: padding)
              let odd = expected % 2
              #expect(found.output == (n + s - 1) / s, "n \(n) k \(k) s \(s) d \(d)")
              #expect(found.before == expected / 2 + (padding == .sameLower ? odd : 0), "n \(n) k \(k) s \(s) d \(d)")
              #expect(found.before + found.after == expected, "n \(n) k \(k) s \(s) d \(d)")
            }
          }
        }
      }
    }
  }

  /// The smallest padding with which windows, counted one by one, start at every stride of the input.
  private func leastPadding(_ n: Int, _ k: Int, _ s: Int, _ d: Int) -> Int {
    var padding = 0
    while true {
      let starts = sequence(first: 0) { $0 + s }.prefix { $0 + (k - 1) * d < n + padding }
      if starts.count(where: { $0 < n }) >= stride(from: 0, to: n, by: s).underestimatedCount { return padding }
      padding += 1
    }
  }

  @Test func `an anchor moves the padding to the other side`() throws {
    for anchor in 0..<5 {
      let found = try axis(9, 5, padding: .same, anchor: anchor)
      #expect((found.before, found.after) == (anchor, 4 - anchor))
    }
    #expect(try axis(9, 5, dilation: 2, padding: .same, anchor: 4).before == 8)
  }

  @Test func `an anchor may move windows into the input`() throws {
    let found = try axis(13, 6, stride: 5, padding: .same, anchor: 0)
    #expect((found.before, found.after, found.output) == (-1, 4, 3))
  }

  @Test func `a kernel that does not fit is refused with both shapes`() {
    #expect(
      throws: GeometryError.doesNotFit(
        input: Extent(height: 2, width: 9), kernel: Extent(3), dilation: Extent(1), padding: .valid)
    ) {
      try ConvolutionGeometry(input: Extent(height: 2, width: 9), kernel: Extent(3))
    }
    #expect(throws: GeometryError.outOfRange(name: "stride", found: 0, minimum: 1)) {
      try ConvolutionGeometry(input: Extent(5), kernel: Extent(3), stride: Extent(0))
    }
  }

  @Test func `an incomplete last window counts when rounding up`() throws {
    let floor = try ConvolutionGeometry(input: Extent(6), kernel: Extent(3), stride: Extent(2))
    let ceil = try ConvolutionGeometry(input: Extent(6), kernel: Extent(3), stride: Extent(2), rounding: .ceil)
    #expect(floor.output == Extent(2))
    #expect(ceil.output == Extent(3))
  }
}
