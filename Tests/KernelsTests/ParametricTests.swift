import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct ParametricTests {
  static func bank(_ name: String) throws -> KernelBank {
    try #require(try Catalogue.kernel(named: name)).bank
  }

  @Test(arguments: sections(sciPyAndOpenCVKernels).map(\.name))
  func formulasAgreeWithSciPyAndOpenCV(_ name: String) throws {
    let lines = try #require(sections(sciPyAndOpenCVKernels).first { $0.name == name }).lines
    let rows = lines.map { $0.split(separator: " ").compactMap { Double($0) } }
    let bank = try Self.bank(name)
    #expect(bank.height == rows.count && rows.allSatisfy { $0.count == bank.width })
    var expected = rows.flatMap { $0 }
    if name.hasPrefix("log:") {
      // SciPy's kernel as it is cut off does not sum to 0; ours takes the excess away under the Gaussian of the same size.
      let excess = expected.reduce(0, +)
      let argument = name.dropFirst(4)
      let radius = (rows.count - 1) / 2
      let envelope = try Self.bank("gaussian:\(argument.split(separator: ",")[0]),\(radius)").weights
      expected = zip(expected, envelope).map { $0 - excess * $1 }
    }
    #expect(mismatch(bank.weights, expected, absolute: 1e-14) == nil)
  }

  @Test(arguments: ["log:0.5", "log:1", "log:1.4", "log:3,5", "log:20", "dog:1,2", "dog:2,0.7", "dog:0.5,5"])
  func whatIsToSumToZeroDoesExactly(_ name: String) throws {
    #expect(try Self.bank(name).sum(output: 0) == 0)
  }

  @Test(arguments: ["gaussian:0.3", "gaussian:5", "gaussian:20", "box:7", "disk:3.5", "motion:12,33", "unsharp:2,1.5"])
  func whatIsToSumToOneDoes(_ name: String) throws {
    #expect(abs(try Self.bank(name).sum(output: 0) - 1) < 1e-13)
  }

  @Test func theRadiusIsTheOneOfSciPy() throws {
    for (sigma, radius) in [(0.1, 0), (0.125, 1), (0.3, 1), (1, 4), (1.5, 6), (5, 20)] as [(Double, Int)] {
      let bank = try Self.bank("gaussian:\(sigma)")
      #expect(bank.width == 2 * radius + 1 && bank.height == 2 * radius + 1)
    }
  }

  @Test func boxesDisksAndLinesAreExact() throws {
    #expect(try Self.bank("box:2") == KernelBank(rows: [[1, 1], [1, 1]], divisor: 4))
    #expect(try Self.bank("disk:1") == KernelBank(rows: [[0, 1, 0], [1, 1, 1], [0, 1, 0]], divisor: 5))
    #expect(try Self.bank("disk:1.5") == KernelBank(rows: [[1, 1, 1], [1, 1, 1], [1, 1, 1]], divisor: 9))
    #expect(try Self.bank("disk:0") == KernelBank(rows: [[1]]))
    #expect(try Self.bank("motion:9,0") == Catalogue.kernel(named: "motion-h9")?.bank)
    #expect(try Self.bank("motion:9,90") == Catalogue.kernel(named: "motion-v9")?.bank)
    #expect(try Self.bank("motion:9,-180") == Catalogue.kernel(named: "motion-h9")?.bank)
    #expect(try Self.bank("motion:1,77") == KernelBank(rows: [[1]]))
  }

  @Test func aRisingMotionRisesToTheRight() throws {
    let bank = try Self.bank("motion:9,45")
    #expect(bank.width == 7 && bank.height == 7)
    let weights = bank.weights
    #expect(weights[3 * 7 + 3] == weights.max())
    #expect(abs(weights[1 * 7 + 5] - weights[3 * 7 + 3]) < 1e-15)
    #expect(weights[1 * 7 + 1] == 0)
    // The pixel beside the line lies 1/√2 away from it.
    #expect(abs(weights[3 * 7 + 4] / weights[3 * 7 + 3] - (1 - 0.5.squareRoot())) < 1e-15)
  }

  @Test func unsharpIsTheIdentityPlusWhatABlurTakesAway() throws {
    let blur = try Self.bank("gaussian:2").weights
    let expected = blur.enumerated().map { ($0.offset == blur.count / 2 ? 2.5 : 0) - 1.5 * $0.element }
    #expect(mismatch(try Self.bank("unsharp:2,1.5").weights, expected, absolute: 1e-16) == nil)
  }

  @Test(arguments: [0, 45, 90, 135])
  func theGaborFilesAreTheFormulaRounded(_ angle: Int) throws {
    let file = try Self.bank("gabor-\(angle)").weights
    #expect(mismatch(file, try Self.bank("gabor:4,\(angle),2,0.5,0,9").weights, absolute: 5.001e-5) == nil)
  }

  @Test(arguments: [
    ("gaussian", "gaussian: gaussian has no numbers; expected gaussian:SIGMA[,RADIUS]"),
    ("gaussian:", "gaussian:: gaussian has no numbers; expected gaussian:SIGMA[,RADIUS]"),
    ("gaussian:x", "gaussian:x: found “x”, expected a number; expected gaussian:SIGMA[,RADIUS]"),
    ("gaussian:0", "gaussian:0: SIGMA is 0, not in 0.000001...1000000000; expected gaussian:SIGMA[,RADIUS]"),
    ("gaussian:1,2.5", "gaussian:1,2.5: RADIUS is 2.5, no whole number in 0...2047; expected gaussian:SIGMA[,RADIUS]"),
    ("gaussian:1,2,3", "gaussian:1,2,3: found 3 numbers; expected gaussian:SIGMA[,RADIUS]"),
    (
      "gaussian:600",
      "gaussian:600: SIGMA gives a radius of 2400 pixels, more than 2047; expected gaussian:SIGMA[,RADIUS]"
    ),
    ("box:0", "box:0: SIZE is 0, no whole number in 1...4096; expected box:SIZE"),
    ("box:5000", "box:5000: SIZE is 5000, no whole number in 1...4096; expected box:SIZE"),
    ("dog:2", "dog:2: found 1 number; expected dog:S1,S2"),
    ("dog:2,2", "dog:2,2: S1 and S2 are both 2: nothing is left; expected dog:S1,S2"),
    ("disk:-1", "disk:-1: R is -1, less than 0; expected disk:R"),
    ("motion:0.5,0", "motion:0.5,0: LENGTH is 0.5, less than 1; expected motion:LENGTH,ANGLE"),
    (
      "gabor:4,0,2,0.5,0,8",
      "gabor:4,0,2,0.5,0,8: SIZE is 8, not odd; expected gabor:WAVELENGTH,ORIENTATION,SIGMA[,GAMMA[,PSI[,SIZE]]]"
    ),
    ("unsharp:1,1e9", "unsharp:1,1e9: AMOUNT is 1000000000, beyond ±1000; expected unsharp:SIGMA,AMOUNT"),
  ])
  func badNumbersAreNamed(_ name: String, _ message: String) {
    do {
      let kernel = try Catalogue.kernel(named: name)
      Issue.record("\(name) gave \(String(describing: kernel))")
    } catch {
      #expect(error.description == message)
      #expect(error.code == "kernel.parameter")
    }
  }

  @Test func theListShowsEveryFileAndEveryFamily() {
    let entries = Catalogue.entries
    #expect(entries.count == Catalogue.names.count + 8)
    #expect(entries.allSatisfy { !$0.description.isEmpty && !$0.source.isEmpty })
    #expect(entries.first { $0.name == "kirsch" }?.size == "8 of 3×3")
    #expect(entries.first { $0.name == "gradient-y" }?.size == "1×3")
    #expect(entries.last?.name == "unsharp:SIGMA,AMOUNT")
  }
}
