import Tensors

/// Reads kernels from text.
public enum KernelParser {
  /// Reads a whole text as one kernel or bank.
  ///
  /// `file` stands in errors, and its last component without ending is the kernel's name where the text has none. The format is
  /// told by the content unless it is given. Time is proportional to the text.
  /// Throws `KernelError` with line and column; NumPy content is refused with the code `kernel.format` (see `isNumericArrayFile`),
  /// since arrays are decoded elsewhere and come back through `Kernel.init(weight:bias:layout:name:)`.
  public static func parse(
    _ bytes: [UInt8], file: String, format: KernelFormat? = nil
  ) throws(KernelError) -> Kernel {
    let detected = format.map { (format: $0, note: nil) } ?? KernelFormat.detect(bytes)
    let name = name(ofFile: file)
    let draft: BankDraft
    switch detected.format {
    case .native:
      var kernel = try NativeFormat.parse(bytes, file: file, name: name)
      if let note = detected.note { kernel.notes.append("\(note); --kernel-format settles it") }
      return kernel
    case .imagemagick: draft = try ImageMagickFormat.parse(try TextScanner(bytes, file: file))
    case .vips: draft = try VipsFormat.parse(try TextScanner(bytes, file: file))
    case .gmic: draft = try GMICFormat.parse(try TextScanner(bytes, file: file))
    case .json: draft = try JSONFormat.parseArrays(try TextScanner(bytes, file: file))
    case .sharp: draft = try JSONFormat.parseSharp(try TextScanner(bytes, file: file))
    case .csv: draft = try CSVFormat.parse(try TextScanner(bytes, file: file))
    case .npy, .npz:
      throw KernelError(
        file: file, code: "kernel.format", message: "found a NumPy \(detected.format), expected a text")
    }
    var (bank, outputNames, notes) = try draft.finished(name: name, file: file)
    if let note = detected.note { notes.append("\(note); --kernel-format settles it") }
    return Kernel(name: name, bank: bank, outputNames: outputNames, notes: notes)
  }

  /// Whether bytes begin as a NumPy array or archive does; `nil` for text.
  public static func isNumericArrayFile(_ bytes: [UInt8]) -> KernelFormat? {
    if bytes.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]) { return .npy }
    if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0x50, 0x4B, 0x05, 0x06]) { return .npz }
    return nil
  }

  /// The name a kernel has from its file: the last component without folder and without its ending.
  static func name(ofFile file: String) -> String {
    let component = file.split(separator: "/").last.map(String.init) ?? file
    guard let dot = component.lastIndex(of: "."), dot != component.startIndex else { return component }
    return String(component[..<dot])
  }
}
