#if !IMGCONV_HAVE_YAML
  #if canImport(FoundationEssentials)
    import FoundationEssentials
  #else
    import Foundation
  #endif

  extension YAMLTree: Decodable {
    /// Reads a JSON text: this build has no libyaml, which reads YAML as well and knows lines.
    ///
    /// - Throws: `ModelFileError` of code `syntax`.
    init(_ bytes: [UInt8]) throws(ModelFileError) {
      do { self = try JSONDecoder().decode(YAMLTree.self, from: Data(bytes)) } catch {
        throw ModelFileError(.syntax, "it is no JSON, and this build, which found no libyaml, reads no YAML: \(error)")
      }
    }

    init(from decoder: any Decoder) throws {
      guard decoder.codingPath.count <= 32 else {
        throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "parts lie too deep in one another"))
      }
      line = 1
      if let map = try? decoder.container(keyedBy: Key.self) {
        content = .map(
          try map.allKeys.map { (YAMLTree(.word($0.stringValue), line: 1), try map.decode(YAMLTree.self, forKey: $0)) })
      } else if let list = try? decoder.singleValueContainer().decode([YAMLTree].self) {
        content = .list(list)
      } else {
        let value = try decoder.singleValueContainer()
        if let flag = try? value.decode(Bool.self) {
          content = .word(flag ? "true" : "false")
        } else if let whole = try? value.decode(Int.self) {
          content = .word(String(whole))
        } else if let number = try? value.decode(Double.self) {
          content = .word(String(number))
        } else {
          content = .word(try value.decode(String.self))
        }
      }
    }

    private struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }

      init?(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }
  }
#endif
