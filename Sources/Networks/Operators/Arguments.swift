import Convolution
import Tensors

/// What an operator is called with: its node, the values that it reads, and what it may use.
struct Arguments {
  let node: Network.Node
  let opset: Int
  /// The values read, in the order of the node's inputs; `nil` where one is left out.
  private(set) var values: [NetworkValue?]
  /// Which of the values do not change from run to run.
  let isConstant: [Bool]
  /// How many threads compute at a time.
  let threadCount: Int
  /// The bytes that results may take.
  let memoryLimit: Int
  /// Layers that are prepared once.
  let layers: PreparedLayers

  init(
    _ node: Network.Node, opset: Int, values: [NetworkValue?], isConstant: [Bool], threadCount: Int, memoryLimit: Int,
    layers: PreparedLayers
  ) {
    self.node = node
    self.opset = opset
    self.values = values
    self.isConstant = isConstant
    self.threadCount = threadCount
    self.memoryLimit = memoryLimit
    self.layers = layers
  }

  // MARK: Values

  /// Whether an input is there.
  func has(_ index: Int) -> Bool { index < values.count && values[index] != nil }

  /// An input that must be there.
  func value(_ index: Int) throws(NetworkError) -> NetworkValue {
    guard index < values.count, let value = values[index] else {
      throw NetworkError(.value, "\(node) has no input \(index + 1)")
    }
    return value
  }

  /// An input of floats; whole numbers become floats.
  func tensor(_ index: Int) throws(NetworkError) -> Tensor {
    switch try value(index) {
    case .floats(let tensor): tensor
    case .integers(let tensor): Tensor(shape: tensor.shape, elements: tensor.elements.map(Float.init))
    }
  }

  /// An input of floats, where it is there.
  func optionalTensor(_ index: Int) throws(NetworkError) -> Tensor? { has(index) ? try tensor(index) : nil }

  /// An input of whole numbers.
  func integers(_ index: Int) throws(NetworkError) -> [Int] {
    guard case .integers(let tensor) = try value(index) else {
      throw NetworkError(.value, "\(node): input \(index + 1) holds fractions; expected whole numbers")
    }
    return tensor.elements
  }

  /// One number.
  func number(_ index: Int) throws(NetworkError) -> Float {
    let tensor = try tensor(index)
    guard let number = tensor.elements.first, tensor.elements.count == 1 else {
      throw NetworkError(.shape, "\(node): input \(index + 1) is \(tensor.shape); expected one number")
    }
    return number
  }

  // MARK: Attributes

  /// A whole number.
  func integer(_ name: String) throws(NetworkError) -> Int? {
    switch node.attributes[name] {
    case nil: nil
    case .integer(let number)?: number
    case let found?: throw unexpected(name, found, "a whole number")
    }
  }

  /// A whole number, or what it is when left out.
  func integer(_ name: String, or standard: Int) throws(NetworkError) -> Int { try integer(name) ?? standard }

  /// Whole numbers.
  func integers(_ name: String) throws(NetworkError) -> [Int]? {
    switch node.attributes[name] {
    case nil: nil
    case .integers(let numbers)?: numbers
    case let found?: throw unexpected(name, found, "whole numbers")
    }
  }

  /// Whole numbers of an attribute or, from the opset on that moved them, of an input.
  func integers(_ name: String, orInput index: Int) throws(NetworkError) -> [Int]? {
    if let numbers = try integers(name) { return numbers }
    return has(index) ? try integers(index) : nil
  }

  /// A number, or what it is when left out.
  func number(_ name: String, or standard: Float) throws(NetworkError) -> Float {
    switch node.attributes[name] {
    case nil: standard
    case .float(let number)?: number
    case .integer(let number)?: Float(number)
    case let found?: throw unexpected(name, found, "a number")
    }
  }

  /// A word, or what it is when left out.
  func text(_ name: String, or standard: String) throws(NetworkError) -> String {
    switch node.attributes[name] {
    case nil: standard
    case .text(let text)?: text
    case let found?: throw unexpected(name, found, "a word")
    }
  }

  /// A choice by its name.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, or standard: Choice
  ) throws(NetworkError) -> Choice where Choice.RawValue == String {
    let text = try text(name, or: standard.rawValue)
    if let choice = Choice(rawValue: text) { return choice }
    throw NetworkError(
      .unsupported,
      "\(node): \(name) is '\(text)'; expected \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
  }

  /// An axis counted from 0; below 0 it counts from the end.
  func axis(_ axis: Int, rank: Int) throws(NetworkError) -> Int {
    guard (-rank..<rank).contains(axis) else {
      throw NetworkError(.attribute, "\(node): the axis \(axis) is not one of \(rank)")
    }
    return axis < 0 ? axis + rank : axis
  }

  /// Axes counted from 0.
  func axes(_ axes: [Int], rank: Int) throws(NetworkError) -> Set<Int> {
    var found: Set<Int> = []
    for axis in axes { found.insert(try self.axis(axis, rank: rank)) }
    return found
  }

  private func unexpected(_ name: String, _ found: Network.Attribute, _ expected: String) -> NetworkError {
    NetworkError(.attribute, "\(node): \(name) is \(found); expected \(expected)")
  }

  // MARK: Results

  /// The shape of a result, which must not take more memory than is left.
  func shape(_ extents: [Int]) throws(NetworkError) -> Shape {
    let shape: Shape
    do { shape = try Shape(extents) } catch { throw NetworkError(.shape, "\(node): \(error)") }
    guard shape.elementCount <= memoryLimit / MemoryLayout<Int>.size else {
      throw NetworkError(
        .memory,
        "\(node) gives \(shape) numbers; \(memoryLimit) bytes of memory are left, --max-memory allows more")
    }
    return shape
  }

  /// Calls the engine; its errors are this node's.
  func calling<Result>(_ body: () throws(OperatorError) -> Result) throws(NetworkError) -> Result {
    do { return try body() } catch { throw NetworkError(error, in: node) }
  }

  /// What is wrong with the shapes.
  func mismatch(_ message: String) -> NetworkError { NetworkError(.shape, "\(node): \(message)") }

  /// What is not supported.
  func unsupported(_ message: String) -> NetworkError { NetworkError(.unsupported, "\(node): \(message)") }
}
