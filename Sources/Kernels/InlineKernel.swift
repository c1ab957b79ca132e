/// Kernels written out on a command line, such as `"0 -1 0; -1 5 -1; 0 -1 0"`.
public enum InlineKernel {
  /// Whether a word of a command line is a kernel rather than a name: it contains a digit, and a `,`, a `;` or a space.
  ///
  /// Built-in names go first: `gaussian:1.5,4` would pass here too.
  public static func isInlineText(_ text: String) -> Bool {
    let bytes = text.utf8
    return bytes.contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      && bytes.contains { [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: " ")].contains($0) }
  }
}
