import CMicrokernels
import Synchronization
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Convolution of bytes in tiles by Fourier transforms.
///
/// Tiles stand on a grid that begins with the image, and are transformed in pairs of neighbours. A row of tiles is computed at a time; its rows
/// are handed out as fast as rows come in, so that what comes next gets an even stream.
///
/// The unsafe code relies on what `ByteRing` says of its rows, and on this: `tables` holds the turns of columns and of rows, then the spectrum;
/// `scratch` has a part for each thread, and a part is used by one thread at a time; `band` holds the results of a row of tiles, and each pair of
/// tiles writes its own.
@safe
final class FourierRows {
  private let plan: StripPlan
  private let tiles: FourierTiles
  private let ring: ByteRing
  private let operations: imgconv_fourier_operations
  private let threadCount: Int
  private let tables: UnsafeMutablePointer<Double>
  private let turnCounts: (down: Int, along: Int)
  private let scratch: UnsafeMutablePointer<Double>
  /// The parts of the scratch memory that nobody uses.
  private let free: Mutex<[Int]>
  private let found = Mutex(SumStatistics())

  /// The results of one row of tiles, and which of its rows have not been handed out.
  private let band: UnsafeMutablePointer<UInt8>
  private var waiting = 0..<0
  private var missing: Int

  /// Creates the path at the top of an image.
  ///
  /// Takes a transform of the kernel.
  init(plan: StripPlan, tiles: FourierTiles, operations: imgconv_fourier_operations, threadCount: Int) {
    (self.plan, self.tiles, self.operations, self.threadCount) = (plan, tiles, operations, threadCount)
    ring = ByteRing(plan: plan, threadCount: threadCount)
    missing = plan.input.height
    free = Mutex(Array(0..<threadCount))
    let (down, along) = (Self.turns(tiles.extent.height), Self.turns(tiles.extent.width))
    turnCounts = (down.count, along.count)
    unsafe tables = Self.allocate(down.count + along.count + 2 * tiles.extent.height * tiles.extent.width)
    unsafe scratch = Self.allocate(threadCount * tiles.scratchCount)
    unsafe band = .allocate(capacity: tiles.step.height * plan.output.width)
    for (place, value) in (down + along).enumerated() { unsafe tables[place] = value }
    unsafe tiles.taps.withUnsafeBufferPointer { taps in
      guard let taps = taps.baseAddress else { return }
      var kernel = unsafe kernel
      unsafe operations.spectrum(
        tables + turnCounts.down + turnCounts.along, taps, tiles.reach.height, tiles.reach.width, &kernel, scratch)
    }
  }

  deinit {
    unsafe tables.deallocate()
    unsafe scratch.deallocate()
    unsafe band.deallocate()
  }

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Double> {
    unsafe UnsafeMutableRawPointer.allocate(byteCount: 8 * count, alignment: 64)
      .bindMemory(to: Double.self, capacity: count)
  }

  /// The turns of a transform, as `imgconv_fourier_kernel` has them.
  private static func turns(_ count: Int) -> [Double] {
    var turns: [Double] = []
    var size = count
    while size > 4 {
      for j in 0..<size / 4 {
        for power in 1...3 {
          let angle = -2 * Double.pi * Double(power * j) / Double(size)
          turns += [cos(angle), sin(angle)]
        }
      }
      size /= 4
    }
    // Tables that follow begin with a cache line.
    return turns + Array(repeating: 0, count: (8 - turns.count % 8) % 8)
  }

  private var kernel: imgconv_fourier_kernel {
    unsafe imgconv_fourier_kernel(
      height: tiles.extent.height, width: tiles.extent.width, down_turns: tables,
      along_turns: tables + turnCounts.down, spectrum: tables + turnCounts.down + turnCounts.along, bias: tiles.bias,
      clips: tiles.clips ? 1 : 0)
  }

  /// Takes the next rows and returns as many that are computed or, after the last, all that are left.
  func push(_ rows: PixelRows) -> PixelRows {
    let outputs = ring.outputs(afterTaking: rows)
    missing -= rows.rowCount
    // The band is empty before another row of tiles is computed.
    let available = waiting.count + outputs.count
    let last = outputs.isEmpty ? waiting.count : (outputs.count - 1) % tiles.step.height + 1
    let count = missing == 0 ? available : max(min(available, rows.rowCount), available - last)
    return unsafe ring.pixels(like: rows, rowCount: count) { start in
      var handedOut = 0
      func handOut(_ rowCount: Int) {
        let width = plan.output.width
        unsafe (start + handedOut * width).update(from: band + waiting.lowerBound * width, count: rowCount * width)
        waiting = waiting.lowerBound + rowCount..<waiting.upperBound
        handedOut += rowCount
      }
      ring.take(rows) { computable in
        for first in stride(from: computable.lowerBound, to: computable.upperBound, by: tiles.step.height) {
          handOut(waiting.count)
          let outputs = first..<min(first + tiles.step.height, computable.upperBound)
          compute(outputs)
          waiting = 0..<outputs.count
        }
      }
      handOut(count - handedOut)
    }
  }

  /// Computes the results of a row of tiles; the rows of their windows are all held.
  private func compute(_ outputs: Range<Int>) {
    let columnCount = (plan.output.width - 1) / (tiles.step.width * tiles.channelCount) + 1
    ParallelStrips.run(count: (columnCount + 1) / 2, threadCount: threadCount) { pairs in
      guard let part = free.withLock({ $0.popLast() }) else { preconditionFailure("each thread has a part") }
      for pair in pairs { unsafe convolve(outputs, pair: pair, scratch + part * tiles.scratchCount) }
      free.withLock { $0.append(part) }
    }
  }

  /// Computes one pair of tiles.
  private func convolve(_ outputs: Range<Int>, pair: Int, _ scratch: UnsafeMutablePointer<Double>) {
    let (channels, width) = (tiles.channelCount, plan.output.width)
    let step = tiles.step.width * channels
    let (first, second) = (2 * pair * step, (2 * pair + 1) * step)
    let inputCounts = [first, second].map {
      $0 < width ? min(tiles.extent.width * channels, tiles.columns.length - $0) : 0
    }
    let outputCounts = [first, second].map { max(min(step, width - $0), 0) }
    unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<UInt8>.self, capacity: tiles.extent.height) { rows in
      unsafe ring.collect(outputs, in: rows)
      guard let rows = rows.baseAddress else { return }
      var pair = unsafe imgconv_fourier_tiles(
        rows: rows, channels: channels, first: (first, second), in_count: (inputCounts[0], inputCounts[1]),
        out_count: (outputCounts[0], outputCounts[1]), row_count: outputs.count, out: band, out_stride: width)
      var kernel = unsafe kernel
      var survey = imgconv_survey(minimum: .infinity, maximum: -.infinity, total: 0, below: 0, above: 0)
      unsafe operations.convolve(&pair, &kernel, scratch, &survey)
      let quanta = Int128((survey.total * SumStatistics.quantaPerUnit).rounded())
      found.withLock {
        $0.add(
          count: outputs.count * (outputCounts[0] + outputCounts[1]), minimum: survey.minimum,
          maximum: survey.maximum, below: Int(survey.below), above: Int(survey.above), quanta: quanta)
      }
    }
  }

  /// What is known of the sums so far, in stored units.
  var statistics: SumStatistics { found.withLock { $0 } }
}
