import Tensors

/// The explanation as text: the window, a table of products for each channel, and the way to the stored sample.
extension Explanation {
  /// The most rows and columns of products that are printed.
  private static let largestTable = 15
  /// The longest line of a table.
  private static let longestLine = 160
  /// The most input channels of a sum, and output channels, that are printed.
  private static let mostPlanes = 8

  /// The explanation for a reader; what does not fit is summed up, and is whole in the encoded form.
  public var text: String {
    func shape(_ extents: [Int]) -> String { extents.map(String.init).joined(separator: "×") }
    func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }
    var lines = [
      "output     \(list(at)) of \(shape(outputShape)), from \(shape(inputShape)) (\(input))",
      "operator   \(name), \(shape(kernel)), stride \(list(stride)), dilation \(list(dilation))",
      "padding    top \(padding[0]), right \(padding[1]), bottom \(padding[2]), left \(padding[3]); \(padded)",
      "rows       \(text(of: rows))",
      "columns    \(text(of: columns))",
    ]
    if !earlier.isEmpty {
      lines.insert("after      \(earlier.joined(separator: ", ")): the samples below are its results", at: 1)
    }
    for channel in channels.prefix(Self.mostPlanes) { lines += [""] + text(of: channel) }
    if channels.count > Self.mostPlanes {
      lines.append("")
      lines += TextTable.lines(
        channels.dropFirst(Self.mostPlanes).map {
          [$0.name, "result", "\(Self.exact($0.result))", "stored", "\($0.stored)"]
        })
    }
    return lines.joined(separator: "\n")
  }

  /// Positions; in the padding with the source, as `-1→0*`.
  private func text(of taps: [WindowTap]) -> String {
    let outside = isPooling ? "" : "→constant"
    let texts = taps.map { tap in
      tap.isPadding ? "\(tap.position)\(tap.source.map { "→\($0)" } ?? outside)*" : "\(tap.position)"
    }
    guard texts.count > Self.largestTable else { return texts.joined(separator: " ") }
    return texts.prefix(Self.largestTable - 1).joined(separator: " ") + " … " + texts[texts.count - 1]
  }

  private func text(of channel: Channel) -> [String] {
    var lines: [String] = []
    for plane in channel.planes.prefix(Self.mostPlanes) {
      let weight = plane.alphas == nil ? "" : " · alpha"
      let source = plane.name == channel.name ? "" : " from \(plane.name)"
      let product = isPooling ? (plane.alphas == nil ? "s" : " = product") : " × tap = product"
      lines.append("\(channel.name)\(source): sample\(weight)\(product)" + (hasPadding ? ", * padding" : ""))
      lines += table(of: plane).map { "   \($0)" }
    }
    let rest = channel.planes.dropFirst(Self.mostPlanes)
    if !rest.isEmpty {
      lines.append(
        "   … \(rest.count) more channels, whose products add up to \(Self.exact(rest.reduce(0) { $0 + $1.sum }))")
    }
    return lines + steps(of: channel).map { "   \($0)" }
  }

  /// Whether a pooling is explained, whose taps say no more than that a sample counts.
  private var isPooling: Bool { algorithm == nil }

  private var padded: String { border == Self.uncounted ? "does not count" : "holds \(border)" }

  private var hasPadding: Bool { (rows + columns).contains(where: \.isPadding) }

  /// The products in the kernel's rows and columns, as many as fit.
  private func table(of plane: Plane) -> [String] {
    let height = min(rows.count, Self.largestTable)
    var width = min(columns.count, Self.largestTable)
    var lines = TextTable.lines(cells(of: plane, height: height, width: width), leading: 0)
    while width > 1 && lines.contains(where: { $0.count > Self.longestLine }) {
      width -= 1
      lines = TextTable.lines(cells(of: plane, height: height, width: width), leading: 0)
    }
    let (shown, total) = (height * width, rows.count * columns.count)
    if shown < total {
      let sum = (0..<height).reduce(0.0) { $0 + plane.products[$1].prefix(width).reduce(0, +) }
      lines.append("… \(total - shown) more of \(total) products, which add up to \(Self.exact(plane.sum - sum))")
    }
    return lines
  }

  private func cells(of plane: Plane, height: Int, width: Int) -> [[String]] {
    (0..<height).map { row in
      (0..<width).flatMap { column in
        let mark = rows[row].isPadding || columns[column].isPadding ? "*" : ""
        let alpha = plane.alphas.map { " · \($0[row][column].forPeople)" } ?? ""
        let (tap, product) = (plane.taps[row][column], plane.products[row][column])
        if isPooling {
          let sample = tap == 0 ? "–" : "\(plane.samples[row][column].forPeople)\(alpha)"
          return [
            sample + mark, plane.alphas == nil || tap == 0 ? "" : "= \(product.forPeople)",
            column < width - 1 ? "|" : "",
          ]
        }
        return [
          "\(plane.samples[row][column].forPeople)\(alpha)\(mark) × \(tap.forPeople)", "= \(product.forPeople)",
          column < width - 1 ? "|" : "",
        ]
      }
    }
  }

  /// The steps from the sum to the stored sample; those that change nothing are left out.
  private func steps(of channel: Channel) -> [String] {
    var steps = [
      reduction == .sum
        ? ["sum", Self.exact(channel.sum)]
        : ["largest", Self.exact(channel.sum) + (place(ofLargest: channel).map { "  (at \($0))" } ?? "")]
    ]
    if channel.divisor != 1 { steps.append(["÷ divisor", "\(Self.exact(channel.divisor))"]) }
    if let alpha = channel.alpha { steps.append(["÷ alpha", "\(Self.exact(alpha))"]) }
    if channel.bias != 0 { steps.append(["+ bias", "\(Self.exact(channel.bias))"]) }
    let difference = abs(channel.computed - channel.result)
    let apart = difference == 0 ? "equal" : "\(difference.forPeople) away, at most \(channel.errorBound.forPeople)"
    steps.append(["= computed", "\(Self.exact(channel.computed))"])
    steps.append([
      "engine", "\(Self.exact(channel.result))  (\(precision) sums\(algorithm.map { ", \($0)" } ?? ""): \(apart))",
    ])
    for (name, value) in zip(later, channel.activated) { steps.append([name, Self.exact(value)]) }
    steps.append(["fraction", "\(Self.exact(channel.fraction))"])
    if let encoded = channel.encoded { steps.append(["sRGB", "\(Self.exact(encoded))"]) }
    let isColor = !(channel.name == "A" && channels.count > 1)
    steps.append(["mapped", "\(Self.exact(channel.mapped))" + (isColor ? "  (\(mapping))" : "")])
    let isTie = abs(channel.mapped - channel.mapped.rounded(.towardZero)) == 0.5
    steps.append(["rounded", "\(channel.rounded.forPeople)" + (isTie ? "  (a tie, to even)" : "")])
    let isClamped = channel.rounded != Double(channel.stored)
    steps.append(["stored", "\(channel.stored)" + (isClamped ? "  (clamped to 0…\(fullRange.forPeople))" : "")])
    return TextTable.lines(steps, leading: 2)
  }

  /// Column and row of the sample that gave the largest product.
  private func place(ofLargest channel: Channel) -> String? {
    guard let plane = channel.planes.first else { return nil }
    for row in rows.indices {
      for column in columns.indices
      where plane.taps[row][column] != 0 && plane.products[row][column] == channel.sum {
        return "\(columns[column].position),\(rows[row].position)"
      }
    }
    return nil
  }

  /// A number in as many digits as it takes.
  private static func exact(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }
}
