public import Kernels
import Tensors

/// Kernels made up for benchmarks.
public enum RandomKernel {
  /// The kernel that `random:K` stands for, or the kernel of any other name.
  ///
  /// A random kernel has `K×K` weights between 0 and 1, always the same ones, divided by their sum; it has full rank and no symmetry.
  ///
  /// - Throws: `JobError` where there is no such kernel.
  public static func resolve(_ argument: String) throws(JobError) -> Kernel {
    guard argument.hasPrefix("random:") else { return try KernelResolver.kernel(argument) }
    guard let side = Int(argument.dropFirst("random:".count)), (1...512).contains(side) else {
      throw JobError(.badData, code: "kernel.parameter", path: argument, "expected random:K with a K of 1 to 512")
    }
    var state: UInt64 = UInt64(side)
    let weights = (0..<side * side).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
    let sum = weights.reduce(0, +)
    return Kernel(name: argument, bank: KernelBank(height: side, width: side, taps: weights.map { $0 / sum }))
  }
}
