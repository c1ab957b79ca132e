import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct ForeignFormatTests {
  static let blur = KernelBank(rows: [[1, 2, 1], [2, 4, 2], [1, 2, 1]], divisor: 16)
  static let sharpen = KernelBank(rows: [[0, -1, 0], [-1, 5, -1], [0, -1, 0]])

  @Test func vipsMatricesHaveSizeScaleAndOffsetInTheirFirstLine() throws {
    #expect(try parse("3 3 16 0\n1 2 1\n2 4 2\n1 2 1\n").bank == Self.blur)
    #expect(try parse("3 3 16\n1 2 1\n2 4 2\n1 2 1\n").bank == Self.blur)
    #expect(try parse("2 1 1 128\n1 -1\n").bank == KernelBank(rows: [[1, -1]], bias: 128.0 / 255))
    #expect(try parse("3 1\n1 -2.5 1").bank == KernelBank(rows: [[2, -5, 2]], divisor: 2))
  }

  @Test func aMatrixThatIsAGridTooIsReadAsAGridAndSaysSo() throws {
    let kernel = try parse("2 1\n1 -1\n")
    #expect(kernel.bank == KernelBank(rows: [[2, 1], [1, -1]]))
    #expect(
      kernel.notes == [
        "every line is read as a row; as a vips matrix the first line would be its header; --kernel-format settles it"
      ])
    #expect(
      try parse("3 3 16\n1 2 1\n2 4 2\n1 2 1\n").notes == [
        "read as a vips matrix: the first line gives its size; native reads one row more; --kernel-format settles it"
      ])
    #expect(try parse("3 3 16\n1 2 1\n2 4 2\n").bank.height == 3)
    #expect(try parse("2 1\n1 -1\n", format: .vips).bank == KernelBank(rows: [[1, -1]]))
    #expect(try parse("2 1\n1 -1\n", format: .native).notes == [])
    #expect(try parse("1 2\n3 4\n").notes == [])
  }

  @Test(arguments: [
    ("3 3 16 0\n1 2 1\n2 4 2\n", "t.mat:4:1: found 2 rows, the first line says 3"),
    ("3 3 16 0\n1 2 1\n2 4\n1 2 1", "t.mat:3:4: row has 2 numbers, the first line says 3"),
    ("3 3 16 0\n1 2 1\n2 4 2 1\n1 2 1", "t.mat:3:7: row has more than 3 numbers, the first line says 3"),
    ("3 1 16 0\n1 2 1\n7", "t.mat:3:1: found “7” after 1 row, expected the end"),
    ("3 1 0\n1 2 1", "t.mat:1:5: the scale is 0"),
    ("3 1 1 0 9\n1 2 1", "t.mat:1:9: found “9” after the offset, expected the end of the line"),
    ("3.5 1\n1 2 1", "t.mat:1:1: the width is 3.5, expected a whole number from 1"),
    ("3 5000\n1 2 1", "t.mat:1:3: the height is 5000, expected at most 4096"),
    ("3 1\n1 1/2 1", "t.mat:2:3: found “1/2”, expected a number without “/”"),
  ])
  func vipsErrorsNameTheirPlace(_ text: String, _ message: String) {
    #expect(fault(text, file: "t.mat", format: .vips) == message)
  }

  @Test func gmicImagesAreRead() throws {
    #expect(try parse("(0,-1,0;-1,5,-1;0,-1,0)").bank == Self.sharpen)
    #expect(
      try parse(" ( 1 , 2 ;\n 3 , 4 ) (5,6;7,8)\n").bank
        == KernelBank(outputCount: 2, height: 2, width: 2, taps: [1, 2, 3, 4, 5, 6, 7, 8]))
    #expect(fault("(1,2;3)") == "t.kernel:1:7: row has 1 number, the rows above have 2")
    #expect(fault("(1,2;3,4") == "t.kernel:1:9: found the end, expected “,”, “;” or “)”")
    #expect(fault("(1,2)x") == "t.kernel:1:6: found “x” after “)”, expected the end")
    #expect(fault("(1,2)(1)") == "t.kernel:1:6: this kernel is 1×1, the first is 2×1")
    #expect(fault("(1/2)") == "t.kernel:1:2: found “1/2”, expected a number without “/”")
    #expect(fault("(1,2^3,4)") == "t.kernel:1:4: found “2^3”, expected a number")
    #expect(fault("()") == "t.kernel:1:2: found “)”, expected a number")
  }

  @Test func jsonArraysOfOneToFourAxesAreRead() throws {
    #expect(try parse("[[0, -1, 0], [-1, 5, -1], [0, -1, 0]]").bank == Self.sharpen)
    #expect(try parse("[1, 2.5e0, -1]").bank == KernelBank(rows: [[2, 5, -2]], divisor: 2))
    #expect(try parse("[[[1,2]],[[3,4]]]").bank == KernelBank(outputCount: 2, height: 1, width: 2, taps: [1, 2, 3, 4]))
    #expect(
      try parse("[[[[1]],[[2]]],[[[3]],[[4]]]]").bank
        == KernelBank(outputCount: 2, inputCount: 2, height: 1, width: 1, taps: [1, 2, 3, 4]))
  }

  @Test(arguments: [
    ("[[1,2],[3]]", "t.json:1:8: found an array of 1, the ones before are an array of 2"),
    ("[[1,2],3]", "t.json:1:8: found a number, the ones before are an array of 2"),
    ("[[1,2],\n [3,x]]", "t.json:2:5: found “x”, expected a number as JSON writes it"),
    ("[1,2", "t.json:1:5: found the end, expected “,” or “]”"),
    ("[1,]", "t.json:1:4: found “]”, expected a number"),
    ("[]", "t.json:1:2: found “]”, expected a number"),
    ("[1] 2", "t.json:1:5: found “2” after the array, expected the end"),
    ("[+1]", "t.json:1:2: found “+1”, expected a number as JSON writes it"),
    ("[01]", "t.json:1:2: found “01”, expected a number as JSON writes it"),
    ("[.5]", "t.json:1:2: found “.5”, expected a number as JSON writes it"),
    ("[1.]", "t.json:1:2: found “1.”, expected a number as JSON writes it"),
    ("[1/2]", "t.json:1:2: found “1/2”, expected a number as JSON writes it"),
    ("[NaN]", "t.json:1:2: found “NaN”, expected a number as JSON writes it"),
    ("[null]", "t.json:1:2: found “null”, expected a number as JSON writes it"),
    ("[1e999]", "t.json:1:2: “1e999” is not finite"),
    ("[[[[[1]]]]]", "t.json:1:6: arrays nest deeper than 4"),
  ])
  func jsonErrorsNameTheirPlace(_ text: String, _ message: String) {
    #expect(fault(text, file: "t.json") == message)
  }

  @Test func theObjectOfSharpIsRead() throws {
    let object = #"{"width": 3, "height": 3, "kernel": [1, 2, 1, 2, 4, 2, 1, 2, 1]}"#
    #expect(try parse(object).bank == Self.blur)
    #expect(
      try parse(#"{"kernel": [-1, 0, 1], "width": 3, "height": 1}"#).bank == KernelBank(rows: [[-1, 0, 1]]))
    #expect(
      try parse("{\"width\": 3,\n \"height\": 1, \"kernel\": [-1, 0, 1], \"scale\": 2, \"offset\": 128}").bank
        == KernelBank(rows: [[-1, 0, 1]], divisor: 2, bias: 128.0 / 255))
  }

  @Test(arguments: [
    (#"{"width": 3, "height": 1, "kernel": [1, 2]}"#, "t.json:1:37: found 2 numbers, expected 3×1 = 3"),
    (#"{"width": 3, "kernel": [1, 2, 3]}"#, "t.json:1:1: the key “height” is missing"),
    (#"{"width": 3, "height": 1}"#, "t.json:1:1: the key “kernel” is missing"),
    (#"{"width": 0, "height": 1, "kernel": [1]}"#, "t.json:1:11: “width” is 0, expected a whole number in 1...4096"),
    (
      #"{"sigma": 3}"#, "t.json:1:2: “sigma” is no key; known are width, height, kernel, scale, offset"
    ),
    (#"{"width": 3, "width": 3}"#, "t.json:1:14: the key “width” stands twice"),
    (#"{"width" 3}"#, "t.json:1:10: found “3”, expected “:”"),
    (#"{"width": 3"#, "t.json:1:12: found the end, expected “,” or “}”"),
    (#"{width: 3}"#, "t.json:1:2: found “w”, expected a key in double quotes"),
    (#"{"width": 1, "height": 1, "kernel": [1], "scale": 0}"#, "t.json:1:51: the scale is 0"),
  ])
  func sharpErrorsNameTheirPlace(_ text: String, _ message: String) {
    #expect(fault(text, file: "t.json") == message)
  }

  @Test func commaSeparatedValuesAreRead() throws {
    #expect(try parse("0,-1,0\n-1,5,-1\n0,-1,0\n").bank == Self.sharpen)
    #expect(try parse("\"0\",-1,\"0\"\r\n-1,\"5\",-1\r\n0,-1,0\r\n").bank == Self.sharpen)
    #expect(try parse("1,2\n\n3,4\n", format: .csv).bank == KernelBank(rows: [[1, 2], [3, 4]]))
    #expect(fault("1,2\n3\n", format: .csv) == "t.kernel:2:2: row has 1 number, the rows above have 2")
    #expect(fault("1,2\n3,4,5\n", format: .csv) == "t.kernel:2:5: row has more than 2 numbers, the rows above have 2")
    #expect(fault("1,\n", format: .csv) == "t.kernel:1:3: found the end of the line, expected a number")
    #expect(fault("1;2\n", format: .csv) == "t.kernel:1:2: found “;”, expected “,” or the end of the line")
    #expect(fault("\"1\n", format: .csv) == "t.kernel:1:3: found the end of the line, expected “\"”")
    #expect(fault("", format: .csv) == "t.kernel:1:1: found the end, expected a row of numbers")
  }

  @Test func numPyContentIsRecognisedAndLeftToItsDecoder() {
    let array: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    let archive: [UInt8] = [0x50, 0x4B, 3, 4, 0]
    #expect(KernelParser.isNumericArrayFile(array) == .npy)
    #expect(KernelParser.isNumericArrayFile(archive) == .npz)
    #expect(KernelParser.isNumericArrayFile(Array("1 2".utf8)) == nil)
    #expect(throws: KernelError(file: "w.npy", code: "kernel.format", message: "found a NumPy npy, expected a text")) {
      try KernelParser.parse(array, file: "w.npy")
    }
  }
}
