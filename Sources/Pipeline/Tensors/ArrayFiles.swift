import Codecs
import Convolution
import Tensors

/// An array on its way to a file.
enum ResultArray {
  /// 32-bit floats.
  case tensor(Tensor)
  /// 64-bit integers.
  case integers([Int], Shape)

  /// The extents.
  var shape: Shape {
    switch self {
    case .tensor(let tensor): tensor.shape
    case .integers(_, let shape): shape
    }
  }
}

/// A `.npy` file that is opened before the work, written after it, and appears when it is committed.
final class PendingArray {
  private let path: String
  private let descriptor: Int32
  private var file: AtomicFile?
  private let place: AtomicFile.Place?

  /// Opens an output; `-` is standard output.
  ///
  /// - Throws: `JobError` as `AtomicFile`.
  init(path: String, mayReplace: Bool) throws(JobError) {
    let file = try AtomicFile(path: path, mayReplace: mayReplace)
    self.path = path
    descriptor = file.descriptor
    place = file.place
    self.file = consume file
  }

  /// Refuses two results for one file.
  ///
  /// - Throws: `JobError` of kind `cannotCreate` where `other` takes the same place.
  func requireOwnPlace(beside other: PendingArray) throws(JobError) {
    if let place, let others = other.place, place.isSame(as: others) {
      throw JobError(
        .cannotCreate, code: "output.collision", path: path,
        "is the file that \(other.path) names too; expected a file for each result")
    }
  }

  /// Writes the whole array.
  ///
  /// - Throws: `JobError` where that fails.
  func write(_ array: ResultArray) throws(JobError) {
    do throws(CodecError) {
      switch array {
      case .tensor(let tensor): try NPYFile.write(tensor, descriptor: descriptor)
      case .integers(let integers, let shape):
        try NPYFile.write(integers, shape: shape, descriptor: descriptor)
      }
    } catch {
      throw JobError(error, path: path)
    }
  }

  /// Gives the file its name; traps when it has it.
  ///
  /// - Throws: `JobError` where that fails.
  func commit() throws(JobError) {
    guard let file = file.take() else { preconditionFailure("an array is committed once") }
    try file.commit()
  }
}

/// The tensors that a job has read, and what it may use: memory and threads.
struct TensorArguments {
  private let paths: [TensorRole: String]
  private var tensors: [TensorRole: Tensor] = [:]
  private let limits: DecodeLimits
  /// What the arrays lost when they became 32-bit floats, a line a file.
  private(set) var notes: [String] = []
  /// How many threads compute at a time.
  let threadCount: Int

  /// Reads a file for each role; `-` is standard input.
  ///
  /// - Throws: `JobError` where a file is missing, no array of real numbers, or larger than the memory that is left.
  init(reading paths: [TensorRole: String], options: RunOptions) throws(JobError) {
    self.paths = paths
    limits = options.limits
    threadCount = options.threadCount
    for role in TensorRole.allCases {
      guard let path = paths[role] else { continue }
      var rest = limits
      rest.maximumMemory -= byteCount
      let file = try InputFile(path: path)
      let bytes = try file.input(reread: false, byteLimit: rest.maximumMemory)
      do {
        let (tensor, loss) = try NPYFile.readTensorWithLoss(bytes, limits: rest)
        tensors[role] = tensor
        if let loss { notes.append("\(path): \(loss)") }
      } catch {
        throw JobError(error, path: path)
      }
      // It closes what is read from.
      withExtendedLifetime(file) {}
    }
  }

  /// The bytes of all tensors read.
  var byteCount: Int {
    tensors.values.reduce(0) { $0 + $1.shape.elementCount * MemoryLayout<Float>.size }
  }

  /// The tensor of a role that the operation cannot do without; traps where the caller named no file for it.
  subscript(role: TensorRole) -> Tensor {
    guard let tensor = tensors[role] else { preconditionFailure("the operation needs a file for \(role.rawValue)") }
    return tensor
  }

  /// The tensor of a role, where there is one.
  func optional(_ role: TensorRole) -> Tensor? { tensors[role] }

  /// The extents of all tensors, by role.
  var shapes: [TensorRole: Shape] { tensors.mapValues(\.shape) }

  /// Throws when what is read and what an operation asks for besides are more than may be used.
  func requireMemory(for workingBytes: Int) throws(JobError) {
    let (needed, overflow) = byteCount.addingReportingOverflow(workingBytes)
    guard overflow || needed > limits.maximumMemory else { return }
    throw JobError(
      .badData, code: "limit.memory", path: paths[.input],
      """
      needs \(workingBytes) bytes of memory beside the \(byteCount) of its arrays; \(limits.maximumMemory) may be used, \
      --max-memory allows more
      """)
  }

  /// An operator's error, about the option or the file it came from: the one that it names, else the input.
  func jobError(_ error: OperatorError) -> JobError {
    if case .attribute(let name, _, _) = error {
      // Options have the names of attributes, with hyphens.
      let option = "--" + name.map { $0 == "_" ? "-" : String($0) }.joined()
      return JobError(.badData, code: error.code, option + "\(error)".dropFirst(name.count))
    }
    let subject: TensorRole =
      switch error {
      case .channels(let input, let weight, _, _) where weight.elementCount == 0 && input.elementCount > 0: .weight
      case .rank(let name, _, _), .shape(let name, _, _), .notFinite(let name, _, _):
        switch name {
        case "weight": .weight
        case "bias": .bias
        case "output gradient": .gradOutput
        default: .input
        }
      default: .input
      }
    return JobError(.badData, code: error.code, path: paths[subject], "\(error)")
  }
}
