public import ArgumentParser
public import Codecs
public import Convolution
public import FeatureMaps
public import Kernels
public import Pipeline

// The way from the text of an argument to a value: one initialiser a type, `nil` or an error where the text is none.

/// A value whose text may be wrong in a way that the parser cannot tell: the options that hold it refuse it with the reason.
protocol ExplainedArgument: ExpressibleByArgument {
  /// What was found, and what was expected; `nil` where the text is right.
  var fault: String? { get }
}

extension ParsableArguments {
  /// Refuses options that hold no value.
  ///
  /// - Throws: `ValidationError` with the option and the reason.
  func check(_ options: (name: String, value: (any ExplainedArgument)?)...) throws {
    for (name, value) in options {
      if let fault = value?.fault { throw ValidationError("\(name) \(fault)") }
    }
  }
}

/// A count of bytes with an optional binary unit: `800M`, `2G`.
struct ByteCount: ExplainedArgument {
  let value: Int
  let fault: String?

  init(argument: String) {
    var digits = argument[...]
    var shift = 0
    if let unit = "KMGT".firstIndex(of: argument.last.map { Character($0.uppercased()) } ?? " ") {
      shift = 10 * ("KMGT".distance(from: "KMGT".startIndex, to: unit) + 1)
      digits = digits.dropLast()
    }
    guard let count = Int(digits), count > 0, count <= Int.max >> shift else {
      let text = argument.drop { $0 == " " }
      (value, fault) = (0, "is \(text); expected a whole number from 1 with K, M, G or T behind it or not, as 500M")
      return
    }
    (value, fault) = (count << shift, nil)
  }
}

/// One or two positive counts: `2`, or `2,3` for vertical and horizontal.
struct ExtentArgument: ExplainedArgument {
  let extent: Extent
  let fault: String?

  var defaultValueDescription: String {
    extent.height == extent.width ? "\(extent.height)" : "\(extent.height),\(extent.width)"
  }

  init(argument: String) {
    let text = argument.drop { $0 == " " }
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count <= 2, let first = numbers.first ?? nil, let last = numbers.last ?? nil, first > 0, last > 0
    else {
      (extent, fault) = (Extent(1), "is \(text); expected one or two whole numbers from 1, as 2 or 2,3")
      return
    }
    (extent, fault) = (Extent(height: first, width: last), nil)
  }
}

/// A column and a row, from 0: `3,4`.
struct PlaceArgument: ExpressibleByArgument {
  let x: Int
  let y: Int

  init?(argument: String) {
    let numbers = argument.drop { $0 == " " }.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let x = numbers[0], let y = numbers[1] else { return nil }
    (self.x, self.y) = (x, y)
  }
}

/// The extents of an input: `WxHxC`, `WxH`, or `L` for a signal; what is left out is 1.
struct ExtentsArgument: ExplainedArgument {
  let width: Int
  let height: Int
  let channels: Int
  let isSignal: Bool
  let fault: String?

  /// Reads a text that consists of digits and what stands between numbers; others are names of files.
  init?(argument: String) {
    let argument = argument.drop { $0 == " " }
    guard argument.contains(where: \.isNumber), argument.allSatisfy({ $0.isNumber || "xX×*,.+- ".contains($0) }) else {
      return nil
    }
    let numbers = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    let isRight = numbers.count <= 3 && numbers.allSatisfy { $0 > 0 }
    let extents = (isRight ? numbers : []) + [1, 1, 1]
    (width, height, channels) = (extents[0], extents[1], extents[2])
    isSignal = isRight && numbers.count == 1
    fault =
      isRight
      ? nil
      : "\(argument) is no size; expected whole numbers from 1 as WxHxC, WxH or L, or an image (./\(argument) for a file of this name)"
  }
}

/// A padding: `valid`, `same`, `same-upper`, `same-lower`, `N`, `V,H` or `top,right,bottom,left`.
struct PaddingArgument: ExplainedArgument {
  let padding: Padding
  let fault: String?

  var defaultValueDescription: String { "\(padding)" }

  init(argument: String) {
    let text = String(argument.drop { $0 == " " })
    let found = Padding(text: text)
    padding = found ?? .valid
    fault =
      found == nil
      ? "is \(text); expected valid, same, same-lower or one, two or four whole numbers from 0, as 1,2" : nil
  }
}

/// A border by one of its names; a name that means different things to different tools is refused with what each means.
struct BorderArgument {
  let border: Border

  init(text: String) throws {
    do { border = try Border(name: text) } catch { throw ValidationError("--border \(text): \(error)") }
  }
}

/// A range mapping by its name.
struct MappingArgument {
  let mapping: RangeMapping

  init(text: String) throws {
    let name = String(text.drop { $0 == " " })
    do { mapping = try RangeMapping(name: name) } catch { throw ValidationError("--map \(text): \(error)") }
  }
}

/// A pooling in one word: `KIND:SIZE[/STRIDE][,padding]`, as `max:2`, `average:3/2,same`.
struct PoolingArgument {
  let step: PoolingStep

  init(text: String) throws {
    guard let step = Self.parse(text) else {
      throw ValidationError(
        "--pool \(text): expected max|average:SIZE[/STRIDE][,padding], as max:2 or average:3/2,same")
    }
    self.step = step
  }

  private static func parse(_ text: String) -> PoolingStep? {
    guard let colon = text.firstIndex(of: ":"), let kind = PoolingKind(rawValue: String(text[..<colon])) else {
      return nil
    }
    let rest = text[text.index(after: colon)...]
    let comma = rest.firstIndex(of: ",") ?? rest.endIndex
    let sizes = rest[..<comma].split(separator: "/", omittingEmptySubsequences: false).map { side(of: $0) }
    guard sizes.count <= 2, let size = sizes.first ?? nil, let stride = sizes.last ?? nil else { return nil }
    var padding = Padding.valid
    if comma != rest.endIndex {
      let argument = PaddingArgument(argument: String(rest[rest.index(after: comma)...]))
      guard argument.fault == nil else { return nil }
      padding = argument.padding
    }
    return PoolingStep(kind: kind, size: size, stride: stride, padding: padding)
  }

  /// `N`, or `HxW` for a window or a step of unequal sides.
  private static func side(of text: Substring) -> Extent? {
    let numbers = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count <= 2, let first = numbers.first ?? nil, let last = numbers.last ?? nil, first > 0, last > 0
    else { return nil }
    return Extent(height: first, width: last)
  }
}

/// What comes after a convolution, with its place on the command line.
///
/// `--pool` and `--activation` are options of their own, whose order relative to each other counts. The parser calls their
/// transforms from left to right, so a running number keeps that order.
struct PostStep {
  let place: Int
  let step: ImageJob.Step

  init(pool text: String) throws {
    step = .pooling(try PoolingArgument(text: text).step)
    place = Self.nextPlace()
  }

  init(activation text: String) throws {
    guard let activation = Activation(rawValue: text) else {
      let names = Activation.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--activation \(text): expected one of \(names)")
    }
    step = .activation(activation)
    place = Self.nextPlace()
  }

  // Arguments are parsed on the main thread alone, before anything else runs.
  nonisolated(unsafe) private static var places = 0

  private static func nextPlace() -> Int {
    unsafe places += 1
    return unsafe places
  }
}

/// A part of a batch: `I/N`, or `auto`.
struct ShardArgument: ExplainedArgument {
  let fault: String?
  private let part: Shard?

  init(argument: String) {
    part = Shard(argument)
    fault =
      part == nil && argument != "auto"
      ? "is \(argument); expected I/N with I from 0 to N - 1, as 0/4, or auto" : nil
  }

  /// - Throws: `JobError` where no scheduler says which part.
  func shard() throws -> Shard {
    try part ?? Shard.fromScheduler()
  }
}

extension BatchOptions.Durability: ExpressibleByArgument {}
extension DamagePolicy: ExpressibleByArgument {}
extension ImageFormat: ExpressibleByArgument {
  /// The format of a name as `png`, `jpg`, `jpeg` or `npy`.
  public init?(argument: String) {
    self.init(fileNameEnding: ".\(argument)")
  }
}
extension PNGCompression: ExpressibleByArgument {}
extension ChannelSelection: ExpressibleByArgument {}
extension AlphaHandling: ExpressibleByArgument {}
extension AutoPadding: ExpressibleByArgument {}
extension KernelConstraint: ExpressibleByArgument {}
extension KernelFormat: ExpressibleByArgument {}
extension WeightLayout: ExpressibleByArgument {
  /// The layout of a name, `OIHW` or `HWIO`, in either case.
  public init?(argument: String) {
    self.init(rawValue: argument.lowercased())
  }
}
extension ColorMap: ExpressibleByArgument {}
extension InputPreparation.Layout: ExpressibleByArgument {}
extension MapsJob.Scale: ExpressibleByArgument {}
extension MapsJob.Order: ExpressibleByArgument {}
extension MapsJob.Reduction: ExpressibleByArgument {}
extension PoolingKind: ExpressibleByArgument {}
extension Kernel.Operation: ExpressibleByArgument {}

extension Algorithm {
  /// The algorithm of a name, among those that images have.
  ///
  /// - Throws: `ValidationError` with those there are.
  init(ofImages text: String) throws {
    try self.init(text, of: "images", among: ConvolutionPlan.algorithms)
  }

  /// The algorithm of a name, among those that tensors have.
  ///
  /// - Throws: `ValidationError` with those there are.
  init(ofTensors text: String) throws {
    try self.init(text, of: "tensors", among: TensorConvolution.algorithms)
  }

  private init(_ text: String, of subject: String, among choices: [Algorithm]) throws {
    guard let algorithm = Algorithm(rawValue: text), choices.contains(algorithm) else {
      let names = choices.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("\(subject) have no algorithm \(text); expected one of \(names)")
    }
    self = algorithm
  }
}
