/// The numbers of one or several kernels: `O×I×kh×kw` taps, a divisor for each output and a bias for each output.
///
/// Output `o` of a convolution is `(Σ taps[o,…]·x) / divisors[o] + biases[o]`. Taps and divisor stand apart so that
/// fractions such as 1/9 stay exact: the sum of integer taps over integer samples has no rounding, and one division follows.
/// A bank with `I = 1` is applied to every channel of an image on its own (depthwise); one with `I` = the image's channels sums over them.
public struct KernelBank: Hashable, Sendable {
  /// O: the kernels, each giving one feature map (or one a channel, when depthwise).
  public let outputCount: Int
  /// I: the channels a kernel reaches over; 1 for a plain kernel.
  public let inputCount: Int
  /// kh: the rows of a kernel.
  public let height: Int
  /// kw: the columns of a kernel.
  public let width: Int
  /// The taps in `O×I×kh×kw` order, before the division.
  public let taps: [Double]
  /// What the sum of each output is divided by; finite and not 0.
  public let divisors: [Double]
  /// What is added to each output after the division, as a fraction of full range (1 = 255 of 8 bits).
  public let biases: [Double]
  /// The tap that lies on the output's own pixel, where the padding is `same`; `nil` for the centre (the earlier of two for even sizes).
  public let anchor: Anchor?

  /// A position in a kernel: column and row from the top left, from 0.
  public struct Anchor: Hashable, Sendable {
    /// The column, from 0.
    public let x: Int
    /// The row, from 0.
    public let y: Int

    /// Creates a position.
    public init(x: Int, y: Int) {
      self.x = x
      self.y = y
    }
  }

  /// Creates a bank from its taps in `O×I×kh×kw` order.
  ///
  /// `divisors` defaults to 1 and `biases` to 0 for every output. Traps unless every extent is at least 1, the counts fit,
  /// taps and biases are finite, divisors are finite and not 0, and the anchor is inside the kernel.
  public init(
    outputCount: Int = 1, inputCount: Int = 1, height: Int, width: Int, taps: [Double],
    divisors: [Double]? = nil, biases: [Double]? = nil, anchor: Anchor? = nil
  ) {
    let divisors = divisors ?? Array(repeating: 1, count: outputCount)
    let biases = biases ?? Array(repeating: 0, count: outputCount)
    precondition(outputCount >= 1 && inputCount >= 1 && height >= 1 && width >= 1, "a bank has no empty axis")
    precondition(
      taps.count == outputCount * inputCount * height * width,
      "\(outputCount)×\(inputCount)×\(height)×\(width) taps are not \(taps.count)")
    precondition(divisors.count == outputCount && biases.count == outputCount, "one divisor and one bias an output")
    precondition(taps.allSatisfy(\.isFinite) && biases.allSatisfy(\.isFinite), "taps and biases are finite")
    precondition(divisors.allSatisfy { $0.isFinite && $0 != 0 }, "divisors are finite and not 0")
    if let anchor {
      precondition((0..<width).contains(anchor.x) && (0..<height).contains(anchor.y), "the anchor is inside the kernel")
    }
    self.outputCount = outputCount
    self.inputCount = inputCount
    self.height = height
    self.width = width
    self.taps = taps
    self.divisors = divisors
    self.biases = biases
    self.anchor = anchor
  }

  /// Creates a plain kernel from its rows; traps when they differ in length.
  public init(rows: [[Double]], divisor: Double = 1, bias: Double = 0, anchor: Anchor? = nil) {
    let width = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == width }, "the rows of a kernel have one length")
    self.init(
      height: rows.count, width: width, taps: rows.flatMap { $0 }, divisors: [divisor], biases: [bias], anchor: anchor)
  }

  /// Whether the bank is applied to every channel on its own.
  public var isDepthwise: Bool { inputCount == 1 }

  /// The tap of output `output`, input channel `input`, at row `row` and column `column`, before the division.
  public func tap(output: Int, input: Int, row: Int, column: Int) -> Double {
    taps[((output * inputCount + input) * height + row) * width + column]
  }

  /// The weight of a tap: the tap over its output's divisor.
  public func weight(output: Int, input: Int, row: Int, column: Int) -> Double {
    tap(output: output, input: input, row: row, column: column) / divisors[output]
  }

  /// The sum of an output's weights, over all its input channels.
  public func sum(output: Int) -> Double {
    let count = inputCount * height * width
    return taps[output * count..<(output + 1) * count].reduce(0, +) / divisors[output]
  }

  /// The bank of one output alone.
  public func kernel(_ output: Int) -> KernelBank {
    let count = inputCount * height * width
    return KernelBank(
      inputCount: inputCount, height: height, width: width,
      taps: Array(taps[output * count..<(output + 1) * count]),
      divisors: [divisors[output]], biases: [biases[output]], anchor: anchor)
  }

  /// The bank with every kernel turned by 180° and its anchor mirrored: correlating with it is convolving with this one.
  public var flipped: KernelBank { flipped(lowerCentre: false) }

  /// The bank with every kernel turned by 180° and its anchor mirrored.
  ///
  /// Without an anchor the centre of an even kernel is the earlier of two taps, or with `lowerCentre` (the padding is `same-lower`) the
  /// later one; the turn makes it the other, which then is the anchor.
  public func flipped(lowerCentre: Bool) -> KernelBank {
    let count = height * width
    let turned = stride(from: 0, to: taps.count, by: count).flatMap { taps[$0..<$0 + count].reversed() }
    let isCentred = anchor == nil && width % 2 == 1 && height % 2 == 1
    let centre = centre(isLower: lowerCentre)
    return KernelBank(
      outputCount: outputCount, inputCount: inputCount, height: height, width: width,
      taps: turned, divisors: divisors, biases: biases,
      anchor: isCentred ? nil : Anchor(x: width - 1 - centre.x, y: height - 1 - centre.y))
  }

  /// The tap that lies on the output's own pixel: the anchor, or the centre, of even sizes the earlier tap or the later.
  public func centre(isLower: Bool) -> Anchor {
    anchor ?? (isLower ? Anchor(x: width / 2, y: height / 2) : Anchor(x: (width - 1) / 2, y: (height - 1) / 2))
  }
}
