import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct CatalogueTests {
  static let folder = SharedFiles.packageFolder.appendingPathComponent("kernels")

  @Test func theListEqualsTheFolder() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
      .filter { $0.hasSuffix(".kernel") }.map { String($0.dropLast(7)) }
    #expect(Catalogue.names.sorted() == files.sorted())
    #expect(Set(Catalogue.names).count == Catalogue.names.count)
  }

  @Test(arguments: Catalogue.names)
  func everyFileParsesAsTheBinaryCarriesItAndSaysWhatItIs(_ name: String) throws {
    let bytes = try Data(contentsOf: Self.folder.appendingPathComponent("\(name).kernel"))
    let carried = try #require(try Catalogue.kernel(named: name))
    let read = try KernelParser.parse([UInt8](bytes), file: "\(name).kernel")
    #expect(carried == read)
    #expect(carried.name == name)
    #expect(carried.description?.hasSuffix(".") == true)
    #expect(carried.source?.isEmpty == false)
    #expect(carried.notes == [])
    #expect(try Catalogue.kernel(named: "\(name).kernel") == carried)
  }

  @Test func edgeHasTheNumbersEveryoneKnows() throws {
    let edge = try #require(try Catalogue.kernel(named: "edge"))
    #expect(edge.bank == KernelBank(rows: [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]))
  }

  @Test func unknownNamesAreNilAndNearNamesAreSuggested() throws {
    #expect(try Catalogue.kernel(named: "sobel-z") == nil)
    #expect(try Catalogue.kernel(named: "") == nil)
    #expect(Catalogue.suggestions(for: "shrapen").first == "sharpen")
    #expect(Catalogue.suggestions(for: "gausian:2").contains("gaussian:SIGMA[,RADIUS]"))
    #expect(Catalogue.suggestions(for: "sobel-z").prefix(2).allSatisfy { $0.hasPrefix("sobel") })
    #expect(Catalogue.suggestions(for: "qqqqqqq") == [])
  }
}

@Suite struct KernelsReadmeTests {
  static let text = try? String(
    contentsOf: CatalogueTests.folder.appendingPathComponent("README.md"), encoding: .utf8)

  @Test func everyKernelStandsInTheTableAsItsFileDescribesIt() throws {
    let text = try #require(Self.text)
    for entry in Catalogue.entries where entry.category != .parametric {
      let row =
        "| `\(entry.name)` | \(entry.category) | \(try #require(entry.size)) | \(entry.description) | \(entry.source) |"
      #expect(text.contains(row), "the table has no row \(row)")
    }
    for entry in Catalogue.entries where entry.category == .parametric {
      #expect(text.contains("| `\(entry.name)` |"))
    }
  }

  /// The blocks that begin with a number or a key are kernel files.
  @Test func everyExampleFileIsRead() throws {
    let blocks = try #require(Self.text).components(separatedBy: "```\n").enumerated()
      .filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
    let files = blocks.filter { !$0.contains(" = ") }
    #expect(files.count == 4)
    let banks = try files.map { try KernelParser.parse(Array($0.utf8), file: "example.kernel").bank }
    #expect(banks[0] == KernelBank(rows: [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]))
    #expect(banks[1] == KernelBank(rows: [[1, 2, 1], [2, 4, 2], [1, 2, 1]], divisor: 16))
    #expect(
      banks[2] == KernelBank(outputCount: 2, height: 1, width: 3, taps: [-1, 0, 1, -1, 0, 1], divisors: [1, 2]))
    #expect(
      banks[3]
        == KernelBank(
          outputCount: 2, inputCount: 3, height: 1, width: 1, taps: [1, -1, 0, 1, 1, 1], divisors: [1, 3]))
  }
}
