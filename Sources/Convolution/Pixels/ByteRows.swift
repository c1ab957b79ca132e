import CMicrokernels
import Synchronization
import Tensors

/// Weighted sums of bytes in integers: the direct path from pixels to pixels.
///
/// The unsafe code relies on what `ByteRing` says of its rows, and on this: tap tables fit the layout of rows; each band of the output is written
/// by one thread.
@safe
final class ByteRows {
  private let plan: StripPlan
  private let sums: ByteSums
  private let ring: ByteRing
  private let operations: imgconv_byte_operations
  private let threadCount: Int
  /// Where the columns of the taps lie in a row.
  private let offsets: [Int]
  /// The rows that a window counts, in the ring's order.
  private let tapRows: [Int]
  private let windowsShareRows: Bool
  /// What was found so far, in the units of the sums.
  private var found = Found()

  private struct Found: Sendable {
    var (count, below, above, total) = (0, 0, 0, 0)
    var (minimum, maximum) = (Int32.max, Int32.min)

    mutating func add(_ other: imgconv_byte_statistics, count: Int) {
      self.count += count
      below += Int(other.below)
      above += Int(other.above)
      total += Int(other.total)
      (minimum, maximum) = (min(minimum, other.minimum), max(maximum, other.maximum))
    }
  }

  /// The output rows and bytes that are computed at a time: their rows in pairs stay in a core's first cache or near it.
  private static let (bandHeight, pieceWidth) = (32, 1024)

  /// Creates the path at the top of an image; `windowsShareRows` tells whether windows follow one another row by row.
  init(
    plan: StripPlan, sums: ByteSums, windowsShareRows: Bool, operations: imgconv_byte_operations, threadCount: Int
  ) {
    (self.plan, self.sums, self.operations) = (plan, sums, operations)
    (self.threadCount, self.windowsShareRows) = (threadCount, windowsShareRows)
    offsets = sums.columns.tapColumns.map { sums.columns.offsets[$0] }
    tapRows = plan.memory.schedule.tapRows
    ring = ByteRing(plan: plan, threadCount: threadCount)
  }

  /// The pairs from one row of pairs to the next.
  private static func scratchStride(_ sums: ByteSums) -> Int { (pieceWidth + sums.columns.reach + 32 + 15) / 16 * 16 }

  /// The bytes that a thread lays pairs in.
  static func scratchByteCount(_ sums: ByteSums) -> Int {
    (sums.rowCount / 2 + 2) * scratchStride(sums) * MemoryLayout<Int32>.stride
  }

  /// Takes the next rows and returns every output row that they make computable.
  func push(_ rows: PixelRows) -> PixelRows {
    let outputs = ring.outputs(afterTaking: rows)
    return unsafe ring.pixels(like: rows, rowCount: outputs.count) { start in
      ring.take(rows) { unsafe compute($0, to: start + ($0.lowerBound - outputs.lowerBound) * plan.output.width) }
    }
  }

  /// Computes output rows; the rows of their windows are all held.
  private func compute(_ outputs: Range<Int>, to start: UnsafeMutablePointer<UInt8>) {
    let width = plan.output.width
    let pieceCount = (width + Self.pieceWidth - 1) / Self.pieceWidth
    let bandCount = (outputs.count + Self.bandHeight - 1) / Self.bandHeight
    let scratchStride = Self.scratchStride(sums)
    let scratchCount = Self.scratchByteCount(sums) / MemoryLayout<Int32>.stride
    let gathered = Mutex(found)
    ParallelStrips.run(count: pieceCount * bandCount, threadCount: threadCount) { items in
      unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: scratchCount) { scratch in
        guard let scratch = scratch.baseAddress else { preconditionFailure("scratch is never empty") }
        var found = imgconv_byte_statistics(minimum: .max, maximum: .min, below: 0, above: 0, total: 0)
        var count = 0
        for item in items {
          let (piece, band) = (item / bandCount, item % bandCount)
          let first = outputs.lowerBound + band * Self.bandHeight
          let rows = first..<min(first + Self.bandHeight, outputs.upperBound)
          let columns = piece * Self.pieceWidth..<min((piece + 1) * Self.pieceWidth, width)
          let out = unsafe start + (first - outputs.lowerBound) * width + columns.lowerBound
          unsafe convolve(rows, columns, to: out, scratch, scratchStride, &found)
          count += rows.count * columns.count
        }
        gathered.withLock { $0.add(found, count: count) }
      }
    }
    found = gathered.withLock { $0 }
  }

  /// Computes one band.
  private func convolve(
    _ outputs: Range<Int>, _ columns: Range<Int>, to out: UnsafeMutablePointer<UInt8>,
    _ scratch: UnsafeMutablePointer<Int32>, _ scratchStride: Int, _ found: inout imgconv_byte_statistics
  ) {
    let rowCount = windowsShareRows ? outputs.count + tapRows.count - 1 : outputs.count * tapRows.count
    unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<UInt8>.self, capacity: rowCount) { rows in
      unsafe ring.collect(outputs, windowsShareRows: windowsShareRows, in: rows)
      guard let rows = rows.baseAddress else { return }
      unsafe withKernel { kernel in
        var band = unsafe imgconv_byte_band(
          rows: rows, windows_share_rows: windowsShareRows ? 1 : 0, first: columns.lowerBound, count: columns.count,
          output_count: outputs.count, scratch: scratch, scratch_stride: scratchStride, out: out,
          out_stride: plan.output.width)
        unsafe operations.convolve(&band, kernel, &found)
      }
    }
  }

  private func withKernel(_ body: (UnsafePointer<imgconv_byte_kernel>) -> Void) {
    unsafe offsets.withUnsafeBufferPointer { offsets in
      unsafe sums.weights.withUnsafeBufferPointer { weights in
        unsafe sums.residues.withUnsafeBufferPointer { residues in
          guard let columns = offsets.baseAddress, let weights = weights.baseAddress else {
            preconditionFailure("tables are never empty")
          }
          let isReciprocalExact = sums.divisor.significand == 1
          var kernel = unsafe imgconv_byte_kernel(
            row_count: tapRows.count, pair_count: tapRows.count / 2 + 1, column_count: offsets.count,
            columns: columns, columns_reach: offsets.max() ?? 0, weights: weights,
            residues: residues.baseAddress, start: sums.start, doubt: sums.doubt, shift: Int32(sums.shift),
            residue_shift: Int32(sums.residueShift), divides: isReciprocalExact ? 0 : 1,
            divisor: Float(sums.divisor), scale: Float(1 / sums.divisor), fours_fit: sums.foursFit ? 1 : 0,
            clips: sums.clips ? 1 : 0,
            low: sums.range.lowerBound, high: sums.range.upperBound)
          unsafe body(&kernel)
        }
      }
    }
  }

  /// What is known of the sums so far, in stored units.
  var statistics: SumStatistics {
    var statistics = SumStatistics()
    guard found.count > 0 else { return statistics }
    let quanta =
      sums.isExact
      ? SumStatistics.quanta(of: Double(found.total) / sums.unit)
      : Int128(found.total) << (24 - sums.shift)
    statistics.add(
      count: found.count, minimum: Double(found.minimum) / sums.unit, maximum: Double(found.maximum) / sums.unit,
      below: found.below, above: found.above, quanta: quanta)
    return statistics
  }
}
