import Convolution
import Tensors

/// Element-wise operators that follow one another, computed block by block, so that what one gives is still in the cache when the next reads it.
///
/// All results have one shape; operands are broadcast to it. Only results that are wanted become tensors.
struct ElementwiseProgram {
  /// What an instruction reads.
  enum Source: Hashable {
    case operand(Int)
    case result(Int)
  }

  /// One operator.
  private struct Instruction {
    let function: ElementFunction
    let sources: [Source]
  }

  /// The elements that are computed at a time.
  static let blockLength = 1024
  /// Shorter blocks, as broadcasting would make them, are not worth their start.
  private static let shortestBlock = 64
  /// The elements of a thread's share.
  private static let shareLength = 16 * blockLength

  /// The shape of all results.
  let shape: Shape
  private var operands: [ElementOperand] = []
  private var instructions: [Instruction] = []

  init(shape: Shape) { self.shape = shape }

  /// Adds a tensor that instructions read; it can be broadcast to the shape.
  mutating func addOperand(_ tensor: Tensor) -> Source {
    operands.append(ElementOperand(tensor, in: shape))
    return .operand(operands.count - 1)
  }

  /// Adds an instruction, and gives its result for others to read.
  mutating func append(_ function: ElementFunction, _ sources: [Source]) -> Source {
    precondition(sources.count == function.operandCount, "\(function) takes \(function.operandCount) operands")
    instructions.append(Instruction(function: function, sources: sources))
    return .result(instructions.count - 1)
  }

  /// Computes the results of some instructions, which are named by their number.
  ///
  /// Complexity: an operation for each element and instruction, one pass over the operands and the results wanted.
  func results(of wanted: [Int], threadCount: Int) -> [Tensor] {
    guard shape.elementCount > 0 else { return wanted.map { _ in Tensor(repeating: 0, shape: shape) } }
    let slots = Slots(of: instructions.map(\.sources), wanted: wanted, operands: operands)
    let arrays = unsafe withOperands { pointers in
      unsafe makeArrays(wanted.count) { outputs in
        nonisolated(unsafe) let (pointers, outputs) = unsafe (pointers, outputs)
        let shareCount = (shape.elementCount + Self.shareLength - 1) / Self.shareLength
        ParallelStrips.run(count: shareCount, threadCount: threadCount) { shares in
          unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: max(1, slots.count * Self.blockLength)) {
            memory in
            guard let scratch = memory.baseAddress else { return }
            let end = min(shape.elementCount, shares.upperBound * Self.shareLength)
            unsafe run(
              shares.lowerBound * Self.shareLength..<end, slots, operands: pointers, outputs: outputs,
              scratch: scratch)
          }
        }
      }
    }
    return arrays.map { Tensor(shape: shape, elements: $0) }
  }

  /// Computes a range of elements.
  private func run(
    _ range: Range<Int>, _ slots: Slots, operands pointers: [UnsafePointer<Float>?],
    outputs: [UnsafeMutablePointer<Float>], scratch: UnsafeMutablePointer<Float>
  ) {
    let period = operands.compactMap(\.period).filter { $0 >= Self.shortestBlock }.min() ?? .max
    var start = range.lowerBound
    while start < range.upperBound {
      let count = min(Self.blockLength, range.upperBound - start, period - start % period)
      for (index, instruction) in instructions.enumerated() {
        let place = slots.results[index]
        func source(_ source: Source) -> ElementSource {
          switch source {
          case .result(let number):
            return unsafe .block(result(slots.results[number], at: start, outputs: outputs, scratch: scratch))
          case .operand(let number):
            return unsafe operand(
              number, pointers[number], at: start, count: count,
              scratch: slots.operands[number].map { unsafe scratch + $0 * Self.blockLength })
          }
        }
        let first = unsafe source(instruction.sources[0])
        let second = unsafe instruction.sources.count > 1 ? source(instruction.sources[1]) : nil
        let out = unsafe result(place, at: start, outputs: outputs, scratch: scratch)
        unsafe ElementLoops.run(instruction.function, first, second, to: out, count: count)
      }
      start += count
    }
  }

  /// Where the block of a result lies.
  private func result(
    _ place: Slots.Place, at start: Int, outputs: [UnsafeMutablePointer<Float>], scratch: UnsafeMutablePointer<Float>
  ) -> UnsafeMutablePointer<Float> {
    switch place {
    case .output(let number): unsafe outputs[number] + start
    case .scratch(let slot): unsafe scratch + slot * Self.blockLength
    }
  }

  /// A block of an operand: where it lies, or copied out where it is broadcast within the block.
  private func operand(
    _ number: Int, _ pointer: UnsafePointer<Float>?, at start: Int, count: Int,
    scratch: UnsafeMutablePointer<Float>?
  ) -> ElementSource {
    switch operands[number] {
    case .number(let number): return unsafe .number(number)
    case .full:
      guard let pointer = unsafe pointer else { preconditionFailure("an operand has elements") }
      return unsafe .block(pointer + start)
    case .cyclic(let elements, let run):
      guard let pointer = unsafe pointer, let scratch = unsafe scratch else {
        preconditionFailure("an operand has elements, and a slot")
      }
      let (turn, offset) = (start / run % elements.count, start % run)
      if offset + count <= run { return unsafe .number(pointer[turn]) }
      if run == 1 && turn + count <= elements.count { return unsafe .block(pointer + turn) }
      var (element, left, done) = (turn, run - offset, 0)
      while done < count {
        let part = min(left, count - done)
        unsafe (scratch + done).update(repeating: pointer[element], count: part)
        done += part
        (element, left) = (element + 1 == elements.count ? 0 : element + 1, run)
      }
      return unsafe .block(scratch)
    }
  }

  /// Calls `body` with where the elements of each operand lie.
  private func withOperands<Result>(_ body: ([UnsafePointer<Float>?]) -> Result) -> Result {
    func collect(_ found: [UnsafePointer<Float>?]) -> Result {
      guard unsafe found.count < operands.count else { return unsafe body(found) }
      return unsafe operands[found.count].elements.withUnsafeBufferPointer {
        unsafe collect(found + [$0.baseAddress])
      }
    }
    return unsafe collect([])
  }

  /// Arrays of the shape's count, all written by one call of `body`.
  private func makeArrays(_ count: Int, _ body: ([UnsafeMutablePointer<Float>]) -> Void) -> [[Float]] {
    func collect(_ found: [UnsafeMutablePointer<Float>]) -> [[Float]] {
      guard unsafe found.count < count else {
        unsafe body(found)
        return []
      }
      var others: [[Float]] = []
      let array = unsafe [Float](unsafeUninitializedCapacity: shape.elementCount) { memory, filled in
        guard let first = memory.baseAddress else { return }
        unsafe others = collect(found + [first])
        filled = shape.elementCount
      }
      return [array] + others
    }
    return unsafe collect([])
  }
}

extension ElementwiseProgram {
  /// Where results and broadcast operands of a block are kept.
  struct Slots {
    enum Place {
      /// A tensor that is wanted, by its number.
      case output(Int)
      /// A block that is used again once nobody reads it any more.
      case scratch(Int)
    }

    /// A place for each instruction.
    private(set) var results: [Place] = []
    /// A block for each operand that may have to be copied out.
    let operands: [Int?]
    /// The blocks of scratch memory.
    private(set) var count: Int

    init(of instructions: [[Source]], wanted: [Int], operands: [ElementOperand]) {
      var count = 0
      self.operands = operands.map { operand in
        guard case .cyclic = operand else { return nil }
        defer { count += 1 }
        return count
      }
      var lastReader: [Int: Int] = [:]
      for (index, sources) in instructions.enumerated() {
        for case .result(let number) in sources { lastReader[number] = index }
      }
      var free: [Int] = []
      for (index, sources) in instructions.enumerated() {
        if let output = wanted.firstIndex(of: index) {
          results.append(.output(output))
        } else {
          if free.isEmpty {
            free.append(count)
            count += 1
          }
          results.append(.scratch(free.removeLast()))
        }
        for case .result(let number) in Set(sources) where lastReader[number] == index {
          if case .scratch(let slot) = results[number] { free.append(slot) }
        }
      }
      self.count = count
    }
  }
}
