/// The quick pass over contiguous samples; the one file of this module that reads through pointers.
///
/// It relies on the buffers it is given being initialised for their whole count, and reads no further. Its loops are written on integers,
/// which a compiler may reorder and so turn into vectors, where it must leave the order of floating-point numbers as it is.
extension ValueStatistics {
  /// Adds contiguous samples in units of `fullRange`, with the same result as adding them one by one.
  ///
  /// `Float` and `Double` are the types met in practice, and are told apart here so that the loops are compiled for them
  /// even where the caller is generic.
  mutating func scan<Scalar: BinaryFloatingPoint>(_ samples: UnsafeBufferPointer<Scalar>) {
    let bytes = UnsafeRawBufferPointer(samples)
    if Scalar.self == Float.self {
      unsafe scanBlocks(bytes.assumingMemoryBound(to: Float.self))
    } else if Scalar.self == Double.self {
      unsafe scanBlocks(bytes.assumingMemoryBound(to: Double.self))
    } else {
      for index in 0..<samples.count { unsafe add(value: Double(samples[index])) }
    }
  }

  private mutating func scanBlocks<Scalar: OrderedScalar>(_ samples: UnsafeBufferPointer<Scalar>) {
    // A block stays in the first cache for the second look, and its integer sum below 2⁶³.
    let blockLength = 2048
    for start in stride(from: 0, to: samples.count, by: blockLength) {
      unsafe scanBlock(UnsafeBufferPointer(rebasing: samples[start..<min(start + blockLength, samples.count)]))
    }
  }

  /// Adds a block of at most 2048 samples.
  ///
  /// Adding 1.5·2⁵² quanta to a value leaves the value, rounded to whole quanta, in the low bits of the sum: so the mean is summed in
  /// integers without a conversion. That holds for values below 2⁵¹ quanta; a block with others, or with NaN, is added one by one.
  private mutating func scanBlock<Scalar: OrderedScalar>(_ block: UnsafeBufferPointer<Scalar>) {
    var (lowest, highest) = (Scalar.Order.max, Scalar.Order.min)
    for index in 0..<block.count {
      let order = unsafe block[index].order
      lowest = min(lowest, order)
      highest = max(highest, order)
    }
    let limit = Scalar(0x1p51 * quantum)
    guard lowest > (-limit).order, highest < limit.order else {
      for index in 0..<block.count { unsafe add(value: Double(block[index])) }
      return
    }
    let magic = 0x1.8p52 * quantum
    var bits = 0 &- UInt64(block.count) &* magic.bitPattern
    for index in 0..<block.count {
      bits &+= unsafe (Double(block[index]) + magic).bitPattern
    }
    note(
      count: block.count, lowest: Double(Scalar(order: lowest)), highest: Double(Scalar(order: highest)),
      quanta: Int128(Int64(bitPattern: bits)))

    let zero = Scalar(-slack).order
    let one = Scalar(fullRange + slack).order
    let minusOne = Scalar(-fullRange - slack).order
    unsafe note(
      belowZero: lowest < zero ? block.matches { $0.order < zero } : 0,
      aboveOne: highest > one ? block.matches { $0.order > one } : 0,
      belowMinusOne: lowest < minusOne ? block.matches { $0.order < minusOne } : 0)
    guard let limits = windowLimits else { return }
    // Rounded inwards to `Scalar`, a limit parts its values as it parts those of `Double`.
    let (low, high) = (Scalar.least(from: limits.low).order, Scalar.greatest(upTo: limits.high).order)
    unsafe note(
      belowWindow: lowest < low ? block.matches { $0.order < low } : 0,
      aboveWindow: highest > high ? block.matches { $0.order > high } : 0)
  }
}

extension UnsafeBufferPointer where Element: OrderedScalar {
  /// How many elements have a property, counted in integers of their own width.
  ///
  /// `Bool` is read as its byte, 0 or 1, because a choice between 0 and 1 is compiled to a branch, which takes ten times as long.
  @inline(__always)
  fileprivate func matches(_ holds: (Element) -> Bool) -> Int {
    var count = 0 as Element.Order
    for index in 0..<self.count {
      count &+= unsafe Element.Order(truncatingIfNeeded: unsafeBitCast(holds(self[index]), to: UInt8.self))
    }
    return Int(count)
  }
}

/// A floating-point number whose bits, read as an integer, can be put in its own order.
private protocol OrderedScalar: BinaryFloatingPoint {
  associatedtype Order: FixedWidthInteger & SignedInteger
  /// An integer that is greater when the number is; NaN lies beyond the infinities. −0 is just below 0.
  var order: Order { get }
  /// The number of such an integer.
  init(order: Order)
}

extension OrderedScalar {
  /// The smallest number that is not below `limit`: what is less than it is less than `limit`.
  fileprivate static func least(from limit: Double) -> Self {
    let nearest = Self(limit)
    let number = Double(nearest) < limit ? nearest.nextUp : nearest
    return number == 0 ? -0.0 : number
  }

  /// The largest number that is not above `limit`: what is more than it is more than `limit`.
  fileprivate static func greatest(upTo limit: Double) -> Self {
    let nearest = Self(limit)
    let number = Double(nearest) > limit ? nearest.nextDown : nearest
    return number == 0 ? 0 : number
  }
}

extension Float: OrderedScalar {
  fileprivate var order: Int32 {
    let bits = Int32(bitPattern: bitPattern)
    return bits ^ (bits >> 31 & .max)
  }

  fileprivate init(order: Int32) {
    self.init(bitPattern: UInt32(bitPattern: order ^ (order >> 31 & .max)))
  }
}

extension Double: OrderedScalar {
  fileprivate var order: Int64 {
    let bits = Int64(bitPattern: bitPattern)
    return bits ^ (bits >> 63 & .max)
  }

  fileprivate init(order: Int64) {
    self.init(bitPattern: UInt64(bitPattern: order ^ (order >> 63 & .max)))
  }
}
