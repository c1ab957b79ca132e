import Convolution
import Tensors

extension ImageJob {
  /// The same job on a signal, which is a row of samples and has no vertical axis.
  ///
  /// Steps, dilations, windows and paddings given as one number for both axes hold for the only one there is.
  ///
  /// - Throws: `JobError` of kind `badData` for a kernel of several rows, or for vertical numbers of their own.
  public func onSignal() throws(JobError) -> ImageJob {
    var job = self
    for index in job.steps.indices {
      switch job.steps[index] {
      case .activation: break
      case .convolution(var step):
        guard step.bank.height == 1 else {
          throw Self.refusal(
            "\(step.mention) is \(step.bank.height)×\(step.bank.width)", "a kernel of one row for a signal")
        }
        step.stride = try Self.horizontal("stride", step.stride)
        step.dilation = try Self.horizontal("dilation", step.dilation)
        step.padding = try Self.horizontal(step.padding)
        job.steps[index] = .convolution(step)
      case .pooling(var step):
        step.size = try Self.horizontal("window", step.size)
        step.stride = try Self.horizontal("stride", step.stride)
        step.padding = try Self.horizontal(step.padding)
        job.steps[index] = .pooling(step)
      }
    }
    return job
  }

  private static func horizontal(_ name: String, _ extent: Extent) throws(JobError) -> Extent {
    guard extent.height == extent.width || extent.height == 1 else {
      throw refusal("the \(name) is \(extent.height),\(extent.width)", "one number for a signal")
    }
    return Extent(height: 1, width: extent.width)
  }

  private static func horizontal(_ padding: Padding) throws(JobError) -> Padding {
    guard case .explicit(let top, let right, let bottom, let left) = padding else { return padding }
    guard top == bottom, top == 0 || (top == left && top == right) else {
      throw refusal("the padding is \(padding)", "one number, or 0,AFTER,0,BEFORE, for a signal")
    }
    return .explicit(top: 0, right: right, bottom: 0, left: left)
  }

  private static func refusal(_ found: String, _ expected: String) -> JobError {
    JobError(.badData, code: "shape.mismatch", "\(found); expected \(expected)")
  }
}
