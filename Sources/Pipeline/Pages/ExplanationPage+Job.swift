import Convolution
import FeatureMaps
import Kernels
import Tensors

extension ExplanationPage.Chain {
  /// The operators of a job.
  ///
  /// - Parameters:
  ///   - name: what the chain is called.
  ///   - job: the operators, and how results become samples where `mapping` does not say.
  ///   - arguments: what a command line says for each convolution; `nil` where numbers have to be written out.
  ///   - outputNames: the names of each convolution's outputs.
  ///   - mapping: how results become samples.
  init(
    name: String, job: ImageJob, arguments: [String?], outputNames: [[String]],
    mapping: ExplanationPage.Mapping
  ) {
    var convolutions = zip(arguments, outputNames).makeIterator()
    let steps = job.steps.map { step -> ExplanationPage.Step in
      switch step {
      case .activation(let activation): return .activation(activation.rawValue)
      case .pooling(let pooling): return .pooling(.init(pooling))
      case .convolution(let convolution):
        let (argument, names) = convolutions.next() ?? (nil, [])
        return .convolution(.init(convolution, argument: argument, names: names))
      }
    }
    self.init(name: name, steps: steps, mapping: mapping)
  }
}

extension ExplanationPage.Convolution {
  init(_ step: ConvolutionStep, argument: String?, names: [String]) {
    let bank = step.bank
    self.init(
      name: step.name, argument: argument, names: names,
      shape: [bank.outputCount, bank.inputCount, bank.height, bank.width], taps: bank.taps, divisors: bank.divisors,
      biases: bank.biases, anchor: bank.anchor.map { [$0.x, $0.y] }, stride: step.stride.pair,
      dilation: step.dilation.pair, padding: "\(step.padding)", border: "\(step.border)")
  }
}

extension ExplanationPage.Pooling {
  fileprivate init(_ step: PoolingStep) {
    self.init(
      reduction: step.kind.rawValue, size: step.size.pair, stride: step.stride.pair, padding: "\(step.padding)",
      ceil: step.rounding == .ceil, countsPadding: step.countsPadding)
  }
}

extension ExplanationPage.Preset {
  /// The most taps on a side of a kernel that a page offers.
  private static let largestSide = 11

  /// The plain kernels of the catalogue that are small enough to be edited number by number.
  static var catalogue: [Self] {
    Catalogue.names.compactMap { name in
      guard let kernel = try? Catalogue.kernel(named: name), kernel.bank.outputCount == 1, kernel.bank.isDepthwise,
        max(kernel.bank.height, kernel.bank.width) <= largestSide
      else { return nil }
      let bank = kernel.correlationBank()
      let rows = (0..<bank.height).map { Array(bank.taps[$0 * bank.width..<($0 + 1) * bank.width]) }
      return Self(
        name: name, rows: rows, divisor: bank.divisors[0], bias: bank.biases[0],
        anchor: bank.anchor.map { [$0.x, $0.y] })
    }
  }
}

extension Extent {
  /// Vertical, then horizontal.
  fileprivate var pair: [Int] { [height, width] }
}
