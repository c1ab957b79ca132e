extension AxisGeometry {
  /// The windows whose tap `tap` lies on a sample, not on padding.
  ///
  /// Window `i` puts tap `a` on `i·s + a·d − before`; the windows with `0 ≤ i·s + a·d − before < n` are consecutive.
  func windows(reachingInputAtTap tap: Int) -> Range<Int> {
    let offset = tap * dilation - before
    let first = offset >= 0 ? 0 : (-offset + stride - 1) / stride
    let last = input - 1 - offset
    guard last >= 0 else { return 0..<0 }
    let end = min(last / stride + 1, output)
    return first < end ? first..<end : 0..<0
  }

  /// The taps of window `window` that lie on samples, not on padding.
  func taps(insideWindow window: Int) -> Range<Int> {
    let start = start(ofWindow: window)
    let first = start >= 0 ? 0 : (-start + dilation - 1) / dilation
    let last = input - 1 - start
    guard last >= 0 else { return 0..<0 }
    let end = min(last / dilation + 1, kernel)
    return first < end ? first..<end : 0..<0
  }

  /// The taps of window `window` that lie on samples or on the padding asked for, not beyond it.
  ///
  /// All of them do, but in a last window that was rounded up to.
  func tapCount(insidePaddedWindow window: Int) -> Int {
    min((input + after - 1 - start(ofWindow: window)) / dilation + 1, kernel)
  }

  /// The first window whose every tap lies on padding.
  var firstEmptyWindow: Int? {
    (0..<output).first { taps(insideWindow: $0).isEmpty }
  }

  /// The input position under a tap of a window; it may lie in the padding.
  func position(window: Int, tap: Int) -> Int { window * stride + tap * dilation - before }
}
