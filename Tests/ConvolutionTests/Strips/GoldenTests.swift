import Convolution
import Foundation
import Tensors
import TestSupport
import Testing

/// Small images, some smaller than the kernel, as SciPy's `ndimage.correlate` and OpenCV's `filter2D` filter them.
///
/// `Goldens/record.py` makes the file.
@Suite struct GoldenTests {
  private struct Recorded: Decodable {
    struct Case: Decodable {
      let height: Int
      let width: Int
      let image: [Double]
      let kernelHeight: Int
      let kernelWidth: Int
      let kernel: [Double]
      let outputs: [String: [Double]]
    }
    let scipyConstant: Double
    let cases: [Case]
  }

  @Test func `every border is that of the tool whose name it bears`() throws {
    let file = SharedFiles.packageFolder.appendingPathComponent("Tests/ConvolutionTests/Goldens/correlation.json")
    let recorded = try JSONDecoder().decode(Recorded.self, from: Data(contentsOf: file))
    var checked = 0
    for item in recorded.cases {
      for (name, expected) in item.outputs {
        var border = try Border(name: name)
        if name == "scipy:constant" { border = .constant(recorded.scipyConstant) }
        let input = StageShape(channelCount: 1, height: item.height, width: item.width)
        // Both tools centre even kernels on the later of the two middle taps.
        let plan = try ConvolutionPlan(
          input: input, bank: KernelBank(height: item.kernelHeight, width: item.kernelWidth, taps: item.kernel),
          padding: .sameLower, border: border, isInteger: true, sampleBound: 255)
        let found = pushed(StripConvolution<Float>(plan: plan), item.image, input, stripHeight: 1)
        #expect(
          mismatch(found.map(Double.init), expected) == nil,
          "\(name), \(item.width)×\(item.height), kernel \(item.kernelWidth)×\(item.kernelHeight)")
        checked += 1
      }
    }
    #expect(checked == 225)
  }
}
