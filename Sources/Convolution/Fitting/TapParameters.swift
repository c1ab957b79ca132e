/// What gradient descent changes: the unknowns behind the taps of one output.
enum TapParameters {
  /// Taps that are multiples of unknowns.
  case tied(TapTie, centre: Int)
  /// Columns, then rows, of every plane; taps are their products.
  case separable(planes: Int, kernel: Extent, plane: Int)

  /// The unknowns of one output; `plane` is the input channel that it is a copy of at the start, if it is one.
  init(_ problem: FittingProblem, constraint: KernelConstraint, plane: Int?) {
    let (planes, kernel) = (problem.inputCount, problem.kernel)
    if constraint == .separable {
      self = .separable(planes: planes, kernel: kernel, plane: plane ?? 0)
    } else {
      self = .tied(
        TapTie(planes: planes, kernel: kernel, constraint: constraint), centre: problem.centre(ofPlane: plane ?? 0))
    }
  }

  /// Where descent begins: a copy of one channel.
  ///
  /// Of a separable kernel every plane begins with a column that is not 0, so that its row has a slope.
  var start: [Double] {
    switch self {
    case .tied(let tie, let centre):
      var unknowns = Array(repeating: 0.0, count: tie.count)
      unknowns[tie.places[centre]] = 1
      return unknowns
    case .separable(let planes, let kernel, let copied):
      let columns = (0..<planes).flatMap { _ in (0..<kernel.height).map { $0 == (kernel.height - 1) / 2 ? 1.0 : 0 } }
      let rows = (0..<planes).flatMap { plane in
        (0..<kernel.width).map { plane == copied && $0 == (kernel.width - 1) / 2 ? 1.0 : 0 }
      }
      return columns + rows
    }
  }

  /// The taps.
  func taps(_ unknowns: [Double]) -> [Double] {
    switch self {
    case .tied(let tie, _): tie.taps(unknowns)
    case .separable(let planes, let kernel, _):
      TapTie(
        planes: planes, kernel: kernel, unknownColumns: true, known: Array(unknowns[(planes * kernel.height)...])
      ).taps(unknowns)
    }
  }

  /// The gradient of the unknowns, from that of the taps.
  func gradient(_ unknowns: [Double], dTaps: [Double]) -> [Double] {
    switch self {
    case .tied(let tie, _): return tie.gathered(dTaps)
    case .separable(let planes, let kernel, _):
      let (columns, rows) = (unknowns[..<(planes * kernel.height)], unknowns[(planes * kernel.height)...])
      let dColumns = TapTie(planes: planes, kernel: kernel, unknownColumns: true, known: Array(rows)).gathered(dTaps)
      let dRows = TapTie(planes: planes, kernel: kernel, unknownColumns: false, known: Array(columns)).gathered(dTaps)
      return dColumns + dRows
    }
  }

  /// A bound on how much the square of the taps' length grows with that of the unknowns.
  ///
  /// It is the largest sum of squared factors of an unknown, and for products that of a column's and its row's squares.
  func stretch(_ unknowns: [Double]) -> Double {
    switch self {
    case .tied(let tie, _):
      return tie.gathered(tie.factors).max() ?? 1
    case .separable(let planes, let kernel, _):
      return (0..<planes).map { plane in
        let column = unknowns[plane * kernel.height..<(plane + 1) * kernel.height]
        let start = planes * kernel.height + plane * kernel.width
        return (column + unknowns[start..<start + kernel.width]).reduce(0) { $0 + $1 * $1 }
      }.max() ?? 1
    }
  }
}
