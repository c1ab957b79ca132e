public import Tensors

/// The order of the axes of a four-dimensional weight.
public enum WeightLayout: String, Sendable, CaseIterable {
  /// Outputs, inputs, rows, columns: PyTorch and ONNX.
  case oihw
  /// Rows, columns, inputs, outputs: TensorFlow and Keras.
  case hwio
}

extension Kernel {
  /// Makes a kernel of arrays, as `.npy` and `.npz` files hold them.
  ///
  /// One axis is a kernel of one row; two are one kernel, rows × columns; four are a bank in `layout`. Three axes are
  /// several plain kernels: `O×kh×kw` in the layout `oihw`, `kh×kw×O` in `hwio`. `bias` has one element an output, as fractions of full range.
  /// Throws `shape.mismatch`, `kernel.limit`, or `kernel.syntax` for numbers that are not finite; `name` stands in errors.
  public init(weight: NumericArray, bias: NumericArray?, layout: WeightLayout, name: String) throws(KernelError) {
    func fault(_ message: String, _ code: String = "shape.mismatch") -> KernelError {
      KernelError(file: name, code: code, message: message)
    }
    if let index = weight.values.firstIndex(where: { !$0.isFinite }) {
      throw fault("element \(index) of the weight is \(weight.values[index]), expected finite numbers", "kernel.syntax")
    }
    var draft: BankDraft
    do {
      draft = try BankDraft(shape: weight.shape.extents, numbers: weight.values.map { Number($0) }, layout: layout)
    } catch {
      throw fault(error.message, error.code)
    }
    if let bias {
      guard bias.values.count == draft.outputs.count else {
        throw fault(
          "the bias has \(bias.values.count.counted("element")), the weight \(weight.shape) has \(draft.outputs.count.counted("output"))"
        )
      }
      for (output, value) in bias.values.enumerated() {
        guard value.isFinite else {
          throw fault("the bias \(output) is \(value), expected a finite number", "kernel.syntax")
        }
        draft.outputs[output].bias = value
      }
    }
    let (bank, outputNames, notes) = try draft.finished(name: name, file: name)
    self.init(name: name, bank: bank, outputNames: outputNames, notes: notes)
  }
}

extension BankDraft {
  /// Why an array is no bank.
  struct ShapeFault: Error {
    let code: String
    let message: String
  }

  /// Divides an array into outputs and planes: see `Kernel.init(weight:bias:layout:name:)`.
  init(shape: [Int], numbers: [Number], layout: WeightLayout) throws(ShapeFault) {
    let text = shape.isEmpty ? "scalar" : shape.map(String.init).joined(separator: "×")
    var (outputs, inputs, rows, columns) = (1, 1, 1, 1)
    switch (shape.count, layout) {
    case (1, _): columns = shape[0]
    case (2, _): (rows, columns) = (shape[0], shape[1])
    case (3, .oihw): (outputs, rows, columns) = (shape[0], shape[1], shape[2])
    case (3, .hwio): (rows, columns, outputs) = (shape[0], shape[1], shape[2])
    case (4, .oihw): (outputs, inputs, rows, columns) = (shape[0], shape[1], shape[2], shape[3])
    case (4, .hwio): (rows, columns, inputs, outputs) = (shape[0], shape[1], shape[2], shape[3])
    default:
      throw ShapeFault(code: "shape.mismatch", message: "the weight is \(text), expected 1 to 4 axes")
    }
    guard !numbers.isEmpty else {
      throw ShapeFault(code: "shape.mismatch", message: "the weight is \(text), expected no empty axis")
    }
    guard rows <= Kernel.largestSide, columns <= Kernel.largestSide, numbers.count <= Kernel.largestTapCount else {
      throw ShapeFault(
        code: "kernel.limit",
        message:
          "the weight is \(text), expected at most \(Kernel.largestSide) taps a side and \(Kernel.largestTapCount) in all"
      )
    }
    let planes = inputs * rows * columns
    self.init(height: rows, width: columns, inputCount: inputs, outputs: [])
    for output in 0..<outputs {
      switch layout {
      case .oihw:
        self.outputs.append(Output(numbers: Array(numbers[output * planes..<(output + 1) * planes])))
      case .hwio:
        var taps: [Number] = []
        taps.reserveCapacity(planes)
        for input in 0..<inputs {
          for place in 0..<rows * columns { taps.append(numbers[(place * inputs + input) * outputs + output]) }
        }
        self.outputs.append(Output(numbers: taps))
      }
    }
  }
}
