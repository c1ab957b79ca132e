public import Tensors

/// A planned convolution of one image, rows in and rows out.
///
/// The results are those of the plan's formula, in sums of the type `Scalar`: `Float` where the plan's precision is `single`, `Double`
/// otherwise. They do not depend on the strips' heights nor on the number of threads. Memory does not grow with the image's height
/// unless the border wraps at the top, or the algorithm is `reference`.
public final class StripConvolution<Scalar: EngineScalar>: RowStage {
  /// What is computed.
  public let plan: ConvolutionPlan
  private let executor: Executor

  private enum Executor {
    case direct(DirectRows<Scalar>)
    case box(BoxRows<Scalar>)
    case reference(ReferenceRows<Scalar>)
  }

  /// Creates a stage at the top of an image.
  ///
  /// - Parameters:
  ///   - plan: what to compute.
  ///   - threadCount: how many threads compute at a time, the caller's among them; at least 1.
  ///   - instructionSet: the inner loops to use, one that runs here; `nil` for the plan's.
  public init(plan: ConvolutionPlan, threadCount: Int = 1, instructionSet: InstructionSet? = nil) {
    self.plan = plan
    let operations = Scalar.operations(instructionSet ?? plan.instructionSet)
    switch plan.execution {
    case .reference: executor = .reference(ReferenceRows(plan: plan))
    case .rows(let rows):
      executor = .direct(DirectRows(plan: plan.strips, rows: rows, operations: operations, threadCount: threadCount))
    case .box(let sums):
      executor = .box(BoxRows(plan: plan.strips, sums: sums, operations: operations, threadCount: threadCount))
    }
  }

  /// The channels, rows and columns that come out in all.
  public var outputShape: StageShape { plan.outputShape }

  /// Takes the next rows of the input and returns every output row that they make computable.
  ///
  /// Traps when the rows have another shape than the plan's input, or are more than it has.
  public func push(_ rows: PlanarRows<Scalar>) -> PlanarRows<Scalar> {
    switch executor {
    case .direct(let direct): direct.push(rows)
    case .box(let box): box.push(rows)
    case .reference(let reference): reference.push(rows)
    }
  }
}
