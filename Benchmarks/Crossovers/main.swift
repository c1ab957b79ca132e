// Times the engine's algorithms on rows of 8-bit samples: the figures behind `CostModel`, and beside them the peers' (compare.py).
//
// swift run -c release --package-path Benchmarks/Crossovers crossovers [WIDTH HEIGHT THREADS REPETITIONS]

import Convolution
import Dispatch
import Tensors

let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let width = arguments.count > 0 ? arguments[0] : 5640
let height = arguments.count > 1 ? arguments[1] : 3172
let threadCount = arguments.count > 2 ? arguments[2] : 1
let repetitions = arguments.count > 3 ? arguments[3] : 3
let format = PixelFormat(.rgb)
let input = StageShape(channelCount: 3, height: height, width: width)

var seed: UInt64 = 1
func random() -> Double {
  seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
  return Double(seed >> 40) / 0x1p24
}

let strip = PixelRows(
  format: format, width: width, rowCount: 16, bytes: (0..<16 * 3 * width).map { _ in UInt8(255 * random()) })

/// The shortest time of a whole image, in milliseconds.
func milliseconds(_ run: () -> Void) -> Double {
  (0..<repetitions).map { _ in
    let start = DispatchTime.now().uptimeNanoseconds
    run()
    return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6
  }.min() ?? 0
}

func padded(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

func measure(_ name: String, _ bank: KernelBank) {
  var line = padded(name, 12)
  for algorithm in [Algorithm.direct, .separable, .box] {
    let plan = try? ConvolutionPlan(
      input: input, bank: bank, fullRange: 255, isInteger: true, sampleBound: 255, algorithm: algorithm)
    guard let plan, plan.multiplyAddCount < 60_000_000_000 || algorithm != .direct else {
      line += padded("-", 16)
      continue
    }
    func run<Scalar: EngineScalar>(_: Scalar.Type) -> Double {
      let rows = SampleUnpacking.unpack(strip, as: Scalar.self)
      return milliseconds {
        let stage = StripConvolution<Scalar>(plan: plan, threadCount: threadCount)
        for first in stride(from: 0, to: height, by: 16) {
          let count = min(16, height - first)
          _ = stage.push(
            count == 16
              ? rows
              : PlanarRows(
                channelCount: 3, width: width, rowCount: count,
                samples: Array(rows.samples[..<(count * 3 * width)])))
        }
      }
    }
    let time = plan.precision == .single ? run(Float.self) : run(Double.self)
    line += padded("\((time * 10).rounded() / 10)" + (plan.precision == .single ? " f32" : " f64"), 16)
  }
  if let plan = try? ConvolutionPlan(
    input: input, bank: bank, fullRange: 255, isInteger: true, sampleBound: 255)
  {
    line += "   \(plan.algorithm.rawValue)"
  }
  print(line)
}

func gaussian(_ sigma: Double) -> KernelBank {
  let radius = Int(4 * sigma + 0.5)
  // (1 + x/n)ⁿ is near enough to eˣ for a timing.
  let row = (-radius...radius).map { place in
    var value = 1 - Double(place * place) / (2 * sigma * sigma * 4096)
    for _ in 0..<12 { value *= value }
    return value
  }
  let sum = row.reduce(0, +)
  return KernelBank(height: row.count, width: row.count, taps: row.flatMap { a in row.map { a * $0 / (sum * sum) } })
}

print("\(width)×\(height)×3, \(threadCount) threads, \(InstructionSet.detected), ms")
print(padded("", 12) + ["direct", "separable", "box"].map { padded($0, 16) }.joined() + "   chosen")
for size in [3, 5, 7, 9, 11, 15, 31] {
  let taps = (0..<size * size).map { _ in random() - 0.4 }
  measure("random \(size)", KernelBank(height: size, width: size, taps: taps))
}
for sigma in [0.6, 1.0, 2, 5, 20] { measure("gaussian \(sigma)", gaussian(sigma)) }
for size in [3, 5, 9, 15, 31, 101] {
  measure(
    "box \(size)",
    KernelBank(
      height: size, width: size, taps: Array(repeating: 1, count: size * size), divisors: [Double(size * size)]))
}
