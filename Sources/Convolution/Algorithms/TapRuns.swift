/// The three loops that every algorithm on tensors is made of, over runs of evenly spaced samples.
///
/// A run of `count` samples starts at an index and goes on by a step of at least 1. Each function checks that its runs lie in
/// their arrays: the first and the last index, between which all others stand. That is the condition of the unchecked accesses,
/// which are in this file alone.
enum TapRuns {
  /// A run of evenly spaced samples of an array.
  struct Run {
    /// The index of the first sample.
    let start: Int
    /// The distance from sample to sample.
    var step = 1

    /// Traps unless `count` samples of the run lie in an array of `extent`.
    func check(_ count: Int, inside extent: Int) {
      precondition(step >= 1 && start >= 0 && start + (count - 1) * step < extent, "a run leaves its array")
    }
  }

  /// `target[i] = source[i]`.
  static func copy(_ source: Span<Float>, _ from: Run, to target: inout MutableSpan<Float>, _ into: Run, count: Int) {
    guard count > 0 else { return }
    from.check(count, inside: source.count)
    into.check(count, inside: target.count)
    for i in 0..<count {
      unsafe target[unchecked: into.start + i * into.step] = source[unchecked: from.start + i * from.step]
    }
  }

  /// `target[i] += weight · source[i]`; a weight of 0 adds nothing, whatever the source holds.
  static func add(
    _ source: Span<Float>, _ from: Run, times weight: Float, to target: inout MutableSpan<Float>, _ into: Run,
    count: Int
  ) {
    guard count > 0 && weight != 0 else { return }
    from.check(count, inside: source.count)
    into.check(count, inside: target.count)
    if from.step == 1 && into.step == 1 {
      for i in 0..<count {
        unsafe target[unchecked: into.start + i] += weight * source[unchecked: from.start + i]
      }
    } else {
      for i in 0..<count {
        unsafe target[unchecked: into.start + i * into.step] += weight * source[unchecked: from.start + i * from.step]
      }
    }
  }

  /// `target[i] += weight · source[i]`, on whole arrays.
  static func add(
    _ source: [Float], _ from: Run, times weight: Float, to target: inout [Float], _ into: Run, count: Int
  ) {
    var elements = target.mutableSpan
    add(source.span, from, times: weight, to: &elements, into, count: count)
  }

  /// `Σ a[i] · b[i]`, summed in `Double`.
  static func dot(_ a: [Float], _ first: Run, _ b: [Float], _ second: Run, count: Int) -> Double {
    guard count > 0 else { return 0 }
    first.check(count, inside: a.count)
    second.check(count, inside: b.count)
    let (a, b) = (a.span, b.span)
    var sum = 0.0
    for i in 0..<count {
      sum +=
        unsafe Double(a[unchecked: first.start + i * first.step]) * Double(b[unchecked: second.start + i * second.step])
    }
    return sum
  }
}
