public import Tensors

/// Stored samples to numbers to compute with.
public enum SampleUnpacking {
  /// The stored whole numbers of every sample, 0…255 or 0…65535, one run a channel.
  ///
  /// `instructionSet` is one that runs here; `nil` for the best.
  public static func unpack<Scalar: EngineScalar>(
    _ rows: PixelRows, as _: Scalar.Type = Scalar.self, instructionSet: InstructionSet? = nil
  ) -> PlanarRows<Scalar> {
    let operations = Scalar.operations(instructionSet ?? .detected)
    let (channels, width, depth) = (rows.format.channelCount, rows.width, rows.format.depth)
    let count = rows.rowCount * channels * width
    // Both buffers hold `count` samples, row after row; 16-bit samples stand at even offsets of an array, which is aligned to 16 bytes.
    let samples = unsafe [Scalar](unsafeUninitializedCapacity: count) { result, initialized in
      unsafe rows.withBytes { bytes in
        guard let to = result.baseAddress, let from = bytes.baseAddress else { return }
        for row in 0..<rows.rowCount {
          let offset = row * channels * width
          switch depth {
          case .eight:
            unsafe operations.unpack8(to + offset, (from + offset).assumingMemoryBound(to: UInt8.self), width, channels)
          case .sixteen:
            unsafe operations.unpack16(
              to + offset, (from + 2 * offset).assumingMemoryBound(to: UInt16.self), width, channels)
          }
        }
      }
      initialized = count
    }
    return PlanarRows(channelCount: channels, width: width, rowCount: rows.rowCount, samples: samples)
  }
}

/// Computed numbers to stored samples.
public enum SamplePacking {
  /// The rows in a format: rounded to nearest, ties to even, then clamped to 0…255 or 0…65535; NaN becomes 0.
  ///
  /// The inverse of `SampleUnpacking.unpack`. Traps unless the rows have as many channels as the format.
  /// `instructionSet` is one that runs here; `nil` for the best.
  public static func pack<Scalar: EngineScalar>(
    _ rows: PlanarRows<Scalar>, into format: PixelFormat, instructionSet: InstructionSet? = nil
  ) -> PixelRows {
    precondition(
      rows.channelCount == format.channelCount, "\(rows.channelCount) channels do not make pixels in \(format)")
    let operations = Scalar.operations(instructionSet ?? .detected)
    let (channels, width, depth) = (rows.channelCount, rows.width, format.depth)
    let byteCount = rows.samples.count * depth.byteCount
    // As in unpacking: both buffers hold the same count of samples, and an array's storage is aligned to 16 bytes.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { result, initialized in
      unsafe rows.samples.withUnsafeBufferPointer { samples in
        guard let from = samples.baseAddress, let start = result.baseAddress else { return }
        let to = UnsafeMutableRawPointer(start)
        for row in 0..<rows.rowCount {
          let offset = row * channels * width
          switch depth {
          case .eight:
            unsafe operations.pack8((to + offset).assumingMemoryBound(to: UInt8.self), from + offset, width, channels)
          case .sixteen:
            unsafe operations.pack16(
              (to + 2 * offset).assumingMemoryBound(to: UInt16.self), from + offset, width, channels)
          }
        }
      }
      initialized = byteCount
    }
    return PixelRows(format: format, width: width, rowCount: rows.rowCount, bytes: bytes)
  }
}
