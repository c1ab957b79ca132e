import Codecs
import Foundation
import Tensors
import TestSupport
import Testing

/// One published or recorded case of an ONNX operator: a folder with `attrs.json`, its tensors, and the answer.
struct TensorCase: Sendable, CustomStringConvertible {
  let folder: URL

  var description: String { folder.lastPathComponent }

  /// The cases in the folders below `folder`, by name; none where it is absent.
  static func all(in folder: URL) -> [TensorCase] {
    let entries = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return (entries ?? []).map(TensorCase.init(folder:)).filter { $0.has("attrs.json") }
      .sorted { $0.folder.path < $1.folder.path }
  }

  func has(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path)
  }

  func tensor(_ name: String) throws -> Tensor { try NPYFixture(folder.appendingPathComponent(name)).tensor }

  private func parsed() throws -> (operation: String, attributes: [String: Any]) {
    let data = try Data(contentsOf: folder.appendingPathComponent("attrs.json"))
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    return (
      try #require(object["op"] as? String).lowercased(), try #require(object["attrs"] as? [String: Any])
    )
  }

  /// The name of the command.
  var operation: String { get throws { try parsed().operation } }

  /// The attributes as options: `kernel_shape` becomes `--kernel-shape` and so on; what is 0 or 1 is written after its name.
  func options() throws -> [String] {
    let (operation, attributes) = try parsed()
    var known = ["strides", "pads", "dilations", "auto_pad"]
    switch operation {
    case "conv": known += ["group"]
    case "convtranspose": known += ["group", "output_padding", "output_shape"]
    case "maxpool": known += ["kernel_shape", "ceil_mode"]
    case "averagepool": known += ["kernel_shape", "ceil_mode", "count_include_pad"]
    case "lppool": known += ["kernel_shape", "ceil_mode", "p"]
    case "globallppool": known = ["p"]
    default: known = []
    }
    return known.flatMap { name -> [String] in
      guard let value = attributes[name] else { return [] }
      let text = (value as? [Int]).map { $0.map(String.init).joined(separator: ",") } ?? "\(value)"
      return ["--" + name.replacingOccurrences(of: "_", with: "-"), text]
    }
  }
}

extension TemporaryFolder {
  /// Writes an array.
  func write(_ tensor: Tensor, as name: String) throws {
    try Data().write(to: file(name))
    let handle = try FileHandle(forWritingTo: file(name))
    try NPYFile.write(tensor, descriptor: handle.fileDescriptor)
    try handle.close()
  }

  /// Writes an array of the numbers 0, 1, 2, … and gives it back.
  @discardableResult
  func write(counting extents: Int..., as name: String) throws -> Tensor {
    let shape = try Shape(extents)
    let tensor = Tensor(shape: shape, elements: (0..<shape.elementCount).map { Float($0) })
    try write(tensor, as: name)
    return tensor
  }

  /// Reads an array.
  func tensor(_ name: String) throws -> Tensor { try NPYFixture(file(name)).tensor }
}
