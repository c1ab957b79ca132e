import Kernels
import Tensors
import Testing

/// A text read as a kernel.
func parse(_ text: String, file: String = "t.kernel", format: KernelFormat? = nil) throws -> Kernel {
  try KernelParser.parse(Array(text.utf8), file: file, format: format)
}

/// The message of the error that reading a text throws, or what was read in place of an error.
func fault(_ text: String, file: String = "t.kernel", format: KernelFormat? = nil) -> String {
  do {
    return "read \(try KernelParser.parse(Array(text.utf8), file: file, format: format).bank)"
  } catch {
    return error.description
  }
}

extension KernelBank {
  /// The weights, taps over divisors, in the order of the taps.
  var weights: [Double] {
    let count = inputCount * height * width
    return taps.indices.map { taps[$0] / divisors[$0 / count] }
  }
}

/// Sections that begin with `# NAME`, each with its lines.
func sections(_ golden: String) -> [(name: String, lines: [String])] {
  var sections: [(name: String, lines: [String])] = []
  for line in golden.split(separator: "\n").map(String.init) {
    if line.hasPrefix("# ") {
      sections.append((String(line.dropFirst(2)), []))
    } else {
      sections[sections.count - 1].lines.append(line)
    }
  }
  return sections
}
