import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct NativeFormatTests {
  @Test func aBareGridIsAFile() throws {
    let kernel = try parse("1 2 3\n4 5 6\n", file: "folder/blur.kernel")
    #expect(kernel == Kernel(name: "blur", bank: KernelBank(rows: [[1, 2, 3], [4, 5, 6]])))
  }

  @Test func fractionsAreIntegersOverTheirCommonDenominator() throws {
    #expect(try parse("1/9 1/9 1/9").bank == KernelBank(rows: [[1, 1, 1]], divisor: 9))
    #expect(try parse("1/6 -1/4 0.5 2").bank == KernelBank(rows: [[2, -3, 6, 24]], divisor: 12))
    #expect(try parse("0.0625 .5 -1.25e-1 +1E1").bank == KernelBank(rows: [[1, 8, -2, 160]], divisor: 16))
    #expect(try parse("-3/8 6/-16 0.3/0.4").bank == KernelBank(rows: [[-3, -3, 6]], divisor: 8))
    #expect(try parse("0.111 0.222").bank == KernelBank(rows: [[111, 222]], divisor: 1000))
  }

  @Test func theDivisorJoinsTheDenominator() throws {
    #expect(try parse("divisor: 16\n1 2 1").bank == KernelBank(rows: [[1, 2, 1]], divisor: 16))
    #expect(try parse("divisor: 16\n1/2 1 1/2").bank == KernelBank(rows: [[1, 2, 1]], divisor: 32))
    #expect(try parse("divisor: 2.5\n1 2 1").bank == KernelBank(rows: [[2, 4, 2]], divisor: 5))
    #expect(try parse("divisor: -1/3\n1 2 1").bank == KernelBank(rows: [[3, 6, 3]], divisor: -1))
  }

  @Test func whatHasNoSmallDenominatorBecomesTheNearestDouble() throws {
    #expect(try parse("0.123456789012345678 1").bank == KernelBank(rows: [[0.123456789012345678, 1]]))
    #expect(try parse("1/16777259 1").bank == KernelBank(rows: [[1.0 / 16_777_259, 1]]))
    #expect(try parse("1e300 1e-300 5e9").bank == KernelBank(rows: [[1e300, 1e-300, 5e9]]))
    #expect(try parse("divisor: 3\n1.00000000001 1").bank.weights == [1.00000000001 / 3, 1.0 / 3])
    #expect(try parse("1e-400 0e999 1").bank == KernelBank(rows: [[0, 0, 1]]))
  }

  @Test func everyKeyIsRead() throws {
    let kernel = try parse(
      """
      # a comment
      name: my kernel # this is part of the name
      description: What it does.
      source: A book, 1999
      anchor: 2, 0   # the right
      divisor: 4
      bias: 50%
      op: convolve
      border: constant:0.5
      map: percentile:1

      1 2 3 # of a row
        # a line of its own
      4, 5,\t6
      """)
    #expect(
      kernel
        == Kernel(
          name: "my kernel # this is part of the name", description: "What it does.", source: "A book, 1999",
          bank: KernelBank(
            rows: [[1, 2, 3], [4, 5, 6]], divisor: 4, bias: 0.5, anchor: KernelBank.Anchor(x: 2, y: 0)),
          operation: .convolve, border: "constant:0.5", map: "percentile:1"))
    #expect(kernel.correlationBank() == kernel.bank.flipped)
    #expect(kernel.correlationBank(.correlate) == kernel.bank)
  }

  @Test(arguments: [
    ("128/255", 128.0 / 255), ("50%", 0.5), ("-0.25", -0.25), ("12.5%", 0.125), ("1", 1), ("1/3", 1.0 / 3),
  ])
  func aBiasIsAFractionOrAPercentage(_ text: String, _ value: Double) throws {
    #expect(try parse("bias: \(text)\n1").bank.biases == [value])
  }

  @Test func normalizationDividesByTheSumAndLeavesAZeroSumAlone() throws {
    #expect(try parse("normalize: sum\n1 2 1").bank == KernelBank(rows: [[1, 2, 1]], divisor: 4))
    #expect(try parse("normalize: sum\ndivisor: 7\n1/2 1 1/2").bank == KernelBank(rows: [[1, 2, 1]], divisor: 4))
    #expect(try parse("normalize: sum\n-1 -2 -1").bank.weights == [0.25, 0.5, 0.25])
    #expect(try parse("normalize: abs\n-1 0 1").bank == KernelBank(rows: [[-1, 0, 1]], divisor: 2))
    #expect(try parse("normalize: abs\ndivisor: -4\n-1 0 1").bank == KernelBank(rows: [[-1, 0, 1]], divisor: -2))
    #expect(try parse("normalize: none\n3 4").bank == KernelBank(rows: [[3, 4]]))
    #expect(
      try parse("channels: 2\nnormalize: sum\n1 2\n---\n3 4").bank
        == KernelBank(inputCount: 2, height: 1, width: 2, taps: [1, 2, 3, 4], divisors: [10]))
    let zero = try parse("normalize: sum\n-1/2 0 1/2")
    #expect(zero.bank == KernelBank(rows: [[-1, 0, 1]], divisor: 2))
    #expect(zero.notes == ["normalize: sum: the sum is 0, left alone"])
    #expect(
      try parse("normalize: sum\n1.00000000001 3").bank.weights == [1.00000000001 / 4.00000000001, 3 / 4.00000000001])
  }

  @Test func aBankHasOneKernelBetweenTwoLinesOfDashes() throws {
    let kernel = try parse("1 0\n0 1\n---\n2 0\n0 2\n", file: "b.kernel")
    #expect(kernel.bank == KernelBank(outputCount: 2, height: 2, width: 2, taps: [1, 0, 0, 1, 2, 0, 0, 2]))
    #expect(kernel.outputNames == ["b-1", "b-2"])
  }

  @Test func outputsHaveNamesDivisorsBiasesAndNormalizationsOfTheirOwn() throws {
    let kernel = try parse(
      """
      name: bank
      divisor: 2
      bias: 1/4
      ---
      name: first
      1 1
      ---
      name: second
      divisor: 8
      bias: 0
      1 3
      --- # and the third
      normalize: sum
      1 5
      """)
    #expect(
      kernel.bank
        == KernelBank(
          outputCount: 3, height: 1, width: 2, taps: [1, 1, 1, 3, 1, 5], divisors: [2, 8, 6], biases: [0.25, 0, 0.25]))
    #expect(kernel.name == "bank")
    #expect(kernel.outputNames == ["first", "second", "bank-3"])
  }

  @Test func channelsStandOneAfterAnotherInEveryOutput() throws {
    let kernel = try parse("channels: R G B\n1\n---\n2\n---\n3\n---\nname: second\n4\n---\n5\n---\n6")
    #expect(kernel.bank == KernelBank(outputCount: 2, inputCount: 3, height: 1, width: 1, taps: [1, 2, 3, 4, 5, 6]))
    #expect(kernel.outputNames == ["t-1", "second"])
    #expect(try parse("channels: B G R\n1\n---\n2\n---\n3").bank.taps == [3, 2, 1])
    #expect(try parse("channels: 2\n1\n---\n1/2").bank.taps == [2, 1])
    #expect(try parse("channels: A R G B\n1\n---\n2\n---\n3\n---\n4").bank.taps == [2, 3, 4, 1])
  }

  @Test func lineEndingsTabsMarksAndBlanksAtTheEndAreTolerated() throws {
    let plain = try parse("name: a\n1 2\n3 4\n")
    #expect(try parse("\u{FEFF}name: a\r\n1\t2  \r\n\r\n3 4 \t\r\n\r\n") == plain)
    #expect(try parse("name: a\r1 2\r3 4") == plain)
    #expect(try parse("name:a\n 1, 2\n 3 ,4") == plain)
    #expect(try parse("name: a\n1 2; 3 4;") == plain)
  }

  @Test(arguments: [
    ("-1 -1 -1\n-1 8 -1\n-1 -10", "t.kernel:3:7: row has 2 numbers, the rows above have 3"),
    ("1 2\n3 4 5", "t.kernel:2:5: row has more than 2 numbers, the rows above have 2"),
    ("1 2\n3 x", "t.kernel:2:3: found “x”, expected a number"),
    ("1 2\n3,,4", "t.kernel:2:3: found “,”, expected a number"),
    ("1 2,\n3 4", "t.kernel:1:5: found the end of the line, expected a number"),
    ("1 2,", "t.kernel:1:5: found the end, expected a number"),
    ("1 1/0", "t.kernel:1:3: “1/0” has the denominator 0"),
    ("1 nan", "t.kernel:1:3: “nan” is not finite"),
    ("1 -inf", "t.kernel:1:3: “-inf” is not finite"),
    ("1 1e999", "t.kernel:1:3: “1e999” is not finite"),
    ("1e300/1e-300", "t.kernel:1:1: “1e300/1e-300” is not finite"),
    ("1 0x10", "t.kernel:1:3: found “0x10”, expected a number"),
    ("1 1.2.3", "t.kernel:1:3: found “1.2.3”, expected a number"),
    ("1 -", "t.kernel:1:3: found “-”, expected a number"),
    ("1 1e", "t.kernel:1:3: found “1e”, expected a number"),
    ("1 2%", "t.kernel:1:3: found “2%”, expected a number"),
    ("1 2 (3)", "t.kernel:1:5: found “(”, expected a number"),
    ("", "t.kernel:1:1: found the end, expected a row of numbers"),
    ("# nothing\n", "t.kernel:2:1: found the end, expected a row of numbers"),
    ("name: a\n---\n", "t.kernel:3:1: found the end, expected a row of numbers"),
    ("1\n---\n", "t.kernel:3:1: found the end, expected a row of numbers"),
    ("1\n---\n---\n1", "t.kernel:3:1: found “-”, expected a row of numbers"),
    ("1 2\n---\n1 2 3", "t.kernel:3:1: these rows make 3×1 numbers, the first kernel has 2×1"),
    (
      "nmae: a\n1",
      "t.kernel:1:1: “nmae” is no key; known are name, description, source, channels, anchor, divisor, bias, normalize, op, border, map"
    ),
    (
      "1\n---\nop: convolve\n1",
      "t.kernel:3:1: “op” is a key of the whole file; a kernel of a bank has name, divisor, bias, normalize"
    ),
    ("1\nname: a", "t.kernel:2:1: found the key “name” after a row of numbers, expected keys before the rows"),
    ("name: a\nname: b\n1", "t.kernel:2:1: the key “name” stands in line 1 already"),
    ("name:  \n1", "t.kernel:1:8: “name” has no value"),
    ("anchor: 1\n1 2 3", "t.kernel:1:10: found the end of the line, expected the anchor's row"),
    ("anchor: 3 0\n1 2 3", "t.kernel:1:9: the anchor 3 0 is outside the kernel of 3×1 taps"),
    ("anchor: 1.5 0\n1 2 3", "t.kernel:1:9: the anchor's column is no whole number from 0 to 4096"),
    ("anchor: 1 0 0\n1 2 3", "t.kernel:1:13: found “0” after the value of “anchor”, expected the end of the line"),
    ("divisor: 0\n1", "t.kernel:1:10: the divisor is 0"),
    ("divisor: x\n1", "t.kernel:1:10: found “x”, expected a number"),
    ("bias: %\n1", "t.kernel:1:7: found “%”, expected a number"),
    ("normalize: max\n1", "t.kernel:1:12: “normalize” is “max”, expected one of none, sum, abs"),
    ("op: flip\n1", "t.kernel:1:5: “op” is “flip”, expected one of correlate, convolve"),
    ("channels: R G\n1", "t.kernel:1:11: found 2 channels, expected R G B, R G B A or a number"),
    ("channels: R R B\n1", "t.kernel:1:13: found “R”, expected each of R, G, B and perhaps A once"),
    (
      "channels: R G B\n1\n---\n2",
      "t.kernel:4:2: found 2 of the 3 planes of kernel 1, expected a line “---” and the next plane"
    ),
    (
      "channels: 2\n1\n---\nbias: 1\n2",
      "t.kernel:4:1: found the key “bias” between two planes, expected the keys of a kernel before its first plane"
    ),
    ("divisor: 1e-300\n1e300", "t.kernel: the numbers, divided, are not finite"),
    ("normalize: sum\n1e308 1e308", "t.kernel: the numbers, divided, are not finite"),
    ("name: «é»\n1 é", "t.kernel:2:3: found “é”, expected a number"),
    ("1 2\n# «é»\n3 4 5", "t.kernel:3:5: row has more than 2 numbers, the rows above have 2"),
    ("1\u{0}", "t.kernel:1:2: byte 0x0 is not UTF-8 text"),
  ])
  func everyErrorNamesItsPlace(_ text: String, _ message: String) {
    #expect(fault(text, format: .native) == message)
  }

  @Test func whatIsNotUTF8IsAnErrorWithItsPlace() {
    for (bytes, message) in [
      ([0x31, 0x0A, 0x20, 0xFF], "t.kernel:2:2: byte 0xff is not UTF-8 text"),
      ([0x31, 0x20, 0xC3], "t.kernel:1:3: byte 0xc3 is not UTF-8 text"),
      ([0xC3, 0xA9, 0x0A, 0x31, 0xE9, 0x32], "t.kernel:2:2: byte 0xe9 is not UTF-8 text"),
    ] as [([UInt8], String)] {
      #expect(throws: KernelError.self) { try KernelParser.parse(bytes, file: "t.kernel") }
      do {
        _ = try KernelParser.parse(bytes, file: "t.kernel")
      } catch {
        #expect(error.description == message)
      }
    }
  }

  @Test func moreThan4096TapsASideAreRefused() throws {
    let row = Array(repeating: "1", count: 4096).joined(separator: " ")
    #expect(try parse(row).bank.width == 4096)
    #expect(fault(row + " 1") == "t.kernel:1:8193: more than 4096 numbers in a row")
    let column = Array(repeating: "1", count: 4097).joined(separator: "\n")
    #expect(fault(column) == "t.kernel:4097:2: more than 4096 rows")
  }

  @Test func inlineTextHasADigitAndASeparator() throws {
    #expect(InlineKernel.isInlineText("0 -1 0; -1 5 -1; 0 -1 0"))
    #expect(InlineKernel.isInlineText("1,2"))
    #expect(!InlineKernel.isInlineText("sobel-x"))
    #expect(!InlineKernel.isInlineText("box3"))
    #expect(!InlineKernel.isInlineText("a, b"))
    #expect(
      try parse("0 -1 0; -1 5 -1; 0 -1 0").bank == KernelBank(rows: [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]))
  }
}
