import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

/// Kernels as ImageMagick 6.9.11-60 prints them; recorded by `Scripts/goldens/kernels.py`.
private let imageMagickPrintout = sections(
  (try? String(
    contentsOf: SharedFiles.packageFolder.appendingPathComponent("Tests/KernelsTests/Goldens/imagemagick.txt"),
    encoding: .utf8)) ?? "")

@Suite struct ImageMagickTests {
  @Test func thePrintoutIsThere() {
    #expect(imageMagickPrintout.count >= 80)
  }

  @Test(arguments: imageMagickPrintout.map(\.name))
  func stringsAreReadAsImageMagickPrintsThem(_ name: String) throws {
    let lines = try #require(imageMagickPrintout.first { $0.name == name }).lines
    let sizes = lines.filter { $0.hasPrefix("= ") }.map { $0.dropFirst(2) }
    let numbers = lines.filter { !$0.hasPrefix("= ") }.flatMap { line in
      line.split(separator: " ").map { $0 == "nan" ? 0 : Double($0) ?? .nan }
    }
    let bank = try parse(name, format: .imagemagick).bank
    let anchor = bank.anchor ?? KernelBank.Anchor(x: (bank.width - 1) / 2, y: (bank.height - 1) / 2)
    #expect(sizes.allSatisfy { $0 == "\(bank.width)x\(bank.height)+\(anchor.x)+\(anchor.y)" })
    #expect(bank.outputCount == sizes.count)
    #expect(mismatch(bank.weights, numbers, absolute: 1e-15, relative: 1e-13) == nil)
    // The content alone tells the format too, and a name of ImageMagick's is known to the catalogue; both by the capital.
    if name != "sobel" { #expect(try parse(name).bank == bank) }
    if let first = name.first, first.isUppercase, !name.contains(";") {
      #expect(try Catalogue.kernel(named: name)?.bank == bank)
    }
  }

  @Test func aListWithoutGeometrySaysHowItWasRead() throws {
    #expect(
      try parse("0,-1,0,-1,5,-1,0,-1,0").notes == [
        "read as a square kernel, as ImageMagick reads a list of 9 numbers; native reads one row; --kernel-format settles it"
      ])
    #expect(try parse("0 -1 0 -1 5 -1 0 -1 0").bank.width == 9)
    #expect(try parse("1,2,3,4").bank.width == 4)
  }

  @Test(arguments: [
    ("3x3: 1,2,3 4,5,6 7,8", "t:1:21: found 8 numbers, the geometry says 3×3"),
    ("3x3: 1,2,3 4,5,6 7,8,9 10", "t:1:24: found “1” after 9 numbers, the geometry says 3×3"),
    ("3x3: 1,2,3 4,x,6 7,8,9", "t:1:14: found “x”, expected a number"),
    ("3x3: 1,2,3 4,1/2,6 7,8,9", "t:1:14: found “1/2”, expected a number without “/”"),
    ("3x3: 1,2,3 4,,6 7,8,9", "t:1:14: found “,”, expected a number"),
    ("3x3+3+0: 1,2,3 4,5,6 7,8,9", "t:1:5: the anchor +3+0 is outside the kernel of 3×3"),
    ("3x3+1: 1", "t:1:6: found “:”, expected “+” and the anchor's row"),
    ("0x3: 1", "t:1:1: the width is 0, expected 1...4096"),
    ("9999x9999: 1", "t:1:1: the width is 9999, expected 1...4096"),
    ("3x2>: 1,2,3 4,5,6", "t:1:1: a kernel of 3×2 cannot be turned in a bank, expected a square"),
    (
      "5x5@: 1,2,3,4,5 1,2,3,4,5 1,2,3,4,5 1,2,3,4,5 1,2,3,4,5",
      "t:1:1: a kernel of 5×5 cannot be turned in a bank, expected 3×3"
    ),
    ("2x1: 1,2; 1x2: 1,2", "t:1:11: this kernel is 1×2+0+0, the first 2×1+0+0; expected one size"),
    ("1,2,3", "t:1:6: found 3 numbers without a geometry such as “3x3:”, expected an odd square of them"),
    ("Sobel:a", "t:1:7: found “a”, expected a number"),
    ("Sobel Kirsch", "t:1:7: found “K”, expected a number"),
    ("Laplacian:4", "t:1:1: Laplacian: found variant 4, expected 0, 1, 2, 3, 5, 7, 15 or 19"),
    ("Disk:9999", "t:1:1: Disk: the radius is 9999, expected at most 2047"),
    (
      "Edges",
      "t:1:1: “Edges” is no ImageMagick kernel that can be read; known are Unity, Gaussian, DoG, LoG, Blur, Binomial, Laplacian, Sobel, Roberts, Prewitt, Compass, Kirsch, FreiChen, Disk, Square, Diamond, Octagon, Plus, Cross"
    ),
  ])
  func errorsNameTheirPlace(_ text: String, _ message: String) {
    #expect(fault(text, file: "t", format: .imagemagick) == message)
  }
}
