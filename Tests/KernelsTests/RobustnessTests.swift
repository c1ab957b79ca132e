import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct RobustnessTests {
  static let samples: [String] = [
    "name: a\nanchor: 1 0\ndivisor: 2\nbias: 50%\nnormalize: sum\n1/9 -2e3 .5\n---\nname: b\nbias: 1/2\n1 2 3\n",
    "channels: R G B\n1 2\n---\n3 4\n---\n5 6\n", "3 3 16 0\n1 2 1\n2 4 2\n1 2 1\n", "(1,2;3,4) (5,6;7,8)",
    "[[[[1,2],[3,4]]],[[[1,2],[3,4]]]]", #"{"width": 2, "height": 1, "kernel": [1, 2], "scale": 3, "offset": 1}"#,
    "3x3+1+1: 1,2,3 -,nan,6 7,8,9 ; 3x3>: 1,2,3 4,5,6 7,8,9", "Gaussian:0x2", "DoG:0,0.8,1.6", "Sobel:@;Kirsch:45",
    "\"1\",2\n3,4\n",
    "gaussian:1.5,4", "Blur:0x1+90", "Laplacian:19",
  ]

  /// Reads a text in every format: a kernel or an error, never a trap; what was read can be written, examined and shown.
  static func read(_ bytes: [UInt8], _ format: KernelFormat?) {
    guard let kernel = try? KernelParser.parse(bytes, file: "fuzz", format: format) else { return }
    guard kernel.bank.taps.count <= 4096 else { return }
    _ = KernelAnalysis(kernel.bank)
    _ = kernel.grid()
    for format in KernelFormat.allCases { _ = try? KernelWriter.text(of: kernel, as: format) }
  }

  @Test func randomBytesNeverTrap() {
    var random = SeededGenerator(seed: 1)
    let alphabet = Array("0123456789 +-.,;:/eE[](){}\"#\n\r\txnaRGB%@<>-".utf8)
    for round in 0..<4000 {
      let count = Int.random(in: 0...60, using: &random)
      let bytes = (0..<count).map { _ in
        round % 4 == 0 ? UInt8.random(in: 0...255, using: &random) : alphabet.randomElement(using: &random) ?? 0
      }
      Self.read(bytes, nil)
      Self.read(bytes, KernelFormat.allCases[round % KernelFormat.allCases.count])
    }
  }

  @Test func mutatedFilesNeverTrap() {
    var random = SeededGenerator(seed: 2)
    let alphabet = Array("0123456789 +-.,;:/e[](){}\"#\nx%@>".utf8)
    for round in 0..<6000 {
      var bytes = Array(Self.samples[round % Self.samples.count].utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = alphabet.randomElement(using: &random) ?? 0
        case 1: bytes.insert(alphabet.randomElement(using: &random) ?? 0, at: place)
        case 2: if bytes.count > 1 { bytes.remove(at: place) }
        default: bytes = Array(bytes.prefix(max(place, 1)))
        }
      }
      Self.read(bytes, nil)
      _ = try? Catalogue.kernel(named: String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test(arguments: [
    "1e99999999999999999999", "-", "/", "1/", "/1", "--", "---", "--- 1", "3x3:", ":", "nan", "[", "{", "(", "\"",
    "9223372036854775807/9223372036854775807 -9223372036854775808", "99999999999999999999x1: 1", "1/-0", "0.1e-17",
    "0.000000000000000001 1000000000000000000", "1e18 1e-18", "Gaussian:1e9x1e9", "Gaussian:0x1e9", "Gaussian:0x1e-300",
    "LoG:0x1e-5",
    "Disk:1e300", "Binomial:13", "Sobel:1e308", "Unity:nan", "channels: 4096\n1",
  ])
  func extremesNeverTrap(_ text: String) {
    for format in [nil] + KernelFormat.allCases { Self.read(Array(text.utf8), format) }
    _ = try? Catalogue.kernel(named: text)
    _ = Catalogue.suggestions(for: text)
  }
}
