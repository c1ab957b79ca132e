import CMicrokernels

/// The weights of a convolution in the order in which tiles take them: for some outputs at a time, tap by tap.
struct PackedWeights: Hashable, Sendable {
  /// Some outputs of one group, which are computed together.
  struct Part: Hashable, Sendable {
    /// The first of them, counted over all groups.
    let firstOutput: Int
    /// How many they are.
    let outputCount: Int
    /// Where their weights begin.
    let start: Int
  }

  /// `part × tap × output`.
  let elements: [Float]
  /// The parts of each group.
  let groups: [[Part]]
  /// Whether some weight is 0: it must add nothing, even to an infinite sample.
  let hasHoles: Bool

  /// Packs weights `O × taps`.
  ///
  /// - Parameters:
  ///   - weights: the taps of each output, one after another.
  ///   - outputCount: the outputs of all groups.
  ///   - group: g, which divides the outputs.
  ///   - largestPart: the most outputs of a part; a group is split evenly.
  init(_ weights: [Float], outputCount: Int, group: Int, largestPart: Int) {
    let (outputs, taps) = (outputCount / group, weights.count / outputCount)
    let partCount = (outputs + largestPart - 1) / largestPart
    var elements: [Float] = []
    elements.reserveCapacity(weights.count)
    groups = (0..<group).map { g in
      (0..<partCount).map { p in
        let members = g * outputs + p * outputs / partCount..<g * outputs + (p + 1) * outputs / partCount
        let part = Part(firstOutput: members.lowerBound, outputCount: members.count, start: elements.count)
        for tap in 0..<taps {
          for output in members { elements.append(weights[output * taps + tap]) }
        }
        return part
      }
    }
    self.elements = elements
    hasHoles = weights.contains(0)
  }

  /// Calls `body` with the weights of a part, as tiles take them.
  ///
  /// - Parameters:
  ///   - part: the outputs.
  ///   - taps: the taps that count, of those packed.
  ///   - offsets: the place of each of these taps in a patch.
  ///   - bias: a number for each output of all groups.
  ///   - body: gets the table, which lives as long as the call.
  func withTaps(
    of part: Part, _ taps: Range<Int>, at offsets: [Int32], bias: [Float],
    _ body: (UnsafePointer<imgconv_taps>) -> Void
  ) {
    precondition(
      offsets.count == taps.count && part.start + taps.upperBound * part.outputCount <= elements.count
        && part.firstOutput + part.outputCount <= bias.count, "the taps were packed")
    unsafe offsets.withUnsafeBufferPointer { offsets in
      unsafe elements.withUnsafeBufferPointer { elements in
        unsafe bias.withUnsafeBufferPointer { bias in
          guard let offset = offsets.baseAddress, let weight = elements.baseAddress, let bias = bias.baseAddress
          else { return }
          var table = unsafe imgconv_taps(
            offsets: offset, weights: weight + part.start + taps.lowerBound * part.outputCount, taps: taps.count,
            outputs: part.outputCount, bias: bias + part.firstOutput)
          unsafe body(&table)
        }
      }
    }
  }
}
