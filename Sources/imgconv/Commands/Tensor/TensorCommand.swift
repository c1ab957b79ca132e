import ArgumentParser

/// `imgconv tensor`: the raw operators on `.npy` files.
struct TensorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tensor",
    abstract: "Run the operators of networks on .npy arrays, under ONNX's names (opset 22).",
    discussion: """
      Arrays are N×C×L or N×C×H×W of any real type; results are 32-bit floats. A file named - is standard input or output.

      Example:
        imgconv tensor conv --input x.npy --weight w.npy --pads 1,1,1,1 \\
            --output y.npy
      """,
    subcommands: [
      ConvCommand.self, ConvTransposeCommand.self, ConvBackwardCommand.self, MaxPoolCommand.self,
      AveragePoolCommand.self, LpPoolCommand.self, GlobalMaxPoolCommand.self, GlobalAveragePoolCommand.self,
      GlobalLpPoolCommand.self, MaxPoolBackwardCommand.self, AveragePoolBackwardCommand.self,
      LpPoolBackwardCommand.self, Im2ColCommand.self, Col2ImCommand.self,
    ])
}
