extension Extent: ExpressibleByIntegerLiteral {
  /// The same extent on both axes, so that a call can say `stride: 2`.
  public init(integerLiteral side: Int) {
    self.init(side)
  }
}
