import Convolution
import Tensors
import TestSupport

/// A convolution of random shape with whole numbers small enough that every sum is exact in 32 bits.
///
/// Properties that hold in exact arithmetic are then tested without a tolerance.
struct RandomConvolution {
  let fitted: TensorConvolution
  let window: WindowParameters
  let input: Tensor
  let weight: Tensor
  let bias: Tensor
  /// A gradient of the output.
  let dOutput: Tensor

  /// Draws shapes in one or two dimensions until one fits: groups, strides, dilations, uneven pads and every padding rule.
  init(using generator: inout SeededGenerator) throws {
    while true {
      let rank = Int.random(in: 1...2, using: &generator)
      func draw(_ range: ClosedRange<Int>, count: Int? = nil) -> [Int] {
        (0..<(count ?? rank)).map { _ in Int.random(in: range, using: &generator) }
      }
      let group = Int.random(in: 1...3, using: &generator)
      let shape = draw(1...2, count: 1) + [group * draw(1...2, count: 1)[0]] + draw(1...9)
      let weightShape = [group * draw(1...3, count: 1)[0], shape[1] / group] + draw(1...4)
      let autoPad = AutoPadding.allCases[Int.random(in: 0..<4, using: &generator)]
      let window = try WindowParameters(
        spatialRank: rank, strides: draw(1...3), pads: autoPad == .notSet ? draw(0...3, count: 2 * rank) : nil,
        dilations: draw(1...3), autoPad: autoPad)
      guard
        let fitted = try? TensorConvolution(
          input: Shape(shape), weight: Shape(weightShape), window: window, group: group)
      else { continue }
      self.fitted = fitted
      self.window = window
      input = try .wholeNumbers(fitted.inputShape, using: &generator)
      weight = try .wholeNumbers(fitted.weightShape, using: &generator)
      bias = try .wholeNumbers(fitted.biasShape, using: &generator)
      dOutput = try .wholeNumbers(fitted.outputShape, using: &generator)
      return
    }
  }

  /// The shapes and parameters, to be named when a property fails.
  var description: String {
    "\(fitted.inputShape) by \(fitted.weightShape), group \(fitted.group), \(window)"
  }
}

extension Tensor {
  /// Random whole numbers from −4 to 4.
  static func wholeNumbers(_ shape: Shape, using generator: inout SeededGenerator) throws -> Tensor {
    Tensor(
      shape: shape, elements: (0..<shape.elementCount).map { _ in Float(Int.random(in: -4...4, using: &generator)) })
  }

  /// A tensor from its extents and elements.
  init(_ extents: [Int], _ elements: [Float]) throws {
    self.init(shape: try Shape(extents), elements: elements)
  }

  /// `Σ a·b` over all elements.
  func inner(_ other: Tensor) -> Double {
    precondition(shape == other.shape, "inner products are of tensors of one shape")
    return zip(elements, other.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  /// `a·self + b·other`, element by element.
  func combined(_ a: Float, _ b: Float, _ other: Tensor) -> Tensor {
    Tensor(shape: shape, elements: zip(elements, other.elements).map { a * $0 + b * $1 })
  }

  /// The tensor with one element moved by `step`.
  func moved(_ element: Int, by step: Float) -> Tensor {
    var moved = self
    moved.elements[element] += step
    return moved
  }
}
