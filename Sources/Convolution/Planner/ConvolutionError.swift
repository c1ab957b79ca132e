public import Tensors

/// Why a convolution or a pooling cannot be planned.
public enum ConvolutionError: Error, Hashable {
  /// The windows cannot be laid on the input.
  case geometry(GeometryError)
  /// The bank sums over another number of channels than the input has.
  case channels(bank: BankShape, input: StageShape)
  /// A pooling window lies wholly in the padding, so that it has no largest sample and no mean.
  case windowInPadding(input: Extent, size: Extent, padding: Padding)
  /// The work or its memory is more than can be counted.
  case tooLarge(input: StageShape)
  /// Images do not have the algorithm that was asked for.
  case algorithm(Algorithm, available: [Algorithm])
  /// The algorithm that was asked for cannot compute this convolution.
  case unsuitable(Algorithm, reason: String)
  /// The instruction set that was asked for does not serve.
  case instructionSet(InstructionSetError)

  /// A stable word for reports.
  ///
  /// `shape.mismatch` where windows or banks do not fit, `limit.dimension` where a result cannot be counted, `plan.algorithm` and
  /// `plan.isa` where what was asked for is not there.
  public var code: String {
    switch self {
    case .geometry, .channels, .windowInPadding: "shape.mismatch"
    case .tooLarge: "limit.dimension"
    case .algorithm, .unsuitable: "plan.algorithm"
    case .instructionSet: "plan.isa"
    }
  }

  /// The extents of a bank, as an error reports them.
  public struct BankShape: Hashable, Sendable, CustomStringConvertible {
    /// The kernels.
    public let outputCount: Int
    /// The channels each reaches over.
    public let inputCount: Int
    /// The rows of a kernel.
    public let height: Int
    /// The columns of a kernel.
    public let width: Int

    /// Takes the extents of a bank.
    public init(_ bank: KernelBank) {
      (outputCount, inputCount, height, width) = (bank.outputCount, bank.inputCount, bank.height, bank.width)
    }

    /// The extents joined by `×`, as in `8×3×5×5`.
    public var description: String { "\(outputCount)×\(inputCount)×\(height)×\(width)" }
  }
}

extension ConvolutionError: CustomStringConvertible {
  /// One sentence with the numbers found and expected.
  public var description: String {
    switch self {
    case .geometry(let error): return error.description
    case .channels(let bank, let input):
      return "a \(bank) bank sums over \(bank.inputCount) channels; the input \(input) has \(input.channelCount)"
    case .windowInPadding(let input, let size, let padding):
      return "with padding \(padding) a \(size) window lies wholly outside an input of \(input)"
    case .tooLarge(let input): return "a convolution of \(input) is more than this machine can count"
    case .algorithm(let asked, let available):
      let names = available.map(\.rawValue).joined(separator: ", ")
      return "images have no algorithm \(asked.rawValue); expected one of \(names)"
    case .unsuitable(let algorithm, let reason): return "`\(algorithm.rawValue)` does not serve: \(reason)"
    case .instructionSet(let error): return error.description
    }
  }
}
