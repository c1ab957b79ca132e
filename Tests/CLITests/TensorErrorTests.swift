import Foundation
import Tensors
import TestSupport
import Testing

@Suite("What imgconv tensor refuses")
struct TensorErrorTests {
  let folder: TemporaryFolder
  private let names: [String]

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(counting: 1, 2, 4, 4, as: "x.npy")
    try folder.write(counting: 3, 2, 3, 3, as: "w.npy")
    try folder.write(counting: 3, 2, 3, as: "w1.npy")
    try folder.write(counting: 1, 1, 5, 5, as: "small.npy")
    try folder.write(counting: 2, as: "b.npy")
    try folder.write(counting: 2, 4, 4, as: "rank3.npy")
    try folder.write(counting: 0, 2, 4, 4, as: "empty.npy")
    try folder.write(counting: 0, 2, 3, 3, as: "none.npy")
    try folder.write(Tensor(repeating: .nan, shape: try Shape([3, 2, 3, 3])), as: "nan.npy")
    try Data("no array".utf8).write(to: folder.file("text.npy"))
    try Data(contentsOf: folder.file("x.npy")).dropLast(5).write(to: folder.file("cut.npy"))
    names = folder.names
  }

  private func run(_ line: String, input: Data = Data()) throws -> Tool.Run {
    try Tool.run(["tensor"] + line.split(separator: " ").map(String.init), in: folder.url, input: input)
  }

  @Test(
    "ends with 65, names the file and both shapes, and writes nothing",
    arguments: [
      ("conv --input x.npy --weight w1.npy", "x.npy: the input 1×2×4×4 and the weight 3×2×3 do not fit"),
      ("conv --input rank3.npy --weight w.npy", "rank3.npy: the input 2×4×4 and the weight 3×2×3×3 do not fit"),
      ("conv --input b.npy --weight b.npy", "the input 2 and the weight 2 do not fit"),
      ("conv --input small.npy --weight w.npy", "the input 1×1×5×5 and the weight 3×2×3×3 do not fit with group 1"),
      ("conv --input x.npy --weight w.npy --group 2", "do not fit with group 2; expected 2 input channels = group × 2"),
      ("conv --input x.npy --weight w.npy --bias b.npy", "b.npy: the bias is 2; expected 3"),
      ("conv --input x.npy --weight w.npy --dilations 2,2", "the kernel 3×3 does not fit the input 1×2×4×4"),
      ("conv --input x.npy --weight w.npy --strides 2", "error: --strides is 2; expected 2 numbers"),
      ("conv --input x.npy --weight w.npy --pads 1,1", "error: --pads is 1,1; expected 4 numbers"),
      ("conv --input x.npy --weight w.npy --pads 1,1,1,1 --auto-pad VALID", "expected none beside auto_pad VALID"),
      ("conv --input x.npy --weight nan.npy", "nan.npy: element 0 of the weight 3×2×3×3 is not a finite number"),
      ("conv --input empty.npy --weight w.npy", "empty.npy: the input is 0×2×4×4; expected N×C×H×W without an empty"),
      ("conv --input x.npy --weight none.npy", "none.npy: the input 1×2×4×4 and the weight 0×2×3×3 do not fit"),
      ("conv --input text.npy --weight w.npy", "text.npy: it does not begin with"),
      ("conv --input cut.npy --weight w.npy", "cut.npy: the file ends"),
      ("convtranspose --input x.npy --weight w.npy", "the input 1×2×4×4 and the weight 3×2×3×3 do not fit"),
      ("maxpool --input b.npy --kernel-shape 2", "b.npy: the input is 2; expected N×C×L or N×C×H×W"),
      ("maxpool --input x.npy --kernel-shape 5,5", "the kernel 5×5 does not fit the input 1×2×4×4"),
      (
        "maxpool --input x.npy --kernel-shape 2,2 --pads 2,0,0,0",
        "the kernel 2×2 on the input 1×2×4×4 has a window, at [0, 0], that holds padding alone"
      ),
      ("maxpool --input x.npy --kernel-shape 2", "--kernel-shape is 2; expected 2 numbers"),
      ("globalaveragepool --input b.npy", "b.npy: the input is 2; expected N×C×L or N×C×H×W"),
      ("im2col --input b.npy --kernel-shape 2", "b.npy: the input is 2; expected"),
      (
        "col2im --input rank3.npy --kernel-shape 2,2 --image-shape 4,4",
        "rank3.npy: the matrix of windows is 2×4×4; expected 2×4×9"
      ),
      ("col2im --input rank3.npy --kernel-shape 3,3 --image-shape 4,4", "the matrix of windows is 2×4×4; expected N×"),
    ])
  func shapes(line: String, message: String) throws {
    let result = try run("\(line) --output y.npy")
    #expect(result.exitCode == 65, "\(line): \(result.errors)")
    #expect(result.errors.hasPrefix("imgconv: error: ") && result.errors.contains(message), "\(result.errors)")
    #expect(folder.names == names)
  }

  @Test("ends with 65 where a gradient has another shape than the output")
  func gradientShapes() throws {
    for line in ["conv-backward --weight w.npy", "maxpool-backward --kernel-shape 3,3"] {
      let result = try run("\(line) --input x.npy --grad-output small.npy --grad-input dx.npy")
      #expect(result.exitCode == 65)
      let expected = line.hasPrefix("conv") ? "1×3×2×2" : "1×2×2×2"
      #expect(
        result.errors
          == "imgconv: error: small.npy: the output gradient is 1×1×5×5; expected \(expected) [shape.mismatch]\n")
      #expect(folder.names == names)
    }
  }

  @Test(
    "ends with 64 and the usage for wrong flags",
    arguments: [
      "conv --input x.npy --output y.npy", "conv --input x.npy --weight w.npy",
      "conv --input x.npy --weight w.npy --output y.npy --strides 0,1",
      "conv --input x.npy --weight w.npy --output y.npy --strides a",
      "conv --input x.npy --weight w.npy --output y.npy --pads -1,0,0,0",
      "conv --input x.npy --weight w.npy --output y.npy --group 0",
      "conv --input x.npy --weight w.npy --output y.npy --algorithm strassen",
      "conv --input x.npy --weight w.npy --output y.npy --auto-pad same",
      "conv --input x.npy --weight w.npy --output y.npy --threads 0",
      "conv --input x.npy --weight w.npy --output y.npy --max-memory 0",
      "conv --input x.npy --weight w.npy --output y.npy --no-clobber --force",
      "conv --input - --weight - --output y.npy", "conv --input x.npy --weight w.npy --output - --json",
      "conv-backward --input x.npy --weight w.npy --grad-output x.npy",
      "maxpool --input x.npy --output y.npy", "maxpool --input x.npy --kernel-shape 2,0 --output y.npy",
      "maxpool --input x.npy --kernel-shape 2,2 --output y.npy --indices y.npy",
      "maxpool --input x.npy --kernel-shape 2,2 --output y.npy --ceil-mode 2",
      "lppool --input x.npy --kernel-shape 2,2 --output y.npy --p 0", "nonsense",
    ])
  func usage(line: String) throws {
    let result = try run(line)
    #expect(result.exitCode == 64, "\(line): \(result.errors)")
    #expect(result.errors.contains("Usage:"))
    #expect(folder.names == names)
  }

  @Test(
    "says what is expected of numbers",
    arguments: [
      ("--strides 0", "--strides is 0; expected one or two whole numbers from 1, as 3 or 3,3"),
      ("--dilations 1,x", "--dilations is 1,x; expected one or two whole numbers from 1"),
      ("--pads -1,0,0,0", "--pads is -1,0,0,0; expected whole numbers from 0, as 1,1"),
      ("--algorithm fft", "tensors have no algorithm fft; expected one of auto, reference, direct, im2col, winograd"),
    ])
  func numbers(option: String, message: String) throws {
    let result = try run("conv --input x.npy --weight w.npy --output y.npy \(option)")
    #expect(result.exitCode == 64 && result.errors.contains(message), "\(result.errors)")
  }

  @Test("says which algorithm ran where another was asked for, and nothing where it was that one")
  func algorithmInPlace() throws {
    try folder.write(counting: 1, 3, 2, 2, as: "dy.npy")
    for (line, name) in [
      ("conv --strides 2,2 --output y.npy", "Conv"),
      ("conv-backward --grad-output dy.npy --grad-input y.npy", "ConvGrad"),
    ] {
      let note = "imgconv: winograd does not serve this \(name); direct ran in its place\n"
      let command = "\(line) --input x.npy --weight w.npy --algorithm"
      #expect(try run("\(command) winograd").errors == note)
      #expect(try run("\(command) direct").errors.isEmpty && run("\(command) winograd --quiet").errors.isEmpty)
    }
    #expect(try run("conv --input x.npy --weight w.npy --output y.npy --algorithm winograd").errors.isEmpty)
  }

  @Test("says what an array loses as 32-bit floats, and names its file")
  func losses() throws {
    for (type, bits, loss) in [
      ("<f8", Double(1e300).bitPattern, "1 number beyond the range of 32-bit floats became infinite"),
      ("<i8", 1 << 60, "1 integer of 2²⁴ or more may be rounded: 32-bit floats do not hold all of them"),
      ("<f8", Double.infinity.bitPattern, nil), ("<i8", 1 << 23, nil),
    ] as [(String, UInt64, String?)] {
      var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (1, 1, 1), }"
      header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
      let number = Data((0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) })
      try (Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]) + Data(header.utf8) + number)
        .write(to: folder.file("wide.npy"))
      let result = try run("globalaveragepool --input wide.npy --output y.npy")
      #expect(
        result.exitCode == 0 && result.errors == (loss.map { "imgconv: wide.npy: \($0)\n" } ?? ""), "\(result.errors)")
    }
  }

  @Test("ends with 66 where an input is missing, 73 where an output cannot be created")
  func files() throws {
    let missing = try run("conv --input missing.npy --weight w.npy --output y.npy")
    #expect(missing.exitCode == 66)
    #expect(missing.errors.hasPrefix("imgconv: error: missing.npy: cannot open"))
    #expect(try run("conv --input x.npy --weight w.npy --output none/y.npy").exitCode == 73)
    #expect(folder.names == names)
  }

  @Test("keeps a file with --no-clobber, and then writes none of the others")
  func noClobber() throws {
    let kept = try Data(contentsOf: folder.file("b.npy"))
    let line =
      "conv-backward --input x.npy --weight w.npy --grad-output dy.npy --grad-input dx.npy --grad-bias b.npy"
    try folder.write(counting: 1, 3, 2, 2, as: "dy.npy")
    let refused = try run("\(line) --no-clobber")
    #expect(refused.exitCode == 73)
    #expect(refused.errors.hasPrefix("imgconv: error: b.npy: exists"))
    #expect(try Data(contentsOf: folder.file("b.npy")) == kept)
    #expect(folder.names == (names + ["dy.npy"]).sorted())
    for replacing in [line, "\(line) --force"] { #expect(try run(replacing).exitCode == 0) }
    #expect(try folder.tensor("b.npy").elements == [6, 22, 38])
    #expect(folder.names == (names + ["dx.npy", "dy.npy"]).sorted())
  }

  @Test(
    "writes all results or none", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")),
    arguments: ["--output y.npy --indices /dev/full", "--output /dev/full --indices y.npy"])
  func allOrNone(outputs: String) throws {
    let result = try run("maxpool --input x.npy --kernel-shape 2,2 \(outputs)")
    #expect(result.exitCode == 74, "\(result.errors)")
    #expect(result.errors.hasPrefix("imgconv: error: /dev/full: "))
    #expect(folder.names == names)
  }

  @Test("counts its memory before it asks for any")
  func memory() throws {
    // 128 bytes of samples, 216 of weights, 48 of results, 288 of the matrix.
    let line = "conv --input x.npy --weight w.npy --output y.npy --max-memory"
    let tight = try run("\(line) 680 --algorithm im2col")
    #expect(tight.exitCode == 0, "\(tight.errors)")
    try FileManager.default.removeItem(at: folder.file("y.npy"))
    let matrix = try run("\(line) 679 --algorithm im2col")
    #expect(matrix.exitCode == 65)
    #expect(
      matrix.errors
        == "imgconv: error: x.npy: needs 336 bytes of memory beside the 344 of its arrays; 679 may be used, "
        + "--max-memory allows more [limit.memory]\n")
    let patches = try run("\(line) 680 --algorithm direct")
    #expect(patches.exitCode == 65)
    #expect(patches.errors.contains("--max-memory allows more [limit.memory]"), "\(patches.errors)")
    let reading = try run("\(line) 255")
    #expect(reading.exitCode == 65)
    #expect(reading.errors.contains("x.npy: 1×2×4×4 numbers need more than the 255 bytes"))

    // The weights fit alone, but not beside the samples.
    let beside = try run("\(line) 500")
    #expect(beside.exitCode == 65)
    #expect(beside.errors.contains("w.npy: 3×2×3×3 numbers need more than the 372 bytes"), "\(beside.errors)")

    let huge = "--pads 100000,100000,100000,100000 --output y.npy"
    for operation in [
      "conv --weight w.npy", "averagepool --kernel-shape 2,2", "im2col --kernel-shape 2,2",
      "maxpool --kernel-shape 2,2",
    ] {
      let result = try run("\(operation) --input x.npy \(huge)")
      #expect(result.exitCode == 65, "\(operation)")
      #expect(result.errors.contains("may be used, --max-memory allows more"), "\(result.errors)")
    }
    try folder.write(counting: 2, 1, 1, 1, as: "spread.npy")
    let spread = try run(
      "convtranspose --input x.npy --weight spread.npy --strides 1000000,1000000 --output y.npy")
    #expect(spread.exitCode == 65)
    #expect(spread.errors.contains("--max-memory allows more"), "\(spread.errors)")
    try FileManager.default.removeItem(at: folder.file("spread.npy"))
    #expect(folder.names == names)
  }

  @Test("names the algorithms of images where they lack the one asked for")
  func algorithmOfImages() throws {
    try TestImage(PixelFormat(.grey), width: 8, height: 8).writePNG(to: folder.file("in.png"))
    let result = try Tool.run(["apply", "edge", "in.png", "out.png", "--algorithm", "im2col"], in: folder.url)
    #expect(result.exitCode == 64)
    #expect(result.errors.contains("images have no algorithm im2col; expected one of auto, reference, direct"))
  }
}
