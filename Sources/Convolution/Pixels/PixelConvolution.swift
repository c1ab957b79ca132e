import CMicrokernels
public import Tensors

/// A planned convolution from stored pixels to stored pixels, rows in and rows out.
///
/// Sums are rounded to nearest, ties to even, then clamped. The pixels do not depend on the strips' heights nor on the number of threads,
/// and those of integer sums not on the instruction set either. Memory does not grow with the image's height unless the border wraps at the top.
public final class PixelConvolution {
  private let executor: Executor

  private enum Executor {
    case bytes(ByteRows)
    case fourier(FourierRows)
    case direct32(DirectRows<Float>)
    case direct64(DirectRows<Double>)
    case box32(BoxRows<Float>)
    case box64(BoxRows<Double>)
  }

  /// Creates a stage at the top of an image.
  ///
  /// - Parameters:
  ///   - plan: what to compute.
  ///   - threadCount: how many threads compute at a time, the caller's among them; at least 1.
  ///   - instructionSet: the inner loops to use, one that runs here; `nil` for the plan's.
  public init(plan: PixelPlan, threadCount: Int = 1, instructionSet: InstructionSet? = nil) {
    let instructionSet = instructionSet ?? plan.instructionSet
    let (strips, isSingle) = (plan.strips, plan.arithmetic == .single)
    switch plan.execution {
    case .bytes(let sums, let windowsShareRows):
      executor = .bytes(
        ByteRows(
          plan: strips, sums: sums, windowsShareRows: windowsShareRows, operations: instructionSet.byteOperations,
          threadCount: threadCount))
    case .fourier(let tiles):
      executor = .fourier(
        FourierRows(
          plan: strips, tiles: tiles, operations: instructionSet.fourierOperations, threadCount: threadCount))
    case .rows(let rows) where isSingle:
      executor = .direct32(
        DirectRows(plan: strips, rows: rows, operations: Float.operations(instructionSet), threadCount: threadCount))
    case .rows(let rows):
      executor = .direct64(
        DirectRows(plan: strips, rows: rows, operations: Double.operations(instructionSet), threadCount: threadCount))
    case .box(let sums) where isSingle:
      executor = .box32(
        BoxRows(plan: strips, sums: sums, operations: Float.operations(instructionSet), threadCount: threadCount))
    case .box(let sums):
      executor = .box64(
        BoxRows(plan: strips, sums: sums, operations: Double.operations(instructionSet), threadCount: threadCount))
    }
  }

  /// Takes the next rows of the input, in order and any number of them, and returns output rows, likewise in order.
  ///
  /// They are all that can be computed or, where rows are computed many at a time, no more than came, until the input's last row brings what is left. Traps when the rows have another format or width than the plan's input, or are more than it has.
  public func push(_ rows: PixelRows) -> PixelRows {
    switch executor {
    case .bytes(let bytes): bytes.push(rows)
    case .fourier(let fourier): fourier.push(rows)
    case .direct32(let direct): direct.push(rows)
    case .direct64(let direct): direct.push(rows)
    case .box32(let box): box.push(rows)
    case .box64(let box): box.push(rows)
    }
  }

  /// What is known of the sums so far, before they were rounded.
  public var statistics: SumStatistics {
    switch executor {
    case .bytes(let bytes): bytes.statistics
    case .fourier(let fourier): fourier.statistics
    case .direct32(let direct): direct.statistics
    case .direct64(let direct): direct.statistics
    case .box32(let box): box.statistics
    case .box64(let box): box.statistics
    }
  }
}
