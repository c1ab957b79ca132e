import Foundation
import Tensors
import TestSupport
import Testing

@Suite("imgconv plan")
struct PlanCommandTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// What `--json` prints, as far as tests look at it.
  private struct Output: Decodable {
    struct Operator: Decodable {
      let input: [Int], output: [Int], padding: [Int]?, dropped: [Int]?, parameters: Int?, multiplyAdds: Int?
      let drawing: [String]?
    }
    let image: [Int]
    let operators: [Operator]
    let parameters: Int, multiplyAdds: Int, workingBytes: Int
    let receptiveField: [Int], receptiveFieldStep: [Int], receptiveFieldStart: [Int]
  }

  private func plan(_ arguments: String...) throws -> Output {
    let run = try Tool.run(["plan", "--json"] + arguments, in: folder.url)
    #expect(run.exitCode == 0, "\(run.errors)")
    return try JSONDecoder().decode(Output.self, from: run.output)
  }

  @Test("draws 13 samples under 6 taps at stride 5 as the lecture does", arguments: ["13", "13x1", "13x1x1"])
  func drawsTheLecture(input: String) throws {
    let ones = "1 1 1 1 1 1"
    let same = try plan(ones, input, "--stride", "5", "--padding", "same")
    let isSignal = input == "13"
    #expect(same.operators[0].output == (isSignal ? [1, 3] : [1, 1, 3]))
    #expect(same.operators[0].padding == (isSignal ? [1, 2] : [0, 2, 0, 1]))
    #expect(
      same.operators[0].drawing == [
        "pad| 0 |1 2 3 4 5 6 7 8 9 10 11 12 13|0 0",
        "     |__________|",
        "                |__________|",
        "                          |_____________|",
      ])
    let lower = try plan(ones, input, "--stride", "5", "--padding", "same-lower")
    #expect(lower.operators[0].drawing?[0] == "pad| 0 0 |1 2 3 4 5 6 7 8 9 10 11 12 13|0")
    let valid = try plan(ones, input, "--stride", "5", "--padding", "valid")
    #expect(valid.operators[0].output.last == 2 && valid.operators[0].dropped?.last == 2)
    #expect(
      valid.operators[0].drawing == [
        "1 2 3 4 5 6 7 8 9 10 11 (12 13)",
        "|_________|",
        "          |___________|",
      ])
    let text = try Tool.run(["plan", ones, input, "--stride", "5", "--padding", "same"], in: folder.url).text
    #expect(text.contains("pad| 0 |1 2 3 4 5 6 7 8 9 10 11 12 13|0 0\n"), "\(text)")
  }

  @Test("gives a signal one axis: one number pads, steps and pools along it")
  func signals() throws {
    let output = try plan("1 2 1", "9", "--padding", "2", "--stride", "2", "--dilation", "2", "--pool", "max:2")
    #expect(output.image == [1, 9])
    // (9 + 4 − 5) / 2 + 1 windows, each of 3 products.
    #expect(output.operators.map(\.output) == [[1, 5], [1, 2]])
    #expect(output.operators[0].padding == [2, 2] && output.operators[1].dropped == [1])
    #expect(output.multiplyAdds == 15)
    #expect(output.receptiveField == [7] && output.receptiveFieldStep == [4] && output.receptiveFieldStart == [-2])
    let uneven = try plan("1 2 1", "9", "--padding", "0,2,0,1")
    #expect(uneven.operators[0].padding == [1, 2] && uneven.operators[0].output == [1, 10])
    #expect(uneven.operators[0].drawing?.first == "pad| 0 |1 2 3 4 5 6 7 8 9|0 0")
    for (arguments, reason) in [
      (["sobel-x", "9"], "kernel sobel-x is 3×3; expected a kernel of one row for a signal"),
      (["1 2 1", "9", "--stride", "2,3"], "the stride is 2,3; expected one number for a signal"),
      (["1 2 1", "9", "--padding", "1,2"], "the padding is 1,2,1,2; expected one number"),
      (["1 2 1", "9", "--pool", "max:3x2"], "the window is 3,2; expected one number"),
    ] {
      let run = try Tool.run(["plan"] + arguments, in: folder.url)
      #expect(run.exitCode == 65 && run.errors.contains(reason), "\(run.errors)")
    }
  }

  @Test(
    "says what is wrong with a size",
    arguments: ["0", "13x", "13x0x3", "1x2x3x4", "-4", "640×480", "640*480", "1.5x2", "99999999999999999999x3"])
  func wrongSizes(size: String) throws {
    let run = try Tool.run(["plan", "identity", size], in: folder.url)
    #expect(run.exitCode == 64)
    #expect(
      run.errors.contains("\(size) is no size; expected whole numbers from 1 as WxHxC, WxH or L"), "\(run.errors)")
    let file = try Tool.run(["plan", "identity", "13x7.png"], in: folder.url)
    #expect(file.exitCode == 66)
  }

  @Test("draws small images with zeros around them, windows of rows to the right and of columns below")
  func drawsSmallImages() throws {
    #expect(
      try plan("sobel-x", "3x3", "--stride", "2").operators[0].drawing == [
        "pad| 0 |0 0 0|0   |",
        "---------------",
        "pad| 0 |1 2 3|0   |",
        "pad| 0 |4 5 6|0   | |",
        "pad| 0 |7 8 9|0     |",
        "---------------",
        "pad| 0 |0 0 0|0     |",
        "     |____|",
        "          |___|",
      ])
    #expect(
      try plan("1 1; 1 1", "3x3", "--stride", "2", "--padding", "valid").operators[0].drawing == [
        "  1   2 (3)   |",
        "  4   5 (6)   |",
        "(7) (8) (9)",
        "|_____|",
      ])
    #expect(try plan("1 0 1", "7", "--dilation", "3", "--padding", "valid").operators[0].drawing?[1] == "|_____|_____|")
    #expect(try plan("identity", "100x100").operators[0].drawing == nil)
  }

  @Test("marks a tap with one bar where windows are dilated, in rows as in columns")
  func drawsDilation() throws {
    let signal = try plan("1 2 1", "20", "--dilation", "3", "--padding", "1").operators[0].drawing
    #expect(signal?.last?.count { $0 == "|" } == 3)
    #expect(
      try plan("gaussian3", "5x5", "--dilation", "2", "--padding", "valid").operators[0].drawing == [
        " 1  2  3  4  5   |",
        " 6  7  8  9 10",
        "11 12 13 14 15   |",
        "16 17 18 19 20",
        "21 22 23 24 25   |",
        "|______|_____|",
      ])
  }

  @Test(
    "refuses numbers beyond the limits that hold for files, and names the limit",
    arguments: [
      (["99999x99999", "--max-side", "100"], "limit.dimension"), (["65536x1"], "limit.dimension"),
      (["20000x20000"], "limit.pixels"), (["5000x5000x3", "--max-memory", "1K"], "limit.memory"),
    ])
  func limits(arguments: [String], code: String) throws {
    let run = try Tool.run(["plan", "gaussian3"] + arguments, in: folder.url)
    #expect(run.exitCode == 65 && run.errors.contains("[\(code)]"), "\(run.errors)")
    for allowed in [["gaussian3", "56x56x64"], ["1 2 1", "100000"]] {
      #expect(try Tool.run(["plan"] + allowed, in: folder.url).exitCode == 0)
    }
  }

  @Test("does not say that somebody asked for a precision where nobody did")
  func reasons() throws {
    let chain = ["plan", "--kernel", "gaussian3", "--kernel", "sobel-x", "56x56x64"]
    let luma = ["plan", "gaussian3", "56x56x3", "--channels", "luma"]
    for arguments in [chain, luma] {
      let run = try Tool.run(arguments, in: folder.url)
      #expect(run.exitCode == 0 && run.text.contains("64") && !run.text.contains("asked for"), "\(run.text)")
    }
  }

  @Test("takes any number of channels, and banks that sum over them")
  func banksOnFeatureMaps() throws {
    let weight = try #require(try Self.npy(shape: [8, 64, 3, 3]))
    try weight.write(to: folder.file("weight.npy"))
    let output = try plan("weight.npy", "56x56x64", "--stride", "2", "--border", "zero")
    #expect(output.image == [64, 56, 56])
    #expect(output.operators[0].output == [8, 28, 28])
    #expect(output.parameters == 8 * 64 * 9)
    #expect(output.multiplyAdds == 8 * 28 * 28 * 64 * 9)
    #expect(output.workingBytes > 0)
    let depthwise = try plan("compass", "10x9x5")
    #expect(depthwise.operators[0].output == [40, 9, 10])
    let wrong = try Tool.run(["plan", "weight.npy", "56x56x3"], in: folder.url)
    #expect(wrong.exitCode == 65)
    #expect(wrong.errors.contains("8×64×3×3") && wrong.errors.contains("3×56×56"), "\(wrong.errors)")
    let channel = try Tool.run(["plan", "identity", "8x8x64", "--channels", "R"], in: folder.url)
    #expect(channel.exitCode == 65 && channel.errors.contains("64 channels"), "\(channel.errors)")
  }

  @Test(
    "refuses numbers beyond counting with 65, and plans those that can be counted",
    arguments: [
      ("1000x2x1000000000000000", 65), ("99999999999999x1", 65), ("1x1x4611686018427387904", 65),
      ("4x4x10000000000000000", 65), ("4x4x65536", 0),
    ])
  func absurdNumbers(input: String, exitCode: Int32) throws {
    let run = try Tool.run(["plan", "identity", input, "--pool", "max:1x2,same"], in: folder.url)
    #expect(run.exitCode == exitCode, "\(run.errors)")
    #expect(exitCode == 0 || run.errors.hasPrefix("imgconv: error: "), "\(run.errors)")
  }

  @Test("adds up a chain: parameters, multiply-adds and the receptive field of the whole")
  func chains() throws {
    let output = try plan(
      "--kernel", "gaussian5", "--kernel", "sobel-x", "64x48x3", "--padding", "valid", "--stride", "2", "--pool",
      "max:3/2,same")
    #expect(output.operators.map(\.output) == [[3, 22, 30], [3, 10, 14], [3, 5, 7]])
    #expect(output.parameters == 25 + 9)
    #expect(output.multiplyAdds == 3 * 22 * 30 * 25 + 3 * 10 * 14 * 9)
    // 5, then + (3 − 1)·2, then + (3 − 1)·4; the pooling pads one sample after its input and none before.
    #expect(output.receptiveField == [17, 17])
    #expect(output.receptiveFieldStep == [8, 8] && output.receptiveFieldStart == [0, 0])
    let text = try Tool.run(
      ["plan", "--kernel", "gaussian5", "--kernel", "sobel-x", "64x48x3"], in: folder.url
    ).text
    for word in ["operator", "gaussian5", "sobel-x", "in all", "receptive field    7×7", "memory"] {
      #expect(text.contains(word), "\(text)")
    }
  }

  @Test("fits a job to a file without decoding it, alpha and depth included")
  func files() throws {
    let image = TestImage(PixelFormat(.rgb, hasAlpha: true, depth: .sixteen), width: 40, height: 30)
    try image.writePNG(to: folder.file("in.png"))
    // The header is whole, the pixels are not there.
    try Data(contentsOf: folder.file("in.png")).prefix(60).write(to: folder.file("head.png"))
    let output = try plan("box3", "head.png")
    #expect(output.image == [4, 30, 40] && output.operators[0].output == [4, 30, 40])
    // Three colours and alpha.
    #expect(output.multiplyAdds == 4 * 30 * 40 * 9)
  }

  /// A `.npy` file of ones.
  private static func npy(shape: [Int]) throws -> Data? {
    let extents = shape.map(String.init).joined(separator: ", ")
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(extents)), }"
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    let count = header.utf8.count
    return Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(count & 255), UInt8(count >> 8)]) + Data(header.utf8)
      + Data((0..<shape.reduce(1, *)).flatMap { _ in [0, 0, 0x80, 0x3F] as [UInt8] })
  }
}
