extension ParallelStrips {
  /// Calls `body` with the parts of `length` elements that an array is made of, several at a time.
  ///
  /// Part `i` holds the elements `i·length ..< (i + 1)·length`. This is the only place where threads share an array that they write to;
  /// its condition is that parts are disjoint: a body sees the elements of its part alone.
  ///
  /// - Parameters:
  ///   - parts: the parts to visit; all when left out. They must lie in the array.
  ///   - array: what is written to.
  ///   - length: the elements of a part; at least 1.
  ///   - threadCount: how many parts are worked on at a time; no result may depend on it, as parts do not see one another.
  ///   - body: is given the number of a part and its elements.
  static func forEachPart<Element: BitwiseCopyable>(
    _ parts: Range<Int>? = nil, of array: inout [Element], length: Int, threadCount: Int,
    _ body: (_ part: Int, _ elements: inout MutableSpan<Element>) -> Void
  ) {
    let parts = parts ?? 0..<array.count / length
    precondition(parts.lowerBound >= 0 && parts.upperBound * length <= array.count, "a part leaves its array")
    unsafe array.withUnsafeMutableBufferPointer { buffer in
      // Shared by threads on the condition above.
      nonisolated(unsafe) let buffer = unsafe buffer
      run(count: parts.count, threadCount: threadCount) { range in
        for part in range {
          let part = parts.lowerBound + part
          var elements = unsafe MutableSpan(
            _unsafeElements: UnsafeMutableBufferPointer(rebasing: buffer[part * length..<(part + 1) * length]))
          body(part, &elements)
        }
      }
    }
  }

  /// An array whose parts of `length` elements are written by `body`, several at a time; the last part may be shorter.
  ///
  /// - Parameters:
  ///   - count: the elements of the array.
  ///   - length: the elements of a part; at least 1.
  ///   - threadCount: how many parts are worked on at a time; no result may depend on it.
  ///   - body: is given the number of a part and its elements, whose values are arbitrary, and writes every one of them.
  /// - Returns: the array.
  package static func filled<Element: BitwiseCopyable>(
    count: Int, length: Int, threadCount: Int,
    _ body: (_ part: Int, _ elements: inout MutableSpan<Element>) -> Void
  ) -> [Element] {
    unsafe [Element](unsafeUninitializedCapacity: count) { memory, initializedCount in
      // Shared by threads on the condition above.
      nonisolated(unsafe) let memory = unsafe memory
      run(count: (count + length - 1) / length, threadCount: threadCount) { range in
        for part in range {
          let bounds = part * length..<min(count, (part + 1) * length)
          var elements = unsafe MutableSpan(_unsafeElements: UnsafeMutableBufferPointer(rebasing: memory[bounds]))
          body(part, &elements)
        }
      }
      initializedCount = count
    }
  }
}
