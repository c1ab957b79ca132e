/// One operator of tensors on `.npy` files.
///
/// Files are read as 32-bit floats, whatever real type they hold; results are 32-bit floats, indices 64-bit integers.
public struct TensorJob: Sendable {
  /// What is done.
  public var operation: TensorOperation
  /// The files that are read; `-`, once, is standard input.
  public var inputs: [TensorRole: String]
  /// The files that are written; `-`, once, is standard output.
  public var outputs: [TensorRole: String]

  /// Creates a job.
  public init(_ operation: TensorOperation, inputs: [TensorRole: String], outputs: [TensorRole: String]) {
    self.operation = operation
    self.inputs = inputs
    self.outputs = outputs
  }

  /// Reads, computes and writes.
  ///
  /// Shapes and memory are checked before anything is computed. The outputs appear whole, after all have been written, or not at all.
  /// Traps where an input that the operation needs is not named, or an output is named that it does not give.
  ///
  /// - Parameters:
  ///   - options: what the run may use; its memory holds the inputs, what is computed, and what that needs besides.
  ///   - mayReplace: whether existing files may be replaced.
  /// - Returns: shapes, cost and algorithm.
  /// - Throws: `JobError`; of kind `badData` with the shapes that do not fit, or with the code `limit.memory`.
  public func run(options: RunOptions = RunOptions(), mayReplace: Bool = true) throws(JobError) -> TensorSummary {
    let arguments = try TensorArguments(reading: inputs, options: options)
    let fitted: FittedOperation
    do { fitted = try operation.fitted(to: arguments, threadCount: options.threadCount) } catch {
      throw arguments.jobError(error)
    }
    try arguments.requireMemory(for: fitted.workingBytes)

    var files: [(role: TensorRole, file: PendingArray)] = []
    for role in TensorRole.allCases {
      guard let path = outputs[role] else { continue }
      let file = try PendingArray(path: path, mayReplace: mayReplace)
      for (_, other) in files { try file.requireOwnPlace(beside: other) }
      files.append((role, file))
    }
    let results: [TensorRole: ResultArray]
    do { results = try fitted.compute(Set(outputs.keys)) } catch { throw arguments.jobError(error) }
    for (role, file) in files {
      guard let result = results[role] else { preconditionFailure("the operation gives no \(role.rawValue)") }
      try file.write(result)
    }
    for (_, file) in files { try file.commit() }
    return TensorSummary(
      fitted, inputs: arguments.shapes, outputs: results.filter { outputs[$0.key] != nil }.mapValues(\.shape),
      notes: arguments.notes + [fitted.algorithmNote].compactMap { $0 })
  }
}
