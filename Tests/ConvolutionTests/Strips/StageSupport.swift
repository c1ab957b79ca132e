import Convolution
import Tensors
import TestSupport
import Testing

/// Seeded whole numbers in 0…bound, in `C×H×W`.
func wholeSamples(_ shape: StageShape, bound: Int, _ random: inout SeededGenerator) -> [Double] {
  (0..<shape.channelCount * shape.height * shape.width).map { _ in Double(Int.random(in: 0...bound, using: &random)) }
}

/// Planes in `C×H×W` as rows in `R×C×W`, and only those in `range`.
func planarRows<Scalar: EngineScalar>(_ planes: [Double], _ shape: StageShape, _ range: Range<Int>) -> PlanarRows<
  Scalar
> {
  var samples: [Scalar] = []
  for row in range {
    for channel in 0..<shape.channelCount {
      let start = (channel * shape.height + row) * shape.width
      samples += planes[start..<start + shape.width].map { Scalar($0) }
    }
  }
  return PlanarRows(channelCount: shape.channelCount, width: shape.width, rowCount: range.count, samples: samples)
}

/// What a stage makes of an image pushed in strips of `stripHeight` rows, in `R×C×W`.
func pushed<Stage: RowStage>(_ stage: Stage, _ planes: [Double], _ shape: StageShape, stripHeight: Int) -> [Stage
  .Scalar]
{
  var result: [Stage.Scalar] = []
  for first in stride(from: 0, to: shape.height, by: stripHeight) {
    result += stage.push(planarRows(planes, shape, first..<min(first + stripHeight, shape.height))).samples
  }
  return result
}

/// The reference's result of a plan, in `R×C×W`.
func referenceRows(_ plan: ConvolutionPlan, _ planes: [Double]) -> [Double] {
  let result = Reference.convolve(
    planes, channelCount: plan.input.channelCount, bank: plan.bank, geometry: plan.geometry, border: plan.border,
    fullRange: plan.fullRange)
  let rows: PlanarRows<Double> = planarRows(result, plan.outputShape, 0..<plan.outputShape.height)
  return rows.samples
}

/// Where two arrays differ, in words, or `nil` where they are equal: at once where they are, which generic code is not.
func difference<Scalar: BinaryFloatingPoint>(_ found: [Scalar], _ expected: [Scalar]) -> String? {
  found == expected ? nil : mismatch(found, expected)
}

/// Expects that both element types give the reference's result exactly, in strips of one row and at once.
func expectReference(_ plan: ConvolutionPlan, _ planes: [Double]) throws {
  let expected = referenceRows(plan, planes)
  for stripHeight in [1, plan.input.height] {
    let single = pushed(StripConvolution<Float>(plan: plan), planes, plan.input, stripHeight: stripHeight)
    let double = pushed(StripConvolution<Double>(plan: plan), planes, plan.input, stripHeight: stripHeight)
    let found = difference(single.map(Double.init), expected) ?? difference(double, expected)
    #expect(found == nil, "\(plan.input) \(plan.geometry) \(plan.border) \(plan.bank.taps), strips of \(stripHeight)")
    try #require(found == nil)
  }
}
