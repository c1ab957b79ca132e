import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct KernelWriterTests {
  static let parametric = [
    "gaussian:1.5", "log:1.4", "dog:1,2", "disk:3", "motion:7,30", "gabor:4,30,2", "unsharp:2,1.5",
  ]

  static func kernel(_ name: String) throws -> Kernel {
    try #require(try Catalogue.kernel(named: name))
  }

  @Test(arguments: Catalogue.names + parametric)
  func nativeFilesReadBackAsTheSameKernel(_ name: String) throws {
    let kernel = try Self.kernel(name)
    let text = try KernelWriter.text(of: kernel, as: .native)
    let read = try KernelParser.parse(text, file: "again.kernel")
    #expect(read.bank.weights == kernel.bank.weights)
    #expect(read.bank.biases == kernel.bank.biases)
    #expect(read.name == kernel.name && read.outputNames == kernel.outputNames)
    #expect(read.description == kernel.description && read.source == kernel.source)
    if Catalogue.names.contains(name) { #expect(read == kernel) }
  }

  @Test(arguments: Catalogue.names + parametric, [KernelFormat.imagemagick, .vips, .gmic, .json, .sharp, .csv])
  func whatAnotherFormatHoldsReadsBackAndTheRestIsRefused(_ name: String, _ format: KernelFormat) throws {
    let kernel = try Self.kernel(name)
    let isBank = kernel.bank.outputCount > 1
    let hasBias = kernel.bank.biases.contains { $0 != 0 }
    let holds =
      switch format {
      case .imagemagick, .gmic, .json: !hasBias
      case .vips: !isBank
      case .sharp: !isBank && (kernel.bank.biases[0] * 255).truncatingRemainder(dividingBy: 1) == 0
      default: !isBank && !hasBias
      }
    guard holds else {
      #expect(throws: KernelError.self) { try KernelWriter.text(of: kernel, as: format) }
      return
    }
    let text = try KernelWriter.text(of: kernel, as: format)
    // One row of 9 numbers is told apart from a square of them by `--kernel-format` alone.
    let isAmbiguous = format == .csv && kernel.bank.height == 1
    for given in isAmbiguous ? [format] : [format, nil] {
      let read = try KernelParser.parse(text, file: "again", format: given).bank
      #expect(read.outputCount == kernel.bank.outputCount)
      #expect(read.height == kernel.bank.height && read.width == kernel.bank.width)
      #expect(mismatch(read.weights, kernel.bank.weights) == nil)
      #expect(mismatch(read.biases, kernel.bank.biases, absolute: 1e-17) == nil)
    }
  }

  @Test func vipsAndSharpKeepIntegersAndTheirScale() throws {
    let vips = try KernelWriter.text(of: try Self.kernel("emboss-grey"), as: .vips)
    #expect(String(decoding: vips, as: UTF8.self) == "3 3 2 127.5\n-1 -1 0\n-1 0 1\n0 1 1\n")
    let sharp = try KernelWriter.text(of: try Self.kernel("box3"), as: .sharp)
    #expect(
      String(decoding: sharp, as: UTF8.self)
        == #"{"width": 3, "height": 3, "kernel": [1, 1, 1, 1, 1, 1, 1, 1, 1], "scale": 9, "offset": 0}"# + "\n")
  }

  @Test func textFormatsLookAsTheirProgramsWriteThem() throws {
    let kernel = Kernel(name: "k", bank: KernelBank(rows: [[0, -1, 0], [1, 5, 2]], divisor: 8))
    func text(_ format: KernelFormat) throws -> String {
      String(decoding: try KernelWriter.text(of: kernel, as: format), as: UTF8.self)
    }
    #expect(try text(.imagemagick) == "3x2+1+0: 0,-0.125,0 0.125,0.625,0.25\n")
    #expect(try text(.gmic) == "(0,-0.125,0;0.125,0.625,0.25)\n")
    #expect(try text(.csv) == "0,-0.125,0\n0.125,0.625,0.25\n")
    #expect(try text(.json) == "[[0, -0.125, 0],\n [0.125, 0.625, 0.25]]\n")
    #expect(try text(.native) == "name: k\ndivisor: 8\n0 -1 0\n1  5 2\n")
  }

  @Test func channelsAnchorsAndOperationsSurviveInNativeFiles() throws {
    let bank = KernelBank(
      outputCount: 2, inputCount: 3, height: 1, width: 2, taps: (1...12).map(Double.init), divisors: [3, 5],
      biases: [128.0 / 255, 0.25], anchor: KernelBank.Anchor(x: 1, y: 0))
    let kernel = Kernel(
      name: "both", description: "Two\nlines.", bank: bank, operation: .convolve, border: "wrap", map: "abs",
      outputNames: ["a", "b"])
    let text = try KernelWriter.text(of: kernel, as: .native)
    var expected = kernel
    expected.description = "Two lines."
    #expect(try KernelParser.parse(text, file: "x") == expected)
    #expect(
      String(decoding: text, as: UTF8.self) == """
        name: both
        description: Two lines.
        channels: R G B
        anchor: 1 0
        op: convolve
        border: wrap
        map: abs
        ---
        name: a
        divisor: 3
        bias: 128/255
        1 2
        ---
        3 4
        ---
        5 6
        ---
        name: b
        divisor: 5
        bias: 0.25
        7 8
        ---
        9 10
        ---
        11 12

        """)
  }

  @Test(arguments: [
    (KernelFormat.vips, "bank: vips files hold one kernel, this is a bank of 2"),
    (.npz, "bank: npz files are read but not written"),
  ])
  func whatAFormatCannotHoldIsNamed(_ format: KernelFormat, _ message: String) {
    let kernel = Kernel(name: "bank", bank: KernelBank(outputCount: 2, height: 1, width: 1, taps: [1, 2]))
    #expect(message == refusal(kernel, format))
  }

  @Test func everyRefusalSaysWhatIsLost() {
    let channels = Kernel(name: "k", bank: KernelBank(inputCount: 2, height: 1, width: 1, taps: [1, 2]))
    let bias = Kernel(name: "k", bank: KernelBank(rows: [[1]], bias: 0.5))
    let anchor = Kernel(name: "k", bank: KernelBank(rows: [[1, 2, 3]], anchor: KernelBank.Anchor(x: 0, y: 0)))
    let turned = Kernel(name: "k", bank: KernelBank(rows: [[1, 2, 3]]), operation: .convolve)
    let scale = Kernel(name: "k", bank: KernelBank(rows: [[1, 2, 3]], divisor: 2.5))
    let words = Kernel(name: "k", bank: KernelBank(rows: [[1]]), border: "two words")
    #expect(refusal(channels, .gmic) == "k: gmic files hold one plane, this kernel reaches over 2 channels")
    #expect(refusal(bias, .npy) == "k: npy files hold no bias, this kernel has 0.5")
    #expect(refusal(anchor, .vips) == "k: vips files hold no anchor, this kernel has 0 0")
    #expect(
      refusal(turned, .imagemagick)
        == "k: im files do not say that a kernel is to be turned, this one has “op: convolve”")
    #expect(
      refusal(scale, .sharp) == "k: sharp files hold a whole scale from 1 and a whole offset, this kernel has 2.5 and 0"
    )
    #expect(refusal(words, .native) == "k: “border” is “two words”, expected one word")
  }

  private func refusal(_ kernel: Kernel, _ format: KernelFormat) -> String? {
    do {
      _ = try KernelWriter.text(of: kernel, as: format)
      return nil
    } catch {
      return error.code == "kernel.format" ? error.description : error.code
    }
  }

  @Test func numPyArraysHaveTheirHeaderAndTheWeightsInOrder() throws {
    let bank = KernelBank(outputCount: 2, height: 1, width: 2, taps: [1, -2, 3, 4], divisors: [1, 8])
    let bytes = try KernelWriter.text(of: Kernel(name: "k", bank: bank), as: .npy)
    #expect(KernelParser.isNumericArrayFile(bytes) == .npy)
    #expect(bytes[6...7] == [1, 0])
    let length = Int(bytes[8]) + 256 * Int(bytes[9])
    #expect((10 + length) % 64 == 0)
    let header = String(decoding: bytes[10..<10 + length], as: UTF8.self)
    #expect(header.hasPrefix("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1, 1, 2), }"))
    #expect(header.hasSuffix("\n"))
    let data = bytes[(10 + length)...]
    let values = stride(from: data.startIndex, to: data.endIndex, by: 8).map { start in
      Double(bitPattern: (0..<8).reduce(UInt64(0)) { $0 | UInt64(data[start + $1]) << UInt64(8 * $1) })
    }
    #expect(values == [1, -2, 0.375, 0.5])
    let plain = try KernelWriter.text(of: Kernel(name: "k", bank: KernelBank(rows: [[1, 2, 3]])), as: .npy)
    #expect(String(decoding: plain[10..<74], as: UTF8.self).contains("'shape': (1, 3), }"))
  }

  @Test func tablesAreAlignedAndKeepFractions() throws {
    #expect(try Self.kernel("gaussian3").grid() == "1/16 ×\n1 2 1\n2 4 2\n1 2 1")
    #expect(try Self.kernel("edge").grid() == "-1 -1 -1\n-1  8 -1\n-1 -1 -1")
    #expect(
      try Self.kernel("sobel").grid() == "x:\n-1 0 1\n-2 0 2\n-1 0 1\ny:\n-1 -2 -1\n 0  0  0\n 1  2  1")
    #expect(
      Kernel(name: "k", bank: KernelBank(rows: [[0.123456789, -1.5], [0, 12.25]])).grid()
        == "0.1235 -1.5000\n0.0000 12.2500")
    #expect(
      Kernel(name: "k", bank: KernelBank(inputCount: 3, height: 1, width: 1, taps: [1, 2, 3], divisors: [0.5])).grid()
        == "1/(0.5) ×\nR:\n1\nG:\n2\nB:\n3")
    #expect(
      Kernel(name: "k", bank: KernelBank(rows: [[1, 2, 3, 4, 5, 6]])).grid(limit: 4) == "1 2 … 5 6")
  }
}
