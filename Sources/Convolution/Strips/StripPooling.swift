import CMicrokernels
public import Tensors

/// What a pooling takes from a window.
public enum PoolingKind: String, Hashable, Sendable, CaseIterable {
  /// The largest sample.
  case max
  /// The mean.
  case average
}

/// The largest sample or the mean of each window, rows in and rows out.
///
/// Every channel is pooled on its own. Padding never wins a maximum, and counts in a mean only when asked for. Means are summed in 64
/// bits. NaN wins a maximum.
public final class StripPooling<Scalar: EngineScalar>: RowStage {
  /// What is taken from a window.
  public let kind: PoolingKind
  /// Where the windows lie.
  public let geometry: ConvolutionGeometry
  /// The channels, rows and columns that come out in all.
  public let outputShape: StageShape
  /// The bytes held at most, beside the rows that are handed in and out.
  public let workingByteCount: Int

  private let windows: RowWindows<Scalar>
  private let operations: EngineOperations<Scalar>
  private let channelStride: Int
  private let width: Int
  /// What the sums of a window's rows and columns are divided by, for each output row and column.
  private let divisors: (rows: [Double], columns: [Double])

  /// Lays pooling windows on an input.
  ///
  /// - Parameters:
  ///   - input: the shape of the image.
  ///   - kind: what to take from a window.
  ///   - size: the window's rows and columns.
  ///   - stride: the step from window to window; `nil` for the window's size.
  ///   - padding: how far windows may reach over the image.
  ///   - rounding: whether a last window that does not fit whole counts.
  ///   - countsPadding: whether a mean counts the padded samples as zeros; those beyond the padding, which `ceil` may reach, never count.
  ///   - threadCount: how many threads compute at a time; at least 1.
  ///   - instructionSet: the inner loops to use, one that runs here; `nil` for the selected ones.
  /// - Throws: `ConvolutionError`, when no window fits or one lies wholly in the padding among others.
  public init(
    input: StageShape, kind: PoolingKind, size: Extent, stride: Extent? = nil, padding: Padding = .valid,
    rounding: OutputRounding = .floor, countsPadding: Bool = false, threadCount: Int = 1,
    instructionSet: InstructionSet? = nil
  ) throws(ConvolutionError) {
    let geometry: ConvolutionGeometry
    do {
      geometry = try ConvolutionGeometry(
        input: input.extent, kernel: size, stride: stride ?? size, padding: padding, rounding: rounding)
    } catch {
      throw .geometry(error)
    }
    var selected = InstructionSet.scalar
    do { selected = try InstructionSet.selected() } catch { throw .instructionSet(error) }
    guard geometry.isPlannable else { throw .tooLarge(input: input) }
    for axis in [geometry.vertical, geometry.horizontal] {
      // Windows lie in order: when neither the first nor the last is wholly outside, none is.
      guard axis.effectiveKernel > axis.before && axis.start(ofWindow: axis.output - 1) < axis.input else {
        throw .windowInPadding(input: input.extent, size: size, padding: padding)
      }
    }
    // Padding is left out, as a constant border without a constant row leaves it.
    let schedule = RowSchedule(axis: geometry.vertical, tapRows: Array(0..<size.height), border: .zero)
    guard
      let memory = RingMemory(
        schedule: schedule, columns: ColumnLayout(width: input.width), runCount: input.channelCount,
        scalarByteCount: MemoryLayout<Scalar>.stride)
    else { throw .tooLarge(input: input) }
    self.kind = kind
    self.geometry = geometry
    outputShape = StageShape(
      channelCount: input.channelCount, height: geometry.output.height, width: geometry.output.width)
    workingByteCount = memory.byteCount + 8 * threadCount * input.width
    operations = Scalar.operations(instructionSet ?? selected)
    channelStride = memory.channelStride
    width = input.width
    divisors = (
      Self.counts(geometry.vertical, countsPadding: countsPadding),
      Self.counts(geometry.horizontal, countsPadding: countsPadding)
    )
    windows = RowWindows(
      input: input, output: outputShape, memory: memory, constant: 0, constantRuns: nil, operations: operations,
      threadCount: threadCount)
  }

  /// How many positions of each window count along one axis.
  private static func counts(_ axis: AxisGeometry, countsPadding: Bool) -> [Double] {
    (0..<axis.output).map { output in
      let start = axis.start(ofWindow: output)
      let end = start + axis.kernel
      return Double(
        countsPadding
          ? min(end, axis.input + axis.after) - max(start, -axis.before) : min(end, axis.input) - max(start, 0))
    }
  }

  /// Takes the next rows of the input and returns every output row that they make computable.
  ///
  /// Traps when the rows have another shape than the input, or are more than it has.
  public func push(_ rows: PlanarRows<Scalar>) -> PlanarRows<Scalar> {
    let axis = geometry.horizontal
    var layout = imgconv_windows(
      width: width, count: axis.output, size: axis.kernel, stride: axis.stride, before: axis.before)
    return unsafe withUnsafePointer(to: &layout) { layout in
      unsafe windows.push(rows) { band in
        unsafe windows.withRows(of: band) { sources, rowCount in
          let (channel, run) = unsafe (band.channel, band.run)
          // Rows begin with their first channel; the inner loops take runs of one.
          unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<Scalar>.self, capacity: rowCount) { moved in
            guard let runs = moved.baseAddress else { return }
            for row in 0..<rowCount { unsafe (runs + row).initialize(to: sources[row] + channel * channelStride) }
            switch kind {
            case .max:
              unsafe withUnsafeTemporaryAllocation(of: Scalar.self, capacity: width) { scratch in
                guard let scratch = scratch.baseAddress else { return }
                unsafe operations.maximum(run, layout, UnsafePointer(runs), rowCount, scratch)
              }
            case .average:
              unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { scratch in
                unsafe divisors.columns.withUnsafeBufferPointer { columns in
                  guard let scratch = scratch.baseAddress, let columns = columns.baseAddress else { return }
                  unsafe operations.average(
                    run, layout, UnsafePointer(runs), rowCount, divisors.rows[band.outputs.lowerBound], columns, scratch
                  )
                }
              }
            }
          }
        }
      }
    }
  }
}
