import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct KernelAnalysisTests {
  static func analysis(_ name: String) throws -> KernelAnalysis {
    KernelAnalysis(try #require(try Catalogue.kernel(named: name)).bank)
  }

  @Test(arguments: [
    ("identity", 1), ("box9", 1), ("gaussian7", 1), ("gaussian:5", 1), ("gaussian:0.4", 1), ("gaussian:30", 1),
    ("sobel-x", 1), ("scharr-y", 1), ("freichen-x", 1), ("motion-h9", 1), ("gradient-y", 1), ("line-v", 1),
    ("laplacian", 2), ("edge", 2), ("sharpen", 2), ("log:2", 2), ("log:8", 2), ("dog:1,3", 2), ("unsharp:2,1", 2),
    ("gabor:6,0,2", 1), ("gabor:6,30,2,1", 2), ("roberts-x", 2), ("kirsch-ne", 3), ("motion-d9", 9), ("line-45", 2),
    ("box:300", 1),
  ])
  func ranksAreThoseOfTheFormulas(_ name: String, _ rank: Int) throws {
    let analysis = try Self.analysis(name)
    #expect(analysis.rank == rank)
    #expect(analysis.isSeparable == (rank == 1))
  }

  @Test func randomKernelsHaveFullRankAndSumsOfProductsTheirCount() {
    var random = SeededGenerator(seed: 5)
    for (height, width) in [(1, 1), (3, 3), (5, 7), (9, 4), (15, 15), (31, 31)] {
      let taps: [Double] = random.array(count: height * width, in: -1...1)
      #expect(KernelAnalysis(KernelBank(height: height, width: width, taps: taps)).rank == min(height, width))
    }
    for rank in 1...6 {
      var taps = Array(repeating: 0.0, count: 13 * 11)
      for _ in 0..<rank {
        let (column, row): ([Double], [Double]) = (
          random.array(count: 13, in: -1...1), random.array(count: 11, in: -1...1)
        )
        for place in taps.indices { taps[place] += column[place / 11] * row[place % 11] }
      }
      let scaled = taps.map { $0 * 1e-200 }
      #expect(KernelAnalysis(KernelBank(height: 13, width: 11, taps: taps)).rank == rank)
      #expect(KernelAnalysis(KernelBank(height: 13, width: 11, taps: scaled)).rank == rank)
    }
    #expect(KernelAnalysis(KernelBank(rows: [[0, 0]])).rank == 0)
  }

  @Test(arguments: [
    ("identity", KernelAnalysis.Kind.identity), ("box3", .smoothing), ("gaussian5", .smoothing),
    ("gaussian:3", .smoothing),
    ("disk:4", .smoothing), ("motion-h9", .motion), ("motion-u9", .motion), ("motion:12,30", .motion),
    ("sharpen", .sharpening),
    ("sharpen8", .sharpening), ("unsharp", .sharpening), ("unsharp:2,1", .sharpening), ("edge", .edge),
    ("laplacian", .edge),
    ("log5", .edge), ("log:2", .edge), ("dog:1,2", .edge), ("highpass", .edge), ("ridge", .edge),
    ("sobel-x", .derivative),
    ("scharr-y", .derivative), ("roberts-x", .derivative), ("gradient-x", .derivative), ("kirsch-n", .derivative),
    ("freichen-y", .derivative), ("line-h", .line), ("line-45", .line), ("emboss", .relief), ("emboss-grey", .relief),
    ("emboss5", .relief),
  ])
  func kindsAreToldFromTheNumbers(_ name: String, _ kind: KernelAnalysis.Kind) throws {
    #expect(try Self.analysis(name).kinds == [kind])
  }

  @Test func otherKindsAreTold() {
    #expect(KernelAnalysis(KernelBank(rows: [[0, 0, 0]])).kinds == [.zero])
    #expect(KernelAnalysis(KernelBank(rows: [[0, 0, 1]])).kinds == [.shift])
    #expect(KernelAnalysis(KernelBank(rows: [[0, 0, 1]], anchor: KernelBank.Anchor(x: 2, y: 0))).kinds == [.identity])
    #expect(KernelAnalysis(KernelBank(rows: [[-1, -1, -1]])).kinds == [.other])
  }

  @Test func sumsAndSymmetriesAreThoseOfTheWeights() throws {
    let sobel = try Self.analysis("sobel")
    #expect(sobel.outputCount == 2 && sobel.inputCount == 1 && sobel.width == 3 && sobel.height == 3)
    #expect(sobel.sums == [0, 0])
    #expect(sobel.absoluteSums == [8, 8])
    #expect(sobel.isAntisymmetric && !sobel.isSymmetric && sobel.isInteger)
    let blur = try Self.analysis("gaussian:1.5")
    #expect(blur.isSymmetric && !blur.isAntisymmetric && !blur.isInteger)
    #expect(try Self.analysis("box9").sums == [1])
    #expect(try Self.analysis("log:3").isSymmetric)
    #expect(try !Self.analysis("kirsch-n").isSymmetric)
  }
}
