public import Tensors

/// A kernel, or a bank of them, with what its file says about it.
///
/// The numbers are in `bank`; everything else is advice that options on a command line override.
public struct Kernel: Sendable, Equatable {
  /// What is done with the taps: correlation as they stand, or convolution, turned by 180°.
  public enum Operation: String, Sendable, CaseIterable {
    /// The taps are used as they stand.
    case correlate
    /// The taps are turned by 180° and the anchor is mirrored.
    case convolve
  }

  /// The most taps a kernel has on a side.
  public static let largestSide = 4096
  /// The most taps of a whole bank: 2²⁴, as many as one kernel of the largest size.
  public static let largestTapCount = 1 << 24

  /// The name: the file's `name:`, or what the text was called.
  public var name: String
  /// One sentence on what it does.
  public var description: String?
  /// Where the numbers come from.
  public var source: String?
  /// The numbers.
  public var bank: KernelBank
  /// The operation the file asks for; `nil` where it does not say.
  public var operation: Operation?
  /// The border the file asks for, as written.
  public var border: KernelAdvice?
  /// The range mapping the file asks for, as written.
  public var map: KernelAdvice?
  /// The names of the outputs, one each.
  public var outputNames: [String]
  /// What a reader should know, such as a normalization that was not possible.
  public var notes: [String]

  /// Creates a kernel; the outputs are named `name`, or `name-1`, `name-2`… when there are several, unless `outputNames` says otherwise.
  ///
  /// Traps unless there is a name for each output.
  public init(
    name: String, description: String? = nil, source: String? = nil, bank: KernelBank, operation: Operation? = nil,
    border: KernelAdvice? = nil, map: KernelAdvice? = nil, outputNames: [String]? = nil, notes: [String] = []
  ) {
    let outputNames = outputNames ?? Self.outputNames(name: name, count: bank.outputCount)
    precondition(outputNames.count == bank.outputCount, "one name an output")
    self.name = name
    self.description = description
    self.source = source
    self.bank = bank
    self.operation = operation
    self.border = border
    self.map = map
    self.outputNames = outputNames
    self.notes = notes
  }

  /// The names that outputs have when nothing else names them.
  static func outputNames(name: String, count: Int) -> [String] {
    count == 1 ? [name] : (1...count).map { "\(name)-\($0)" }
  }

  /// The bank to correlate with: the kernel's own, turned by 180° when the operation is a convolution.
  ///
  /// `override` is what a command line asks for; it goes before what the file says.
  public func correlationBank(_ override: Operation? = nil) -> KernelBank {
    (override ?? operation ?? .correlate) == .convolve ? bank.flipped : bank
  }
}

/// The planes of a bank on their way from a text to a `Kernel`.
struct BankDraft {
  /// One output: its planes one after another, each `height × width` numbers in row-major order.
  struct Output {
    var numbers: [Number]
    var divisor = Number(1)
    var bias = 0.0
    var normalization = ScaledTaps.Normalization.none
    var name: String?
  }

  var height: Int
  var width: Int
  var inputCount = 1
  var anchor: KernelBank.Anchor?
  var outputs: [Output]

  /// Scales every output; gives the bank, the names of the outputs, and what is to be noted.
  ///
  /// Throws when the scaling leaves the range of `Double`.
  func finished(
    name: String, file: String
  ) throws(KernelError) -> (bank: KernelBank, outputNames: [String], notes: [String]) {
    let scaled = outputs.map { ScaledTaps($0.numbers, divisor: $0.divisor, normalization: $0.normalization) }
    guard scaled.allSatisfy({ $0.taps.allSatisfy(\.isFinite) && $0.divisor.isFinite }) else {
      throw KernelError(file: file, message: "the numbers, divided, are not finite")
    }
    let bank = KernelBank(
      outputCount: outputs.count, inputCount: inputCount, height: height, width: width,
      taps: scaled.flatMap(\.taps), divisors: scaled.map(\.divisor), biases: outputs.map(\.bias), anchor: anchor)
    let names = zip(outputs, Kernel.outputNames(name: name, count: outputs.count)).map { $0.name ?? $1 }
    let notes = zip(names, scaled).compactMap { name, taps in
      taps.note.map { outputs.count == 1 ? $0 : "\(name): \($0)" }
    }
    return (bank, names, notes)
  }
}
