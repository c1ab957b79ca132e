import Codecs
import Foundation
import Tensors
import TestSupport

/// The files that `Fixtures/make-fixtures.py` made.
enum Fixtures {
  static let folder = SharedFiles.packageFolder.appendingPathComponent("Tests/CodecsTests/Fixtures")

  /// The names of the files with one of these endings for which the pixels are known.
  static func images(endingWith endings: String...) -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return endings.flatMap { ending in files.filter { $0.hasSuffix(ending + ".npy") }.map { String($0.dropLast(4)) } }
      .sorted()
  }

  /// The bytes of a file.
  static func bytes(_ name: String) throws -> [UInt8] { try contents(folder.appendingPathComponent(name)) }

  /// The pixels that an image has to decode to, `H×W×C`.
  static func pixels(of name: String) throws -> NumericArray { try NPYFile.read(.bytes(bytes(name + ".npy"))) }
}
