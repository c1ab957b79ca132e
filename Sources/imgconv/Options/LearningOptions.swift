import ArgumentParser
import Convolution
import FeatureMaps
import Pipeline

/// Which kernel is learned, and how.
struct LearningOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The kernel's side, K, or its rows and columns, V,H.", valueName: "size"))
  var size: ExtentArgument

  @Flag(help: "Learn a bias too.")
  var bias = false

  @Flag(help: "Learn a kernel for each output channel that sums over all input channels, not one that all share.")
  var bank = false

  @Option(
    help: """
      What taps have in common: none (the default), symmetric (the kernel turned by 180° is the same), isotropic (mirrored \
      too) or separable (a column times a row).
      """)
  var constraint: KernelConstraint = .none

  @Option(
    help: ArgumentHelp("What the square of a tap costs, in mean squares of full range, as 1e-6.", valueName: "cost"))
  var ridge = 0.0

  @Option(help: ArgumentHelp("The step from window to window, S or V,H.", valueName: "stride"))
  var stride = ExtentArgument.one

  @Option(help: ArgumentHelp("The step from tap to tap, D or V,H.", valueName: "dilation"))
  var dilation = ExtentArgument.one

  @Option(
    help: """
      Use windows that reach over the edge too, where this stands: edge, zero, constant:V, reflect101, symmetric or wrap \
      (default: they are left out).
      """, transform: BorderArgument.init(text:))
  var border: BorderArgument?

  @Option(help: "Which channels take part: each, luma, R, G, B or A.")
  var channels: ChannelSelection = .each

  @Flag(help: "Learn in linear light.")
  var linear = false

  @Flag(help: "Use target samples of 0 and full range too, which may have been clipped.")
  var useClipped = false

  @Option(help: ArgumentHelp("Parts for the cross-validation; 0 for none.", valueName: "n"))
  var folds = 5

  @Option(
    help: ArgumentHelp("Use each n-th row of windows (default: all, of large images fewer).", valueName: "n"))
  var every: Int?

  func validate() throws {
    try check(("--size", size), ("--stride", stride), ("--dilation", dilation))
    guard ridge >= 0, ridge.isFinite else { throw ValidationError("--ridge is \(ridge); expected 0 or more") }
    guard folds == 0 || (2...100).contains(folds) else {
      throw ValidationError("--folds is \(folds); expected 0, or 2 to 100")
    }
    if let every, every < 1 { throw ValidationError("--every is \(every); expected at least 1") }
  }

  /// The job on images that follow one another in pairs.
  func job(images: [String], method: LearningJob.Method) -> LearningJob {
    let pairs = Swift.stride(from: 0, to: images.count - 1, by: 2).map {
      LearningJob.Pair(input: images[$0], target: images[$0 + 1])
    }
    var job = LearningJob(pairs: pairs, kernel: size.extent)
    (job.hasBias, job.isBank, job.constraint, job.ridge) = (bias, bank, constraint, ridge)
    (job.stride, job.dilation, job.border) = (stride.extent, dilation.extent, border?.border)
    (job.channels, job.isLinear, job.usesClipped) = (channels, linear, useClipped)
    (job.foldCount, job.rowStep, job.method) = (max(folds, 1), every, method)
    return job
  }
}

/// How a kernel is learned, where not in closed form.
struct DescentOptions: ParsableArguments {
  /// What finds the kernel.
  enum Method: String, CaseIterable, ExpressibleByArgument {
    case leastSquares = "least-squares"
    case sgd
    case adam
  }

  @Option(help: "How it is found: least-squares (in closed form, the default), sgd or adam (by gradient descent).")
  var method: Method = .leastSquares

  @Option(help: ArgumentHelp("The steps of a descent (default: 5000).", valueName: "n"))
  var steps: Int?

  @Option(help: ArgumentHelp("How far its first steps go (default: adam 0.05, sgd by the images).", valueName: "rate"))
  var rate: Double?

  @Option(help: ArgumentHelp("The patches of a step, of 32×32 samples (default: 8).", valueName: "n"))
  var batch: Int?

  @Option(help: ArgumentHelp("What the drawing of patches begins with (default: 1).", valueName: "number"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("Write the loss of each step as a PNG.", valueName: "file"))
  var plot: String?

  func validate() throws {
    let given: [(String, Bool)] = [
      ("--steps", steps != nil), ("--rate", rate != nil), ("--batch", batch != nil), ("--seed", seed != nil),
      ("--plot", plot != nil),
    ]
    if method == .leastSquares, let (name, _) = given.first(where: \.1) {
      throw ValidationError("\(name) is of a descent; expected --method sgd or adam")
    }
    for (name, value) in [("--steps", steps), ("--batch", batch)] {
      if let value, !(1...1_000_000).contains(value) {
        throw ValidationError("\(name) is \(value); expected 1 to 1000000")
      }
    }
    if let rate, !(rate > 0 && rate.isFinite) { throw ValidationError("--rate is \(rate); expected more than 0") }
  }

  /// Draws the losses of a descent, where that is asked for.
  ///
  /// - Throws: `JobError`.
  func drawLosses(_ losses: [Double], mayReplace: Bool) throws {
    guard let plot, !losses.isEmpty else { return }
    try LossPlot(losses, title: "Mean square residual of each step, \(method.rawValue)").canvas()
      .writePNG(to: plot, mayReplace: mayReplace)
  }

  /// The method, with its numbers.
  var chosen: LearningJob.Method {
    guard let method = GradientDescent.Method(rawValue: method.rawValue) else { return .leastSquares }
    return .descent(
      GradientDescent(
        method: method, stepCount: steps ?? 5000, rate: rate, batchSize: batch ?? 8, seed: seed ?? 1))
  }
}
