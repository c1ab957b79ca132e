import Codecs
import Convolution
import Foundation
import Pipeline
import Tensors
import TestSupport
import Testing

@Suite("An operator on arrays in files")
struct TensorJobTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try write([1, 1, 4], [1, 2, 3, 4], as: "x.npy")
    try write([1, 1, 2], [1, 10], as: "w.npy")
    try write([1, 2, 2], [1, 1, 1, 1], as: "other.npy")
  }

  private func path(_ name: String) -> String { folder.file(name).path }

  private func write(_ extents: [Int], _ elements: [Float], as name: String) throws {
    try Data().write(to: folder.file(name))
    let handle = try FileHandle(forWritingTo: folder.file(name))
    try NPYFile.write(Tensor(shape: try Shape(extents), elements: elements), descriptor: handle.fileDescriptor)
    try handle.close()
  }

  private func convolution(_ attributes: TensorOperation.ConvolutionAttributes = .init(), weight: String = "w.npy")
    -> TensorJob
  {
    TensorJob(
      .convolution(attributes), inputs: [.input: path("x.npy"), .weight: path(weight)],
      outputs: [.output: path("y.npy")])
  }

  @Test("runs and tells what it did")
  func runs() throws {
    let summary = try convolution(.init(window: .init(pads: [0, 1]), algorithm: .im2col)).run()
    #expect(try NPYFixture(folder.file("y.npy")).values == [21, 32, 43, 4])
    #expect(summary.operation == "Conv")
    #expect(summary.inputs == ["input": [1, 1, 4], "weight": [1, 1, 2]])
    #expect(summary.outputs == ["output": [1, 1, 4]])
    #expect(summary.pads == [0, 1])
    #expect(summary.algorithm == "im2col")
    #expect(summary.multiplyAdds == 8)
    #expect(summary.workingBytes == 16 + 32)
    #expect(
      summary.text
        == "Conv: input 1×1×4, weight 1×1×2 → output 1×1×4, im2col, 8 multiply-adds, 48 bytes to work with")
  }

  @Test("names what was chosen, not that it could choose")
  func chosenAlgorithm() throws {
    #expect(try convolution().run().algorithm == "direct")
    #expect(try convolution(.init(algorithm: .reference)).run().algorithm == "reference")
    let gradient = TensorJob(
      .convolutionGradients(.init(algorithm: .reference)),
      inputs: [.input: path("x.npy"), .weight: path("w.npy"), .gradOutput: path("y.npy")],
      outputs: [.gradWeight: path("dw.npy")])
    let summary = try gradient.run()
    #expect(summary.algorithm == "reference")
    #expect(summary.outputs == ["grad-weight": [1, 1, 2]])
    #expect(try NPYFixture(folder.file("dw.npy")).values == [214, 310])
  }

  @Test("traps where an input is not named, or a result is named that there is not")
  func programmersMistakes() async {
    // A thrown error would not end the process.
    await #expect(processExitsWith: .failure) {
      _ = try? TensorJob(.pooling(.maximum, nil), inputs: [:], outputs: [:]).run()
    }
    await #expect(processExitsWith: .failure) {
      guard let here = try? TensorJobTests() else { return }
      _ = try? TensorJob(
        .pooling(.average(countingPadding: false), nil), inputs: [.input: here.path("x.npy")],
        outputs: [.indices: here.path("i.npy")]
      ).run()
    }
  }

  @Test("refuses with a stable code and the file it is about")
  func codes() throws {
    func refusal(_ job: TensorJob, options: RunOptions = RunOptions()) -> JobError? {
      #expect(throws: JobError.self) { _ = try job.run(options: options) }
    }
    let shapes = refusal(convolution(weight: "other.npy"))
    #expect(shapes?.kind == .badData && shapes?.code == "shape.mismatch" && shapes?.path == path("x.npy"))
    let attribute = refusal(convolution(.init(window: .init(strides: [1, 1]))))
    #expect(attribute?.kind == .badData && attribute?.code == "operator.attribute")

    var options = RunOptions()
    options.limits.maximumMemory = 32
    let memory = refusal(convolution(), options: options)
    #expect(memory?.kind == .badData && memory?.code == "limit.memory" && memory?.path == path("x.npy"))
    let missing = refusal(convolution(weight: "none.npy"))
    #expect(missing?.kind == .noInput && missing?.path == path("none.npy"))
    #expect(folder.names == ["other.npy", "w.npy", "x.npy"])
  }
}
