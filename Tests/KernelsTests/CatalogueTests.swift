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
