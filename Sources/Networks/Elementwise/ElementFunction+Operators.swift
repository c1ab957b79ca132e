import Tensors

extension ElementFunction {
  /// The function that an element-wise operator applies, with what its attributes and further inputs say; `nil` for other operators.
  ///
  /// - Throws: `NetworkError` where an attribute has no meaning.
  init?(_ arguments: Arguments) throws(NetworkError) {
    if let simple = Self.simple[arguments.node.operation] {
      self = simple
      return
    }
    switch arguments.node.operation {
    case "Clip": self = try Self.clip(arguments)
    case "LeakyRelu": self = .leakyRelu(slope: try arguments.number("alpha", or: 0.01))
    case "HardSigmoid":
      self = .hardSigmoid(
        slope: try arguments.number("alpha", or: 0.2), offset: try arguments.number("beta", or: 0.5))
    case "Elu": self = .elu(alpha: try arguments.number("alpha", or: 1))
    case "Selu":
      self = .selu(
        alpha: try arguments.number("alpha", or: 1.673_263_2), gamma: try arguments.number("gamma", or: 1.050_701))
    case "ThresholdedRelu": self = .threshold(try arguments.number("alpha", or: 1))
    case "Gelu": self = .gelu(isApproximate: try arguments.text("approximate", or: "none") == "tanh")
    default: return nil
    }
  }

  /// Whether an operator is of this kind.
  static func serves(_ operation: String) -> Bool {
    simple[operation] != nil || parametric.contains(operation)
  }

  private static let parametric: Set = ["Clip", "LeakyRelu", "HardSigmoid", "Elu", "Selu", "ThresholdedRelu", "Gelu"]

  /// The operators that have no attributes.
  private static let simple: [String: ElementFunction] = [
    "Relu": .relu, "HardSwish": .hardSwish, "Sigmoid": .sigmoid, "Tanh": .tanh, "Swish": .silu, "Exp": .exponential,
    "Log": .logarithm, "Sqrt": .squareRoot, "Abs": .magnitude, "Neg": .negation, "Reciprocal": .reciprocal,
    "Erf": .errorFunction, "Softplus": .softplus, "Softsign": .softsign, "Mish": .mish, "Floor": .floor,
    "Ceil": .ceiling, "Round": .roundedToEven, "Sign": .sign, "Sin": .sine, "Cos": .cosine, "Add": .sum,
    "Sub": .difference, "Mul": .product, "Div": .quotient, "Pow": .power, "Min": .minimum, "Max": .maximum,
    "Sum": .sum, "PRelu": .parametricRelu,
  ]

  /// The limits are attributes up to opset 10 and inputs since.
  private static func clip(_ arguments: Arguments) throws(NetworkError) -> ElementFunction {
    .clip(
      low: try arguments.has(1)
        ? arguments.number(1) : arguments.number("min", or: -.greatestFiniteMagnitude),
      high: try arguments.has(2)
        ? arguments.number(2) : arguments.number("max", or: .greatestFiniteMagnitude))
  }
}
