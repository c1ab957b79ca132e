public import Kernels
import Tensors

/// A kernel in numbers and words, to be printed or encoded.
public struct KernelSummary: Encodable, Sendable {
  /// The name.
  public let name: String
  /// What it does.
  public let description: String?
  /// Where it comes from.
  public let source: String?
  /// Outputs, channels, rows and columns.
  public let shape: [Int]
  /// The weights in `O×I×kh×kw` order.
  public let weights: [Double]
  /// The bias of each output, in full ranges.
  public let biases: [Double]
  /// The name of each output.
  public let outputs: [String]
  /// The sum of the weights of each output.
  public let sums: [Double]
  /// What each output does.
  public let kinds: [String]
  /// Whether every plane is one column times one row.
  public let isSeparable: Bool
  /// The largest rank among the planes; `nil` where it is too large to be counted.
  public let rank: Int?
  /// What was noted when the kernel was read.
  public let notes: [String]
  private let grid: String
  private let size: String

  private enum CodingKeys: String, CodingKey {
    case name, description, source, shape, weights, biases, outputs, sums, kinds, isSeparable, rank, notes
  }

  /// Summarises a kernel.
  public init(_ kernel: Kernel) {
    let analysis = KernelAnalysis(kernel.bank)
    let bank = kernel.bank
    name = kernel.name
    description = kernel.description
    source = kernel.source
    shape = [bank.outputCount, bank.inputCount, bank.height, bank.width]
    let tapsPerOutput = bank.taps.count / bank.outputCount
    weights = bank.taps.enumerated().map { $1 / bank.divisors[$0 / tapsPerOutput] }
    biases = bank.biases
    outputs = kernel.outputNames
    sums = analysis.sums
    kinds = analysis.kinds.map(\.rawValue)
    isSeparable = analysis.isSeparable
    rank = analysis.rank
    notes = kernel.notes
    grid = kernel.grid()
    size = kernel.sizeDescription
  }

  /// The summary as lines of text: the grid, then what can be said of it.
  public var text: String {
    var lines = [name]
    if let description { lines.append(description) }
    if let source { lines.append("source: \(source)") }
    lines += ["", grid, "", "size        \(size)"]
    for (output, (sum, kind)) in zip(outputs, zip(sums, kinds)) {
      lines.append(outputs.count == 1 ? "sum         \(sum.forPeople)" : "\(output): sum \(sum.forPeople), \(kind)")
      if outputs.count == 1 { lines.append("kind        \(kind)") }
    }
    if biases.contains(where: { $0 != 0 }) {
      lines.append("bias        \(biases.map(\.forPeople).joined(separator: ", "))")
    }
    lines.append("separable   \(isSeparable ? "yes" : "no")")
    lines.append("rank        \(rank.map(String.init) ?? "more than \(KernelAnalysis.largestRank)")")
    lines += notes.map { "note        \($0)" }
    return lines.joined(separator: "\n")
  }
}
