public import Tensors

/// One kernel that does the work of two.
public enum KernelComposition {
  /// A bank and how it is applied.
  public struct Composed: Sendable, Equatable {
    /// The kernel.
    public let bank: KernelBank
    /// How it is laid on an image.
    public let placement: Placement
  }

  /// How a composed kernel is laid on an image so that it gives what its two kernels give.
  public struct Placement: Sendable, Equatable {
    /// The stride, both ways: the product of the two strides.
    public let stride: Int
    /// The samples around the image: top, right, bottom, left.
    ///
    /// They are those of the first kernel with `same` padding; the second then lies on its result without padding, as poolings do.
    /// With a first stride above 1 they would depend on the image: then there are none, and neither kernel pads.
    public let padding: [Int]

    init(first: KernelBank, firstStride: Int, stride: Int) {
      self.stride = stride
      let (left, top) = (first.anchor?.x ?? (first.width - 1) / 2, first.anchor?.y ?? (first.height - 1) / 2)
      padding =
        firstStride > 1 ? [0, 0, 0, 0] : [top, first.width - 1 - left, first.height - 1 - top, left]
    }

    /// The padding as options take it: `N`, or `top,right,bottom,left`.
    public var paddingText: String {
      Set(padding).count == 1 ? "\(padding[0])" : padding.map(String.init).joined(separator: ",")
    }
  }

  /// The one bank that equals `first`, applied with `firstStride`, followed by `second`, applied with `secondStride`.
  ///
  ///     K[l, d, y, x] = Σ_m Σ_{b·s + a = (y, x)} B[l, m, b] · A[m, d, a]     (s = firstStride)
  ///
  /// It is the full convolution of the two, `second` spread by the first stride; it reaches over `k_A + s·(k_B − 1)` taps, and the strides multiply.
  /// Both banks are correlated with; a kernel that is to be convolved with is turned first (`Kernel.correlationBank`).
  /// Anchors add up the same way, and biases pass through `second`. Products of integers stay exact.
  ///
  /// A depthwise `second` is applied to every output of `first`, whose outputs stand side by side as `Reference.convolve` leaves them;
  /// one that sums takes `I_B = O_A` channels from a summing `first`, and `I_B = C·O_A` from a depthwise one over `C` channels.
  ///
  /// Equality holds with `valid` padding, up to rounding, and with padding wherever no tap reaches over the border: with a border the first result is padded again
  /// where the composed kernel pads the image once, as `Placement` says. Average pooling is such a second kernel: `averagePooling(size:)`, with its size as stride.
  ///
  /// Throws `shape.mismatch` when the channels do not fit, and `kernel.limit` when the result exceeds 4096 taps a side or 2²⁴ in all.
  /// Traps unless the strides are at least 1.
  public static func compose(
    _ first: KernelBank, _ second: KernelBank, firstStride: Int = 1, secondStride: Int = 1
  ) throws(KernelError) -> Composed {
    precondition(firstStride >= 1 && secondStride >= 1, "strides are at least 1")
    let (stride, overflow) = firstStride.multipliedReportingOverflow(by: secondStride)
    guard !overflow, firstStride <= Kernel.largestSide || (second.width == 1 && second.height == 1) else {
      throw limit("strides \(firstStride) and \(secondStride)")
    }
    let width = first.width + firstStride * (second.width - 1)
    let height = first.height + firstStride * (second.height - 1)
    let layout = try Layout(first, second)
    let plane = width * height
    // In floating point, since the product of counts may leave the range of Int.
    let count = Double(plane) * Double(layout.outputCount) * Double(layout.inputCount)
    guard max(width, height) <= Kernel.largestSide, count <= Double(Kernel.largestTapCount) else {
      throw limit("\(layout.outputCount)×\(layout.inputCount)×\(height)×\(width) taps")
    }

    // The taps of `first` over one common divisor, so that its outputs can be added.
    let common = commonDivisor(first.divisors)
    let firstTaps = first.taps.enumerated().map { index, tap in
      let divisor = first.divisors[index / (first.inputCount * first.height * first.width)]
      return divisor == common ? tap : tap * (common / divisor)
    }
    var taps = Array(repeating: 0.0, count: Int(count))
    var divisors: [Double] = []
    var biases: [Double] = []
    for output in 0..<layout.outputCount {
      let secondOutput = layout.secondOutput(output)
      divisors.append(common * second.divisors[secondOutput])
      var bias = second.biases[secondOutput]
      for input in 0..<layout.inputCount {
        for link in layout.links(output: output, input: input) {
          let target = (output * layout.inputCount + input) * plane
          add(
            first, firstTaps, at: (link.firstOutput * first.inputCount + link.firstInput), second,
            at: secondOutput * second.inputCount + link.secondInput, stride: firstStride, width: width, target: target,
            to: &taps)
        }
      }
      for link in layout.biasLinks(output: output) {
        bias += first.biases[link.firstOutput] * planeSum(second, secondOutput, link.secondInput)
      }
      biases.append(bias)
    }
    let finite = taps.allSatisfy(\.isFinite) && biases.allSatisfy(\.isFinite)
    guard finite, divisors.allSatisfy({ $0.isFinite && $0 != 0 }) else {
      throw KernelError(file: "compose", code: "kernel.limit", message: "the products are not finite")
    }
    let bank = KernelBank(
      outputCount: layout.outputCount, inputCount: layout.inputCount, height: height, width: width, taps: taps,
      divisors: divisors, biases: biases,
      anchor: anchor(first, second, stride: firstStride, width: width, height: height))
    return Composed(
      bank: bank, placement: Placement(first: first, firstStride: firstStride, stride: stride))
  }

  /// The one kernel that equals `first` followed by `second`, each turned first where it is to be convolved with.
  ///
  /// It is named after both, has the first's border and the last map, and its description says with which stride and padding it is to be applied.
  /// See `compose(_:_:firstStride:secondStride:)` for banks.
  public static func compose(
    _ first: Kernel, _ second: Kernel, firstStride: Int = 1, secondStride: Int = 1
  ) throws(KernelError) -> (kernel: Kernel, placement: Placement) {
    let composed = try compose(
      first.correlationBank(), second.correlationBank(), firstStride: firstStride, secondStride: secondStride)
    let placement = composed.placement
    let advice =
      placement.stride == 1
      ? "" : "; to be applied with stride \(placement.stride) and padding \(placement.paddingText)"
    let kernel = Kernel(
      name: "\(first.name) then \(second.name)", description: "\(first.name) followed by \(second.name)\(advice).",
      source: "full convolution of the two kernels", bank: composed.bank, border: first.border,
      map: second.map ?? first.map)
    return (kernel, placement)
  }

  /// Average pooling over `size × size` as a kernel: ones over `size²`, applied with the stride of the pooling.
  ///
  /// Traps unless the size is in 1...4096.
  public static func averagePooling(size: Int) -> KernelBank {
    precondition(
      (1...Kernel.largestSide).contains(size), "a pooling window has 1 to \(Kernel.largestSide) samples a side")
    return KernelBank(
      height: size, width: size, taps: Array(repeating: 1, count: size * size), divisors: [Double(size * size)])
  }

  // MARK: - Parts

  private static func limit(_ found: String) -> KernelError {
    KernelError(
      file: "compose", code: "kernel.limit",
      message: "\(found), expected at most \(Kernel.largestSide) taps a side and \(Kernel.largestTapCount) in all")
  }

  /// Adds the full convolution of a plane of `first` with a spread plane of `second` to the plane at `target`.
  private static func add(
    _ first: KernelBank, _ firstTaps: [Double], at firstPlane: Int, _ second: KernelBank, at secondPlane: Int,
    stride: Int, width: Int, target: Int, to taps: inout [Double]
  ) {
    let firstStart = firstPlane * first.height * first.width
    let secondStart = secondPlane * second.height * second.width
    for b in 0..<second.height {
      for c in 0..<second.width {
        let factor = second.taps[secondStart + b * second.width + c]
        guard factor != 0 else { continue }
        for a in 0..<first.height {
          let source = firstStart + a * first.width
          let place = target + (a + b * stride) * width + c * stride
          for e in 0..<first.width { taps[place + e] += factor * firstTaps[source + e] }
        }
      }
    }
  }

  private static func planeSum(_ bank: KernelBank, _ output: Int, _ input: Int) -> Double {
    let count = bank.height * bank.width
    let start = (output * bank.inputCount + input) * count
    return bank.taps[start..<start + count].reduce(0, +) / bank.divisors[output]
  }

  /// The least common multiple of whole divisors that have a small one; otherwise the first divisor.
  private static func commonDivisor(_ divisors: [Double]) -> Double {
    var multiple = 1
    for divisor in divisors {
      guard divisor == divisor.rounded(), abs(divisor) < 0x1p31,
        let next = Fraction.leastCommonMultiple(multiple, Int(abs(divisor)), limit: ScaledTaps.largestDenominator)
      else { return divisors[0] }
      multiple = next
    }
    return divisors.allSatisfy { $0 == divisors[0] } ? divisors[0] : Double(multiple)
  }

  /// Where the anchors come to lie; `nil` when that is the centre.
  private static func anchor(
    _ first: KernelBank, _ second: KernelBank, stride: Int, width: Int, height: Int
  ) -> KernelBank.Anchor? {
    func place(_ bank: KernelBank) -> KernelBank.Anchor {
      bank.anchor ?? KernelBank.Anchor(x: (bank.width - 1) / 2, y: (bank.height - 1) / 2)
    }
    let (x, y) = (place(first).x + stride * place(second).x, place(first).y + stride * place(second).y)
    return x == (width - 1) / 2 && y == (height - 1) / 2 ? nil : KernelBank.Anchor(x: x, y: y)
  }
}

/// Which planes of two banks meet in which plane of the composed one.
private struct Layout {
  /// One product: a plane of the first bank and a plane of the second bank's output.
  struct Link {
    let firstOutput: Int
    let firstInput: Int
    let secondInput: Int
  }

  let outputCount: Int
  let inputCount: Int
  private let first: (outputCount: Int, inputCount: Int)
  private let second: (outputCount: Int, inputCount: Int)

  init(_ first: KernelBank, _ second: KernelBank) throws(KernelError) {
    self.first = (first.outputCount, first.inputCount)
    self.second = (second.outputCount, second.inputCount)
    if second.isDepthwise {
      outputCount = first.outputCount * second.outputCount
      inputCount = first.inputCount
    } else if first.isDepthwise, second.inputCount.isMultiple(of: first.outputCount) {
      outputCount = second.outputCount
      inputCount = second.inputCount / first.outputCount
    } else if second.inputCount == first.outputCount {
      outputCount = second.outputCount
      inputCount = first.inputCount
    } else {
      throw KernelError(
        file: "compose", code: "shape.mismatch",
        message:
          "the first bank is \(first.outputCount)×\(first.inputCount)×\(first.height)×\(first.width), the second \(second.outputCount)×\(second.inputCount)×\(second.height)×\(second.width): it reaches over \(second.inputCount) channels, the first gives \(first.outputCount)"
      )
    }
  }

  /// The output of the second bank that makes an output.
  func secondOutput(_ output: Int) -> Int {
    output % second.outputCount
  }

  /// The products that are added up in one plane.
  func links(output: Int, input: Int) -> [Link] {
    if second.inputCount == 1 {
      return [Link(firstOutput: output / second.outputCount, firstInput: input, secondInput: 0)]
    }
    if first.inputCount == 1 {
      return (0..<first.outputCount).map {
        Link(firstOutput: $0, firstInput: 0, secondInput: input * first.outputCount + $0)
      }
    }
    return (0..<first.outputCount).map { Link(firstOutput: $0, firstInput: input, secondInput: $0) }
  }

  /// The planes through which the biases of the first bank pass: each of its outputs once a channel.
  func biasLinks(output: Int) -> [Link] {
    if second.inputCount == 1 {
      return links(output: output, input: 0)
    }
    return (0..<second.inputCount).map {
      Link(firstOutput: $0 % first.outputCount, firstInput: 0, secondInput: $0)
    }
  }
}
